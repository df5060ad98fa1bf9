use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONNECTION, EXPECT};
use http::{HeaderValue, Request, Response};
use http_body_util::BodyExt;
use hyper::body::Body;
use tokio::time;

use crate::answer::Refusal;

/// The largest body that is read, in bytes: a hundred times the largest request of this API.
const MAX_BODY: usize = 64 * 1024;
/// How much of a larger one is thrown away, so that a caller who sends all of it before it reads gets to the answer.
const MAX_THROWN_AWAY: usize = 32 * 1024 * 1024;

/// The request with its whole body, where that comes in time.
pub(super) async fn read<B>(
    request: Request<B>,
    timeout: Duration,
) -> Result<Request<Bytes>, Refusal>
where
    B: Body<Data = Bytes> + Unpin,
{
    let (head, body) = request.into_parts();
    if body.is_end_stream() {
        return Ok(Request::from_parts(head, Bytes::new()));
    }
    let too_large = body.size_hint().lower() > MAX_BODY as u64;
    // Who asks before sending is told before sending.
    if too_large && head.headers.contains_key(EXPECT) {
        return Err(Refusal::BodyTooLarge);
    }
    match time::timeout(timeout, collect(body)).await {
        Ok(body) => Ok(Request::from_parts(head, body?)),
        Err(_) if too_large => Err(Refusal::BodyTooLarge),
        Err(_) => Err(Refusal::BodyIncomplete),
    }
}

/// The answer to a body that was not read to its end: nothing can follow it on this connection.
pub(super) fn last_answer(refusal: Refusal) -> Response<Bytes> {
    let mut response = refusal.response();
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(CONNECTION, close);
    response
}

async fn collect(mut body: impl Body<Data = Bytes> + Unpin) -> Result<Bytes, Refusal> {
    let mut whole = Bytes::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Refusal::BodyIncomplete)?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        length += data.len();
        if length > MAX_THROWN_AWAY {
            break;
        }
        if length > MAX_BODY {
            whole = Bytes::new();
        } else if whole.is_empty() {
            // Almost every body comes in one piece.
            whole = data;
        } else {
            let mut joined = BytesMut::from(whole);
            joined.extend_from_slice(&data);
            whole = joined.freeze();
        }
    }
    if length > MAX_BODY {
        return Err(Refusal::BodyTooLarge);
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

    use std::collections::VecDeque;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use hyper::body::{Frame, SizeHint};

    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(10);

    /// A body that comes in these pieces, then ends, breaks off or stays silent.
    struct Script {
        pieces: VecDeque<Bytes>,
        then: Then,
        announced: u64,
    }

    #[derive(Clone, Copy, PartialEq)]
    enum Then {
        End,
        BreakOff,
        Silence,
    }

    impl Body for Script {
        type Data = Bytes;
        type Error = &'static str;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
            match (self.pieces.pop_front(), self.then) {
                (Some(piece), _) => Poll::Ready(Some(Ok(Frame::data(piece)))),
                (None, Then::End) => Poll::Ready(None),
                (None, Then::BreakOff) => Poll::Ready(Some(Err("connection reset"))),
                (None, Then::Silence) => Poll::Pending,
            }
        }

        fn is_end_stream(&self) -> bool {
            self.pieces.is_empty() && self.then == Then::End
        }

        fn size_hint(&self) -> SizeHint {
            let mut hint = SizeHint::new();
            hint.set_lower(self.announced);
            hint
        }
    }

    async fn read_script(sizes: &[usize], then: Then, announced: usize) -> Result<usize, Refusal> {
        let body = Script {
            pieces: sizes
                .iter()
                .map(|size| Bytes::from(vec![b'x'; *size]))
                .collect(),
            then,
            announced: announced as u64,
        };
        let request = read(Request::new(body), TIMEOUT).await?;
        assert!(request.body().iter().all(|byte| *byte == b'x'));
        Ok(request.body().len())
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_is_read_whole_or_refused() {
        const LARGE: usize = 1024 * 1024;
        for (sizes, then, announced, expected) in [
            (&[][..], Then::End, 0, Ok(0)),
            (&[100], Then::End, 100, Ok(100)),
            (&[100, 0, 20, 3], Then::End, 0, Ok(123)),
            (&[MAX_BODY], Then::End, 0, Ok(MAX_BODY)),
            (&[MAX_BODY, 1], Then::End, 0, Err(Refusal::BodyTooLarge)),
            (
                &[LARGE; 10],
                Then::End,
                10 * LARGE,
                Err(Refusal::BodyTooLarge),
            ),
            // Thrown away up to a limit, so an endless one is answered too.
            (&[LARGE; 33], Then::Silence, 0, Err(Refusal::BodyTooLarge)),
            (
                &[LARGE],
                Then::Silence,
                LARGE + 1,
                Err(Refusal::BodyTooLarge),
            ),
            (&[100], Then::Silence, 0, Err(Refusal::BodyIncomplete)),
            (&[100], Then::BreakOff, 200, Err(Refusal::BodyIncomplete)),
        ] {
            let read = read_script(sizes, then, announced).await;
            assert_eq!(
                read,
                expected,
                "{} pieces, {announced} announced",
                sizes.len()
            );
        }
    }

    #[tokio::test]
    async fn who_asks_before_sending_is_told_at_once() {
        let body = Script {
            pieces: VecDeque::new(),
            then: Then::Silence,
            announced: MAX_BODY as u64 + 1,
        };
        let mut request = Request::new(body);
        let expectation = HeaderValue::from_static("100-continue");
        request.headers_mut().insert(EXPECT, expectation);
        assert_eq!(
            read(request, TIMEOUT).await.unwrap_err(),
            Refusal::BodyTooLarge
        );
    }
}
