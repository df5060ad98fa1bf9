//! A call that is given up, wherever it is, leaves nothing behind.

use std::{collections::HashMap, future::poll_fn, pin::pin, sync::Mutex, task::Poll};

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use super::super::test_server::{read_request, serve};
use super::*;

/// How often each body was received.
#[derive(Clone, Default)]
pub(super) struct Received(Arc<Mutex<HashMap<String, usize>>>);

impl Received {
    pub(super) fn count(&self, body: &str) {
        *self.0.lock().unwrap().entry(body.to_owned()).or_default() += 1;
    }
}

/// Answers with the body of the request, byte after byte, so that a call has many moments.
async fn echo(mut stream: impl AsyncRead + AsyncWrite + Unpin, received: Received) {
    while let Some(request) = read_request(&mut stream).await {
        let (_, body) = request.split_once("\r\n\r\n").unwrap();
        received.count(body);
        let length = body.len();
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}");
        for byte in answer.bytes() {
            if stream.write_all(&[byte]).await.is_err() || stream.flush().await.is_err() {
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}

/// Drops a call after each number of polls, and makes another after each. There is one slot, so
/// that one that is lost is missed; and an answer that is left over is another's.
pub(super) async fn drop_after_each_poll(
    transport: impl Fn() -> HyperTransport,
    origin: &str,
    received: &Received,
) {
    let call = |body: String| {
        Request::post(format!("{origin}/"))
            .body(Bytes::from(body))
            .unwrap()
    };
    let used = transport();
    for polls in 0.. {
        assert!(polls < 10_000, "a call ends");
        let mut ended = false;
        // One that has connections, and one that has yet to connect.
        for (name, transport) in [("kept", used.clone()), ("fresh", transport())] {
            let first = format!("{name}-{polls}");
            let mut given_up = pin!(transport.send(call(first.clone())));
            let mut left = polls;
            let outcome = poll_fn(|cx| {
                if left == 0 {
                    return Poll::Ready(None);
                }
                left -= 1;
                given_up.as_mut().poll(cx).map(Some)
            })
            .await;
            given_up.set(Box::pin(std::future::pending()));
            if let Some(answer) = outcome {
                assert_eq!(answer.unwrap().body(), &first);
                ended = name == "fresh";
            }

            let next = format!("{first}-next");
            let answer = transport.send(call(next.clone())).await;

            let answer = answer.unwrap_or_else(|error| panic!("{next}: {}", texts(&error)));
            assert_eq!(answer.body(), &next);
        }
        if ended {
            break;
        }
    }
    for (body, times) in &*received.0.lock().unwrap() {
        assert_eq!(*times, 1, "{body} was received {times} times");
    }
}

fn one_slot(builder: HyperTransportBuilder) -> HyperTransport {
    let limit = Duration::from_secs(10);
    builder.max_in_flight(1).call_timeout(limit).build()
}

#[tokio::test]
async fn a_call_is_given_up_after_each_poll() {
    let received = Received::default();
    let server = received.clone();
    let address = serve(move |_, stream| echo(stream, server.clone())).await;

    let transport = || one_slot(HyperTransport::builder());
    drop_after_each_poll(transport, &format!("http://{address}"), &received).await;
}

#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
#[tokio::test]
async fn a_call_over_tls_is_given_up_after_each_poll() {
    use super::tls::{authority, config, serve_tls, trusting};
    let received = Received::default();
    let server = received.clone();
    let authority = authority();
    let config = config(&authority, "localhost", 4000, rustls::ALL_VERSIONS, None);
    let address = serve_tls(config, move |stream| echo(stream, server.clone())).await;

    let transport = || one_slot(trusting(&authority));
    let origin = format!("https://localhost:{}", address.port());
    drop_after_each_poll(transport, &origin, &received).await;
}

#[cfg(all(feature = "http2", any(feature = "ring", feature = "aws-lc-rs")))]
#[tokio::test]
async fn a_call_over_http2_is_given_up_after_each_poll() {
    use super::{http2::peer::serve_http2, tls::authority, tls::trusting};
    let received = Received::default();
    let server = received.clone();
    let authority = authority();
    let address = serve_http2(&authority, &[], move |mut peer| {
        let received = server.clone();
        async move {
            while let Some((stream, body)) = peer.request().await {
                received.count(&String::from_utf8_lossy(&body));
                peer.answer_with(stream, &body).await;
            }
        }
    })
    .await;

    let transport = || one_slot(trusting(&authority).http2());
    let origin = format!("https://localhost:{}", address.port());
    drop_after_each_poll(transport, &origin, &received).await;
}
