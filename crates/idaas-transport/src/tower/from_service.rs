use std::{fmt, future::poll_fn, pin::pin, task::Poll, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use tower_service::Service;

use crate::{
    BoxFuture, Deadline, Delivery, Transport, TransportError, TransportErrorKind, layers::Sleeper,
};

/// Makes a transport of a tower service, such as a stack of layers that is there already.
///
/// `map_error` has to say of every error of the service whether the request may have been
/// received; in doubt it is [`Delivery::Unknown`]. An error before the service took the request
/// is [`Delivery::NotSent`], whatever `map_error` says. The service keeps to what a
/// [`Transport`] owes: above all it must not repeat a request by itself.
///
/// A call ends at its [`Deadline`] or after [`longest_call`](FromService::longest_call),
/// whichever comes first. Services know of neither, so the `sleeper` keeps both: while the
/// service is not ready, the call then fails with [`TransportErrorKind::SlotTimeout`] and was
/// not sent; later with [`TransportErrorKind::HeadTimeout`] and [`Delivery::Unknown`].
///
/// Every call uses a clone of the service.
///
/// # Errors of layers
///
/// Many layers of tower, such as its timeout, make a box of every error. What was a
/// [`TransportError`] still is one inside, with its [`Delivery`]; any other error is the
/// layer's own, and by then the request may be on its way:
///
/// ```
/// # #[cfg(feature = "tokio")]
/// # mod example {
/// use std::task::{Context, Poll};
///
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use idaas_transport::{
///     BoxError, BoxFuture, Delivery, Transport, TransportError, TransportErrorKind, from_fn,
///     layers::TokioSleeper,
///     tower::{TransportService, from_service},
/// };
/// use tower_service::Service;
///
/// fn map_error(error: BoxError) -> TransportError {
///     match error.downcast::<TransportError>() {
///         Ok(own) => *own,
///         Err(layer) => TransportError::new(TransportErrorKind::Other, Delivery::Unknown)
///             .with_source(layer),
///     }
/// }
///
/// /// Stands for the layers, whose errors are boxes.
/// #[derive(Clone)]
/// struct Layer<S>(S);
///
/// impl<S> Service<Request<Bytes>> for Layer<S>
/// where
///     S: Service<Request<Bytes>, Error = TransportError>,
///     S::Future: Send + 'static,
/// {
///     type Response = S::Response;
///     type Error = BoxError;
///     type Future = BoxFuture<'static, Result<S::Response, BoxError>>;
///
///     fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
///         self.0.poll_ready(cx).map_err(Into::into)
///     }
///
///     fn call(&mut self, request: Request<Bytes>) -> Self::Future {
///         let answer = self.0.call(request);
///         Box::pin(async move { answer.await.map_err(Into::into) })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # pub async fn main() {
/// let unreachable = from_fn(|_: Request<Bytes>| async {
///     Err::<Response<Bytes>, _>(TransportError::new(
///         TransportErrorKind::Connect,
///         Delivery::NotSent,
///     ))
/// });
/// let stack = Layer(TransportService::new(unreachable));
/// let transport = from_service(stack, TokioSleeper::new(), map_error);
///
/// let error = transport.send(Request::new(Bytes::new())).await.unwrap_err();
/// assert_eq!(error.delivery(), Delivery::NotSent);
/// # }
/// # }
/// # #[cfg(feature = "tokio")]
/// # example::main();
/// ```
pub const fn from_service<C, M, S>(service: C, sleeper: S, map_error: M) -> FromService<C, M, S>
where
    C: Service<Request<Bytes>, Response = Response<Bytes>> + Clone,
    M: Fn(C::Error) -> TransportError,
    S: Sleeper,
{
    FromService {
        service,
        map_error,
        sleeper,
        longest_call: Duration::from_secs(30),
    }
}

/// The transport that [`from_service`](from_service()) makes.
#[derive(Clone, Copy)]
pub struct FromService<C, M, S> {
    service: C,
    map_error: M,
    sleeper: S,
    longest_call: Duration,
}

impl<C, M, S> FromService<C, M, S> {
    /// Sets how long a call may take as a whole, until the service is ready and while it
    /// answers; 30 s if it is not set, which is not documented by the vendor: our default. A
    /// [`Deadline`] that is later does not make it longer. With zero, every call fails with
    /// [`TransportErrorKind::SlotTimeout`] and is not sent.
    #[must_use]
    pub const fn longest_call(mut self, limit: Duration) -> Self {
        self.longest_call = limit;
        self
    }
}

impl<C, M, S> FromService<C, M, S>
where
    C: Service<Request<Bytes>, Response = Response<Bytes>>,
    M: Fn(C::Error) -> TransportError,
    S: Sleeper,
{
    async fn call(
        &self,
        mut service: C,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, TransportError> {
        let deadline = request.extensions().get::<Deadline>().copied();
        let left = deadline.map_or(self.longest_call, |deadline| {
            deadline.remaining().min(self.longest_call)
        });
        let ran_out = TransportError::new;
        if left.is_zero() {
            return Err(ran_out(TransportErrorKind::SlotTimeout, Delivery::NotSent));
        }
        let mut end = self.sleeper.pause(left);
        poll_fn(|cx| {
            if let Poll::Ready(ready) = service.poll_ready(cx) {
                let not_sent = |error| (self.map_error)(error).with_delivery(Delivery::NotSent);
                return Poll::Ready(ready.map_err(not_sent));
            }
            end.as_mut()
                .poll(cx)
                .map(|()| Err(ran_out(TransportErrorKind::SlotTimeout, Delivery::NotSent)))
        })
        .await?;
        let mut answer = pin!(service.call(request));
        poll_fn(|cx| {
            if let Poll::Ready(answer) = answer.as_mut().poll(cx) {
                return Poll::Ready(answer.map_err(&self.map_error));
            }
            end.as_mut()
                .poll(cx)
                .map(|()| Err(ran_out(TransportErrorKind::HeadTimeout, Delivery::Unknown)))
        })
        .await
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl<C, M, S> Transport for FromService<C, M, S>
where
    C: Service<Request<Bytes>, Response = Response<Bytes>> + Clone + Send + Sync + 'static,
    C::Future: Send,
    M: Fn(C::Error) -> TransportError + Send + Sync + 'static,
    S: Sleeper,
{
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(self.call(self.service.clone(), request))
    }
}

#[cfg(target_arch = "wasm32")]
impl<C, M, S> Transport for FromService<C, M, S>
where
    C: Service<Request<Bytes>, Response = Response<Bytes>> + Clone + Send + Sync + 'static,
    M: Fn(C::Error) -> TransportError + Send + Sync + 'static,
    S: Sleeper,
{
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(self.call(self.service.clone(), request))
    }
}

impl<C, M, S> fmt::Debug for FromService<C, M, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FromService")
    }
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        sync::{Arc, Mutex},
        task::Context,
    };

    use super::*;
    use crate::{poll_once::poll_once, tower::TransportService};

    /// A service that is ready, or answers, or neither.
    #[derive(Clone, Copy)]
    struct Stub {
        ready: Option<Result<(), &'static str>>,
        answer: Option<Result<(), &'static str>>,
    }

    impl Service<Request<Bytes>> for Stub {
        type Response = Response<Bytes>;
        type Error = &'static str;
        type Future = BoxFuture<'static, Result<Response<Bytes>, &'static str>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
            self.ready.map_or(Poll::Pending, Poll::Ready)
        }

        fn call(&mut self, request: Request<Bytes>) -> Self::Future {
            match self.answer {
                None => Box::pin(std::future::pending()),
                Some(answer) => {
                    Box::pin(async move { answer.map(|()| Response::new(request.into_body())) })
                }
            }
        }
    }

    #[derive(Debug)]
    struct NoPause;

    impl Sleeper for NoPause {
        fn pause(&self, _: Duration) -> BoxFuture<'static, ()> {
            Box::pin(async {})
        }
    }

    fn outcome(stub: Stub) -> Result<Response<Bytes>, (TransportErrorKind, Delivery)> {
        let unknown = |text: &str| {
            TransportError::new(TransportErrorKind::Other, Delivery::Unknown).with_source(text)
        };
        let transport = from_service(stub, NoPause, unknown);
        let Poll::Ready(outcome) = poll_once(transport.send(Request::new("body".into()))) else {
            panic!("the sleeper ends every wait");
        };
        outcome.map_err(|error| (error.kind(), error.delivery()))
    }

    #[test]
    fn each_phase_has_its_truth() {
        use TransportErrorKind::{HeadTimeout, Other, SlotTimeout};
        let ready = Some(Ok(()));
        for (ready, answer, expected) in [
            (ready, ready, None),
            (Some(Err("no")), ready, Some((Other, Delivery::NotSent))),
            (ready, Some(Err("no")), Some((Other, Delivery::Unknown))),
            (None, ready, Some((SlotTimeout, Delivery::NotSent))),
            (ready, None, Some((HeadTimeout, Delivery::Unknown))),
        ] {
            let outcome = outcome(Stub { ready, answer });
            assert_eq!(outcome.as_ref().err(), expected.as_ref(), "{outcome:?}");
        }
    }

    #[test]
    fn the_first_of_deadline_and_longest_call_counts() {
        /// Keeps how long it was asked to pause.
        #[derive(Debug, Default)]
        struct Asked(Mutex<Option<Duration>>);
        impl Sleeper for Arc<Asked> {
            fn pause(&self, pause: Duration) -> BoxFuture<'static, ()> {
                *self.0.lock().expect("no test panics with it") = Some(pause);
                Box::pin(async {})
            }
        }
        let waiting = Stub {
            ready: None,
            answer: None,
        };
        let minutes = |count: u64| Duration::from_secs(60 * count);
        let default = Duration::from_secs(30);
        for (limit, deadline, expected) in [
            (None, None, Some(default)),
            (None, Some(minutes(2)), Some(default)),
            (Some(minutes(3)), None, Some(minutes(3))),
            (Some(minutes(3)), Some(minutes(5)), Some(minutes(3))),
            (Some(minutes(3)), Some(minutes(2)), Some(minutes(2))),
            (Some(Duration::ZERO), Some(minutes(2)), None),
        ] {
            let asked = Arc::new(Asked::default());
            let other = |_: &str| TransportError::new(TransportErrorKind::Other, Delivery::Unknown);
            let mut transport = from_service(waiting, Arc::clone(&asked), other);
            if let Some(limit) = limit {
                transport = transport.longest_call(limit);
            }
            let mut request = Request::new(Bytes::new());
            if let Some(deadline) = deadline {
                request.extensions_mut().insert(Deadline::after(deadline));
            }

            let outcome = poll_once(transport.send(request));

            let Poll::Ready(Err(error)) = outcome else {
                panic!("the sleeper ends every wait");
            };
            assert_eq!(error.kind(), TransportErrorKind::SlotTimeout);
            assert_eq!(error.delivery(), Delivery::NotSent);
            let pause = *asked.0.lock().expect("no test panics with it");
            // Of a deadline, some moments have passed.
            let near = |pause: Duration| {
                expected.is_some_and(|expected| pause <= expected && pause + default / 2 > expected)
            };
            assert!(
                pause.map_or_else(|| expected.is_none(), near),
                "{limit:?} {deadline:?}: {pause:?} instead of {expected:?}"
            );
        }
    }

    #[test]
    fn there_and_back() {
        let echo = crate::from_fn(|request: Request<Bytes>| async move {
            Ok(Response::new(request.into_body()))
        });
        let service = TransportService::new(echo);
        let transport = from_service(service, NoPause, |error| error);

        let answer = poll_once(transport.send(Request::new("body".into())));

        assert!(matches!(answer, Poll::Ready(Ok(response)) if response.body() == "body"));
    }

    /// An error that cannot be needs no mapping that could be wrong.
    #[test]
    fn an_impossible_error_is_mapped_by_its_impossibility() {
        #[derive(Clone)]
        struct Infallibly;
        impl Service<Request<Bytes>> for Infallibly {
            type Response = Response<Bytes>;
            type Error = Infallible;
            type Future = std::future::Ready<Result<Response<Bytes>, Infallible>>;
            fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
                Poll::Ready(Ok(()))
            }
            fn call(&mut self, _: Request<Bytes>) -> Self::Future {
                std::future::ready(Ok(Response::new(Bytes::new())))
            }
        }
        let transport = from_service(Infallibly, NoPause, |never| match never {});

        assert!(poll_once(transport.send(Request::new(Bytes::new()))).is_ready());
    }
}
