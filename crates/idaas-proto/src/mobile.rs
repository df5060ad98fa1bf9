use alloc::string::String;
use core::fmt;

use serde::Serialize;

use crate::invalid::{InvalidValue, checked};
use crate::mask::write_masked_number;

/// The longest text that can be a mobile number, in bytes. E.164 allows 15 digits; the rest is room for separators.
const MAX_BYTES: usize = 32;

/// A mobile number as its owner wrote it.
///
/// Bare 11 digits are mainland China; elsewhere `+` and the area code lead, with or without a `-` after it (source:
/// the vendor's list of country codes). What goes on the wire is what was written; two spellings of one number share
/// a [`canonical`](Self::canonical) form. Equality is that of the spelling.
///
/// `Debug` and `Display` show `152****0000`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Mobile(String);

impl Mobile {
    /// Takes a number as it was written. Leaves to the service to judge whether such a number exists.
    ///
    /// # Errors
    /// [`InvalidValue`] where the text is empty, longer than 32 bytes or has control characters.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidValue> {
        let text = checked("mobile", text.into())?;
        if text.len() > MAX_BYTES {
            return Err(InvalidValue::new(
                "mobile",
                "must not be longer than 32 bytes",
            ));
        }
        Ok(Self(text))
    }

    /// The full number as it was written. It names a person: keep it out of logs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The one form that all spellings of a number share.
    ///
    /// ```
    /// # use idaas_proto::{InvalidValue, Mobile};
    /// let one = Mobile::parse("15200000001")?.canonical();
    /// assert_eq!(one, Mobile::parse("+8615200000001")?.canonical());
    /// assert_eq!(one, Mobile::parse("+86-15200000001")?.canonical());
    /// # Ok::<(), InvalidValue>(())
    /// ```
    #[must_use]
    pub fn canonical(&self) -> CanonicalMobile {
        CanonicalMobile::of(&self.0)
    }
}

impl fmt::Debug for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mobile(")?;
        write_masked_number(&self.0, f)?;
        f.write_str(")")
    }
}

impl fmt::Display for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_masked_number(&self.0, f)
    }
}

crate::text::read_by_parse!(Mobile, "mobile");

impl From<Mobile> for String {
    fn from(mobile: Mobile) -> Self {
        mobile.0
    }
}

impl From<CanonicalMobile> for Mobile {
    fn from(canonical: CanonicalMobile) -> Self {
        Self(canonical.0)
    }
}

/// The form that all spellings of one mobile number share, such as `+8615200000001`: the key of a guard, an inbox or
/// an account.
///
/// Not documented by the vendor: our rule. Every `-` is dropped; a bare `1` with 10 digits gets `+86`; one trunk `0`
/// after `+852` or `+853` is dropped. Anything else stays as it is.
///
/// `Debug` and `Display` show it masked.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CanonicalMobile(String);

impl CanonicalMobile {
    fn of(written: &str) -> Self {
        let dense: String = written.chars().filter(|&c| c != '-').collect();
        if dense.len() == 11 && dense.starts_with('1') && is_digits(&dense) {
            let mut full = String::with_capacity(3 + dense.len());
            full.push_str("+86");
            full.push_str(&dense);
            return Self(full);
        }
        for area in ["+852", "+853"] {
            if let Some(subscriber) = dense
                .strip_prefix(area)
                .and_then(|rest| rest.strip_prefix('0'))
            {
                // A second trunk 0 would let the form change when it is made canonical again.
                if subscriber.starts_with('0') {
                    break;
                }
                let mut full = String::from(area);
                full.push_str(subscriber);
                return Self(full);
            }
        }
        Self(dense)
    }

    /// The full number. It names a person: keep it out of logs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this has the form of an E.164 number: `+`, then 7 to 15 digits of which the first is not `0`.
    #[must_use]
    pub fn is_e164(&self) -> bool {
        self.0.strip_prefix('+').is_some_and(|digits| {
            (7..=15).contains(&digits.len()) && !digits.starts_with('0') && is_digits(digits)
        })
    }
}

impl fmt::Debug for CanonicalMobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CanonicalMobile(")?;
        write_masked_number(&self.0, f)?;
        f.write_str(")")
    }
}

impl fmt::Display for CanonicalMobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_masked_number(&self.0, f)
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed parse fails the test")]

    use alloc::format;

    use super::*;

    #[test]
    fn spellings_of_one_number_share_one_form() {
        for (written, canonical) in [
            ("15200000001", "+8615200000001"),
            ("+8615200000001", "+8615200000001"),
            ("+86-15200000001", "+8615200000001"),
            ("+86-152-0000-0001", "+8615200000001"),
            ("11012345678", "+8611012345678"),
            ("+852-051234567", "+85251234567"),
            ("+852-51234567", "+85251234567"),
            ("+853-061234567", "+85361234567"),
            ("+886-912345678", "+886912345678"),
            ("5200000001", "5200000001"),
        ] {
            assert_eq!(
                Mobile::parse(written).unwrap().canonical().as_str(),
                canonical,
                "the canonical form of {written}"
            );
        }
    }

    #[test]
    fn debug_and_display_are_masked() {
        let mobile = Mobile::parse("15200000000").unwrap();
        assert_eq!(format!("{mobile}"), "152****0000");
        assert_eq!(format!("{mobile:?}"), "Mobile(152****0000)");
        let canonical = mobile.canonical();
        assert_eq!(format!("{canonical}"), "+86152****0000");
        assert_eq!(format!("{canonical:?}"), "CanonicalMobile(+86152****0000)");
        assert_eq!(format!("{}", Mobile::parse("1234567").unwrap()), "****");
    }

    #[test]
    fn the_pages_numbers_and_what_can_never_be_one() {
        for good in ["11012345678", "15200000000", "abc"] {
            assert_eq!(Mobile::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "1\r\n2", "123456789012345678901234567890123"] {
            assert_eq!(Mobile::parse(bad).unwrap_err().what(), "mobile");
        }
    }

    #[test]
    fn e164_is_judged_on_the_canonical_form() {
        for (written, possible) in [
            ("15200000000", true),
            ("+852-51234567", true),
            ("abc", false),
            ("5200000001", false),
            ("+123", false),
            ("+0152000000", false),
            ("+1234567890123456", false),
        ] {
            let canonical = Mobile::parse(written).unwrap().canonical();
            assert_eq!(canonical.is_e164(), possible, "{written}");
        }
    }
}
