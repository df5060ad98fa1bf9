//! What HTTP itself does not allow.

use super::*;

#[tokio::test]
async fn a_request_without_one_host_is_refused() {
    let emulator = spawn().await;
    for hosts in ["", "host: x\r\nhost: x\r\n", "host: x y\r\n"] {
        let call = format!("GET /_emulator/health HTTP/1.1\r\n{hosts}\r\n");
        let answer = exchange(emulator.addr(), call.as_bytes()).await;
        assert!(
            answer.starts_with("HTTP/1.1 400 "),
            "{hosts:?} got {answer}"
        );
        assert!(answer.contains("EMULATOR.BAD_REQUEST"), "{answer}");
    }
    let old = b"GET /_emulator/health HTTP/1.0\r\n\r\n";
    let answer = exchange(emulator.addr(), old).await;
    assert!(answer.starts_with("HTTP/1.0 200 "), "{answer}");
}

#[tokio::test]
async fn head_is_another_method() {
    let emulator = spawn().await;
    let call = b"HEAD /_emulator/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let answer = exchange(emulator.addr(), call).await;
    assert!(answer.starts_with("HTTP/1.1 405 "), "{answer}");
    assert!(
        answer.contains("allow: GET\r\n") && answer.ends_with("\r\n\r\n"),
        "{answer}"
    );
}

#[tokio::test]
async fn what_hyper_refuses_has_no_body() {
    let emulator = spawn().await;
    let many_headers: String = (0..101)
        .map(|number| format!("x-{number}: 1\r\n"))
        .collect();
    for (head, status) in [
        ("GET\r\n\r\n".to_owned(), "400 Bad Request"),
        (
            format!("GET / HTTP/1.1\r\n{many_headers}\r\n"),
            "431 Request Header Fields Too Large",
        ),
        (
            format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "1".repeat(1 << 17)),
            "431 Request Header Fields Too Large",
        ),
    ] {
        let mut stream = connect(emulator.addr()).await;
        stream.write_all(head.as_bytes()).await.unwrap();
        let answer = read_until(&mut stream, "\r\n\r\n").await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}\r\n")),
            "{answer}"
        );
        assert!(answer.ends_with("\r\n\r\n"), "{answer}");
    }
}
