use alloc::string::String;
use core::fmt;

use serde::Serialize;

use crate::invalid::{InvalidValue, checked};
use crate::mask::write_masked_address;
use crate::mobile::Mobile;

/// Whom a code will go to: the mobile number, or mail address, that a captcha is solved for.
///
/// `Debug` shows it masked.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Sender(String);

impl Sender {
    /// Takes a number or address as it was written.
    ///
    /// # Errors
    /// [`InvalidValue`] where the text is empty or has control characters.
    pub fn parse(text: impl Into<String>) -> Result<Self, InvalidValue> {
        checked("sender", text.into()).map(Self)
    }

    /// The full number or address. It names a person: keep it out of logs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender(")?;
        write_masked_address(&self.0, f)?;
        f.write_str(")")
    }
}

impl From<&Mobile> for Sender {
    fn from(mobile: &Mobile) -> Self {
        Self(String::from(mobile.as_str()))
    }
}

crate::text::read_by_parse!(Sender, "sender");

impl From<Sender> for String {
    fn from(sender: Sender) -> Self {
        sender.0
    }
}
