use alloc::string::String;
use alloc::vec::Vec;

use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde::{Deserialize, Serialize};

use super::date;
use super::request::{json, optional_header};
use crate::api_error::{ApiError, RetryAfter};
use crate::error_code::ErrorCode;

/// Not documented by the vendor: the customary name.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

#[derive(Serialize)]
struct ErrorBody<'a> {
    error_code: &'a ErrorCode,
    error_msg: &'a str,
}

/// As lenient as it can be: what matters is the code.
#[derive(Deserialize)]
pub(super) struct LenientErrorBody {
    #[serde(default)]
    error_code: Option<String>,
    #[serde(default)]
    error_msg: Option<String>,
}

impl LenientErrorBody {
    /// The refusal, where the body has a code.
    pub(super) fn into_api_error(self, status: u16, headers: &HeaderMap) -> Option<ApiError> {
        let code = self.error_code.filter(|code| !code.is_empty())?;
        let mut error = ApiError::new(
            status,
            ErrorCode::new(code),
            self.error_msg.unwrap_or_default(),
        );
        if let Some(retry_after) = retry_after(headers) {
            error = error.with_retry_after(retry_after);
        }
        if let Some(id) = optional_header(headers, &REQUEST_ID) {
            error = error.with_request_id(id);
        }
        Some(error)
    }
}

impl ApiError {
    /// The refusal as a server answers it.
    ///
    /// A status that HTTP does not have becomes 500, and a request id that a header cannot carry is left out.
    #[must_use]
    pub fn encode_response(&self) -> Response<Vec<u8>> {
        let mut response = Response::new(json(&ErrorBody {
            error_code: self.code(),
            error_msg: self.message(),
        }));
        *response.status_mut() =
            StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        match self.retry_after() {
            Some(RetryAfter::After(seconds)) => {
                headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            Some(RetryAfter::At(at)) => {
                if let Some(value) = date::format(at).and_then(|date| date.try_into().ok()) {
                    headers.insert(RETRY_AFTER, value);
                }
            }
            None => {}
        }
        if let Some(value) = self
            .request_id()
            .and_then(|id| HeaderValue::from_bytes(id.as_bytes()).ok())
        {
            headers.insert(REQUEST_ID, value);
        }
        response
    }
}

/// Reads `Retry-After`, in seconds or as a date; nothing where it is neither.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<RetryAfter> {
    let value = optional_header(headers, &RETRY_AFTER)?.trim();
    match value.parse() {
        Ok(seconds) => Some(RetryAfter::After(seconds)),
        Err(_) => date::parse(value).map(RetryAfter::At),
    }
}
