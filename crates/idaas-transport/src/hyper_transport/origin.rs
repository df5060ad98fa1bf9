use http::{
    HeaderValue, Uri,
    uri::{Authority, Scheme},
};

use super::not_sent;
use crate::{TransportError, TransportErrorKind, loopback::is_loopback};

/// Where a connection goes: calls to the same origin may share one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Origin {
    // The cheap ones first, for origins are compared in this order.
    tls: bool,
    port: u16,
    authority: Authority,
}

impl Origin {
    /// The origin of a request, if a call to it is allowed.
    pub(super) fn of(uri: &Uri, allow_plain_http: bool) -> Result<Self, TransportError> {
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return Err(invalid("the URI is not absolute"));
        };
        let tls = if *scheme == Scheme::HTTPS {
            true
        } else if *scheme != Scheme::HTTP {
            return Err(invalid("the scheme of the URI is not http or https"));
        } else if allow_plain_http || is_loopback(uri) {
            false
        } else {
            return Err(not_sent(TransportErrorKind::PlaintextRefused));
        };
        let host = authority.host();
        if host.is_empty() {
            return Err(invalid("the URI has no host"));
        }
        if authority.as_str().contains('@') {
            return Err(invalid("the URI has a user name"));
        }
        let port = match authority.as_str().strip_prefix(host) {
            Some("" | ":") => default_port(tls),
            rest => rest
                .and_then(|rest| rest.strip_prefix(':')?.parse().ok())
                .ok_or_else(|| invalid("the port of the URI is not a port"))?,
        };
        Ok(Self {
            tls,
            authority: authority.clone(),
            port,
        })
    }

    /// The URI of the origin itself, always with its port: what connectors take for the default
    /// port is not the same everywhere.
    pub(super) fn uri(&self) -> Result<Uri, TransportError> {
        let (host, port) = (self.authority.host(), self.port);
        Uri::builder()
            .scheme(if self.tls {
                Scheme::HTTPS
            } else {
                Scheme::HTTP
            })
            .authority(format!("{host}:{port}"))
            .path_and_query("/")
            .build()
            .map_err(|_| invalid("the host of the URI is not a host"))
    }

    pub(super) const fn is_tls(&self) -> bool {
        self.tls
    }

    /// The value of the `host` header: without the port if it is the one of the scheme.
    pub(super) fn host_header(&self) -> Result<HeaderValue, TransportError> {
        let text = if self.port == default_port(self.tls) {
            self.authority.host()
        } else {
            self.authority.as_str()
        };
        HeaderValue::from_str(text).map_err(|_| invalid("the host of the URI is not a host"))
    }
}

const fn default_port(tls: bool) -> u16 {
    if tls { 443 } else { 80 }
}

fn invalid(why: &'static str) -> TransportError {
    not_sent(TransportErrorKind::InvalidRequest).with_source(why)
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test that cannot be set up has failed"
    )]

    use super::*;
    use crate::Delivery;

    #[test]
    fn what_may_be_called() {
        let table = [
            ("https://example.com/a", "example.com", 443, "example.com"),
            (
                "https://example.com:443/",
                "example.com",
                443,
                "example.com",
            ),
            ("https://example.com:/", "example.com", 443, "example.com"),
            (
                "https://example.com:80/",
                "example.com",
                80,
                "example.com:80",
            ),
            (
                "http://localhost:8080/",
                "localhost",
                8080,
                "localhost:8080",
            ),
            ("http://127.0.0.1/", "127.0.0.1", 80, "127.0.0.1"),
            ("http://[::1]:81/", "[::1]", 81, "[::1]:81"),
            (
                "https://[2001:db8::1]/",
                "[2001:db8::1]",
                443,
                "[2001:db8::1]",
            ),
        ];
        for (uri, host, port, header) in table {
            let origin = Origin::of(&uri.parse().unwrap(), false).unwrap();
            assert_eq!(origin.is_tls(), uri.starts_with("https"), "{uri}");
            assert_eq!(origin.host_header().unwrap(), header, "{uri}");
            let base = origin.uri().unwrap();
            assert_eq!(base.host(), Some(host), "{uri}");
            assert_eq!(base.port_u16(), Some(port), "{uri}");
        }
    }

    #[test]
    fn what_is_refused() {
        use TransportErrorKind::{InvalidRequest, PlaintextRefused};
        let table = [
            ("/path/only", InvalidRequest),
            ("example.com:443", InvalidRequest),
            ("ftp://example.com/", InvalidRequest),
            ("https://user@example.com/", InvalidRequest),
            ("https://example.com@example.com/", InvalidRequest),
            ("https://example.com:99999/", InvalidRequest),
            ("http://example.com/", PlaintextRefused),
            ("http://localhost@example.com/", PlaintextRefused),
        ];
        for (uri, kind) in table {
            let error = Origin::of(&uri.parse().unwrap(), false).unwrap_err();
            assert_eq!(error.kind(), kind, "{uri}");
            assert_eq!(error.delivery(), Delivery::NotSent, "{uri}");
        }
    }

    #[test]
    fn plain_http_by_opt_in() {
        let origin = Origin::of(&Uri::from_static("http://example.com/"), true).unwrap();

        assert!(!origin.is_tls());
        assert_eq!(origin.uri().unwrap(), "http://example.com:80/");
    }

    #[test]
    fn hosts_are_the_same_in_any_case() {
        let of = |uri| Origin::of(&Uri::from_static(uri), false).unwrap();

        assert_eq!(of("https://Example.com/a"), of("https://example.COM/b"));
        assert_ne!(of("https://example.com/"), of("https://example.com:444/"));
    }
}
