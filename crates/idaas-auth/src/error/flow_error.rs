use idaas_proto::LoginStatus;
use idaas_transport::Delivery;

use super::Advice;
use crate::Timestamp;
use crate::flow::{Event, FlowState};

/// Why a flow refused an input; it stands where it stood before.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FlowError {
    /// The state table has no such input in this state.
    #[error("{event} is not legal in the state {state}")]
    #[non_exhaustive]
    NotLegal {
        /// The state that the flow is in.
        state: FlowState,
        /// The input that was refused.
        event: Event,
    },
    /// The flow is over.
    #[error("the flow is over")]
    Over,
    /// The next SMS may not be asked for yet.
    #[error("another code may not be asked for before {until}")]
    #[non_exhaustive]
    TooEarly {
        /// When it may be asked for.
        until: Timestamp,
    },
    /// The lifetime of the flow is over.
    #[error("the flow ended at {at}")]
    #[non_exhaustive]
    Expired {
        /// When it ended.
        at: Timestamp,
    },
    /// The flow begins in the future: one of two clocks is wrong.
    #[error("the flow begins only at {at}")]
    #[non_exhaustive]
    NotYet {
        /// When it begins.
        at: Timestamp,
    },
    /// The service answered the login with a status that ends it, such as `ACCESS_DENIED`.
    #[error("the service ended the login")]
    #[non_exhaustive]
    LoginEnded {
        /// The status, a text from outside.
        status: LoginStatus,
    },
}

impl FlowError {
    pub(super) const fn advice(&self) -> Advice {
        match self {
            Self::TooEarly { until } => Advice::RetryAt(*until),
            Self::NotYet { at } => Advice::RetryAt(*at),
            Self::Over | Self::Expired { .. } => Advice::StartOver,
            Self::NotLegal { .. } | Self::LoginEnded { .. } => Advice::GiveUp,
        }
    }

    pub(super) const fn delivery(&self) -> Delivery {
        match self {
            Self::LoginEnded { .. } => Delivery::Unknown,
            _ => Delivery::NotSent,
        }
    }
}
