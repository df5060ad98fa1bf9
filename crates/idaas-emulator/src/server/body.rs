use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONNECTION, EXPECT};
use http::{HeaderValue, Request, Response};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use tokio::time;

use crate::answer::Refusal;

/// The largest body that is read, in bytes: a hundred times the largest request of this API.
const MAX_BODY: usize = 64 * 1024;
/// How much of a larger one is thrown away, so that a caller who sends all of it before it reads gets to the answer.
const MAX_THROWN_AWAY: usize = 32 * 1024 * 1024;
/// How long a body may take.
const BODY_TIME: Duration = Duration::from_secs(10);

/// The request with its whole body.
pub(super) async fn read(request: Request<Incoming>) -> Result<Request<Bytes>, Refusal> {
    let (head, body) = request.into_parts();
    if body.is_end_stream() {
        return Ok(Request::from_parts(head, Bytes::new()));
    }
    let too_large = body.size_hint().lower() > MAX_BODY as u64;
    // Who asks before sending is told before sending.
    if too_large && head.headers.contains_key(EXPECT) {
        return Err(Refusal::BodyTooLarge);
    }
    match time::timeout(BODY_TIME, collect(body)).await {
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

async fn collect(mut body: Incoming) -> Result<Bytes, Refusal> {
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
