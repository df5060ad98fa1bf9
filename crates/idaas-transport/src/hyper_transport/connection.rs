use std::{
    error::Error,
    future::poll_fn,
    io,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response, Uri, Version,
    header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING},
};
use hyper::{
    body::{Body, Incoming},
    client::conn::http1,
};
use tokio::time::{Sleep, sleep_until};

use super::{
    body::{Collected, OverCap, RequestBody},
    limit::{Limit, poll_end},
    not_sent,
    origin::Origin,
    relay::Relay,
    wire::{Stream, Wire},
};
use crate::{TransportError, TransportErrorKind};

/// An HTTP/1.1 connection, for one call at a time, which also drives it.
///
/// Nothing is read or written but while the call is polled. When a limit runs out, what the
/// wire says is therefore final.
pub(super) struct Connection {
    sender: http1::SendRequest<RequestBody>,
    /// Empty once the connection has ended.
    driver: Option<http1::Connection<Stream, RequestBody>>,
    wire: Arc<Wire>,
    relay: Arc<Relay>,
    /// That of the relay.
    waker: Waker,
    host: HeaderValue,
}

impl Connection {
    pub(super) async fn new(
        stream: Stream,
        origin: &Origin,
        http1: &http1::Builder,
    ) -> Result<Box<Self>, TransportError> {
        let host = origin.host_header()?;
        let wire = Arc::clone(stream.wire());
        let (sender, driver) = http1
            .handshake(stream)
            .await
            .map_err(|error| not_sent(TransportErrorKind::Connect).with_source(error))?;
        // A peer that accepts and closes at once is noticed before the first byte.
        wire.look_again();
        let relay = Arc::new(Relay::default());
        Ok(Box::new(Self {
            sender,
            driver: Some(driver),
            wire,
            waker: Arc::clone(&relay).into(),
            relay,
            host,
        }))
    }

    /// Sends a request and reads the whole response. The connection comes back if it can be
    /// used again.
    pub(super) async fn exchange(
        mut self: Box<Self>,
        request: Request<Bytes>,
        head: Limit,
        end: Limit,
        cap: usize,
    ) -> Result<(Response<Bytes>, Option<Box<Self>>), TransportError> {
        self.wire.rearm();
        let mut timer = pin!(sleep_until(head.moment()));
        let response = self.response(request, head, timer.as_mut()).await?;
        let (parts, body) = response.into_parts();
        let body = self.body(body, end, timer, cap).await?;
        let reusable = self.is_ready() || {
            self.drive();
            self.is_ready()
        };
        Ok((Response::from_parts(parts, body), reusable.then_some(self)))
    }

    /// Whether another call may use the connection: it is silent, open and between requests, by
    /// what the socket says now.
    pub(super) fn is_still_reusable(&mut self) -> bool {
        self.wire.look_again();
        self.drive();
        self.is_ready()
    }

    fn is_ready(&self) -> bool {
        self.driver.is_some() && self.sender.is_ready()
    }

    async fn response(
        &mut self,
        request: Request<Bytes>,
        limit: Limit,
        mut timer: Pin<&mut Sleep>,
    ) -> Result<Response<Incoming>, TransportError> {
        let mut answer = pin!(self.sender.try_send_request(self.prepare(request)));
        let relay = Arc::clone(&self.relay);
        poll_fn(|cx| {
            let answered = relay.poll(cx, || {
                self.drive();
                poll_end(answer.as_mut(), &mut Context::from_waker(&self.waker))
            });
            if let Poll::Ready(answer) = answered {
                return Poll::Ready(answer.map_err(|failed| self.failed(failed.into_error())));
            }
            poll_end(timer.as_mut(), cx).map(|()| {
                let kind = TransportErrorKind::HeadTimeout;
                Err(limit.ran_out(kind, self.wire.delivery()))
            })
        })
        .await
    }

    async fn body(
        &mut self,
        mut body: Incoming,
        limit: Limit,
        mut timer: Pin<&mut Sleep>,
        cap: usize,
    ) -> Result<Bytes, TransportError> {
        let mut collected =
            Collected::new(body.size_hint().exact(), cap).map_err(|over| self.over_cap(over))?;
        let relay = Arc::clone(&self.relay);
        let mut own_limit = false;
        poll_fn(|cx| {
            let read = relay.poll(cx, || self.read(&mut body, &mut collected));
            if read.is_ready() {
                return read;
            }
            if !own_limit {
                timer.as_mut().reset(limit.moment());
                own_limit = true;
            }
            poll_end(timer.as_mut(), cx).map(|()| {
                let kind = TransportErrorKind::BodyTimeout;
                Err(limit.ran_out(kind, self.wire.delivery()))
            })
        })
        .await?;
        Ok(collected.finish())
    }

    /// Collects what there is of a body.
    fn read(
        &mut self,
        body: &mut Incoming,
        collected: &mut Collected,
    ) -> Poll<Result<(), TransportError>> {
        let mut driven = false;
        loop {
            let frame = Pin::new(&mut *body).poll_frame(&mut Context::from_waker(&self.waker));
            match frame {
                Poll::Ready(Some(Ok(frame))) => {
                    driven = false;
                    if let Ok(piece) = frame.into_data()
                        && let Err(over) = collected.push(piece)
                    {
                        return Poll::Ready(Err(self.over_cap(over)));
                    }
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(self.body_failed(error))),
                Poll::Ready(None) => return Poll::Ready(Ok(())),
                Poll::Pending if driven => return Poll::Pending,
                Poll::Pending => {
                    self.drive();
                    driven = true;
                }
            }
        }
    }

    /// Reads and writes as far as the socket allows. A connection that has ended is dropped,
    /// which also ends what waits for it.
    fn drive(&mut self) {
        if let Some(driver) = &mut self.driver
            && Pin::new(driver)
                .poll(&mut Context::from_waker(&self.waker))
                .is_ready()
        {
            self.driver = None;
        }
    }

    /// The request as it goes on the wire. Its framing follows from its body alone.
    fn prepare(&self, mut request: Request<Bytes>) -> Request<RequestBody> {
        *request.version_mut() = Version::HTTP_11;
        if let Some(path) = request.uri().path_and_query() {
            *request.uri_mut() = Uri::from(path.clone());
        }
        request.extensions_mut().clear();
        let headers = request.headers_mut();
        headers.remove(CONTENT_LENGTH);
        headers.remove(TRANSFER_ENCODING);
        headers.entry(HOST).or_insert_with(|| self.host.clone());
        request.map(RequestBody::new)
    }

    fn over_cap(&self, OverCap: OverCap) -> TransportError {
        TransportError::new(TransportErrorKind::BodyTooLarge, self.wire.delivery())
    }

    fn failed(&self, error: hyper::Error) -> TransportError {
        use TransportErrorKind::{
            Closed, HeadTooLarge, InvalidRequest, Protocol, Receive, Send, Tls,
        };
        let kind = if error.is_parse_too_large() {
            HeadTooLarge
        } else if error.is_parse() {
            Protocol
        } else if error.is_user() {
            InvalidRequest
        } else if is_tls(&error) {
            Tls
        } else if self.wire.write_failed() {
            Send
        } else if error.is_incomplete_message()
            || error.is_canceled()
            || error.is_closed()
            || io_error(&error).is_some_and(|error| was_closed(error.kind()))
        {
            Closed
        } else {
            Receive
        };
        TransportError::new(kind, self.wire.delivery()).with_source(error)
    }

    fn body_failed(&self, error: hyper::Error) -> TransportError {
        use TransportErrorKind::{Protocol, Receive, Tls};
        let kind = match io_error(&error).map(io::Error::kind) {
            _ if is_tls(&error) => Tls,
            Some(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput) => Protocol,
            _ => Receive,
        };
        TransportError::new(kind, self.wire.delivery()).with_source(error)
    }
}

fn io_error(error: &hyper::Error) -> Option<&io::Error> {
    error.source()?.downcast_ref()
}

/// Whether TLS broke off, such as by the service's refusal of the client's certificate.
fn is_tls(error: &hyper::Error) -> bool {
    io_error(error)
        .and_then(io::Error::get_ref)
        .is_some_and(<dyn Error + Send + Sync>::is::<rustls::Error>)
}

const fn was_closed(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::UnexpectedEof
    )
}
