use idaas_proto::OperationId;

use super::Advice;
use crate::Timestamp;

/// A call that failed: which one, why, and what to do about it.
#[derive(Debug)]
pub struct CallError<E> {
    operation: OperationId,
    advice: Advice,
    retry_at: Option<Timestamp>,
    error: E,
}

impl<E> CallError<E> {
    pub(super) const fn new(
        operation: OperationId,
        advice: Advice,
        retry_at: Option<Timestamp>,
        error: E,
    ) -> Self {
        Self {
            operation,
            advice,
            retry_at,
            error,
        }
    }

    /// Names the operation that was called.
    #[must_use]
    pub const fn operation(&self) -> OperationId {
        self.operation
    }

    /// Gives when the answer says to try again (`Retry-After`), if it does; at most one day
    /// after the answer, whatever it says.
    #[must_use]
    pub const fn retry_at(&self) -> Option<Timestamp> {
        self.retry_at
    }

    /// Gives why the call failed.
    #[must_use]
    pub const fn error(&self) -> &E {
        &self.error
    }

    /// Gives why the call failed, by value.
    #[must_use]
    pub fn into_error(self) -> E {
        self.error
    }

    pub(super) const fn advice(&self) -> Advice {
        self.advice
    }

    pub(super) fn with_advice(self, advice: Advice) -> Self {
        Self { advice, ..self }
    }
}
