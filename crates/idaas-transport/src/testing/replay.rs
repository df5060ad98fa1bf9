use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use http::{Request, Response};

use crate::{BoxFuture, Delivery, Transport, TransportError, TransportErrorKind};

/// Answers with recorded responses, in order.
///
/// A call after the last response, or a request other than the recorded one, fails with
/// [`TransportErrorKind::Other`] and [`Delivery::NotSent`]; the source says which. Clones share
/// the record.
#[derive(Clone)]
pub struct Replay {
    record: Arc<Mutex<VecDeque<Exchange>>>,
}

struct Exchange {
    expected: Option<Request<Bytes>>,
    response: Response<Bytes>,
}

impl Replay {
    /// Answers with the responses in order, whatever is asked.
    pub fn of(responses: impl IntoIterator<Item = Response<Bytes>>) -> Self {
        Self::from_record(responses.into_iter().map(|response| Exchange {
            expected: None,
            response,
        }))
    }

    /// Answers with the responses in order, each only to its request.
    ///
    /// Method, URI and body have to be the same, and every header of the recorded request has to
    /// be there with the same values; further headers are ignored.
    pub fn expecting(
        exchanges: impl IntoIterator<Item = (Request<Bytes>, Response<Bytes>)>,
    ) -> Self {
        Self::from_record(exchanges.into_iter().map(|(request, response)| Exchange {
            expected: Some(request),
            response,
        }))
    }

    /// How many responses are left. A test ends with none.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.lock().len()
    }

    fn from_record(record: impl Iterator<Item = Exchange>) -> Self {
        Self {
            record: Arc::new(Mutex::new(record.collect())),
        }
    }

    /// The next response. The record moves on only if the request is the expected one.
    fn answer(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let mut record = self.lock();
        let Some(next) = record.front() else {
            return Err(failed("no recorded response is left"));
        };
        if let Some(difference) = next.expected.as_ref().and_then(|e| difference(e, request)) {
            return Err(failed(difference));
        }
        match record.pop_front() {
            Some(exchange) => Ok(exchange.response),
            None => Err(failed("no recorded response is left")),
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Exchange>> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Replay {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let answer = self.answer(&request);
        Box::pin(async { answer })
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay")
            .field("remaining", &self.remaining())
            .finish()
    }
}

/// The first part in which a request is not the expected one, by name and never by value.
fn difference(expected: &Request<Bytes>, request: &Request<Bytes>) -> Option<&'static str> {
    let headers_missing = || {
        let (expected, given) = (expected.headers(), request.headers());
        expected
            .keys()
            .any(|name| !expected.get_all(name).iter().eq(given.get_all(name)))
    };
    if expected.method() != request.method() {
        Some("the request has another method than the recorded one")
    } else if expected.uri() != request.uri() {
        Some("the request has another URI than the recorded one")
    } else if headers_missing() {
        Some("the request lacks a header of the recorded one, or has another value")
    } else if expected.body() != request.body() {
        Some("the request has another body than the recorded one")
    } else {
        None
    }
}

fn failed(why: &'static str) -> TransportError {
    TransportError::new(TransportErrorKind::Other, Delivery::NotSent).with_source(why)
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test that cannot be set up has failed"
    )]

    use std::{error::Error, task::Poll};

    use super::*;
    use crate::poll_once::poll_once;

    fn ask(replay: &Replay, request: Request<Bytes>) -> Result<Response<Bytes>, String> {
        match poll_once(replay.send(request)) {
            Poll::Ready(answer) => answer.map_err(|error| {
                assert_eq!(error.delivery(), Delivery::NotSent);
                error.source().unwrap().to_string()
            }),
            Poll::Pending => panic!("a recorded response is at hand"),
        }
    }

    #[test]
    fn responses_come_in_order_and_then_no_more() {
        let replay = Replay::of(["one", "two"].map(|body| Response::new(body.into())));

        assert_eq!(ask(&replay, Request::default()).unwrap().body(), "one");
        assert_eq!(ask(&replay, Request::default()).unwrap().body(), "two");
        assert_eq!(
            ask(&replay, Request::default()).unwrap_err(),
            "no recorded response is left"
        );
    }

    #[test]
    fn a_request_that_differs_is_refused_and_uses_nothing_up() {
        let recorded = || {
            Request::post("https://example.com/a?x=1")
                .header("x-l", "en")
                .body(Bytes::from("body"))
                .unwrap()
        };
        let replay = Replay::expecting([(recorded(), Response::new("ok".into()))]);
        let differing = [
            ("method", {
                let mut request = recorded();
                *request.method_mut() = http::Method::PUT;
                request
            }),
            ("URI", {
                let mut request = recorded();
                *request.uri_mut() = http::Uri::from_static("https://example.com/a?x=2");
                request
            }),
            ("header", {
                let mut request = recorded();
                request.headers_mut().clear();
                request
            }),
            ("body", recorded().map(|_| "other".into())),
        ];
        for (part, request) in differing {
            let why = ask(&replay, request).unwrap_err();
            assert!(why.contains(part), "{part} differs, but the text is: {why}");
        }
        assert_eq!(replay.remaining(), 1);

        let mut request = recorded();
        request
            .headers_mut()
            .insert("accept", "*/*".parse().unwrap());

        assert_eq!(ask(&replay, request).unwrap().body(), "ok");
        assert_eq!(replay.remaining(), 0);
    }
}
