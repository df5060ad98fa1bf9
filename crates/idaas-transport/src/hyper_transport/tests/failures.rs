//! What can go wrong, one row each: the kind, and whether the request may have been received.

use std::sync::atomic::Ordering::SeqCst;

use hyper_rustls::MaybeHttpsStream;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::super::test_server::{Then, closed_address, reset, scripted, serve};
use super::*;
use TransportErrorKind::{
    BodyTimeout, BodyTooLarge, Closed, Connect, HeadTimeout, HeadTooLarge, InvalidRequest,
    NameLookup, NoRuntime, PlaintextRefused, Protocol, Receive, Send,
};

const OK: &str = "HTTP/1.1 200 OK\r\n";

#[tokio::test]
async fn after_the_request_was_received() {
    let long_header = format!("{OK}a: {}\r\n\r\n", "x".repeat(70 * 1024));
    let many_headers = format!("{OK}{}\r\n", "a: b\r\n".repeat(101));
    let table: &[(&str, &[&str], Then, TransportErrorKind)] = &[
        ("close", &[""], Then::Close, Closed),
        ("reset", &[""], Then::Reset, Closed),
        ("half a head, close", &["HTTP/1.1 20"], Then::Close, Closed),
        ("half a head, reset", &[OK, "a: "], Then::Reset, Closed),
        ("silence", &[""], Then::Hang, HeadTimeout),
        (
            "half a head, silence",
            &["HTTP/1.1 20"],
            Then::Hang,
            HeadTimeout,
        ),
        (
            "1xx without end",
            &[""],
            Then::Repeat(b"HTTP/1.1 100 \r\n\r\n"),
            HeadTimeout,
        ),
        (
            "another protocol",
            &["SSH-2.0-OpenSSH_9.6\r\n"],
            Then::Hang,
            Protocol,
        ),
        ("no HTTP", &["\u{1}\u{2}\u{3}\u{4}"], Then::Hang, Protocol),
        (
            "no status",
            &["HTTP/1.1 secret OK\r\n\r\n"],
            Then::Hang,
            Protocol,
        ),
        (
            "no header",
            &[OK, "header-secret\r\n\r\n"],
            Then::Hang,
            Protocol,
        ),
        (
            "two lengths",
            &[OK, "content-length: 1\r\ncontent-length: 2\r\n\r\nab"],
            Then::Hang,
            Protocol,
        ),
        (
            "no length",
            &[OK, "content-length: secret\r\n\r\n"],
            Then::Hang,
            Protocol,
        ),
        ("long header", &[&long_header], Then::Hang, HeadTooLarge),
        ("many headers", &[&many_headers], Then::Hang, HeadTooLarge),
        (
            "head without end",
            &[OK, "a: "],
            Then::Repeat(&[b'x'; 1024]),
            HeadTooLarge,
        ),
        (
            "short body, close",
            &[OK, "content-length: 9\r\n\r\nbody"],
            Then::Close,
            Receive,
        ),
        (
            "short body, reset",
            &[OK, "content-length: 9\r\n\r\nbody"],
            Then::Reset,
            Receive,
        ),
        (
            "short body, silence",
            &[OK, "content-length: 9\r\n\r\nbody"],
            Then::Hang,
            BodyTimeout,
        ),
        (
            "no last chunk",
            &[OK, "transfer-encoding: chunked\r\n\r\n4\r\nbody\r\n"],
            Then::Close,
            Receive,
        ),
        (
            "half a chunk",
            &[OK, "transfer-encoding: chunked\r\n\r\n4\r\nbo"],
            Then::Hang,
            BodyTimeout,
        ),
        (
            "trailers without end",
            &[OK, "transfer-encoding: chunked\r\n\r\n0\r\n"],
            Then::Repeat(b"a: b\r\n"),
            Protocol,
        ),
        (
            "trailers, silence",
            &[OK, "transfer-encoding: chunked\r\n\r\n0\r\na: b\r\n"],
            Then::Hang,
            BodyTimeout,
        ),
        (
            "no chunk size",
            &[OK, "transfer-encoding: chunked\r\n\r\nsecret"],
            Then::Hang,
            Protocol,
        ),
        (
            "endless chunk size",
            &[OK, "transfer-encoding: chunked\r\n\r\n"],
            Then::Repeat(b"1"),
            Protocol,
        ),
        (
            "long body",
            &[OK, "content-length: 1048577\r\n\r\n"],
            Then::Hang,
            BodyTooLarge,
        ),
        (
            "body without end",
            &[OK, "\r\n"],
            Then::Repeat(&[b'x'; 1024]),
            BodyTooLarge,
        ),
        (
            "chunks without end",
            &[OK, "transfer-encoding: chunked\r\n\r\n"],
            Then::Repeat(b"4\r\nbody\r\n"),
            BodyTooLarge,
        ),
    ];
    for (name, answer, then, kind) in table {
        let (address, received) = scripted(answer.concat().into(), *then).await;
        // One limit more than is tested, for every phase to be told apart by its own.
        let transport = match kind {
            HeadTimeout => fresh().response_head_timeout(SHORT),
            BodyTimeout => fresh().call_timeout(SHORT),
            _ => fresh(),
        }
        .build();

        let error = failure(&transport, request(format_args!("http://{address}"))).await;

        assert_eq!(error.kind(), *kind, "{name}: {}", texts(&error));
        assert_eq!(
            error.delivery(),
            Delivery::Unknown,
            "{name}: {}",
            texts(&error)
        );
        assert_eq!(received.load(SeqCst), 1, "{name}");
    }
}

/// Whether reading or writing fails first is for the kernel to say.
#[tokio::test]
async fn a_reset_in_the_middle_of_the_request() {
    let address = serve(|_, stream| async move {
        stream.readable().await.unwrap();
        reset(&stream);
    })
    .await;
    let mut request = request(format_args!("http://{address}"));
    *request.body_mut() = vec![b'x'; 32 * 1024 * 1024].into();

    let error = failure(&fresh().build(), request).await;

    assert!(matches!(error.kind(), Send | Closed), "{}", texts(&error));
    assert_eq!(error.delivery(), Delivery::Unknown);
}

#[tokio::test]
async fn what_can_never_be_sent() {
    // A label has at most 63 letters.
    let no_host = format!("https://{}.invalid", "a".repeat(64));
    let closed = closed_address().await;
    let refused = format!("http://{closed}");
    let refused_tls = format!("https://{closed}");
    let table = [
        ("http://example.com", PlaintextRefused),
        ("http://127.0.0.1.example.com", PlaintextRefused),
        ("ftp://localhost", InvalidRequest),
        ("http://user:password-secret@localhost", InvalidRequest),
        (&refused, Connect),
        #[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
        (&no_host, InvalidRequest),
        #[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
        (&refused_tls, Connect),
        #[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
        (&no_host, TransportErrorKind::Tls),
        #[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
        (&refused_tls, TransportErrorKind::Tls),
    ];
    for (origin, kind) in table {
        let error = failure(&HyperTransport::new(), request(origin)).await;

        assert_failed(&error, kind, Delivery::NotSent);
    }
}

#[tokio::test]
async fn a_name_that_is_not_found() {
    // A label of 64 letters is refused by the resolver itself: no name server is asked.
    let no_name = format!("http://{}.invalid", "a".repeat(64));
    let transport = HyperTransport::builder().allow_plain_http().build();

    let error = failure(&transport, request(no_name)).await;

    assert_failed(&error, NameLookup, Delivery::NotSent);
}

#[tokio::test]
async fn a_path_alone_is_no_request() {
    let mut request = request("http://localhost");
    *request.uri_mut() = http::Uri::from_static("/sms/send?token=query-secret");

    let error = failure(&HyperTransport::new(), request).await;

    assert_failed(&error, InvalidRequest, Delivery::NotSent);
}

/// The peer accepts and closes before it could have read anything.
#[tokio::test]
async fn closed_before_the_first_byte() {
    for orderly in [true, false] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let connected = TcpStream::connect(address).await.unwrap();
        let (accepted, _) = listener.accept().await.unwrap();
        if !orderly {
            reset(&accepted);
        }
        drop(accepted);
        let origin = Origin::of(&format!("http://{address}").parse().unwrap(), false).unwrap();
        let stream = plain(connected);
        let http1 = hyper::client::conn::http1::Builder::new();
        let connection = Connection::new(stream, &origin, &http1).await.unwrap();
        let transport = HyperTransport::new();
        let end = transport.inner.settings.limits.end(None);

        let answer = connection
            .exchange(request(format_args!("http://{address}")), end, end, 0)
            .await;

        let Err(error) = answer else {
            panic!("nothing answers on a closed connection");
        };
        assert_failed(&error, Closed, Delivery::NotSent);
    }
}

/// The socket refuses the first byte of the request, without a word before.
#[tokio::test]
async fn the_first_byte_refused() {
    let address = serve(|_, stream| async move { drop(stream) }).await;
    let connected = TcpStream::connect(address).await.unwrap();
    socket2::SockRef::from(&connected)
        .shutdown(std::net::Shutdown::Write)
        .unwrap();
    let stream = plain(connected);
    let wire = Arc::clone(stream.wire());

    let written = tokio::io::AsyncWriteExt::write(&mut TokioIo::new(stream), b"x").await;

    assert!(written.is_err(), "the write side is shut: {written:?}");
    assert!(wire.write_failed());
    assert_eq!(wire.delivery(), Delivery::NotSent);
}

fn plain(tcp: TcpStream) -> wire::Stream {
    let socket = wire::Socket::new(TokioIo::new(tcp));
    wire::Stream::new(MaybeHttpsStream::Http(socket))
}

#[test]
fn outside_of_a_runtime() {
    let transport = HyperTransport::new();

    let answer = crate::poll_once::poll_once(transport.send(request("http://localhost")));

    let std::task::Poll::Ready(Err(error)) = answer else {
        panic!("there is nothing to wait for: {answer:?}");
    };
    assert_failed(&error, NoRuntime, Delivery::NotSent);
}

#[tokio::test]
async fn an_error_says_what_happened_and_whether_it_was_received() {
    let (address, _) = scripted(Vec::new(), Then::Close).await;

    let received = failure(&fresh().build(), request(format_args!("http://{address}"))).await;
    let refused = failure(&fresh().build(), request("http://example.com")).await;

    assert_eq!(
        received.to_string(),
        "the connection was closed before the response; the request may have been received"
    );
    assert_eq!(
        refused.to_string(),
        "plain http is refused unless the host is loopback; the request was not sent"
    );
}
