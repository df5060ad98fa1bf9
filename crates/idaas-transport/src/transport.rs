use std::{fmt, pin::Pin, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};

use crate::TransportError;

/// The future that [`Transport::send`] returns.
#[cfg(not(target_arch = "wasm32"))]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The future that [`Transport::send`] returns. On wasm32 it need not be `Send`.
#[cfg(target_arch = "wasm32")]
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Carries one HTTP request to the service and its whole response back.
///
/// The trait is dyn-compatible; keep one as `Arc<dyn Transport>`. To turn a closure into a
/// transport, see [`from_fn`](crate::from_fn()).
///
/// # What an implementation owes
///
/// - The URI of the request is absolute. Its headers and body go out as they are; `host` and
///   `content-length` are the transport's to add.
/// - Any response is `Ok`, whatever its status. A redirect is a response like any other and is
///   not followed.
/// - Nothing is sent twice. No pool, proxy or protocol layer below may repeat a request by
///   itself.
/// - [`TransportError::delivery`] is true: [`Delivery::NotSent`](crate::Delivery::NotSent) only
///   if the service cannot have seen a byte of the request, and always where that is known.
/// - A [`Deadline`](crate::Deadline) in the request's extensions is kept, the body has an upper
///   limit, and no call waits for ever.
/// - No error text has the query of the URI, a header value or any of a body.
///
/// # Dropping the future
///
/// A caller may drop the future at any time. The call is then given up: the service may or may
/// not have received the request, and the caller has to treat it as
/// [`Delivery::Unknown`](crate::Delivery::Unknown). The transport stays usable.
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends one request and returns the whole response. Follows no redirect, retries nothing.
    ///
    /// # Errors
    ///
    /// A [`TransportError`] if no complete response came back.
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        (**self).send(request)
    }
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        (**self).send(request)
    }
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use super::*;
    use crate::{from_fn, poll_once::poll_once};

    #[test]
    fn boxed_and_shared_transports_are_transports() {
        let inner =
            from_fn(
                |request: Request<Bytes>| async move { Ok(Response::new(request.into_body())) },
            );
        let boxed: Box<dyn Transport> = Box::new(inner);
        let shared: Arc<dyn Transport> = Arc::new(boxed);

        let Poll::Ready(Ok(response)) = poll_once(shared.send(Request::new("body".into()))) else {
            panic!("the closure answers at once");
        };

        assert_eq!(response.body(), "body");
    }
}
