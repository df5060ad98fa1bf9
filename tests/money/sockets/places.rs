use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use idaas_transport::RootCertificates;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use super::certificates::Authority;
use super::doors::Doors;
use super::inbox::Inbox;
use super::service::{Peer, serve};
use crate::money::ledger::Ledger;

/// Where sends go to: one service that counts, and everything else that can stand at an address.
pub(super) struct Places {
    pub(super) plain: SocketAddr,
    pub(super) tls: SocketAddr,
    pub(super) closes: SocketAddr,
    pub(super) resets: SocketAddr,
    pub(super) refused: SocketAddr,
    pub(super) silent: SocketAddr,
    pub(super) unknown_root: SocketAddr,
    pub(super) other_host: SocketAddr,
    pub(super) expired: SocketAddr,
    pub(super) no_tls: [SocketAddr; 3],
    pub(super) mute: SocketAddr,
    pub(super) authority: Authority,
    pub(super) roots: RootCertificates,
    pub(super) doors: Doors,
    good: TlsAcceptor,
    _refused: TcpSocket,
    _silent: Silent,
}

/// The end of the certificates that have not expired.
const FAR: i32 = 4000;

impl Places {
    pub(super) async fn open(ledger: &Ledger, seed: u64) -> Self {
        let (known, other) = (Authority::new(), Authority::new());
        let good = known.acceptor("localhost", FAR);
        let doors = Doors::new();
        let (refused, silent) = (refused(), Silent::new());
        Self {
            plain: {
                let ledger = ledger.clone();
                doors
                    .each(move |stream| serve(stream, ledger.clone(), seed))
                    .await
            },
            tls: {
                let (good, ledger) = (good.clone(), ledger.clone());
                doors
                    .each(move |stream| serve_tls(stream, good.clone(), ledger.clone(), seed))
                    .await
            },
            closes: hangs_up(&doors, ledger, false).await,
            resets: hangs_up(&doors, ledger, true).await,
            refused: refused.local_addr().unwrap(),
            silent: silent.listener.local_addr().unwrap(),
            unknown_root: distrusted(&doors, other.acceptor("localhost", FAR), ledger, seed).await,
            other_host: distrusted(&doors, known.acceptor("example.com", FAR), ledger, seed).await,
            expired: distrusted(&doors, known.acceptor("localhost", 2020), ledger, seed).await,
            no_tls: [
                doors
                    .each(|mut stream| async move {
                        hello(&mut stream).await;
                        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
                    })
                    .await,
                doors
                    .each(|mut stream| async move { hello(&mut stream).await })
                    .await,
                doors
                    .each(|mut stream| async move {
                        hello(&mut stream).await;
                        stream.reset();
                    })
                    .await,
            ],
            mute: doors
                .each(|mut stream| async move {
                    let _ = stream.read_to_end(&mut Vec::new()).await;
                })
                .await,
            roots: known.roots(),
            authority: known,
            doors,
            good,
            _refused: refused,
            _silent: silent,
        }
    }

    /// A service that answers one call, and is gone when told: its connection is closed, and no handshake succeeds.
    pub(super) async fn going(&self) -> Going {
        let (go, going) = oneshot::channel();
        let (gone, is_gone) = oneshot::channel();
        let first = Mutex::new(Some((self.good.clone(), going, gone)));
        let addr = (self.doors)
            .each(move |mut stream| {
                let first = first.lock().unwrap().take();
                async move {
                    let Some((acceptor, going, gone)) = first else {
                        return hello(&mut stream).await;
                    };
                    let mut stream = acceptor.accept(stream).await.unwrap();
                    let _ = stream.read(&mut [0; 1024]).await;
                    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                    stream.write_all(answer).await.unwrap();
                    stream.flush().await.unwrap();
                    if going.await.unwrap() {
                        let _ = stream.shutdown().await;
                    }
                    drop(stream);
                    let _ = gone.send(());
                }
            })
            .await;
        Going { addr, go, is_gone }
    }
}

/// See [`Places::going`].
pub(super) struct Going {
    pub(super) addr: SocketAddr,
    pub(super) go: oneshot::Sender<bool>,
    pub(super) is_gone: oneshot::Receiver<()>,
}

impl Going {
    /// Has the service go, with or without a goodbye of TLS, and waits until it has.
    pub(super) async fn go(self, polite: bool) {
        self.go.send(polite).unwrap();
        self.is_gone.await.unwrap();
    }
}

pub(super) async fn serve_tls(stream: TcpStream, acceptor: TlsAcceptor, ledger: Ledger, seed: u64) {
    if let Ok(stream) = acceptor.accept(stream).await {
        serve(stream, ledger, seed).await;
    }
}

/// A service that nobody must believe; what it receives all the same is counted.
async fn distrusted(
    doors: &Doors,
    acceptor: TlsAcceptor,
    ledger: &Ledger,
    seed: u64,
) -> SocketAddr {
    let ledger = ledger.clone();
    doors
        .each(move |stream| serve_tls(stream, acceptor.clone(), ledger.clone(), seed))
        .await
}

/// Closes every connection at once. What has come by then counts as received.
async fn hangs_up(doors: &Doors, ledger: &Ledger, resets: bool) -> SocketAddr {
    let ledger = ledger.clone();
    doors
        .each(move |stream| {
            let inbox = Inbox::new(ledger.clone());
            async move {
                let mut bytes = [0; 1024];
                if let Ok(read) = stream.try_read(&mut bytes) {
                    inbox.left_behind(&bytes[..read]);
                }
                if resets {
                    stream.reset();
                }
            }
        })
        .await
}

/// Reads the beginning of a handshake.
pub(super) async fn hello(stream: &mut TcpStream) {
    let _ = stream.read(&mut [0; 1024]).await;
}

/// An address that is taken, and at which nobody listens. Nobody else can come to listen there either.
pub(super) fn refused() -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    socket
}

/// An address whose queue of connections is full for ever.
struct Silent {
    listener: TcpListener,
    in_the_queue: Vec<TcpStream>,
    before_it: Vec<Connecting>,
}

type Connecting = Pin<Box<dyn Future<Output = io::Result<TcpStream>> + Send + Sync>>;

impl Silent {
    fn new() -> Self {
        let listener = refused().listen(0).unwrap();
        let addr = listener.local_addr().unwrap();
        let mut silent = Self {
            listener,
            in_the_queue: Vec::new(),
            before_it: Vec::new(),
        };
        // The first have a place in the queue, the others try in vain.
        for _ in 0..8 {
            let mut connecting: Connecting = Box::pin(TcpSocket::new_v4().unwrap().connect(addr));
            let mut context = Context::from_waker(Waker::noop());
            // Another thread may have heard of the connection already.
            match connecting.as_mut().poll(&mut context) {
                Poll::Ready(connected) => silent.in_the_queue.push(connected.unwrap()),
                Poll::Pending => silent.before_it.push(connecting),
            }
        }
        silent
    }
}
