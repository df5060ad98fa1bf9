use std::time::Duration;

use idaas_proto::IdToken;
use serde_json::{Map, Value};

use super::{Algorithm, IdTokenError, Identity, KeySet, UnverifiedToken, claims};
use crate::Timestamp;

/// Verifies id_tokens: signature, time, and where configured issuer and audience.
///
/// It reads no clock and fetches no key. What it holds are its settings:
///
/// | setting | default |
/// |---|---|
/// | [algorithms](Self::with_algorithms) | RS256, RS384, RS512 |
/// | [leeway](Self::with_leeway) for clocks that differ | 60 s |
/// | [issuer](Self::with_issuer), [audience](Self::with_audience) | not checked |
/// | [longest token](Self::with_max_length) | 16 KiB |
///
/// Issuer and audience are unchecked by default because some tenants sign placeholders there
/// (see [`Identity`]). An application that takes id_tokens from anyone but the service itself, such
/// as an API behind a bearer token, configures the audience: without it the token of
/// another application of the same tenant is as good as its own.
///
/// `exp` is required although RFC 7519 leaves it optional: the vendor documents that an id_token
/// is valid for 5 minutes by default, and a token without end could never be withdrawn. `nbf` is
/// checked where present (the vendor's samples set it 120 s before `iat`); `iat` is not a
/// condition.
#[derive(Clone, Debug)]
pub struct IdTokenVerifier {
    algorithms: Vec<Algorithm>,
    issuer: Option<String>,
    audience: Option<String>,
    leeway: Duration,
    max_length: usize,
}

impl IdTokenVerifier {
    /// How far the clocks of the service and of the verifier may differ.
    /// Not documented by the vendor: our default.
    pub const DEFAULT_LEEWAY: Duration = Duration::from_secs(60);

    /// Bytes of the longest token that is read. Not documented by the vendor: our default.
    pub const DEFAULT_MAX_LENGTH: usize = 16 * 1024;

    /// Makes a verifier with the default settings.
    #[must_use]
    pub fn new() -> Self {
        Self {
            algorithms: Algorithm::ALL.to_vec(),
            issuer: None,
            audience: None,
            leeway: Self::DEFAULT_LEEWAY,
            max_length: Self::DEFAULT_MAX_LENGTH,
        }
    }

    /// Accepts these algorithms and no other.
    #[must_use]
    pub fn with_algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// Accepts only tokens whose `iss` is exactly this, such as
    /// `https://example.bamboocloud.com/api/v1/oauth2`.
    #[must_use]
    pub fn with_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Accepts only tokens whose `aud` is or holds exactly this, as a rule the client id.
    #[must_use]
    pub fn with_audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// Widens `nbf` and `exp` by this much; parts of a second are dropped.
    #[must_use]
    pub const fn with_leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Reads tokens of at most this many bytes.
    #[must_use]
    pub const fn with_max_length(mut self, max_length: usize) -> Self {
        self.max_length = max_length;
        self
    }

    /// Verifies a token and reads who it is about.
    ///
    /// # Errors
    ///
    /// The first [`IdTokenError`] of: length, structure, header, key, signature, payload, `exp`,
    /// `nbf`, `iss`, `aud`, and the claims of the identity.
    pub fn verify(
        &self,
        token: &IdToken,
        keys: &KeySet,
        now: Timestamp,
    ) -> Result<Identity, IdTokenError> {
        self.read(token)?.verify(keys, now)
    }

    /// Reads the header of a token, to learn which key it needs.
    ///
    /// # Errors
    ///
    /// The first [`IdTokenError`] of: length, structure, header. No key makes such a token good.
    pub fn read<'a>(&'a self, token: &'a IdToken) -> Result<UnverifiedToken<'a>, IdTokenError> {
        let token = token.expose_secret();
        if token.len() > self.max_length {
            return Err(IdTokenError::TooLong {
                length: token.len(),
                limit: self.max_length,
            });
        }
        UnverifiedToken::read(self, token)
    }

    pub(super) fn accepts(&self, algorithm: Algorithm) -> bool {
        self.algorithms.contains(&algorithm)
    }

    /// Checks the claims of a payload whose signature is good.
    pub(super) fn check_claims(
        &self,
        claims: Map<String, Value>,
        now: Timestamp,
    ) -> Result<Identity, IdTokenError> {
        let expires_at =
            claims::time(&claims, "exp")?.ok_or(IdTokenError::MissingClaim { claim: "exp" })?;
        if now >= expires_at.saturating_add(self.leeway) {
            return Err(IdTokenError::Expired {
                expired_at: expires_at,
                now,
            });
        }
        if let Some(valid_from) = claims::time(&claims, "nbf")?
            && now < valid_from.saturating_sub(self.leeway)
        {
            return Err(IdTokenError::NotYetValid { valid_from, now });
        }
        if let Some(expected) = &self.issuer {
            let issuer =
                claims::text(&claims, "iss")?.ok_or(IdTokenError::MissingClaim { claim: "iss" })?;
            if issuer != expected {
                return Err(IdTokenError::WrongIssuer {
                    expected: expected.clone(),
                });
            }
        }
        if let Some(expected) = &self.audience {
            let audience = claims::texts(&claims, "aud")?;
            if audience.is_empty() {
                return Err(IdTokenError::MissingClaim { claim: "aud" });
            }
            if !audience.contains(&expected.as_str()) {
                return Err(IdTokenError::WrongAudience {
                    expected: expected.clone(),
                });
            }
        }
        Identity::from_claims(claims, expires_at)
    }
}

impl Default for IdTokenVerifier {
    fn default() -> Self {
        Self::new()
    }
}
