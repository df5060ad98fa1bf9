use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idaas_proto::ClientId;
use serde::Serialize;

use super::key::SigningKey;
use crate::clock::Timestamp;

/// Which of the service's two payloads an id_token has. Source: the vendor's pages on the id_token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdTokenShape {
    /// The claims of the person stand beside those of the token; `iss` and `aud` are real. The default.
    #[default]
    Flat,
    /// The claims of the person are a JSON text in the claim `api`; `iss`, `aud` and `sub` are placeholders.
    Nested,
}

/// Whom an id_token speaks of.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Identity {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) user_name: String,
    /// With area code and dash, such as `+86-15200000000`.
    pub(crate) mobile: String,
    pub(crate) email: Option<String>,
}

/// How long before its issue a token is valid already, as in the vendor's samples.
const VALID_BEFORE: u64 = 120;

/// What a token says beside the identity.
pub(crate) struct Issue<'a> {
    pub(crate) shape: IdTokenShape,
    pub(crate) issuer: &'a str,
    pub(crate) client_id: &'a ClientId,
    pub(crate) token_id: &'a str,
    pub(crate) now: Timestamp,
    pub(crate) lifetime: Duration,
}

impl SigningKey {
    /// The id_token of a person: a JSON Web Token in compact form.
    pub(crate) fn id_token(&self, identity: &Identity, issue: Issue<'_>) -> String {
        let header = Header {
            kid: self.kid(),
            alg: "RS256",
            typ: "JWT",
        };
        let issued_at = issue.now.seconds();
        let nested = issue.shape == IdTokenShape::Nested;
        // The placeholders of the vendor's samples.
        let (iss, aud, sub) = if nested {
            ("Issuer", "Audience", "subject")
        } else {
            (issue.issuer, issue.client_id.as_str(), identity.id.as_str())
        };
        let claims = Claims {
            iss,
            aud,
            sub,
            exp: issue.now.plus(issue.lifetime).seconds(),
            iat: issued_at,
            nbf: issued_at.saturating_sub(VALID_BEFORE),
            jti: issue.token_id,
            api: nested.then(|| json(identity)),
            flat: (!nested).then_some(identity),
        };
        let mut token = BASE64_URL_SAFE_NO_PAD.encode(json(&header));
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(json(&claims), &mut token);
        let signature = self.sign(token.as_bytes());
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        token
    }
}

#[derive(Serialize)]
struct Header<'a> {
    kid: &'a str,
    alg: &'static str,
    typ: &'static str,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    exp: u64,
    iat: u64,
    nbf: u64,
    jti: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    api: Option<String>,
    #[serde(flatten)]
    flat: Option<&'a Identity>,
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("claims of texts and numbers can always be written as JSON")
}
