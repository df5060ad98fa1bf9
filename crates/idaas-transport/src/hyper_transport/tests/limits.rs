//! No call waits for ever: each phase has an end, and the error says which.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use tokio::{io::AsyncWriteExt, sync::Notify, sync::mpsc};

use super::super::test_server::{Then, gone, read_request, scripted, serve, silent_address};
use super::*;
use TransportErrorKind::{BodyTimeout, ConnectTimeout, HeadTimeout, SlotTimeout};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

#[tokio::test]
async fn a_connection_that_is_not_answered() {
    let (address, _full) = silent_address().await;
    let transport = fresh().connect_timeout(SHORT).build();

    let error = failure(&transport, request(format_args!("http://{address}"))).await;

    assert_failed(&error, ConnectTimeout, Delivery::NotSent);
    assert!(texts(&error).contains("the limit for name lookup, connect and TLS ran out"));
}

/// A deadline of the call and the limit of all calls end every phase alike.
#[tokio::test]
async fn the_whole_call_ends_in_any_phase() {
    let (silent, _full) = silent_address().await;
    let (no_head, _) = scripted(Vec::new(), Then::Hang).await;
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf".to_vec();
    let (no_body, _) = scripted(half, Then::Hang).await;
    for (address, kind, delivery) in [
        (silent, ConnectTimeout, Delivery::NotSent),
        (no_head, HeadTimeout, Delivery::Unknown),
        (no_body, BodyTimeout, Delivery::Unknown),
    ] {
        let limited = fresh().call_timeout(SHORT).build();
        let error = failure(&limited, request(format_args!("http://{address}"))).await;
        assert_failed(&error, kind, delivery);
        assert!(texts(&error).contains("the limit for the whole call ran out"));

        let mut request = request(format_args!("http://{address}"));
        request.extensions_mut().insert(Deadline::after(SHORT));
        let error = failure(&fresh().build(), request).await;
        assert_failed(&error, kind, delivery);
        assert!(texts(&error).contains("the deadline of the call has passed"));
    }
}

#[tokio::test]
async fn a_deadline_that_has_passed_opens_nothing() {
    let (address, received) = scripted(OK.to_vec(), Then::Hang).await;
    let mut request = request(format_args!("http://{address}"));
    request
        .extensions_mut()
        .insert(Deadline::after(Duration::ZERO));

    let error = failure(&HyperTransport::new(), request).await;

    assert_failed(&error, SlotTimeout, Delivery::NotSent);
    assert_eq!(received.load(SeqCst), 0);
}

/// Zero is a limit like any other, and not the absence of one.
#[tokio::test]
async fn a_limit_of_zero() {
    let (silent, _full) = silent_address().await;
    let (no_head, _) = scripted(Vec::new(), Then::Hang).await;
    let (answers, _) = scripted(OK.to_vec(), Then::Hang).await;
    let one_byte = b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx".to_vec();
    let (one_byte, _) = scripted(one_byte, Then::Hang).await;
    let zero = Duration::ZERO;
    let no_body = || fresh().max_response_body(0);
    for (address, builder, kind, delivery) in [
        (
            silent,
            fresh().connect_timeout(zero),
            ConnectTimeout,
            Delivery::NotSent,
        ),
        (
            no_head,
            fresh().response_head_timeout(zero),
            HeadTimeout,
            Delivery::Unknown,
        ),
        (
            answers,
            fresh().call_timeout(zero),
            SlotTimeout,
            Delivery::NotSent,
        ),
        (
            answers,
            fresh().max_response_head(0),
            TransportErrorKind::HeadTooLarge,
            Delivery::Unknown,
        ),
        (
            one_byte,
            no_body(),
            TransportErrorKind::BodyTooLarge,
            Delivery::Unknown,
        ),
    ] {
        let error = failure(&builder.build(), request(format_args!("http://{address}"))).await;
        assert_failed(&error, kind, delivery);
    }
    for builder in [no_body(), fresh().max_in_flight(0)] {
        let request = request(format_args!("http://{answers}"));
        assert_eq!(builder.build().send(request).await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn a_request_that_the_service_does_not_read() {
    let address = serve(|_, stream| async move {
        let _open = stream;
        std::future::pending().await
    })
    .await;
    let mut request = request(format_args!("http://{address}"));
    *request.body_mut() = vec![b'x'; 32 * 1024 * 1024].into();
    let transport = fresh().response_head_timeout(SHORT).build();

    let error = failure(&transport, request).await;

    assert_failed(&error, HeadTimeout, Delivery::Unknown);
}

#[tokio::test]
async fn waiting_for_a_slot_counts_and_is_not_sent() {
    let (address, received) = scripted(Vec::new(), Then::Hang).await;
    let transport = fresh().max_in_flight(1).build();
    let holder = tokio::spawn({
        let (transport, request) = (transport.clone(), request(format_args!("http://{address}")));
        async move { transport.send(request).await }
    });
    while received.load(SeqCst) == 0 {
        tokio::task::yield_now().await;
    }

    let mut waiting = request(format_args!("http://{address}"));
    waiting.extensions_mut().insert(Deadline::after(SHORT));
    let error = failure(&transport, waiting).await;

    assert_failed(&error, SlotTimeout, Delivery::NotSent);
    assert_eq!(
        received.load(SeqCst),
        1,
        "only the holder of the slot was sent"
    );
    holder.abort();
}

#[tokio::test]
async fn never_more_calls_at_once_than_allowed() {
    let now = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let address = {
        let (now, most) = (Arc::clone(&now), Arc::clone(&most));
        serve(move |_, mut stream| {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            async move {
                while read_request(&mut stream).await.is_some() {
                    most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
                    for _ in 0..20 {
                        tokio::task::yield_now().await;
                    }
                    now.fetch_sub(1, SeqCst);
                    stream.write_all(OK).await.unwrap();
                }
            }
        })
        .await
    };
    let transport = HyperTransport::builder().max_in_flight(3).build();

    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let (transport, request) = (transport.clone(), request(format_args!("http://{address}")));
        calls.spawn(async move { transport.send(request).await });
    }
    for answer in calls.join_all().await {
        assert_eq!(answer.unwrap().status(), 200);
    }

    assert_eq!(most.load(SeqCst), 3);
    assert!(transport.inner.pool.idle() <= 3);
}

/// Dropping the future closes the connection, gives the slot back and leaves the rest alone.
#[tokio::test]
async fn a_call_given_up_leaves_the_transport_usable() {
    let received = Arc::new(Notify::new());
    let (closed, mut was_closed) = mpsc::unbounded_channel();
    let address = {
        let received = Arc::clone(&received);
        serve(move |number, mut stream| {
            let (received, closed) = (Arc::clone(&received), closed.clone());
            async move {
                read_request(&mut stream).await.unwrap();
                if number == 0 {
                    received.notify_one();
                    gone(stream).await;
                    closed.send(()).unwrap();
                } else {
                    stream.write_all(OK).await.unwrap();
                    gone(stream).await;
                }
            }
        })
        .await
    };
    let transport = HyperTransport::builder().max_in_flight(1).build();

    let mut given_up = transport.send(request(format_args!("http://{address}")));
    tokio::select! {
        answer = &mut given_up => panic!("the server does not answer: {answer:?}"),
        () = received.notified() => {}
    }
    drop(given_up);
    was_closed.recv().await.unwrap();
    let answer = transport
        .send(request(format_args!("http://{address}")))
        .await;

    assert_eq!(answer.unwrap().status(), 200);
}
