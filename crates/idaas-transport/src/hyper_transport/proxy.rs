mod error;
mod exceptions;

use std::{env, fmt, fmt::Write, sync::Arc};

use http::Uri;
use hyper_util::{
    client::{
        legacy::connect::{
            HttpConnector,
            proxy::{SocksV5, Tunnel},
        },
        proxy::matcher::{Intercept, Matcher},
    },
    rt::TokioIo,
};
use tokio::net::TcpStream;

pub use error::{ProxyError, ProxyErrorKind};

use super::{dial::open, resolver::Resolver};
use crate::{BoxError, loopback::is_loopback};
use exceptions::Exceptions;

/// The proxy that a transport connects through.
///
/// An HTTP proxy is asked by `CONNECT` for a tunnel, a SOCKS5 proxy (RFC 1928, RFC 1929) for a
/// connection; either looks up the name of the service itself. TLS runs through the tunnel, so
/// that the proxy sees the service's host and port and nothing else, and the certificate is
/// checked against the service's name as ever. Loopback hosts are not called through it, unless
/// [asked for](Self::including_loopback).
///
/// Every failure of the proxy is [`TransportErrorKind::Proxy`](crate::TransportErrorKind::Proxy)
/// and [`Delivery::NotSent`](crate::Delivery::NotSent): no way to it, an answer to `CONNECT`
/// other than 200, one of more than 8 KiB, credentials that are refused. A proxy that stalls is
/// bounded by the limit of connecting.
///
/// Credentials never appear in `Debug`, an error or a log line.
///
/// ```
/// use idaas_transport::{HyperTransport, Proxy};
///
/// let proxy = Proxy::parse("http://proxy.example.com:3128")?
///     .with_credentials("user", "password")?
///     .with_exceptions("intranet.example.com, 10.0.0.0/8");
/// let transport = HyperTransport::builder().proxy(proxy).build();
/// # Ok::<(), idaas_transport::ProxyError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct Proxy {
    protocol: Protocol,
    /// As the URI's authority has it.
    host: String,
    port: u16,
    /// The proxy's URI without, and its credentials in the form that the protocol wants.
    server: Intercept,
    exceptions: Arc<Exceptions>,
    loopback: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    Http,
    Socks5,
}

impl Proxy {
    /// Reads the URI of a proxy: `http://`, `socks5://` or `socks5h://`, with or without a user
    /// name and a password (percent-encoded), and without a path but `/`. Without a scheme it is
    /// HTTP; without a port, 80 or 1080.
    ///
    /// # Errors
    ///
    /// A [`ProxyError`] if it is no such URI. A proxy that is itself called over TLS
    /// (`https://`) is not supported.
    pub fn parse(uri: &str) -> Result<Self, ProxyError> {
        let with_scheme = if uri.contains("://") {
            uri.to_owned()
        } else {
            format!("http://{uri}")
        };
        // http's parser drops a fragment, even where it is one half of a password.
        if uri.contains('#') {
            return Err(ProxyErrorKind::PathOrQuery.into());
        }
        let parsed: Uri = with_scheme
            .parse()
            .map_err(|_| ProxyErrorKind::InvalidUri)?;
        let protocol = match parsed.scheme_str() {
            Some("http") => Protocol::Http,
            Some("socks5" | "socks5h") => Protocol::Socks5,
            _ => return Err(ProxyErrorKind::UnsupportedScheme.into()),
        };
        if !matches!(parsed.path(), "" | "/") || parsed.query().is_some() {
            return Err(ProxyErrorKind::PathOrQuery.into());
        }
        Self::new(protocol, &parsed)
    }

    fn new(protocol: Protocol, uri: &Uri) -> Result<Self, ProxyError> {
        let authority = uri.authority().ok_or(ProxyErrorKind::InvalidUri)?;
        let (credentials, address) = match authority.as_str().rsplit_once('@') {
            Some((credentials, address)) => (Some(credentials), address),
            None => (None, authority.as_str()),
        };
        if !credentials.is_none_or(is_percent_encoded) {
            return Err(ProxyErrorKind::InvalidEncoding.into());
        }
        let host = authority.host();
        let port = match (address.strip_prefix(host), protocol) {
            (Some("" | ":"), Protocol::Http) => 80,
            (Some("" | ":"), Protocol::Socks5) => 1080,
            _ => authority.port_u16().ok_or(ProxyErrorKind::InvalidUri)?,
        };
        if host.is_empty() {
            return Err(ProxyErrorKind::InvalidUri.into());
        }
        let at = credentials.map_or_else(String::new, |credentials| format!("{credentials}@"));
        let server = format!("{}://{at}{host}:{port}", protocol.scheme());
        let server = Matcher::builder()
            .all(server)
            .build()
            .intercept(&Uri::from_static("https://service"))
            .ok_or(ProxyErrorKind::InvalidUri)?;
        if let Some((user, password)) = server.raw_auth()
            && (user.len() > SOCKS_MAX || password.len() > SOCKS_MAX)
        {
            return Err(ProxyErrorKind::InvalidCredentials.into());
        }
        Ok(Self {
            protocol,
            host: host.to_owned(),
            port,
            server,
            exceptions: Arc::default(),
            loopback: false,
        })
    }

    /// The proxy that the environment names, if any: the first that is set of `https_proxy`,
    /// `HTTPS_PROXY`, `all_proxy`, `ALL_PROXY`, with the exceptions of `no_proxy` or `NO_PROXY`.
    /// `HTTP_PROXY` is not looked at: nothing is called in plain.
    ///
    /// Nothing but this function reads these variables, and it does so once, when it is called.
    ///
    /// # Errors
    ///
    /// A [`ProxyError`] that names the variable if its value is not the URI of a proxy, rather
    /// than a way around it.
    pub fn from_env() -> Result<Option<Self>, ProxyError> {
        Self::from_variables(|name| match env::var(name) {
            Ok(value) => Ok(Some(value)),
            Err(env::VarError::NotPresent) => Ok(None),
            Err(env::VarError::NotUnicode(_)) => Err(ProxyErrorKind::NotUnicode.into()),
        })
    }

    fn from_variables(
        read: impl Fn(&str) -> Result<Option<String>, ProxyError>,
    ) -> Result<Option<Self>, ProxyError> {
        let first = |names: &[&'static str]| {
            for &name in names {
                let value = read(name).map_err(|error| error.in_variable(name))?;
                if let Some(value) = value.filter(|value| !value.is_empty()) {
                    return Ok(Some((name, value)));
                }
            }
            Ok::<_, ProxyError>(None)
        };
        let uri = first(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])?;
        let exceptions = first(&["no_proxy", "NO_PROXY"])?;
        let Some((name, uri)) = uri else {
            return Ok(None);
        };
        let proxy = Self::parse(&uri).map_err(|error| error.in_variable(name))?;
        Ok(Some(match exceptions {
            Some((_, hosts)) => proxy.with_exceptions(&hosts),
            None => proxy,
        }))
    }

    /// Sets the user name and the password that the proxy is told. To an HTTP proxy they are
    /// sent in plain (`Basic`), as to a SOCKS5 proxy.
    ///
    /// # Errors
    ///
    /// A [`ProxyError`] if they do not fit: a `:` in the user name of an HTTP proxy; for a
    /// SOCKS5 proxy more than 255 bytes each. Together with the service's host name they may
    /// have 249 bytes there, or connecting fails.
    pub fn with_credentials(self, user: &str, password: &str) -> Result<Self, ProxyError> {
        if self.protocol == Protocol::Http && user.contains(':') {
            return Err(ProxyErrorKind::InvalidCredentials.into());
        }
        let (user, password) = (percent_encoded(user), percent_encoded(password));
        let (scheme, host, port) = (self.protocol.scheme(), &self.host, self.port);
        let uri = format!("{scheme}://{user}:{password}@{host}:{port}");
        let uri: Uri = uri
            .parse()
            .map_err(|_| ProxyErrorKind::InvalidCredentials)?;
        Ok(Self {
            server: Self::new(self.protocol, &uri)?.server,
            ..self
        })
    }

    /// Sets the hosts that are called without the proxy, as `NO_PROXY` names them, separated by
    /// commas or spaces: a domain, which stands for all below it too (with or without `.` or
    /// `*.` before it), an IP address, a network such as `10.0.0.0/8` (for hosts that are given
    /// as addresses: names are not looked up for this), or `*` for all. A port after a domain or
    /// an address, as in `example.com:8443` or `[::1]:8443`, makes it an exception at that port
    /// alone.
    pub fn with_exceptions(mut self, hosts: &str) -> Self {
        self.exceptions = Arc::new(Exceptions::parse(hosts));
        self
    }

    /// Calls loopback hosts through the proxy too.
    pub const fn including_loopback(mut self) -> Self {
        self.loopback = true;
        self
    }

    /// Whether the proxy stands between here and `target`.
    pub(super) fn is_for(&self, target: &Uri) -> bool {
        (self.loopback || !is_loopback(target)) && !self.exceptions.contain(target)
    }

    /// Opens a connection to `target`.
    pub(super) async fn open(
        &self,
        direct: HttpConnector<Resolver>,
        target: Uri,
    ) -> Result<TokioIo<TcpStream>, BoxError> {
        let server = self.server.uri().clone();
        match self.protocol {
            Protocol::Http => {
                let mut tunnel = Tunnel::new(server, direct);
                if let Some(credentials) = self.server.basic_auth() {
                    tunnel = tunnel.with_auth(credentials.clone());
                }
                open(&mut tunnel, target).await.map_err(Into::into)
            }
            Protocol::Socks5 => {
                let mut socks = SocksV5::new(server, direct);
                if let Some((user, password)) = self.server.raw_auth() {
                    socks = socks.with_auth(user.to_owned(), password.to_owned());
                }
                open(&mut socks, target).await.map_err(Into::into)
            }
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_credentials =
            self.server.basic_auth().is_some() || self.server.raw_auth().is_some();
        f.debug_struct("Proxy")
            .field("protocol", &self.protocol)
            .field("host", &self.host)
            .field("port", &self.port)
            .field("credentials", &has_credentials.then_some("[redacted]"))
            .finish_non_exhaustive()
    }
}

impl Protocol {
    const fn scheme(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Socks5 => "socks5",
        }
    }
}

/// What a field of RFC 1929 holds.
const SOCKS_MAX: usize = 255;

fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        // Writing to a string does not fail.
        let _ = write!(encoded, "%{byte:02X}");
        encoded
    })
}

/// Whether each `%` begins a byte, and all the bytes together are UTF-8.
fn is_percent_encoded(text: &str) -> bool {
    let mut parts = text.split('%');
    let mut decoded = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let Some((Ok(byte), rest)) = part
            .split_at_checked(2)
            .filter(|(digits, _)| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .map(|(digits, rest)| (u8::from_str_radix(digits, 16), rest))
        else {
            return false;
        };
        decoded.push(byte);
        decoded.extend(rest.as_bytes());
    }
    std::str::from_utf8(&decoded).is_ok()
}

#[cfg(test)]
mod tests;
