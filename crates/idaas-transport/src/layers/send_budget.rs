use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Method, Request, Response};

use crate::{BoxFuture, Delivery, Transport, TransportError, TransportErrorKind, deadline::now};

/// Lets at most so many paid sends through in any window of time: the last fuse before the bill.
///
/// A paid send is a `POST` whose path ends with `/sms/send`; other requests pass. One more than
/// allowed fails with [`TransportErrorKind::BudgetSpent`] and [`Delivery::NotSent`], at once. A
/// send that was [`Delivery::NotSent`] is given back; every other one counts, a dropped call
/// among them. The count is that of this value in this process, and is kept nowhere: limits for
/// each person are the guard's task.
#[derive(Debug)]
pub struct SendBudget<T> {
    inner: T,
    window: Mutex<Window>,
}

impl<T: Transport> SendBudget<T> {
    /// Allows so many sends to `inner` in every `window`.
    #[must_use]
    pub const fn new(inner: T, sends: usize, window: Duration) -> Self {
        Self {
            inner,
            window: Mutex::new(Window {
                most: sends,
                length: window,
                sends: VecDeque::new(),
            }),
        }
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn paid(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let Some(send) = self.window().take(now()) else {
            let kind = TransportErrorKind::BudgetSpent;
            return Err(TransportError::new(kind, Delivery::NotSent));
        };
        let outcome = self.inner.send(request).await;
        if let Err(error) = &outcome
            && error.delivery() == Delivery::NotSent
        {
            self.window().give_back(send);
        }
        outcome
    }
}

impl<T: Transport> Transport for SendBudget<T> {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        if is_paid(&request) {
            Box::pin(self.paid(request))
        } else {
            self.inner.send(request)
        }
    }
}

fn is_paid(request: &Request<Bytes>) -> bool {
    let path = request.uri().path().trim_end_matches('/');
    *request.method() == Method::POST && path.ends_with("/sms/send")
}

/// The sends of the last while. Time is an argument.
#[derive(Debug)]
struct Window {
    most: usize,
    length: Duration,
    /// In order, never more than `most`.
    sends: VecDeque<Instant>,
}

impl Window {
    /// Counts a send, if one more is allowed.
    fn take(&mut self, now: Instant) -> Option<Instant> {
        while let Some(oldest) = self.sends.front()
            && now.saturating_duration_since(*oldest) >= self.length
        {
            self.sends.pop_front();
        }
        if self.sends.len() >= self.most {
            return None;
        }
        // Two threads may have read the clock in the other order.
        let at = self.sends.back().map_or(now, |last| now.max(*last));
        self.sends.push_back(at);
        Some(at)
    }

    fn give_back(&mut self, send: Instant) {
        if let Some(at) = self.sends.iter().position(|other| *other == send) {
            self.sends.remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_sends_are_paid_for() {
        for (method, uri, paid) in [
            (Method::POST, "https://a/api/v2/sdk/sms/send", true),
            (Method::POST, "https://a/prefix/sms/send/?x=y", true),
            (Method::GET, "https://a/sms/send", false),
            (Method::POST, "https://a/login/sms", false),
            (Method::POST, "https://a/sms/sender", false),
        ] {
            let mut request = Request::new(Bytes::new());
            *request.method_mut() = method;
            *request.uri_mut() = http::Uri::from_static(uri);
            assert_eq!(is_paid(&request), paid, "{uri}");
        }
    }

    proptest! {
        /// Against a model that keeps everything: no window has more than it may, and nothing is
        /// refused that would fit.
        #[test]
        fn no_window_has_more(
            most in 0_usize..5,
            length in 1_u64..50,
            steps in proptest::collection::vec((0_u64..30, any::<bool>()), 0..60),
        ) {
            let length = Duration::from_millis(length);
            let mut window = Window { most, length, sends: VecDeque::new() };
            let mut clock = now();
            let mut kept: Vec<Instant> = Vec::new();
            for (pause, refunded) in steps {
                clock += Duration::from_millis(pause);
                let inside = kept.iter().filter(|at| clock - **at < length).count();
                let taken = window.take(clock);
                prop_assert_eq!(taken.is_some(), inside < most);
                match taken {
                    Some(send) if refunded => window.give_back(send),
                    Some(send) => kept.push(send),
                    None => {}
                }
            }
        }
    }
}
