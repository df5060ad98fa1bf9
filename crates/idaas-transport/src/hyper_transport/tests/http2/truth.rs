//! The truth about money, on shared connections: what was reported as not sent was not taken up
//! by the service, and nothing was taken up twice.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Mutex, atomic::AtomicU64},
};

use tokio::task::JoinSet;

use super::super::super::test_server::reset;
use super::super::tls::authority;
use super::super::truth::next;
use super::super::*;
use super::http2;
use super::peer::{END_HEADERS, HEADERS, OK, Peer, REFUSED_STREAM, serve_http2};

const CALLS: u64 = 2_000;

type Taken = Arc<Mutex<HashMap<u64, usize>>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_sent_was_not_taken_up_and_nothing_was_taken_up_twice() {
    let seed = RandomState::new().hash_one(0);
    let random = Arc::new(AtomicU64::new(seed));
    let taken = Taken::default();
    let authority = authority();
    let address = {
        let (taken, random) = (Arc::clone(&taken), Arc::clone(&random));
        serve_http2(&authority, &[(3, 16)], move |peer| {
            misbehave(peer, Arc::clone(&taken), Arc::clone(&random))
        })
        .await
    };
    let transport = http2(&authority)
        .max_in_flight(32)
        .call_timeout(Duration::from_secs(10))
        .build();
    let not_sent: Arc<Mutex<Vec<u64>>> = Arc::default();

    let mut calls = JoinSet::new();
    for id in 0..CALLS {
        let (transport, not_sent) = (transport.clone(), Arc::clone(&not_sent));
        let random = Arc::clone(&random);
        calls.spawn(async move {
            let uri = format!("https://localhost:{}/", address.port());
            let mut request = Request::post(uri)
                .body(Bytes::from(id.to_string()))
                .unwrap();
            if next(&random).is_multiple_of(16) {
                let soon = Duration::from_micros(next(&random) % 20_000);
                request.extensions_mut().insert(Deadline::after(soon));
            }
            let error = transport.send(request).await.err();
            if error.is_some_and(|error| error.delivery() == Delivery::NotSent) {
                not_sent.lock().unwrap().push(id);
            }
        });
    }
    calls.join_all().await;

    let (taken, not_sent) = (taken.lock().unwrap(), not_sent.lock().unwrap());
    for id in &*not_sent {
        let told = "was reported as not sent, but taken up";
        assert!(!taken.contains_key(id), "call {id} {told} (seed {seed})");
    }
    for (id, times) in &*taken {
        assert_eq!(
            *times, 1,
            "call {id} was taken up {times} times (seed {seed})"
        );
    }
    assert!(
        taken.len() as u64 > CALLS / 8,
        "next to nothing was taken up"
    );
    assert!(!not_sent.is_empty(), "the service refused some");
}

/// Takes up some requests, and does something else with each.
async fn misbehave(mut peer: Peer, taken: Taken, random: Arc<AtomicU64>) {
    while let Some((stream, body)) = peer.request().await {
        let action = next(&random) % 32;
        if action <= 4 {
            match action {
                0..=2 => {
                    peer.reset_stream(stream, REFUSED_STREAM).await;
                    continue;
                }
                // Disowns it, and all that are on the way.
                _ => peer.goaway(stream - 1).await,
            }
            if action == 4 {
                reset(peer.stream.get_ref().0);
            }
            return;
        }
        let id = String::from_utf8(body).unwrap().parse().unwrap();
        *taken.lock().unwrap().entry(id).or_default() += 1;
        match action {
            5 => return,
            6 => return reset(peer.stream.get_ref().0),
            7 => return peer.goaway(stream).await,
            8 => peer.reset_stream(stream, 2).await,
            9 => {
                peer.send(HEADERS, END_HEADERS, stream, OK).await;
                peer.reset_stream(stream, REFUSED_STREAM).await;
            }
            _ => peer.answer(stream).await,
        }
    }
}
