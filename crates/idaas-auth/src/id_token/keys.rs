use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use idaas_proto::{Jwk, SigningKeys};
use ring::signature::RsaPublicKeyComponents;

use super::{Algorithm, IdTokenError};

/// The keys of a JWKS that can verify an id_token.
///
/// Kept are RSA keys with a modulus of 2048 to 8192 bits that are not reserved for encryption
/// (`use` absent or `sig`) nor for an algorithm outside [`Algorithm::ALL`]. Any other key is
/// passed over, as RFC 7517 §5 asks, and counted in [`KeySet::ignored`].
#[derive(Clone, Default)]
pub struct KeySet {
    keys: Vec<SigningKey>,
    ignored: usize,
}

impl KeySet {
    /// How many keys can be used.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Tells that no key can be used.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// How many keys of the JWKS were passed over.
    #[must_use]
    pub fn ignored(&self) -> usize {
        self.ignored
    }

    /// The `kid` of each usable key that has one.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().filter_map(|key| key.id.as_deref())
    }

    /// Tells whether newer keys are pointless for a token with this `kid`: the key is here, or
    /// the token names none and there is one to try.
    #[must_use]
    pub fn serves(&self, key_id: Option<&str>) -> bool {
        match key_id {
            Some(key_id) => self.ids().any(|id| id == key_id),
            None => !self.is_empty(),
        }
    }

    /// Checks a signature with the key that `key_id` names.
    ///
    /// A token without `kid` is checked only if there is exactly one usable key. Should several
    /// keys share a `kid`, any of them may have signed.
    pub(super) fn verify(
        &self,
        key_id: Option<&str>,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), IdTokenError> {
        let known = self.keys.len();
        if key_id.is_none() && known > 1 {
            return Err(IdTokenError::AmbiguousKey { known });
        }
        let mut failure = IdTokenError::UnknownKey { known };
        for key in &self.keys {
            if key_id.is_some() && key.id.as_deref() != key_id {
                continue;
            }
            match key.verify(algorithm, message, signature) {
                Ok(()) => return Ok(()),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }
}

impl From<&SigningKeys> for KeySet {
    fn from(keys: &SigningKeys) -> Self {
        let usable: Vec<_> = keys.keys.iter().filter_map(SigningKey::new).collect();
        Self {
            ignored: keys.keys.len() - usable.len(),
            keys: usable,
        }
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySet")
            .field("keys", &self.keys)
            .field("ignored", &self.ignored)
            .finish()
    }
}

#[derive(Clone)]
struct SigningKey {
    id: Option<String>,
    /// The one algorithm that the key is published for, if it says so.
    algorithm: Option<Algorithm>,
    components: RsaPublicKeyComponents<Vec<u8>>,
}

impl SigningKey {
    fn new(jwk: &Jwk) -> Option<Self> {
        if jwk.kty != "RSA" || !matches!(jwk.key_use.as_deref(), None | Some("sig")) {
            return None;
        }
        let algorithm = match jwk.alg.as_deref() {
            Some(name) => Some(Algorithm::find(name)?),
            None => None,
        };
        let n = unsigned(jwk.n.as_deref()?)?;
        let e = unsigned(jwk.e.as_deref()?)?;
        // The limits of ring, checked here so that a key beyond them is never chosen: a signature
        // that it cannot check would look like a wrong one.
        let usable = (2048..=8192).contains(&bits(&n))
            && is_odd(&n)
            && (2..=33).contains(&bits(&e))
            && is_odd(&e);
        usable.then(|| Self {
            id: jwk.kid.clone(),
            algorithm,
            components: RsaPublicKeyComponents { n, e },
        })
    }

    fn verify(
        &self,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), IdTokenError> {
        if let Some(own) = self.algorithm.filter(|own| *own != algorithm) {
            return Err(IdTokenError::KeyAlgorithm {
                key: own,
                token: algorithm,
            });
        }
        self.components
            .verify(algorithm.parameters(), message, signature)
            .map_err(|_| IdTokenError::BadSignature)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .field("algorithm", &self.algorithm)
            .field("bits", &bits(&self.components.n))
            .finish_non_exhaustive()
    }
}

/// Reads a `Base64urlUInt` (RFC 7518 §2). Leading zero octets are forbidden there, yet common:
/// they are the sign of Java's `BigInteger`.
fn unsigned(text: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let start = bytes.iter().position(|byte| *byte != 0)?;
    Some(bytes[start..].to_vec())
}

/// Length in bits of a big-endian number without leading zero octets.
fn bits(number: &[u8]) -> usize {
    let unused = number.first().map_or(0, |byte| byte.leading_zeros());
    number.len() * 8 - unused as usize
}

fn is_odd(number: &[u8]) -> bool {
    number.last().is_some_and(|byte| byte & 1 == 1)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use serde_json::json;

    use super::super::testing::{KID, N, OTHER_N, WEAK_N, jwk, key_set};
    use super::*;

    #[test]
    fn keeps_what_can_verify_and_counts_the_rest() {
        let cases = [
            ("nothing but the number", jwk(N, json!({})), true),
            (
                "every member",
                jwk(N, json!({"kid": KID, "use": "sig", "alg": "RS512"})),
                true,
            ),
            ("exponent 3", jwk(N, json!({"e": "Aw"})), true),
            (
                "the greatest exponent",
                jwk(N, json!({"e": "Af____8"})),
                true,
            ),
            (
                "an elliptic curve",
                json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}),
                false,
            ),
            ("a shared secret", json!({"kty": "oct", "k": "AAAA"}), false),
            ("kty in lower case", jwk(N, json!({"kty": "rsa"})), false),
            ("for encryption", jwk(N, json!({"use": "enc"})), false),
            ("for RSA-OAEP", jwk(N, json!({"alg": "RSA-OAEP"})), false),
            ("for PSS", jwk(N, json!({"alg": "PS256"})), false),
            ("1024 bits", jwk(WEAK_N, json!({})), false),
            ("2047 bits", jwk(&number(256, 0x7f, 1), json!({})), false),
            ("2048 bits", jwk(&number(256, 0x80, 1), json!({})), true),
            ("8192 bits", jwk(&number(1024, 0x80, 1), json!({})), true),
            ("8193 bits", jwk(&number(1025, 0x01, 1), json!({})), false),
            (
                "an even modulus",
                jwk(&number(256, 0x80, 2), json!({})),
                false,
            ),
            ("no modulus", json!({"kty": "RSA", "e": "AQAB"}), false),
            ("no exponent", json!({"kty": "RSA", "n": N}), false),
            ("modulus 0", jwk("AAAA", json!({})), false),
            ("exponent 0", jwk(N, json!({"e": "AA"})), false),
            ("exponent 1", jwk(N, json!({"e": "AQ"})), false),
            ("exponent 4", jwk(N, json!({"e": "BA"})), false),
            (
                "an exponent of 34 bits",
                jwk(N, json!({"e": "A_____8"})),
                false,
            ),
            ("padding", jwk(&format!("{N}=="), json!({})), false),
            (
                "no base64url",
                jwk(&format!("+{}", &N[1..]), json!({})),
                false,
            ),
        ];
        let mut usable = 0;
        let total = cases.len();
        for (what, jwk, kept) in &cases {
            let keys = key_set([jwk.clone()]);
            assert_eq!(
                (keys.len(), keys.ignored()),
                (usize::from(*kept), usize::from(!*kept)),
                "{what}"
            );
            usable += keys.len();
        }
        let all = key_set(cases.map(|(_, jwk, _)| jwk));
        assert_eq!((all.len(), all.ignored()), (usable, total - usable));
        assert_eq!(all.ids().collect::<Vec<_>>(), [KID]);
    }

    #[test]
    fn takes_the_sign_octet_of_java() {
        let mut n = vec![0];
        n.extend(URL_SAFE_NO_PAD.decode(N).unwrap());
        let keys = key_set([jwk(&URL_SAFE_NO_PAD.encode(n), json!({"e": "AAEAAQ"}))]);
        assert_eq!(verify(&keys, None), Ok(()));
    }

    #[test]
    fn chooses_by_kid() {
        let own = || jwk(N, json!({"kid": KID}));
        let other = || jwk(OTHER_N, json!({"kid": "other"}));
        let unnamed = || jwk(N, json!({}));
        let cases = [
            ("its own", vec![other(), own()], Some(KID), Ok(())),
            (
                "another",
                vec![other(), own()],
                Some("other"),
                Err(IdTokenError::BadSignature),
            ),
            (
                "none of them",
                vec![other(), own()],
                Some("x"),
                Err(IdTokenError::UnknownKey { known: 2 }),
            ),
            (
                "no keys",
                vec![],
                Some(KID),
                Err(IdTokenError::UnknownKey { known: 0 }),
            ),
            ("no kid, one key", vec![own()], None, Ok(())),
            (
                "no kid, two keys",
                vec![own(), other()],
                None,
                Err(IdTokenError::AmbiguousKey { known: 2 }),
            ),
            (
                "no kid, no keys",
                vec![],
                None,
                Err(IdTokenError::UnknownKey { known: 0 }),
            ),
            (
                "a key without kid serves no kid",
                vec![unnamed()],
                Some(KID),
                Err(IdTokenError::UnknownKey { known: 1 }),
            ),
            (
                "two keys of one kid",
                vec![own(), jwk(OTHER_N, json!({"kid": KID}))],
                Some(KID),
                Ok(()),
            ),
        ];
        for (what, jwks, key_id, expected) in cases {
            assert_eq!(verify(&key_set(jwks), key_id), expected, "{what}");
        }
    }

    #[test]
    fn a_key_for_one_algorithm_verifies_no_other() {
        let keys = key_set([jwk(N, json!({"kid": KID, "alg": "RS384"}))]);
        let error = IdTokenError::KeyAlgorithm {
            key: Algorithm::Rs384,
            token: Algorithm::Rs256,
        };
        assert_eq!(verify(&keys, Some(KID)), Err(error));
    }

    /// Checks the signature of the literal token, as if its header named `key_id`.
    fn verify(keys: &KeySet, key_id: Option<&str>) -> Result<(), IdTokenError> {
        let (input, signature) = super::super::testing::FLAT.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        keys.verify(key_id, Algorithm::Rs256, input.as_bytes(), &signature)
    }

    /// A number of so many octets, in base64url.
    fn number(octets: usize, first: u8, last: u8) -> String {
        let mut number = vec![0xff; octets];
        number[0] = first;
        number[octets - 1] = last;
        URL_SAFE_NO_PAD.encode(number)
    }
}
