//! A service that speaks HTTP/2 frame by frame, as tests tell it to.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::server::TlsStream;

use super::super::tls::{Authority, config, serve_tls};

pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
pub(super) const RST_STREAM: u8 = 3;
pub(super) const SETTINGS: u8 = 4;
pub(super) const PING: u8 = 6;
pub(super) const GOAWAY: u8 = 7;

pub(super) const END_STREAM: u8 = 1;
pub(super) const ACK: u8 = 1;
pub(super) const END_HEADERS: u8 = 4;

/// `:status: 200`
pub(super) const OK: &[u8] = b"\x88";
pub(super) const REFUSED_STREAM: u32 = 7;

pub(in super::super) struct Peer {
    pub(super) stream: TlsStream<TcpStream>,
    /// Whether pings are answered.
    pub(super) pongs: bool,
}

#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) stream: u32,
    pub(super) payload: Vec<u8>,
}

/// Runs `connection` for every connection. `settings` are pairs of a number and a value.
pub(in super::super) async fn serve_http2<F, R>(
    authority: &Authority,
    settings: &'static [(u16, u32)],
    connection: F,
) -> SocketAddr
where
    F: Fn(Peer) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let mut config = config(authority, "localhost", 4000, rustls::ALL_VERSIONS, None);
    config.alpn_protocols = vec![b"h2".to_vec()];
    serve_tls(config, move |stream| {
        let connection = connection.clone();
        async move {
            if let Some(peer) = Peer::new(stream, settings).await {
                connection(peer).await;
            }
        }
    })
    .await
}

impl Peer {
    async fn new(mut stream: TlsStream<TcpStream>, settings: &[(u16, u32)]) -> Option<Self> {
        let mut preface = [0; 24];
        stream.read_exact(&mut preface).await.ok()?;
        assert_eq!(&preface, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        let mut payload = Vec::new();
        for (number, value) in settings {
            payload.extend_from_slice(&number.to_be_bytes());
            payload.extend_from_slice(&value.to_be_bytes());
        }
        let mut peer = Self {
            stream,
            pongs: true,
        };
        peer.send(SETTINGS, 0, 0, &payload).await;
        Some(peer)
    }

    /// The next frame. `None` once the client is gone.
    pub(super) async fn frame(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        self.stream.read_exact(&mut head).await.ok()?;
        let [a, b, c, kind, flags, stream @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        self.stream.read_exact(&mut payload).await.ok()?;
        if (kind, flags) == (SETTINGS, 0) {
            self.send(SETTINGS, ACK, 0, b"").await;
        }
        if (kind, flags, self.pongs) == (PING, 0, true) {
            self.send(PING, ACK, 0, &payload).await;
        }
        Some(Frame {
            kind,
            flags,
            stream: u32::from_be_bytes(stream),
            payload,
        })
    }

    /// The next frame of a kind.
    pub(super) async fn next(&mut self, kind: u8) -> Option<Frame> {
        loop {
            let frame = self.frame().await?;
            if frame.kind == kind {
                return Some(frame);
            }
        }
    }

    /// Reads a whole request: its stream and its body.
    pub(in super::super) async fn request(&mut self) -> Option<(u32, Vec<u8>)> {
        let mut body = Vec::new();
        loop {
            let frame = self.frame().await?;
            match frame.kind {
                DATA => body.extend_from_slice(&frame.payload),
                HEADERS => {}
                _ => continue,
            }
            if frame.flags & END_STREAM != 0 {
                return Some((frame.stream, body));
            }
        }
    }

    pub(super) async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let mut frame = u32::try_from(payload.len()).unwrap().to_be_bytes()[1..].to_vec();
        frame.extend_from_slice(&[kind, flags]);
        frame.extend_from_slice(&stream.to_be_bytes());
        frame.extend_from_slice(payload);
        // The client may be gone.
        let _ = self.stream.write_all(&frame).await;
    }

    pub(super) async fn answer(&mut self, stream: u32) {
        self.answer_with(stream, b"ok").await;
    }

    pub(in super::super) async fn answer_with(&mut self, stream: u32, body: &[u8]) {
        self.send(HEADERS, END_HEADERS, stream, OK).await;
        self.send(DATA, END_STREAM, stream, body).await;
    }

    pub(super) async fn reset_stream(&mut self, stream: u32, reason: u32) {
        self.send(RST_STREAM, 0, stream, &reason.to_be_bytes())
            .await;
    }

    pub(super) async fn goaway(&mut self, last: u32) {
        let payload = [&last.to_be_bytes()[..], &[0; 4], b"debug-secret"].concat();
        self.send(GOAWAY, 0, 0, &payload).await;
    }

    /// Waits until the client has closed the connection.
    pub(super) async fn gone(mut self) {
        while self.frame().await.is_some() {}
    }
}
