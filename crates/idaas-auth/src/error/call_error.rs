use core::error::Error as StdError;
use core::fmt;

use idaas_proto::{ApiError, DecodeError, OperationId};
use idaas_transport::TransportError;

use super::Advice;
use crate::Timestamp;

/// A call that failed: which one, why, and what to do about it.
///
/// As an error by itself it reads as the [`Error`](crate::Error) that it came in: `Display` says what became of which
/// operation, and `source` is [`error`](Self::error).
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

impl fmt::Display for CallError<ApiError> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was refused by the service", self.operation.name())
    }
}

impl fmt::Display for CallError<DecodeError> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} got an answer that cannot be read",
            self.operation.name()
        )
    }
}

impl fmt::Display for CallError<TransportError> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} got no answer", self.operation.name())
    }
}

impl<E: StdError + 'static> StdError for CallError<E>
where
    Self: fmt::Display,
{
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.error)
    }
}

#[cfg(test)]
mod tests {
    use idaas_proto::ErrorCode;
    use idaas_transport::{Delivery, TransportErrorKind};

    use super::*;
    use crate::Error;

    fn failed<E>(error: E) -> CallError<E> {
        CallError::new(OperationId::SendSmsCode, Advice::GiveUp, None, error)
    }

    /// What a log shows of an error: itself, and all that it comes from.
    fn chain(error: &(dyn StdError + 'static)) -> Vec<String> {
        core::iter::successors(Some(error), |&error| error.source())
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_refusal_reads_alone_as_it_does_in_the_error_that_it_came_in() {
        let refused = || failed(ApiError::new(429, ErrorCode::SYSTEM_BUSY, "busy"));
        let expected = [
            "send_sms_code was refused by the service",
            "the service answered 429 with IDAAS.SDK.COM.0002",
        ];
        assert_eq!(chain(&refused()), expected);
        assert_eq!(chain(&Error::Api(refused())), expected);
    }

    #[test]
    fn a_lost_call_says_each_cause_once() {
        let lost = || {
            let why = TransportError::new(TransportErrorKind::Closed, Delivery::Unknown);
            failed(why.with_source("reset by peer"))
        };
        let of_the_transport = format!("{}; {}", TransportErrorKind::Closed, Delivery::Unknown);
        let expected = [
            "send_sms_code got no answer",
            &of_the_transport,
            "reset by peer",
        ];
        assert_eq!(chain(&lost()), expected);
        assert_eq!(chain(&Error::Transport(lost())), expected);
    }
}
