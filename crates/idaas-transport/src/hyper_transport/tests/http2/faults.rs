//! What can go wrong, with the kind and whether the request may have been received.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use tokio::{io::AsyncWriteExt, sync::mpsc};

use super::super::super::test_server::reset;
use super::super::tls::{at, authority};
use super::super::*;
use super::peer::{DATA, END_HEADERS, END_STREAM, HEADERS, OK, Peer, REFUSED_STREAM, serve_http2};
use super::{answer_all, http2, open};
use Delivery::{NotSent, Unknown};
use TransportErrorKind::{
    BodyTimeout, BodyTooLarge, Closed, HeadTimeout, Protocol, Receive, Refused,
};

/// What a service does with a request.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Reset(u32),
    GoAwayAndClose(u32),
    GoAwayAndHang(u32),
    Close,
    ResetConnection,
    Hang,
    /// Frames, with `END_HEADERS` where they are headers.
    Frames(&'static [(u8, u8, &'static [u8])]),
    /// Headers of status 103, again and again.
    EndlessInformation,
    Bytes(&'static [u8]),
}

async fn misbehave(mut peer: Peer, stream: u32, fault: Fault) {
    match fault {
        Fault::Reset(reason) => peer.reset_stream(stream, reason).await,
        Fault::GoAwayAndClose(last) => return peer.goaway(last).await,
        Fault::GoAwayAndHang(last) => peer.goaway(last).await,
        Fault::Close => return,
        Fault::ResetConnection => return reset(peer.stream.get_ref().0),
        Fault::Hang => {}
        Fault::Frames(frames) => {
            for (kind, flags, payload) in frames {
                peer.send(*kind, *flags, stream, payload).await;
            }
        }
        Fault::EndlessInformation => {
            let frame = b"\0\0\x05\x01\x04\0\0\0\x01\x08\x03103";
            while peer.stream.write_all(frame).await.is_ok() {}
        }
        Fault::Bytes(bytes) => peer.stream.write_all(bytes).await.unwrap(),
    }
    peer.gone().await;
}

const HEAD: (u8, u8, &[u8]) = (HEADERS, END_HEADERS, OK);
/// `content-length: 9`
const OK_9: &[u8] = b"\x88\x0f\x0d\x019";
/// `content-length: 1001`
const OK_LONG: &[u8] = b"\x88\x0f\x0d\x041001";
/// More than the limit that the test sets.
const LONG_HEAD: &[u8] =
    b"\x88\0\x01a\x64____________________________________________________________________________________________________";

#[tokio::test]
async fn after_the_request_was_received() {
    let table = [
        ("refused", Fault::Reset(REFUSED_STREAM), Refused, NotSent),
        ("reset, no error", Fault::Reset(0), Closed, Unknown),
        ("reset, internal error", Fault::Reset(2), Closed, Unknown),
        ("reset, cancel", Fault::Reset(8), Closed, Unknown),
        (
            "above GOAWAY, close",
            Fault::GoAwayAndClose(0),
            Refused,
            NotSent,
        ),
        (
            "above GOAWAY, silence",
            Fault::GoAwayAndHang(0),
            Refused,
            NotSent,
        ),
        (
            "below GOAWAY, close",
            Fault::GoAwayAndClose(1),
            Closed,
            Unknown,
        ),
        (
            "below GOAWAY, silence",
            Fault::GoAwayAndHang(1),
            HeadTimeout,
            Unknown,
        ),
        ("close", Fault::Close, Closed, Unknown),
        ("reset", Fault::ResetConnection, Closed, Unknown),
        ("silence", Fault::Hang, HeadTimeout, Unknown),
        (
            "no frames",
            Fault::Bytes(b"HTTP/1.1 200 OK\r\n\r\n"),
            Protocol,
            Unknown,
        ),
        (
            "no header",
            Fault::Frames(&[(HEADERS, END_HEADERS, b"\xff\xff\xff")]),
            Protocol,
            Unknown,
        ),
        (
            "long head",
            Fault::Frames(&[(HEADERS, END_HEADERS, LONG_HEAD)]),
            Protocol,
            Unknown,
        ),
        (
            "half a head",
            Fault::Frames(&[(HEADERS, 0, OK)]),
            HeadTimeout,
            Unknown,
        ),
        (
            "body first",
            Fault::Frames(&[(DATA, END_STREAM, b"ok")]),
            Protocol,
            Unknown,
        ),
        (
            "1xx without end",
            Fault::EndlessInformation,
            HeadTimeout,
            Unknown,
        ),
        ("no body", Fault::Frames(&[HEAD]), BodyTimeout, Unknown),
        (
            "half a body",
            Fault::Frames(&[HEAD, (DATA, 0, b"o")]),
            BodyTimeout,
            Unknown,
        ),
        (
            "short body",
            Fault::Frames(&[(HEADERS, END_HEADERS, OK_9), (DATA, END_STREAM, b"ok")]),
            Protocol,
            Unknown,
        ),
        (
            "refused too late",
            Fault::Frames(&[HEAD, (3, 0, b"\0\0\0\x07")]),
            Receive,
            Unknown,
        ),
        (
            "long body",
            Fault::Frames(&[(HEADERS, END_HEADERS, OK_LONG)]),
            BodyTooLarge,
            Unknown,
        ),
        (
            "body over the cap",
            Fault::Frames(&[HEAD, (DATA, 0, &[b'x'; 1024])]),
            BodyTooLarge,
            Unknown,
        ),
    ];
    let authority = authority();
    for (name, fault, kind, delivery) in table {
        let received = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&received);
        let address = serve_http2(&authority, &[], move |mut peer| {
            let count = Arc::clone(&count);
            async move {
                let Some((stream, _)) = peer.request().await else {
                    return;
                };
                count.fetch_add(1, SeqCst);
                misbehave(peer, stream, fault).await;
            }
        })
        .await;
        let transport = http2(&authority)
            .max_response_head(100)
            .max_response_body(1000);
        let transport = match kind {
            HeadTimeout => transport.response_head_timeout(SHORT),
            BodyTimeout => transport.call_timeout(SHORT * 2),
            _ => transport,
        }
        .build();

        let error = failure(&transport, at(address)).await;

        let told = (error.kind(), error.delivery());
        assert_eq!(told, (kind, delivery), "{name}: {}", texts(&error));
        assert_eq!(received.load(SeqCst), 1, "{name}: sent once");
    }
}

/// A request of which the service refused one, or said goodbye to the later one.
#[tokio::test]
async fn others_on_the_connection_get_their_answers() {
    let authority = authority();
    for by_goaway in [false, true] {
        let address = serve_http2(&authority, &[], move |mut peer| async move {
            let (first, _) = peer.request().await.unwrap();
            let (second, _) = peer.request().await.unwrap();
            if by_goaway {
                peer.goaway(first).await;
            } else {
                peer.reset_stream(second, REFUSED_STREAM).await;
            }
            // The one that failed knows before the other.
            let _ = peer.frame().await;
            peer.answer(first).await;
            answer_all(peer).await;
        })
        .await;
        let transport = http2(&authority).response_head_timeout(SHORT * 20).build();

        let (one, two) = tokio::join!(transport.send(at(address)), transport.send(at(address)));

        assert_eq!(one.unwrap().body(), "ok", "GOAWAY: {by_goaway}");
        assert_failed(&two.unwrap_err(), Refused, NotSent);
        let usable = usize::from(!by_goaway);
        assert_eq!(open(&transport), usable, "GOAWAY: {by_goaway}");
    }
}

/// The service takes no byte of the body: the limits end the call.
#[tokio::test]
async fn a_flow_control_stall_is_bounded() {
    let authority = authority();
    // SETTINGS_INITIAL_WINDOW_SIZE
    let address = serve_http2(&authority, &[(4, 0)], |peer| peer.gone()).await;
    let transport = http2(&authority).response_head_timeout(SHORT).build();

    for _ in 0..2 {
        let error = failure(&transport, at(address)).await;
        assert_failed(&error, HeadTimeout, Unknown);
    }
}

/// Whatever the service did to an idle connection, by the time it has done so the next call
/// takes another, and no request is sent twice.
#[tokio::test]
async fn a_kept_connection_that_was_closed_is_not_used() {
    #[derive(Clone, Copy, Debug)]
    enum End {
        Close,
        Reset,
        GoAwayAndClose,
        GoAway,
    }
    let authority = authority();
    for end in [End::Close, End::Reset, End::GoAwayAndClose, End::GoAway] {
        let (done, mut is_done) = mpsc::unbounded_channel();
        let answered = Arc::new(tokio::sync::Notify::new());
        let may_end = Arc::clone(&answered);
        let received = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&received);
        let address = serve_http2(&authority, &[], move |mut peer| {
            let (done, count) = (done.clone(), Arc::clone(&count));
            let may_end = Arc::clone(&may_end);
            async move {
                let (stream, _) = peer.request().await.unwrap();
                count.fetch_add(1, SeqCst);
                peer.answer(stream).await;
                may_end.notified().await;
                match end {
                    End::Close => drop(peer),
                    End::Reset => {
                        reset(peer.stream.get_ref().0);
                        drop(peer);
                    }
                    End::GoAwayAndClose => {
                        peer.goaway(stream).await;
                        drop(peer);
                    }
                    End::GoAway => {
                        peer.goaway(stream).await;
                        done.send(()).unwrap();
                        assert!(peer.request().await.is_none(), "it was still used");
                        return;
                    }
                }
                done.send(()).unwrap();
            }
        })
        .await;
        let transport = http2(&authority).build();

        for number in 1..=3 {
            let answer = transport.send(at(address)).await;
            answered.notify_one();
            is_done.recv().await.unwrap();
            let answer = answer.unwrap_or_else(|error| panic!("{end:?}: {}", texts(&error)));
            assert_eq!(answer.body(), "ok", "{end:?}");
            assert_eq!(received.load(SeqCst), number, "{end:?}");
        }
    }
}

/// The same, but the runtime has had no moment to hear of it: only the socket knows.
#[test]
fn a_kept_connection_is_looked_at_itself() {
    let server = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let authority = authority();
    let may_close = Arc::new(tokio::sync::Notify::new());
    let (closed, was_closed) = std::sync::mpsc::channel();
    let address = server.block_on(serve_http2(&authority, &[], {
        let may_close = Arc::clone(&may_close);
        move |mut peer| {
            let (may_close, closed) = (Arc::clone(&may_close), closed.clone());
            async move {
                let (stream, _) = peer.request().await.unwrap();
                peer.answer(stream).await;
                may_close.notified().await;
                drop(peer);
                closed.send(()).unwrap();
            }
        }
    }));
    let client = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let transport = http2(&authority).build();

    client.block_on(async {
        for _ in 0..5 {
            let answer = transport.send(at(address)).await;
            assert_eq!(answer.unwrap().body(), "ok");
            may_close.notify_one();
            // Blocks the only thread of the runtime.
            was_closed.recv().unwrap();
        }
    });
}

/// A service that says goodbye answers what it has; what comes later goes elsewhere.
#[tokio::test]
async fn a_connection_that_is_ending_takes_no_more() {
    let authority = authority();
    let (said, mut was_said) = mpsc::unbounded_channel();
    let release = Arc::new(tokio::sync::Notify::new());
    let connections = Arc::new(AtomicUsize::new(0));
    let address = serve_http2(&authority, &[], {
        let (release, connections) = (Arc::clone(&release), Arc::clone(&connections));
        move |mut peer| {
            let (said, release) = (said.clone(), Arc::clone(&release));
            let number = connections.fetch_add(1, SeqCst);
            async move {
                if number == 0 {
                    let (stream, _) = peer.request().await.unwrap();
                    peer.goaway(stream).await;
                    said.send(()).unwrap();
                    release.notified().await;
                    peer.answer(stream).await;
                }
                answer_all(peer).await;
            }
        }
    })
    .await;
    let transport = http2(&authority).build();
    let first = tokio::spawn({
        let transport = transport.clone();
        async move { transport.send(at(address)).await }
    });
    was_said.recv().await.unwrap();
    while open(&transport) > 0 {
        tokio::task::yield_now().await;
    }

    let second = transport.send(at(address)).await;
    release.notify_one();

    assert_eq!(second.unwrap().body(), "ok");
    assert_eq!(first.await.unwrap().unwrap().body(), "ok");
    assert_eq!(connections.load(SeqCst), 2);
}
