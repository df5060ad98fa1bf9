use alloc::string::String;
use core::fmt;

use serde::Serialize;

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

        crate::text::read_by_parse!($name, $what);

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
