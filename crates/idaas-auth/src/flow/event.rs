use core::fmt;

use idaas_proto::{CaptchaToken, SendScenario, VerifyCode};
use serde::Serialize;

use super::outcome::{LoginReport, SendReport};
use crate::Timestamp;

/// What a caller tells a flow: a wish of the person, an answer of the guard, an answer of the service.
#[derive(Debug)]
#[non_exhaustive]
pub enum Input {
    /// The captcha is solved, and this is the pass.
    PassObtained(CaptchaToken),
    /// The person asks for a verify code. Spends money once leave is granted.
    SendAsked(SendScenario),
    /// The guard gives leave to send.
    SendGranted,
    /// The guard gives no leave before this moment.
    SendDenied {
        /// When leave may be had.
        until: Timestamp,
    },
    /// What became of the request to send.
    SendAnswered(SendReport),
    /// The person entered this code. White space around it is taken off: the codes of the service have none.
    CodeEntered(VerifyCode),
    /// The person asks for another code.
    ResendAsked,
    /// The guard gives leave for one try.
    TryGranted,
    /// The guard gives no leave: the tries are used up.
    TryDenied,
    /// What became of the login.
    LoginAnswered(LoginReport),
    /// Nothing more will be heard of the work under way: the future was dropped, the guard is away.
    Interrupted,
}

impl Input {
    /// Names the event of the table that this input is.
    #[must_use]
    pub const fn event(&self) -> Event {
        match self {
            Self::PassObtained(_) => Event::PassObtained,
            Self::SendAsked(_) => Event::SendAsked,
            Self::SendGranted => Event::SendGranted,
            Self::SendDenied { .. } => Event::SendDenied,
            Self::SendAnswered(report) => report.event(),
            Self::CodeEntered(_) => Event::CodeEntered,
            Self::ResendAsked => Event::ResendAsked,
            Self::TryGranted => Event::TryGranted,
            Self::TryDenied => Event::TryDenied,
            Self::LoginAnswered(report) => report.event(),
            Self::Interrupted => Event::Interrupted,
        }
    }
}

macro_rules! events {
    ($($(#[$doc:meta])+ $variant:ident = $name:literal,)+) => {
        /// The name of an input, as the state table has it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Event {
            $($(#[$doc])+ $variant,)+
        }

        impl Event {
            /// Every event there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Gives the name, as it stands in the table: `send_asked`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

events! {
    /// The captcha is solved.
    PassObtained = "pass_obtained",
    /// The person asks for a verify code.
    SendAsked = "send_asked",
    /// The guard gives leave to send.
    SendGranted = "send_granted",
    /// The guard gives no leave to send yet.
    SendDenied = "send_denied",
    /// The request to send surely never left.
    SendNotSent = "send_not_sent",
    /// The service sent the SMS.
    SendAccepted = "send_accepted",
    /// The service refused the captcha pass.
    SendPassSpent = "send_pass_spent",
    /// The service says that sending failed.
    SendFailed = "send_failed",
    /// The service wants fewer requests.
    SendThrottled = "send_throttled",
    /// The service refused the request for good.
    SendRefused = "send_refused",
    /// Nobody knows whether an SMS went out.
    SendUnknown = "send_unknown",
    /// The person entered a code.
    CodeEntered = "code_entered",
    /// The person asks for another code.
    ResendAsked = "resend_asked",
    /// The guard gives leave for one try.
    TryGranted = "try_granted",
    /// The guard says that the tries are used up.
    TryDenied = "try_denied",
    /// The person is signed in.
    LoginSucceeded = "login_succeeded",
    /// The code was wrong, or used up.
    LoginCodeIncorrect = "login_code_incorrect",
    /// The code was right, but the service wants more.
    LoginPending = "login_pending",
    /// The login surely never left.
    LoginNotSent = "login_not_sent",
    /// Nobody knows whether the code was used up.
    LoginUnknown = "login_unknown",
    /// The service refused the login for good.
    LoginRefused = "login_refused",
    /// Nothing more will be heard of the work under way.
    Interrupted = "interrupted",
}

impl Event {
    /// Tells whether this is a wish of the person: only a wish is refused for the time it comes at, for
    /// what has happened has happened.
    pub(super) const fn is_wish(self) -> bool {
        matches!(
            self,
            Self::PassObtained | Self::SendAsked | Self::CodeEntered | Self::ResendAsked
        )
    }

    /// Tells whether this asks for one more SMS, which waits for `resend_at`.
    pub(super) const fn wants_sms(self) -> bool {
        matches!(self, Self::SendAsked | Self::ResendAsked)
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
