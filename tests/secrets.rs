//! No secret of a login is in anything that a program might log.

use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use idaas_auth::{LoginOutcome, Resumed};
use idaas_emulator::Fault;
use idaas_proto::{CaptchaPoint, OperationId, SendScenario, VerifyCode};
use idaas_transport::HyperTransport;
use idaas_transport::testing::Capture;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::tenant::{MOBILE, Tenant, client_builder, device, mobile};
use crate::tls_front::TlsFront;

/// Everything that was said, by whom ever.
#[derive(Clone, Default)]
struct Record(Arc<Mutex<Vec<u8>>>);

impl Record {
    /// `Debug` in both forms.
    fn debug(&self, value: &impl Debug) {
        writeln!(self.clone(), "{value:?}\n{value:#?}").unwrap();
    }

    /// `Debug`, `Display`, and both of everything below.
    fn error(&self, error: &(impl StdError + 'static)) {
        self.debug(error);
        let mut next: Option<&dyn StdError> = Some(error);
        while let Some(error) = next {
            self.shown(error);
            self.debug(&error);
            next = error.source();
        }
    }

    fn shown(&self, value: &(impl Display + ?Sized)) {
        writeln!(self.clone(), "{value}").unwrap();
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Record {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Record {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// One thread runs it all, so that the subscriber of this test hears every layer, and no other test.
#[tokio::test]
async fn no_secret_is_in_debug_display_errors_or_traces() {
    let said = Record::default();
    let _subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(said.clone())
        .with_ansi(false)
        .finish()
        .set_default();
    tracing::info!("the subscriber listens");

    // Codes of ten digits, which no port, date or length is taken for.
    let tenant = Tenant::with(|builder| builder.code_length(10)).await;
    let front = TlsFront::before(tenant.addr()).await;
    let transport = HyperTransport::builder()
        .root_certificates(front.root())
        .build();
    let wire = Capture::forwarding_to(transport);
    let client = client_builder(&front.url()).transport(wire.clone()).build();
    let mut secrets = vec![
        String::from(MOBILE),
        format!("+86{MOBILE}"),
        format!("+86-{MOBILE}"),
    ];
    said.debug(&client);
    said.debug(&tenant.emulator);

    // A captcha in the wrong place, then one in the right one.
    let step = client.flow(device()).captcha(mobile()).await.unwrap();
    said.debug(&step);
    secrets.push(step.captcha().token.expose_secret().to_owned());
    let wrong = CaptchaPoint::new(-1.5, 5.0).unwrap();
    secrets.push(wrong.as_text().to_owned());
    let failed = step.verify(wrong).await.unwrap_err();
    said.error(&failed);
    let Some(Resumed::Captcha(needed)) = failed.into_parts().1 else {
        panic!("a new captcha is needed");
    };
    said.debug(&needed);
    let step = needed.captcha().await.unwrap();
    secrets.push(step.captcha().token.expose_secret().to_owned());
    let held = tenant.solve(step).await;
    said.debug(&held);

    // A send whose answer is lost: doubt. The code has come all the same.
    let lost = Fault::on(OperationId::SendSmsCode)
        .after_processing()
        .drop_connection();
    tenant.emulator.faults().push(lost);
    let failed = held.send_code(SendScenario::LOGIN_SMS).await.unwrap_err();
    said.error(&failed);
    let Some(Resumed::InDoubt(mut doubt)) = failed.into_parts().1 else {
        panic!("the send is in doubt");
    };
    said.debug(&doubt);
    said.debug(&doubt.view());
    said.debug(&doubt.save());

    // A wrong code, then the right one.
    let wrong = VerifyCode::parse("0123456789").unwrap();
    secrets.push(wrong.expose_secret().to_owned());
    said.error(&doubt.login(wrong).await.unwrap_err());
    let code = tenant.code(MOBILE);
    secrets.push(code.expose_secret().to_owned());
    said.debug(&code);
    said.debug(&tenant.emulator.messages(&mobile()));
    let LoginOutcome::Session(session) = doubt.login(code).await.unwrap() else {
        panic!("the person is signed in");
    };
    said.debug(&session);
    secrets.push(session.session_token().expose_secret().to_owned());
    secrets.push(session.id_token().unwrap().expose_secret().to_owned());

    // Who it is, a refresh, and a refresh that fails.
    let person = client.verify(session.id_token().unwrap()).await.unwrap();
    said.debug(&person);
    let refreshed = client.refresh(&device(), &session).await.unwrap();
    said.debug(&refreshed);
    secrets.push(refreshed.session_token().expose_secret().to_owned());
    secrets.push(refreshed.id_token().unwrap().expose_secret().to_owned());
    let forged = refreshed
        .id_token()
        .unwrap()
        .expose_secret()
        .replace('.', "..");
    let forged = idaas_proto::IdToken::parse(forged).unwrap();
    said.error(&client.verify(&forged).await.unwrap_err());
    tenant
        .emulator
        .advance(std::time::Duration::from_secs(1_000_000));
    said.error(&client.refresh(&device(), &refreshed).await.unwrap_err());

    // The passes, as they went over the wire.
    for request in wire.requests() {
        said.debug(request.headers());
        let body = String::from_utf8(request.body().to_vec()).unwrap();
        if let Some((_, rest)) = body.split_once(r#""captcha_token":""#) {
            secrets.push(rest.split_once("---").unwrap().0.to_owned());
        }
    }

    let said = said.text();
    assert!(said.contains("the subscriber listens"));
    assert!(
        said.contains("hyper_util") || said.contains("rustls"),
        "the layers below were heard"
    );
    assert!(secrets.len() >= 12, "every secret is known");
    for secret in secrets {
        if let Some(at) = said.find(&secret) {
            let around = said.get(at.saturating_sub(200)..at).unwrap_or_default();
            panic!("a secret is shown after: …{around}");
        }
    }
}
