//! Bad tokens, each refused for its own reason.

use idaas_proto::IdToken;
use serde_json::{Value, json};

use super::super::testing::{FLAT, KID, N, NESTED_RS512, NOW, claiming, jwk, keys, signed};
use super::super::*;
use super::{AUDIENCE, ISSUER, at, parts, token};

#[test]
fn refuses_each_bad_token_for_its_own_reason() {
    let plain = IdTokenVerifier::new();
    let strict = plain.clone().with_issuer(ISSUER).with_audience(AUDIENCE);
    for (cases, verifier) in [
        (refused_before_the_payload(), plain),
        (refused_for_the_claims(), strict),
    ] {
        for (what, token, expected) in cases {
            let outcome = verifier.verify(&token, &keys(), NOW);
            assert_eq!(outcome, Err(expected), "{what}");
        }
    }
}

#[test]
fn no_refusal_shows_anything_of_the_token() {
    for (what, token, error) in refused_before_the_payload()
        .into_iter()
        .chain(refused_for_the_claims())
    {
        let shown = format!("{error} {error:?}");
        for secret in token.expose_secret().split('.').chain(["private", "152"]) {
            assert!(
                secret.len() < 3 || !shown.contains(secret),
                "{what}: {shown}"
            );
        }
    }
}

/// Each refusal that the header, the key or the form of a token can bring about.
fn refused_before_the_payload() -> Vec<(&'static str, IdToken, IdTokenError)> {
    use IdTokenError as E;
    const PAYLOAD: &str = r#"{"id":"private","exp":1657000300}"#;
    let malformed = |part| E::Malformed { part };
    let algorithm = |algorithm| E::UnsupportedAlgorithm { algorithm };
    let header = |header: Value| signed(&header.to_string(), PAYLOAD);
    let [flat_header, flat_payload, flat_signature] = parts(FLAT);
    let [rs512_header, _, rs512_signature] = parts(NESTED_RS512);

    vec![
        ("one part", token("abc"), malformed(TokenPart::Structure)),
        ("two parts", token("a.b"), malformed(TokenPart::Structure)),
        (
            "five parts, as a JWE has",
            token("a.b.c.d.e"),
            malformed(TokenPart::Structure),
        ),
        (
            "the sample of the vendor's login page",
            token("eyJ0NiJ9.eyJ1cI6IjIifX0.DeWt4QuZXso"),
            malformed(TokenPart::Header),
        ),
        (
            "empty header",
            token(".e30.AA"),
            malformed(TokenPart::Header),
        ),
        (
            "header with padding",
            token(&format!("{flat_header}=.{flat_payload}.{flat_signature}")),
            malformed(TokenPart::Header),
        ),
        (
            "header is text",
            signed("RS256", PAYLOAD),
            malformed(TokenPart::Header),
        ),
        (
            "header is an array",
            signed(r#"["RS256",null,null,false]"#, PAYLOAD),
            malformed(TokenPart::Header),
        ),
        (
            "header without alg",
            header(json!({"kid": KID})),
            malformed(TokenPart::Header),
        ),
        (
            "alg is a number",
            header(json!({"alg": 256, "kid": KID})),
            malformed(TokenPart::Header),
        ),
        (
            "alg twice",
            signed(r#"{"alg":"RS256","alg":"none","kid":"2022-07"}"#, PAYLOAD),
            malformed(TokenPart::Header),
        ),
        (
            "alg none, not signed",
            token(&unsigned(r#"{"alg":"none"}"#, PAYLOAD)),
            algorithm("none"),
        ),
        (
            "alg none, signed",
            header(json!({"alg": "none", "kid": KID})),
            algorithm("none"),
        ),
        (
            "HMAC with the public key as secret",
            header(json!({"alg": "HS256", "kid": KID})),
            algorithm("HS256"),
        ),
        (
            "PSS",
            header(json!({"alg": "PS256", "kid": KID})),
            algorithm("PS256"),
        ),
        (
            "lower case alg",
            header(json!({"alg": "rs256", "kid": KID})),
            algorithm("RS256"),
        ),
        (
            "alg of no registry",
            header(json!({"alg": "private", "kid": KID})),
            algorithm("an unregistered algorithm"),
        ),
        (
            "crit",
            header(json!({"alg": "RS256", "kid": KID, "crit": ["b64"], "b64": false})),
            E::UnsupportedHeader { parameter: "crit" },
        ),
        (
            "crit null",
            header(json!({"alg": "RS256", "kid": KID, "crit": null})),
            E::UnsupportedHeader { parameter: "crit" },
        ),
        (
            "an access token",
            header(json!({"alg": "RS256", "kid": KID, "typ": "application/AT+JWT"})),
            E::UnsupportedHeader { parameter: "typ" },
        ),
        (
            "signature with padding",
            token(&format!("{FLAT}=")),
            malformed(TokenPart::Signature),
        ),
        (
            "signature in plain base64",
            token(&format!("{flat_header}.{flat_payload}.+/+/")),
            malformed(TokenPart::Signature),
        ),
        (
            "no signature",
            token(&format!("{flat_header}.{flat_payload}.")),
            malformed(TokenPart::Signature),
        ),
        (
            "no kid, two keys",
            header(json!({"alg": "RS256"})),
            E::AmbiguousKey { known: 2 },
        ),
        (
            "unknown kid",
            header(json!({"alg": "RS256", "kid": "private"})),
            E::UnknownKey { known: 2 },
        ),
        (
            "a key in the header",
            header(json!({"alg": "RS256", "kid": "private", "jwk": jwk(N, json!({}))})),
            E::UnknownKey { known: 2 },
        ),
        (
            "kid of another key",
            header(json!({"alg": "RS256", "kid": "2022-01"})),
            E::BadSignature,
        ),
        (
            "short signature",
            token(&format!("{flat_header}.{flat_payload}.AAAA")),
            E::BadSignature,
        ),
        (
            "signature of another token",
            token(&format!("{flat_header}.{flat_payload}.{rs512_signature}")),
            E::BadSignature,
        ),
        (
            "header of another token",
            token(&format!("{rs512_header}.{flat_payload}.{flat_signature}")),
            E::BadSignature,
        ),
        (
            "an RS512 token for a key of RS256",
            header(json!({"alg": "RS512", "kid": "2022-01"})),
            E::KeyAlgorithm {
                key: Algorithm::Rs256,
                token: Algorithm::Rs512,
            },
        ),
        (
            "payload is text",
            signed(r#"{"alg":"RS256","kid":"2022-07"}"#, "private"),
            malformed(TokenPart::Payload),
        ),
        (
            "payload is an array",
            signed(r#"{"alg":"RS256","kid":"2022-07"}"#, r#"["private"]"#),
            malformed(TokenPart::Payload),
        ),
        (
            "payload is empty",
            signed(r#"{"alg":"RS256","kid":"2022-07"}"#, ""),
            malformed(TokenPart::Payload),
        ),
        (
            "too long",
            token(&"A".repeat(16 * 1024 + 1)),
            E::TooLong {
                length: 16 * 1024 + 1,
                limit: 16 * 1024,
            },
        ),
    ]
}

/// Each refusal that the claims can bring about, with issuer and audience configured.
fn refused_for_the_claims() -> Vec<(&'static str, IdToken, IdTokenError)> {
    use IdTokenError as E;
    let now = NOW.as_unix();
    let expired = |exp| E::Expired {
        expired_at: at(exp),
        now: NOW,
    };
    let missing = |claim| E::MissingClaim { claim };
    let malformed = |claim| E::MalformedClaim { claim };
    let wrong_issuer = || E::WrongIssuer {
        expected: ISSUER.to_owned(),
    };
    let wrong_audience = || E::WrongAudience {
        expected: AUDIENCE.to_owned(),
    };
    let with = |claim: &str, value: Value| {
        let mut claims = json!({"iss": ISSUER, "aud": AUDIENCE, "exp": now + 300, "id": "private"});
        claims[claim] = value;
        claiming(&claims)
    };

    vec![
        ("no exp", with("exp", json!(null)), missing("exp")),
        (
            "exp in words",
            with("exp", json!("tomorrow")),
            malformed("exp"),
        ),
        ("exp below zero", with("exp", json!(-1)), malformed("exp")),
        (
            "exp at the end of the leeway",
            with("exp", json!(now - 60)),
            expired(now - 60),
        ),
        ("exp 0", with("exp", json!(0)), expired(0)),
        (
            "nbf beyond the leeway",
            with("nbf", json!(now + 61)),
            E::NotYetValid {
                valid_from: at(now + 61),
                now: NOW,
            },
        ),
        ("nbf true", with("nbf", json!(true)), malformed("nbf")),
        ("iat true", with("iat", json!(true)), malformed("iat")),
        ("no iss", with("iss", json!(null)), missing("iss")),
        (
            "iss of another",
            with("iss", json!("https://private.example")),
            wrong_issuer(),
        ),
        (
            "iss with a slash more",
            with("iss", json!(format!("{ISSUER}/"))),
            wrong_issuer(),
        ),
        (
            "iss is an array",
            with("iss", json!([ISSUER])),
            malformed("iss"),
        ),
        ("no aud", with("aud", json!(null)), missing("aud")),
        ("aud is empty", with("aud", json!([])), missing("aud")),
        (
            "aud of others",
            with("aud", json!(["private", "client"])),
            wrong_audience(),
        ),
        (
            "aud holds a number",
            with("aud", json!([AUDIENCE, 1])),
            malformed("aud"),
        ),
        ("no id", with("id", json!(null)), missing("id")),
        ("empty id", with("id", json!("")), missing("id")),
        ("id is a number", with("id", json!(1)), malformed("id")),
        (
            "name is a number",
            with("name", json!(1)),
            malformed("name"),
        ),
        (
            "userName is an object",
            with("userName", json!({})),
            malformed("userName"),
        ),
        (
            "email is an array",
            with("email", json!([])),
            malformed("email"),
        ),
        (
            "mobile is a number",
            with("mobile", json!(15_200_000_001_u64)),
            malformed("mobile"),
        ),
        (
            "mobile is too long",
            with("mobile", json!("152".repeat(11))),
            malformed("mobile"),
        ),
        (
            "api is no JSON",
            with("api", json!("private")),
            malformed("api"),
        ),
        (
            "api holds an array",
            with("api", json!("[]")),
            malformed("api"),
        ),
        ("api is a number", with("api", json!(1)), malformed("api")),
        ("api without id", with("api", json!("{}")), missing("id")),
    ]
}

fn unsigned(header: &str, payload: &str) -> String {
    use base64::Engine as _;
    let [header, payload] =
        [header, payload].map(|part| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(part));
    format!("{header}.{payload}.")
}
