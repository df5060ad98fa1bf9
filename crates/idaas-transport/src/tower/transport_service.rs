use std::{
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use tower_service::Service;

use crate::{BoxFuture, Transport, TransportError};

/// A transport as a tower service, to put layers of tower around it.
///
/// It is always ready: what has to wait waits in the call. A layer that repeats requests has to
/// look at [`TransportError::delivery`] first. Clones share the transport.
#[derive(Debug)]
pub struct TransportService<T: ?Sized> {
    transport: Arc<T>,
}

impl<T: Transport> TransportService<T> {
    /// The service that sends by this transport.
    #[must_use]
    pub fn new(transport: T) -> Self {
        Self {
            transport: Arc::new(transport),
        }
    }
}

impl<T: ?Sized> From<Arc<T>> for TransportService<T> {
    fn from(transport: Arc<T>) -> Self {
        Self { transport }
    }
}

impl<T: ?Sized> Clone for TransportService<T> {
    fn clone(&self) -> Self {
        Self {
            transport: Arc::clone(&self.transport),
        }
    }
}

impl<T: Transport + ?Sized> Service<Request<Bytes>> for TransportService<T> {
    type Response = Response<Bytes>;
    type Error = TransportError;
    type Future = BoxFuture<'static, Result<Response<Bytes>, TransportError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let transport = Arc::clone(&self.transport);
        Box::pin(async move { transport.send(request).await })
    }
}
