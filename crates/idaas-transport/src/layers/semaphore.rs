use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

/// Slots that are given out in the order in which they were asked for, on any runtime.
#[derive(Debug)]
pub(super) struct Semaphore {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    free: usize,
    waiting: VecDeque<Arc<Waiter>>,
}

/// Someone who waits. Its turn is decided under the lock of the state.
#[derive(Debug, Default)]
struct Waiter(Mutex<Turn>);

#[derive(Debug, Default)]
struct Turn {
    /// A slot is this one's, and not yet taken.
    granted: bool,
    waker: Option<Waker>,
}

impl Semaphore {
    pub(super) const fn new(slots: usize) -> Self {
        Self {
            state: Mutex::new(State {
                free: slots,
                waiting: VecDeque::new(),
            }),
        }
    }

    /// Waits for a slot. Dropping the future gives the place up.
    pub(super) const fn acquire(&self) -> Acquire<'_> {
        Acquire {
            semaphore: self,
            waiter: None,
        }
    }

    /// Hands a slot to who waits longest, or keeps it.
    fn release(&self) {
        let waker = {
            let mut state = lock(&self.state);
            match state.waiting.pop_front() {
                None => {
                    state.free += 1;
                    None
                }
                Some(next) => {
                    let mut turn = lock(&next.0);
                    turn.granted = true;
                    turn.waker.take()
                }
            }
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// A slot, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Slot<'a>(&'a Semaphore);

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.0.release();
    }
}

/// The wait for a slot.
#[derive(Debug)]
pub(super) struct Acquire<'a> {
    semaphore: &'a Semaphore,
    waiter: Option<Arc<Waiter>>,
}

impl<'a> Future for Acquire<'a> {
    type Output = Slot<'a>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Slot<'a>> {
        let semaphore = self.semaphore;
        let mut state = lock(&semaphore.state);
        let granted = match &self.waiter {
            Some(waiter) => {
                let mut turn = lock(&waiter.0);
                if !turn.granted {
                    turn.waker = Some(cx.waker().clone());
                }
                turn.granted
            }
            None if state.free > 0 => {
                state.free -= 1;
                true
            }
            None => {
                let waiter = Arc::new(Waiter(Mutex::new(Turn {
                    granted: false,
                    waker: Some(cx.waker().clone()),
                })));
                state.waiting.push_back(Arc::clone(&waiter));
                self.waiter = Some(waiter);
                false
            }
        };
        if granted {
            self.waiter = None;
            Poll::Ready(Slot(semaphore))
        } else {
            Poll::Pending
        }
    }
}

impl Drop for Acquire<'_> {
    fn drop(&mut self) {
        let Some(waiter) = self.waiter.take() else {
            return;
        };
        let mut state = lock(&self.semaphore.state);
        state.waiting.retain(|other| !Arc::ptr_eq(other, &waiter));
        let granted = lock(&waiter.0).granted;
        drop(state);
        if granted {
            self.semaphore.release();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poll<'a>(acquire: &mut Pin<Box<Acquire<'a>>>) -> Poll<Slot<'a>> {
        acquire
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn slots_are_given_in_order() {
        let semaphore = Semaphore::new(1);
        let mut waits: Vec<_> = (0..3).map(|_| Box::pin(semaphore.acquire())).collect();
        let Poll::Ready(slot) = poll(&mut waits[0]) else {
            panic!("a slot is free");
        };
        assert!(poll(&mut waits[1]).is_pending());
        assert!(poll(&mut waits[2]).is_pending());

        drop(slot);

        assert!(poll(&mut waits[2]).is_pending(), "the second was first");
        assert!(
            poll(&mut Box::pin(semaphore.acquire())).is_pending(),
            "no one overtakes"
        );
        assert!(poll(&mut waits[1]).is_ready());
        assert!(poll(&mut waits[2]).is_ready(), "its slot came back at once");
    }

    #[test]
    fn a_place_that_is_given_up_is_the_next_ones() {
        let semaphore = Semaphore::new(1);
        let mut first = Box::pin(semaphore.acquire());
        let Poll::Ready(slot) = poll(&mut first) else {
            panic!("a slot is free");
        };
        let mut waits: Vec<_> = (0..3).map(|_| Box::pin(semaphore.acquire())).collect();
        for wait in &mut waits {
            assert!(poll(wait).is_pending());
        }

        // Once before the slot comes back, and once between that and its turn.
        drop(waits.remove(0));
        drop(slot);
        drop(waits.remove(0));

        assert!(poll(&mut waits[0]).is_ready());
        assert_eq!(lock(&semaphore.state).free, 1, "nothing got lost");
    }
}
