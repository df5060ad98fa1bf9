use alloc::string::ToString;

use http::{HeaderMap, Request};

use super::{caller, endpoint};
use crate::{
    Caller, ErrorCode, GetCaptcha, LoginWithSmsCode, Operation, RefreshIdToken, RequestProblem,
    SendSmsCode, VerifyCaptcha,
};

/// The code and the field that a body is refused with.
fn refused<O: Operation + core::fmt::Debug>(
    body: &str,
) -> (ErrorCode, &'static str, RequestProblem) {
    let error = O::decode_request(&Request::new(body.as_bytes())).unwrap_err();
    assert!(error.to_string().contains(error.field()));
    (error.code().clone(), error.field(), error.problem())
}

fn headers() -> HeaderMap {
    GetCaptcha::new()
        .encode(&endpoint(), &caller())
        .headers()
        .clone()
}

#[test]
fn each_required_header_has_its_code() {
    for (name, code) in [
        ("x-operating-sys-version", ErrorCode::DEVICE_INCOMPLETE),
        ("x-device-fingerprint", ErrorCode::DEVICE_INCOMPLETE),
        ("x-agent", ErrorCode::DEVICE_INCOMPLETE),
        ("x-client-id", ErrorCode::CLIENT_ID_EMPTY),
    ] {
        let mut absent = headers();
        absent.remove(name);
        let mut empty = headers();
        empty.insert(name, "".parse().unwrap());
        for headers in [absent, empty] {
            let error = Caller::decode(&headers).unwrap_err();
            assert_eq!((error.code(), error.field()), (&code, name));
        }
    }
}

#[test]
fn the_device_is_judged_before_the_client_id() {
    let error = Caller::decode(&HeaderMap::new()).unwrap_err();
    assert_eq!(error.code(), &ErrorCode::DEVICE_INCOMPLETE);
}

#[test]
fn an_ip_or_language_that_cannot_be_read_counts_as_absent() {
    let mut headers = headers();
    headers.insert("x-device-ip", "here".parse().unwrap());
    headers.insert("x-l", "fr".parse().unwrap());
    let caller = Caller::decode(&headers).unwrap();
    assert_eq!((caller.device().ip(), caller.language()), (None, None));
}

#[test]
fn fields_are_looked_for_in_the_order_of_the_page() {
    use ErrorCode as Code;
    use RequestProblem as Problem;
    type Send = SendSmsCode;
    type Login = LoginWithSmsCode;
    for (body, expected) in [
        ("", (Code::MOBILE_EMPTY, "mobile", Problem::NoObject)),
        ("hello", (Code::MOBILE_EMPTY, "mobile", Problem::NoObject)),
        ("[]", (Code::MOBILE_EMPTY, "mobile", Problem::NoObject)),
        ("{}", (Code::MOBILE_EMPTY, "mobile", Problem::Missing)),
        (
            r#"{"mobile":null}"#,
            (Code::MOBILE_EMPTY, "mobile", Problem::Missing),
        ),
        (
            r#"{"mobile":""}"#,
            (Code::MOBILE_EMPTY, "mobile", Problem::Missing),
        ),
        (
            r#"{"mobile":15200000000}"#,
            (Code::MOBILE_EMPTY, "mobile", Problem::Unreadable),
        ),
        (
            r#"{"mobile":"1"}"#,
            (Code::SCENARIO_EMPTY, "type", Problem::Missing),
        ),
        (
            r#"{"mobile":"1","type":[]}"#,
            (Code::SCENARIO_EMPTY, "type", Problem::Unreadable),
        ),
        (
            r#"{"mobile":"1","type":"X"}"#,
            (Code::CAPTCHA_TOKEN_EMPTY, "captcha_token", Problem::Missing),
        ),
        (
            r#"{"mobile":"1\n","type":"X"}"#,
            (Code::CAPTCHA_TOKEN_EMPTY, "captcha_token", Problem::Missing),
        ),
        (
            r#"{"mobile":"1\n","type":"X","captcha_token":"t"}"#,
            (Code::SEND_FAILED, "mobile", Problem::Invalid),
        ),
        (
            r#"{"mobile":"1","type":"X","captcha_token":"\u0000"}"#,
            (Code::CAPTCHA_TOKEN_SPENT, "captcha_token", Problem::Invalid),
        ),
    ] {
        assert_eq!(refused::<Send>(body), expected, "{body}");
    }
    for (body, expected) in [
        ("{}", (Code::MOBILE_EMPTY, "mobile", Problem::Missing)),
        (
            r#"{"mobile":"1"}"#,
            (Code::VERIFY_CODE_EMPTY, "verify_code", Problem::Missing),
        ),
        (
            r#"{"mobile":"\n","verify_code":"1"}"#,
            (Code::VERIFY_CODE_INCORRECT, "mobile", Problem::Invalid),
        ),
    ] {
        assert_eq!(refused::<Login>(body), expected, "{body}");
    }
    assert_eq!(
        refused::<VerifyCaptcha>(r#"{"token":"t","sender":"s"}"#),
        (Code::POINT_EMPTY, "point_json", Problem::Missing)
    );
    assert_eq!(
        refused::<VerifyCaptcha>(r#"{"point_json":"p","token":"t","sender":"s"}"#),
        (Code::CAPTCHA_FAILED, "point_json", Problem::Invalid)
    );
    assert_eq!(
        refused::<RefreshIdToken>(""),
        (
            Code::SESSION_TOKEN_INVALID,
            "session-token",
            Problem::Missing
        )
    );
}

#[test]
fn the_pages_own_examples_are_read() {
    let send = r#"{
        "mobile": "15200000000",
        "type": "BIND_MOBILE_SMS",
        "captcha_token":"71dd26999e314f9abb0c635336976635---{\"x\":237.0,\"y\":5.0}"
    }"#;
    let send = SendSmsCode::decode_request(&Request::new(send.as_bytes())).unwrap();
    assert_eq!(send.mobile.as_str(), "15200000000");
    assert_eq!(
        send.captcha_token.expose_secret(),
        r#"71dd26999e314f9abb0c635336976635---{"x":237.0,"y":5.0}"#
    );
    let login = r#"{"mobile":"11012345678","verify_code":"232326"}"#;
    let login = LoginWithSmsCode::decode_request(&Request::new(login.as_bytes())).unwrap();
    assert_eq!(login.verify_code.expose_secret(), "232326");
}
