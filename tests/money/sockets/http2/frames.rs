//! As much of RFC 9113 as a service needs that means no good.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::money::sockets::service::Peer;

pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
pub(super) const RST_STREAM: u8 = 3;
pub(super) const SETTINGS: u8 = 4;
pub(super) const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
pub(super) const CONTINUATION: u8 = 9;

pub(super) const END_STREAM: u8 = 1;
pub(super) const ACK: u8 = 1;
pub(super) const END_HEADERS: u8 = 4;

pub(super) const NO_ERROR: u32 = 0;
pub(super) const REFUSED_STREAM: u32 = 7;

/// `:status: 200`
pub(super) const OK: &[u8] = b"\x88";

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A frame as it came.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) stream: u32,
    pub(super) payload: Vec<u8>,
}

/// A frame as it goes out.
pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = u32::try_from(payload.len()).unwrap().to_be_bytes()[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// Headers that are followed by more.
pub(super) fn headers(stream: u32, block: &[u8]) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, stream, block)
}

pub(super) fn last_data(stream: u32, bytes: &[u8]) -> Vec<u8> {
    frame(DATA, END_STREAM, stream, bytes)
}

pub(super) fn reset_stream(stream: u32, reason: u32) -> Vec<u8> {
    frame(RST_STREAM, 0, stream, &reason.to_be_bytes())
}

pub(super) fn goaway(last: u32) -> Vec<u8> {
    frame(
        GOAWAY,
        0,
        0,
        &[last.to_be_bytes(), NO_ERROR.to_be_bytes()].concat(),
    )
}

/// Allows that many bytes more.
pub(super) fn window_update(stream: u32, bytes: usize) -> Vec<u8> {
    let bytes = u32::try_from(bytes).unwrap();
    frame(WINDOW_UPDATE, 0, stream, &bytes.to_be_bytes())
}

/// One connection, seen from the service.
pub(super) struct Conversation {
    stream: TlsStream<TcpStream>,
    /// What has come of the next frame.
    bytes: Vec<u8>,
}

impl Conversation {
    pub(super) const fn new(stream: TlsStream<TcpStream>) -> Self {
        Self {
            stream,
            bytes: Vec::new(),
        }
    }

    /// Reads how HTTP/2 begins.
    pub(super) async fn preface(&mut self) -> Option<()> {
        (self.take(PREFACE.len()).await? == PREFACE).then_some(())
    }

    /// The next frame. Nothing once the sender is gone.
    pub(super) async fn frame(&mut self) -> Option<Frame> {
        const HEAD: usize = 9;
        self.fill(HEAD).await?;
        let length = u32::from_be_bytes([0, self.bytes[0], self.bytes[1], self.bytes[2]]) as usize;
        let bytes = self.take(HEAD + length).await?;
        Some(Frame {
            kind: bytes[3],
            flags: bytes[4],
            stream: u32::from_be_bytes([bytes[5], bytes[6], bytes[7], bytes[8]]),
            payload: bytes[HEAD..].to_vec(),
        })
    }

    /// Whether the connection has ended in what may be the head of a request.
    pub(super) fn ended_in_a_head(&self) -> bool {
        match self.bytes[..] {
            [] => false,
            [_, _, _, kind, ..] => kind == HEADERS,
            _ => true,
        }
    }

    /// Writes all of it. The sender may be gone; what it has sent before is read all the same.
    pub(super) async fn say(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
        let _ = self.stream.flush().await;
    }

    /// Says that nothing more will be said, and can still read.
    pub(super) async fn shut(&mut self) {
        let _ = self.stream.shutdown().await;
    }

    pub(super) fn reset(self) {
        self.stream.reset();
    }

    async fn take(&mut self, length: usize) -> Option<Vec<u8>> {
        self.fill(length).await?;
        Some(self.bytes.drain(..length).collect())
    }

    async fn fill(&mut self, length: usize) -> Option<()> {
        while self.bytes.len() < length {
            if !matches!(self.stream.read_buf(&mut self.bytes).await, Ok(1..)) {
                return None;
            }
        }
        Some(())
    }
}
