use std::time::Instant;

use bytes::Bytes;
use http::{Method, Request, Response};
use tracing::{Instrument, Span, field::Empty};

use super::{Attempt, attempt::LastAttempt};
use crate::{BoxFuture, OperationName, Transport, TransportError, deadline::now};

/// One span a call. Feature `tracing`.
///
/// The span is named `call`, of level `INFO` and target `idaas_transport`. It is no line of a log
/// by itself: `tracing_subscriber::fmt` writes one with `.with_span_events(FmtSpan::CLOSE)`. Its
/// fields:
///
/// | field | value |
/// |---|---|
/// | `operation` | its name, by [`name_operations`](Self::name_operations), by the [`OperationName`] of the request, or the path |
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

    /// Names operations by method and path. For callers that put no [`OperationName`] into their
    /// requests, which the client of `idaas-auth` does.
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
        let by_path = self.name.and_then(|name| name(request.method(), path));
        let by_caller = || {
            let name = request.extensions().get::<OperationName>();
            name.map(|name| name.as_str())
        };
        tracing::info_span!(
            target: "idaas_transport",
            "call",
            operation = by_path.or_else(by_caller).unwrap_or(path),
            method = request.method().as_str(),
            attempt = Empty,
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
        mut request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let span = self.span(&request);
        if span.is_disabled() {
            return self.inner.send(request);
        }
        let record = Record::new(span.clone(), &mut request);
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

/// Records attempt and duration when it is dropped, as a call that was given up has them too.
struct Record {
    span: Span,
    began: Instant,
    attempt: LastAttempt,
}

impl Record {
    fn new(span: Span, request: &mut Request<Bytes>) -> Self {
        let attempt = LastAttempt::new();
        match request.extensions().get::<Attempt>() {
            Some(number) => attempt.note(*number),
            None => _ = request.extensions_mut().insert(attempt.clone()),
        }
        Self {
            span,
            began: now(),
            attempt,
        }
    }

    fn outcome(&self, outcome: &Result<Response<Bytes>, TransportError>) {
        use tracing::field::debug;

        match outcome {
            Ok(response) => _ = self.span.record("status", response.status().as_u16()),
            Err(error) => {
                self.span.record("error", debug(error.kind()));
                self.span.record("delivery", debug(error.delivery()));
            }
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let duration = now().saturating_duration_since(self.began);
        self.span.record("attempt", self.attempt.number());
        self.span
            .record("duration_ms", duration.as_secs_f64() * 1000.0);
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use std::{
        collections::BTreeMap,
        fmt::Debug,
        sync::{Arc, Mutex},
        task::Poll,
        time::Duration,
    };

    use http::StatusCode;
    use tracing::{
        Event, Metadata, Subscriber,
        field::{Field, Visit},
        span::{Attributes, Id},
    };

    use super::*;
    use crate::{
        Delivery, TransportErrorKind,
        layers::{Retried, RetryPolicy, tests::Pause},
        poll_once::poll_once,
        testing::{Always, FailWith, Never},
    };

    type Fields = BTreeMap<&'static str, String>;

    /// Keeps the fields of the one span that a test makes.
    #[derive(Clone, Default)]
    struct Seen(Arc<Mutex<Fields>>);

    impl Visit for Seen {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            let mut fields = self.0.lock().expect("no panic before");
            fields.insert(field.name(), format!("{value:?}"));
        }
    }

    impl Subscriber for Seen {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, span: &Attributes<'_>) -> Id {
            span.record(&mut self.clone());
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, values: &tracing::span::Record<'_>) {
            values.record(&mut self.clone());
        }
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, _: &Event<'_>) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    /// The fields of the span of one call, after a look at whether there is a secret in them.
    fn fields(transport: impl Transport) -> Fields {
        fields_of(transport, request())
    }

    fn request() -> Request<Bytes> {
        Request::post("https://localhost/a/sms/send?token=secret")
            .header("session-token", "secret")
            .body(Bytes::from("secret"))
            .expect("a plain request")
    }

    fn fields_of(transport: impl Transport, request: Request<Bytes>) -> Fields {
        let seen = Seen::default();
        tracing::subscriber::with_default(seen.clone(), || {
            let _: Poll<_> = poll_once(transport.send(request));
        });
        let mut fields = seen.0.lock().expect("no panic before").clone();
        assert!(!format!("{fields:?}").contains("secret"), "{fields:?}");
        assert!(fields.remove("duration_ms").is_some(), "how long it took");
        fields
    }

    fn texts(fields: &[(&'static str, &str)]) -> Fields {
        let texts = fields
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        texts.collect()
    }

    #[test]
    fn an_answer_has_a_status() {
        let mut response = Response::new(Bytes::from("secret"));
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;

        let transport = Traced::new(Always::new(response));

        let expected = [
            ("operation", "\"/a/sms/send\""),
            ("method", "\"POST\""),
            ("attempt", "1"),
            ("status", "429"),
        ];
        assert_eq!(fields(transport), texts(&expected));
    }

    #[test]
    fn a_failure_has_a_kind_and_a_delivery() {
        let failing = FailWith::new(TransportErrorKind::Closed, Delivery::Unknown);
        let named = |_: &Method, path: &str| path.ends_with("/sms/send").then_some("send_sms_code");

        let transport = Traced::new(failing).name_operations(named);

        let expected = [
            ("operation", "\"send_sms_code\""),
            ("method", "\"POST\""),
            ("attempt", "1"),
            ("error", "Closed"),
            ("delivery", "Unknown"),
        ];
        assert_eq!(fields(transport), texts(&expected));
    }

    #[test]
    fn a_failure_after_several_attempts_has_the_last() {
        let failing = || FailWith::new(TransportErrorKind::Connect, Delivery::NotSent);
        let policy = RetryPolicy::off()
            .max_attempts(3)
            .first_pause(Duration::ZERO);
        let attempt = |mut fields: Fields| fields.remove("attempt");

        let all = Traced::new(Retried::new(failing(), policy, Pause));
        assert_eq!(attempt(fields(all)).as_deref(), Some("3"));

        let mut second = request();
        second.extensions_mut().insert(Attempt::new(2));
        let each = fields_of(Traced::new(failing()), second);
        assert_eq!(attempt(each).as_deref(), Some("2"));
    }

    #[test]
    fn a_caller_may_name_its_operation() {
        let operation = |transport: Traced<Never>| {
            let mut named = request();
            let name = OperationName::new("send_sms_code");
            named.extensions_mut().insert(name);
            fields_of(transport, named).remove("operation")
        };
        let transport = Traced::new(Never::new());
        let all_else = transport.name_operations(|_, _| Some("another"));

        assert_eq!(operation(transport).as_deref(), Some("\"send_sms_code\""));
        assert_eq!(operation(all_else).as_deref(), Some("\"another\""));
    }

    #[test]
    fn a_dropped_call_has_a_duration() {
        let expected = [
            ("operation", "\"/a/sms/send\""),
            ("method", "\"POST\""),
            ("attempt", "1"),
        ];
        assert_eq!(fields(Traced::new(Never::new())), texts(&expected));
    }
}
