use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use idaas_transport::{
    BoxFuture, Deadline, Delivery, Transport, TransportError, TransportErrorKind,
};

/// A [`Transport`] over reqwest, honest about what reqwest cannot know.
///
/// reqwest tells apart that no connection could be made, and nothing more: whatever fails after
/// that may have been received.
#[derive(Clone, Debug)]
pub(crate) struct ReqwestTransport {
    client: reqwest::Client,
    call_timeout: Duration,
    max_response_body: usize,
}

impl ReqwestTransport {
    /// Builds the client with what a transport must not do by itself turned off.
    ///
    /// # Errors
    ///
    /// Those of [`reqwest::ClientBuilder::build`].
    pub(crate) fn new(
        client: reqwest::ClientBuilder,
        call_timeout: Duration,
        max_response_body: usize,
    ) -> Result<Self, reqwest::Error> {
        let client = client
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .build()?;
        Ok(Self {
            client,
            call_timeout,
            max_response_body,
        })
    }

    async fn call(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let deadline = request.extensions().get::<Deadline>().copied();
        // The timeout of a request takes the place of the client's, so it has to be the shorter.
        let left = deadline.map_or(self.call_timeout, |deadline| {
            deadline.remaining().min(self.call_timeout)
        });
        if left == Duration::ZERO {
            let kind = TransportErrorKind::ConnectTimeout;
            return Err(TransportError::new(kind, Delivery::NotSent));
        }
        let mut request = reqwest::Request::try_from(request)
            .map_err(|error| failed(error, TransportErrorKind::InvalidRequest))?;
        *request.timeout_mut() = Some(left);
        let response = self
            .client
            .execute(request)
            .await
            .map_err(|error| failed(error, TransportErrorKind::HeadTimeout))?;
        self.whole(response).await
    }

    /// Reads the body up to the cap.
    async fn whole(
        &self,
        mut response: reqwest::Response,
    ) -> Result<Response<Bytes>, TransportError> {
        let mut body = BytesMut::new();
        while let Some(piece) = response
            .chunk()
            .await
            .map_err(|error| failed(error, TransportErrorKind::BodyTimeout))?
        {
            if body.len() + piece.len() > self.max_response_body {
                let kind = TransportErrorKind::BodyTooLarge;
                return Err(TransportError::new(kind, Delivery::Unknown));
            }
            body.extend_from_slice(&piece);
        }
        let mut whole = Response::new(body.freeze());
        *whole.status_mut() = response.status();
        *whole.version_mut() = response.version();
        std::mem::swap(whole.headers_mut(), response.headers_mut());
        Ok(whole)
    }
}

impl Transport for ReqwestTransport {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(self.call(request))
    }
}

/// What reqwest knows of a failure, and nothing that it does not.
fn failed(error: reqwest::Error, in_time: TransportErrorKind) -> TransportError {
    let (kind, delivery) = if error.is_builder() {
        (TransportErrorKind::InvalidRequest, Delivery::NotSent)
    } else if error.is_connect() && error.is_timeout() {
        (TransportErrorKind::ConnectTimeout, Delivery::NotSent)
    } else if error.is_connect() {
        (TransportErrorKind::Connect, Delivery::NotSent)
    } else if error.is_timeout() {
        (in_time, Delivery::Unknown)
    } else {
        (TransportErrorKind::Other, Delivery::Unknown)
    };
    // The URL may have secrets in its query.
    TransportError::new(kind, delivery).with_source(error.without_url())
}
