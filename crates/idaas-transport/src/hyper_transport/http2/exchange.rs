use std::{
    future::poll_fn,
    io,
    pin::{Pin, pin},
    task::{Context, Poll},
};

use bytes::Bytes;
use h2::{Reason, RecvStream, SendStream, client::ResponseFuture};
use http::{Request, Response, header::CONTENT_LENGTH};
use tokio::time::{Sleep, sleep_until};

use super::{
    super::{
        body::Collected,
        limit::{Limit, Limits, poll_end},
        not_sent,
        origin::Origin,
    },
    fault::Fault,
    request::send,
    shared::Shared,
};
use crate::{Delivery, TransportError, TransportErrorKind};

impl Shared {
    /// Sends a request and reads the whole response, beside the calls of others. `None` if the
    /// connection had ended before; the request is then still there.
    pub(super) async fn exchange(
        &self,
        request: &mut Option<Request<Bytes>>,
        origin: &Origin,
        limits: &Limits,
        end: Limit,
        cap: usize,
    ) -> Result<Option<Response<Bytes>>, TransportError> {
        let Some(mut stream) = self.stream(request, origin, end).await? else {
            return Ok(None);
        };
        let head = limits.head(end);
        let mut timer = pin!(sleep_until(head.moment()));
        let (parts, body) = stream.response(head, timer.as_mut()).await?.into_parts();
        let announced = parts
            .headers
            .get(CONTENT_LENGTH)
            .filter(|_| !body.is_end_stream())
            .and_then(|length| length.to_str().ok()?.parse().ok());
        let collected = Collected::new(announced, cap).map_err(|_| too_large())?;
        timer.as_mut().reset(end.moment());
        let body = stream.body(body, collected, end, timer).await?;
        Ok(Some(Response::from_parts(parts, body)))
    }

    /// Opens a stream as soon as the service allows one.
    async fn stream(
        &self,
        request: &mut Option<Request<Bytes>>,
        origin: &Origin,
        end: Limit,
    ) -> Result<Option<Stream<'_>>, TransportError> {
        loop {
            let mut freed = pin!(self.freed.notified());
            // What happens from here on is not missed.
            freed.as_mut().enable();
            match self.try_stream(request, origin) {
                Ok(stream) => return stream,
                Err(Full) => tokio::time::timeout_at(end.moment(), freed)
                    .await
                    .map_err(|_| end.ran_out(TransportErrorKind::SlotTimeout, Delivery::NotSent))?,
            }
        }
    }

    fn try_stream(
        &self,
        request: &mut Option<Request<Bytes>>,
        origin: &Origin,
    ) -> Result<Result<Option<Stream<'_>>, TransportError>, Full> {
        let mut state = self.lock();
        // By what the socket says now, and not by what the runtime has heard.
        self.wire.look_again();
        self.drive(&mut state);
        if self.takes_no_more(&state) {
            return Ok(Ok(None));
        }
        if !state.enter() {
            return Err(Full);
        }
        let (accepted, reads) = (self.wire.accepted(), self.heard.reads());
        let sent = request
            .take()
            .map(|request| send(&mut state.sender.clone(), request, origin));
        self.drive(&mut state);
        drop(state);
        let slot = Slot(self);
        let stream = sent.transpose().map(|sent| {
            sent.map(|(response, body)| Stream {
                number: response.stream_id().as_u32(),
                response,
                _body: body,
                accepted,
                reads,
                slot,
            })
        });
        Ok(stream)
    }
}

/// The service allows no further stream for now.
struct Full;

/// One of the streams that the service allows at a time.
struct Slot<'a>(&'a Shared);

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// A request on its way. To drop it tells the service that no one waits any more.
struct Stream<'a> {
    number: u32,
    response: ResponseFuture,
    /// h2 writes the body as the service allows; to drop this would end it.
    _body: Option<SendStream<Bytes>>,
    /// What the socket had taken before.
    accepted: u64,
    /// What had been read before.
    reads: u64,
    slot: Slot<'a>,
}

impl Stream<'_> {
    async fn response(
        &mut self,
        limit: Limit,
        mut timer: Pin<&mut Sleep>,
    ) -> Result<Response<RecvStream>, TransportError> {
        poll_fn(|cx| {
            if let Poll::Ready(answer) = Pin::new(&mut self.response).poll(cx) {
                return Poll::Ready(answer.map_err(|error| self.failed(error)));
            }
            poll_end(timer.as_mut(), cx).map(|()| {
                let shared = self.slot.0;
                if shared.heard.reads() == self.reads {
                    // Not a word, not even about another call: the network may swallow it all.
                    shared.retire();
                }
                let delivery = if self.is_disowned() {
                    Delivery::NotSent
                } else {
                    Delivery::Unknown
                };
                Err(limit.ran_out(TransportErrorKind::HeadTimeout, delivery))
            })
        })
        .await
    }

    /// The service has answered, so that whatever happens here, it has seen the request.
    async fn body(
        &mut self,
        mut body: RecvStream,
        mut collected: Collected,
        limit: Limit,
        mut timer: Pin<&mut Sleep>,
    ) -> Result<Bytes, TransportError> {
        poll_fn(|cx| {
            let read = read(&mut body, &mut collected, cx);
            if read.is_ready() {
                return read;
            }
            poll_end(timer.as_mut(), cx).map(|()| {
                let kind = TransportErrorKind::BodyTimeout;
                Err(limit.ran_out(kind, Delivery::Unknown))
            })
        })
        .await?;
        Ok(collected.finish())
    }

    /// Whether the service has said that it did not look at the request.
    fn is_disowned(&self) -> bool {
        self.slot.0.heard.disowns(self.number)
    }

    /// The error of a call whose response had not begun.
    fn failed(&self, error: h2::Error) -> TransportError {
        use TransportErrorKind::{Closed, Protocol, Receive, Refused, Send, Tls};
        let refused =
            error.is_reset() && error.is_remote() && error.reason() == Some(Reason::REFUSED_STREAM);
        if refused || self.is_disowned() {
            return not_sent(Refused).with_source(Fault::new(&error));
        }
        let ended = error.is_io() || error.is_go_away();
        let delivery = if ended && self.was_never_written() {
            Delivery::NotSent
        } else {
            Delivery::Unknown
        };
        let kind = match error.get_io().map(io::Error::kind) {
            // What TLS has to say, such as about the certificate of the client.
            Some(io::ErrorKind::InvalidData) => Tls,
            Some(_) if self.slot.0.wire.write_failed() => Send,
            Some(
                io::ErrorKind::BrokenPipe
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::UnexpectedEof,
            ) => Closed,
            Some(_) => Receive,
            None if error.is_library() => Protocol,
            None => Closed,
        };
        TransportError::new(kind, delivery).with_source(Fault::new(&error))
    }

    /// Whether the socket has taken nothing since the request was handed over, and never will.
    fn was_never_written(&self) -> bool {
        let shared = self.slot.0;
        shared.close(&mut shared.lock());
        shared.wire.accepted() == self.accepted
    }
}

/// Collects what there is of a body.
fn read(
    body: &mut RecvStream,
    collected: &mut Collected,
    cx: &mut Context<'_>,
) -> Poll<Result<(), TransportError>> {
    loop {
        match body.poll_data(cx) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(None) => return Poll::Ready(Ok(())),
            Poll::Ready(Some(Ok(piece))) => {
                // Fails only if more is given back than was taken.
                let _ = body.flow_control().release_capacity(piece.len());
                if collected.push(piece).is_err() {
                    return Poll::Ready(Err(too_large()));
                }
            }
            Poll::Ready(Some(Err(error))) => {
                let kind = match error.get_io().map(io::Error::kind) {
                    Some(io::ErrorKind::InvalidData) => TransportErrorKind::Tls,
                    None if error.is_library() => TransportErrorKind::Protocol,
                    _ => TransportErrorKind::Receive,
                };
                let error =
                    TransportError::new(kind, Delivery::Unknown).with_source(Fault::new(&error));
                return Poll::Ready(Err(error));
            }
        }
    }
}

const fn too_large() -> TransportError {
    TransportError::new(TransportErrorKind::BodyTooLarge, Delivery::Unknown)
}
