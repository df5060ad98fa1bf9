//! What a client may meet instead of the service: a typed error that says what happened and whether the request may
//! have been received, and no secret in its text.

use std::error::Error as StdError;
use std::net::SocketAddr;

use idaas_auth::{Client, CodeSent, Error, FlowError, PassHeld, Resumed};
use idaas_emulator::Emulator;
use idaas_proto::{CaptchaToken, DecodeErrorKind, LoginStatus, SendScenario, VerifyCode};
use idaas_transport::{Delivery, HyperTransport, TransportErrorKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::tenant::{MOBILE, Tenant, client_builder, device, mobile};
use crate::tls_front::TlsFront;

const PASS: &str = r#"71dd26999e314f9abb0c635336976635---{"x":237.0,"y":5.0}"#;
const CODE: &str = "2323261234";

/// Answers every send with success, and every login with the same bytes.
async fn service_with(login_answer: impl Into<Vec<u8>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let login_answer = login_answer.into();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let _ = answer(socket, &login_answer).await;
        }
    });
    addr
}

async fn answer(mut socket: TcpStream, login_answer: &[u8]) -> std::io::Result<()> {
    let mut request = Vec::new();
    // The body is the end of both requests.
    while !request.ends_with(b"}") {
        if socket.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
    }
    let is_send = request.starts_with(b"POST /api/v2/sdk/sms/send");
    let sent = &b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"[..];
    socket
        .write_all(if is_send { sent } else { login_answer })
        .await?;
    socket.shutdown().await
}

fn http(status: &str, head: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{head}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

fn pass_held(client: &Client) -> PassHeld {
    let pass = CaptchaToken::parse(PASS).unwrap();
    client.flow(device()).with_pass(mobile(), pass)
}

async fn code_sent(url: &str) -> CodeSent {
    let held = pass_held(&client_builder(url).build());
    held.send_code(SendScenario::LOGIN_SMS).await.unwrap()
}

/// The whole text of an error, with all that is below it.
fn text(error: &Error) -> String {
    let mut text = format!("{error:?}");
    let mut next: Option<&dyn StdError> = Some(error);
    while let Some(error) = next {
        text += &format!("\n{error}");
        next = error.source();
    }
    text
}

/// The error of a login that is answered so.
async fn login_error(answer: impl Into<Vec<u8>>) -> (Error, CodeSent) {
    let addr = service_with(answer).await;
    let mut sent = code_sent(&format!("http://{addr}")).await;
    let error = sent
        .login(VerifyCode::parse(CODE).unwrap())
        .await
        .unwrap_err();
    let text = text(&error);
    for secret in [PASS, CODE, MOBILE, "hunter2"] {
        assert!(!text.contains(secret), "{secret} is in: {text}");
    }
    (error, sent)
}

#[tokio::test]
async fn an_answer_that_is_not_the_services_is_a_decode_error() {
    use DecodeErrorKind as Kind;
    let json = "content-type: application/json\r\n";
    for (status, head, body, kind) in [
        (
            "502 Bad Gateway",
            "content-type: text/html\r\n",
            "<h1>hunter2</h1>",
            Kind::NotJson,
        ),
        (
            "200 OK",
            "content-type: text/html\r\n",
            "<h1>hunter2</h1>",
            Kind::NotJson,
        ),
        (
            "200 OK",
            json,
            r#"{"status":"SUCCESS","session_token":"hunt"#,
            Kind::Truncated,
        ),
        (
            "200 OK",
            json,
            r#"{"status":"SUCCESS","id_token":"hunter2"}"#,
            Kind::MissingField("session_token"),
        ),
        (
            "400 Bad Request",
            json,
            r#"{"error_msg":"hunter2"}"#,
            Kind::ErrorWithoutCode,
        ),
        (
            "500 Internal Server Error",
            json,
            "",
            Kind::ErrorWithoutCode,
        ),
        (
            "302 Found",
            "location: https://elsewhere/?hunter2\r\n",
            "",
            Kind::UnexpectedStatus,
        ),
    ] {
        let (error, sent) = login_error(http(status, head, body)).await;
        let Error::Decode(call) = &error else {
            panic!("{status} {body}: {error:?}");
        };
        assert_eq!(call.error().kind(), kind, "{status} {body}");
        assert_eq!(call.error().length(), body.len());
        assert_eq!(error.delivery(), Delivery::Unknown);
        // The code may be used up: the login stands where it stood and says so.
        assert!(sent.view().last_try_unknown, "{status} {body}");
    }
}

#[tokio::test]
async fn an_unknown_status_is_no_session() {
    let body = r#"{"status":"PIZZA","session_token":"hunter2"}"#;
    let (error, sent) = login_error(http("200 OK", "", body)).await;
    let Error::Flow(FlowError::LoginEnded { status, .. }) = &error else {
        panic!("the service ended the login: {error:?}");
    };
    assert_eq!(status, &LoginStatus::new("PIZZA"));
    assert_eq!(error.delivery(), Delivery::Unknown);
    assert!(sent.save().state().is_over());
}

#[tokio::test]
async fn an_answer_that_is_not_whole_is_a_transport_error() {
    use TransportErrorKind as Kind;
    let endless = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n",
        (1 << 20) + 1
    );
    for (answer, kind) in [
        (endless.into_bytes(), Kind::BodyTooLarge),
        (
            b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"hunter2".to_vec(),
            Kind::Receive,
        ),
        (b"hunter2 is not HTTP\r\n\r\n".to_vec(), Kind::Protocol),
        (Vec::new(), Kind::Closed),
    ] {
        let (error, sent) = login_error(answer).await;
        let Error::Transport(call) = &error else {
            panic!("{kind}: {error:?}");
        };
        assert_eq!(call.error().kind(), kind);
        assert_eq!(error.delivery(), Delivery::Unknown);
        assert!(sent.view().last_try_unknown);
    }
}

#[tokio::test]
async fn a_send_that_is_redirected_is_followed_by_nobody() {
    let elsewhere = Emulator::builder().spawn().await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let location = format!("location: {}/api/v2/sdk/sms/send\r\n", elsewhere.url());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"}") {
            socket.read_buf(&mut request).await.unwrap();
        }
        let redirect = http("307 Temporary Redirect", &location, "");
        socket.write_all(redirect.as_bytes()).await.unwrap();
    });
    let client = client_builder(&format!("http://{addr}")).build();
    let failed = pass_held(&client)
        .send_code(SendScenario::LOGIN_SMS)
        .await
        .unwrap_err();
    assert!(matches!(failed.next(), Some(Resumed::InDoubt(_))));
    assert!(matches!(failed.error(), Error::Decode(_)));
    assert_eq!(elsewhere.calls(idaas_proto::OperationId::SendSmsCode), 0);
}

/// A send that surely did not leave: the error and its kind, and the pass still in hand.
async fn unsent(client: Client) -> TransportErrorKind {
    let failed = pass_held(&client)
        .send_code(SendScenario::LOGIN_SMS)
        .await
        .unwrap_err();
    let text = text(failed.error());
    for secret in [PASS, MOBILE] {
        assert!(!text.contains(secret), "{secret} is in: {text}");
    }
    assert_eq!(failed.error().delivery(), Delivery::NotSent, "{text}");
    assert!(matches!(failed.next(), Some(Resumed::PassHeld(_))));
    let Error::Transport(call) = failed.error() else {
        panic!("no answer came: {text}");
    };
    call.error().kind()
}

#[tokio::test]
async fn a_certificate_of_an_unknown_root_is_refused_before_a_byte_is_sent() {
    let tenant = Tenant::new().await;
    let front = TlsFront::before(tenant.addr()).await;
    let others = TlsFront::before(tenant.addr()).await;
    let transport = HyperTransport::builder()
        .root_certificates(others.root())
        .build();
    let client = client_builder(&front.url()).transport(transport).build();
    assert_eq!(unsent(client).await, TransportErrorKind::Tls);
    assert_eq!(tenant.emulator.sms_sent(), 0);
}

#[tokio::test]
async fn plain_http_to_another_host_is_refused_before_a_byte_is_sent() {
    let client = client_builder("http://idaas.example").build();
    assert_eq!(unsent(client).await, TransportErrorKind::PlaintextRefused);
}

#[tokio::test]
async fn a_tenant_behind_tls_is_a_tenant() {
    let tenant = Tenant::new().await;
    let front = TlsFront::before(tenant.addr()).await;
    let transport = HyperTransport::builder()
        .root_certificates(front.root())
        .build();
    let client = client_builder(&front.url()).transport(transport).build();
    let step = client.flow(device()).captcha(mobile()).await.unwrap();
    let held = tenant.solve(step).await;
    let mut sent = held.send_code(SendScenario::LOGIN_SMS).await.unwrap();
    sent.login(tenant.code(MOBILE)).await.unwrap();
}
