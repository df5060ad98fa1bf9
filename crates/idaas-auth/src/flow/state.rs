//! The states of a flow: plain structs inside one enum.

use core::fmt;

use idaas_proto::{
    CaptchaToken, LoginStatus, LoginWithSmsCode, PendingData, SendScenario, SendSmsCode,
    StateToken, VerifyCode,
};
use serde::Serialize;

use crate::Timestamp;

macro_rules! states {
    ($($(#[$doc:meta])+ $variant:ident = $name:literal,)+) => {
        /// The name of a state, as the state table has it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum FlowState {
            $($(#[$doc])+ $variant,)+
        }

        impl FlowState {
            /// Every state there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Gives the name, as it stands in the table: `await_code`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

states! {
    /// Waits for a captcha to be solved.
    Captcha = "captcha",
    /// Holds a captcha pass, which pays for one SMS.
    PassHeld = "pass_held",
    /// Asks the guard for leave to send.
    AskSend = "ask_send",
    /// The request to send is on its way.
    Sending = "sending",
    /// An SMS went out; waits for its code.
    AwaitCode = "await_code",
    /// An SMS may have gone out; waits for its code all the same.
    InDoubt = "in_doubt",
    /// Asks the guard for leave to try a code.
    AskTry = "ask_try",
    /// The login is on its way.
    LoggingIn = "logging_in",
    /// The code was right, and the service wants more before there is a session.
    Pending = "pending",
    /// Over: the person is signed in.
    Done = "done",
    /// Over: the service refused.
    Refused = "refused",
}

impl FlowState {
    /// Tells whether a flow can be kept in this state; the others are left by an answer to come.
    #[must_use]
    pub const fn is_resting(self) -> bool {
        matches!(
            self,
            Self::Captcha | Self::PassHeld | Self::AwaitCode | Self::InDoubt | Self::Pending
        )
    }

    /// Tells whether the flow is over.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Refused)
    }
}

impl fmt::Display for FlowState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A state with what it holds. Never pictures, never a session.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum State {
    Captcha(Captcha),
    PassHeld(PassHeld),
    AskSend(AskSend),
    Sending(Sending),
    AwaitCode(CodeEntry),
    InDoubt(CodeEntry),
    AskTry(AskTry),
    LoggingIn(LoggingIn),
    Pending(PendingStep),
    Done,
    Refused,
}

impl State {
    pub(super) const fn kind(&self) -> FlowState {
        match self {
            Self::Captcha(_) => FlowState::Captcha,
            Self::PassHeld(_) => FlowState::PassHeld,
            Self::AskSend(_) => FlowState::AskSend,
            Self::Sending(_) => FlowState::Sending,
            Self::AwaitCode(_) => FlowState::AwaitCode,
            Self::InDoubt(_) => FlowState::InDoubt,
            Self::AskTry(_) => FlowState::AskTry,
            Self::LoggingIn(_) => FlowState::LoggingIn,
            Self::Pending(_) => FlowState::Pending,
            Self::Done => FlowState::Done,
            Self::Refused => FlowState::Refused,
        }
    }

    /// Gives when the next SMS may be asked for.
    pub(super) fn resend_at(&self) -> Option<Timestamp> {
        match self {
            Self::Captcha(captcha) => captcha.resend_at,
            Self::PassHeld(pass) => pass.resend_at,
            Self::AskSend(ask) => ask.pass.resend_at,
            Self::Sending(sending) => sending.resend_at,
            _ => self.code_entry().map(|entry| entry.resend_at),
        }
    }

    /// Gives when the next SMS may be asked for, to put it off.
    pub(super) const fn resend_at_mut(&mut self) -> Option<&mut Timestamp> {
        match self {
            Self::Captcha(captcha) => captcha.resend_at.as_mut(),
            Self::PassHeld(pass) => pass.resend_at.as_mut(),
            Self::AskSend(ask) => ask.pass.resend_at.as_mut(),
            Self::Sending(sending) => sending.resend_at.as_mut(),
            _ => match self.code_entry_mut() {
                Some(entry) => Some(&mut entry.resend_at),
                None => None,
            },
        }
    }

    /// Gives when the pass or the code is thought to expire.
    pub(super) fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::PassHeld(pass) => Some(pass.expires_at),
            Self::AskSend(ask) => Some(ask.pass.expires_at),
            Self::Sending(sending) => Some(sending.pass_expires_at),
            _ => self.code_entry().map(|entry| entry.expires_at),
        }
    }

    /// Gives what is known of the code that is waited for or tried.
    pub(super) const fn code_entry(&self) -> Option<CodeEntry> {
        match self {
            Self::AwaitCode(entry) | Self::InDoubt(entry) => Some(*entry),
            Self::AskTry(ask) => Some(ask.entry),
            Self::LoggingIn(login) => Some(login.entry),
            _ => None,
        }
    }

    /// Gives the same, to change it.
    pub(super) const fn code_entry_mut(&mut self) -> Option<&mut CodeEntry> {
        match self {
            Self::AwaitCode(entry) | Self::InDoubt(entry) => Some(entry),
            Self::AskTry(ask) => Some(&mut ask.entry),
            Self::LoggingIn(login) => Some(&mut login.entry),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Captcha {
    pub(super) resend_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct PassHeld {
    pub(super) captcha_token: CaptchaToken,
    pub(super) expires_at: Timestamp,
    pub(super) resend_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct AskSend {
    pub(super) pass: PassHeld,
    pub(super) scenario: SendScenario,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sending {
    pub(super) request: SendSmsCode,
    pub(super) begun_at: Timestamp,
    pub(super) pass_expires_at: Timestamp,
    pub(super) resend_at: Option<Timestamp>,
}

/// Waits for the code of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CodeEntry {
    pub(super) resend_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) tries_left: u8,
    pub(super) last_try_unknown: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct AskTry {
    pub(super) entry: CodeEntry,
    /// Whether the code was entered in doubt.
    pub(super) in_doubt: bool,
    pub(super) verify_code: VerifyCode,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct LoggingIn {
    pub(super) entry: CodeEntry,
    pub(super) request: LoginWithSmsCode,
}

/// What the service wants before there is a session: a second factor, a new password, an account to bind.
#[derive(Clone, Debug, PartialEq)]
pub struct PendingStep {
    status: LoginStatus,
    state_token: StateToken,
    data: Option<PendingData>,
}

impl PendingStep {
    pub(super) const fn new(
        status: LoginStatus,
        state_token: StateToken,
        data: Option<PendingData>,
    ) -> Self {
        Self {
            status,
            state_token,
            data,
        }
    }

    /// Names what the service wants, such as `MFA_AUTH`. An open set.
    #[must_use]
    pub const fn status(&self) -> &LoginStatus {
        &self.status
    }

    /// Gives the token that the next call is made with, as the header `X-state-token`.
    #[must_use]
    pub const fn state_token(&self) -> &StateToken {
        &self.state_token
    }

    /// Gives what the service says about the step: a JSON text from outside.
    #[must_use]
    pub const fn data(&self) -> Option<&PendingData> {
        self.data.as_ref()
    }
}
