//! HTTP/2: what works, and what is told of what does not.

mod faults;
pub(super) mod peer;
mod pings;
mod silence;
mod truth;

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use http::Version;
use tokio::{sync::mpsc, task::JoinSet};

use super::tls::{Authority, answer, at, authority, config, serve_tls, trusting};
use super::*;
use TransportErrorKind::SlotTimeout;
use peer::{PING, Peer, RST_STREAM, serve_http2};

fn http2(authority: &Authority) -> HyperTransportBuilder {
    trusting(authority).http2()
}

fn open(transport: &HyperTransport) -> usize {
    transport.inner.http2.as_ref().unwrap().open()
}

async fn answer_all(mut peer: Peer) {
    while let Some((stream, _)) = peer.request().await {
        peer.answer(stream).await;
    }
}

#[tokio::test]
async fn all_calls_share_one_connection() {
    const CALLS: usize = 50;
    let authority = authority();
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    // Answers none before it has all.
    let address = serve_http2(&authority, &[], move |mut peer| {
        count.fetch_add(1, SeqCst);
        async move {
            let mut streams = Vec::new();
            for _ in 0..CALLS {
                streams.push(peer.request().await.unwrap().0);
            }
            for stream in streams.into_iter().rev() {
                peer.answer(stream).await;
            }
            peer.gone().await;
        }
    })
    .await;
    let transport = http2(&authority).build();

    let mut calls = JoinSet::new();
    for _ in 0..CALLS {
        let transport = transport.clone();
        calls.spawn(async move { transport.send(at(address)).await });
    }
    for answer in calls.join_all().await {
        let answer = answer.unwrap();
        assert_eq!(answer.version(), Version::HTTP_2);
        assert_eq!(answer.body(), "ok");
    }

    assert_eq!(connections.load(SeqCst), 1);
}

#[tokio::test]
async fn the_request_goes_out_as_it_is() {
    let authority = authority();
    let (seen, mut requests) = mpsc::unbounded_channel();
    let mut config = config(&authority, "localhost", 4000, rustls::ALL_VERSIONS, None);
    config.alpn_protocols = vec![b"h2".to_vec()];
    let address = serve_tls(config, move |stream| {
        let seen = seen.clone();
        async move {
            let mut connection = h2::server::handshake(stream).await.unwrap();
            while let Some(Ok((mut request, mut respond))) = connection.accept().await {
                let seen = seen.clone();
                tokio::spawn(async move {
                    let mut body = Vec::new();
                    while let Some(Ok(piece)) = request.body_mut().data().await {
                        body.extend_from_slice(&piece);
                    }
                    seen.send((request.map(drop), body)).unwrap();
                    respond.send_response(Response::new(()), true).unwrap();
                });
            }
        }
    })
    .await;
    let mut sent = at(address);
    for (name, value) in [
        ("connection", "close"),
        ("transfer-encoding", "chunked"),
        ("content-length", "1"),
        ("keep-alive", "5"),
        ("te", "gzip"),
    ] {
        sent.headers_mut().insert(name, value.parse().unwrap());
    }

    let answer = http2(&authority).build().send(sent).await.unwrap();

    assert!(answer.body().is_empty());
    let (request, body) = requests.recv().await.unwrap();
    assert_eq!(request.method(), "POST");
    let port = address.port();
    assert_eq!(
        request.uri().to_string(),
        format!("https://localhost:{port}/sms/send?token=query-secret")
    );
    let mut headers: Vec<_> = request.headers().iter().collect();
    headers.sort_by_key(|(name, _)| name.as_str());
    assert_eq!(headers.len(), 2, "{headers:?}");
    assert_eq!(headers[0].1, "11");
    assert_eq!(headers[1].1, "header-secret");
    assert_eq!(body, b"body-secret");
}

#[tokio::test]
async fn a_service_that_does_not_choose_it_is_spoken_to_in_http1() {
    let authority = authority();
    for protocols in [vec![], vec![b"http/1.1".to_vec()]] {
        let mut config = config(&authority, "localhost", 4000, rustls::ALL_VERSIONS, None);
        config.alpn_protocols = protocols;
        let address = serve_tls(config, answer).await;
        let transport = http2(&authority).build();

        let mut calls = JoinSet::new();
        for _ in 0..8 {
            let transport = transport.clone();
            calls.spawn(async move { transport.send(at(address)).await });
        }
        for answer in calls.join_all().await {
            assert_eq!(answer.unwrap().version(), Version::HTTP_11);
        }
        let kept = transport.inner.pool.idle();
        transport.send(at(address)).await.unwrap();

        assert!(kept > 0, "connections are kept");
        assert_eq!(transport.inner.pool.idle(), kept, "one was used again");
        assert_eq!(open(&transport), 0);
    }
}

/// Calls above what the service allows at once wait, and those whose time is over were not sent.
#[tokio::test]
async fn streams_are_waited_for() {
    let authority = authority();
    let (received, mut receives) = mpsc::unbounded_channel();
    let release = Arc::new(tokio::sync::Notify::new());
    let address = {
        let release = Arc::clone(&release);
        // SETTINGS_MAX_CONCURRENT_STREAMS
        serve_http2(&authority, &[(3, 1)], move |mut peer| {
            let (received, release) = (received.clone(), Arc::clone(&release));
            async move {
                while let Some((stream, _)) = peer.request().await {
                    received.send(stream).unwrap();
                    release.notified().await;
                    peer.answer(stream).await;
                }
            }
        })
        .await
    };
    let transport = http2(&authority).build();
    let call = || {
        let transport = transport.clone();
        tokio::spawn(async move { transport.send(at(address)).await })
    };
    // The first answer comes after the settings.
    release.notify_one();
    call().await.unwrap().unwrap();
    assert_eq!(receives.recv().await, Some(1));

    let first = call();
    assert_eq!(receives.recv().await, Some(3));
    let second = call();
    let mut late = at(address);
    late.extensions_mut().insert(Deadline::after(SHORT));
    let error = failure(&transport, late).await;
    assert_failed(&error, SlotTimeout, Delivery::NotSent);
    assert!(receives.is_empty(), "only one stream is open");
    release.notify_one();
    first.await.unwrap().unwrap();
    assert_eq!(
        receives.recv().await,
        Some(5),
        "what was not sent has no stream"
    );
    release.notify_one();

    second.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_call_given_up_is_cancelled_and_leaves_the_connection_to_others() {
    let authority = authority();
    let (received, mut receives) = mpsc::unbounded_channel();
    let (reset, mut resets) = mpsc::unbounded_channel();
    let address = serve_http2(&authority, &[], move |mut peer| {
        let (received, reset) = (received.clone(), reset.clone());
        async move {
            received.send(peer.request().await.unwrap().0).unwrap();
            let frame = peer.next(RST_STREAM).await.unwrap();
            reset.send((frame.stream, frame.payload)).unwrap();
            answer_all(peer).await;
        }
    })
    .await;
    let transport = http2(&authority).build();

    let mut given_up = transport.send(at(address));
    tokio::select! {
        answer = &mut given_up => panic!("the server does not answer: {answer:?}"),
        stream = receives.recv() => assert_eq!(stream, Some(1)),
    }
    drop(given_up);

    let cancel = 8_u32.to_be_bytes().to_vec();
    assert_eq!(resets.recv().await, Some((1, cancel)));
    assert_eq!(transport.send(at(address)).await.unwrap().body(), "ok");
    assert_eq!(open(&transport), 1);
}

#[tokio::test]
async fn an_idle_connection_is_closed_without_a_further_call() {
    let authority = authority();
    let (closed, mut was_closed) = mpsc::unbounded_channel();
    let address = serve_http2(&authority, &[], move |peer| {
        let closed = closed.clone();
        async move {
            answer_all(peer).await;
            closed.send(()).unwrap();
        }
    })
    .await;
    for idle in [SHORT, Duration::ZERO] {
        let transport = http2(&authority).idle_timeout(idle).build();
        for _ in 0..2 {
            transport.send(at(address)).await.unwrap();
            was_closed.recv().await.unwrap();
            assert_eq!(open(&transport), 0);
        }
    }

    let transport = http2(&authority).build();
    transport.send(at(address)).await.unwrap();
    assert_eq!(open(&transport), 1);
    drop(transport);
    was_closed.recv().await.unwrap();
}

#[test]
fn each_runtime_has_its_own_connection() {
    let server = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let authority = authority();
    let address = server.block_on(serve_http2(&authority, &[], answer_all));
    let transport = http2(&authority).build();
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let call = |runtime: &tokio::runtime::Runtime| {
        let answer = runtime.block_on(transport.send(at(address)));
        assert_eq!(answer.unwrap().body(), "ok");
    };
    let (one, two) = (runtime(), runtime());

    call(&one);
    call(&two);
    call(&one);
    assert_eq!(open(&transport), 2);
    drop(one);
    assert_eq!(
        open(&transport),
        1,
        "that of a runtime that is gone is closed"
    );
    call(&two);
}

#[tokio::test]
async fn pings_go_out_while_calls_wait() {
    let authority = authority();
    let address = serve_http2(&authority, &[], |mut peer| async move {
        let (stream, _) = peer.request().await.unwrap();
        for _ in 0..3 {
            peer.next(PING).await.unwrap();
        }
        peer.answer(stream).await;
        peer.gone().await;
    })
    .await;
    let transport = http2(&authority)
        .http2_ping_interval(Duration::from_millis(20))
        .build();

    assert_eq!(transport.send(at(address)).await.unwrap().body(), "ok");
}

/// A connection that is kept for no time is still there for the call that opened it, whatever
/// other threads do in between.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_is_not_kept_carries_its_call() {
    let authority = authority();
    let address = serve_http2(&authority, &[], answer_all).await;
    let transport = http2(&authority).idle_timeout(Duration::ZERO).build();

    for call in 0..300 {
        let answer = transport.send(at(address)).await;
        assert!(answer.is_ok(), "call {call}: {answer:?}");
    }
}
