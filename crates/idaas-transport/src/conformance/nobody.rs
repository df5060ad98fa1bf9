use std::{net::SocketAddr, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    time::timeout,
};

/// An address at which connections are refused.
pub(super) async fn refusing() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0))
        .await
        .expect("loopback has a free port");
    listener.local_addr().expect("a listener has an address")
}

/// A listener whose queue is full: connecting is neither accepted nor refused.
pub(super) struct Silent {
    pub(super) address: SocketAddr,
    _listener: socket2::Socket,
    _queue: Vec<TcpStream>,
}

impl Silent {
    /// `None` where the system takes every connection.
    pub(super) async fn open() -> Option<Self> {
        let listener =
            socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).ok()?;
        let any: SocketAddr = ([127, 0, 0, 1], 0).into();
        listener.bind(&any.into()).ok()?;
        listener.listen(0).ok()?;
        let address = listener.local_addr().ok()?.as_socket()?;
        let mut queue = Vec::new();
        for _ in 0..64 {
            match timeout(Duration::from_millis(100), TcpStream::connect(address)).await {
                Ok(queued) => queue.push(queued.ok()?),
                Err(_) => {
                    return Some(Self {
                        address,
                        _listener: listener,
                        _queue: queue,
                    });
                }
            }
        }
        None
    }
}
