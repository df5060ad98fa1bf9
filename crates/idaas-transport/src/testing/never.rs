use std::future;

use bytes::Bytes;
use http::{Request, Response};

use crate::{BoxFuture, Transport, TransportError};

/// Never answers: for tests of what a caller does when it gives up.
///
/// It knows no time, so a [`Deadline`](crate::Deadline) does not end the call either.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Never;

impl Never {
    /// The transport that never answers.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Transport for Never {
    fn send(&self, _: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(future::pending())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poll_once::poll_once;

    #[test]
    fn a_call_stays_pending() {
        assert!(poll_once(Never::new().send(Request::new(Bytes::new()))).is_pending());
    }
}
