use std::{
    io::{self, IoSlice, Read},
    mem::MaybeUninit,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

use crate::Delivery;

/// What happened on a connection since a request was handed to it.
///
/// One call at a time uses a connection and drives it, so that when this is read no byte is on
/// its way between the question and the answer.
#[derive(Debug, Default)]
pub(super) struct Wire {
    /// HTTP had bytes to write. Below TLS, an alert is not a byte of the request.
    offered: AtomicBool,
    /// The socket took at least one byte.
    accepted: AtomicBool,
    /// The socket refused a byte, with an error.
    refused: AtomicBool,
    /// The next read asks the socket itself.
    look: AtomicBool,
}

impl Wire {
    /// Forgets what earlier requests did.
    pub(super) fn rearm(&self) {
        self.offered.store(false, Relaxed);
        self.accepted.store(false, Relaxed);
        self.refused.store(false, Relaxed);
    }

    /// Makes the next read ask the socket itself and not the runtime, which may not have heard
    /// yet that the peer has closed.
    pub(super) fn look_again(&self) {
        self.look.store(true, Relaxed);
    }

    /// Whether a byte of the request may have left this machine.
    pub(super) fn delivery(&self) -> Delivery {
        if self.offered.load(Relaxed) && self.accepted.load(Relaxed) {
            Delivery::Unknown
        } else {
            Delivery::NotSent
        }
    }

    /// Whether writing failed.
    pub(super) fn write_failed(&self) -> bool {
        self.refused.load(Relaxed)
    }

    fn note(&self, written: &Poll<io::Result<usize>>) {
        match written {
            Poll::Ready(Ok(0)) | Poll::Pending => {}
            Poll::Ready(Ok(_)) => self.accepted.store(true, Relaxed),
            Poll::Ready(Err(_)) => self.refused.store(true, Relaxed),
        }
    }
}

/// A TCP connection that notes on its [`Wire`] what it took.
#[derive(Debug)]
pub(super) struct Socket {
    tcp: TcpStream,
    wire: Arc<Wire>,
}

impl Socket {
    pub(super) fn new(tcp: TcpStream) -> Self {
        Self {
            tcp,
            wire: Arc::default(),
        }
    }

    /// Reads past the runtime. `WouldBlock` means that the connection is open and silent.
    fn look(&self, buf: &mut ReadBuf<'_>) -> io::Result<()> {
        let socket = SockRef::from(&self.tcp);
        socket.peek(&mut [MaybeUninit::uninit()])?;
        let read = (&*socket).read(buf.initialize_unfilled())?;
        buf.advance(read);
        Ok(())
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.wire.look.load(Relaxed) {
            self.wire.look.store(false, Relaxed);
            match self.look(buf) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return Poll::Ready(done),
            }
        }
        Pin::new(&mut self.tcp).poll_read(cx, buf)
    }
}

impl AsyncWrite for Socket {
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
pub(super) enum Stream {
    Plain(Socket),
    Tls(Box<TlsStream<Socket>>),
}

impl Stream {
    pub(super) fn wire(&self) -> &Arc<Wire> {
        match self {
            Self::Plain(socket) => &socket.wire,
            Self::Tls(tls) => &tls.get_ref().0.wire,
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_read(cx, buf),
            Self::Tls(tls) => Pin::new(tls).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.wire().offered.store(true, Relaxed);
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_write(cx, buf),
            Self::Tls(tls) => Pin::new(tls).poll_write(cx, buf),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.wire().offered.store(true, Relaxed);
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_write_vectored(cx, bufs),
            Self::Tls(tls) => Pin::new(tls).poll_write_vectored(cx, bufs),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(socket) => socket.is_write_vectored(),
            Self::Tls(tls) => tls.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_flush(cx),
            Self::Tls(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_shutdown(cx),
            Self::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}
