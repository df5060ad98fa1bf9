mod advice;
mod answer;
mod call_error;
mod flow_error;
mod public;

use core::error::Error as StdError;
use core::fmt;

use idaas_proto::{ApiError, DecodeError, OperationId};
use idaas_transport::{Delivery, TransportError};

pub use advice::Advice;
pub use answer::decode_answer;
pub use call_error::CallError;
pub use flow_error::FlowError;
pub use public::PublicMessage;

use crate::flow::SnapshotError;
#[cfg(feature = "id-token")]
use crate::id_token::IdTokenError;

/// Why a step of a login did not bring what was asked for.
///
/// Nobody has to know the service's codes: [`advice`](Self::advice) says what to do next, and
/// [`public`](Self::public) what to tell the person. The variants are for logs and for callers who want more.
///
/// A value that does not parse ([`InvalidValue`](idaas_proto::InvalidValue)) is not among them: what to do about it depends on
/// whose value it is, the person's or your own, and nothing here could advise on that.
///
/// Neither `Display` nor `Debug` shows a secret, a full mobile number or a text that came from outside; the
/// service's own message is at [`ApiError::message`].
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The service refused the call, with a code of its own.
    Api(CallError<ApiError>),
    /// Something answered the call, but not as the service does.
    Decode(CallError<DecodeError>),
    /// The call brought no answer.
    Transport(CallError<TransportError>),
    /// The flow does not allow this step, now or at all, or the service ended it.
    Flow(FlowError),
    /// A saved login was not restored.
    Snapshot(SnapshotError),
    /// The id_token was not accepted.
    #[cfg(feature = "id-token")]
    #[cfg_attr(docsrs, doc(cfg(feature = "id-token")))]
    IdToken(IdTokenError),
}

impl Error {
    /// Says what to do next.
    #[must_use]
    pub const fn advice(&self) -> Advice {
        match self {
            Self::Api(call) => call.advice(),
            Self::Decode(call) => call.advice(),
            Self::Transport(call) => call.advice(),
            Self::Flow(error) => error.advice(),
            // What cannot be read now cannot be read later.
            Self::Snapshot(_) => Advice::StartOver,
            #[cfg(feature = "id-token")]
            Self::IdToken(error) => error.advice(),
        }
    }

    /// Says what to tell the person: nothing that depends on whether a user exists.
    #[must_use]
    pub fn public(&self) -> PublicMessage {
        public::message(self)
    }

    /// Tells whether the service may have seen the request. An answer of any kind counts as seen.
    #[must_use]
    pub const fn delivery(&self) -> Delivery {
        match self {
            Self::Transport(call) => call.error().delivery(),
            Self::Api(_) | Self::Decode(_) => Delivery::Unknown,
            Self::Flow(error) => error.delivery(),
            Self::Snapshot(_) => Delivery::NotSent,
            // Checking a token sends nothing: keys that cannot be read are an error of their own call.
            #[cfg(feature = "id-token")]
            Self::IdToken(_) => Delivery::NotSent,
        }
    }

    /// Names the operation that was called, if one was.
    #[must_use]
    pub const fn operation(&self) -> Option<OperationId> {
        match self {
            Self::Api(call) => Some(call.operation()),
            Self::Decode(call) => Some(call.operation()),
            Self::Transport(call) => Some(call.operation()),
            Self::Flow(_) | Self::Snapshot(_) => None,
            #[cfg(feature = "id-token")]
            Self::IdToken(_) => None,
        }
    }

    /// Puts in the advice of a flow, which knows more than the call.
    #[must_use]
    pub fn with_advice(self, advice: Advice) -> Self {
        match self {
            Self::Api(call) => Self::Api(call.with_advice(advice)),
            Self::Decode(call) => Self::Decode(call.with_advice(advice)),
            Self::Transport(call) => Self::Transport(call.with_advice(advice)),
            Self::Flow(_) | Self::Snapshot(_) => self,
            #[cfg(feature = "id-token")]
            Self::IdToken(_) => self,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(call) => call.fmt(f),
            Self::Decode(call) => call.fmt(f),
            Self::Transport(call) => call.fmt(f),
            Self::Flow(error) => error.fmt(f),
            Self::Snapshot(error) => error.fmt(f),
            #[cfg(feature = "id-token")]
            Self::IdToken(error) => error.fmt(f),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Api(call) => call.source(),
            Self::Decode(call) => call.source(),
            Self::Transport(call) => call.source(),
            Self::Flow(error) => error.source(),
            Self::Snapshot(error) => error.source(),
            #[cfg(feature = "id-token")]
            Self::IdToken(error) => error.source(),
        }
    }
}

#[cfg(feature = "id-token")]
#[cfg_attr(docsrs, doc(cfg(feature = "id-token")))]
impl From<IdTokenError> for Error {
    fn from(error: IdTokenError) -> Self {
        Self::IdToken(error)
    }
}

impl From<SnapshotError> for Error {
    fn from(error: SnapshotError) -> Self {
        Self::Snapshot(error)
    }
}

impl From<FlowError> for Error {
    fn from(error: FlowError) -> Self {
        Self::Flow(error)
    }
}
