use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{Deserializer, IgnoredAny};
use serde::{Deserialize, de};
use serde_json::{Map, Value};

use super::algorithm::registered_name;
use super::{Algorithm, IdTokenError, IdTokenVerifier, Identity, KeySet, TokenPart};
use crate::Timestamp;

/// An id_token whose header was read and accepted, and whose signature was not checked yet.
///
/// It tells which key it needs; what it claims can be seen only by [verifying](Self::verify) it.
/// Made by [`IdTokenVerifier::read`].
#[derive(Clone)]
pub struct UnverifiedToken<'a> {
    verifier: &'a IdTokenVerifier,
    algorithm: Algorithm,
    key_id: Option<String>,
    /// `header.payload`, which is what the signature covers.
    signing_input: &'a str,
    payload: &'a str,
    signature: Vec<u8>,
}

impl<'a> UnverifiedToken<'a> {
    pub(super) fn read(
        verifier: &'a IdTokenVerifier,
        token: &'a str,
    ) -> Result<Self, IdTokenError> {
        let (signing_input, signature) = token.rsplit_once('.').ok_or(IdTokenError::Malformed {
            part: TokenPart::Structure,
        })?;
        let (header, payload) = signing_input
            .split_once('.')
            .filter(|(_, payload)| !payload.contains('.'))
            .ok_or(IdTokenError::Malformed {
                part: TokenPart::Structure,
            })?;

        let header: Header = json_object(header).ok_or(IdTokenError::Malformed {
            part: TokenPart::Header,
        })?;
        let algorithm = Algorithm::find(&header.alg)
            .filter(|algorithm| verifier.accepts(*algorithm))
            .ok_or_else(|| IdTokenError::UnsupportedAlgorithm {
                algorithm: registered_name(&header.alg),
            })?;
        if header.crit {
            return Err(IdTokenError::UnsupportedHeader { parameter: "crit" });
        }
        if header.typ.is_some_and(|typ| is_another_kind(&typ)) {
            return Err(IdTokenError::UnsupportedHeader { parameter: "typ" });
        }

        let signature = URL_SAFE_NO_PAD
            .decode(signature)
            .ok()
            .filter(|signature| !signature.is_empty())
            .ok_or(IdTokenError::Malformed {
                part: TokenPart::Signature,
            })?;
        Ok(Self {
            verifier,
            algorithm,
            key_id: header.kid,
            signing_input,
            payload,
            signature,
        })
    }

    /// The `kid` of the key that signed, if the token names one.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The algorithm that signed, one of those that the verifier accepts.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Checks the signature, then the claims, and reads the identity.
    ///
    /// The signature comes first: nothing of a payload that the service did not sign is parsed.
    ///
    /// # Errors
    ///
    /// What [`IdTokenVerifier::verify`] lists, from the key on.
    pub fn verify(&self, keys: &KeySet, now: Timestamp) -> Result<Identity, IdTokenError> {
        keys.verify(
            self.key_id(),
            self.algorithm,
            self.signing_input.as_bytes(),
            &self.signature,
        )?;
        let claims: Map<String, Value> =
            json_object(self.payload).ok_or(IdTokenError::Malformed {
                part: TokenPart::Payload,
            })?;
        self.verifier.check_claims(claims, now)
    }
}

impl fmt::Debug for UnverifiedToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedToken")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

/// The header parameters that decide something. Keys and links to keys in the header (`jwk`,
/// `jku`, `x5c`, `x5u`) are not among them: keys come from the JWKS alone.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    #[serde(default, deserialize_with = "is_present")]
    crit: bool,
}

/// Whatever its value is, `null` included.
fn is_present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

/// Tells whether `typ` is an explicit type other than a plain JWT: `at+jwt`, `logout+jwt`…
fn is_another_kind(typ: &str) -> bool {
    typ.rsplit_once('+')
        .is_some_and(|(_, suffix)| suffix.eq_ignore_ascii_case("jwt"))
}

/// Decodes base64url without padding, strictly, then a JSON object (a derived struct would take
/// an array as well).
fn json_object<T: de::DeserializeOwned>(part: &str) -> Option<T> {
    let json = URL_SAFE_NO_PAD.decode(part).ok()?;
    json.trim_ascii_start()
        .starts_with(b"{")
        .then(|| serde_json::from_slice(&json).ok())?
}
