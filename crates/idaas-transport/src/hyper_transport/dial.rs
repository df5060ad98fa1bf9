use std::{
    error::Error,
    future::poll_fn,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::{Pin, pin},
    task::Poll,
    time::Duration,
};

use rustls_pki_types::ServerName;
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;

use super::{
    not_sent,
    origin::Origin,
    tls::Tls,
    wire::{Socket, Stream},
};
use crate::{TransportError, TransportErrorKind};

/// Opens connections: name lookup, TCP, TLS. Each failure is told by its phase.
pub(super) struct Dialer {
    tls: Tls,
}

impl Dialer {
    pub(super) const fn new(tls: Tls) -> Self {
        Self { tls }
    }

    pub(super) async fn dial(&self, origin: &Origin) -> Result<Stream, TransportError> {
        if !origin.is_tls() {
            return Ok(Stream::Plain(tcp(origin).await?));
        }
        let name = ServerName::try_from(origin.host().to_owned())
            .map_err(|error| not_sent(TransportErrorKind::InvalidRequest).with_source(error))?;
        let config = self.tls.config().await?;
        let stream = TlsConnector::from(config)
            .connect(name, tcp(origin).await?)
            .await
            .map_err(|error| not_sent(TransportErrorKind::Tls).with_source(error))?;
        Ok(Stream::Tls(Box::new(stream)))
    }
}

async fn tcp(origin: &Origin) -> Result<Socket, TransportError> {
    let addresses = addresses(origin.host(), origin.port())
        .await
        .map_err(|error| not_sent(TransportErrorKind::NameLookup).with_source(error))?;
    let connected = async {
        let stream = connect_any(addresses).await?;
        stream.set_nodelay(true)?;
        Ok(Socket::new(stream))
    };
    connected
        .await
        .map_err(|error: io::Error| not_sent(TransportErrorKind::Connect).with_source(error))
}

/// The addresses of a host. `localhost` is this machine, whatever a name server says.
async fn addresses(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    if host.eq_ignore_ascii_case("localhost") {
        return Ok(vec![
            SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            SocketAddr::from((Ipv6Addr::LOCALHOST, port)),
        ]);
    }
    let found: Vec<_> = lookup_host((host, port)).await?.collect();
    if found.is_empty() {
        let none = NoAddress;
        return Err(io::Error::new(io::ErrorKind::NotFound, none));
    }
    Ok(by_turns(found))
}

/// Families by turns, the resolver's first choice first (RFC 8305, section 4).
fn by_turns(found: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let preferred = found.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|address| address.is_ipv6() == preferred);
    let mut second = second.into_iter();
    let mut addresses: Vec<_> = first
        .into_iter()
        .flat_map(|address| [Some(address), second.next()])
        .flatten()
        .collect();
    addresses.extend(second);
    addresses
}

/// The head start of an address over the next one (RFC 8305, section 5).
const HEAD_START: Duration = Duration::from_millis(250);

/// Connects to whichever address answers first. The next one is tried when the one before has
/// failed or has had its head start; the error is that of the last to fail.
async fn connect_any(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    type Attempt = Pin<Box<dyn Future<Output = io::Result<TcpStream>> + Send>>;

    if let [only] = addresses[..] {
        return TcpStream::connect(only).await;
    }
    let mut waiting = addresses.into_iter();
    let mut attempts: Vec<Attempt> = Vec::new();
    let mut error = io::Error::new(io::ErrorKind::NotFound, NoAddress);
    let mut head_start = pin!(tokio::time::sleep(Duration::ZERO));
    poll_fn(|cx| {
        loop {
            let before = attempts.len();
            let mut connected = None;
            attempts.retain_mut(|attempt| match attempt.as_mut().poll(cx) {
                Poll::Pending => true,
                Poll::Ready(Ok(stream)) => {
                    connected = Some(stream);
                    false
                }
                Poll::Ready(Err(failed)) => {
                    error = failed;
                    false
                }
            });
            if let Some(stream) = connected {
                return Poll::Ready(Ok(stream));
            }
            let one_failed = attempts.len() < before;
            if !one_failed && !attempts.is_empty() && head_start.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            match waiting.next() {
                Some(address) => {
                    attempts.push(Box::pin(TcpStream::connect(address)));
                    head_start.set(tokio::time::sleep(HEAD_START));
                }
                None if attempts.is_empty() => {
                    return Poll::Ready(Err(std::mem::replace(
                        &mut error,
                        io::ErrorKind::NotFound.into(),
                    )));
                }
                None => return Poll::Pending,
            }
        }
    })
    .await
}

#[derive(Debug)]
struct NoAddress;

impl std::fmt::Display for NoAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the name has no address")
    }
}

impl Error for NoAddress {}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test that cannot be set up has failed"
    )]

    use tokio::net::TcpListener;

    use super::*;

    fn at(ip: &str) -> SocketAddr {
        SocketAddr::new(ip.parse().unwrap(), 443)
    }

    #[test]
    fn families_take_turns() {
        let found = ["::1", "::2", "::3", "127.0.0.1"].map(at).to_vec();
        assert_eq!(by_turns(found), ["::1", "127.0.0.1", "::2", "::3"].map(at));

        let found = ["127.0.0.1", "::1", "::2", "127.0.0.2"].map(at).to_vec();
        let expected = ["127.0.0.1", "::1", "127.0.0.2", "::2"].map(at);
        assert_eq!(by_turns(found), expected);
    }

    #[tokio::test]
    async fn localhost_is_this_machine() {
        let found = addresses("LocalHost", 443).await.unwrap();

        assert_eq!(found, ["127.0.0.1", "::1"].map(at));
    }

    #[tokio::test]
    async fn a_refused_address_gives_way_to_the_next() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let open = listener.local_addr().unwrap();
        let closed = closed_address().await;

        let stream = connect_any(vec![closed, closed, open]).await.unwrap();

        assert_eq!(stream.peer_addr().unwrap(), open);
    }

    #[tokio::test]
    async fn an_address_that_does_not_answer_delays_the_next_by_its_head_start_only() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let open = listener.local_addr().unwrap();
        let (silent, _full) = silent_address().await;

        let stream = connect_any(vec![silent, open]).await.unwrap();

        assert_eq!(stream.peer_addr().unwrap(), open);
    }

    #[tokio::test]
    async fn the_last_refusal_is_the_error() {
        let closed = closed_address().await;

        let error = connect_any(vec![closed, closed]).await.unwrap_err();

        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
        assert!(connect_any(Vec::new()).await.is_err());
    }

    use super::super::test_server::{closed_address, silent_address};
}
