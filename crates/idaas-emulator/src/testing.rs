//! What the unit tests share.
#![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

use std::sync::OnceLock;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use idaas_proto::{Mobile, OperationId};
use serde_json::{Value, json};

use crate::{Builder, Emulator, Service, SigningKey, Timestamp};

/// A key of nobody, so that no test waits for one.
pub(crate) const KEY_PEM: &str = include_str!("testing/rsa2048.pem");

/// The device and client headers of the vendor's pages.
pub(crate) const HEADERS: [(&str, &str); 4] = [
    ("X-operating-sys-version", "windows10.1.1"),
    ("X-device-fingerprint", "156aysdna213sc50"),
    (
        "X-agent",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 13_3 like Mac OS X)",
    ),
    ("X-client-id", "nTo1eRIub60vPb54WeE6aojPwYwImtl4"),
];

pub(crate) const MOBILE: &str = "15200000000";

pub(crate) fn signing_key() -> SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::from_pkcs8_pem(KEY_PEM).unwrap())
        .clone()
}

/// With the shared key, and a clock that stands at a date of the past.
pub(crate) fn builder() -> Builder {
    Emulator::builder()
        .signing_key(signing_key())
        .clock_stands_at(Timestamp::from_seconds(1_700_000_000))
}

/// A request as a client of the service sends it.
pub(crate) fn request(operation: OperationId, body: &Value) -> Request<Bytes> {
    let mut request = Request::new(match body {
        Value::Null => Bytes::new(),
        body => Bytes::from(body.to_string()),
    });
    *request.method_mut() = Method::from_bytes(operation.method().as_bytes()).unwrap();
    *request.uri_mut() = operation.path().parse().unwrap();
    for (name, value) in HEADERS {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    request
}

/// The status and the JSON of an answer; null, where it has no body.
pub(crate) fn read(response: &Response<Bytes>) -> (StatusCode, Value) {
    let body = match response.body() {
        body if body.is_empty() => Value::Null,
        body => serde_json::from_slice(body).unwrap(),
    };
    (response.status(), body)
}

/// A service and the calls of a well-behaved client.
pub(crate) struct Person(pub(crate) Service);

impl Person {
    pub(crate) fn new() -> Self {
        Self(builder().service().unwrap())
    }

    pub(crate) async fn call(&self, operation: OperationId, body: Value) -> (StatusCode, Value) {
        read(&self.0.call(request(operation, &body)).await)
    }

    /// A fresh captcha pass for [`MOBILE`].
    pub(crate) fn pass(&self) -> Value {
        let mobile = Mobile::parse(MOBILE).unwrap();
        json!(self.0.captcha_pass(&mobile))
    }

    pub(crate) async fn send(&self) -> (StatusCode, Value) {
        let body = json!({"mobile": MOBILE, "type": "LOGIN_SMS", "captcha_token": self.pass()});
        self.call(OperationId::SendSmsCode, body).await
    }

    pub(crate) async fn log_in(&self, code: &str) -> (StatusCode, Value) {
        let body = json!({"mobile": MOBILE, "verify_code": code});
        self.call(OperationId::LoginWithSmsCode, body).await
    }

    /// The code of the newest message to [`MOBILE`].
    pub(crate) fn code(&self) -> String {
        let messages = self.0.messages(&Mobile::parse(MOBILE).unwrap());
        messages[0].code().expose_secret().to_owned()
    }

    pub(crate) async fn refresh(&self, session_token: &str) -> (StatusCode, Value) {
        let mut request = request(OperationId::RefreshIdToken, &Value::Null);
        let token = session_token.parse().unwrap();
        request.headers_mut().insert("session-token", token);
        read(&self.0.call(request).await)
    }
}

/// The code of a refusal.
pub(crate) fn code_of(answer: &(StatusCode, Value)) -> &str {
    answer.1["error_code"].as_str().unwrap_or_default()
}
