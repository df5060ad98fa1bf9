use alloc::format;
use alloc::string::{String, ToString};

use proptest::prelude::*;

use super::decode;
use crate::{
    ApiError, ErrorCode, ErrorInfo, Language, LoginStatus, LoginWithSmsCode, Operation,
    OperationId, ResponseError, SendScenario,
};

proptest! {
    #[test]
    fn any_value_survives(text in any::<String>()) {
        let json = serde_json::to_string(&text).unwrap();
        let status: LoginStatus = serde_json::from_str(&json).unwrap();
        let scenario: SendScenario = serde_json::from_str(&json).unwrap();
        let code: ErrorCode = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(serde_json::to_string(&status).unwrap(), json.clone());
        prop_assert_eq!(serde_json::to_string(&scenario).unwrap(), json.clone());
        prop_assert_eq!(serde_json::to_string(&code).unwrap(), json);
    }

    #[test]
    fn any_refusal_survives(status in 201_u16..=599, code in ".{1,40}", message in any::<String>()) {
        let refusal = ApiError::new(status, ErrorCode::new(code), message);
        let (parts, body) = refusal.encode_response().into_parts();
        let received = http::Response::from_parts(parts, &body[..]);
        prop_assert_eq!(LoginWithSmsCode::decode(received), Err(ResponseError::Api(refusal)));
    }

    #[test]
    fn an_unknown_value_never_breaks_a_line_of_a_log(text in any::<String>()) {
        let shown = format!(
            "{} {:?} {} {:?}",
            LoginStatus::new(text.clone()),
            LoginStatus::new(text.clone()),
            ErrorCode::new(text.clone()),
            ErrorCode::new(text),
        );
        prop_assert!(!shown.contains(char::is_control));
    }
}

#[test]
fn a_status_is_matched_trimmed_and_kept_raw() {
    let status: LoginStatus = serde_json::from_str("\" MFA_AUTH \"").unwrap();
    assert_eq!(status, LoginStatus::MFA_AUTH);
    assert!(status.is_known());
    assert_eq!(status.as_str(), " MFA_AUTH ");
    assert_ne!(status, LoginStatus::SUCCESS);
}

#[test]
fn a_scenario_is_matched_exactly() {
    assert_ne!(SendScenario::new(" LOGIN_SMS "), SendScenario::LOGIN_SMS);
    assert_ne!(SendScenario::new("login_sms"), SendScenario::LOGIN_SMS);
    assert_eq!(SendScenario::new("LOGIN_SMS"), SendScenario::LOGIN_SMS);
}

#[test]
fn a_word_from_outside_is_repeated_only_if_it_looks_like_one() {
    let long = "Z".repeat(3_000);
    for text in ["A\nINJECT", "15200000000 \u{202e}", &long, ""] {
        let shown = format!("{} {:?}", ErrorCode::new(text), LoginStatus::new(text));
        assert!(shown.contains("an unknown word of"), "{shown}");
        assert!(shown.len() < 100 && !shown.contains("INJECT"), "{shown}");
    }
    assert_eq!(ErrorCode::new("APP.0001").to_string(), "APP.0001");
}

#[test]
fn a_refusal_is_made_from_the_catalogue() {
    let refusal = ErrorCode::SYSTEM_BUSY
        .info()
        .unwrap()
        .api_error(Language::Zh);
    assert_eq!(
        (refusal.status(), refusal.message()),
        (500, "系统繁忙,请稍后再试")
    );
}

#[test]
fn an_unknown_status_is_no_success() {
    let body = br#"{"status":"SUCCESSFUL","session_token":"s","expire":1}"#;
    let response = decode::<LoginWithSmsCode>(200, None, body).unwrap();
    assert!(!response.is_success());
    assert!(!response.status.is_known());
}

#[test]
fn a_code_is_known_in_both_dialects() {
    for info in ErrorInfo::all() {
        let short = info.code.as_str().strip_prefix("IDAAS.SDK.").unwrap();
        let short = ErrorCode::new(short);
        assert!(short.is(&info.code), "{short}");
        assert_ne!(short, info.code);
        assert_eq!(short.info(), Some(info));
        assert_eq!(info.code.info(), Some(info));
    }
    for other in [
        "SDK.COMMON.1001",
        "SDK.LOGIN.1005",
        "APP.0001",
        "IDAAS.SDK.PARAM.9999",
        "",
    ] {
        assert_eq!(ErrorCode::new(other).info(), None, "{other}");
    }
}

#[test]
fn every_listed_code_is_in_the_catalogue() {
    for operation in OperationId::ALL {
        assert_eq!(
            OperationId::find(operation.method(), operation.path()),
            Some(*operation)
        );
        for code in operation.codes() {
            assert!(code.info().is_some(), "{}: {}", operation.name(), code);
        }
    }
    assert_eq!(OperationId::find("GET", "/api/v2/sdk/sms/send"), None);
}
