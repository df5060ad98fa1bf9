use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::invalid::{InvalidValue, checked};

/// Defines a text that is no secret and travels in a header.
macro_rules! plain_text {
    ($($(#[$doc:meta])* $name:ident = $what:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it stands on the wire.
            ///
            /// # Errors
            /// [`InvalidValue`] where the text is empty or has control characters.
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidValue> {
                checked($what, text.into()).map(Self)
            }

            /// The text as it stands on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidValue;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidValue;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }

        impl core::str::FromStr for $name {
            type Err = InvalidValue;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::text::deserialize(deserializer, $what, Self::parse)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    )+};
}

plain_text! {
    /// The User-Agent of the calling client, header `X-agent`.
    Agent = "agent";
    /// The authorization id of an application, header `X-client-id`. Not a secret: every app ships with it.
    ClientId = "client id";
    /// The fingerprint of the device that the calling client runs on, header `X-device-fingerprint`.
    DeviceFingerprint = "device fingerprint";
    /// The operating system of the calling client with its version, header `X-operating-sys-version`.
    OperatingSysVersion = "operating system version";
}
