//! `HyperTransport`: hyper's HTTP/1.1 connections, a small pool, rustls.
//!
//! The pool is ours, and a connection is driven by the call that uses it, because of what has
//! to be told exactly: whether a byte of the request left this machine. The pooled client of
//! hyper-util runs each connection in a task of its own, so that when a limit runs out, or an
//! error comes back, the request may be written in that very moment. Here nothing is written
//! but while the call is polled, and `Wire` counts what the socket took.

mod body;
mod builder;
mod connection;
mod dial;
#[cfg(feature = "http2")]
mod http2;
mod limit;
mod origin;
mod pem;
mod pool;
mod proxy;
mod relay;
mod resolver;
mod tls;
mod wire;

#[cfg(test)]
mod test_server;

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};
use tokio::{
    runtime::Handle,
    sync::{Semaphore, SemaphorePermit},
};

pub use builder::HyperTransportBuilder;
pub use pem::{ClientIdentity, PemError, PemErrorKind, RootCertificates};
pub use proxy::{Proxy, ProxyError, ProxyErrorKind};

use crate::{BoxFuture, Deadline, Delivery, Transport, TransportError, TransportErrorKind};
use {
    builder::Settings, connection::Connection, dial::Dialer, limit::Limit, origin::Origin,
    pool::Pool,
};

/// A [`Transport`] over hyper and rustls, for programs that run on tokio.
///
/// HTTP/1.1 with kept connections, or HTTP/2 (feature `http2`) if asked for. `https` only; plain
/// `http` to loopback hosts, or by
/// [`allow_plain_http`](HyperTransportBuilder::allow_plain_http). Redirects are returned as they
/// are, proxies are used if [asked for](HyperTransportBuilder::proxy), and nothing is ever sent
/// twice. The defaults of every limit are listed at [`HyperTransportBuilder`].
///
/// Clones share connections and limits. Nothing is read or opened before the first call.
///
/// # Errors
///
/// [`Delivery::NotSent`] is said if and only if the socket took no byte since the request was
/// handed over, so it is never wrong. A kept connection is looked at again, by the socket and
/// not by what the runtime last heard of it, before a request is put on it: if the service has
/// closed it, another is used.
///
/// # Dropping the future
///
/// Dropping the future of [`send`](Transport::send) closes the connection that the call was
/// using and gives its slot back; the transport stays usable. Whether the request was received
/// is then not known.
///
/// # Runtimes
///
/// Calls have to be made within a tokio runtime with its I/O and time drivers enabled; outside
/// of any runtime a call fails with [`TransportErrorKind::NoRuntime`]. One transport may be used
/// from several runtimes: each uses its own connections.
#[derive(Clone)]
pub struct HyperTransport {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    slots: Semaphore,
    pool: Arc<Pool>,
    dialer: Dialer,
    http1: hyper::client::conn::http1::Builder,
    /// If it may be spoken.
    #[cfg(feature = "http2")]
    http2: Option<http2::Http2>,
}

impl HyperTransport {
    /// A transport with the default limits and the trust store of the operating system.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Starts from the defaults and changes some.
    pub const fn builder() -> HyperTransportBuilder {
        HyperTransportBuilder::new()
    }
}

impl Default for HyperTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl Transport for HyperTransport {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(self.inner.call(request))
    }
}

impl Inner {
    async fn call(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let Ok(runtime) = Handle::try_current() else {
            return Err(not_sent(TransportErrorKind::NoRuntime));
        };
        let origin = Origin::of(request.uri(), self.settings.allow_plain_http)?;
        let limits = &self.settings.limits;
        let end = limits.end(request.extensions().get::<Deadline>().copied());

        let _slot = self.slot(end).await?;
        #[cfg(feature = "http2")]
        if let Some(http2) = self.http2.as_ref().filter(|_| origin.is_tls()) {
            // In a box, for calls without it to stay small.
            return Box::pin(self.call_http2(http2, origin, request, &runtime, end)).await;
        }
        let connection = match self.pool.take(&origin, runtime.id()) {
            Some(connection) => connection,
            // In a box, for calls on kept connections to stay small.
            None => match Box::pin(self.open(&origin, limits.connect(end))).await? {
                Opened::Http1(connection) => connection,
                #[cfg(feature = "http2")]
                Opened::Http2(_) => return Err(not_sent(TransportErrorKind::Tls)),
            },
        };
        self.call_http1(connection, origin, request, &runtime, end)
            .await
    }

    /// A call on a connection of its own, which is kept for others afterwards.
    async fn call_http1(
        &self,
        connection: Box<Connection>,
        origin: Origin,
        request: Request<Bytes>,
        runtime: &Handle,
        end: Limit,
    ) -> Result<Response<Bytes>, TransportError> {
        let (response, connection) = connection
            .exchange(
                request,
                self.settings.limits.head(end),
                end,
                self.settings.max_response_body,
            )
            .await?;
        if let Some(connection) = connection {
            self.pool.put(origin, connection, runtime);
        }
        Ok(response)
    }

    /// Waits for one of the slots for calls in flight.
    async fn slot(&self, end: Limit) -> Result<SemaphorePermit<'_>, TransportError> {
        let timed_out = |_| end.ran_out(TransportErrorKind::SlotTimeout, Delivery::NotSent);
        if end.has_passed() {
            return Err(timed_out(()));
        }
        match self.slots.try_acquire() {
            Ok(slot) => Ok(slot),
            Err(_) => tokio::time::timeout_at(end.moment(), self.slots.acquire())
                .await
                .map_err(|_| timed_out(()))?
                .map_err(|_| not_sent(TransportErrorKind::Cancelled)),
        }
    }

    /// Opens a connection. One limit is around name lookup, connect, proxy and TLS.
    async fn open(&self, origin: &Origin, limit: Limit) -> Result<Opened, TransportError> {
        // What is in use and what is kept are together no more than the slots.
        self.pool.keep(self.slots.available_permits());
        let connecting = async {
            let stream = self.dialer.dial(origin).await?;
            #[cfg(feature = "http2")]
            if let Some(http2) = self.http2.as_ref().filter(|_| stream.is_http2()) {
                let shared = http2::Shared::new(stream, http2.settings).await?;
                return Ok(Opened::Http2(shared));
            }
            let connection = Connection::new(stream, origin, &self.http1).await?;
            Ok(Opened::Http1(connection))
        };
        match tokio::time::timeout_at(limit.moment(), connecting).await {
            Ok(Ok(connection)) => Ok(connection),
            // The limits of single addresses may end a moment before that of the whole.
            Ok(Err(error)) if !limit.has_passed() => Err(error),
            _ => Err(limit.ran_out(TransportErrorKind::ConnectTimeout, Delivery::NotSent)),
        }
    }
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransport")
            .field("settings", &self.inner.settings)
            .field("dialer", &self.inner.dialer)
            .finish_non_exhaustive()
    }
}

/// A new connection.
enum Opened {
    Http1(Box<Connection>),
    #[cfg(feature = "http2")]
    Http2(Arc<http2::Shared>),
}

/// The error of a call that ended before anything could be written.
const fn not_sent(kind: TransportErrorKind) -> TransportError {
    TransportError::new(kind, Delivery::NotSent)
}

#[cfg(test)]
mod tests;
