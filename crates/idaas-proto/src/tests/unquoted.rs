use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::any::type_name;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::strategies;
use crate::{ErrorCode, Language};

/// Parts of the values that stand where they do not belong, in none of the crate's own words.
const SECRETS: [&str; 2] = ["hunter2", "152000"];

/// Every kind of value that a document can have, each with a secret in it.
fn kinds() -> [Value; 7] {
    [
        json!("hunter2\n"),
        json!(15_200_000_000_u64),
        json!(-15_200_000_000_i64),
        json!(15_200_000_000.5),
        json!(["hunter2", 15_200_000_000_u64]),
        json!([[15_200_000_000_u64]]),
        json!({"hunter2": {"hunter2": 15_200_000_000_u64}}),
    ]
}

/// Puts every kind of value in the place of the document, and of every value inside of it.
fn quotes_nothing<T: Serialize + DeserializeOwned>(value: &T) {
    let name = type_name::<T>();
    let document = serde_json::to_value(value).unwrap();
    for kind in kinds() {
        for wrong in replaced(&document, &kind) {
            let text = error::<T>(&wrong);
            let quoted = SECRETS.iter().any(|secret| text.contains(secret));
            assert!(!quoted, "{name} from {wrong}: {text}");
        }
    }
    if document.is_object() {
        for kind in &kinds()[..4] {
            assert_ne!(error::<T>(kind), "", "{name} is no {kind}");
        }
    }
}

fn error<T: DeserializeOwned>(document: &Value) -> String {
    let read = serde_json::from_str::<T>(&document.to_string());
    read.err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

fn replaced(document: &Value, by: &Value) -> Vec<Value> {
    let mut all = Vec::from([by.clone()]);
    let places: Vec<String> = match document {
        Value::Object(fields) => fields.keys().map(|name| pointer(name)).collect(),
        Value::Array(values) => (0..values.len())
            .map(|index| pointer(&index.to_string()))
            .collect(),
        _ => Vec::new(),
    };
    for place in places {
        for part in replaced(document.pointer(&place).unwrap(), by) {
            let mut wrong = document.clone();
            *wrong.pointer_mut(&place).unwrap() = part;
            all.push(wrong);
        }
    }
    all
}

/// One step of a JSON Pointer (RFC 6901).
fn pointer(step: &str) -> String {
    alloc::format!("/{}", step.replace('~', "~0").replace('/', "~1"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_error_quotes_a_request(
        caller in strategies::caller(),
        verify in strategies::verify_captcha(),
        send in strategies::send_sms_code(),
        login in strategies::login_with_sms_code(),
    ) {
        quotes_nothing(&caller);
        quotes_nothing(caller.device());
        quotes_nothing(&Language::Zh);
        quotes_nothing(&verify);
        quotes_nothing(&send);
        quotes_nothing(&send.scenario);
        quotes_nothing(&login);
    }

    #[test]
    fn no_error_quotes_an_answer(
        captcha in strategies::captcha(),
        pass in strategies::captcha_pass(),
        login in strategies::login_response(),
        refreshed in strategies::refreshed_id_token(),
        countries in strategies::country_codes(),
        keys in strategies::signing_keys(),
    ) {
        quotes_nothing(&captcha);
        quotes_nothing(&captcha.jigsaw_image_base64);
        quotes_nothing(&pass);
        quotes_nothing(&login);
        quotes_nothing(&login.status);
        quotes_nothing(&refreshed);
        quotes_nothing(&countries);
        countries.phone_area_code_definitions.iter().for_each(quotes_nothing);
        quotes_nothing(&keys);
        keys.keys.iter().for_each(quotes_nothing);
        quotes_nothing(&ErrorCode::SEND_FAILED);
    }
}
