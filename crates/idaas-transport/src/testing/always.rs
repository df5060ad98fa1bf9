use std::fmt;

use bytes::Bytes;
use http::{Request, Response};

use crate::{BoxFuture, Transport, TransportError};

/// Answers every request with a copy of the same response.
#[derive(Clone)]
pub struct Always {
    response: Response<Bytes>,
}

impl Always {
    /// The transport that answers like this.
    #[must_use]
    pub const fn new(response: Response<Bytes>) -> Self {
        Self { response }
    }
}

impl Transport for Always {
    fn send(&self, _: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let response = self.response.clone();
        Box::pin(async { Ok(response) })
    }
}

impl fmt::Debug for Always {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Always")
            .field("status", &self.response.status())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use super::*;
    use crate::poll_once::poll_once;

    #[test]
    fn every_call_gets_the_same_response() {
        let transport = Always::new(Response::new("same".into()));
        for _ in 0..2 {
            let Poll::Ready(Ok(response)) = poll_once(transport.send(Request::default())) else {
                panic!("the response is at hand");
            };
            assert_eq!(response.body(), "same");
        }
    }
}
