use std::{
    error::Error,
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::{client::legacy::connect::HttpConnector, rt::TokioIo};
use rustls_pki_types::InvalidDnsNameError;
use tokio::net::TcpStream;
use tower_service::Service;

use super::{
    not_sent,
    origin::Origin,
    proxy::Proxy,
    resolver::{LookupFailed, Resolver},
    tls::Tls,
    wire::{Socket, Stream},
};
use crate::{BoxError, TransportError, TransportErrorKind};

/// Opens connections: name lookup, TCP, the proxy's handshake, TLS. Each failure is told by its
/// phase, and none has sent a byte of a request.
pub(super) struct Dialer {
    sockets: Sockets,
    resolver: Resolver,
    tls: Tls,
}

impl Dialer {
    /// `limit` is that of the whole: the addresses of a host share it, so that one that does not
    /// answer leaves time for the next.
    pub(super) fn new(resolver: Resolver, proxy: Option<Proxy>, limit: Duration, tls: Tls) -> Self {
        let mut direct = HttpConnector::new_with_resolver(resolver.clone());
        direct.enforce_http(false);
        direct.set_nodelay(true);
        direct.set_happy_eyeballs_timeout(Some(HEAD_START));
        direct.set_connect_timeout(Some(limit));
        Self {
            sockets: Sockets { direct, proxy },
            resolver,
            tls,
        }
    }

    pub(super) async fn dial(&self, origin: &Origin) -> Result<Stream, TransportError> {
        let uri = origin.uri()?;
        let mut sockets = self.sockets.clone();
        let io = if origin.is_tls() {
            let tls = self.tls.config().await?;
            open(&mut HttpsConnector::from((sockets, tls)), uri)
                .await
                .map_err(phase)?
        } else {
            MaybeHttpsStream::Http(open(&mut sockets, uri).await?)
        };
        Ok(Stream::new(io))
    }
}

impl fmt::Debug for Dialer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dialer")
            .field("resolver", &self.resolver)
            .field("proxy", &self.sockets.proxy)
            .field("tls", &self.tls)
            .finish()
    }
}

/// The head start of the preferred family of addresses (RFC 8305, section 8).
const HEAD_START: Duration = Duration::from_millis(250);

/// The connector below TLS. What a proxy is told before is not counted on the socket's wire.
#[derive(Clone)]
struct Sockets {
    direct: HttpConnector<Resolver>,
    proxy: Option<Proxy>,
}

impl Service<Uri> for Sockets {
    type Response = Socket;
    type Error = TransportError;
    type Future = Pin<Box<dyn Future<Output = Result<Socket, TransportError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let Self { mut direct, proxy } = self.clone();
        Box::pin(async move {
            let tcp: TokioIo<TcpStream> = match proxy.filter(|proxy| proxy.is_for(&target)) {
                Some(proxy) => proxy
                    .open(direct, target)
                    .await
                    .map_err(|error| not_sent(TransportErrorKind::Proxy).with_source(error))?,
                None => open(&mut direct, target).await.map_err(not_connected)?,
            };
            Ok(Socket::new(tcp))
        })
    }
}

/// Asks a connector for a connection.
pub(super) async fn open<C: Service<Uri>>(
    connector: &mut C,
    target: Uri,
) -> Result<C::Response, C::Error> {
    poll_fn(|cx| connector.poll_ready(cx)).await?;
    connector.call(target).await
}

/// The error of a connection without a proxy.
fn not_connected(error: impl Error + Send + Sync + 'static) -> TransportError {
    let no_address = error.source().is_some_and(<dyn Error>::is::<LookupFailed>);
    let kind = if no_address {
        TransportErrorKind::NameLookup
    } else {
        TransportErrorKind::Connect
    };
    not_sent(kind).with_source(error)
}

/// The phase in which opening a connection with TLS failed.
fn phase(error: BoxError) -> TransportError {
    match error.downcast::<TransportError>() {
        Ok(below) => *below,
        Err(error) if error.is::<InvalidDnsNameError>() => {
            not_sent(TransportErrorKind::InvalidRequest).with_source(error)
        }
        Err(error) => not_sent(TransportErrorKind::Tls).with_source(error),
    }
}
