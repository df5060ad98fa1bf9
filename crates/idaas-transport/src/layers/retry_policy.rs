use std::time::Duration;

use bytes::Bytes;
use http::{Method, Response, StatusCode};

use super::retry_after::retry_after;
use crate::{Delivery, TransportError, TransportErrorKind};

/// Which calls get another attempt, and after what pause. Data, and a decision without a clock.
///
/// | what came of the attempt | a read (`GET`, `HEAD`) | any other method |
/// |---|---|---|
/// | [`Delivery::NotSent`] | again | again |
/// | [`Delivery::Unknown`] | again | never |
/// | 429, 502, 503, 504 | again, not before `Retry-After` | never |
/// | any other response | never | never |
///
/// What no further attempt can mend, such as a request that is refused on this side, gets none.
/// The pause before attempt *n* + 1 is drawn evenly from nothing to `first_pause` × 2ⁿ⁻¹, at
/// most `longest_pause` ("full jitter"). A `Retry-After` of more than `longest_pause`, or a
/// pause that would not end before the deadline, ends the call with what there is.
///
/// None of the defaults is documented by the vendor; they are ours: off, pauses from 200 ms up
/// to 5 s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct RetryPolicy {
    max_attempts: u32,
    first_pause: Duration,
    longest_pause: Duration,
}

impl RetryPolicy {
    /// No further attempt, until [`max_attempts`](Self::max_attempts) allows some.
    pub const fn off() -> Self {
        Self {
            max_attempts: 1,
            first_pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(5),
        }
    }

    /// Sets how many attempts a call gets, the first one counted; zero is taken as one.
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// Sets the longest pause before the second attempt; it doubles with every further one.
    pub const fn first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }

    /// Sets the longest pause at all, and the longest `Retry-After` that is waited for.
    pub const fn longest_pause(mut self, pause: Duration) -> Self {
        self.longest_pause = pause;
        self
    }

    /// Whether there may ever be a second attempt.
    pub(super) const fn is_off(&self) -> bool {
        self.max_attempts <= 1
    }

    /// The pause before the next attempt, or `None` if there is none.
    ///
    /// `attempt` is the number of the one that came to `outcome`, from one; `remaining` the time
    /// to the deadline, if there is one; `jitter` a random number from 0 up to 1.
    #[must_use]
    pub fn decide(
        &self,
        method: &Method,
        attempt: u32,
        outcome: &Result<Response<Bytes>, TransportError>,
        remaining: Option<Duration>,
        jitter: f64,
    ) -> Option<Duration> {
        if attempt >= self.max_attempts || !may_help(method, outcome) {
            return None;
        }
        let mut pause = self.ceiling(attempt).mul_f64(jitter.clamp(0.0, 1.0));
        if let Ok(response) = outcome
            && let Some(asked) = retry_after(response.headers())
        {
            if asked > self.longest_pause {
                return None;
            }
            pause = pause.max(asked);
        }
        remaining.is_none_or(|left| pause < left).then_some(pause)
    }

    /// The longest pause after this attempt.
    fn ceiling(&self, attempt: u32) -> Duration {
        let factor = 2_u32.saturating_pow(attempt.saturating_sub(1));
        self.first_pause
            .saturating_mul(factor)
            .min(self.longest_pause)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::off()
    }
}

/// Whether another attempt costs nothing and may end better.
fn may_help(method: &Method, outcome: &Result<Response<Bytes>, TransportError>) -> bool {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    match outcome {
        Ok(response) => {
            reads
                && matches!(
                    response.status(),
                    StatusCode::TOO_MANY_REQUESTS
                        | StatusCode::BAD_GATEWAY
                        | StatusCode::SERVICE_UNAVAILABLE
                        | StatusCode::GATEWAY_TIMEOUT
                )
        }
        Err(error) => {
            let harmless = match error.delivery() {
                Delivery::NotSent => true,
                Delivery::Unknown => reads,
            };
            harmless && may_pass(error.kind())
        }
    }
}

/// Whether a failure of this kind may be gone at the next attempt.
const fn may_pass(kind: TransportErrorKind) -> bool {
    use TransportErrorKind::{
        BodyTooLarge, BudgetSpent, Cancelled, HeadTooLarge, InvalidRequest, NoRuntime, NotLoopback,
        PlaintextRefused,
    };
    !matches!(
        kind,
        BodyTooLarge
            | BudgetSpent
            | Cancelled
            | HeadTooLarge
            | InvalidRequest
            | NoRuntime
            | NotLoopback
            | PlaintextRefused
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use TransportErrorKind::{Connect, InvalidRequest};

    const POLICY: RetryPolicy = RetryPolicy::off().max_attempts(4);

    fn failed(kind: TransportErrorKind, delivery: Delivery) -> Outcome {
        Err(TransportError::new(kind, delivery))
    }

    type Outcome = Result<Response<Bytes>, TransportError>;

    fn answered(status: u16, retry_after: &'static str) -> Outcome {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
        if !retry_after.is_empty() {
            let value = http::HeaderValue::from_static(retry_after);
            response
                .headers_mut()
                .insert(http::header::RETRY_AFTER, value);
        }
        Ok(response)
    }

    #[test]
    fn the_rule_by_table() {
        let table = [
            (failed(Connect, Delivery::NotSent), true, true),
            (failed(Connect, Delivery::Unknown), true, false),
            (failed(InvalidRequest, Delivery::NotSent), false, false),
            (answered(200, ""), false, false),
            (answered(302, ""), false, false),
            (answered(404, ""), false, false),
            (answered(429, ""), true, false),
            (answered(500, ""), false, false),
            (answered(502, ""), true, false),
            (answered(503, "1"), true, false),
            (answered(503, "6"), false, false),
        ];
        for (outcome, read, other) in table {
            for (method, expected) in [
                (Method::GET, read),
                (Method::HEAD, read),
                (Method::POST, other),
                (Method::PUT, other),
                (Method::DELETE, other),
            ] {
                let decided = POLICY.decide(&method, 1, &outcome, None, 0.5);
                assert_eq!(decided.is_some(), expected, "{method} {outcome:?}");
            }
        }
    }

    #[test]
    fn retry_after_is_waited_for() {
        let outcome = answered(429, "3");
        let pause = POLICY.decide(&Method::GET, 1, &outcome, None, 0.0);
        assert_eq!(pause, Some(Duration::from_secs(3)));

        let left = Some(Duration::from_secs(3));
        assert_eq!(POLICY.decide(&Method::GET, 1, &outcome, left, 0.0), None);
    }

    #[test]
    fn off_is_off() {
        let outcome = failed(Connect, Delivery::NotSent);
        let decided = RetryPolicy::default().decide(&Method::GET, 1, &outcome, None, 0.0);
        assert_eq!(decided, None);
    }

    proptest! {
        /// By a clock of the test's own: whatever is drawn, the pauses of a call end before its
        /// deadline, none is longer than allowed, and there are not too many attempts.
        #[test]
        fn pauses_are_bounded(
            attempts in 0_u32..20,
            first in 0_u64..10_000,
            longest in 0_u64..10_000,
            deadline in 0_u64..60_000,
            jitter in proptest::collection::vec(0.0..1.0_f64, 20),
        ) {
            let policy = RetryPolicy::off()
                .max_attempts(attempts)
                .first_pause(Duration::from_millis(first))
                .longest_pause(Duration::from_millis(longest));
            let deadline = Duration::from_millis(deadline);
            let outcome = failed(Connect, Delivery::NotSent);
            let mut clock = Duration::ZERO;
            let mut attempt = 1;
            while let Some(pause) = policy.decide(
                &Method::POST,
                attempt,
                &outcome,
                Some(deadline.saturating_sub(clock)),
                jitter[attempt as usize % jitter.len()],
            ) {
                prop_assert!(pause <= Duration::from_millis(longest));
                clock += pause;
                attempt += 1;
            }
            prop_assert!(attempt <= attempts.max(1));
            prop_assert!(clock <= deadline);
        }
    }
}
