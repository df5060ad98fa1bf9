use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use bytes::Bytes;
use http::{Request, Response};

use super::{
    Sleeper,
    semaphore::{Semaphore, Slot},
};
use crate::{BoxFuture, Deadline, Delivery, Transport, TransportError, TransportErrorKind};

/// Lets at most so many calls through at once; the others wait, in order.
///
/// A call waits no longer than its [`Deadline`], and never longer than
/// [`longest_wait`](Self::longest_wait): then it fails with
/// [`TransportErrorKind::SlotTimeout`] and [`Delivery::NotSent`]. A slot is held until the
/// outcome is there or the call is dropped. It needs no runtime but the [`Sleeper`].
#[derive(Debug)]
pub struct ConcurrencyLimit<T, S> {
    inner: T,
    slots: Semaphore,
    sleeper: S,
    longest_wait: Duration,
}

impl<T: Transport, S: Sleeper> ConcurrencyLimit<T, S> {
    /// Lets so many calls to `inner` through at once; zero is taken as one.
    #[must_use]
    pub fn new(inner: T, calls: usize, sleeper: S) -> Self {
        Self {
            inner,
            slots: Semaphore::new(calls.max(1)),
            sleeper,
            longest_wait: Duration::from_secs(30),
        }
    }

    /// Sets how long a call waits for a slot; 30 s if it is not set, which is not documented by
    /// the vendor: our default.
    #[must_use]
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest_wait = wait;
        self
    }

    async fn slot(&self, deadline: Option<Deadline>) -> Result<Slot<'_>, TransportError> {
        let timed_out = || TransportError::new(TransportErrorKind::SlotTimeout, Delivery::NotSent);
        let wait = deadline.map_or(self.longest_wait, |deadline| {
            deadline.remaining().min(self.longest_wait)
        });
        if deadline.is_some_and(Deadline::has_passed) {
            return Err(timed_out());
        }
        let mut acquire = pin!(self.slots.acquire());
        let mut sleep = None;
        poll_fn(|cx| {
            if let Poll::Ready(slot) = acquire.as_mut().poll(cx) {
                return Poll::Ready(Ok(slot));
            }
            let sleep = sleep.get_or_insert_with(|| self.sleeper.pause(wait));
            sleep.as_mut().poll(cx).map(|()| Err(timed_out()))
        })
        .await
    }
}

impl<T: Transport, S: Sleeper> Transport for ConcurrencyLimit<T, S> {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let deadline = request.extensions().get::<Deadline>().copied();
            let _slot = self.slot(deadline).await?;
            self.inner.send(request).await
        })
    }
}
