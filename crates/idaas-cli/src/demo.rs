//! `idaas demo`: a whole login, as a person wants to see it.

mod calls;
mod script;

use std::time::Duration;

use idaas_auth::{
    Client, Clock, IdTokenVerifier, Identity, LoginOutcome, Session, SystemClock, Timestamp,
};
use idaas_emulator::Emulator;
use idaas_proto::{ClientId, Device, Endpoint, IdToken, Language, Mobile, SendScenario};
use idaas_transport::{HyperTransport, LoopbackOnly};
use tokio::runtime::Runtime;

use crate::Done;
use crate::clock::Stopwatch;
use crate::page::Page;
use calls::Watched;
use script::{Script, span};

/// The examples of the service's pages.
const CLIENT_ID: &str = "nTo1eRIub60vPb54WeE6aojPwYwImtl4";
const MOBILE: &str = "15200000000";
const DEVICE: [&str; 3] = ["windows10.1.1", "156aysdna213sc50", "idaas demo"];

/// Plays the login against an emulator in this process.
pub(crate) fn run() -> Done {
    let runtime = Runtime::new()?;
    let done = runtime.block_on(play());
    runtime.shutdown_background();
    done
}

async fn play() -> Done {
    let watch = Stopwatch::start();
    let emulator = Emulator::builder().spawn().await?;
    let ready = watch.read();

    let transport = Watched::new(LoopbackOnly::new(HyperTransport::new()));
    let client_id = ClientId::parse(CLIENT_ID)?;
    let client = Client::builder(Endpoint::parse(&emulator.url())?, client_id)
        .transport(transport.clone())
        .language(Language::En)
        .id_token_verifier(
            IdTokenVerifier::new()
                .with_audience(CLIENT_ID)
                .with_issuer(format!("{}/api/v1/oauth2", emulator.url())),
        )
        .build();
    let mobile = Mobile::parse(MOBILE)?;
    let [system, fingerprint, agent] = DEVICE;
    let device = Device::new(system, fingerprint, agent)?;

    let mut script = Script::new(anstream::stdout(), Page::of_stdout(), transport);
    script.title("A phone login, from captcha to refreshed id_token")?;
    script.fact(
        "service",
        &format!("{}, the emulator, ready in {}", emulator.url(), span(ready)),
    )?;
    script.fact("app", CLIENT_ID)?;
    script.fact("mobile", &mobile.to_string())?;

    script.step("Get a captcha")?;
    let step = script.watch(client.flow(device.clone()).captcha(mobile.clone()).await)?;
    let captcha = step.captcha();
    let pictures = [&captcha.original_image_base64, &captcha.jigsaw_image_base64];
    let [picture, piece] = pictures.map(|image| image.as_str().len() / 4 * 3 / 1024);
    script.says(&format!(
        "A picture ({picture} kB of PNG) with a gap, and the piece that fits it ({piece} kB)."
    ))?;

    script.step("Solve it")?;
    let point = emulator
        .solve_captcha(&captcha.token)
        .ok_or("the emulator does not know its own captcha")?;
    let (x, y) = (point.x(), point.y());
    let held = script.watch(step.verify(point).await)?;
    script.says(&format!(
        "The piece belongs at x {x}, y {y}: a person slides it there, here the emulator tells. \
         The answer is a captcha pass, which pays for one SMS to this number."
    ))?;

    script.step("Send the SMS code")?;
    let mut sent = script.watch(held.send_code(SendScenario::LOGIN_SMS).await)?;
    script.says("An empty body: the code is on its way. A second SMS would need a new captcha.")?;
    let messages = emulator.messages(&mobile);
    let message = messages.first().ok_or("no SMS is in the inbox")?;
    script.sms(&mobile.to_string(), message.text())?;

    script.step("Log in with the code")?;
    let outcome = script.watch(sent.login(message.code().clone()).await)?;
    let LoginOutcome::Session(session) = outcome else {
        return Err("the login wants one more step, which this demo does not have".into());
    };
    script.says(&format!(
        "SUCCESS. The number was unknown, so it was registered. {}",
        tokens(&session)
    ))?;

    script.step("Verify the id_token")?;
    let identity = script.watch(client.verify(id_token(&session)?).await)?;
    script.says(
        "Signature, issuer, audience and times are as they must be. It is certain who this is:",
    )?;
    introduce(&mut script, &identity)?;

    script.step("Refresh")?;
    let refreshed = script.watch(client.refresh(&device, &session).await)?;
    let again = script.watch(client.verify(id_token(&refreshed)?).await)?;
    if again.id() != identity.id() {
        return Err("the refreshed id_token names somebody else".into());
    }
    let rotated = if refreshed.session_token() == session.session_token() {
        "The session_token is the same."
    } else {
        "The session_token was replaced too; keep the new one."
    };
    script.says(&format!(
        "A new id_token for the same person, verified with the key already read, for {}. {rotated}",
        span(left(&again))
    ))?;

    script.end(&format!(
        "Signed in as user {}. No SMS was paid for.",
        again.id()
    ))?;
    emulator.shutdown().await;
    Ok(())
}

fn id_token(session: &Session) -> Result<&IdToken, &'static str> {
    session.id_token().ok_or("the session has no id_token")
}

/// What a session consists of, without what makes it one.
fn tokens(session: &Session) -> String {
    let lasts = session
        .expires_at()
        .map(|until| format!(" for {}", span(now().until(until))))
        .unwrap_or_default();
    format!(
        "Two secrets came back, hidden here: a session_token{lasts}, and an id_token that says who this is."
    )
}

fn introduce(script: &mut Script<impl std::io::Write>, who: &Identity) -> Done {
    script.fact("id", who.id())?;
    if let Some(name) = who.name() {
        script.fact("name", name)?;
    }
    if let Some(mobile) = who.mobile() {
        script.fact("mobile", &mobile.to_string())?;
    }
    if let Some(issuer) = who.issuer() {
        script.fact("issuer", issuer)?;
    }
    script.fact("valid", &format!("for {}", span(left(who))))?;
    Ok(())
}

fn left(who: &Identity) -> Duration {
    now().until(who.expires_at())
}

fn now() -> Timestamp {
    SystemClock::default().now()
}
