//! What was on its way when a connection fell silent, or ended at once.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use super::super::super::test_server::reset;
use super::super::tls::{at, authority};
use super::super::*;
use super::peer::{HEADERS, serve_http2};
use super::{answer_all, http2};
use Delivery::{NotSent, Unknown};
use TransportErrorKind::{HeadTimeout, Refused};

/// The last words are there, and writing the body finds out first that the connection is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_goaway_before_a_reset_is_heard() {
    let authority = authority();
    let address = serve_http2(&authority, &[], |mut peer| async move {
        peer.next(HEADERS).await.unwrap();
        peer.goaway(0).await;
        reset(peer.stream.get_ref().0);
    })
    .await;
    for _ in 0..50 {
        let mut request = at(address);
        *request.body_mut() = vec![b'x'; 60_000].into();

        let error = failure(&http2(&authority).build(), request).await;

        assert_failed(&error, Refused, NotSent);
    }
}

/// A network that swallows everything: the next call does not share the fate of the last.
#[tokio::test]
async fn a_connection_that_fell_silent_gets_no_further_call() {
    let authority = authority();
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    let address = serve_http2(&authority, &[], move |mut peer| {
        let number = count.fetch_add(1, SeqCst);
        async move {
            if number == 0 {
                let (stream, _) = peer.request().await.unwrap();
                peer.answer(stream).await;
                return std::future::pending().await;
            }
            answer_all(peer).await;
        }
    })
    .await;
    let transport = http2(&authority).response_head_timeout(SHORT).build();

    transport.send(at(address)).await.unwrap();

    let error = failure(&transport, at(address)).await;
    assert_failed(&error, HeadTimeout, Unknown);

    let answer = transport.send(at(address)).await;
    assert_eq!(answer.unwrap().body(), "ok");
    assert_eq!(connections.load(SeqCst), 2);
}
