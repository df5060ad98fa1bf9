use alloc::string::ToString;
use alloc::vec::Vec;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use memchr::memmem;
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;

use super::error_body::{LenientErrorBody, retry_after};
use super::request::json;
use crate::api_error::ApiError;
use crate::decode_error::{DecodeError, DecodeErrorKind};

/// Why an answer is no success.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an answer that is no success is the service's, or it is not"
)]
pub enum ResponseError {
    /// The service refused the call.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The answer is not one that the service gives.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

/// An answer as it was received, whatever its body is kept in.
#[derive(Clone, Copy)]
pub(crate) struct Received<'a> {
    status: StatusCode,
    headers: &'a HeaderMap,
    body: &'a [u8],
}

impl<'a> Received<'a> {
    pub(crate) fn of(response: &'a Response<impl AsRef<[u8]>>) -> Self {
        Self {
            status: response.status(),
            headers: response.headers(),
            body: response.body().as_ref(),
        }
    }
}

/// Reads a success with a JSON body.
pub(crate) fn read_json<T: DeserializeOwned>(
    response: Received<'_>,
    required: &[&'static str],
    validate: impl FnOnce(&T) -> Result<(), DecodeErrorKind>,
) -> Result<T, ResponseError> {
    refuse_refusals(response)?;
    let output = serde_json::from_slice(response.body)
        .map_err(|error| decode_error(response, shape_of(&error, required)))?;
    validate(&output).map_err(|kind| decode_error(response, kind))?;
    Ok(output)
}

/// Reads a success without a body. A JSON object that holds no refusal is one too, for some gateways add it.
pub(crate) fn read_empty(response: Received<'_>) -> Result<(), ResponseError> {
    refuse_refusals(response)?;
    let body = response.body;
    if body.is_empty() || is_object(body) {
        return Ok(());
    }
    Err(decode_error(response, DecodeErrorKind::UnexpectedBody).into())
}

/// Answers a success with a JSON body.
pub(crate) fn answer_json(output: &impl Serialize) -> Response<Vec<u8>> {
    let mut response = Response::new(json(output));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Answers a success without a body.
pub(crate) fn answer_empty() -> Response<Vec<u8>> {
    Response::new(Vec::new())
}

/// Lets an answer pass that may be a success: status 200, and no `error_code` in it.
fn refuse_refusals(response: Received<'_>) -> Result<(), ResponseError> {
    let body = response.body;
    let ok = response.status == StatusCode::OK;
    if ok && !mentions_error_code(body) {
        return Ok(());
    }
    let refusal = serde_json::from_slice::<LenientErrorBody>(body);
    let status = response.status.as_u16();
    match refusal.map(|body| body.into_api_error(status, response.headers)) {
        Ok(Some(error)) => Err(error.into()),
        _ if ok => Ok(()),
        Ok(None) => Err(decode_error(response, kind_without_code(response.status)).into()),
        Err(error) => {
            let kind = match (body.is_empty(), error.classify()) {
                (true, _) => kind_without_code(response.status),
                (false, Category::Eof) => DecodeErrorKind::Truncated,
                (false, Category::Data) => DecodeErrorKind::ErrorWithoutCode,
                (false, _) => DecodeErrorKind::NotJson,
            };
            Err(decode_error(response, kind).into())
        }
    }
}

fn kind_without_code(status: StatusCode) -> DecodeErrorKind {
    if status.is_client_error() || status.is_server_error() {
        DecodeErrorKind::ErrorWithoutCode
    } else {
        DecodeErrorKind::UnexpectedStatus
    }
}

/// A cheap look before the second parse that a success does not need.
fn mentions_error_code(body: &[u8]) -> bool {
    memmem::find(body, b"\"error_code\"").is_some()
}

fn is_object(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(body).is_ok()
}

/// Keeps what is safe to repeat of a parser's error, whose text may quote the body.
fn shape_of(error: &serde_json::Error, required: &[&'static str]) -> DecodeErrorKind {
    match error.classify() {
        Category::Eof => DecodeErrorKind::Truncated,
        Category::Syntax | Category::Io => DecodeErrorKind::NotJson,
        Category::Data => {
            let text = error.to_string();
            let missing = text
                .strip_prefix("missing field `")
                .and_then(|rest| rest.split_once('`'));
            missing
                .and_then(|(name, _)| required.iter().find(|&&field| field == name))
                .map_or_else(
                    || DecodeErrorKind::Shape {
                        line: error.line(),
                        column: error.column(),
                    },
                    |&field| DecodeErrorKind::MissingField(field),
                )
        }
    }
}

fn decode_error(response: Received<'_>, kind: DecodeErrorKind) -> DecodeError {
    let content_type = response
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    DecodeError::new(
        kind,
        response.status.as_u16(),
        content_type,
        response.body.len(),
        retry_after(response.headers),
    )
}
