#![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

mod catalogue;
mod login;
mod send;

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::{Method, Request, StatusCode};
use idaas_proto::{Language, Mobile, OperationId};
use serde_json::{Value, json};

use super::*;
use crate::testing::{MOBILE, Person, builder, code_of, read, request};
use crate::{IdTokenShape, Rotation};

fn mobile() -> Mobile {
    Mobile::parse(MOBILE).unwrap()
}

fn person(builder: crate::Builder) -> Person {
    Person(builder.service().unwrap())
}

fn claims(login: &Value) -> Value {
    let token = login["id_token"].as_str().unwrap();
    let payload = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap());
    serde_json::from_slice(&payload.unwrap()).unwrap()
}

/// A session_token of a fresh login.
async fn session(person: &Person) -> String {
    person.send().await;
    let (_, login) = person.log_in(&person.code()).await;
    login["session_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_language_is_asked_for_or_the_default() {
    let english = "Incorrect verification code";
    let chinese = "验证码不正确";
    for (default, asked, message) in [
        (Language::En, None, english),
        (Language::En, Some("zh-CN"), chinese),
        (Language::En, Some("fr"), english),
        (Language::Zh, None, chinese),
        (Language::Zh, Some("en-US"), english),
        (Language::Zh, Some("fr"), chinese),
    ] {
        let person = person(builder().language(default));
        let body = json!({"mobile": MOBILE, "verify_code": "1"});
        let mut request = request(OperationId::LoginWithSmsCode, &body);
        if let Some(asked) = asked {
            request.headers_mut().insert("x-l", asked.parse().unwrap());
        }
        let (_, refused) = read(&person.0.call(request).await);
        assert_eq!(
            refused["error_msg"], message,
            "{asked:?}, by default {default:?}"
        );
    }
}

#[tokio::test]
async fn signing_keys_need_no_headers_and_country_codes_do() {
    let person = Person::new();
    let bare = |operation: OperationId| {
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = operation.path().parse().unwrap();
        request
    };
    let (_, keys) = read(&person.0.call(bare(OperationId::GetSigningKeys)).await);
    assert_eq!(keys["keys"][0]["kid"], crate::testing::signing_key().kid());
    assert_eq!(keys["keys"][0]["use"], "sig");
    let refused = read(&person.0.call(bare(OperationId::ListCountryCodes)).await);
    assert_eq!(code_of(&refused), "IDAAS.SDK.PARAM.0001");
    let (_, codes) = person
        .call(OperationId::ListCountryCodes, Value::Null)
        .await;
    assert_eq!(codes["phoneAreaCodeDefinitions"][0]["countryCode"], "CN");
}

#[tokio::test]
async fn other_paths_and_methods_are_named() {
    let person = Person::new();
    for path in ["/", "/api/v2/sdk/sms/send/", "/api/v2/sdk", "/_emulator"] {
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = path.parse().unwrap();
        let answer = read(&person.0.call(request).await);
        assert_eq!(
            (answer.0, code_of(&answer)),
            (StatusCode::NOT_FOUND, "EMULATOR.NOT_FOUND"),
            "{path}"
        );
    }
    for operation in OperationId::ALL {
        let mut request = request(*operation, &Value::Null);
        *request.method_mut() = Method::DELETE;
        let response = person.0.call(request).await;
        assert_eq!(response.headers()["allow"], operation.method());
        assert_eq!(code_of(&read(&response)), "EMULATOR.METHOD_NOT_ALLOWED");
    }
}

#[tokio::test]
async fn a_seed_repeats_codes_and_tokens() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let person = person(builder().seed(42));
        let (_, captcha) = person.call(OperationId::GetCaptcha, Value::Null).await;
        let session = session(&person).await;
        runs.push((captcha, person.code(), session));
    }
    assert_eq!(runs[0], runs[1]);
}

#[test]
fn settings_that_make_no_sense_are_named() {
    let second = Duration::from_secs(1);
    for (builder, name) in [
        (builder().code_length(3), "code_length"),
        (builder().code_length(11), "code_length"),
        (builder().code_lifetime(Duration::ZERO), "code_lifetime"),
        (
            builder().code_lifetime(600 * second + second),
            "code_lifetime",
        ),
        (builder().code_tries(0), "code_tries"),
        (builder().inbox_capacity(0), "inbox_capacity"),
    ] {
        assert_eq!(builder.service().unwrap_err().name(), name);
    }
    builder()
        .code_lifetime(600 * second)
        .code_length(4)
        .service()
        .unwrap();
}

#[tokio::test]
async fn debug_shows_no_secret() {
    let person = Person::new();
    let session = session(&person).await;
    let shown = format!("{:?} {:?}", person.0, person.0.messages(&mobile()));
    for secret in [MOBILE, &person.code(), &session] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(shown.contains("152****0000"), "{shown}");
}
