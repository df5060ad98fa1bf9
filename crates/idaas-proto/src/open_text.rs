/// Defines an open set of texts: associated constants for the known values, and any other value.
///
/// Used by the generated code. `trimmed` sets ignore white space around a text when they compare it, because some
/// samples of the vendor have it; the text itself is kept as it came.
macro_rules! open_text {
    (@key exact, $text:expr) => { &$text };
    (@key trimmed, $text:expr) => { $text.trim() };
    ($(#[$doc:meta])* $matched:ident $name:ident { $($(#[$value_doc:meta])* $constant:ident = $value:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(alloc::borrow::Cow<'static, str>);

        impl $name {
            $(
                $(#[$value_doc])*
                pub const $constant: Self = Self(alloc::borrow::Cow::Borrowed($value));
            )+

            /// Every known value.
            pub const KNOWN: &'static [Self] = &[$(Self::$constant),+];

            /// Takes any value, known or not.
            #[must_use]
            pub fn new(text: impl Into<alloc::string::String>) -> Self {
                Self(alloc::borrow::Cow::Owned(text.into()))
            }

            /// The text as it stands on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// What two texts of this set are compared by.
            fn key(&self) -> &str {
                crate::open_text::open_text!(@key $matched, self.0)
            }

            /// Whether this is one of [`KNOWN`](Self::KNOWN).
            #[must_use]
            pub fn is_known(&self) -> bool {
                Self::KNOWN.contains(self)
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.key() == other.key()
            }
        }

        impl Eq for $name {}

        impl core::hash::Hash for $name {
            fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
                self.key().hash(state);
            }
        }

        // A value that is not known came from outside: one that does not look like a value is not repeated.
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), crate::outside::Word(&self.0))
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                crate::outside::Word(&self.0).fmt(f)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::text::deserialize(deserializer, stringify!($name), |text| Ok(Self::new(text)))
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl From<alloc::string::String> for $name {
            fn from(text: alloc::string::String) -> Self {
                Self::new(text)
            }
        }
    };
}

pub(crate) use open_text;
