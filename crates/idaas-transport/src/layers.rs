//! Transports that wrap another one: each adds one thing, and they stack.
//!
//! | layer | adds |
//! |---|---|
//! | [`LoopbackOnly`](crate::LoopbackOnly) | no call leaves the machine |
//! | `Traced` (feature `tracing`) | one span a call |
//! | [`SendBudget`] | at most so many paid sends in a window of time |
//! | [`Retried`] | further attempts where they cost nothing |
//! | [`ConcurrencyLimit`] | at most so many calls at once |
//!
//! # The order
//!
//! ```text
//!   caller
//!     │
//!   LoopbackOnly      refuses before anything else is touched
//!     │
//!   Traced            the call as the caller sees it, its pauses included
//!     │
//!   SendBudget        one send a call, however many attempts it takes
//!     │
//!   Retried           decides, pauses, tries again
//!     │
//!   ConcurrencyLimit  below the pauses, so that none of them holds a slot
//!     │
//!   Traced            each attempt on its own, if that is wanted too
//!     │
//!   HyperTransport, or yours
//! ```
//!
//! ```
//! use std::time::Duration;
//! use idaas_transport::layers::{ConcurrencyLimit, Retried, RetryPolicy, SendBudget};
//! # use idaas_transport::{BoxFuture, Transport, layers::Sleeper};
//! # fn stack(transport: impl Transport, sleeper: impl Sleeper + Clone) -> impl Transport {
//! let transport = ConcurrencyLimit::new(transport, 64, sleeper.clone());
//! let transport = Retried::new(transport, RetryPolicy::off().max_attempts(3), sleeper);
//! let transport = SendBudget::new(transport, 100, Duration::from_secs(60 * 60));
//! # transport
//! # }
//! ```
//!
//! Another order changes what is counted and never what is safe: whatever the order, a `POST`
//! that may have been received is not sent again, the number of attempts is bounded, the
//! [`Deadline`](crate::Deadline) of the request is kept, and
//! [`Delivery::NotSent`](crate::Delivery::NotSent) stays true. A `SendBudget` below `Retried`
//! counts attempts; a `ConcurrencyLimit` above it holds its slot through pauses.

mod attempt;
mod concurrency_limit;
mod retried;
mod retry_after;
mod retry_budget;
mod retry_policy;
mod semaphore;
mod send_budget;
mod sleeper;
#[cfg(feature = "tracing")]
mod traced;

pub use attempt::Attempt;
pub use concurrency_limit::ConcurrencyLimit;
pub use retried::Retried;
pub use retry_budget::RetryBudget;
pub use retry_policy::RetryPolicy;
pub use send_budget::SendBudget;
pub use sleeper::Sleeper;
#[cfg(feature = "tokio")]
pub use sleeper::TokioSleeper;
#[cfg(feature = "tracing")]
pub use traced::Traced;

#[cfg(all(test, feature = "testing"))]
mod tests;
