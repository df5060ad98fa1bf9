use std::fmt;

use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RsaParameters,
};

/// A signature algorithm that an id_token may use: RSA PKCS #1 v1.5 (RFC 7518 §3.3).
///
/// The vendor documents RS256 for the client API and RS512 for other applications of the same
/// tenant; RS384 completes the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSA PKCS #1 v1.5 with SHA-256.
    Rs256,
    /// RSA PKCS #1 v1.5 with SHA-384.
    Rs384,
    /// RSA PKCS #1 v1.5 with SHA-512.
    Rs512,
}

impl Algorithm {
    /// Every algorithm that can be verified, which is also what a new verifier accepts.
    pub const ALL: &'static [Self] = &[Self::Rs256, Self::Rs384, Self::Rs512];

    /// The name in the `alg` header, such as `RS256`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
        }
    }

    /// The algorithm of an `alg` value; names are case-sensitive (RFC 7515 §4.1.1).
    pub(super) fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|a| a.name() == name)
    }

    /// How ring names it, with moduli of 2048 to 8192 bits.
    pub(super) fn parameters(self) -> &'static RsaParameters {
        match self {
            Self::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
            Self::Rs384 => &RSA_PKCS1_2048_8192_SHA384,
            Self::Rs512 => &RSA_PKCS1_2048_8192_SHA512,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Turns an `alg` value from a token into text that is safe to show: a registered name
/// (RFC 7518 §3.1, RFC 8037, RFC 8812), never the token's own text.
pub(super) fn registered_name(alg: &str) -> &'static str {
    const REGISTERED: &[&str] = &[
        "none", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512",
        "ES256K", "PS256", "PS384", "PS512", "EdDSA",
    ];
    REGISTERED
        .iter()
        .find(|name| name.eq_ignore_ascii_case(alg))
        .unwrap_or(&"an unregistered algorithm")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_exactly_its_own_names() {
        for algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::find(algorithm.name()), Some(*algorithm));
        }
        for other in ["", "none", "rs256", "RS256 ", "HS256", "PS256", "ES256"] {
            assert_eq!(Algorithm::find(other), None, "{other:?} is not ours");
        }
    }

    #[test]
    fn shows_only_registered_names() {
        assert_eq!(registered_name("NONE"), "none");
        assert_eq!(registered_name("PS384"), "PS384");
        assert_eq!(
            registered_name("x\nlevel=error"),
            "an unregistered algorithm"
        );
    }
}
