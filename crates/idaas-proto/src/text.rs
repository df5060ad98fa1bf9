//! Values that are read from a text, which no error quotes.

use alloc::string::String;
use core::fmt;

use serde::de::{Deserializer, Error, Visitor};

use crate::invalid::InvalidValue;

/// Reads a text of a newtype.
pub(crate) fn deserialize<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    what: &'static str,
    parse: fn(String) -> Result<T, InvalidValue>,
) -> Result<T, D::Error> {
    crate::unquoted::deserialize(deserializer, |deserializer| {
        deserializer.deserialize_string(TextVisitor { what, parse })
    })
}

/// Lets a newtype be read wherever a text is, as its `parse` reads it.
macro_rules! read_by_parse {
    ($name:ident, $what:literal) => {
        impl TryFrom<alloc::string::String> for $name {
            type Error = crate::InvalidValue;

            fn try_from(text: alloc::string::String) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = crate::InvalidValue;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }

        impl core::str::FromStr for $name {
            type Err = crate::InvalidValue;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::text::deserialize(deserializer, $what, Self::parse)
            }
        }
    };
}

pub(crate) use read_by_parse;

struct TextVisitor<T> {
    what: &'static str,
    parse: fn(String) -> Result<T, InvalidValue>,
}

impl<T> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} as a text", self.what)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        self.visit_string(String::from(text))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<T, E> {
        (self.parse)(text).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use crate::{CaptchaPoint, CaptchaToken, ClientId, Mobile, Sender, VerifyCode};

    #[test]
    fn no_error_quotes_what_was_read() {
        fn error<T: serde::de::DeserializeOwned>(json: &str) -> alloc::string::String {
            serde_json::from_str::<T>(json)
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default()
        }
        for json in [
            "15200000000",
            "-15200000000",
            "15200000000.5",
            "152000000001520000000015200000000",
            "[15200000000]",
            "{\"15200000000\":1}",
            "\"15200000000\\n\"",
        ] {
            for text in [
                error::<Mobile>(json),
                error::<Sender>(json),
                error::<VerifyCode>(json),
                error::<CaptchaToken>(json),
                error::<CaptchaPoint>(json),
                error::<ClientId>(json),
            ] {
                assert!(!text.is_empty(), "{json} is refused");
                assert!(!text.contains("152000"), "{json}: {text}");
            }
        }
    }
}
