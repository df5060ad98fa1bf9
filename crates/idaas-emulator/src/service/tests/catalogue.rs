//! Every code that an operation lists, in the order in which the service names what is wrong.

use std::collections::BTreeSet;

use http::HeaderValue;
use idaas_proto::ErrorInfo;
use proptest::prelude::*;
use tokio::runtime;

use super::*;
use crate::Fault;
use crate::accounts::Accounts;

/// One thing that is wrong with a call, and the code that names it.
struct Wrong {
    code: ErrorCode,
    /// Makes it wrong, in the request or in what the service knows.
    make: fn(&Person, &mut Request<Bytes>, &mut Value),
}

macro_rules! wrong {
    ($code:ident, $person:pat, $request:pat, $body:pat => $make:expr) => {
        Wrong {
            code: ErrorCode::$code,
            make: |$person, $request, $body| {
                $make;
            },
        }
    };
}

/// What is wrong with the headers of any call, in the order of the answers.
const COMMON: &[Wrong] = &[
    wrong!(DEVICE_INCOMPLETE, _, request, _ => request.headers_mut().remove("x-operating-sys-version")),
    wrong!(DEVICE_INCOMPLETE, _, request, _ => request.headers_mut().insert("x-device-fingerprint", HeaderValue::from_static(""))),
    wrong!(DEVICE_INCOMPLETE, _, request, _ => request.headers_mut().remove("x-agent")),
    wrong!(CLIENT_ID_EMPTY, _, request, _ => request.headers_mut().remove("x-client-id")),
    wrong!(CLIENT_UNKNOWN, _, request, _ => request.headers_mut().insert("x-client-id", HeaderValue::from_static("x"))),
];

const VERIFY: &[Wrong] = &[
    wrong!(POINT_EMPTY, _, _, body => body["point_json"].take()),
    wrong!(CHALLENGE_TOKEN_EMPTY, _, _, body => body["token"] = json!("")),
    wrong!(MOBILE_EMPTY, _, _, body => body["sender"].take()),
    wrong!(CAPTCHA_FAILED, _, _, body => body["point_json"] = json!("{}")),
    wrong!(CAPTCHA_FAILED, _, _, body => body["point_json"] = json!(r#"{"x":1.0,"y":5.0}"#)),
    wrong!(CAPTCHA_FAILED, person, _, _ => person.0.advance(Duration::from_secs(120))),
];

const SEND: &[Wrong] = &[
    wrong!(MOBILE_EMPTY, _, _, body => body["mobile"] = json!("")),
    wrong!(SCENARIO_EMPTY, _, _, body => body["type"].take()),
    wrong!(CAPTCHA_TOKEN_EMPTY, _, _, body => body["captcha_token"] = json!(7)),
    wrong!(SEND_FAILED, _, _, body => body["mobile"] = json!("12")),
    wrong!(SCENARIO_UNKNOWN, _, _, body => body["type"] = json!("NO_SMS")),
    wrong!(CAPTCHA_TOKEN_SPENT, _, _, body => body["captcha_token"] = json!("x")),
    wrong!(CAPTCHA_TOKEN_SPENT, person, _, _ => person.0.advance(Duration::from_secs(180))),
    wrong!(CAPTCHA_TOKEN_MISMATCH, _, _, body => body["mobile"] = json!("15200000009")),
    wrong!(SEND_FAILED, person, _, _ => {
        let state = &mut *person.0.state();
        let (now, limits) = (state.clock.now(), person.0.settings().limits);
        state.sends.admit(&mobile().canonical(), now, &limits)
    }),
];

const LOGIN: &[Wrong] = &[
    wrong!(MOBILE_EMPTY, _, _, body => body["mobile"] = json!([])),
    wrong!(VERIFY_CODE_EMPTY, _, _, body => body["verify_code"].take()),
    wrong!(VERIFY_CODE_INCORRECT, _, _, body => body["mobile"] = json!("12")),
    wrong!(VERIFY_CODE_INCORRECT, _, _, body => body["verify_code"] = json!("x")),
    wrong!(USER_DISABLED, person, _, _ => person.0.add_account(Account::new(mobile()).disabled())),
    wrong!(USER_NOT_FOUND, person, _, _ => person.0.state().accounts = Accounts::default()),
];

const REFRESH: &[Wrong] = &[
    wrong!(SESSION_TOKEN_INVALID, _, request, _ => request.headers_mut().remove("session-token")),
    wrong!(SESSION_TOKEN_INVALID, person, _, _ => person.0.advance(Duration::from_secs(432_000))),
];

/// A call that succeeds, at a tenant that registers nobody on the fly.
async fn good_call(operation: OperationId) -> (Person, Request<Bytes>, Value) {
    let person = person(
        builder()
            .auto_register(false)
            .account(Account::new(mobile())),
    );
    let mut call = request(operation, &Value::Null);
    let body = match operation {
        OperationId::VerifyCaptcha => {
            let (_, captcha) = person.call(OperationId::GetCaptcha, Value::Null).await;
            let point = person.0.solve(captcha["token"].as_str().unwrap()).unwrap();
            json!({"token": captcha["token"], "point_json": point.as_text(), "sender": MOBILE})
        }
        OperationId::SendSmsCode => {
            json!({"mobile": MOBILE, "type": "LOGIN_SMS", "captcha_token": person.pass()})
        }
        OperationId::LoginWithSmsCode => {
            person.send().await;
            json!({"mobile": MOBILE, "verify_code": person.code()})
        }
        OperationId::RefreshIdToken => {
            let session = session(&person).await;
            call.headers_mut()
                .insert("session-token", session.parse().unwrap());
            Value::Null
        }
        _ => Value::Null,
    };
    (person, call, body)
}

fn wrongs(operation: OperationId) -> Vec<&'static Wrong> {
    let own = match operation {
        OperationId::VerifyCaptcha => VERIFY,
        OperationId::SendSmsCode => SEND,
        OperationId::LoginWithSmsCode => LOGIN,
        OperationId::RefreshIdToken => REFRESH,
        OperationId::GetSigningKeys => return Vec::new(),
        _ => &[],
    };
    COMMON.iter().chain(own).collect()
}

/// The answer to a call with these things wrong, made so from the last to the first.
async fn answer(
    operation: OperationId,
    wrongs: &[&Wrong],
    language: &'static str,
) -> (StatusCode, Value) {
    let (person, mut call, mut body) = good_call(operation).await;
    for wrong in wrongs.iter().rev() {
        (wrong.make)(&person, &mut call, &mut body);
    }
    if !body.is_null() {
        *call.body_mut() = Bytes::from(body.to_string());
    }
    let language = HeaderValue::from_static(language);
    call.headers_mut().insert("X-L", language);
    read(&person.0.call(call).await)
}

fn refusal(info: &ErrorInfo, message: &str) -> (StatusCode, Value) {
    let status = StatusCode::from_u16(info.status).unwrap();
    (
        status,
        json!({"error_code": info.code.as_str(), "error_msg": message}),
    )
}

#[tokio::test]
async fn every_code_that_an_operation_lists_is_answered_in_both_languages() {
    for &operation in OperationId::ALL {
        let good = answer(operation, &[], "en").await;
        assert_eq!(good.0, StatusCode::OK, "{} {}", operation.name(), good.1);
        let mut seen = BTreeSet::new();
        for wrong in wrongs(operation) {
            let info = wrong.code.info().unwrap();
            let place = format!("{} {}", operation.name(), info.code);
            let english = answer(operation, &[wrong], "en").await;
            assert_eq!(english, refusal(info, info.en), "{place}");
            let chinese = answer(operation, &[wrong], "zh").await;
            assert_eq!(chinese, refusal(info, info.zh), "{place}");
            seen.insert(info.code.as_str());
        }
        let listed: BTreeSet<&str> = (operation.codes().iter())
            // The service is busy only when a fault says so.
            .filter(|code| **code != ErrorCode::SYSTEM_BUSY)
            .map(ErrorCode::as_str)
            .collect();
        assert_eq!(seen, listed, "{}", operation.name());
    }
}

#[tokio::test]
async fn the_service_is_busy_on_demand() {
    for &operation in OperationId::ALL {
        let person = Person::new();
        person
            .0
            .faults()
            .push(Fault::on(operation).error(ErrorCode::SYSTEM_BUSY));
        let (status, body) = person.call(operation, Value::Null).await;
        assert_eq!(
            status,
            StatusCode::INTERNAL_SERVER_ERROR,
            "{}",
            operation.name()
        );
        assert_eq!(body["error_code"], "IDAAS.SDK.COM.0002");
    }
}

#[tokio::test]
async fn a_body_that_is_no_object_is_named_by_its_first_field() {
    for (operation, code) in [
        (OperationId::VerifyCaptcha, ErrorCode::POINT_EMPTY),
        (OperationId::SendSmsCode, ErrorCode::MOBILE_EMPTY),
        (OperationId::LoginWithSmsCode, ErrorCode::MOBILE_EMPTY),
    ] {
        for body in [
            "",
            "{",
            "[]",
            "null",
            "\"text\"",
            "7",
            "\u{0}",
            "{\"mobile\"",
        ] {
            let person = Person::new();
            let mut call = request(operation, &Value::Null);
            *call.body_mut() = Bytes::from_static(body.as_bytes());
            let answer = read(&person.0.call(call).await);
            assert_eq!(answer.0, StatusCode::BAD_REQUEST);
            assert_eq!(
                code_of(&answer),
                code.as_str(),
                "{} {body:?}",
                operation.name()
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever is wrong at once, the answer names the first.
    #[test]
    fn the_first_of_several_wrongs_is_named(
        operation in prop::sample::select(vec![
            OperationId::SendSmsCode,
            OperationId::LoginWithSmsCode,
            OperationId::VerifyCaptcha,
            OperationId::RefreshIdToken,
        ]),
        chosen in prop::collection::vec(any::<prop::sample::Index>(), 1..5),
    ) {
        let all = wrongs(operation);
        let chosen: BTreeSet<usize> = chosen.iter().map(|index| index.index(all.len())).collect();
        let chosen: Vec<&Wrong> = chosen.into_iter().map(|at| all[at]).collect();
        let runtime = runtime::Builder::new_current_thread().build().unwrap();
        let answer = runtime.block_on(answer(operation, &chosen, "en"));
        prop_assert_eq!(code_of(&answer), chosen[0].code.as_str());
    }
}

proptest! {
    /// Nothing that can be sent makes the service stumble: every answer is one of its own.
    #[test]
    fn any_bytes_get_an_answer(
        operation in prop::sample::select(OperationId::ALL.to_vec()),
        body in prop::collection::vec(any::<u8>(), 0..200),
        header in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let mut call = request(operation, &Value::Null);
        *call.body_mut() = Bytes::from(body);
        if let Ok(value) = HeaderValue::from_bytes(&header) {
            call.headers_mut().insert("session-token", value.clone());
            call.headers_mut().insert("x-l", value);
        }
        let runtime = runtime::Builder::new_current_thread().build().unwrap();
        let (status, answer) = read(&runtime.block_on(Person::new().0.call(call)));
        prop_assert!(status == StatusCode::OK || answer["error_code"].is_string());
    }
}
