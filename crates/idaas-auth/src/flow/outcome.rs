//! What a request to send or to log in came to, told from the answer.
//!
//! Doubt is decided in favour of money: a request counts as unsent only if the transport says so or the service
//! itself names a reason that comes before sending.

use idaas_proto::{ApiError, ErrorCode, LoginResponse, LoginStatus};
use idaas_transport::Delivery;

use super::event::Event;
use super::state::PendingStep;
use crate::error::Error;
use crate::{Session, Timestamp};

const TOO_MANY_REQUESTS: u16 = 429;

/// What became of a request to send an SMS.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendReport {
    /// The service cannot have seen the request.
    NotSent,
    /// The service sent the SMS.
    Accepted,
    /// The service refused the captcha pass (`CAPTCHA.0003`, `CAPTCHA.0004`).
    PassSpent,
    /// The service could not send (`CAPTCHA.0006`).
    Failed,
    /// The service, or a proxy before it, wants fewer requests (HTTP 429).
    Throttled {
        /// When the answer says to try again.
        retry_at: Option<Timestamp>,
    },
    /// The service refused the request itself: other `PARAM` and `USER` codes, `CAPTCHA.0005`.
    Refused,
    /// Anything else: an SMS may have gone out.
    Unknown,
}

impl SendReport {
    /// Tells what a failed call means for the SMS.
    #[must_use]
    pub fn failed(error: &Error) -> Self {
        match error {
            Error::Transport(failure) if failure.error().delivery() == Delivery::NotSent => {
                Self::NotSent
            }
            Error::Api(failure) => Self::refused(failure.error(), failure.retry_at()),
            Error::Decode(failure) if failure.error().status() == TOO_MANY_REQUESTS => {
                Self::Throttled {
                    retry_at: failure.retry_at(),
                }
            }
            _ => Self::Unknown,
        }
    }

    fn refused(error: &ApiError, retry_at: Option<Timestamp>) -> Self {
        let code = error.code();
        match error.status() {
            TOO_MANY_REQUESTS => Self::Throttled { retry_at },
            // A code is believed only with the status of a refusal.
            status if !(400..500).contains(&status) => Self::Unknown,
            _ if code.is(&ErrorCode::CAPTCHA_TOKEN_SPENT)
                || code.is(&ErrorCode::CAPTCHA_TOKEN_MISMATCH) =>
            {
                Self::PassSpent
            }
            _ if code.is(&ErrorCode::SEND_FAILED) => Self::Failed,
            _ if code.is(&ErrorCode::SCENARIO_UNKNOWN)
                || matches!(code.family(), Some("PARAM" | "USER")) =>
            {
                Self::Refused
            }
            _ => Self::Unknown,
        }
    }

    pub(super) const fn event(&self) -> Event {
        match self {
            Self::NotSent => Event::SendNotSent,
            Self::Accepted => Event::SendAccepted,
            Self::PassSpent => Event::SendPassSpent,
            Self::Failed => Event::SendFailed,
            Self::Throttled { .. } => Event::SendThrottled,
            Self::Refused => Event::SendRefused,
            Self::Unknown => Event::SendUnknown,
        }
    }
}

/// What became of a login.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum LoginReport {
    /// The person is signed in.
    Succeeded(Session),
    /// The code is wrong, or used up (`CAPTCHA.0007`).
    CodeIncorrect,
    /// The code was right, and the service wants one more step.
    Pending(PendingStep),
    /// The service cannot have seen the request.
    NotSent,
    /// Nobody knows whether the code was used up: no readable answer, or one that says nothing of the code.
    Unknown {
        /// When the answer says to try again.
        retry_at: Option<Timestamp>,
    },
    /// The service refused, for good.
    Refused {
        /// The status, where the refusal was not an error answer.
        status: Option<LoginStatus>,
    },
}

impl LoginReport {
    /// Tells what an answer with status 200 means: an unknown status is never a success.
    #[must_use]
    pub fn answered(response: LoginResponse, now: Timestamp) -> Self {
        let LoginResponse {
            session_token,
            expire,
            status,
            id_token,
            state_token,
            data,
            ..
        } = response;
        if status == LoginStatus::SUCCESS {
            let Some(session_token) = session_token else {
                return Self::Unknown { retry_at: None };
            };
            let expires_at =
                expire.map(|seconds| now.saturating_add(core::time::Duration::from_secs(seconds)));
            return Self::Succeeded(Session::new(session_token, expires_at, id_token));
        }
        match state_token {
            Some(state_token) if status != LoginStatus::ACCESS_DENIED => {
                Self::Pending(PendingStep::new(status, state_token, data))
            }
            _ => Self::Refused {
                status: Some(status),
            },
        }
    }

    /// Tells what a failed call means for the code.
    #[must_use]
    pub fn failed(error: &Error) -> Self {
        match error {
            Error::Transport(failure) if failure.error().delivery() == Delivery::NotSent => {
                Self::NotSent
            }
            Error::Api(failure) => match failure.error().status() {
                // A limit on requests is no judgement on the code, which somebody paid for.
                TOO_MANY_REQUESTS => Self::Unknown {
                    retry_at: failure.retry_at(),
                },
                400..500 if failure.error().code().is(&ErrorCode::VERIFY_CODE_INCORRECT) => {
                    Self::CodeIncorrect
                }
                400..500 => Self::Refused { status: None },
                _ => Self::Unknown {
                    retry_at: failure.retry_at(),
                },
            },
            Error::Decode(failure) => Self::Unknown {
                retry_at: failure.retry_at(),
            },
            _ => Self::Unknown { retry_at: None },
        }
    }

    pub(super) const fn event(&self) -> Event {
        match self {
            Self::Succeeded(_) => Event::LoginSucceeded,
            Self::CodeIncorrect => Event::LoginCodeIncorrect,
            Self::Pending(_) => Event::LoginPending,
            Self::NotSent => Event::LoginNotSent,
            Self::Unknown { .. } => Event::LoginUnknown,
            Self::Refused { .. } => Event::LoginRefused,
        }
    }
}
