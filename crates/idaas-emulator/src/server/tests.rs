#![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

mod crowd;
mod refused;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use idaas_proto::OperationId;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::testing::{HEADERS, builder};
use crate::{Emulator, Fault, Gate, SpawnError};

const CAPTCHA: OperationId = OperationId::GetCaptcha;

/// How long a shutdown may take, with whatever is open.
const SHUTDOWN: Duration = Duration::from_secs(5);

/// Nothing that is waited for here takes long; a busy machine gets some patience.
async fn soon<F: Future>(future: F) -> F::Output {
    let patience = timeout(Duration::from_secs(30), future);
    patience.await.expect("within half a minute")
}

async fn connect(addr: SocketAddr) -> TcpStream {
    soon(TcpStream::connect(addr)).await.unwrap()
}

async fn spawn() -> Emulator {
    builder().spawn().await.unwrap()
}

/// Sends these bytes, and reads until the emulator closes the connection.
async fn exchange(addr: SocketAddr, request: &[u8]) -> String {
    let mut stream = connect(addr).await;
    stream.write_all(request).await.unwrap();
    rest(&mut stream).await
}

async fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    soon(stream.read_to_end(&mut answer)).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

/// Reads until this text has come.
async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut answer = String::new();
    let mut buffer = [0; 4096];
    while !answer.contains(end) {
        let read = soon(stream.read(&mut buffer)).await.unwrap();
        assert!(read > 0, "the connection ended after {answer:?}");
        answer.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    answer
}

/// A call of an operation with the headers of the vendor's pages.
fn head(operation: OperationId, more: &str) -> String {
    let mut head = format!(
        "{} {} HTTP/1.1\r\nhost: x\r\n",
        operation.method(),
        operation.path()
    );
    for (name, value) in HEADERS {
        head += &format!("{name}: {value}\r\n");
    }
    head + more + "\r\n"
}

#[tokio::test]
async fn several_requests_share_a_connection() {
    let emulator = spawn().await;
    let mut stream = connect(emulator.addr()).await;
    for _ in 0..3 {
        stream
            .write_all(b"GET /_emulator/health HTTP/1.1\r\nhost: x\r\n\r\n")
            .await
            .unwrap();
        let answer = read_until(&mut stream, "}").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.ends_with("{\"status\":\"ok\"}"), "{answer}");
    }
}

#[tokio::test]
async fn a_send_has_no_body_and_says_so() {
    let emulator = spawn().await;
    let mobile = "15200000000".parse().unwrap();
    let pass = emulator.captcha_pass(&mobile);
    let body = serde_json::json!({"mobile": mobile, "type": "LOGIN_SMS", "captcha_token": pass})
        .to_string();
    let length = format!("content-length: {}\r\nconnection: close\r\n", body.len());
    let call = head(OperationId::SendSmsCode, &length) + &body;
    let answer = exchange(emulator.addr(), call.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(
        answer.contains("content-length: 0\r\n") && answer.ends_with("\r\n\r\n"),
        "{answer}"
    );
    assert_eq!(emulator.sms_sent(), 1);
    assert_eq!(emulator.messages(&mobile).len(), 1);
}

#[tokio::test]
async fn ten_megabytes_get_an_answer_that_can_be_read() {
    let emulator = spawn().await;
    let megabyte = vec![b'x'; 1 << 20];
    for chunked in [false, true] {
        let framing = if chunked {
            "transfer-encoding: chunked\r\n"
        } else {
            "content-length: 10485760\r\n"
        };
        let mut stream = connect(emulator.addr()).await;
        stream
            .write_all(head(OperationId::SendSmsCode, framing).as_bytes())
            .await
            .unwrap();
        for _ in 0..10 {
            if chunked {
                stream.write_all(b"100000\r\n").await.unwrap();
            }
            // A program that writes all of its body before it reads.
            soon(stream.write_all(&megabyte)).await.unwrap();
            if chunked {
                stream.write_all(b"\r\n").await.unwrap();
            }
        }
        if chunked {
            stream.write_all(b"0\r\n\r\n").await.unwrap();
        }
        let answer = rest(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        assert!(answer.contains("EMULATOR.BODY_TOO_LARGE"), "{answer}");
    }
}

#[tokio::test]
async fn an_endless_body_does_not_keep_the_connection() {
    let emulator = spawn().await;
    let mut stream = connect(emulator.addr()).await;
    let framing = "transfer-encoding: chunked\r\n";
    stream
        .write_all(head(OperationId::SendSmsCode, framing).as_bytes())
        .await
        .unwrap();
    let chunk = [b"10000\r\n".to_vec(), vec![b'x'; 1 << 16], b"\r\n".to_vec()].concat();
    let write_for_ever = async { while stream.write_all(&chunk).await.is_ok() {} };
    soon(write_for_ever).await;
}

#[tokio::test]
async fn a_large_body_that_asks_first_is_not_sent() {
    let emulator = spawn().await;
    let framing = "content-length: 10485760\r\nexpect: 100-continue\r\n";
    let answer = exchange(
        emulator.addr(),
        head(OperationId::SendSmsCode, framing).as_bytes(),
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn what_is_no_http_is_refused() {
    let emulator = spawn().await;
    for garbage in [
        "\u{16}\u{3}\u{1}TLS hello\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9\r\n\r\n",
    ] {
        let answer = exchange(emulator.addr(), garbage.as_bytes()).await;
        assert!(
            answer.starts_with("HTTP/1.1 400 "),
            "{garbage:?} got {answer:?}"
        );
    }
}

#[tokio::test]
async fn a_dropped_connection_says_nothing() {
    let emulator = spawn().await;
    emulator.faults().push(Fault::on(CAPTCHA).drop_connection());
    let answer = exchange(emulator.addr(), head(CAPTCHA, "").as_bytes()).await;
    assert_eq!(answer, "");
    assert_eq!(emulator.calls(CAPTCHA), 1);
}

#[tokio::test]
async fn a_shutdown_waits_for_nobody_longer_than_the_grace() {
    let emulator = spawn().await;
    let addr = emulator.addr();
    let gate = Gate::new();
    emulator.faults().push(Fault::on(CAPTCHA).hold(&gate));

    let idle = connect(addr).await;
    let mut kept = connect(addr).await;
    kept.write_all(b"GET /_emulator/health HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    read_until(&mut kept, "}").await;
    let mut half_a_head = connect(addr).await;
    half_a_head
        .write_all(b"GET /_emulator/health HT")
        .await
        .unwrap();
    let mut half_a_body = connect(addr).await;
    let call = head(OperationId::SendSmsCode, "content-length: 100\r\n") + "{";
    half_a_body.write_all(call.as_bytes()).await.unwrap();
    let mut held = connect(addr).await;
    held.write_all(head(CAPTCHA, "").as_bytes()).await.unwrap();
    soon(gate.arrived(1)).await;

    let shutdown = timeout(SHUTDOWN, emulator.shutdown()).await;
    shutdown.expect("within five seconds");
    for mut stream in [idle, kept, half_a_head, half_a_body, held] {
        // Closed or reset: there is nobody any more.
        let mut answer = Vec::new();
        let _ = soon(stream.read_to_end(&mut answer)).await;
        assert!(answer.is_empty(), "{}", String::from_utf8_lossy(&answer));
    }
    let error = TcpStream::connect(addr).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn a_call_in_flight_is_answered_before_the_end() {
    let emulator = spawn().await;
    let gate = Gate::new();
    emulator.faults().push(Fault::on(CAPTCHA).hold(&gate));
    let mut stream = connect(emulator.addr()).await;
    stream
        .write_all(head(CAPTCHA, "").as_bytes())
        .await
        .unwrap();
    soon(gate.arrived(1)).await;
    let (answer, ()) = tokio::join!(
        async {
            gate.open();
            rest(&mut stream).await
        },
        soon(emulator.shutdown()),
    );
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with('}'), "the answer is whole");
}

#[tokio::test]
async fn a_dropped_emulator_is_gone() {
    let emulator = spawn().await;
    let addr = emulator.addr();
    let mut open = connect(addr).await;
    open.write_all(b"GET /_emulator/health HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    read_until(&mut open, "}").await;
    drop(emulator);
    assert_eq!(soon(open.read(&mut [0])).await.unwrap(), 0);
    let refused = TcpStream::connect(addr).await.unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn emulators_stand_side_by_side() {
    let (one, other) = tokio::join!(Emulator::builder().spawn(), Emulator::builder().spawn());
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_ne!(one.addr(), other.addr());
    let mut keys = Vec::new();
    for emulator in [&one, &other] {
        let call = head(OperationId::GetSigningKeys, "connection: close\r\n");
        let answer = exchange(emulator.addr(), call.as_bytes()).await;
        keys.push(answer.split_once("\r\n\r\n").unwrap().1.to_owned());
    }
    assert!(
        keys[0].contains("\"kid\"") && keys[0] != keys[1],
        "each has its own key: {keys:?}"
    );
}

#[tokio::test]
async fn what_keeps_it_from_starting_is_named() {
    let first = spawn().await;
    let second = builder().listen(first.addr()).spawn().await.unwrap_err();
    assert!(
        matches!(second, SpawnError::Bind { addr, .. } if addr == first.addr()),
        "{second:?}"
    );
    let everywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let refused = builder().listen(everywhere).spawn().await.unwrap_err();
    assert!(
        matches!(refused, SpawnError::NotLoopback { .. }),
        "{refused:?}"
    );
    builder()
        .listen(everywhere)
        .allow_other_hosts()
        .spawn()
        .await
        .unwrap();
    for (builder, name) in [
        (builder().max_connections(0), "max_connections"),
        (builder().head_timeout(Duration::ZERO), "head_timeout"),
        (builder().body_timeout(Duration::ZERO), "body_timeout"),
        (builder().write_timeout(Duration::ZERO), "write_timeout"),
    ] {
        let error = builder.spawn().await.unwrap_err();
        assert!(
            matches!(&error, SpawnError::Setting(setting) if setting.name() == name),
            "{error:?}"
        );
    }
    let setting = builder().code_tries(0).spawn().await.unwrap_err();
    assert_eq!(
        setting.to_string(),
        "the setting `code_tries` must be at least 1"
    );
}

#[test]
fn without_a_runtime_it_says_so() {
    let spawn = pin!(builder().spawn());
    let poll = spawn.poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(
        poll,
        std::task::Poll::Ready(Err(SpawnError::NoRuntime))
    ));
}
