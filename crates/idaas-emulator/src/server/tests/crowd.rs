//! Slow, greedy and numerous callers.

use tokio::time;

use super::*;

#[tokio::test]
async fn who_reads_nothing_is_cut_off() {
    let timeout = Duration::from_millis(100);
    let emulator = builder().write_timeout(timeout).spawn().await.unwrap();
    let mut stream = connect(emulator.addr()).await;
    let call = head(CAPTCHA, "");
    let write_for_ever = async { while stream.write_all(call.as_bytes()).await.is_ok() {} };
    soon(write_for_ever).await;
}

#[tokio::test]
async fn who_asks_for_much_does_not_keep_others_waiting() {
    const GREEDY: u64 = 10;
    let emulator = spawn().await;
    let calls = head(CAPTCHA, "").repeat(50);
    let mut greedy = Vec::new();
    for _ in 0..GREEDY {
        greedy.push(answered(emulator.addr()).await);
    }
    for stream in &mut greedy {
        stream.write_all(calls.as_bytes()).await.unwrap();
    }
    let before = emulator.calls(CAPTCHA);
    let call = b"GET /_emulator/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let answer = exchange(emulator.addr(), call).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    let answered = emulator.calls(CAPTCHA) - before;
    assert!(
        answered <= 8 * GREEDY,
        "{answered} captchas of {GREEDY} others came first"
    );
}

/// A connection that has had an answer.
async fn answered(addr: SocketAddr) -> TcpStream {
    let mut stream = connect(addr).await;
    ask(&mut stream).await;
    stream
}

async fn ask(stream: &mut TcpStream) {
    stream
        .write_all(b"GET /_emulator/health HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let answer = read_until(stream, "}").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

#[tokio::test]
async fn one_connection_too_many_takes_the_place_of_the_quietest() {
    let emulator = builder().max_connections(2).spawn().await.unwrap();
    let mut quietest = answered(emulator.addr()).await;
    let mut quiet = answered(emulator.addr()).await;
    time::pause();
    time::advance(Duration::from_secs(2)).await;
    time::resume();
    let mut fresh = answered(emulator.addr()).await;
    assert_eq!(rest(&mut quietest).await, "");
    ask(&mut quiet).await;
    ask(&mut fresh).await;
}

#[tokio::test]
async fn one_connection_too_many_is_refused_where_all_are_at_work() {
    let emulator = builder().max_connections(2).spawn().await.unwrap();
    let gate = Gate::new();
    let mut held = Vec::new();
    for _ in 0..2 {
        emulator.faults().push(Fault::on(CAPTCHA).hold(&gate));
        let mut stream = connect(emulator.addr()).await;
        let call = head(CAPTCHA, "connection: close\r\n");
        stream.write_all(call.as_bytes()).await.unwrap();
        held.push(stream);
    }
    soon(gate.arrived(2)).await;
    time::pause();
    time::advance(Duration::from_secs(2)).await;
    time::resume();
    let megabyte = "x".repeat(1 << 20);
    for (framing, body) in [("", ""), ("content-length: 1048576\r\n", &*megabyte)] {
        let call = head(OperationId::SendSmsCode, framing) + body;
        let answer = exchange(emulator.addr(), call.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
        assert!(answer.contains("connection: close\r\n"), "{answer}");
        assert!(answer.contains("EMULATOR.TOO_MANY_CONNECTIONS"), "{answer}");
    }
    gate.open();
    for mut stream in held {
        let answer = rest(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    }
    // The places are free again as soon as the server has noticed.
    let health = b"GET /_emulator/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let served =
        async { while !(exchange(emulator.addr(), health).await).starts_with("HTTP/1.1 200 ") {} };
    soon(served).await;
}
