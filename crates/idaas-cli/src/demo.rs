//! `idaas demo`: a whole login, as a person wants to see it.

mod calls;
mod script;

use std::error::Error;
use std::io::Write;
use std::time::Duration;

use idaas_auth::{
    CaptchaStep, Client, Clock, CodeSent, IdTokenVerifier, Identity, LoginOutcome, Session,
    SystemClock, Timestamp,
};
use idaas_emulator::Emulator;
use idaas_proto::{
    ClientId, Device, Endpoint, IdToken, Language, Mobile, SendScenario, VerifyCode,
};
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
    let mut demo = Demo::set_up().await?;
    let captcha = demo.get_captcha().await?;
    let (sent, code) = demo.send_code(captcha).await?;
    let session = demo.log_in(sent, code).await?;
    let identity = demo.identify(&session).await?;
    demo.refresh(&session, &identity).await?;
    demo.emulator.shutdown().await;
    Ok(())
}

/// The service, the client, and whoever watches.
#[derive(Debug)]
struct Demo<W> {
    emulator: Emulator,
    client: Client,
    device: Device,
    mobile: Mobile,
    script: Script<W>,
}

impl Demo<anstream::Stdout> {
    async fn set_up() -> Result<Self, Box<dyn Error>> {
        let watch = Stopwatch::start();
        let emulator = Emulator::builder().spawn().await?;
        let ready = watch.read();
        let url = emulator.url();

        let transport = Watched::new(LoopbackOnly::new(HyperTransport::new()));
        let verifier = IdTokenVerifier::new()
            .with_audience(CLIENT_ID)
            .with_issuer(format!("{url}/api/v1/oauth2"));
        let client = Client::builder(Endpoint::parse(&url)?, ClientId::parse(CLIENT_ID)?)
            .transport(transport.clone())
            .language(Language::En)
            .id_token_verifier(verifier)
            .build();
        let mobile = Mobile::parse(MOBILE)?;
        let [system, fingerprint, agent] = DEVICE;

        let mut script = Script::new(anstream::stdout(), Page::of_stdout(), transport);
        script.title("A phone login, from captcha to refreshed id_token")?;
        let service = format!("{url}, the emulator, ready in {}", span(ready));
        script.fact("service", &service)?;
        script.fact("app", CLIENT_ID)?;
        script.fact("mobile", &mobile.to_string())?;
        Ok(Self {
            emulator,
            client,
            device: Device::new(system, fingerprint, agent)?,
            mobile,
            script,
        })
    }
}

impl<W: Write> Demo<W> {
    async fn get_captcha(&mut self) -> Result<CaptchaStep, Box<dyn Error>> {
        self.script.step("Get a captcha")?;
        let flow = self.client.flow(self.device.clone());
        let step = self.script.watch(flow.captcha(self.mobile.clone()).await)?;
        let captcha = step.captcha();
        let pictures = [&captcha.original_image_base64, &captcha.jigsaw_image_base64];
        let [picture, piece] = pictures.map(|image| image.as_str().len() / 4 * 3 / 1024);
        self.script.says(&format!(
            "A picture ({picture} kB of PNG) with a gap, and the piece that fits it ({piece} kB)."
        ))?;
        Ok(step)
    }

    async fn send_code(
        &mut self,
        step: CaptchaStep,
    ) -> Result<(CodeSent, VerifyCode), Box<dyn Error>> {
        let script = &mut self.script;
        script.step("Solve it")?;
        let point = self
            .emulator
            .solve_captcha(&step.captcha().token)
            .ok_or("the emulator does not know its own captcha")?;
        let (x, y) = (point.x(), point.y());
        let held = script.watch(step.verify(point).await)?;
        script.says(&format!(
            "The piece belongs at x {x}, y {y}: a person slides it there, here the emulator tells. \
             The answer is a captcha pass, which pays for one SMS to this number."
        ))?;

        script.step("Send the SMS code")?;
        let sent = script.watch(held.send_code(SendScenario::LOGIN_SMS).await)?;
        script.says(
            "An empty body: the code is on its way. A second SMS would need a new captcha.",
        )?;
        let messages = self.emulator.messages(&self.mobile);
        let message = messages.first().ok_or("no SMS is in the inbox")?;
        script.sms(&self.mobile.to_string(), message.text())?;
        Ok((sent, message.code().clone()))
    }

    async fn log_in(
        &mut self,
        mut sent: CodeSent,
        code: VerifyCode,
    ) -> Result<Session, Box<dyn Error>> {
        self.script.step("Log in with the code")?;
        let outcome = self.script.watch(sent.login(code).await)?;
        let LoginOutcome::Session(session) = outcome else {
            return Err("the login wants one more step, which this demo does not have".into());
        };
        let lasts = session
            .expires_at()
            .map(|until| format!(" for {}", span(now().until(until))))
            .unwrap_or_default();
        self.script.says(&format!(
            "SUCCESS. The number was unknown, so it was registered. Two secrets came back, hidden here: \
             a session_token{lasts}, and an id_token that says who this is."
        ))?;
        Ok(session)
    }

    async fn identify(&mut self, session: &Session) -> Result<Identity, Box<dyn Error>> {
        let script = &mut self.script;
        script.step("Verify the id_token")?;
        let who = script.watch(self.client.verify(id_token(session)?).await)?;
        script.says(
            "Signature, issuer, audience and times are as they must be. It is certain who this is:",
        )?;
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
        script.fact("valid", &format!("for {}", span(left(&who))))?;
        Ok(who)
    }

    async fn refresh(&mut self, session: &Session, who: &Identity) -> Done {
        let script = &mut self.script;
        script.step("Refresh")?;
        let refreshed = script.watch(self.client.refresh(&self.device, session).await)?;
        let again = script.watch(self.client.verify(id_token(&refreshed)?).await)?;
        if again.id() != who.id() {
            return Err("the refreshed id_token names somebody else".into());
        }
        let rotated = if refreshed.session_token() == session.session_token() {
            "The session_token is the same."
        } else {
            "The session_token was replaced too; keep the new one."
        };
        script.says(&format!(
            "A new id_token for the same person, valid for {}, verified with the key already read. {rotated}",
            span(left(&again))
        ))?;
        script.end(&format!(
            "Signed in as user {}. No SMS was paid for.",
            again.id()
        ))?;
        Ok(())
    }
}

fn id_token(session: &Session) -> Result<&IdToken, &'static str> {
    session.id_token().ok_or("the session has no id_token")
}

fn left(who: &Identity) -> Duration {
    now().until(who.expires_at())
}

fn now() -> Timestamp {
    SystemClock::default().now()
}
