#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod calls;
mod dropped;
mod errors;
mod login;
mod refusals;
mod resume;
mod simulation;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response};
use idaas_proto::{
    ApiError, Captcha, CaptchaPass, CaptchaPoint, CaptchaToken, ChallengeToken, ClientId, Device,
    Endpoint, ErrorCode, GetCaptcha, IdToken, ImageBase64, LoginResponse, LoginStatus,
    LoginWithSmsCode, Mobile, Operation, SendScenario, SendSmsCode, SessionToken, StateToken,
    VerifyCaptcha, VerifyCode,
};
use idaas_transport::testing::Capture;
use idaas_transport::{BoxFuture, Delivery, Transport, TransportError, TransportErrorKind};

use super::*;
use crate::id_token::testing::HandClock;

const MOBILE: &str = "+86-15200000001";
const PASS: &str = "71dd26999e314f9abb0c635336976635---{\"x\":237.0,\"y\":5.0}";
const CHALLENGE: &str = "71dd26999e314f9abb0c635336976635";
const CODE: &str = "232326";
const SESSION: &str = "btsiBjx85prcZu6I6Ki057Tmw3nSF2VO";
const START: Timestamp = Timestamp::from_unix(1_700_000_000);

/// What the service does with one request.
#[derive(Debug)]
enum Act {
    Answer(Response<Bytes>),
    Lose(Delivery),
    /// Never answers.
    Hang,
}

/// A service that acts by a script, one line for each request.
#[derive(Clone, Debug, Default)]
struct Script(Arc<Mutex<VecDeque<Act>>>);

impl Script {
    /// Has the service act so after all that it has still to do.
    fn goes_on(&self, acts: impl IntoIterator<Item = Act>) {
        self.0.lock().unwrap().extend(acts);
    }
}

impl Transport for Script {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let act = self.0.lock().unwrap().pop_front();
        Box::pin(async move {
            match act {
                Some(Act::Answer(response)) => Ok(response),
                Some(Act::Lose(delivery)) => Err(TransportError::new(
                    TransportErrorKind::HeadTimeout,
                    delivery,
                )),
                Some(Act::Hang) => std::future::pending().await,
                None => panic!(
                    "the script has no line for {} {}",
                    request.method(),
                    request.uri()
                ),
            }
        })
    }
}

struct Scene {
    client: Client,
    service: Capture<Script>,
    script: Script,
    clock: HandClock,
}

fn scene(acts: impl IntoIterator<Item = Act>) -> Scene {
    let script = Script::default();
    script.goes_on(acts);
    let service = Capture::forwarding_to(script.clone());
    let clock = HandClock::at(START);
    let client = client_builder(service.clone(), "https://example.bamboocloud.com")
        .clock(clock.clone())
        .build();
    Scene {
        client,
        service,
        script,
        clock,
    }
}

fn client_builder(service: impl Transport, url: &str) -> ClientBuilder {
    let endpoint = Endpoint::parse(url).unwrap();
    Client::builder_over(service, endpoint, ClientId::parse("app").unwrap())
}

impl Scene {
    /// A login that shows a captcha.
    async fn captcha_step(&self) -> CaptchaStep {
        let flow = self.client.flow(device());
        flow.captcha(mobile()).await.unwrap()
    }

    fn pass_held(&self) -> PassHeld {
        self.client.flow(device()).with_pass(mobile(), pass())
    }

    /// A login whose SMS went out.
    async fn code_sent(&self) -> CodeSent {
        self.script.0.lock().unwrap().push_front(sent());
        let held = self.pass_held();
        held.send_code(SendScenario::LOGIN_SMS).await.unwrap()
    }

    /// A send that goes wrong, and where the login stands then.
    async fn failed_send(&self) -> StepError {
        let held = self.pass_held();
        held.send_code(SendScenario::LOGIN_SMS).await.unwrap_err()
    }

    /// How many requests for this operation went out.
    fn count<O: Operation>(&self) -> usize {
        self.service
            .requests()
            .iter()
            .filter(|request| request.uri().path() == O::ID.path())
            .count()
    }

    fn lines_left(&self) -> usize {
        self.script.0.lock().unwrap().len()
    }
}

fn device() -> Device {
    Device::new("windows10.1.1", "156aysdna213sc50", "Mozilla/5.0").unwrap()
}

fn mobile() -> Mobile {
    Mobile::parse(MOBILE).unwrap()
}

fn pass() -> CaptchaToken {
    CaptchaToken::parse(PASS).unwrap()
}

fn code() -> VerifyCode {
    VerifyCode::parse(CODE).unwrap()
}

fn point() -> CaptchaPoint {
    CaptchaPoint::new(237.0, 5.0).unwrap()
}

fn answer<O: Operation>(output: &O::Output) -> Act {
    Act::Answer(O::encode_response(output).map(Bytes::from))
}

fn refuse(status: u16, code: &ErrorCode) -> Act {
    Act::Answer(
        ApiError::new(status, code.clone(), "said by the service")
            .encode_response()
            .map(Bytes::from),
    )
}

fn sent() -> Act {
    answer::<SendSmsCode>(&())
}

fn captcha() -> Act {
    let image = || ImageBase64::new("iVBORw0KGgo=".into());
    answer::<GetCaptcha>(&Captcha::new(
        image(),
        image(),
        ChallengeToken::parse(CHALLENGE).unwrap(),
        false,
    ))
}

fn solved() -> Act {
    answer::<VerifyCaptcha>(&CaptchaPass::new(pass()))
}

fn logged_in() -> Act {
    let login = LoginResponse::new(LoginStatus::SUCCESS)
        .with_session_token(SessionToken::parse(SESSION).unwrap())
        .with_expire(432_000)
        .with_id_token(IdToken::parse("eyJ0NiJ9.eyJ1cI6IjIifX0.DeWt4QuZXso").unwrap());
    answer::<LoginWithSmsCode>(&login)
}

fn another_status(status: LoginStatus) -> Act {
    let login =
        LoginResponse::new(status).with_state_token(StateToken::parse("state-token").unwrap());
    answer::<LoginWithSmsCode>(&login)
}

/// Polls a future once, as often as it takes to send a request that is not answered, and drops it.
fn drop_midway<F: Future>(future: F) {
    let mut future: Pin<Box<F>> = Box::pin(future);
    let polled = future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()));
    assert!(
        matches!(polled, Poll::Pending),
        "the service was to leave the request unanswered"
    );
}
