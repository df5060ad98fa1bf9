//! Texts that are read without being quoted in an error.

use alloc::string::String;
use core::fmt;
use core::marker::PhantomData;

use serde::de::{Deserializer, Error, Visitor};

use crate::invalid::InvalidValue;

/// Reads a text of a newtype. Serde's own errors quote what they do not expect; these never do.
pub(crate) fn deserialize<'de, D, T>(deserializer: D, what: &'static str) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<String, Error = InvalidValue>,
{
    let visitor = TextVisitor {
        what,
        newtype: PhantomData,
    };
    if deserializer.is_human_readable() {
        // Asked for a text, serde_json quotes a number that it finds; asked for anything, it lets us refuse it.
        deserializer.deserialize_any(visitor)
    } else {
        deserializer.deserialize_string(visitor)
    }
}

struct TextVisitor<T> {
    what: &'static str,
    newtype: PhantomData<T>,
}

impl<T> TextVisitor<T> {
    fn not_a_text<E: Error>(&self) -> Result<T, E> {
        Err(E::custom(InvalidValue::new(self.what, "must be a text")))
    }
}

impl<T: TryFrom<String, Error = InvalidValue>> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        self.visit_string(String::from(text))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<T, E> {
        T::try_from(text).map_err(E::custom)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<T, E> {
        self.not_a_text()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<T, E> {
        self.not_a_text()
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<T, E> {
        self.not_a_text()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<T, E> {
        self.not_a_text()
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<T, E> {
        self.not_a_text()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<T, E> {
        self.not_a_text()
    }

    fn visit_bytes<E: Error>(self, _: &[u8]) -> Result<T, E> {
        self.not_a_text()
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
