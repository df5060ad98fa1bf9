use std::{
    error::Error,
    fmt,
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};

use tokio::task::coop::unconstrained;

use crate::{Deadline, Delivery, TransportError, TransportErrorKind};

/// Polls what ends a call, be it a timer or the answer.
///
/// A service that floods us uses up the budget that tokio gives a task in one turn. A timer that
/// asks for some of it too would then never be heard, and the call never end.
pub(super) fn poll_end<F: Future>(end: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<F::Output> {
    pin!(unconstrained(end)).poll(cx)
}

/// How long each phase of a call may last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) connect: Duration,
    pub(super) response_head: Duration,
    pub(super) call: Duration,
    pub(super) idle: Duration,
}

impl Limits {
    /// The end of a call that begins now: its own deadline or the limit of all calls.
    pub(super) fn end(&self, deadline: Option<Deadline>) -> Limit {
        let own = deadline.map(|deadline| Limit {
            deadline,
            of: LimitOf::Deadline,
        });
        Limit::after(self.call, LimitOf::Call).or_earlier(own)
    }

    /// The end of a connection attempt that begins now.
    pub(super) fn connect(&self, end: Limit) -> Limit {
        Limit::after(self.connect, LimitOf::Connect).or_earlier(Some(end))
    }

    /// The end of the wait for the head of a response that begins now.
    pub(super) fn head(&self, end: Limit) -> Limit {
        Limit::after(self.response_head, LimitOf::ResponseHead).or_earlier(Some(end))
    }
}

/// A moment at which a phase has to be over, and why.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    deadline: Deadline,
    of: LimitOf,
}

#[derive(Clone, Copy, Debug)]
enum LimitOf {
    Connect,
    ResponseHead,
    Call,
    Deadline,
}

impl Limit {
    fn after(duration: Duration, of: LimitOf) -> Self {
        Self {
            deadline: Deadline::after(duration),
            of,
        }
    }

    fn or_earlier(self, other: Option<Self>) -> Self {
        match other {
            Some(other) if other.deadline <= self.deadline => other,
            _ => self,
        }
    }

    pub(super) fn has_passed(self) -> bool {
        self.deadline.has_passed()
    }

    /// The moment as tokio's timers want it.
    pub(super) fn moment(self) -> tokio::time::Instant {
        tokio::time::Instant::from_std(self.deadline.moment())
    }

    /// The error of a phase that was not over in time.
    pub(super) fn ran_out(self, kind: TransportErrorKind, delivery: Delivery) -> TransportError {
        TransportError::new(kind, delivery).with_source(RanOut(self.of))
    }
}

/// Says which setting ended the call.
#[derive(Debug)]
struct RanOut(LimitOf);

impl fmt::Display for RanOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            LimitOf::Connect => "the limit for name lookup, connect and TLS ran out",
            LimitOf::ResponseHead => "the limit for the response head ran out",
            LimitOf::Call => "the limit for the whole call ran out",
            LimitOf::Deadline => "the deadline of the call has passed",
        })
    }
}

impl Error for RanOut {}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        connect: Duration::from_secs(1),
        response_head: Duration::from_secs(60),
        call: Duration::from_secs(10),
        idle: Duration::ZERO,
    };

    fn why(limit: Limit) -> String {
        let error = limit.ran_out(TransportErrorKind::Other, Delivery::Unknown);
        error.source().map(ToString::to_string).unwrap_or_default()
    }

    #[test]
    fn the_earliest_limit_counts_and_is_named() {
        let end = LIMITS.end(None);
        assert_eq!(why(end), "the limit for the whole call ran out");
        assert_eq!(
            why(LIMITS.connect(end)),
            "the limit for name lookup, connect and TLS ran out"
        );
        assert_eq!(
            why(LIMITS.head(end)),
            "the limit for the whole call ran out",
            "the whole call ends before the limit of the head"
        );

        let own = LIMITS.end(Some(Deadline::after(Duration::from_millis(1))));
        assert_eq!(why(own), "the deadline of the call has passed");
        assert_eq!(
            why(LIMITS.connect(own)),
            "the deadline of the call has passed"
        );

        let late = LIMITS.end(Some(Deadline::after(Duration::MAX)));
        assert_eq!(why(late), "the limit for the whole call ran out");
    }
}
