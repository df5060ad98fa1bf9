use std::fmt;

use bytes::Bytes;
use http::{Request, Response};

use crate::{BoxFuture, Transport, TransportError};

/// Makes a transport of an async closure.
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use idaas_transport::from_fn;
///
/// let echo = from_fn(|request: Request<Bytes>| async move {
///     Ok(Response::new(request.into_body()))
/// });
/// # let _: &dyn idaas_transport::Transport = &echo;
/// ```
pub const fn from_fn<F, R>(f: F) -> FromFn<F>
where
    F: Fn(Request<Bytes>) -> R,
    R: Future<Output = Result<Response<Bytes>, TransportError>>,
{
    FromFn(f)
}

/// The transport that [`from_fn`](from_fn()) makes.
#[derive(Clone, Copy)]
pub struct FromFn<F>(F);

#[cfg(not(target_arch = "wasm32"))]
impl<F, R> Transport for FromFn<F>
where
    F: Fn(Request<Bytes>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Response<Bytes>, TransportError>> + Send + 'static,
{
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin((self.0)(request))
    }
}

#[cfg(target_arch = "wasm32")]
impl<F, R> Transport for FromFn<F>
where
    F: Fn(Request<Bytes>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Response<Bytes>, TransportError>> + 'static,
{
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin((self.0)(request))
    }
}

impl<F> fmt::Debug for FromFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FromFn")
    }
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use super::*;
    use crate::{Delivery, TransportErrorKind, poll_once::poll_once};

    #[test]
    fn the_closure_sees_the_request_and_its_error_comes_back() {
        let transport = from_fn(|request: Request<Bytes>| async move {
            assert_eq!(request.uri().path(), "/a");
            Err(TransportError::new(
                TransportErrorKind::Connect,
                Delivery::NotSent,
            ))
        });
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = http::Uri::from_static("https://example.com/a");

        let Poll::Ready(Err(error)) = poll_once(transport.send(request)) else {
            panic!("the closure fails at once");
        };

        assert_eq!(error.delivery(), Delivery::NotSent);
    }
}
