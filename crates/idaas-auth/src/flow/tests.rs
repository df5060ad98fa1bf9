#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod drawing;
mod outcomes;
mod pairs;
mod random;
mod simulation;
mod snapshots;
mod time;

use idaas_proto::{
    CaptchaToken, LoginStatus, Mobile, PendingData, SendScenario, SessionToken, StateToken,
    VerifyCode,
};

use super::*;
use crate::Session;

const MOBILE: &str = "+86-15200000001";
const PASS: &str = "71dd26999e314f9abb0c635336976635---{\"x\":237.0,\"y\":5.0}";
const CODE: &str = "232326";

/// When every flow of these tests starts.
const START: Timestamp = Timestamp::from_unix(1_700_000_000);

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(START.as_unix() + seconds)
}

fn start() -> LoginFlow {
    LoginFlow::start(Mobile::parse(MOBILE).unwrap(), FlowPolicy::new(), START)
}

/// A flow that was led along these events, each a second after the one before.
fn along(events: &[Event]) -> LoginFlow {
    let mut flow = start();
    for (event, second) in events.iter().zip(1..) {
        let _ = flow.handle(input(*event), at(second)).unwrap();
    }
    flow
}

/// The shortest ways into every state; two into the state that a code can be entered from two others to.
fn every_state() -> Vec<LoginFlow> {
    use Event as E;
    let sending = [E::PassObtained, E::SendAsked, E::SendGranted];
    let sent = |rest: &[Event]| along(&[&sending[..], rest].concat());
    vec![
        start(),
        along(&[E::PassObtained]),
        along(&[E::PassObtained, E::SendAsked]),
        along(&sending),
        sent(&[E::SendAccepted]),
        sent(&[E::SendUnknown]),
        sent(&[E::SendAccepted, E::CodeEntered]),
        sent(&[E::SendUnknown, E::CodeEntered]),
        sent(&[E::SendAccepted, E::CodeEntered, E::TryGranted]),
        sent(&[
            E::SendAccepted,
            E::CodeEntered,
            E::TryGranted,
            E::LoginPending,
        ]),
        sent(&[
            E::SendAccepted,
            E::CodeEntered,
            E::TryGranted,
            E::LoginSucceeded,
        ]),
        sent(&[E::SendRefused]),
    ]
}

/// An input for an event.
fn input(event: Event) -> Input {
    let pending = || {
        let data = PendingData::parse(r#"{"mfa_type":"sms"}"#).unwrap();
        PendingStep::new(
            LoginStatus::MFA_AUTH,
            StateToken::parse("state-token").unwrap(),
            Some(data),
        )
    };
    let session = || {
        Session::new(
            SessionToken::parse("session-token").unwrap(),
            Some(at(432_000)),
            None,
        )
    };
    match event {
        Event::PassObtained => Input::PassObtained(CaptchaToken::parse(PASS).unwrap()),
        Event::SendAsked => Input::SendAsked(SendScenario::LOGIN_SMS),
        Event::SendGranted => Input::SendGranted,
        Event::SendDenied => Input::SendDenied { until: at(90) },
        Event::SendNotSent => Input::SendAnswered(SendReport::NotSent),
        Event::SendAccepted => Input::SendAnswered(SendReport::Accepted),
        Event::SendPassSpent => Input::SendAnswered(SendReport::PassSpent),
        Event::SendFailed => Input::SendAnswered(SendReport::Failed),
        Event::SendThrottled => Input::SendAnswered(SendReport::Throttled {
            retry_at: Some(at(200)),
        }),
        Event::SendRefused => Input::SendAnswered(SendReport::Refused),
        Event::SendUnknown => Input::SendAnswered(SendReport::Unknown),
        Event::CodeEntered => Input::CodeEntered(VerifyCode::parse(CODE).unwrap()),
        Event::ResendAsked => Input::ResendAsked,
        Event::TryGranted => Input::TryGranted,
        Event::TryDenied => Input::TryDenied,
        Event::LoginSucceeded => Input::LoginAnswered(LoginReport::Succeeded(session())),
        Event::LoginCodeIncorrect => Input::LoginAnswered(LoginReport::CodeIncorrect),
        Event::LoginPending => Input::LoginAnswered(LoginReport::Pending(pending())),
        Event::LoginNotSent => Input::LoginAnswered(LoginReport::NotSent),
        Event::LoginUnknown => Input::LoginAnswered(LoginReport::Unknown { retry_at: None }),
        Event::LoginRefused => Input::LoginAnswered(LoginReport::Refused { status: None }),
        Event::Interrupted => Input::Interrupted,
    }
}
