//! The truth about money: whatever a server does, a request reported as not sent was not
//! received, and none was received twice.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Mutex, atomic::AtomicU64, atomic::Ordering::SeqCst},
};

use tokio::{io::AsyncReadExt, io::AsyncWriteExt, task::JoinSet};

use super::super::test_server::{reset, serve};
use super::*;

const CALLS: u64 = 2_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_sent_was_not_received_and_nothing_was_received_twice() {
    let seed = RandomState::new().hash_one(0);
    let random = Arc::new(AtomicU64::new(seed));
    let received: Arc<Mutex<HashMap<u64, usize>>> = Arc::default();
    let address = {
        let (received, random) = (Arc::clone(&received), Arc::clone(&random));
        serve(move |_, stream| misbehave(stream, Arc::clone(&received), Arc::clone(&random))).await
    };
    let transport = HyperTransport::builder()
        .max_in_flight(16)
        .call_timeout(Duration::from_secs(5))
        .build();
    let not_sent: Arc<Mutex<Vec<u64>>> = Arc::default();

    let mut calls = JoinSet::new();
    for id in 0..CALLS {
        let (transport, not_sent) = (transport.clone(), Arc::clone(&not_sent));
        let random = Arc::clone(&random);
        calls.spawn(async move {
            let request = Request::post(format!("http://{address}/{id}"))
                .body(Bytes::from("body"))
                .unwrap();
            let call = transport.send(request);
            let answer = if next(&random).is_multiple_of(10) {
                // Given up after a few polls, wherever that is.
                let mut polls = next(&random) % 4;
                let mut call = call;
                std::future::poll_fn(move |cx| {
                    if polls == 0 {
                        return std::task::Poll::Ready(None);
                    }
                    polls -= 1;
                    call.as_mut().poll(cx).map(Some)
                })
                .await
            } else {
                Some(call.await)
            };
            if let Some(Err(error)) = answer
                && error.delivery() == Delivery::NotSent
            {
                not_sent.lock().unwrap().push(id);
            }
        });
    }
    calls.join_all().await;

    let received = received.lock().unwrap();
    for id in &*not_sent.lock().unwrap() {
        assert!(
            !received.contains_key(id),
            "call {id} was reported as not sent, but received (seed {seed})"
        );
    }
    for (id, times) in &*received {
        assert_eq!(
            *times, 1,
            "call {id} was received more than once (seed {seed})"
        );
    }
    assert!(
        received.len() as u64 > CALLS / 4,
        "the server received next to nothing"
    );
}

/// Takes requests and does something else with each. Any byte of a request counts as received.
async fn misbehave(
    mut stream: tokio::net::TcpStream,
    received: Arc<Mutex<HashMap<u64, usize>>>,
    random: Arc<AtomicU64>,
) {
    if next(&random).is_multiple_of(8) {
        if next(&random).is_multiple_of(2) {
            reset(&stream);
        }
        return;
    }
    loop {
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n\r\nbody") {
            match stream.read_buf(&mut bytes).await {
                Ok(1..) => {}
                _ => break,
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        let Some(id) = text
            .strip_prefix("POST /")
            .and_then(|rest| rest.split(' ').next())
        else {
            return;
        };
        *received
            .lock()
            .unwrap()
            .entry(id.parse().unwrap())
            .or_default() += 1;
        let action = next(&random) % 8;
        let answer: &[u8] = match action {
            0 => b"",
            1 => b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf",
            2 => b"garbage\r\n\r\n",
            3 => b"HTTP/1.1 302 Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
            _ => b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
        };
        if stream.write_all(answer).await.is_err() {
            return;
        }
        match action {
            // Closes without a word after a good answer, as an idle connection ends.
            0..=3 | 7 => {
                if next(&random).is_multiple_of(2) {
                    reset(&stream);
                }
                return;
            }
            _ => {}
        }
    }
}

/// SplitMix64, shared by all tasks.
pub(super) fn next(random: &AtomicU64) -> u64 {
    let mut z = random.fetch_add(0x9e37_79b9_7f4a_7c15, SeqCst);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
