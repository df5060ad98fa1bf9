use std::net::SocketAddr;
use std::sync::Mutex;

use idaas_transport::RootCertificates;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

use super::frames::{Conversation, HEADERS, OK, SETTINGS, frame, goaway, headers, last_data};
use super::path;
use super::service::{Manner, serve};
use crate::money::ledger::Ledger;
use crate::money::sockets::certificates::Authority;
use crate::money::sockets::doors::Doors;
use crate::money::sockets::places::{Going, hello, refused, serve_tls};

/// Where sends over HTTP/2 go to.
pub(super) struct Places {
    /// They are several, so that what breaks a connection does not break everybody's.
    pub(super) services: [SocketAddr; 4],
    pub(super) refuses_all: SocketAddr,
    pub(super) goes_away: SocketAddr,
    pub(super) goes_away_at_once: SocketAddr,
    pub(super) no_window: SocketAddr,
    pub(super) no_streams: SocketAddr,
    pub(super) mute: SocketAddr,
    pub(super) closes: SocketAddr,
    pub(super) resets: SocketAddr,
    pub(super) unknown_root: SocketAddr,
    pub(super) http1: SocketAddr,
    pub(super) mute_tls: SocketAddr,
    pub(super) refused: SocketAddr,
    pub(super) roots: RootCertificates,
    pub(super) doors: Doors,
    good: TlsAcceptor,
    ledger: Ledger,
    _refused: TcpSocket,
}

/// How a service goes from a connection that nobody is using.
#[derive(Clone, Copy, Debug)]
pub(super) enum Leaving {
    Closes,
    /// Says so, closes, and hears the other side close.
    GoesAwayAndCloses,
    /// Says so, and leaves the connection open.
    GoesAway,
}

/// The end of the certificates.
const FAR: i32 = 4000;

impl Places {
    pub(super) async fn open(ledger: &Ledger, seed: u64) -> Self {
        let (known, other) = (Authority::new(), Authority::new());
        let good = known.http2_acceptor("localhost", FAR);
        let unknown = other.http2_acceptor("localhost", FAR);
        let doors = Doors::new();
        let refused = refused();
        let service = async |manner, acceptor: &TlsAcceptor| {
            let (acceptor, ledger) = (acceptor.clone(), ledger.clone());
            doors
                .each(move |stream| serve(stream, acceptor.clone(), manner, ledger.clone(), seed))
                .await
        };
        Self {
            services: [
                service(Manner::ByFate(100), &good).await,
                service(Manner::ByFate(100), &good).await,
                service(Manner::ByFate(8), &good).await,
                service(Manner::ByFate(2), &good).await,
            ],
            refuses_all: service(Manner::RefusesAll, &good).await,
            goes_away: service(Manner::GoesAway, &good).await,
            goes_away_at_once: service(Manner::GoesAwayAtOnce, &good).await,
            no_window: service(Manner::NoWindow, &good).await,
            no_streams: service(Manner::NoStreams, &good).await,
            mute: service(Manner::Mute, &good).await,
            closes: service(Manner::Closes, &good).await,
            resets: service(Manner::Resets, &good).await,
            unknown_root: service(Manner::ByFate(100), &unknown).await,
            http1: {
                let (ledger, plain) = (ledger.clone(), known.acceptor("localhost", FAR));
                doors
                    .each(move |stream| serve_tls(stream, plain.clone(), ledger.clone(), seed))
                    .await
            },
            mute_tls: doors
                .each(|mut stream| async move {
                    hello(&mut stream).await;
                    hello(&mut stream).await;
                })
                .await,
            refused: refused.local_addr().unwrap(),
            roots: known.roots(),
            doors,
            good,
            ledger: ledger.clone(),
            _refused: refused,
        }
    }

    /// A service that answers one call, and is gone when told; no handshake succeeds from then on.
    pub(super) async fn going(&self, leaving: Leaving) -> Going {
        let (go, going) = oneshot::channel();
        let (gone, is_gone) = oneshot::channel();
        let first = Mutex::new(Some((self.good.clone(), self.ledger.clone(), going, gone)));
        let serve = move |mut stream: TcpStream| {
            let first = first.lock().unwrap().take();
            async move {
                let Some((acceptor, ledger, going, gone)) = first else {
                    return hello(&mut stream).await;
                };
                let stream = acceptor.accept(stream).await.unwrap();
                let mut peer = Conversation::new(stream);
                peer.preface().await.unwrap();
                peer.say(&frame(SETTINGS, 0, 0, &[])).await;
                let stream = loop {
                    let read = peer.frame().await.unwrap();
                    if read.kind == HEADERS {
                        break read.stream;
                    }
                };
                let answer = [headers(stream, OK), last_data(stream, &[])].concat();
                peer.say(&answer).await;
                let _polite = going.await.unwrap();
                if !matches!(leaving, Leaving::Closes) {
                    peer.say(&goaway(stream)).await;
                }
                if matches!(leaving, Leaving::GoesAwayAndCloses) {
                    peer.shut().await;
                }
                if matches!(leaving, Leaving::Closes) {
                    drop(peer);
                    let _ = gone.send(());
                } else {
                    let _ = gone.send(());
                    while let Some(read) = peer.frame().await {
                        if let (HEADERS, Some(id)) = (read.kind, path::id(&read.payload)) {
                            ledger.begins(id);
                        }
                    }
                }
            }
        };
        let addr = self.doors.each(serve).await;
        Going { addr, go, is_gone }
    }
}
