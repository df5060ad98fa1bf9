//! Connections are kept, looked at before they are used again, and closed in time.

use std::{
    io::{Read, Write},
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
};

use tokio::{io::AsyncReadExt, io::AsyncWriteExt, sync::mpsc};

use super::super::test_server::{gone, read_request, reset, serve};
use super::*;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

#[tokio::test]
async fn calls_after_each_other_share_a_connection() {
    let (number_of, mut numbers) = mpsc::unbounded_channel();
    let address = serve(move |number, mut stream| {
        let number_of = number_of.clone();
        async move {
            while read_request(&mut stream).await.is_some() {
                number_of.send(number).unwrap();
                stream.write_all(OK).await.unwrap();
            }
        }
    })
    .await;
    let transport = HyperTransport::new();

    for _ in 0..5 {
        let response = transport
            .send(request(format_args!("http://{address}")))
            .await;
        assert_eq!(response.unwrap().body(), "ok");
        assert_eq!(numbers.recv().await, Some(0));
    }
}

/// Whatever the service did to a kept connection, by the time it has done so the next call takes
/// another, and no request is sent twice.
#[tokio::test]
async fn a_kept_connection_that_was_closed_is_not_used() {
    let endings: [&'static [u8]; 3] = [
        b"",
        // As some servers do before they close an idle connection.
        b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n",
        b"unasked",
    ];
    for (ending, resets) in endings.into_iter().flat_map(|e| [(e, false), (e, true)]) {
        let (done, mut is_done) = mpsc::unbounded_channel();
        let (end, ended) = tokio::sync::watch::channel(false);
        let received = Arc::new(AtomicUsize::new(0));
        let address = {
            let received = Arc::clone(&received);
            serve(move |_, mut stream| {
                let (done, mut ended) = (done.clone(), ended.clone());
                let received = Arc::clone(&received);
                async move {
                    read_request(&mut stream).await.unwrap();
                    received.fetch_add(1, SeqCst);
                    stream.write_all(OK).await.unwrap();
                    ended.wait_for(|ended| *ended).await.unwrap();
                    stream.write_all(ending).await.unwrap();
                    if resets {
                        reset(&stream);
                    }
                    drop(stream);
                    let _ = done.send(());
                }
            })
            .await
        };
        let transport = HyperTransport::new();
        let call = || transport.send(request(format_args!("http://{address}")));
        call().await.unwrap();
        assert_eq!(transport.inner.pool.idle(), 1, "the connection is kept");

        end.send(true).unwrap();
        is_done.recv().await.unwrap();
        let answer = call().await;

        let name = String::from_utf8_lossy(ending);
        assert_eq!(answer.unwrap().status(), 200, "{name}, reset: {resets}");
        assert_eq!(received.load(SeqCst), 2, "{name}, reset: {resets}");
    }
}

/// The same, but the runtime has had no moment to hear of it: only the socket knows.
#[tokio::test]
async fn a_kept_connection_is_looked_at_itself() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (close, may_close) = std::sync::mpsc::channel();
    let (closed, was_closed) = std::sync::mpsc::channel();
    let server = std::thread::spawn(move || {
        for stream in listener.incoming().take(2) {
            let mut stream = stream.unwrap();
            let mut bytes = [0; 1024];
            let mut length = 0;
            while !bytes[..length].ends_with(b"body-secret") {
                length += stream.read(&mut bytes[length..]).unwrap();
            }
            stream.write_all(OK).unwrap();
            may_close.recv().unwrap();
            drop(stream);
            closed.send(()).unwrap();
        }
    });
    let transport = HyperTransport::new();
    let call = || transport.send(request(format_args!("http://{address}")));
    call().await.unwrap();
    close.send(()).unwrap();
    // Blocks the only thread of the runtime.
    was_closed.recv().unwrap();

    assert_eq!(call().await.unwrap().body(), "ok");

    close.send(()).unwrap();
    server.join().unwrap();
}

#[tokio::test]
async fn an_idle_connection_is_closed_without_a_further_call() {
    let (closed, mut was_closed) = mpsc::unbounded_channel();
    let address = serve(move |_, mut stream| {
        let closed = closed.clone();
        async move {
            read_request(&mut stream).await.unwrap();
            stream.write_all(OK).await.unwrap();
            assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
            let _ = closed.send(());
        }
    })
    .await;
    let transport = HyperTransport::builder().idle_timeout(SHORT).build();

    // Twice: the task that closes ends when nothing is left, and begins again.
    for _ in 0..2 {
        let answer = transport
            .send(request(format_args!("http://{address}")))
            .await;
        answer.unwrap();
        assert_eq!(transport.inner.pool.idle(), 1);

        was_closed.recv().await.unwrap();
        assert_eq!(transport.inner.pool.idle(), 0);
    }
}

#[tokio::test]
async fn a_transport_that_is_gone_holds_no_connection() {
    let (closed, mut was_closed) = mpsc::unbounded_channel();
    let address = serve(move |_, mut stream| {
        let closed = closed.clone();
        async move {
            read_request(&mut stream).await.unwrap();
            stream.write_all(OK).await.unwrap();
            gone(stream).await;
            closed.send(()).unwrap();
        }
    })
    .await;
    let transport = HyperTransport::new();
    let answer = transport
        .send(request(format_args!("http://{address}")))
        .await;
    answer.unwrap();

    drop(transport);

    was_closed.recv().await.unwrap();
}

/// Kept connections to many services would add up to more sockets than the setting says.
#[tokio::test]
async fn a_connection_to_another_service_closes_the_oldest() {
    let (closed, mut is_closed) = mpsc::unbounded_channel();
    let mut services = Vec::new();
    for number in 0..3 {
        let closed = closed.clone();
        let address = serve(move |_, mut stream| {
            let closed = closed.clone();
            async move {
                while read_request(&mut stream).await.is_some() {
                    stream.write_all(OK).await.unwrap();
                }
                closed.send(number).unwrap();
            }
        });
        services.push(address.await);
    }
    let transport = HyperTransport::builder().max_in_flight(2).build();
    let mut kept = Vec::new();

    for address in services {
        let answer = transport.send(request(format_args!("http://{address}")));
        answer.await.unwrap();
        kept.push(transport.inner.pool.idle());
    }

    assert_eq!(kept, [1, 2, 2]);
    assert_eq!(is_closed.recv().await, Some(0), "the first is the oldest");
    assert!(is_closed.try_recv().is_err(), "the others are kept");
}

#[tokio::test]
async fn a_connection_that_the_service_will_close_is_not_kept() {
    let answers: [&'static [u8]; 3] = [
        b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n",
        // Bytes after the response belong to no one.
        b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ];
    for answer in answers {
        let address = serve(move |_, mut stream| async move {
            read_request(&mut stream).await.unwrap();
            stream.write_all(answer).await.unwrap();
            gone(stream).await;
        })
        .await;
        let transport = HyperTransport::new();

        let response = transport
            .send(request(format_args!("http://{address}")))
            .await;

        assert_eq!(response.unwrap().status(), 200);
        let text = String::from_utf8_lossy(answer);
        assert_eq!(transport.inner.pool.idle(), 0, "{text}");
    }
}

/// A runtime that no longer runs cannot wake a call that uses one of its sockets.
#[test]
fn each_runtime_has_its_own_connections() {
    let server = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let address = server.block_on(serve(|_, mut stream| async move {
        while read_request(&mut stream).await.is_some() {
            stream.write_all(OK).await.unwrap();
        }
    }));
    let transport = HyperTransport::new();
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let call = |runtime: &tokio::runtime::Runtime| {
        let answer = runtime.block_on(transport.send(request(format_args!("http://{address}"))));
        assert_eq!(answer.unwrap().status(), 200);
    };
    let (one, two) = (runtime(), runtime());

    call(&one);
    call(&two);
    assert_eq!(transport.inner.pool.idle(), 2, "both are kept");
    call(&one);
    assert_eq!(transport.inner.pool.idle(), 2, "the first was used again");
    drop(one);
    call(&two);
}
