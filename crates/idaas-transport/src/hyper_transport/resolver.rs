use std::{
    collections::HashMap,
    error::Error,
    fmt, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    vec,
};

use hyper_util::client::legacy::connect::dns::Name;
use tokio::net::lookup_host;
use tower_service::Service;

/// The addresses of a host: fixed ones, or those of the system's resolver. `localhost` is this
/// machine, whatever anyone says, because plain http is allowed to it.
#[derive(Clone, Debug)]
pub(super) struct Resolver {
    /// By [`plain`] names.
    fixed: Arc<HashMap<String, Vec<IpAddr>>>,
}

impl Resolver {
    pub(super) fn new(fixed: impl IntoIterator<Item = (String, Vec<IpAddr>)>) -> Self {
        let fixed = fixed
            .into_iter()
            .map(|(host, addresses)| (plain(&host), addresses))
            .collect();
        Self {
            fixed: Arc::new(fixed),
        }
    }

    /// The addresses that need no lookup. The port is the connector's to add.
    fn known(&self, host: &str) -> Option<Vec<SocketAddr>> {
        let host = plain(host);
        if host == "localhost" {
            return Some(vec![
                SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
                SocketAddr::from((Ipv6Addr::LOCALHOST, 0)),
            ]);
        }
        let addresses = self.fixed.get(&host)?;
        Some(addresses.iter().map(|ip| SocketAddr::new(*ip, 0)).collect())
    }
}

/// A name in lower case and without the dot of the root, with which it is the same host.
fn plain(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = LookupFailed;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, LookupFailed>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), LookupFailed>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let known = self.known(name.as_str());
        Box::pin(async move {
            let found = match known {
                Some(known) => known,
                None => lookup_host((name.as_str(), 0))
                    .await
                    .map_err(|error| LookupFailed(Some(error)))?
                    .collect(),
            };
            if found.is_empty() {
                return Err(LookupFailed(None));
            }
            Ok(found.into_iter())
        })
    }
}

/// A host has no address, or the resolver says why it knows none.
#[derive(Debug)]
pub(super) struct LookupFailed(Option<io::Error>);

impl fmt::Display for LookupFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Some(_) => "the name could not be looked up",
            None => "the name has no address",
        })
    }
}

impl Error for LookupFailed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.as_ref().map(|error| error as _)
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test that cannot be set up has failed"
    )]

    use super::*;

    fn ips(resolver: &Resolver, host: &str) -> Option<Vec<String>> {
        let known = resolver.known(host)?;
        Some(known.iter().map(|at| at.ip().to_string()).collect())
    }

    #[test]
    fn what_is_known_without_a_lookup() {
        let here = "10.0.0.1".parse().unwrap();
        let resolver = Resolver::new([
            ("Example.com".to_owned(), vec![here]),
            ("svc.example.com.".to_owned(), vec![here]),
            ("localhost".to_owned(), vec![here]),
        ]);

        assert_eq!(ips(&resolver, "EXAMPLE.com").unwrap(), ["10.0.0.1"]);
        assert_eq!(ips(&resolver, "www.example.com"), None);
        for host in ["example.com.", "svc.example.com", "svc.example.com."] {
            assert_eq!(ips(&resolver, host).unwrap(), ["10.0.0.1"], "{host}");
        }
        for host in ["LocalHost", "localhost."] {
            assert_eq!(
                ips(&resolver, host).unwrap(),
                ["127.0.0.1", "::1"],
                "{host} cannot be sent elsewhere"
            );
        }
    }

    #[tokio::test]
    async fn a_host_fixed_to_no_address_has_none() {
        let mut resolver = Resolver::new([("example.com".to_owned(), Vec::new())]);

        let error = resolver.call("example.com".parse().unwrap()).await;

        assert_eq!(error.unwrap_err().to_string(), "the name has no address");
    }
}
