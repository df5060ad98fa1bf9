use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use idaas_proto::Jwk;
use ring::digest;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

use super::generate::generate;

/// An RSA key that signs id_tokens with RS256.
///
/// Each emulator makes its own, unless it is given one with [`Builder::signing_key`](crate::Builder::signing_key).
/// Cloning is cheap: the clones share the key. `Debug` shows the name of the key only.
#[derive(Clone)]
pub struct SigningKey(Arc<Inner>);

struct Inner {
    pair: RsaKeyPair,
    kid: String,
    modulus: String,
    exponent: String,
}

impl SigningKey {
    /// Makes a key of 2,048 bits. Keeps the processor busy for some tenths of a second: where that matters, call it
    /// on a thread of its own.
    #[must_use]
    pub fn generate() -> Self {
        Self::of(generate())
    }

    /// Reads a private key in PKCS#8, DER form.
    ///
    /// # Errors
    /// [`InvalidKey`] where that is no RSA key of 2,048 to 4,096 bits.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, InvalidKey> {
        let pair = RsaKeyPair::from_pkcs8(der).map_err(|error| InvalidKey(error.to_string()))?;
        Ok(Self::of(pair))
    }

    /// Reads a private key in PKCS#8, PEM form: the first block `BEGIN PRIVATE KEY` of the text.
    ///
    /// # Errors
    /// [`InvalidKey`] where there is no such block, or no RSA key of 2,048 to 4,096 bits in it.
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, InvalidKey> {
        let missing = || InvalidKey("no block `PRIVATE KEY` in the text".to_owned());
        let (_, rest) = pem.split_once(PEM_BEGIN).ok_or_else(missing)?;
        let (block, _) = rest.split_once(PEM_END).ok_or_else(missing)?;
        let base64: String = block.split_ascii_whitespace().collect();
        let der =
            (BASE64_STANDARD.decode(base64)).map_err(|_| InvalidKey("not base64".to_owned()))?;
        Self::from_pkcs8_der(&der)
    }

    /// The name of the key in the header of each token: its thumbprint of RFC 7638. Not documented by the vendor: our
    /// default.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.0.kid
    }

    /// The public half, as the service lists it.
    #[must_use]
    pub fn jwk(&self) -> Jwk {
        Jwk::new("RSA")
            .with_kid(&*self.0.kid)
            .with_alg("RS256")
            .with_key_use("sig")
            .with_n(&*self.0.modulus)
            .with_e(&*self.0.exponent)
    }

    /// The RS256 signature (RFC 7518 section 3.3) of a message.
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.0.pair.public().modulus_len()];
        (self.0.pair)
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message,
                &mut signature,
            )
            .expect("a key that was checked signs into a buffer of its own length");
        signature
    }

    fn of(pair: RsaKeyPair) -> Self {
        let public: PublicKeyComponents<Vec<u8>> = pair.public().into();
        let modulus = BASE64_URL_SAFE_NO_PAD.encode(public.n);
        let exponent = BASE64_URL_SAFE_NO_PAD.encode(public.e);
        // RFC 7638 section 3: the required members in this order, without spaces.
        let members = format!(r#"{{"e":"{exponent}","kty":"RSA","n":"{modulus}"}}"#);
        let thumbprint = digest::digest(&digest::SHA256, members.as_bytes());
        Self(Arc::new(Inner {
            pair,
            kid: BASE64_URL_SAFE_NO_PAD.encode(thumbprint),
            modulus,
            exponent,
        }))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.0.kid)
            .finish_non_exhaustive()
    }
}

/// A text or bytes that are no usable RSA private key. Says what is wrong, and shows nothing of the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an RSA private key in PKCS#8: {0}")]
pub struct InvalidKey(String);

const PEM_BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const PEM_END: &str = "-----END PRIVATE KEY-----";

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

    use ring::signature::RSA_PKCS1_2048_8192_SHA256;

    use super::*;
    use crate::testing;

    /// Checks a signature with nothing but the published half of a key.
    fn verifies(jwk: &Jwk, message: &[u8], signature: &[u8]) -> bool {
        let decode = |text: &Option<String>| {
            BASE64_URL_SAFE_NO_PAD
                .decode(text.as_ref().unwrap())
                .unwrap()
        };
        let (n, e) = (decode(&jwk.n), decode(&jwk.e));
        let public = PublicKeyComponents { n: &n, e: &e };
        (public.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)).is_ok()
    }

    #[test]
    fn a_made_key_signs_what_its_public_half_verifies() {
        let key = SigningKey::generate();
        let signature = key.sign(b"message");
        assert_eq!(signature.len(), 256);
        assert!(verifies(&key.jwk(), b"message", &signature));
        assert!(!verifies(&key.jwk(), b"massage", &signature));
        let other = testing::signing_key();
        assert!(!verifies(&other.jwk(), b"message", &signature));
        assert_ne!(key.kid(), other.kid());
    }

    #[test]
    fn a_key_is_read_as_pem_and_as_der() {
        let pem = testing::signing_key();
        let text = testing::KEY_PEM.replace('\n', "\r\n");
        assert_eq!(SigningKey::from_pkcs8_pem(&text).unwrap().kid(), pem.kid());
        let base64: String = testing::KEY_PEM
            .lines()
            .filter(|line| !line.starts_with('-'))
            .collect();
        let der = BASE64_STANDARD.decode(base64).unwrap();
        let der = SigningKey::from_pkcs8_der(&der).unwrap();
        let message = b"signed by one, checked by the other";
        assert!(verifies(&pem.jwk(), message, &der.sign(message)));
    }

    #[test]
    fn the_kid_is_the_thumbprint_that_another_program_computes() {
        // printf '{"e":"AQAB","kty":"RSA","n":"…"}' | openssl dgst -sha256 -binary | basenc --base64url
        assert_eq!(
            testing::signing_key().kid(),
            "14HFCvScsCOrtygqYk1E_hh4EFs7sMKQmskte6yFkJ8"
        );
    }

    #[test]
    fn what_is_no_rsa_key_is_refused() {
        let truncated = &testing::KEY_PEM[..400];
        let damaged = testing::KEY_PEM.replace("MII", "MIH");
        for (text, why) in [
            ("", "no block"),
            (truncated, "no block"),
            (
                "-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----",
                "not base64",
            ),
            (&*damaged, "InvalidEncoding"),
        ] {
            let error = SigningKey::from_pkcs8_pem(text).unwrap_err().to_string();
            assert!(error.contains(why), "{error} should say {why}");
        }
    }

    #[test]
    fn debug_shows_the_name_only() {
        let key = testing::signing_key();
        let shown = format!("{key:?}");
        assert_eq!(shown, format!("SigningKey {{ kid: {:?}, .. }}", key.kid()));
    }
}
