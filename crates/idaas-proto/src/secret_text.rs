use alloc::string::String;
use core::fmt;

use serde::{Serialize, Serializer};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::invalid::{InvalidValue, checked};

/// Defines a secret text: redacted in `Debug`, no `Display`, compared in constant time, wiped on drop.
macro_rules! secret_text {
    ($($(#[$doc:meta])* $name:ident = $what:literal;)+) => {$(
        $(#[$doc])*
        ///
        /// Redacted in `Debug`, compared in constant time and wiped from memory on drop (best effort: the buffers
        /// it was read from are not).
        #[derive(Clone)]
        pub struct $name(String);

        impl $name {
            /// Takes the text as it stands on the wire.
            ///
            /// # Errors
            /// [`InvalidValue`] where the text is empty or has control characters.
            pub fn parse(text: impl Into<String>) -> Result<Self, InvalidValue> {
                checked($what, text.into()).map(Self)
            }

            /// The secret itself.
            #[must_use]
            pub fn expose_secret(&self) -> &str {
                &self.0
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                self.0.zeroize();
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
            }
        }

        impl Eq for $name {}

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        crate::text::read_by_parse!($name, $what);
    )+};
}

secret_text! {
    /// A captcha pass, the wire's `captcha_token`: it pays for one SMS to the mobile number it was issued for.
    CaptchaToken = "captcha token";
    /// The name of one captcha, the wire's `token`: who has it can answer the captcha, once.
    ChallengeToken = "challenge token";
    /// A short-lived JSON Web Token (RFC 7519) with the identity of a person. Anybody can read it, so
    /// verify it before believing it.
    IdToken = "id_token";
    /// What a pending login needs next, the wire's `data`: a JSON text that names people.
    PendingData = "pending data";
    /// The key that a captcha may encrypt its point with, the wire's `secretKey`.
    SecretKey = "secret key";
    /// The token of a session, the wire's `session_token`: who has it is the person.
    SessionToken = "session_token";
    /// The token of a login that needs one more step, the wire's `state_token`.
    StateToken = "state_token";
    /// The code that a person received by SMS, the wire's `verify_code`.
    VerifyCode = "verify code";
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed parse fails the test")]

    use alloc::format;

    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let code = VerifyCode::parse("232326").unwrap();
        assert_eq!(format!("{code:?}"), "VerifyCode([redacted])");
    }

    #[test]
    fn equality_is_that_of_the_text() {
        let code = VerifyCode::parse("232326").unwrap();
        assert_eq!(code, code.clone());
        assert_ne!(code, VerifyCode::parse("232327").unwrap());
        assert_ne!(code, VerifyCode::parse("23232").unwrap());
    }

    #[test]
    fn what_can_never_be_valid_is_refused_without_being_shown() {
        for bad in ["", "12\n34", "a\0b", "\u{7f}"] {
            let error = VerifyCode::parse(bad).unwrap_err();
            assert_eq!(error.what(), "verify code");
            assert!(bad.is_empty() || !format!("{error} {error:?}").contains(bad));
        }
    }
}
