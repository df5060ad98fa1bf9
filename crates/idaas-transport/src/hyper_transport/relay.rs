use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::{Context, Poll, Wake, Waker},
};

/// Stands between a connection and the task of the call that uses it.
///
/// hyper is made for connections and calls in tasks of their own, which wake each other. Here
/// both are one task, and to wake it while it runs would have another thread look at it for
/// nothing. A wake in the middle of a poll is therefore only noted; between polls it is passed
/// on, and without a call it has no one to go to.
#[derive(Debug, Default)]
pub(super) struct Relay {
    woken: AtomicBool,
    task: Mutex<Option<Waker>>,
}

impl Relay {
    /// Polls with the waker of the relay, for the task of `cx`.
    pub(super) fn poll<T>(
        &self,
        cx: &mut Context<'_>,
        mut step: impl FnMut() -> Poll<T>,
    ) -> Poll<T> {
        for _ in 0..2 {
            self.lock().take();
            self.woken.store(false, SeqCst);
            if let Poll::Ready(done) = step() {
                return Poll::Ready(done);
            }
            *self.lock() = Some(cx.waker().clone());
            if !self.woken.load(SeqCst) {
                return Poll::Pending;
            }
        }
        // Twice in a row is how a future asks to let others run first.
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn lock(&self) -> MutexGuard<'_, Option<Waker>> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Relay {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, SeqCst);
        let task = self.lock().take();
        if let Some(task) = task {
            task.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, SeqCst);
        }
    }

    struct Bench {
        relay: Arc<Relay>,
        waker: Waker,
        wakes: Arc<Count>,
    }

    impl Bench {
        fn new() -> Self {
            let relay = Arc::new(Relay::default());
            Self {
                waker: Arc::clone(&relay).into(),
                relay,
                wakes: Arc::default(),
            }
        }

        fn poll<T>(&self, step: impl FnMut() -> Poll<T>) -> Poll<T> {
            let task = Arc::clone(&self.wakes).into();
            self.relay.poll(&mut Context::from_waker(&task), step)
        }

        fn wakes(&self) -> usize {
            self.wakes.0.load(SeqCst)
        }
    }

    #[test]
    fn a_wake_between_polls_is_passed_on_once() {
        let bench = Bench::new();
        assert!(bench.poll(|| Poll::<()>::Pending).is_pending());
        assert_eq!(bench.wakes(), 0);

        bench.waker.wake_by_ref();
        bench.waker.wake_by_ref();

        assert_eq!(bench.wakes(), 1, "the task is woken, and once is enough");
    }

    #[test]
    fn a_wake_in_the_middle_is_a_second_look_and_no_wake() {
        let bench = Bench::new();
        let mut steps = 0;

        let polled = bench.poll(|| {
            steps += 1;
            if steps == 1 {
                bench.waker.wake_by_ref();
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        });

        assert!(polled.is_ready());
        assert_eq!((steps, bench.wakes()), (2, 0));
    }

    #[test]
    fn who_wakes_itself_again_and_again_lets_others_run() {
        let bench = Bench::new();

        let polled = bench.poll(|| {
            bench.waker.wake_by_ref();
            Poll::<()>::Pending
        });

        assert!(polled.is_pending());
        assert_eq!(bench.wakes(), 1, "the task is polled again");
    }

    #[test]
    fn without_a_call_there_is_no_one_to_wake() {
        let bench = Bench::new();
        assert!(bench.poll(|| Poll::<()>::Pending).is_pending());
        assert!(bench.poll(|| Poll::Ready(())).is_ready());

        bench.waker.wake_by_ref();

        assert_eq!(bench.wakes(), 0);
    }
}
