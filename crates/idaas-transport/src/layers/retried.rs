use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};

use super::{Attempt, RetryBudget, RetryPolicy, Sleeper, attempt::LastAttempt};
use crate::{BoxFuture, Deadline, Delivery, Transport, TransportError};

/// Tries a call again, where that costs nothing.
///
/// Which calls, and when, is said by the [`RetryPolicy`], whose default is none; a
/// [`RetryBudget`] bounds the further attempts of all calls together. A `POST` that may have
/// been received is never sent again. The outcome of the last attempt is returned; if it was not
/// sent but an earlier one may have been, it says [`Delivery::Unknown`].
///
/// Every request that is handed on has an [`Attempt`] in its extensions, as the response has, and
/// a [`Deadline`]: all attempts and pauses of a call together end at its own, and no later than
/// after [`longest_call`](Self::longest_call).
pub struct Retried<T, S> {
    inner: T,
    policy: RetryPolicy,
    budget: RetryBudget,
    longest_call: Duration,
    sleeper: S,
    random: AtomicU64,
}

impl<T: Transport, S: Sleeper> Retried<T, S> {
    /// Puts the policy in front of `inner`, with a [`RetryBudget`] of its own.
    #[must_use]
    pub fn new(inner: T, policy: RetryPolicy, sleeper: S) -> Self {
        Self {
            inner,
            policy,
            budget: RetryBudget::default(),
            longest_call: Duration::from_secs(60),
            sleeper,
            random: AtomicU64::new(RandomState::new().hash_one(0)),
        }
    }

    /// Sets the budget, which may be that of other transports too.
    #[must_use]
    pub fn budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
        self
    }

    /// Sets how long a call may take with all its attempts and pauses; 60 s if it is not set,
    /// which is not documented by the vendor: our default. A policy that is off adds no limit.
    #[must_use]
    pub const fn longest_call(mut self, limit: Duration) -> Self {
        self.longest_call = limit;
        self
    }

    async fn call(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let extensions = request.extensions_mut();
        let last = extensions.remove::<LastAttempt>();
        let longest = Deadline::after(self.longest_call);
        let deadline = extensions
            .get()
            .map_or(longest, |&own: &Deadline| own.min(longest));
        extensions.insert(deadline);
        let mut may_be_received = false;
        for attempt in 1.. {
            let number = Attempt::new(attempt);
            if let Some(last) = &last {
                last.note(number);
            }
            let mut next = request.clone();
            next.extensions_mut().insert(number);
            let outcome = self.inner.send(next).await;
            if outcome.as_ref().is_ok_and(|r| r.status().is_success()) {
                self.budget.put();
            }
            let pause = self.policy.decide(
                request.method(),
                attempt,
                &outcome,
                Some(deadline.remaining()),
                self.jitter(),
            );
            let pause = pause.filter(|_| self.budget.take());
            let Some(pause) = pause else {
                return told(outcome, attempt, may_be_received);
            };
            may_be_received |= !is_not_sent(&outcome);
            if !pause.is_zero() {
                self.sleeper.pause(pause).await;
            }
            if deadline.has_passed() {
                return told(outcome, attempt, may_be_received);
            }
        }
        // A policy ends after `u32::MAX` attempts at the latest.
        self.inner.send(request).await
    }

    /// From 0 up to 1, by SplitMix64.
    fn jitter(&self) -> f64 {
        let mut z = self.random.fetch_add(0x9e37_79b9_7f4a_7c15, Relaxed);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        f64::from((z >> 32) as u32) / (f64::from(u32::MAX) + 1.0)
    }
}

impl<T: Transport, S: Sleeper> Transport for Retried<T, S> {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        if self.policy.is_off() {
            return self.inner.send(request);
        }
        Box::pin(self.call(request))
    }
}

impl<T: fmt::Debug, S> fmt::Debug for Retried<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retried")
            .field("inner", &self.inner)
            .field("policy", &self.policy)
            .field("budget", &self.budget)
            .field("longest_call", &self.longest_call)
            .finish_non_exhaustive()
    }
}

/// The outcome of the last attempt, as the outcome of all.
fn told(
    outcome: Result<Response<Bytes>, TransportError>,
    attempt: u32,
    may_be_received: bool,
) -> Result<Response<Bytes>, TransportError> {
    match outcome {
        Ok(mut response) => {
            response.extensions_mut().insert(Attempt::new(attempt));
            Ok(response)
        }
        Err(error) if may_be_received => Err(error.with_delivery(Delivery::Unknown)),
        Err(error) => Err(error),
    }
}

fn is_not_sent(outcome: &Result<Response<Bytes>, TransportError>) -> bool {
    outcome
        .as_ref()
        .is_err_and(|error| error.delivery() == Delivery::NotSent)
}
