#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::cell::Cell;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use idaas_proto::{ClientId, CountryCodes, Endpoint, ListCountryCodes, Operation};
use idaas_transport::{TransportError, from_fn};
use tokio::runtime::{Builder, Handle, Runtime};

use super::*;

/// A client of a service that takes its time: every call waits for a timer.
fn client() -> BlockingClient {
    let service = from_fn(|_: Request<Bytes>| async {
        over_soon().await;
        let none = CountryCodes::new(Vec::new());
        Ok::<Response<Bytes>, TransportError>(
            ListCountryCodes::encode_response(&none).map(Bytes::from),
        )
    });
    let endpoint = Endpoint::parse("https://example.bamboocloud.com").unwrap();
    let client_id = ClientId::parse("app").unwrap();
    let client = Client::builder_over(service, endpoint, client_id).build();
    BlockingClient::new(client).unwrap()
}

/// Waits for a timer of the runtime that it is polled on.
async fn over_soon() {
    let never = std::future::pending::<()>();
    let over = tokio::time::timeout(Duration::from_millis(5), never).await;
    over.unwrap_err();
}

fn call(client: &BlockingClient) {
    let device = Device::new("windows10.1.1", "156aysdna213sc50", "Mozilla/5.0").unwrap();
    client.country_codes(&device).unwrap();
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn multi_thread() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap()
}

#[test]
fn outside_of_a_runtime() {
    let client = client();
    for _ in 0..3 {
        call(&client);
    }
    assert!(Handle::try_current().is_err(), "nothing stays behind");
}

/// Called, cloned and dropped where a runtime forbids to block.
#[test]
fn inside_a_runtime() {
    for runtime in [current_thread(), multi_thread()] {
        runtime.block_on(async {
            let client = client();
            call(&client);
            let clone = client.clone();
            let elsewhere = tokio::spawn(async move {
                call(&clone);
                Handle::current().id()
            });
            assert_eq!(elsewhere.await.unwrap(), Handle::current().id());
            drop(client);
        });
    }
}

/// Where a runtime has a place for what blocks, the last clone dropped there too.
#[test]
fn inside_spawn_blocking() {
    for runtime in [current_thread(), multi_thread()] {
        runtime.block_on(async {
            let client = client();
            let blocking = tokio::task::spawn_blocking(move || {
                call(&client);
                drop(client);
                Handle::current().id()
            });
            assert_eq!(blocking.await.unwrap(), Handle::current().id());
        });
    }
}

/// The other places that a runtime knows.
#[test]
fn inside_a_local_set_and_block_in_place() {
    let client = client();
    let (of_the_task, of_the_place) = (client.clone(), client.clone());
    let local = tokio::task::LocalSet::new();
    local.block_on(&current_thread(), async move {
        let task = tokio::task::spawn_local(async move { call(&of_the_task) });
        task.await.unwrap();
    });
    multi_thread().block_on(async move {
        let task = tokio::spawn(async move {
            tokio::task::block_in_place(|| call(&of_the_place));
        });
        task.await.unwrap();
    });
    call(&client);
}

/// The other tasks of a runtime go on once the call is over, and its timers have not been lost.
#[test]
fn the_runtime_around_it_goes_on() {
    current_thread().block_on(async {
        let client = client();
        let timer = tokio::spawn(over_soon());
        tokio::task::yield_now().await;
        call(&client);
        timer.await.unwrap();
        over_soon().await;
    });
}

/// The turn of the task that blocks is used up, which is not the business of the call.
#[test]
fn inside_a_task_that_has_used_up_its_turn() {
    current_thread().block_on(async {
        let client = client();
        let mut ready = 0;
        while tokio::task::coop::has_budget_remaining() {
            tokio::task::coop::consume_budget().await;
            ready += 1;
        }
        assert!(ready > 0);
        call(&client);
    });
}

#[test]
fn from_many_threads_at_once() {
    let client = client();
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| (0..5).for_each(|_| call(&client)));
        }
    });
}

#[test]
fn within_another_call() {
    let (outer, inner) = (client(), client());
    outer.wait(async { call(&inner) });
    outer.wait(async { call(&outer) });
    call(&outer);
}

#[test]
fn a_panic_is_the_callers_and_leaves_the_client_usable() {
    let client = client();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        client.wait(async { panic!("of the caller") });
    }));
    assert!(panicked.is_err());
    assert!(Handle::try_current().is_err(), "nothing stays behind");
    call(&client);
}

thread_local! {
    /// Dropped when the thread ends.
    static LAST_WORDS: Cell<Option<Sender<()>>> = const { Cell::new(None) };
}

/// Hears when the background thread has ended.
fn end_of_the_thread(client: &BlockingClient) -> Receiver<()> {
    let (words, heard) = channel();
    client.wait(async {
        tokio::spawn(async { LAST_WORDS.set(Some(words)) })
            .await
            .unwrap();
    });
    heard
}

#[test]
fn the_thread_ends_with_the_last_clone() {
    let client = client();
    let heard = end_of_the_thread(&client);
    let clone = client.clone();
    drop(client);
    call(&clone);
    assert!(matches!(
        heard.try_recv(),
        Err(std::sync::mpsc::TryRecvError::Empty)
    ));
    drop(clone);
    assert!(
        matches!(
            heard.try_recv(),
            Err(std::sync::mpsc::TryRecvError::Disconnected)
        ),
        "the drop waits for the end of the thread"
    );
}

/// A task that never ends is dropped with the thread, even if it holds the last clone itself.
#[test]
fn a_task_may_hold_the_last_clone() {
    let client = client();
    let heard = end_of_the_thread(&client);
    let (go, gone) = tokio::sync::oneshot::channel::<()>();
    let last = client.clone();
    client.wait(async {
        tokio::spawn(async move {
            let _ = gone.await;
            drop(last);
        });
    });
    drop(client);
    go.send(()).unwrap();
    assert!(heard.recv().is_err(), "the thread ends by itself");
}

/// A task on the background thread would wait for itself.
#[test]
fn a_task_of_the_thread_may_call() {
    let client = client();
    let (done, is_done) = channel();
    thread::spawn(move || {
        let of_the_task = client.clone();
        client
            .wait(async { tokio::spawn(async move { call(&of_the_task) }).await })
            .unwrap();
        call(&client);
        done.send(()).unwrap();
    });
    is_done
        .recv_timeout(Duration::from_secs(10))
        .expect("the call ends");
}

/// The client inside may be used on, also after the thread that its connections lived on is gone.
#[cfg(feature = "hyper")]
#[test]
fn the_default_transport_outlives_the_thread() {
    let endpoint = Endpoint::parse("http://127.0.0.1:9").unwrap();
    let client = Client::builder(endpoint, ClientId::parse("app").unwrap()).build();
    for _ in 0..2 {
        let blocking = BlockingClient::new(client.clone()).unwrap();
        assert!(blocking.signing_keys().is_err(), "nobody listens there");
        drop(blocking);
    }
    assert!(current_thread().block_on(client.signing_keys()).is_err());
}

#[test]
fn shows_what_the_client_shows() {
    let shown = format!("{:?}", client());
    assert!(shown.contains("example.bamboocloud.com"), "{shown}");
}
