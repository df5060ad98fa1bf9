use std::time::Instant;

use bytes::Bytes;
use http::{Method, Request, Response};
use tracing::{Instrument, Span, field::Empty};

use super::Attempt;
use crate::{BoxFuture, Transport, TransportError, deadline::now};

/// One span a call. Feature `tracing`.
///
/// The span is named `call`, of level `INFO`, and has these fields:
///
/// | field | value |
/// |---|---|
/// | `operation` | its name, by [`name_operations`](Self::name_operations), or the path |
/// | `method` | of the request |
/// | `attempt` | which one this is; outside of [`Retried`](super::Retried), which one was the last |
/// | `status` | of the response |
/// | `error` | the kind of a failure |
/// | `delivery` | whether a failed request may have been received |
/// | `duration_ms` | until the outcome, or until the call was dropped |
///
/// It never has a query, a header value or any of a body.
#[derive(Clone, Copy, Debug)]
pub struct Traced<T> {
    inner: T,
    name: Option<Name>,
}

/// Names the operation of a method and a path.
type Name = fn(&Method, &str) -> Option<&'static str>;

impl<T: Transport> Traced<T> {
    /// Makes spans of the calls to `inner`.
    #[must_use]
    pub const fn new(inner: T) -> Self {
        Self { inner, name: None }
    }

    /// Names operations by method and path, such as `send_sms_code`, instead of by the path.
    #[must_use]
    pub const fn name_operations(
        mut self,
        name: fn(&Method, &str) -> Option<&'static str>,
    ) -> Self {
        self.name = Some(name);
        self
    }

    fn span(&self, request: &Request<Bytes>) -> Span {
        let path = request.uri().path();
        let named = self.name.and_then(|name| name(request.method(), path));
        let attempt = request.extensions().get::<Attempt>();
        tracing::info_span!(
            "call",
            operation = named.unwrap_or(path),
            method = request.method().as_str(),
            attempt = attempt.map_or(1, |attempt| attempt.number()),
            status = Empty,
            error = Empty,
            delivery = Empty,
            duration_ms = Empty,
        )
    }
}

impl<T: Transport> Transport for Traced<T> {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let span = self.span(&request);
        if span.is_disabled() {
            return self.inner.send(request);
        }
        let record = Record(span.clone(), now());
        Box::pin(
            async move {
                let outcome = self.inner.send(request).await;
                record.outcome(&outcome);
                outcome
            }
            .instrument(span),
        )
    }
}

/// Records the duration when it is dropped, as a call that was given up has one too.
struct Record(Span, Instant);

impl Record {
    fn outcome(&self, outcome: &Result<Response<Bytes>, TransportError>) {
        match outcome {
            Ok(response) => {
                self.0.record("status", response.status().as_u16());
                if let Some(attempt) = response.extensions().get::<Attempt>() {
                    self.0.record("attempt", attempt.number());
                }
            }
            Err(error) => {
                self.0.record("error", tracing::field::debug(error.kind()));
                self.0
                    .record("delivery", tracing::field::debug(error.delivery()));
            }
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let duration = now().saturating_duration_since(self.1);
        self.0
            .record("duration_ms", duration.as_secs_f64() * 1000.0);
    }
}
