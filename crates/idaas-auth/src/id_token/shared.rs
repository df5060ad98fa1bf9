use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::{IdTokenError, KeyCache, KeyFetch, KeyPlan, KeyPolicy, KeySet};
use crate::Clock;

/// A [`KeyCache`] that many tasks share: the first that needs keys fetches them, the others wait.
///
/// The fetch runs inside the caller that started it, on no task of its own. If that caller is
/// dropped half-way, one of those that wait takes over.
#[derive(Debug)]
pub(crate) struct SharedKeys {
    cache: Mutex<KeyCache>,
    /// Told whenever a fetch ends, well or not.
    landed: Notify,
}

impl SharedKeys {
    pub(crate) fn new(policy: KeyPolicy) -> Self {
        Self {
            cache: Mutex::new(KeyCache::new(policy)),
            landed: Notify::new(),
        }
    }

    /// Gives the keys for a token with this `kid`, from the cache or by `fetch`.
    ///
    /// `fetch` is polled only if this caller is the one to fetch. Its error goes to this caller alone; those that
    /// wait learn that the keys are [unavailable](IdTokenError::KeysUnavailable).
    pub(crate) async fn keys<E: From<IdTokenError>>(
        &self,
        key_id: Option<&str>,
        clock: &dyn Clock,
        fetch: impl Future<Output = Result<KeySet, E>>,
    ) -> Result<Arc<KeySet>, E> {
        let leave = loop {
            // Listens from here, before it looks: a fetch that ends in between is not missed.
            let landed = self.landed.notified();
            let plan = self.cache().plan(key_id, clock.now());
            match plan {
                KeyPlan::Use(keys) => return Ok(keys),
                KeyPlan::Fetch(leave) => break leave,
                KeyPlan::Wait => landed.await,
                KeyPlan::Unavailable { retry_at } => {
                    return Err(IdTokenError::KeysUnavailable { retry_at }.into());
                }
            }
        };

        let flight = Flight {
            shared: self,
            leave: Some(leave),
        };
        let fetched = fetch.await;
        let now = clock.now();
        match fetched {
            Ok(keys) => {
                let keys = Arc::new(keys);
                flight.land(|cache, leave| cache.complete(leave, Arc::clone(&keys), now));
                Ok(keys)
            }
            Err(error) => {
                flight.land(|cache, leave| cache.fail(leave, now));
                self.cache().usable(key_id, now).ok_or(error)
            }
        }
    }

    fn cache(&self) -> MutexGuard<'_, KeyCache> {
        // Nothing panics while the lock is held; were it so, the cache is whole between two steps.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A fetch that is under way, given up when dropped.
struct Flight<'a> {
    shared: &'a SharedKeys,
    leave: Option<KeyFetch>,
}

impl Flight<'_> {
    fn land(mut self, report: impl FnOnce(&mut KeyCache, KeyFetch)) {
        if let Some(leave) = self.leave.take() {
            report(&mut self.shared.cache(), leave);
        }
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        if let Some(leave) = self.leave.take() {
            self.shared.cache().abandon(leave);
        }
        self.shared.landed.notify_waiters();
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use std::cell::Cell;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Poll, Waker};

    use serde_json::json;
    use tokio::sync::{Barrier, Semaphore};

    use super::super::testing::{HandClock, N, NOW, jwk, key_set};
    use super::*;

    type Outcome = Result<Arc<KeySet>, Failure>;

    #[derive(Debug, PartialEq)]
    enum Failure {
        Fetch,
        Keys(IdTokenError),
    }

    impl From<IdTokenError> for Failure {
        fn from(error: IdTokenError) -> Self {
            Self::Keys(error)
        }
    }

    /// A service whose answer comes when the test lets it.
    struct Service {
        calls: Cell<usize>,
        answers: Semaphore,
        works: Cell<bool>,
    }

    impl Service {
        fn new() -> Self {
            Self {
                calls: Cell::new(0),
                answers: Semaphore::new(0),
                works: Cell::new(true),
            }
        }

        async fn keys(&self) -> Result<KeySet, Failure> {
            self.calls.set(self.calls.get() + 1);
            self.answers.acquire().await.unwrap().forget();
            if self.works.get() {
                Ok(rotated())
            } else {
                Err(Failure::Fetch)
            }
        }
    }

    fn rotated() -> KeySet {
        key_set([jwk(N, json!({"kid": "a"})), jwk(N, json!({"kid": "b"}))])
    }

    fn poll<F: Future>(future: &mut std::pin::Pin<Box<F>>) -> Poll<F::Output> {
        future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
    }

    #[track_caller]
    fn finish<F: Future>(mut future: std::pin::Pin<Box<F>>) -> F::Output {
        match poll(&mut future) {
            Poll::Ready(output) => output,
            Poll::Pending => panic!("expected an outcome, and it waits"),
        }
    }

    #[test]
    fn many_callers_share_one_fetch() {
        let (shared, clock, service) = (
            SharedKeys::new(KeyPolicy::new()),
            HandClock::at(NOW),
            Service::new(),
        );
        let mut callers: Vec<_> = (0..50)
            .map(|_| Box::pin(shared.keys(Some("a"), &clock, service.keys())))
            .collect();
        for caller in &mut callers {
            assert!(poll(caller).is_pending());
        }
        service.answers.add_permits(50);
        let outcomes: Vec<Outcome> = callers.into_iter().map(finish).collect();
        assert_eq!(service.calls.get(), 1);
        let first = outcomes[0].as_ref().unwrap();
        assert!(
            outcomes
                .iter()
                .all(|keys| Arc::ptr_eq(keys.as_ref().unwrap(), first))
        );
    }

    #[test]
    fn a_failed_fetch_fails_all_who_wait_and_is_not_repeated_at_once() {
        let (shared, clock, service) = (
            SharedKeys::new(KeyPolicy::new()),
            HandClock::at(NOW),
            Service::new(),
        );
        service.works.set(false);
        service.answers.add_permits(50);
        let mut first = Box::pin(shared.keys(Some("a"), &clock, async {
            tokio::task::yield_now().await;
            service.keys().await
        }));
        assert!(poll(&mut first).is_pending());
        let mut second = Box::pin(shared.keys(Some("a"), &clock, service.keys()));
        assert!(poll(&mut second).is_pending());
        assert_eq!(finish(first).unwrap_err(), Failure::Fetch);
        let retry_at = clock
            .now()
            .saturating_add(std::time::Duration::from_secs(1));
        let unavailable = || Failure::Keys(IdTokenError::KeysUnavailable { retry_at });
        assert_eq!(finish(second).unwrap_err(), unavailable());
        let third = shared.keys(Some("a"), &clock, service.keys());
        assert_eq!(finish(Box::pin(third)).unwrap_err(), unavailable());
        assert_eq!(service.calls.get(), 1);

        clock.advance(1);
        service.works.set(true);
        assert!(finish(Box::pin(shared.keys(Some("a"), &clock, service.keys()))).is_ok());
    }

    #[test]
    fn old_keys_serve_while_new_ones_are_fetched_and_when_that_fails() {
        let (shared, clock, service) = (
            SharedKeys::new(KeyPolicy::new()),
            HandClock::at(NOW),
            Service::new(),
        );
        service.answers.add_permits(1);
        let old = finish(Box::pin(shared.keys(Some("a"), &clock, service.keys()))).unwrap();

        clock.advance(3600);
        service.works.set(false);
        let mut first = Box::pin(shared.keys(Some("a"), &clock, service.keys()));
        assert!(poll(&mut first).is_pending());
        let second = finish(Box::pin(shared.keys(Some("a"), &clock, service.keys())));
        assert!(Arc::ptr_eq(&second.unwrap(), &old));
        let mut stranger = Box::pin(shared.keys(Some("x"), &clock, service.keys()));
        assert!(
            poll(&mut stranger).is_pending(),
            "the new keys may be the ones it needs"
        );

        service.answers.add_permits(1);
        assert!(Arc::ptr_eq(&finish(first).unwrap(), &old));
        assert!(matches!(finish(stranger), Err(Failure::Keys(_))));
        assert_eq!(service.calls.get(), 2);
    }

    #[test]
    fn a_caller_that_waits_takes_over_from_one_that_is_dropped() {
        let (shared, clock, service) = (
            SharedKeys::new(KeyPolicy::new()),
            HandClock::at(NOW),
            Service::new(),
        );
        let mut callers: Vec<_> = (0..3)
            .map(|_| Box::pin(shared.keys(Some("a"), &clock, service.keys())))
            .collect();
        for caller in &mut callers {
            assert!(poll(caller).is_pending());
        }
        drop(callers.remove(0));
        for caller in &mut callers {
            assert!(poll(caller).is_pending());
        }
        assert_eq!(
            service.calls.get(),
            2,
            "one of the two that are left has begun anew"
        );
        service.answers.add_permits(1);
        for caller in callers {
            assert!(finish(caller).is_ok());
        }
        assert_eq!(service.calls.get(), 2);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn on_many_threads_one_fetches() {
        const CALLERS: usize = 16;
        for _ in 0..200 {
            let shared = Arc::new(SharedKeys::new(KeyPolicy::new()));
            let (calls, start) = (
                Arc::new(AtomicUsize::new(0)),
                Arc::new(Barrier::new(CALLERS)),
            );
            let callers: Vec<_> = (0..CALLERS)
                .map(|_| {
                    let (shared, calls, start) =
                        (Arc::clone(&shared), Arc::clone(&calls), Arc::clone(&start));
                    tokio::spawn(async move {
                        start.wait().await;
                        let fetch = async {
                            calls.fetch_add(1, Ordering::SeqCst);
                            tokio::task::yield_now().await;
                            Ok::<_, Failure>(rotated())
                        };
                        shared
                            .keys(Some("b"), &HandClock::at(NOW), fetch)
                            .await
                            .map(|keys| keys.len())
                    })
                })
                .collect();
            for caller in callers {
                assert_eq!(caller.await.unwrap(), Ok(2));
            }
            assert_eq!(calls.load(Ordering::SeqCst), 1);
        }
    }
}
