//! Whole tokens against the verifier.

mod refusals;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::testing::{
    FLAT, FLAT_RS384, ISSUED_AT, N, NESTED, NESTED_RS512, NOW, claiming, jwk, key_set, keys,
};
use super::*;
use crate::Timestamp;
use idaas_proto::IdToken;
use std::time::Duration;

const ISSUER: &str = "https://example.bamboocloud.com/api/v1/oauth2";
const AUDIENCE: &str = "nTo1eRIub60vPb54WeE6aojPwYwImtl4";
const ID: &str = "20220309143802668-2F0B-7F90BEDCC";

fn token(text: &str) -> IdToken {
    IdToken::parse(text).unwrap()
}

fn at(unix: u64) -> Timestamp {
    Timestamp::from_unix(unix)
}

#[test]
fn reads_the_flat_payload() {
    let verifier = IdTokenVerifier::new()
        .with_issuer(ISSUER)
        .with_audience(AUDIENCE);
    let identity = verifier.verify(&token(FLAT), &keys(), NOW).unwrap();
    assert_eq!(identity.id(), ID);
    assert_eq!(identity.sub(), Some("zhangsan"));
    assert_eq!(identity.name(), Some("张三"));
    assert_eq!(identity.user_name(), Some("zhangsan"));
    assert_eq!(identity.mobile().unwrap().as_str(), "+86-15200000001");
    assert_eq!(identity.email(), Some("zhangsan@example.com"));
    assert_eq!(identity.issuer(), Some(ISSUER));
    assert_eq!(identity.audience().collect::<Vec<_>>(), [AUDIENCE]);
    assert_eq!(identity.issued_at(), Some(at(ISSUED_AT)));
    assert_eq!(identity.expires_at(), at(ISSUED_AT + 300));
    assert_eq!(identity.claim("department"), Some(&json!("R&D")));
    assert_eq!(identity.claim("absent"), None);
    assert_eq!(identity.claims().len(), 12);
}

#[test]
fn reads_the_nested_payload() {
    let identity = IdTokenVerifier::new()
        .verify(&token(NESTED), &keys(), NOW)
        .unwrap();
    assert_eq!(identity.id(), ID);
    assert_eq!(identity.sub(), Some("Subject"));
    assert_eq!(identity.name(), Some("张三"));
    assert_eq!(identity.user_name(), Some("zhangsan"));
    assert_eq!(identity.mobile().unwrap().as_str(), "+86-15200000001");
    assert_eq!(identity.email(), Some("zhangsan@example.com"));
    assert_eq!(identity.issuer(), Some("Issuer"));
    assert_eq!(identity.audience().collect::<Vec<_>>(), ["Audience"]);
    assert_eq!(identity.issued_at(), Some(at(ISSUED_AT)));
    assert_eq!(identity.expires_at(), at(ISSUED_AT + 300));
    assert_eq!(identity.claim("department"), Some(&json!("R&D")));
    assert_eq!(identity.claim("iss"), Some(&json!("Issuer")));
    assert!(identity.claims()["api"].is_string());
}

#[test]
fn in_the_nested_payload_the_outer_claims_never_name_the_user() {
    let claims =
        json!({"exp": ISSUED_AT + 300, "id": "outer", "name": "outer", "api": {"id": "inner"}});
    let identity = IdTokenVerifier::new()
        .verify(&claiming(&claims), &keys(), NOW)
        .unwrap();
    assert_eq!(identity.id(), "inner");
    assert_eq!(identity.name(), None);
    assert_eq!(identity.claim("id"), Some(&json!("inner")));
}

#[test]
fn reads_a_token_with_nothing_but_what_is_required() {
    let claims =
        json!({"exp": ISSUED_AT + 300, "id": "u1", "name": null, "mobile": "", "email": null});
    let identity = IdTokenVerifier::new()
        .verify(&claiming(&claims), &keys(), NOW)
        .unwrap();
    assert_eq!(identity.id(), "u1");
    assert_eq!(identity.name(), None);
    assert_eq!(identity.mobile(), None);
    assert_eq!(identity.issued_at(), None);
    assert_eq!(identity.audience().count(), 0);
}

#[test]
fn verifies_each_algorithm_and_only_those_accepted() {
    use Algorithm::{Rs256, Rs384, Rs512};
    for (algorithm, text) in [
        (Rs256, FLAT),
        (Rs256, NESTED),
        (Rs384, FLAT_RS384),
        (Rs512, NESTED_RS512),
    ] {
        for accepted in [Rs256, Rs384, Rs512] {
            let verifier = IdTokenVerifier::new().with_algorithms([accepted]);
            let outcome = verifier.verify(&token(text), &keys(), NOW);
            if accepted == algorithm {
                assert_eq!(outcome.unwrap().id(), ID);
            } else {
                let algorithm = algorithm.name();
                assert_eq!(
                    outcome,
                    Err(IdTokenError::UnsupportedAlgorithm { algorithm }),
                    "accepted is {accepted} alone"
                );
            }
        }
    }
}

/// RFC 7515, appendix A.2: the key and the JWS as printed there. It has no `kid` and no `id`.
#[test]
fn agrees_with_rfc_7515() {
    const RFC_N: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp\
        -Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGz\
        jb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uD\
        Zlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9g\
        b54h4FRWyuXpoQ";
    const RFC_JWS: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQog\
        Imh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g\
        2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4B\
        AynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO\
        --xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AX\
        LIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    let verifier = IdTokenVerifier::new();
    let token = token(RFC_JWS);
    let read = verifier.read(&token).unwrap();
    assert_eq!(read.algorithm(), Algorithm::Rs256);
    assert_eq!(read.key_id(), None);

    let right = key_set([jwk(RFC_N, json!({}))]);
    let expiry = at(1_300_819_380);
    assert_eq!(
        read.verify(&right, expiry),
        Err(IdTokenError::MissingClaim { claim: "id" }),
        "signature and `exp` are good"
    );
    let later = expiry.saturating_add(Duration::from_secs(60));
    assert_eq!(
        read.verify(&right, later),
        Err(IdTokenError::Expired {
            expired_at: expiry,
            now: later
        })
    );
    let wrong = key_set([jwk(N, json!({}))]);
    assert_eq!(read.verify(&wrong, expiry), Err(IdTokenError::BadSignature));
}

#[test]
fn leeway_widens_both_ends_by_the_second() {
    let leeway = 60;
    let verifier = IdTokenVerifier::new();
    let (nbf, exp) = (ISSUED_AT - 120, ISSUED_AT + 300);
    for (moment, good) in [
        (0, false),
        (nbf - leeway - 1, false),
        (nbf - leeway, true),
        (exp + leeway - 1, true),
        (exp + leeway, false),
        (u64::MAX, false),
    ] {
        let outcome = verifier.verify(&token(FLAT), &keys(), at(moment));
        assert_eq!(outcome.is_ok(), good, "at {moment}: {outcome:?}");
    }

    let exact = IdTokenVerifier::new().with_leeway(Duration::ZERO);
    assert!(exact.verify(&token(FLAT), &keys(), at(exp - 1)).is_ok());
    assert!(exact.verify(&token(FLAT), &keys(), at(exp)).is_err());
    assert!(exact.verify(&token(FLAT), &keys(), at(nbf)).is_ok());
    assert!(exact.verify(&token(FLAT), &keys(), at(nbf - 1)).is_err());
}

#[test]
fn one_of_several_audiences_is_enough() {
    let claims = json!({"id": "u1", "exp": ISSUED_AT + 300, "aud": ["another", AUDIENCE]});
    let verifier = IdTokenVerifier::new().with_audience(AUDIENCE);
    assert!(verifier.verify(&claiming(&claims), &keys(), NOW).is_ok());
}

#[test]
fn debug_shows_no_personal_data_and_no_token() {
    let verifier = IdTokenVerifier::new();
    let token = token(FLAT);
    let read = verifier.read(&token).unwrap();
    let identity = read.verify(&keys(), NOW).unwrap();
    let shown = format!("{identity:?} {read:?} {:?}", keys());
    assert!(shown.contains(ID), "{shown}");
    for secret in ["15200000001", "张三", "zhangsan", "R&D"]
        .into_iter()
        .chain(parts(FLAT))
    {
        assert!(!shown.contains(secret), "{secret} is in {shown}");
    }
}

#[test]
fn every_change_of_one_bit_is_refused() {
    let verifier = IdTokenVerifier::new();
    for original in [FLAT, NESTED_RS512] {
        assert!(verifier.verify(&token(original), &keys(), NOW).is_ok());
        for bit in 0..original.len() * 8 {
            let mut changed = original.as_bytes().to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            // What is not text is no token at all.
            let Some(changed) = String::from_utf8(changed)
                .ok()
                .and_then(|text| IdToken::parse(text).ok())
            else {
                continue;
            };
            let outcome = verifier.verify(&changed, &keys(), NOW);
            assert!(outcome.is_err(), "bit {bit} was changed: {outcome:?}");
        }
    }
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,200}") {
        if let Ok(token) = IdToken::parse(text) {
            prop_assert!(IdTokenVerifier::new().verify(&token, &keys(), NOW).is_err());
        }
    }

    #[test]
    fn arbitrary_parts_never_panic(
        header in "\\PC{0,40}",
        payload in prop::collection::vec(any::<u8>(), 0..60),
        signature in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        use base64::Engine as _;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
        let text = [header.as_bytes(), &payload, &signature].map(|part| BASE64.encode(part)).join(".");
        let token = IdToken::parse(text).unwrap();
        prop_assert!(IdTokenVerifier::new().verify(&token, &keys(), NOW).is_err());
    }
}

proptest! {
    // Each case makes a signature.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_claims_that_are_signed_never_panic(
        claims in prop::collection::hash_map("exp|nbf|iat|iss|aud|sub|id|name|userName|mobile|email|api|other", json_value(), 0..13),
    ) {
        let token = claiming(&json!(claims));
        let verifier = IdTokenVerifier::new().with_audience(AUDIENCE);
        if let Ok(identity) = verifier.verify(&token, &keys(), NOW) {
            prop_assert!(!identity.id().is_empty());
        }
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(json!(ISSUED_AT + 300)),
        Just(json!(AUDIENCE)),
        "\\PC{0,20}".prop_map(Value::from),
        Just(json!(r#"{"id":"u1","mobile":"1"}"#)),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z]{0,4}", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

fn parts(token: &str) -> [&str; 3] {
    let parts: Vec<_> = token.split('.').collect();
    parts.try_into().unwrap()
}
