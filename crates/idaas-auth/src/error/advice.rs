use core::time::Duration;

use idaas_proto::{ApiError, DecodeError, ErrorCode, OperationId};
use idaas_transport::{Delivery, TransportError, TransportErrorKind};
use serde::Serialize;

use crate::Timestamp;

/// How long to wait where the service says nothing; not documented by the vendor: our default.
const PAUSE: Duration = Duration::from_secs(5);

/// What to do after an error, so that nobody has to match on codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Advice {
    /// Ask the person for the code: again if it was wrong, all the same if an SMS only may have gone out.
    AskAgain,
    /// Get a new captcha, and with its pass a new code.
    #[non_exhaustive]
    NewCaptcha {
        /// When the new code may be asked for; absent where it may be now. The captcha can be solved before.
        not_before: Option<Timestamp>,
    },
    /// Do the same again, in the step where the login stands, not before this moment.
    RetryAt(Timestamp),
    /// Begin a new flow.
    StartOver,
    /// Stop: the caller, its settings or the person's account must change first.
    GiveUp,
}

impl Advice {
    /// A new captcha, at any time.
    pub(crate) const NEW_CAPTCHA: Self = Self::NewCaptcha { not_before: None };

    /// Gives the moment before which the advice is not worth following, where there is one.
    #[must_use]
    pub const fn not_before(&self) -> Option<Timestamp> {
        match self {
            Self::RetryAt(at) => Some(*at),
            Self::NewCaptcha { not_before } => *not_before,
            _ => None,
        }
    }
}

/// Advises on a call that brought no answer.
pub(super) fn on_transport(
    operation: OperationId,
    error: &TransportError,
    now: Timestamp,
) -> Advice {
    match (operation, error.delivery()) {
        _ if is_settled(error.kind()) => Advice::GiveUp,
        (OperationId::VerifyCaptcha, _) => Advice::NEW_CAPTCHA,
        (OperationId::SendSmsCode | OperationId::LoginWithSmsCode, Delivery::Unknown) => {
            Advice::AskAgain
        }
        _ => Advice::RetryAt(now.saturating_add(PAUSE)),
    }
}

/// Tells whether a call fails the same way until somebody changes a setting.
const fn is_settled(kind: TransportErrorKind) -> bool {
    matches!(
        kind,
        TransportErrorKind::InvalidRequest
            | TransportErrorKind::PlaintextRefused
            | TransportErrorKind::NotLoopback
            | TransportErrorKind::NoRuntime
    )
}

/// Advises on an answer that is not the service's.
pub(super) fn on_decode(
    operation: OperationId,
    error: &DecodeError,
    retry_at: Option<Timestamp>,
    now: Timestamp,
) -> Advice {
    match operation {
        OperationId::VerifyCaptcha => Advice::NewCaptcha {
            not_before: retry_at,
        },
        OperationId::SendSmsCode | OperationId::LoginWithSmsCode => Advice::AskAgain,
        _ if is_passing(error.status()) => {
            Advice::RetryAt(retry_at.unwrap_or_else(|| now.saturating_add(PAUSE)))
        }
        _ => Advice::GiveUp,
    }
}

/// Advises on a refusal of the service.
pub(super) fn on_api(
    operation: OperationId,
    error: &ApiError,
    retry_at: Option<Timestamp>,
    now: Timestamp,
) -> Advice {
    const NEW_CAPTCHA: [ErrorCode; 4] = [
        ErrorCode::CAPTCHA_FAILED,
        ErrorCode::CAPTCHA_TOKEN_SPENT,
        ErrorCode::CAPTCHA_TOKEN_MISMATCH,
        ErrorCode::SEND_FAILED,
    ];
    const START_OVER: [ErrorCode; 3] = [
        ErrorCode::STATE_TOKEN_INVALID,
        ErrorCode::ID_TOKEN_INVALID,
        ErrorCode::SESSION_TOKEN_INVALID,
    ];

    let is_one_of = |codes: &[ErrorCode]| codes.iter().any(|code| error.code().is(code));
    if is_passing(error.status()) || retry_at.is_some() {
        let at = retry_at.unwrap_or_else(|| now.saturating_add(PAUSE));
        match operation {
            // A captcha is used up by the answer, and so is a pass.
            OperationId::VerifyCaptcha => Advice::NewCaptcha {
                not_before: Some(at),
            },
            OperationId::SendSmsCode if (400..500).contains(&error.status()) => {
                Advice::NewCaptcha {
                    not_before: Some(at),
                }
            }
            // An SMS may be under way all the same.
            OperationId::SendSmsCode => Advice::AskAgain,
            _ => Advice::RetryAt(at),
        }
    } else if error.code().is(&ErrorCode::VERIFY_CODE_INCORRECT) {
        Advice::AskAgain
    } else if is_one_of(&NEW_CAPTCHA) {
        Advice::NEW_CAPTCHA
    } else if is_one_of(&START_OVER) {
        Advice::StartOver
    } else {
        Advice::GiveUp
    }
}

/// Tells whether a status speaks of load rather than of the request.
const fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..)
}
