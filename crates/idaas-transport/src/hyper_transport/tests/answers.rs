//! Every response is handed over as it is.

use std::sync::{Mutex, atomic::Ordering::SeqCst};

use http::header::LOCATION;
use tokio::io::AsyncWriteExt;

use super::super::test_server::{Then, gone, read_request, scripted, serve};
use super::*;

#[tokio::test]
async fn the_request_goes_out_as_it_is() {
    let seen = Arc::new(Mutex::new(String::new()));
    let server = Arc::clone(&seen);
    let address = serve(move |_, mut stream| {
        let server = Arc::clone(&server);
        async move {
            *server.lock().unwrap() = read_request(&mut stream).await.unwrap();
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
            gone(stream).await;
        }
    })
    .await;
    let mut request = request(format_args!("http://{address}"));
    // Framing is the transport's: what the caller says of it cannot split the request in two.
    request.headers_mut().insert("content-length", 1.into());
    request
        .headers_mut()
        .insert("transfer-encoding", "chunked".parse().unwrap());

    fresh().build().send(request).await.unwrap();

    let mut lines: Vec<_> = seen
        .lock()
        .unwrap()
        .split("\r\n")
        .map(str::to_owned)
        .collect();
    lines[1..4].sort();
    let host = format!("host: {address}");
    assert_eq!(
        lines,
        [
            "POST /sms/send?token=query-secret HTTP/1.1",
            "content-length: 11",
            &host,
            "session-token: header-secret",
            "",
            "body-secret",
        ]
    );
}

#[tokio::test]
async fn every_answer_is_handed_over() {
    let table: &[(&str, &str, u16, &str)] = &[
        (
            "length",
            "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody",
            200,
            "body",
        ),
        (
            "empty",
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            200,
            "",
        ),
        (
            "chunks",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n",
            200,
            "body",
        ),
        (
            "trailers",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\na: b\r\n\r\n",
            200,
            "body",
        ),
        ("until close", "HTTP/1.1 200 OK\r\n\r\nbody", 200, "body"),
        ("HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nbody", 200, "body"),
        (
            "204 with a body",
            "HTTP/1.1 204 No Content\r\n\r\nbody",
            204,
            "",
        ),
        (
            "304",
            "HTTP/1.1 304 Not Modified\r\ncontent-length: 4\r\n\r\n",
            304,
            "",
        ),
        (
            "1xx first",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n\
             HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody",
            200,
            "body",
        ),
        (
            "101",
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n",
            101,
            "",
        ),
        (
            "401",
            "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n",
            401,
            "",
        ),
        (
            "407",
            "HTTP/1.1 407 Proxy\r\ncontent-length: 0\r\n\r\n",
            407,
            "",
        ),
        (
            "429",
            "HTTP/1.1 429 Slow down\r\ncontent-length: 0\r\n\r\n",
            429,
            "",
        ),
        (
            "502",
            "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\n\r\n<html>",
            502,
            "<html>",
        ),
    ];
    for (name, answer, status, body) in table {
        let (address, received) = scripted(answer.as_bytes().to_vec(), Then::Close).await;

        let response = fresh()
            .build()
            .send(request(format_args!("http://{address}")))
            .await
            .unwrap_or_else(|error| panic!("{name}: {}", texts(&error)));

        assert_eq!(response.status(), *status, "{name}");
        assert_eq!(response.body(), body, "{name}");
        assert_eq!(received.load(SeqCst), 1, "{name}");
    }
}

#[tokio::test]
async fn a_redirect_is_returned_and_not_followed() {
    let answer = "HTTP/1.1 307 Moved\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n";
    let (address, received) = scripted(answer.into(), Then::Hang).await;

    let response = HyperTransport::new()
        .send(request(format_args!("http://{address}")))
        .await
        .unwrap();

    assert_eq!(response.status(), 307);
    assert_eq!(response.headers()[LOCATION], "/elsewhere");
    assert_eq!(received.load(SeqCst), 1);
}

#[tokio::test]
async fn an_answer_before_the_request_is_read_is_an_answer() {
    let answer = "HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno";
    let address = serve(move |_, mut stream| async move {
        stream.readable().await.unwrap();
        stream.write_all(answer.as_bytes()).await.unwrap();
        gone(stream).await;
    })
    .await;
    let mut request = request(format_args!("http://{address}"));
    *request.body_mut() = vec![b'x'; 8 * 1024 * 1024].into();

    let response = HyperTransport::new().send(request).await.unwrap();

    assert_eq!(response.status(), 413);
    assert_eq!(response.body(), "no");
}

/// A task that has used up what tokio lets it do at a time is woken again, and not forgotten.
#[tokio::test]
async fn a_task_that_has_worked_a_lot_gets_its_answers() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    let address = serve(move |_, mut stream| async move {
        while read_request(&mut stream).await.is_some() {
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    })
    .await;
    let transport = HyperTransport::builder().call_timeout(SHORT * 20).build();
    // The budget is 128; with nothing left at all, nothing can be done.
    for used_up in 0..128 {
        let call = transport.send(request(format_args!("http://{address}")));
        let mut call = std::pin::pin!(call);
        let answer = std::future::poll_fn(|cx| {
            for _ in 0..used_up {
                let mut unit = std::pin::pin!(tokio::task::coop::consume_budget());
                let _ = unit.as_mut().poll(cx);
            }
            call.as_mut().poll(cx)
        })
        .await;
        assert_eq!(answer.unwrap().body(), "ok", "{used_up} units used up");
    }
}

#[tokio::test]
async fn the_cap_is_the_longest_body() {
    for (length, fits) in [(1000, true), (1001, false)] {
        let body = "x".repeat(length);
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}");
        let (address, _) = scripted(answer.into(), Then::Hang).await;

        let answer = fresh()
            .max_response_body(1000)
            .build()
            .send(request(format_args!("http://{address}")))
            .await;

        assert_eq!(answer.is_ok(), fits, "{length} bytes: {answer:?}");
    }
}
