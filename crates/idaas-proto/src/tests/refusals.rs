use alloc::format;
use alloc::string::ToString;

use http::Response;

use super::decode;
use crate::{
    ApiError, DecodeErrorKind, ErrorCode, GetSigningKeys, LoginWithSmsCode, Operation,
    RefreshIdToken, ResponseError, RetryAfter, SendSmsCode,
};

const HTML: &[u8] = b"<html><body>hunter2: bad gateway</body></html>";

/// What is wrong with an answer that must not be decoded.
fn kind<O: Operation>(status: u16, body: &[u8]) -> DecodeErrorKind
where
    O::Output: core::fmt::Debug,
{
    match decode::<O>(status, Some("application/json"), body) {
        Err(ResponseError::Decode(error)) => error.kind(),
        other => panic!("expected a decode error, got {other:?}"),
    }
}

#[test]
fn the_pages_refusals() {
    let body =
        br#"{"error_code":"IDAAS.SDK.CAPTCHA.0007","error_msg":"Incorrect verification code"}"#;
    let Err(ResponseError::Api(error)) = decode::<LoginWithSmsCode>(400, None, body) else {
        panic!("a refusal is an ApiError");
    };
    assert_eq!(error.status(), 400);
    assert_eq!(error.code(), &ErrorCode::VERIFY_CODE_INCORRECT);
    assert_eq!(error.message(), "Incorrect verification code");
    assert_eq!(&error.encode_response().into_body()[..], &body[..]);
}

#[test]
fn the_pages_success() {
    let body = br#"{"session_token":"btsiBjx85prcZu6I6Ki057Tmw3nSF2VO","expire":432000,"status":"SUCCESS","id_token":"eyJ0NiJ9.eyJ1cI6IjIifX0.DeWt4QuZXso"}"#;
    let response = decode::<LoginWithSmsCode>(200, Some("application/json"), body).unwrap();
    assert!(response.is_success());
    assert_eq!(response.expire, Some(432_000));
    assert_eq!(
        &LoginWithSmsCode::encode_response(&response).into_body()[..],
        &body[..]
    );
}

#[test]
fn an_error_page_is_named_by_status_type_and_length_only() {
    let error =
        decode::<LoginWithSmsCode>(502, Some("text/html; charset=utf-8"), HTML).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the answer is not JSON (status 502, text/html, 46 bytes)"
    );
    assert!(!format!("{error:?}").contains("hunter2"));
}

#[test]
fn no_value_of_a_body_is_quoted() {
    let body = br#"{"session_token":["hunter2"],"status":"SUCCESS","expire":"hunter2"}"#;
    let error = decode::<LoginWithSmsCode>(200, None, body).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"));
    assert!(matches!(
        kind::<LoginWithSmsCode>(200, body),
        DecodeErrorKind::Shape { line: 1, .. }
    ));
}

#[test]
fn what_is_no_answer_of_the_service() {
    use DecodeErrorKind as Kind;
    type Login = LoginWithSmsCode;
    assert_eq!(kind::<Login>(200, HTML), Kind::NotJson);
    assert_eq!(kind::<Login>(200, b""), Kind::Truncated);
    assert_eq!(kind::<Login>(200, br#"{"status":"SUCC"#), Kind::Truncated);
    assert_eq!(
        kind::<Login>(400, br#"{"error_code":"IDAAS"#),
        Kind::Truncated
    );
    assert_eq!(kind::<Login>(200, b"{}"), Kind::MissingField("status"));
    assert_eq!(
        kind::<Login>(200, br#"{"status":"SUCCESS","id_token":"a.b.c"}"#),
        Kind::MissingField("session_token")
    );
    assert_eq!(
        kind::<Login>(200, br#"{"status":" SUCCESS","session_token":null}"#),
        Kind::MissingField("session_token")
    );
    assert_eq!(
        kind::<RefreshIdToken>(200, b"{}"),
        Kind::MissingField("id_token")
    );
    assert_eq!(
        kind::<GetSigningKeys>(200, br#"{"keys":[]}x"#),
        Kind::NotJson
    );
    assert_eq!(kind::<Login>(400, b"{}"), Kind::ErrorWithoutCode);
    assert_eq!(kind::<Login>(500, b""), Kind::ErrorWithoutCode);
    assert_eq!(kind::<Login>(400, b"[]"), Kind::ErrorWithoutCode);
    assert_eq!(
        kind::<Login>(400, br#"{"error_code":""}"#),
        Kind::ErrorWithoutCode
    );
    assert_eq!(
        kind::<Login>(400, br#"{"error_code":7}"#),
        Kind::ErrorWithoutCode
    );
    assert_eq!(kind::<Login>(302, b""), Kind::UnexpectedStatus);
    assert_eq!(kind::<SendSmsCode>(204, b""), Kind::UnexpectedStatus);
    assert_eq!(kind::<SendSmsCode>(200, b"OK"), Kind::UnexpectedBody);
    assert_eq!(kind::<SendSmsCode>(200, b"[]"), Kind::UnexpectedBody);
    assert_eq!(kind::<SendSmsCode>(200, HTML), Kind::UnexpectedBody);
}

#[test]
fn a_success_of_send_is_empty_or_an_object_without_error_code() {
    for body in [
        &b""[..],
        b"{}",
        br#"{"ok":true}"#,
        br#"{"error_code":null}"#,
    ] {
        decode::<SendSmsCode>(200, None, body).unwrap();
    }
    let refused = br#"{"error_code":"IDAAS.SDK.CAPTCHA.0006","error_msg":"Failed"}"#;
    let Err(ResponseError::Api(error)) = decode::<SendSmsCode>(200, None, refused) else {
        panic!("an `error_code` is a refusal whatever the status");
    };
    assert_eq!(error.code(), &ErrorCode::SEND_FAILED);
}

#[test]
fn retry_after_and_request_id_are_read_and_written() {
    let forms = [
        ("120", Some(RetryAfter::After(120))),
        (" 7 ", Some(RetryAfter::After(7))),
        (
            "Sun, 06 Nov 1994 08:49:37 GMT",
            Some(RetryAfter::At(784_111_777)),
        ),
        (
            "Sunday, 06-Nov-94 08:49:37 GMT",
            Some(RetryAfter::At(784_111_777)),
        ),
        (
            "Sun Nov  6 08:49:37 1994",
            Some(RetryAfter::At(784_111_777)),
        ),
        ("soon", None),
        ("-1", None),
    ];
    for (value, expected) in forms {
        let response = Response::builder()
            .status(429)
            .header("retry-after", value)
            .header("x-request-id", "r-1")
            .body(&br#"{"error_code":"X"}"#[..])
            .unwrap();
        let Err(ResponseError::Api(error)) = SendSmsCode::decode(response) else {
            panic!("a 429 with a code is a refusal");
        };
        assert_eq!(error.retry_after(), expected, "{value}");
        assert_eq!(error.request_id(), Some("r-1"));
    }
    for retry_after in [RetryAfter::After(120), RetryAfter::At(784_111_777)] {
        let refusal = ApiError::new(429, ErrorCode::new("X"), "")
            .with_retry_after(retry_after)
            .with_request_id("r-2");
        let (parts, body) = refusal.encode_response().into_parts();
        let received = Response::from_parts(parts, &body[..]);
        assert_eq!(
            SendSmsCode::decode(received),
            Err(ResponseError::Api(refusal))
        );
    }
}

#[test]
fn a_proxy_can_say_when_to_try_again_too() {
    let response = Response::builder()
        .status(503)
        .header("retry-after", "30")
        .body(HTML)
        .unwrap();
    let Err(ResponseError::Decode(error)) = SendSmsCode::decode(response) else {
        panic!("a proxy's page is no answer of the service");
    };
    assert_eq!(error.retry_after(), Some(RetryAfter::After(30)));
}

#[test]
fn an_impossible_refusal_is_still_answered() {
    let refusal = ApiError::new(7, ErrorCode::SYSTEM_BUSY, "")
        .with_retry_after(RetryAfter::At(u64::MAX))
        .with_request_id("a\nb");
    let response = refusal.encode_response();
    assert_eq!(response.status(), 500);
    assert_eq!(response.headers().len(), 1);
}

#[test]
fn a_message_is_shown_through_its_accessor_only() {
    let error = ApiError::new(400, ErrorCode::SEND_FAILED, "hunter2").with_request_id("hunter2");
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}
