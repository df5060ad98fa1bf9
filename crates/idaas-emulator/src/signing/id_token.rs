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
    /// The claims of the person are a JSON text in the claim `api`; `iss`, `aud` and `sub` are placeholders. Which ones
    /// is not documented by the vendor: our default is `Issuer`, `Audience` and `subject`.
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
    /// The claim `jti`. Not documented by the vendor: our default.
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
        // That they are placeholders is the vendor's, their text is not documented: our default.
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

    use serde_json::{Value, json};

    use super::*;
    use crate::testing;

    fn token(shape: IdTokenShape) -> String {
        let identity = Identity {
            id: "20200221150132453-5F3E".to_owned(),
            name: "张三".to_owned(),
            user_name: "zhangsan".to_owned(),
            mobile: "+86-15200000000".to_owned(),
            email: None,
        };
        let issue = Issue {
            shape,
            issuer: "https://example.bamboocloud.com/api/v1/oauth2",
            client_id: &ClientId::parse("client").unwrap(),
            token_id: "token",
            now: Timestamp::from_seconds(1_700_000_000),
            lifetime: Duration::from_secs(300),
        };
        testing::signing_key().id_token(&identity, issue)
    }

    fn part(token: &str, index: usize) -> Value {
        let part = token.split('.').nth(index).unwrap();
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    }

    #[test]
    fn the_flat_shape_has_the_person_beside_the_token() {
        let token = token(IdTokenShape::Flat);
        let kid = testing::signing_key().kid().to_owned();
        assert_eq!(
            part(&token, 0),
            json!({"kid": kid, "alg": "RS256", "typ": "JWT"})
        );
        let expected = json!({
            "iss": "https://example.bamboocloud.com/api/v1/oauth2",
            "aud": "client",
            "sub": "20200221150132453-5F3E",
            "exp": 1_700_000_300,
            "iat": 1_700_000_000,
            "nbf": 1_699_999_880,
            "jti": "token",
            "id": "20200221150132453-5F3E",
            "name": "张三",
            "userName": "zhangsan",
            "mobile": "+86-15200000000",
            "email": null,
        });
        assert_eq!(part(&token, 1), expected);
    }

    #[test]
    fn the_nested_shape_has_the_person_in_a_text() {
        let mut claims = part(&token(IdTokenShape::Nested), 1);
        let api = claims["api"].take();
        let person: Value = serde_json::from_str(api.as_str().unwrap()).unwrap();
        let expected = json!({
            "id": "20200221150132453-5F3E",
            "name": "张三",
            "userName": "zhangsan",
            "mobile": "+86-15200000000",
            "email": null,
        });
        assert_eq!(person, expected);
        let expected = json!({
            "iss": "Issuer",
            "aud": "Audience",
            "sub": "subject",
            "exp": 1_700_000_300,
            "iat": 1_700_000_000,
            "nbf": 1_699_999_880,
            "jti": "token",
            "api": null,
        });
        assert_eq!(claims, expected);
    }

    #[test]
    fn the_signature_is_that_of_header_and_claims() {
        let token = token(IdTokenShape::Flat);
        let (message, signature) = token.rsplit_once('.').unwrap();
        let expected = testing::signing_key().sign(message.as_bytes());
        assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap(), expected);
    }
}
