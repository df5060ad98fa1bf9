//! The one place where a state becomes another.

use idaas_proto::{LoginWithSmsCode, Mobile, SendSmsCode, VerifyCode};

use super::event::Input;
use super::outcome::{LoginReport, SendReport};
use super::policy::FlowPolicy;
use super::state::{AskSend, AskTry, Captcha, CodeEntry, LoggingIn, PassHeld, Sending, State};
use super::step::Ended;
use crate::Timestamp;

/// What a transition needs to know beside state and input.
pub(super) struct Context<'a> {
    pub(super) mobile: &'a Mobile,
    pub(super) policy: &'a FlowPolicy,
    pub(super) now: Timestamp,
}

/// Takes a state and an input that the table allows there; gives the next state and, where the flow is over,
/// its result.
///
/// A pair that the table does not have leaves the state as it is: `LoginFlow::handle` refuses it before.
pub(super) fn transition(
    state: State,
    input: Input,
    context: &Context<'_>,
) -> (State, Option<Ended>) {
    let next = match (state, input) {
        (State::Captcha(captcha), Input::PassObtained(captcha_token)) => {
            State::PassHeld(PassHeld {
                captcha_token,
                expires_at: context.now.saturating_add(context.policy.pass_lifetime()),
                resend_at: captcha.resend_at,
            })
        }
        (State::PassHeld(pass), Input::SendAsked(scenario)) => {
            State::AskSend(AskSend { pass, scenario })
        }
        (State::AskSend(ask), Input::SendGranted) => State::Sending(ask.granted(context)),
        (State::AskSend(ask), Input::SendDenied { until }) => State::PassHeld(PassHeld {
            resend_at: later(ask.pass.resend_at, until),
            ..ask.pass
        }),
        (State::AskSend(ask), Input::Interrupted) => State::PassHeld(ask.pass),
        (State::Sending(sending), Input::SendAnswered(report)) => sending.answered(report, context),
        (State::Sending(sending), Input::Interrupted) => {
            State::InDoubt(sending.code_entry(context))
        }
        (State::AwaitCode(entry), Input::CodeEntered(verify_code)) => State::AskTry(AskTry {
            entry,
            in_doubt: false,
            verify_code: trimmed(verify_code),
        }),
        (State::InDoubt(entry), Input::CodeEntered(verify_code)) => State::AskTry(AskTry {
            entry,
            in_doubt: true,
            verify_code: trimmed(verify_code),
        }),
        (State::AwaitCode(entry) | State::InDoubt(entry), Input::ResendAsked) => {
            State::Captcha(Captcha {
                resend_at: Some(entry.resend_at),
            })
        }
        (State::AskTry(ask), Input::TryGranted) => State::LoggingIn(LoggingIn {
            entry: ask.entry,
            request: LoginWithSmsCode::new(context.mobile.clone(), ask.verify_code),
        }),
        (State::AskTry(mut ask), Input::TryDenied) => {
            ask.entry.tries_left = 0;
            ask.origin()
        }
        (State::AskTry(ask), Input::Interrupted) => ask.origin(),
        (State::LoggingIn(login), Input::LoginAnswered(report)) => return login.answered(report),
        (State::LoggingIn(login), Input::Interrupted) => {
            State::AwaitCode(login.entry.tried().unknown())
        }
        (state, _) => state,
    };
    let ended = matches!(next, State::Refused).then_some(Ended::Refused { status: None });
    (next, ended)
}

impl AskSend {
    fn granted(self, context: &Context<'_>) -> Sending {
        let Self { pass, scenario } = self;
        Sending {
            request: SendSmsCode::new(context.mobile.clone(), scenario, pass.captcha_token),
            begun_at: context.now,
            pass_expires_at: pass.expires_at,
            resend_at: pass.resend_at,
        }
    }
}

impl Sending {
    fn answered(self, report: SendReport, context: &Context<'_>) -> State {
        match report {
            SendReport::NotSent => State::PassHeld(PassHeld {
                captcha_token: self.request.captcha_token,
                expires_at: self.pass_expires_at,
                resend_at: self.resend_at,
            }),
            SendReport::Accepted => State::AwaitCode(self.code_entry(context)),
            SendReport::PassSpent => State::Captcha(Captcha {
                resend_at: self.resend_at,
            }),
            SendReport::Failed => State::Captcha(Captcha {
                resend_at: Some(self.next_send(context)),
            }),
            SendReport::Throttled { retry_at } => State::Captcha(Captcha {
                resend_at: later(retry_at, self.next_send(context)),
            }),
            SendReport::Refused => State::Refused,
            SendReport::Unknown => State::InDoubt(self.code_entry(context)),
        }
    }

    /// The code lives from the earliest moment that it can have been made, the next send waits from the latest.
    fn code_entry(&self, context: &Context<'_>) -> CodeEntry {
        CodeEntry {
            resend_at: self.next_send(context),
            expires_at: self.begun_at.saturating_add(context.policy.code_lifetime()),
            tries_left: context.policy.tries(),
            last_try_unknown: false,
        }
    }

    fn next_send(&self, context: &Context<'_>) -> Timestamp {
        let ours = context
            .now
            .max(self.begun_at)
            .saturating_add(context.policy.resend_interval());
        self.resend_at.map_or(ours, |known| known.max(ours))
    }
}

impl CodeEntry {
    /// Tells whether another try at this code, once called wrong, is not worth it.
    pub(super) fn is_thought_dead(&self, now: Timestamp) -> bool {
        self.last_try_unknown || self.tries_left == 0 || now > self.expires_at
    }

    const fn tried(mut self) -> Self {
        self.tries_left = self.tries_left.saturating_sub(1);
        self
    }

    /// The flag stays until the next send: from now on a wrong code cannot be told from a used one.
    const fn unknown(mut self) -> Self {
        self.last_try_unknown = true;
        self
    }
}

impl AskTry {
    fn origin(self) -> State {
        if self.in_doubt {
            State::InDoubt(self.entry)
        } else {
            State::AwaitCode(self.entry)
        }
    }
}

impl LoggingIn {
    fn answered(self, report: LoginReport) -> (State, Option<Ended>) {
        match report {
            LoginReport::Succeeded(session) => (State::Done, Some(Ended::Done(session))),
            LoginReport::CodeIncorrect => (State::AwaitCode(self.entry.tried()), None),
            LoginReport::Pending(pending) => (State::Pending(pending), None),
            LoginReport::NotSent => (State::AwaitCode(self.entry), None),
            LoginReport::Unknown { .. } => (State::AwaitCode(self.entry.tried().unknown()), None),
            LoginReport::Refused { status } => (State::Refused, Some(Ended::Refused { status })),
        }
    }
}

/// Takes off the white space that came along when the code was pasted; where nothing else is there, the service is
/// asked what it says to that.
fn trimmed(verify_code: VerifyCode) -> VerifyCode {
    VerifyCode::parse(verify_code.expose_secret().trim()).unwrap_or(verify_code)
}

fn later(known: Option<Timestamp>, other: Timestamp) -> Option<Timestamp> {
    Some(known.map_or(other, |known| known.max(other)))
}
