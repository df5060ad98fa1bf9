use std::{
    io::{self, IoSlice, Read as _},
    mem::MaybeUninit,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::MaybeHttpsStream;
use hyper_util::{
    client::legacy::connect::{Connected, Connection},
    rt::TokioIo,
};
use socket2::SockRef;
use tokio::net::TcpStream;

use crate::Delivery;

/// What happened on a connection since a request was handed to it.
///
/// One call at a time drives a connection, so that when this is read no byte is on its way
/// between the question and the answer.
#[derive(Debug, Default)]
pub(super) struct Wire {
    /// HTTP had bytes to write. Below TLS, an alert is not a byte of the request.
    offered: AtomicBool,
    /// How often the socket took bytes.
    accepted: AtomicU64,
    /// The socket refused a byte, with an error.
    refused: AtomicBool,
    /// How many reads ask the socket itself, as long as it has something.
    looks: AtomicU8,
}

impl Wire {
    /// Forgets what earlier requests did.
    pub(super) fn rearm(&self) {
        self.offered.store(false, Relaxed);
        self.accepted.store(0, Relaxed);
        self.refused.store(false, Relaxed);
    }

    /// Makes the next reads ask the socket itself and not the runtime, which may not have heard
    /// yet that the peer has closed, or has said that it will.
    pub(super) fn look_again(&self) {
        self.looks.store(LOOKS, Relaxed);
    }

    /// Whether a byte of the request may have left this machine.
    pub(super) fn delivery(&self) -> Delivery {
        if self.offered.load(Relaxed) && self.accepted.load(Relaxed) > 0 {
            Delivery::Unknown
        } else {
            Delivery::NotSent
        }
    }

    /// How often the socket took bytes, ever or since the last request of HTTP/1.1.
    pub(super) fn accepted(&self) -> u64 {
        self.accepted.load(Relaxed)
    }

    /// Whether writing failed.
    pub(super) fn write_failed(&self) -> bool {
        self.refused.load(Relaxed)
    }

    fn note(&self, written: &Poll<io::Result<usize>>) {
        match written {
            Poll::Ready(Ok(0)) | Poll::Pending => {}
            // No other thread writes at the same time.
            Poll::Ready(Ok(_)) => self.accepted.store(self.accepted() + 1, Relaxed),
            Poll::Ready(Err(_)) => self.refused.store(true, Relaxed),
        }
    }
}

/// Enough for what a service says on a connection that no one uses, and an end for one that
/// never stops.
const LOOKS: u8 = 16;

/// A TCP connection that notes on its [`Wire`] what it took.
#[derive(Debug)]
pub(super) struct Socket {
    tcp: TokioIo<TcpStream>,
    wire: Arc<Wire>,
}

impl Socket {
    pub(super) fn new(tcp: TokioIo<TcpStream>) -> Self {
        Self {
            tcp,
            wire: Arc::default(),
        }
    }

    /// Reads past the runtime. `WouldBlock` means that the connection is open and silent.
    fn look(&self, buf: &mut ReadBufCursor<'_>) -> io::Result<()> {
        let socket = SockRef::from(self.tcp.inner());
        socket.peek(&mut [MaybeUninit::uninit()])?;
        let mut bytes = [0; 4096];
        let room = bytes.len().min(buf.remaining());
        let read = (&*socket).read(&mut bytes[..room])?;
        buf.put_slice(&bytes[..read]);
        Ok(())
    }
}

/// What the connectors of hyper-util and hyper-rustls ask of a stream; the pool there would use
/// it.
impl Connection for Socket {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let looks = self.wire.looks.load(Relaxed);
        if looks > 0 {
            self.wire.looks.store(looks - 1, Relaxed);
            match self.look(&mut buf) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.wire.looks.store(0, Relaxed);
                }
                done => return Poll::Ready(done),
            }
        }
        Pin::new(&mut self.tcp).poll_read(cx, buf)
    }
}

impl Write for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write(cx, buf);
        self.wire.note(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.tcp).poll_write_vectored(cx, bufs);
        self.wire.note(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

/// What HTTP is spoken over.
#[derive(Debug)]
pub(super) struct Stream {
    io: MaybeHttpsStream<Socket>,
    wire: Arc<Wire>,
}

impl Stream {
    pub(super) fn new(io: MaybeHttpsStream<Socket>) -> Self {
        let wire = match &io {
            MaybeHttpsStream::Http(socket) => &socket.wire,
            MaybeHttpsStream::Https(tls) => &tls.inner().get_ref().0.inner().wire,
        };
        Self {
            wire: Arc::clone(wire),
            io,
        }
    }

    pub(super) const fn wire(&self) -> &Arc<Wire> {
        &self.wire
    }

    /// Whether HTTP/2 was agreed upon.
    #[cfg(feature = "http2")]
    pub(super) fn is_http2(&self) -> bool {
        match &self.io {
            MaybeHttpsStream::Http(_) => false,
            MaybeHttpsStream::Https(tls) => tls.inner().get_ref().1.alpn_protocol() == Some(b"h2"),
        }
    }
}

impl Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl Write for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.wire.offered.store(true, Relaxed);
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.wire.offered.store(true, Relaxed);
        Pin::new(&mut self.io).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
