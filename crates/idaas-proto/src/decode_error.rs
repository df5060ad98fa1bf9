use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use crate::api_error::RetryAfter;

/// The longest content type that an error repeats, in bytes.
const MAX_CONTENT_TYPE: usize = 64;

/// An answer that is not the service's: a proxy's error page, a truncated body, a success without its token.
///
/// Names status, content type and length of the answer, never a byte of its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Parts>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    kind: DecodeErrorKind,
    status: u16,
    content_type: Option<String>,
    length: usize,
    retry_after: Option<RetryAfter>,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The body is not JSON.
    NotJson,
    /// The body is JSON that ends too early.
    Truncated,
    /// The body is JSON of another shape, first noticed at this line and column (both from 1).
    Shape {
        /// The line of the body.
        line: usize,
        /// The column in that line.
        column: usize,
    },
    /// The body is JSON, but lacks this field.
    MissingField(&'static str),
    /// The body is that of a refusal, but has no `error_code`.
    ErrorWithoutCode,
    /// The status is neither 200 nor that of a refusal with a body of the service.
    UnexpectedStatus,
    /// The answer should have no body.
    UnexpectedBody,
}

impl DecodeError {
    #[cfg_attr(
        not(feature = "http"),
        expect(dead_code, reason = "answers are decoded by the feature `http`")
    )]
    pub(crate) fn new(
        kind: DecodeErrorKind,
        status: u16,
        content_type: Option<&str>,
        length: usize,
        retry_after: Option<RetryAfter>,
    ) -> Self {
        let content_type = content_type
            .and_then(|value| value.split(';').next())
            .map(str::trim)
            .filter(|value| value.len() <= MAX_CONTENT_TYPE)
            .map(String::from);
        Self(Box::new(Parts {
            kind,
            status,
            content_type,
            length,
            retry_after,
        }))
    }

    /// What is wrong with the answer.
    #[must_use]
    pub const fn kind(&self) -> DecodeErrorKind {
        self.0.kind
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.0.status
    }

    /// The media type of the answer without its parameters, where it has a readable one.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.0.content_type.as_deref()
    }

    /// The length of the body, in bytes.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.0.length
    }

    /// When to try again, where the answer says so: a proxy before the service may (`Retry-After`, RFC 9110 section
    /// 10.2.3).
    #[must_use]
    pub const fn retry_after(&self) -> Option<RetryAfter> {
        self.0.retry_after
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.kind {
            DecodeErrorKind::NotJson => f.write_str("the answer is not JSON"),
            DecodeErrorKind::Truncated => f.write_str("the answer is JSON that ends too early"),
            DecodeErrorKind::Shape { line, column } => write!(
                f,
                "the answer has another shape than documented, at line {line} column {column}"
            ),
            DecodeErrorKind::MissingField(field) => write!(f, "the answer lacks `{field}`"),
            DecodeErrorKind::ErrorWithoutCode => {
                f.write_str("the answer is an error without `error_code`")
            }
            DecodeErrorKind::UnexpectedStatus => {
                f.write_str("the answer has a status that the service does not use")
            }
            DecodeErrorKind::UnexpectedBody => {
                f.write_str("the answer has a body where none is documented")
            }
        }?;
        let Parts { status, length, .. } = &*self.0;
        match self.content_type() {
            Some(content_type) => write!(
                f,
                " (status {status}, {}, {length} bytes)",
                content_type.escape_debug()
            ),
            None => write!(f, " (status {status}, no content type, {length} bytes)"),
        }
    }
}

impl core::error::Error for DecodeError {}
