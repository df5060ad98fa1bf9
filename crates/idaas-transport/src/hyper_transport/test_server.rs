#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

//! A server on a raw socket: tests say byte by byte what it does.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use socket2::{Domain, SockRef, Socket, Type};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

/// Runs `connection` for every connection, with its number from zero.
pub(super) async fn serve<F, R>(connection: F) -> SocketAddr
where
    F: Fn(usize, TcpStream) -> R + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for number in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            tokio::spawn(connection(number, stream));
        }
    });
    address
}

/// What a scripted server does after it has sent its answer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Then {
    /// Closes in order.
    Close,
    /// Resets the connection.
    Reset,
    /// Keeps the connection open and says nothing more.
    Hang,
    /// Sends these bytes again and again, until the client is gone.
    Repeat(&'static [u8]),
}

/// A server that reads one whole request a connection, sends `answer`, and goes on as told. The
/// number counts the requests that were received.
pub(super) async fn scripted(answer: Vec<u8>, then: Then) -> (SocketAddr, Arc<AtomicUsize>) {
    let received = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&received);
    let address = serve(move |_, mut stream| {
        let (answer, count) = (answer.clone(), Arc::clone(&count));
        async move {
            if read_request(&mut stream).await.is_none() {
                return;
            }
            count.fetch_add(1, SeqCst);
            if stream.write_all(&answer).await.is_err() {
                return;
            }
            finish(stream, then).await;
        }
    })
    .await;
    (address, received)
}

async fn finish(mut stream: TcpStream, then: Then) {
    match then {
        Then::Close => {}
        Then::Reset => reset(&stream),
        Then::Hang => gone(stream).await,
        Then::Repeat(bytes) => while stream.write_all(bytes).await.is_ok() {},
    }
}

/// Makes the connection end with a reset when it is dropped.
pub(super) fn reset(stream: &TcpStream) {
    SockRef::from(stream)
        .set_linger(Some(Duration::ZERO))
        .unwrap();
}

/// Waits until the client has closed the connection.
pub(super) async fn gone(mut stream: impl AsyncRead + Unpin) {
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
}

/// Reads a request with its body. `None` if the client closes before the first byte.
pub(super) async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut bytes = Vec::new();
    let (head, length) = loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            assert!(
                bytes.is_empty(),
                "a request ended in the middle of its head"
            );
            return None;
        }
        let text = String::from_utf8_lossy(&bytes);
        if let Some(end) = text.find("\r\n\r\n") {
            let length = text
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse().unwrap());
            break (end + 4, length);
        }
    };
    while bytes.len() < head + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some(String::from_utf8(bytes).unwrap())
}

/// An address at which connections are refused.
pub(super) async fn closed_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap()
}

/// An address at which connecting is neither accepted nor refused, as long as the second value
/// lives: a listener whose queue is full.
pub(super) async fn silent_address() -> (SocketAddr, impl Drop) {
    silent_at(Ipv4Addr::LOCALHOST.into()).await
}

/// The same of a chosen address of this machine.
pub(super) async fn silent_at(ip: IpAddr) -> (SocketAddr, impl Drop) {
    struct Full {
        _listener: Socket,
        _queue: Vec<TcpStream>,
    }
    impl Drop for Full {
        fn drop(&mut self) {}
    }
    let any = SocketAddr::new(ip, 0);
    let listener = Socket::new(Domain::for_address(any), Type::STREAM, None).unwrap();
    listener.bind(&any.into()).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap().as_socket().unwrap();
    let mut queue = Vec::new();
    while let Ok(queued) = timeout(Duration::from_millis(100), TcpStream::connect(address)).await {
        queue.push(queued.unwrap());
    }
    let full = Full {
        _listener: listener,
        _queue: queue,
    };
    (address, full)
}
