//! Transports that lie, to see the test fail.

use bytes::Bytes;
use http::{Request, Response};
use idaas_transport::{BoxFuture, Delivery, Transport, TransportError};

type Answer = Result<Response<Bytes>, TransportError>;

/// Sends once more what may have been received.
#[derive(Debug)]
pub(super) struct RetriesUnknown<T>(pub(super) T);

impl<T: Transport> Transport for RetriesUnknown<T> {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            match self.0.send(request.clone()).await {
                Err(error) if error.delivery() == Delivery::Unknown => self.0.send(request).await,
                answer => answer,
            }
        })
    }
}

/// Calls every failed request not sent, or every one unknown.
#[derive(Debug)]
pub(super) struct CallsAll<T>(pub(super) T, pub(super) Delivery);

impl<T: Transport> Transport for CallsAll<T> {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Answer> {
        Box::pin(async move {
            let answer = self.0.send(request).await;
            answer.map_err(|error| TransportError::new(error.kind(), self.1))
        })
    }
}
