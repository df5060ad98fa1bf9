use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Method, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Endpoint;
use crate::api_error::ApiError;
use crate::caller::Caller;
use crate::error_code::ErrorCode;
use crate::language::Language;

/// A request that a server refuses before it looks at its own state.
///
/// Names the field or header, never its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestError {
    code: ErrorCode,
    field: &'static str,
    problem: RequestProblem,
}

/// What is wrong with a field or header of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequestProblem {
    /// It is absent, null or empty.
    Missing,
    /// It has another JSON type, or bytes that are no text.
    Unreadable,
    /// It is of the right type, but can never be valid.
    Invalid,
    /// The whole body is not a JSON object; the field is the first that was looked for.
    NoObject,
}

impl RequestError {
    const fn new(code: ErrorCode, field: &'static str, problem: RequestProblem) -> Self {
        Self {
            code,
            field,
            problem,
        }
    }

    /// The code that the service answers, with the HTTP status of the catalogue.
    #[must_use]
    pub const fn code(&self) -> &ErrorCode {
        &self.code
    }

    /// The field or header, by its name on the wire.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// The refusal as the service answers it in a language.
    #[must_use]
    pub fn api_error(&self, language: Language) -> ApiError {
        // Every code that a request is refused with is in the catalogue: it comes from the same document.
        self.code.info().map_or_else(
            || ApiError::new(400, self.code.clone(), ""),
            |info| info.api_error(language),
        )
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn problem(&self) -> RequestProblem {
        self.problem
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = self.field;
        match self.problem {
            RequestProblem::Missing => write!(f, "`{field}` is missing or empty"),
            RequestProblem::Unreadable => write!(f, "`{field}` has another type than documented"),
            RequestProblem::Invalid => write!(f, "`{field}` can never be valid"),
            RequestProblem::NoObject => {
                write!(f, "the body is not a JSON object, so `{field}` is missing")
            }
        }
    }
}

impl core::error::Error for RequestError {}

/// What a header is called, and what the service answers without it.
pub(crate) struct HeaderRule {
    name: &'static str,
    /// The name once more, checked and in the form that a map of headers takes.
    header: HeaderName,
    missing: ErrorCode,
    invalid: ErrorCode,
}

impl HeaderRule {
    pub(crate) const fn new(name: &'static str, missing: ErrorCode, invalid: ErrorCode) -> Self {
        Self {
            name,
            header: HeaderName::from_static(name),
            missing,
            invalid,
        }
    }

    /// Writes the header, with a text that a newtype has checked.
    pub(crate) fn put(&self, headers: &mut HeaderMap, value: &str) {
        headers.insert(self.header.clone(), header_value(value));
    }

    /// The same with a secret: marked sensitive, so that HTTP stacks neither log nor index it.
    pub(crate) fn put_secret(&self, headers: &mut HeaderMap, secret: &str) {
        let mut value = header_value(secret);
        value.set_sensitive(true);
        headers.insert(self.header.clone(), value);
    }

    pub(crate) fn required<'h>(&self, headers: &'h HeaderMap) -> Result<&'h str, RequestError> {
        let refused = |problem| RequestError::new(self.missing.clone(), self.name, problem);
        let value = headers
            .get(&self.header)
            .ok_or_else(|| refused(RequestProblem::Missing))?;
        match str::from_utf8(value.as_bytes()) {
            Ok("") => Err(refused(RequestProblem::Missing)),
            Ok(text) => Ok(text),
            Err(_) => Err(refused(RequestProblem::Unreadable)),
        }
    }

    pub(crate) fn invalid(&self) -> RequestError {
        RequestError::new(self.invalid.clone(), self.name, RequestProblem::Invalid)
    }
}

/// A header that may be absent; one that is no text counts as absent.
pub(crate) fn optional_header<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    str::from_utf8(headers.get(name)?.as_bytes()).ok()
}

/// What a field of a body is called, and what the service answers without it.
pub(crate) struct FieldRule {
    pub(crate) name: &'static str,
    /// Whether the value has the JSON type of the field.
    pub(crate) accepts: fn(&Value) -> bool,
    pub(crate) required: bool,
    pub(crate) missing: ErrorCode,
    pub(crate) invalid: ErrorCode,
}

impl FieldRule {
    fn refused(&self, problem: RequestProblem) -> RequestError {
        let code = match problem {
            RequestProblem::Invalid => &self.invalid,
            _ => &self.missing,
        };
        RequestError::new(code.clone(), self.name, problem)
    }
}

/// The body of a request whose fields are all there, and of the right JSON type.
pub(crate) struct RequestBody(Map<String, Value>);

impl RequestBody {
    /// Looks for the fields in the order of the rules.
    pub(crate) fn read(body: &[u8], rules: &[FieldRule]) -> Result<Self, RequestError> {
        let mut fields = match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => fields,
            _ => match rules.first() {
                Some(rule) => return Err(rule.refused(RequestProblem::NoObject)),
                None => Map::new(),
            },
        };
        fields.retain(|_, value| !(value.is_null() || value.as_str().is_some_and(str::is_empty)));
        for rule in rules {
            match fields.get(rule.name) {
                None if rule.required => return Err(rule.refused(RequestProblem::Missing)),
                Some(value) if !(rule.accepts)(value) => {
                    return Err(rule.refused(RequestProblem::Unreadable));
                }
                _ => {}
            }
        }
        Ok(Self(fields))
    }

    pub(crate) fn required<T: DeserializeOwned>(
        &mut self,
        rule: &FieldRule,
    ) -> Result<T, RequestError> {
        self.optional(rule)?
            .ok_or_else(|| rule.refused(RequestProblem::Missing))
    }

    pub(crate) fn optional<T: DeserializeOwned>(
        &mut self,
        rule: &FieldRule,
    ) -> Result<Option<T>, RequestError> {
        match self.0.remove(rule.name) {
            None => Ok(None),
            Some(value) => serde_json::from_value(value)
                .map(Some)
                .map_err(|_| rule.refused(RequestProblem::Invalid)),
        }
    }
}

/// A GET as a client sends it; `caller` is absent where the operation takes no common headers.
pub(crate) fn get(
    endpoint: &Endpoint,
    path: &'static str,
    caller: Option<&Caller>,
) -> Request<Vec<u8>> {
    request(Method::GET, endpoint, path, caller, Vec::new())
}

/// A POST as a client sends it, with a JSON body where there is one.
pub(crate) fn post(
    endpoint: &Endpoint,
    path: &'static str,
    caller: Option<&Caller>,
    body: Option<&impl Serialize>,
) -> Request<Vec<u8>> {
    let body = body.map_or_else(Vec::new, json);
    request(Method::POST, endpoint, path, caller, body)
}

fn request(
    method: Method,
    endpoint: &Endpoint,
    path: &'static str,
    caller: Option<&Caller>,
    body: Vec<u8>,
) -> Request<Vec<u8>> {
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = endpoint.uri(path);
    if let Some(caller) = caller {
        caller.encode(request.headers_mut());
        // Required by the vendor on every call, with a body or without.
        request
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    request
}

/// JSON of a type of this crate, whose maps have text keys and whose numbers are finite.
pub(crate) fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("the types of this crate can always be written as JSON")
}

/// A text that a newtype has checked.
pub(crate) fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_bytes(text.as_bytes()).expect("a newtype has refused control characters")
}
