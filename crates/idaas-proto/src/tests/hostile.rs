use alloc::string::String;
use alloc::vec::Vec;

use http::Request;
use proptest::collection::vec;
use proptest::prelude::*;

use super::decode;
use crate::{
    Caller, CaptchaPoint, Endpoint, GetCaptcha, GetSigningKeys, Language, ListCountryCodes,
    LoginWithSmsCode, Mobile, Operation, RefreshIdToken, ResponseError, SendSmsCode, VerifyCaptcha,
};

/// Bytes that are nothing, nearly JSON, or JSON of a wrong shape.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let pieces = proptest::sample::select(
        &[
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"",
            "null",
            "true",
            "0",
            "1e999",
            "\\u0000",
            "\"mobile\"",
            "\"status\"",
            "\"SUCCESS\"",
            "\"error_code\"",
            "\"error_msg\"",
            "\"token\"",
            "\"id_token\"",
            "\"session_token\"",
            "\"keys\"",
            "\"type\"",
            "\u{feff}",
            " ",
            "<html>",
        ][..],
    );
    prop_oneof![
        vec(any::<u8>(), 0..200),
        vec(pieces, 0..30).prop_map(|pieces| pieces.concat().into_bytes()),
        any::<String>().prop_map(String::into_bytes),
    ]
}

/// Decodes an answer and a request; neither may panic, and no error may quote the body.
fn stays_calm<O: Operation>(status: u16, content_type: Option<&str>, body: &[u8]) {
    if let Err(ResponseError::Decode(error)) = decode::<O>(status, content_type, body) {
        assert_eq!(error.status(), status);
        assert_eq!(error.length(), body.len());
    }
    let request = Request::new(body);
    if let Err(error) = O::decode_request(&request) {
        assert!(error.code().info().is_some(), "{error}");
    }
}

proptest! {
    #[test]
    fn decoding_never_panics(
        status in 100_u16..=999,
        content_type in proptest::option::of("[ -~]{0,80}"),
        body in body(),
    ) {
        let content_type = content_type.as_deref();
        stays_calm::<GetCaptcha>(status, content_type, &body);
        stays_calm::<VerifyCaptcha>(status, content_type, &body);
        stays_calm::<SendSmsCode>(status, content_type, &body);
        stays_calm::<LoginWithSmsCode>(status, content_type, &body);
        stays_calm::<RefreshIdToken>(status, content_type, &body);
        stays_calm::<ListCountryCodes>(status, content_type, &body);
        stays_calm::<GetSigningKeys>(status, content_type, &body);
    }

    #[test]
    fn headers_of_any_bytes_are_read_or_refused(
        values in vec(vec(32_u8..=255, 0..30), 6),
    ) {
        let names = [
            "x-operating-sys-version", "x-device-fingerprint", "x-device-ip", "x-agent", "x-l",
            "x-client-id",
        ];
        let mut request = Request::builder();
        for (name, value) in names.iter().zip(&values) {
            if let Ok(value) = http::HeaderValue::from_bytes(value) {
                request = request.header(*name, value);
            }
        }
        if let Err(error) = Caller::decode(request.body(()).unwrap().headers()) {
            prop_assert!(error.code().info().is_some());
        }
    }

    #[test]
    fn whatever_a_newtype_accepts_can_be_sent(text in any::<String>()) {
        // `encode` relies on it: a text that is accepted fits into a header.
        if let Ok(token) = crate::SessionToken::parse(text.clone()) {
            let request = RefreshIdToken::new(token).encode(&super::endpoint(), &super::caller());
            prop_assert!(request.headers()["session-token"].is_sensitive());
        }
        let _ = Mobile::parse(text.clone()).map(|mobile| mobile.canonical());
        let _ = CaptchaPoint::parse(text.clone());
        let _ = Language::of_header(&text);
        if let Ok(endpoint) = Endpoint::parse(&text) {
            let _ = GetSigningKeys::new().encode(&endpoint, &super::caller());
        }
    }

    #[test]
    fn an_endpoint_with_any_path_can_be_called(path in "(/[!-~&&[^?#]]{0,10}){0,3}") {
        if let Ok(endpoint) = Endpoint::parse(&alloc::format!("https://example.com{path}")) {
            let request = GetSigningKeys::new().encode(&endpoint, &super::caller());
            prop_assert!(request.uri().path().ends_with("/api/v1/oauth2/keys"));
        }
    }
}
