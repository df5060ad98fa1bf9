use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use http::{Request, Response};

use crate::{BoxFuture, Transport, TransportError, testing::Always};

/// Keeps a copy of every request, then forwards it or answers it.
///
/// Clones share what was kept, so that a test can hand one to the code under test and read the
/// other. `Debug` shows how many requests were kept and nothing of them.
#[derive(Clone)]
pub struct Capture<T> {
    inner: T,
    kept: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl<T: Transport> Capture<T> {
    /// Keeps every request and forwards it to `inner`.
    #[must_use]
    pub fn forwarding_to(inner: T) -> Self {
        Self {
            inner,
            kept: Arc::default(),
        }
    }
}

impl Capture<Always> {
    /// Keeps every request and answers each with a copy of `response`.
    #[must_use]
    pub fn answering(response: Response<Bytes>) -> Self {
        Self::forwarding_to(Always::new(response))
    }
}

impl<T> Capture<T> {
    /// The requests kept so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Request<Bytes>> {
        self.lock().clone()
    }

    /// The requests kept so far, oldest first, which are then no longer kept.
    #[must_use]
    pub fn take_requests(&self) -> Vec<Request<Bytes>> {
        std::mem::take(&mut self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Request<Bytes>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Transport> Transport for Capture<T> {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        self.lock().push(request.clone());
        self.inner.send(request)
    }
}

impl<T: fmt::Debug> fmt::Debug for Capture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capture")
            .field("inner", &self.inner)
            .field("kept", &self.lock().len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use super::*;
    use crate::{poll_once::poll_once, testing::Never};

    #[test]
    fn requests_are_kept_in_order_and_answered() {
        let capture = Capture::answering(Response::new("ok".into()));
        let reader = capture.clone();
        for body in ["first", "second"] {
            let Poll::Ready(Ok(response)) = poll_once(capture.send(Request::new(body.into())))
            else {
                panic!("the response is at hand");
            };
            assert_eq!(response.body(), "ok");
        }

        let bodies: Vec<_> = reader
            .requests()
            .into_iter()
            .map(Request::into_body)
            .collect();

        assert_eq!(bodies, ["first", "second"]);
        assert_eq!(reader.take_requests().len(), 2);
        assert!(capture.requests().is_empty());
    }

    #[test]
    fn a_forwarded_request_is_kept_even_if_never_answered() {
        let capture = Capture::forwarding_to(Never::new());

        assert!(poll_once(capture.send(Request::new(Bytes::new()))).is_pending());

        assert_eq!(capture.requests().len(), 1);
    }

    #[test]
    fn debug_shows_nothing_of_a_request() {
        let capture = Capture::answering(Response::new("answer-secret".into()));
        let _ = poll_once(capture.send(Request::new("body-secret".into())));

        assert_eq!(
            format!("{capture:?}"),
            "Capture { inner: Always { status: 200, .. }, kept: 1 }"
        );
    }
}
