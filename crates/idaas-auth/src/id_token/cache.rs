use std::sync::Arc;
use std::time::Duration;

use super::{KeyPolicy, KeySet};
use crate::Timestamp;

/// Decides when signing keys are read, and when those at hand will do.
///
/// It reads no clock and fetches nothing: its caller asks for a [`KeyPlan`], carries it out and
/// reports. The rules:
///
/// - Keys younger than the [maximum age](KeyPolicy::with_max_age) are used.
/// - Older ones are read again. If that fails they stay in use for the
///   [grace](KeyPolicy::with_grace), and while it is under way whoever they serve need not wait.
/// - A `kid` that is not among the keys has them read again: they may have been rotated.
/// - One fetch at a time. After a good one nothing is fetched for the
///   [cool-down](KeyPolicy::with_cool_down), however many unknown `kid`s arrive; after a failed one
///   for 1 s, 2 s, 4 s… up to the cool-down. A key that comes into use meanwhile is unknown until then.
///
/// The clock may jump: only the distance between two times counts, in either direction.
///
/// ```
/// use idaas_auth::{KeyCache, KeyPlan, KeyPolicy, KeySet, Timestamp};
///
/// let mut cache = KeyCache::new(KeyPolicy::new());
/// let now = Timestamp::from_unix(1_700_000_000);
/// match cache.plan(Some("a-kid"), now) {
///     KeyPlan::Fetch(fetch) => {
///         let keys = KeySet::default(); // read them from the service here
///         cache.complete(fetch, keys, now);
///     }
///     plan => unreachable!("an empty cache asks for its keys, not {plan:?}"),
/// }
/// ```
#[derive(Debug)]
pub struct KeyCache {
    policy: KeyPolicy,
    cached: Option<Cached>,
    in_flight: Option<InFlight>,
    /// When the latest fetch ended, and for how long nothing is fetched from then.
    pause: Option<(Timestamp, Duration)>,
    /// Failed fetches since the last good one.
    failures: u32,
    fetches: u64,
}

#[derive(Debug)]
struct Cached {
    keys: Arc<KeySet>,
    /// When their fetch began.
    since: Timestamp,
}

#[derive(Debug)]
struct InFlight {
    number: u64,
    since: Timestamp,
}

/// What to do for a token.
#[derive(Debug)]
#[must_use]
#[non_exhaustive]
pub enum KeyPlan {
    /// Verify with these keys.
    Use(Arc<KeySet>),
    /// Read the keys from the service now, then [complete](KeyCache::complete),
    /// [fail](KeyCache::fail) or [abandon](KeyCache::abandon) the fetch.
    Fetch(KeyFetch),
    /// Another caller is reading the keys: ask again when that has ended.
    Wait,
    /// The keys could not be read, and none at hand serve the token.
    #[non_exhaustive]
    Unavailable {
        /// When they may be read again.
        retry_at: Timestamp,
    },
}

/// Leave to read the keys once.
#[derive(Debug)]
#[must_use]
pub struct KeyFetch {
    number: u64,
    since: Timestamp,
}

impl KeyCache {
    /// A fetch that was not reported for this long is taken for lost, as when the task that ran it
    /// hangs: the next caller may start another. Longer than any sensible time limit of a call.
    const LOST_AFTER: Duration = Duration::from_secs(120);

    /// Makes an empty cache.
    #[must_use]
    pub const fn new(policy: KeyPolicy) -> Self {
        Self {
            policy,
            cached: None,
            in_flight: None,
            pause: None,
            failures: 0,
            fetches: 0,
        }
    }

    /// Decides what to do for a token with this `kid`.
    pub fn plan(&mut self, key_id: Option<&str>, now: Timestamp) -> KeyPlan {
        let usable = self.usable(key_id, now);
        if let Some(keys) = &usable
            && self.age(now) < self.policy.max_age()
        {
            return KeyPlan::Use(Arc::clone(keys));
        }
        let busy = self
            .in_flight
            .as_ref()
            .is_some_and(|flight| distance(flight.since, now) < Self::LOST_AFTER);
        let pause = self.pause_left(now);
        match usable {
            Some(keys) if busy || !pause.is_zero() => KeyPlan::Use(keys),
            None if busy => KeyPlan::Wait,
            None if !pause.is_zero() => self.plan_without(now, pause),
            _ => KeyPlan::Fetch(self.start(now)),
        }
    }

    /// The keys at hand, if they may still be used, grace included, and serve a token with this
    /// `kid`.
    #[must_use]
    pub fn usable(&self, key_id: Option<&str>, now: Timestamp) -> Option<Arc<KeySet>> {
        let keys = self.within_grace(now)?;
        keys.serves(key_id).then(|| Arc::clone(keys))
    }

    /// Takes the keys that were read. A fetch that was taken for lost has no effect any more.
    pub fn complete(&mut self, fetch: KeyFetch, keys: impl Into<Arc<KeySet>>, now: Timestamp) {
        if self.land(&fetch) {
            self.failures = 0;
            self.pause = Some((now, self.policy.cool_down()));
            self.cached = Some(Cached {
                keys: keys.into(),
                since: fetch.since,
            });
        }
    }

    /// Notes that the keys could not be read.
    pub fn fail(&mut self, fetch: KeyFetch, now: Timestamp) {
        if self.land(&fetch) {
            let pause = Duration::from_secs(1 << self.failures.min(16));
            self.failures = self.failures.saturating_add(1);
            self.pause = Some((now, pause.min(self.policy.cool_down())));
        }
    }

    /// Notes that a fetch was given up half-way: the next caller may start another at once.
    pub fn abandon(&mut self, fetch: KeyFetch) {
        self.land(&fetch);
    }

    fn start(&mut self, now: Timestamp) -> KeyFetch {
        self.fetches += 1;
        self.in_flight = Some(InFlight {
            number: self.fetches,
            since: now,
        });
        KeyFetch {
            number: self.fetches,
            since: now,
        }
    }

    /// Ends a fetch, and tells whether it was still the one that is waited for.
    fn land(&mut self, fetch: &KeyFetch) -> bool {
        self.in_flight
            .take_if(|flight| flight.number == fetch.number)
            .is_some()
    }

    /// No key serves the token, and none may be fetched yet.
    fn plan_without(&self, now: Timestamp, pause: Duration) -> KeyPlan {
        match self.within_grace(now) {
            // They were read a moment ago, so the token's key does not exist: let it be checked
            // against them and refused as what it is.
            Some(keys) if self.failures == 0 => KeyPlan::Use(Arc::clone(keys)),
            _ => KeyPlan::Unavailable {
                retry_at: now.saturating_add(pause),
            },
        }
    }

    fn within_grace(&self, now: Timestamp) -> Option<&Arc<KeySet>> {
        let limit = self.policy.max_age().saturating_add(self.policy.grace());
        self.cached
            .as_ref()
            .filter(|_| self.age(now) < limit)
            .map(|cached| &cached.keys)
    }

    fn age(&self, now: Timestamp) -> Duration {
        self.cached
            .as_ref()
            .map_or(Duration::MAX, |cached| distance(cached.since, now))
    }

    fn pause_left(&self, now: Timestamp) -> Duration {
        self.pause.map_or(Duration::ZERO, |(since, pause)| {
            pause.saturating_sub(distance(since, now))
        })
    }
}

/// The time between two moments, whichever is the earlier.
fn distance(a: Timestamp, b: Timestamp) -> Duration {
    a.until(b).max(b.until(a))
}

#[cfg(test)]
mod tests;
