use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use crate::error_code::ErrorCode;

/// A refusal of the service: its JSON error body, with what the answer's head said.
///
/// `Display` and `Debug` show the status and the code. The message comes from outside and is shown only through
/// [`message`](Self::message).
#[derive(Clone, PartialEq, Eq)]
pub struct ApiError(Box<Parts>);

#[derive(Clone, PartialEq, Eq)]
struct Parts {
    status: u16,
    code: ErrorCode,
    message: String,
    retry_after: Option<RetryAfter>,
    request_id: Option<String>,
}

impl ApiError {
    /// A refusal with this HTTP status, code and message.
    #[must_use]
    pub fn new(status: u16, code: ErrorCode, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            status,
            code,
            message: message.into(),
            retry_after: None,
            request_id: None,
        }))
    }

    /// Adds when to try again.
    #[must_use]
    pub fn with_retry_after(mut self, retry_after: RetryAfter) -> Self {
        self.0.retry_after = Some(retry_after);
        self
    }

    /// Adds the service's name for the request.
    #[must_use]
    pub fn with_request_id(mut self, request_id: impl Into<String>) -> Self {
        self.0.request_id = Some(request_id.into());
        self
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.0.status
    }

    /// The service's `error_code`.
    #[must_use]
    pub const fn code(&self) -> &ErrorCode {
        &self.0.code
    }

    /// The service's `error_msg`, in the language that the call asked for. Text from outside: escape it before
    /// showing it, and do not log it.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// When to try again, where the answer says so (`Retry-After`, RFC 9110 section 10.2.3; not documented by the
    /// vendor).
    #[must_use]
    pub const fn retry_after(&self) -> Option<RetryAfter> {
        self.0.retry_after
    }

    /// The service's name for the request, where the answer has one (`X-Request-Id`; not documented by the vendor).
    /// Text from outside.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts { status, code, .. } = &*self.0;
        write!(f, "the service answered {status} with {code}")
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("status", &self.0.status)
            .field("code", &self.0.code)
            .field("retry_after", &self.0.retry_after)
            .finish_non_exhaustive()
    }
}

impl core::error::Error for ApiError {}

/// When the service asks to be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryAfter {
    /// After so many seconds.
    After(u64),
    /// At this time, in seconds since 1970-01-01 00:00:00 UTC.
    At(u64),
}
