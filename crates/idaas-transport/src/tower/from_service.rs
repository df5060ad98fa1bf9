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
/// A [`Deadline`] is kept by the `sleeper`, as services do not know of it: while the service is
/// not ready, the call then fails with [`TransportErrorKind::SlotTimeout`] and was not sent;
/// later with [`TransportErrorKind::HeadTimeout`] and [`Delivery::Unknown`]. Without a deadline
/// a call ends after 30 s, which is not documented by the vendor: our default.
///
/// Every call uses a clone of the service.
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
    }
}

/// The transport that [`from_service`](from_service()) makes.
#[derive(Clone, Copy)]
pub struct FromService<C, M, S> {
    service: C,
    map_error: M,
    sleeper: S,
}

const LONGEST_CALL: Duration = Duration::from_secs(30);

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
        let left = deadline.map_or(LONGEST_CALL, |deadline| {
            deadline.remaining().min(LONGEST_CALL)
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
    use std::{convert::Infallible, task::Context};

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
