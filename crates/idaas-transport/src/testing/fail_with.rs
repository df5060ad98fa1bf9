use bytes::Bytes;
use http::{Request, Response};

use crate::{BoxFuture, Delivery, Transport, TransportError, TransportErrorKind};

/// Fails every call with the given kind and delivery.
#[derive(Clone, Copy, Debug)]
pub struct FailWith {
    kind: TransportErrorKind,
    delivery: Delivery,
}

impl FailWith {
    /// The transport that fails like this.
    #[must_use]
    pub const fn new(kind: TransportErrorKind, delivery: Delivery) -> Self {
        Self { kind, delivery }
    }
}

impl Transport for FailWith {
    fn send(&self, _: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let error = TransportError::new(self.kind, self.delivery);
        Box::pin(async { Err(error) })
    }
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use super::*;
    use crate::poll_once::poll_once;

    #[test]
    fn every_call_fails_as_told() {
        let transport = FailWith::new(TransportErrorKind::HeadTimeout, Delivery::Unknown);
        for _ in 0..2 {
            let Poll::Ready(Err(error)) = poll_once(transport.send(Request::new(Bytes::new())))
            else {
                panic!("the call has to fail at once");
            };
            assert_eq!(error.kind(), TransportErrorKind::HeadTimeout);
            assert_eq!(error.delivery(), Delivery::Unknown);
        }
    }
}
