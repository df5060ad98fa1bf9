use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::api_error::ApiError;
use crate::generated::CATALOGUE;
use crate::outside::Word;

/// What the codes of the Customer Identity product start with; OneAccess leaves it out.
const PREFIX: &str = "IDAAS.SDK.";

/// An `error_code` of the service: associated constants for the catalogue, and any other value.
///
/// Equality is that of the text. [`is`](Self::is) compares across dialects: OneAccess writes `CAPTCHA.0007` where
/// Customer Identity writes `IDAAS.SDK.CAPTCHA.0007`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct ErrorCode(Cow<'static, str>);

impl ErrorCode {
    pub(crate) const fn known(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// Takes any code, in the catalogue or not.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Cow::Owned(text.into()))
    }

    /// The text as it stands on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the other code, in whichever dialect the two are written.
    ///
    /// ```
    /// # use idaas_proto::ErrorCode;
    /// assert!(ErrorCode::new("CAPTCHA.0007").is(&ErrorCode::VERIFY_CODE_INCORRECT));
    /// ```
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.without_prefix() == other.without_prefix()
    }

    /// What the catalogue says of this code, in whichever dialect it is written.
    #[must_use]
    pub fn info(&self) -> Option<&'static ErrorInfo> {
        CATALOGUE.iter().find(|info| self.is(&info.code))
    }

    /// What the code is about, in whichever dialect it is written: `PARAM`, `USER`, `CAPTCHA`…; nothing where it has
    /// no such form.
    ///
    /// ```
    /// # use idaas_proto::ErrorCode;
    /// assert_eq!(ErrorCode::MOBILE_EMPTY.family(), Some("USER"));
    /// assert_eq!(ErrorCode::new("PARAM.0004").family(), Some("PARAM"));
    /// assert_eq!(ErrorCode::new("busy").family(), None);
    /// ```
    #[must_use]
    pub fn family(&self) -> Option<&str> {
        self.without_prefix()
            .split_once('.')
            .map(|(family, _)| family)
    }

    fn without_prefix(&self) -> &str {
        self.0.strip_prefix(PREFIX).unwrap_or(&self.0)
    }
}

impl fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ErrorCode({})", Word(&self.0))
    }
}

// A code comes from outside: one that does not look like a code is not repeated.
impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Word(&self.0).fmt(f)
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::deserialize(deserializer, "error code", |text| Ok(Self::new(text)))
    }
}

impl From<&str> for ErrorCode {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for ErrorCode {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

/// One row of the error catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorInfo {
    /// The code.
    pub code: ErrorCode,
    /// The HTTP status that the service answers with.
    pub status: u16,
    /// The service's `error_msg` in English.
    pub en: &'static str,
    /// The service's `error_msg` in Chinese.
    pub zh: &'static str,
    /// What is wrong.
    pub cause: &'static str,
    /// What the caller does about it.
    pub remedy: &'static str,
}

impl ErrorInfo {
    /// The whole catalogue, in the order of its codes in `openapi.yaml`.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        CATALOGUE
    }

    /// The refusal as the service answers it in a language.
    #[must_use]
    pub fn api_error(&self, language: crate::Language) -> ApiError {
        ApiError::new(self.status, self.code.clone(), self.message(language))
    }

    /// The service's `error_msg` in a language.
    #[must_use]
    pub const fn message(&self, language: crate::Language) -> &'static str {
        match language {
            crate::Language::En => self.en,
            crate::Language::Zh => self.zh,
        }
    }
}
