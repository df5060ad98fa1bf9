use std::convert::Infallible;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

/// The addresses of a run: what they receive is all counted once they are closed.
pub(super) struct Doors {
    stop: watch::Sender<bool>,
    open: mpsc::Sender<Infallible>,
    all_closed: mpsc::Receiver<Infallible>,
}

impl Doors {
    pub(super) fn new() -> Self {
        let (open, all_closed) = mpsc::channel(1);
        Self {
            stop: watch::Sender::new(false),
            open,
            all_closed,
        }
    }

    /// Runs this for every connection to a new address.
    pub(super) async fn each<F, R>(&self, connection: F) -> SocketAddr
    where
        F: Fn(TcpStream) -> R + Send + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let (mut stop, open) = (self.stop.subscribe(), self.open.clone());
        tokio::spawn(async move {
            loop {
                let (stream, _) = tokio::select! {
                    biased;
                    accepted = listener.accept() => accepted.unwrap(),
                    _ = stop.wait_for(|stop| *stop) => return,
                };
                stream.set_nodelay(true).unwrap();
                let (connection, open) = (connection(stream), open.clone());
                tokio::spawn(async move {
                    connection.await;
                    drop(open);
                });
            }
        });
        addr
    }

    /// Lets nobody in any more, and waits until the last connection has been read to its end.
    pub(super) async fn close(self) {
        let Self {
            stop,
            open,
            mut all_closed,
        } = self;
        stop.send_replace(true);
        drop(open);
        let _ = all_closed.recv().await;
    }
}
