use serde::{Deserialize, Deserializer, Serialize};

use crate::invalid::InvalidValue;

/// A language of `error_msg`, header `X-L`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Language {
    /// English.
    En,
    /// Simplified Chinese.
    Zh,
}

impl Language {
    /// The value on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// The language that a header's value asks for: a text that starts with `zh` or `en`, in any case.
    ///
    /// Not documented by the vendor: our rule, so that `zh-CN` and `en_US` are understood.
    #[must_use]
    pub fn of_header(value: &str) -> Option<Self> {
        let first_two = value.trim_start().get(..2)?;
        Self::ALL
            .into_iter()
            .find(|language| first_two.eq_ignore_ascii_case(language.as_str()))
    }

    const ALL: [Self; 2] = [Self::En, Self::Zh];
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::deserialize(deserializer, "language", |text| {
            let mut all = Self::ALL.into_iter();
            all.find(|language| language.as_str() == text)
                .ok_or(InvalidValue::new("language", "must be en or zh"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_starts_with_a_language_is_understood() {
        for (value, language) in [
            ("zh", Some(Language::Zh)),
            ("zh-CN", Some(Language::Zh)),
            ("EN_us", Some(Language::En)),
            ("fr", None),
            ("z", None),
            ("", None),
            ("中文", None),
        ] {
            assert_eq!(Language::of_header(value), language, "{value:?}");
        }
    }
}
