use std::fmt;

use super::Algorithm;
use crate::{Advice, Timestamp};

/// Why an id_token was not accepted.
///
/// Nothing of the token, its header or its payload is in the error or in its text; what is shown
/// comes from the settings of the verifier, from the keys, or is a number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdTokenError {
    /// The token is longer than the verifier reads.
    #[error("the id_token has {length} bytes, more than the {limit} that are read")]
    #[non_exhaustive]
    TooLong {
        /// Length of the token in bytes.
        length: usize,
        /// The verifier's limit in bytes.
        limit: usize,
    },

    /// The token is not a signed JWT in compact form (RFC 7515 §7.1).
    #[error("the id_token is malformed: {part}")]
    #[non_exhaustive]
    Malformed {
        /// The first part that cannot be read.
        part: TokenPart,
    },

    /// A header parameter asks for something that is not understood: any `crit`, or a `typ` that
    /// names another kind of JWT, such as `at+jwt` (RFC 8725 §3.11).
    #[error("the header `{parameter}` of the id_token is not supported")]
    #[non_exhaustive]
    UnsupportedHeader {
        /// The header parameter, `crit` or `typ`.
        parameter: &'static str,
    },

    /// The token names an algorithm that the verifier does not accept; `none` and the HMAC
    /// family never are.
    #[error("the id_token is signed with {algorithm}, which is not accepted")]
    #[non_exhaustive]
    UnsupportedAlgorithm {
        /// The registered name of the algorithm, or a phrase where it is not a registered one.
        algorithm: &'static str,
    },

    /// No usable signing key has the token's `kid`, or there is no usable key at all. The keys
    /// may have been rotated: read them again, then verify once more.
    #[error("none of the {known} usable signing keys is the one that the id_token names")]
    #[non_exhaustive]
    UnknownKey {
        /// How many usable keys were known.
        known: usize,
    },

    /// The token has no `kid` and there are several usable keys, so that none is meant.
    #[error("the id_token names no signing key, and {known} usable ones are known")]
    #[non_exhaustive]
    AmbiguousKey {
        /// How many usable keys were known.
        known: usize,
    },

    /// The signing key is published for another algorithm than the token's (RFC 7517 §4.4).
    #[error("the id_token is signed with {token}, and its signing key is for {key} only")]
    #[non_exhaustive]
    KeyAlgorithm {
        /// The algorithm of the key.
        key: Algorithm,
        /// The algorithm of the token.
        token: Algorithm,
    },

    /// The signature does not belong to the token's content: it was changed, or another key
    /// signed it.
    #[error("the signature of the id_token is wrong")]
    BadSignature,

    /// The token's time is over, leeway included. Refresh it with the session token.
    #[error("the id_token expired {} s ago", .expired_at.until(*.now).as_secs())]
    #[non_exhaustive]
    Expired {
        /// The token's `exp`.
        expired_at: Timestamp,
        /// The time of the check.
        now: Timestamp,
    },

    /// The token's time has not begun, leeway included. One of the two clocks is wrong.
    #[error("the id_token becomes valid in {} s", .now.until(*.valid_from).as_secs())]
    #[non_exhaustive]
    NotYetValid {
        /// The token's `nbf`.
        valid_from: Timestamp,
        /// The time of the check.
        now: Timestamp,
    },

    /// The token's `iss` is not the configured issuer.
    #[error("the id_token is not from the issuer {expected:?}")]
    #[non_exhaustive]
    WrongIssuer {
        /// The configured issuer.
        expected: String,
    },

    /// The token's `aud` does not hold the configured audience.
    #[error("the id_token is not for the audience {expected:?}")]
    #[non_exhaustive]
    WrongAudience {
        /// The configured audience.
        expected: String,
    },

    /// A claim that is needed is absent, `null` or empty.
    #[error("the claim `{claim}` is missing in the id_token")]
    #[non_exhaustive]
    MissingClaim {
        /// Name of the claim.
        claim: &'static str,
    },

    /// A claim has another form than the one documented.
    #[error("the claim `{claim}` of the id_token cannot be read")]
    #[non_exhaustive]
    MalformedClaim {
        /// Name of the claim.
        claim: &'static str,
    },

    /// The signing keys could not be read a moment ago, and no cached ones can verify the token.
    #[error("the signing keys could not be read and are asked for again from {retry_at} on")]
    #[non_exhaustive]
    KeysUnavailable {
        /// When the keys will be asked for again.
        retry_at: Timestamp,
    },
}

impl IdTokenError {
    /// Says what to do next: what only time changes is worth another try, what expired a new login
    /// where a refresh does not help.
    pub(crate) const fn advice(&self) -> Advice {
        match self {
            Self::KeysUnavailable { retry_at } => Advice::RetryAt(*retry_at),
            Self::NotYetValid { valid_from, .. } => Advice::RetryAt(*valid_from),
            Self::Expired { .. } => Advice::StartOver,
            _ => Advice::GiveUp,
        }
    }
}

/// A part of a compact JWT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenPart {
    /// The whole: three parts joined by dots.
    Structure,
    /// The first part.
    Header,
    /// The second part.
    Payload,
    /// The third part.
    Signature,
}

impl fmt::Display for TokenPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Structure => "it is not three parts joined by dots",
            Self::Header => "its header is not a JOSE header in base64url",
            Self::Payload => "its payload is not a JSON object in base64url",
            Self::Signature => "its signature is not base64url",
        })
    }
}
