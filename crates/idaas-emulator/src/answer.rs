//! Answers that are the emulator's own, not the service's.

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Response};
use idaas_proto::{ApiError, ErrorCode};
use serde::Serialize;

/// What the service does not document: a refusal of the emulator itself, in the shape of the service's errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No such path.
    NotFound,
    /// The path has another method, named in `Allow`.
    MethodNotAllowed(&'static str),
    /// The body is larger than any request of this API.
    BodyTooLarge,
    /// The body did not come in time, or not whole.
    BodyIncomplete,
    /// A call below `/_emulator/` is not as documented, or no call of HTTP; the text says how.
    BadRequest(&'static str),
    /// `captcha/solve` was asked for a captcha that does not wait for an answer.
    NoSuchCaptcha,
    /// A fault closed the connection, and there is no connection to close.
    ConnectionDropped,
    /// The protocol crate knows the operation, the emulator does not.
    NotImplemented,
    /// There is no room for another connection.
    TooManyConnections,
}

impl Refusal {
    const fn parts(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::NotFound => (404, "EMULATOR.NOT_FOUND", "There is nothing at this path"),
            Self::MethodNotAllowed(_) => (
                405,
                "EMULATOR.METHOD_NOT_ALLOWED",
                "This path has another method, see the header Allow",
            ),
            Self::BodyTooLarge => (
                413,
                "EMULATOR.BODY_TOO_LARGE",
                "The body is larger than any request of this API",
            ),
            Self::BodyIncomplete => (
                408,
                "EMULATOR.BODY_INCOMPLETE",
                "The body did not come in time, or not whole",
            ),
            Self::BadRequest(problem) => (400, "EMULATOR.BAD_REQUEST", problem),
            Self::NoSuchCaptcha => (
                404,
                "EMULATOR.NO_SUCH_CAPTCHA",
                "No captcha with this token waits for an answer",
            ),
            Self::ConnectionDropped => (
                502,
                "EMULATOR.CONNECTION_DROPPED",
                "A fault closed the connection without an answer",
            ),
            Self::NotImplemented => (
                501,
                "EMULATOR.NOT_IMPLEMENTED",
                "The emulator does not have this operation",
            ),
            Self::TooManyConnections => (
                503,
                "EMULATOR.TOO_MANY_CONNECTIONS",
                "There is no room for another connection",
            ),
        }
    }

    pub(crate) fn response(self) -> Response<Bytes> {
        let (status, code, message) = self.parts();
        let error = ApiError::new(status, ErrorCode::new(code), message);
        let mut response = error.encode_response().map(Bytes::from);
        if let Self::MethodNotAllowed(allowed) = self {
            (response.headers_mut()).insert(ALLOW, HeaderValue::from_static(allowed));
        }
        response
    }
}

/// A 200 of the emulator itself.
pub(crate) fn json(body: &impl Serialize) -> Response<Bytes> {
    let body = serde_json::to_vec(body).expect("texts and numbers can always be written as JSON");
    let mut response = Response::new(Bytes::from(body));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}
