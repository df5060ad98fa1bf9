//! What no client should send: a clear answer, never a hang or a crash.

use idaas_proto::ErrorCode;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::tenant::{CAPTCHA, LOGIN, MOBILE, SEND, Tenant};
use crate::wire::Call;

/// Whatever was sent before, the emulator still logs people in.
async fn assert_alive(tenant: &Tenant) {
    assert_eq!(tenant.logged_in(MOBILE).await.status, 200);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused_by_its_first_field() {
    let tenant = Tenant::new().await;
    let first = ErrorCode::MOBILE_EMPTY.info().unwrap();
    for body in [
        "",
        "hello",
        "{",
        "[]",
        "null",
        "42",
        "\"text\"",
        "{}",
        "\u{0}",
        r#"{"mobile":15200000000}"#,
        r#"{"mobile":{}}"#,
        r#"{"mobile":["1"]}"#,
        r#"{"mobile":true}"#,
        r#"{"mobile":""}"#,
        r#"{"mobile":null}"#,
    ] {
        for path in [SEND, LOGIN] {
            let answer = tenant.call(Call::post(path).body(body)).await;
            answer.assert_refused(400, first.code.as_str(), first.en);
        }
    }
    assert_alive(&tenant).await;
}

#[tokio::test]
async fn a_field_of_another_type_is_refused_by_its_own_code() {
    let tenant = Tenant::new().await;
    for (path, body, code) in [
        (
            SEND,
            json!({"mobile": MOBILE, "type": 1}),
            ErrorCode::SCENARIO_EMPTY,
        ),
        (
            SEND,
            json!({"mobile": MOBILE, "type": "LOGIN_SMS", "captcha_token": {}}),
            ErrorCode::CAPTCHA_TOKEN_EMPTY,
        ),
        (
            LOGIN,
            json!({"mobile": MOBILE, "verify_code": 232_326}),
            ErrorCode::VERIFY_CODE_EMPTY,
        ),
    ] {
        let answer = tenant.call(Call::post(path).json(&body)).await;
        answer.assert_refused(400, code.as_str(), code.info().unwrap().en);
    }
    assert_alive(&tenant).await;
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused() {
    let tenant = Tenant::new().await;
    let answer = tenant.call(Call::post(SEND).body([0xff, 0xfe, 0x00])).await;
    let first = ErrorCode::MOBILE_EMPTY.info().unwrap();
    answer.assert_refused(400, first.code.as_str(), first.en);
}

#[tokio::test]
async fn a_body_of_ten_megabytes_is_refused() {
    let tenant = Tenant::new().await;
    let answer = tenant
        .call(Call::post(SEND).body(vec![b' '; 10 << 20]))
        .await;
    assert_eq!(answer.status, 413);
    assert_eq!(answer.text("error_code"), "EMULATOR.BODY_TOO_LARGE");
    assert_alive(&tenant).await;
}

#[tokio::test]
async fn deeply_nested_json_is_refused() {
    let tenant = Tenant::new().await;
    let deep = "[".repeat(30_000);
    let answer = tenant.call(Call::post(SEND).body(deep)).await;
    assert_eq!(answer.status, 400);
    assert_alive(&tenant).await;
}

#[tokio::test]
async fn an_unknown_path_is_404_and_another_method_405() {
    let tenant = Tenant::new().await;
    for path in [
        "/",
        "/api/v2/sdk/pizza",
        "/api/v2/sdk/sms/send/",
        "/_emulator/pizza",
        "//",
        "/%00",
    ] {
        let answer = tenant.call(Call::get(path)).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.text("error_code"), "EMULATOR.NOT_FOUND");
    }
    for (method, path, allowed) in [
        ("GET", SEND, "POST"),
        ("DELETE", LOGIN, "POST"),
        ("POST", CAPTCHA, "GET"),
        ("POST", "/_emulator/messages", "GET"),
    ] {
        let answer = tenant.call(Call::new(method, path)).await;
        assert_eq!(answer.status, 405, "{method} {path}");
        assert_eq!(answer.header("allow"), Some(allowed));
        assert_eq!(answer.text("error_code"), "EMULATOR.METHOD_NOT_ALLOWED");
    }
}

#[tokio::test]
async fn the_side_door_refuses_what_it_cannot_read() {
    let tenant = Tenant::new().await;
    for call in [
        Call::get("/_emulator/messages"),
        Call::get("/_emulator/messages?to="),
        Call::get("/_emulator/messages?to=%0a"),
        Call::get("/_emulator/messages?to=%zz"),
        Call::post("/_emulator/captcha/solve").body("x"),
        Call::post("/_emulator/clock").body(r#"{"advance_seconds":-1}"#),
        Call::post("/_emulator/clock").body(r#"{"advance_seconds":1e300}"#),
        Call::post("/_emulator/clock").body(r#"{"advance_seconds":"1"}"#),
    ] {
        let answer = tenant.call(call).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.text("error_code"), "EMULATOR.BAD_REQUEST");
    }
    let unknown = Call::post("/_emulator/captcha/solve").json(&json!({"token": "0"}));
    assert_eq!(tenant.call(unknown).await.status, 404);
    assert_alive(&tenant).await;
}

#[tokio::test]
async fn what_is_no_http_ends_the_connection_and_nothing_else() {
    let tenant = Tenant::new().await;
    let mut socket = TcpStream::connect(tenant.addr()).await.unwrap();
    socket
        .write_all(b"\x16\x03\x01 hello\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    // Closed, with an answer or without; what matters is that it ends.
    let _ = socket.read_to_end(&mut answer).await;
    assert_alive(&tenant).await;
}
