//! What goes wrong on purpose.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::Response;
use idaas_proto::{ApiError, ErrorCode, OperationId};

use crate::gate::Gate;

/// Something that goes wrong with the next call of one operation.
///
/// Without more it happens once, in place of the operation: the service sees nothing of the call. With
/// [`after_processing`](Self::after_processing) the service does its work first, and only the answer goes wrong: an
/// SMS is sent and nobody hears of it.
///
/// ```
/// use idaas_emulator::{Fault, Gate};
/// use idaas_proto::{ApiError, ErrorCode, OperationId, RetryAfter};
///
/// // 500 IDAAS.SDK.COM.0002, in the language of the caller.
/// Fault::on(OperationId::LoginWithSmsCode).error(ErrorCode::SYSTEM_BUSY);
///
/// // Three times 429 with Retry-After: 30.
/// let busy = ApiError::new(429, ErrorCode::new("GATEWAY.BUSY"), "slow down");
/// Fault::on(OperationId::SendSmsCode)
///     .api_error(busy.with_retry_after(RetryAfter::After(30)))
///     .times(3);
///
/// // The SMS is sent, the connection dies.
/// Fault::on(OperationId::SendSmsCode).after_processing().drop_connection();
///
/// // The SMS is sent, the answer waits until the gate is opened.
/// let gate = Gate::new();
/// Fault::on(OperationId::SendSmsCode).after_processing().hold(&gate);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a fault does nothing before it is handed to `Faults::push`"]
pub struct Fault {
    operation: OperationId,
    times: Option<u32>,
    after_processing: bool,
    gate: Option<Gate>,
    outcome: Outcome,
}

/// What the caller gets.
#[derive(Clone)]
pub(crate) enum Outcome {
    /// What the service answers.
    Answer,
    /// The error of the catalogue, in the language of the caller.
    Error(ErrorCode),
    /// These bytes.
    Response(Response<Bytes>),
    /// No answer: the connection is closed.
    Dropped,
}

impl Fault {
    /// A fault of the next call of this operation. On its own it changes nothing.
    pub const fn on(operation: OperationId) -> Self {
        Self {
            operation,
            times: Some(1),
            after_processing: false,
            gate: None,
            outcome: Outcome::Answer,
        }
    }

    /// Answers with this code, with the status and the message of the catalogue. A code that the catalogue does not
    /// have is answered with 400.
    pub fn error(mut self, code: ErrorCode) -> Self {
        self.outcome = Outcome::Error(code);
        self
    }

    /// Answers with this status, code, message and `Retry-After`.
    pub fn api_error(self, error: ApiError) -> Self {
        self.respond(error.encode_response().map(Bytes::from))
    }

    /// Answers with exactly this, be it the HTML of a proxy.
    pub fn respond(mut self, response: Response<Bytes>) -> Self {
        self.outcome = Outcome::Response(response);
        self
    }

    /// Closes the connection without an answer.
    pub fn drop_connection(mut self) -> Self {
        self.outcome = Outcome::Dropped;
        self
    }

    /// Waits at the gate first. If nobody opens it, the answer never comes.
    pub fn hold(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }

    /// Lets the service do its work before anything goes wrong.
    pub const fn after_processing(mut self) -> Self {
        self.after_processing = true;
        self
    }

    /// Happens to this many calls, one after the other.
    pub const fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Happens to every call until [`Faults::clear`].
    pub const fn always(mut self) -> Self {
        self.times = None;
        self
    }

    pub(crate) const fn is_after_processing(&self) -> bool {
        self.after_processing
    }

    /// Waits at the gate, if there is one, and tells what the caller gets.
    pub(crate) async fn happen(self) -> Outcome {
        if let Some(gate) = self.gate {
            gate.pass().await;
        }
        self.outcome
    }
}

impl fmt::Debug for Outcome {
    /// An answer may hold tokens, so its body is not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer => f.write_str("Answer"),
            Self::Error(code) => write!(f, "Error({code})"),
            Self::Response(response) => write!(f, "Response({})", response.status()),
            Self::Dropped => f.write_str("Dropped"),
        }
    }
}

/// The faults that an emulator still has before it, first come, first served. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Mutex<VecDeque<Fault>>>);

impl Faults {
    /// Adds a fault behind the others.
    pub fn push(&self, fault: Fault) {
        self.queue().push_back(fault);
    }

    /// Forgets all faults that have not happened yet.
    pub fn clear(&self) {
        self.queue().clear();
    }

    /// How many faults wait for a call. One with several [`times`](Fault::times) counts as one.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue().len()
    }

    /// The fault that happens to a call of this operation.
    pub(crate) fn next(&self, operation: OperationId) -> Option<Fault> {
        let mut queue = self.queue();
        queue.retain(|fault| fault.times != Some(0));
        let at = queue
            .iter()
            .position(|fault| fault.operation == operation)?;
        let fault = queue.get_mut(at)?;
        match &mut fault.times {
            Some(times) if *times > 1 => *times -= 1,
            Some(_) => return queue.remove(at),
            None => {}
        }
        Some(fault.clone())
    }

    fn queue(&self) -> MutexGuard<'_, VecDeque<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
