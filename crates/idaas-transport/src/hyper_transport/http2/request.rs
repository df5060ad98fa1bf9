use bytes::Bytes;
use h2::{
    SendStream,
    client::{ResponseFuture, SendRequest},
};
use http::{
    Method, Request, Uri, Version,
    header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderName, TE, TRANSFER_ENCODING, UPGRADE},
    uri::{PathAndQuery, Scheme},
};

use super::{
    super::{not_sent, origin::Origin},
    fault::Fault,
};
use crate::{TransportError, TransportErrorKind};

/// Hands a request over to h2, which writes it when the connection is driven.
pub(super) fn send(
    sender: &mut SendRequest<Bytes>,
    request: Request<Bytes>,
    origin: &Origin,
) -> Result<(ResponseFuture, Option<SendStream<Bytes>>), TransportError> {
    let (head, body) = prepare(request, origin)?;
    let (response, mut stream) = sender
        .send_request(head, body.is_empty())
        .map_err(|error| {
            let kind = if error.is_io() || error.reason().is_some() {
                TransportErrorKind::Closed
            } else {
                TransportErrorKind::InvalidRequest
            };
            not_sent(kind).with_source(Fault::new(&error))
        })?;
    if body.is_empty() {
        return Ok((response, None));
    }
    // Fails only if the stream has ended, and then the response tells why.
    let _ = stream.send_data(body, true);
    Ok((response, Some(stream)))
}

/// The request as HTTP/2 wants it: the host in the URI, and no word about the connection.
fn prepare(
    request: Request<Bytes>,
    origin: &Origin,
) -> Result<(Request<()>, Bytes), TransportError> {
    let (mut head, body) = request.into_parts();
    let host = match head.headers.remove(HOST) {
        Some(host) => host,
        None => origin.host_header()?,
    };
    for name in OF_THE_CONNECTION {
        head.headers.remove(name);
    }
    let has_body = matches!(head.method, Method::POST | Method::PUT | Method::PATCH);
    if has_body || !body.is_empty() {
        head.headers.insert(CONTENT_LENGTH, body.len().into());
    }
    let path = head.uri.path_and_query().cloned();
    head.uri = Uri::builder()
        .scheme(Scheme::HTTPS)
        .authority(host.as_bytes())
        .path_and_query(path.unwrap_or_else(|| PathAndQuery::from_static("/")))
        .build()
        .map_err(|error| not_sent(TransportErrorKind::InvalidRequest).with_source(error))?;
    head.version = Version::HTTP_2;
    head.extensions.clear();
    Ok((Request::from_parts(head, ()), body))
}

/// Headers that HTTP/2 does not have (RFC 9113, section 8.2.2), and the length, which follows
/// from the body.
const OF_THE_CONNECTION: [HeaderName; 7] = [
    CONNECTION,
    CONTENT_LENGTH,
    TE,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];
