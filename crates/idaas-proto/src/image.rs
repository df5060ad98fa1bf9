use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// A PNG picture in base64, without a `data:` prefix, as the service sends it.
///
/// `Debug` shows its length only.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct ImageBase64(String);

impl ImageBase64 {
    /// Takes the base64 text as it is.
    #[must_use]
    pub const fn new(base64: String) -> Self {
        Self(base64)
    }

    /// The base64 text. A web page shows it as `data:image/png;base64,` and this.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ImageBase64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ImageBase64({} bytes)", self.0.len())
    }
}

impl<'de> Deserialize<'de> for ImageBase64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::deserialize(deserializer, "picture", |base64| Ok(Self::new(base64)))
    }
}
