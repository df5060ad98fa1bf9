use std::{net::IpAddr, sync::Arc, time::Duration};

use hyper::client::conn::http1;
use tokio::sync::Semaphore;

#[cfg(feature = "http2")]
use super::http2::{Http2, Http2Settings};
use super::{
    ClientIdentity, HyperTransport, Inner, Proxy, RootCertificates, dial::Dialer, limit::Limits,
    pool::Pool, resolver::Resolver, tls::Tls,
};

/// Settings of a [`HyperTransport`].
///
/// None of the defaults is documented by the vendor; they are ours. A limit of zero is one, and
/// not the absence of it, unless its setting says otherwise.
///
/// | setting | default |
/// |---|---|
/// | [`connect_timeout`](Self::connect_timeout): name lookup, connect, proxy and TLS together | 5 s |
/// | [`response_head_timeout`](Self::response_head_timeout) | 20 s |
/// | [`call_timeout`](Self::call_timeout): everything, waiting for a slot included | 30 s |
/// | [`idle_timeout`](Self::idle_timeout) of a kept connection | 15 s |
/// | [`max_in_flight`](Self::max_in_flight) calls | 256 |
/// | [`max_response_head`](Self::max_response_head) | 64 KiB, and 100 header lines |
/// | [`max_response_body`](Self::max_response_body) | 1 MiB |
/// | [`allow_plain_http`](Self::allow_plain_http) to other hosts than loopback | no |
/// | [`root_certificates`](Self::root_certificates) | those of the operating system |
/// | [`client_identity`](Self::client_identity) | none |
/// | `http2` (feature `http2`) | no: HTTP/1.1 |
/// | `http2_ping_interval` (feature `http2`) | none |
/// | [`proxy`](Self::proxy) | none, whatever the environment says |
/// | [`fixed_addresses`](Self::fixed_addresses) of a host | none |
///
/// ```
/// use std::time::Duration;
/// use idaas_transport::HyperTransport;
///
/// let transport = HyperTransport::builder()
///     .call_timeout(Duration::from_secs(10))
///     .max_in_flight(32)
///     .build();
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct HyperTransportBuilder {
    settings: Settings,
    roots: Option<RootCertificates>,
    identity: Option<ClientIdentity>,
    proxy: Option<Proxy>,
    fixed: Vec<(String, Vec<IpAddr>)>,
}

/// What a call looks at, and what a log is to show of the rest.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) limits: Limits,
    max_in_flight: usize,
    max_response_head: usize,
    pub(super) max_response_body: usize,
    pub(super) allow_plain_http: bool,
    #[cfg(feature = "http2")]
    http2: bool,
    #[cfg(feature = "http2")]
    http2_ping: Option<Duration>,
}

impl HyperTransportBuilder {
    pub(super) const fn new() -> Self {
        Self {
            settings: Settings {
                limits: Limits {
                    connect: Duration::from_secs(5),
                    response_head: Duration::from_secs(20),
                    call: Duration::from_secs(30),
                    idle: Duration::from_secs(15),
                },
                max_in_flight: 256,
                max_response_head: 64 * 1024,
                max_response_body: 1024 * 1024,
                allow_plain_http: false,
                #[cfg(feature = "http2")]
                http2: false,
                #[cfg(feature = "http2")]
                http2_ping: None,
            },
            roots: None,
            identity: None,
            proxy: None,
            fixed: Vec::new(),
        }
    }

    /// Sets how long name lookup, connecting, a proxy's handshake and TLS may take together.
    ///
    /// The addresses of a host share it: of three, none holds the others up for longer than a
    /// third. IPv4 and IPv6 are tried side by side, the one that the resolver prefers with a
    /// head start of 250 ms.
    ///
    /// A call that ends here fails with
    /// [`ConnectTimeout`](crate::TransportErrorKind::ConnectTimeout) and was not sent. Zero leaves
    /// no more than the millisecond that timers count in, which few connections are opened in.
    pub const fn connect_timeout(mut self, limit: Duration) -> Self {
        self.settings.limits.connect = limit;
        self
    }

    /// Sets how long it may take from a connection at hand to the whole head of the response.
    ///
    /// A call that ends here fails with
    /// [`HeadTimeout`](crate::TransportErrorKind::HeadTimeout). Zero leaves no more than the
    /// millisecond that timers count in, and the request may have been received.
    pub const fn response_head_timeout(mut self, limit: Duration) -> Self {
        self.settings.limits.response_head = limit;
        self
    }

    /// Sets how long a call may take as a whole, the wait for a slot included.
    ///
    /// The kind of the error is that of the phase in which time ran out. For a single call, see
    /// [`Deadline`](crate::Deadline). With zero, every call fails with
    /// [`SlotTimeout`](crate::TransportErrorKind::SlotTimeout) and is not sent.
    pub const fn call_timeout(mut self, limit: Duration) -> Self {
        self.settings.limits.call = limit;
        self
    }

    /// Sets how long a connection is kept for the next call; zero keeps none.
    ///
    /// Keep it below the time after which the service closes idle connections: a request that
    /// crosses the closing on its way has to be reported as possibly received.
    pub const fn idle_timeout(mut self, limit: Duration) -> Self {
        self.settings.limits.idle = limit;
        self
    }

    /// Sets how many calls there may be at once, and how many connections, kept ones included;
    /// zero is taken as one. Further calls wait for a slot, in order; a connection to another
    /// origin than the kept ones closes the oldest of them. Over HTTP/2 there is one connection
    /// for each origin besides.
    ///
    /// A call whose time runs out while it waits fails with
    /// [`SlotTimeout`](crate::TransportErrorKind::SlotTimeout) and was not sent.
    pub const fn max_in_flight(mut self, calls: usize) -> Self {
        self.settings.max_in_flight = calls;
        self
    }

    /// Sets how many bytes the head of a response may have; longer ones fail with
    /// [`HeadTooLarge`](crate::TransportErrorKind::HeadTooLarge). With zero every response does,
    /// after the request was received.
    pub const fn max_response_head(mut self, bytes: usize) -> Self {
        self.settings.max_response_head = bytes;
        self
    }

    /// Sets how many bytes the body of a response may have; longer ones fail with
    /// [`BodyTooLarge`](crate::TransportErrorKind::BodyTooLarge) and are not read to their end.
    /// With zero, only empty bodies pass.
    pub const fn max_response_body(mut self, bytes: usize) -> Self {
        self.settings.max_response_body = bytes;
        self
    }

    /// Allows `http` URIs of any host. Tokens, codes and mobile numbers are then sent for
    /// everyone on the way to read.
    pub const fn allow_plain_http(mut self) -> Self {
        self.settings.allow_plain_http = true;
        self
    }

    /// Trusts these certificates, and no longer those of the operating system.
    pub fn root_certificates(mut self, roots: RootCertificates) -> Self {
        self.roots = Some(roots);
        self
    }

    /// Shows this certificate to a service that asks for one.
    pub fn client_identity(mut self, identity: ClientIdentity) -> Self {
        self.identity = Some(identity);
        self
    }

    /// Connects through a proxy. Nothing is read from the environment but by
    /// [`Proxy::from_env`].
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// Calls `host` at these addresses and looks its name up nowhere, such as when a service has
    /// another address within a network than outside of it. The certificate still has to be that
    /// of `host`; the port is that of the URI.
    ///
    /// `host` is a bare host name, without scheme and port; its case and a dot at its end do not
    /// matter. With no address, every call to it fails with
    /// [`NameLookup`](crate::TransportErrorKind::NameLookup) and is not sent.
    ///
    /// For several hosts, call it for each; for the same host the last counts. A service behind
    /// a proxy is looked up by the proxy, `localhost` is this machine in any case, and an IP
    /// address in a URI is called as it is.
    pub fn fixed_addresses(
        mut self,
        host: impl Into<String>,
        addresses: impl IntoIterator<Item = IpAddr>,
    ) -> Self {
        let addresses = addresses.into_iter().collect();
        self.fixed.push((host.into(), addresses));
        self
    }

    /// Speaks HTTP/2 with services that choose it during TLS (ALPN), and HTTP/1.1 with others.
    ///
    /// All calls to an origin then share one connection, and wait for each other if the service
    /// allows fewer streams at once than there are calls; a call whose time runs out there fails
    /// with [`SlotTimeout`](crate::TransportErrorKind::SlotTimeout) and was not sent. What the
    /// service refuses (`REFUSED_STREAM`, a stream above the last of a GOAWAY) fails with
    /// [`Refused`](crate::TransportErrorKind::Refused) and was not sent either. What was said
    /// before the connection was reset is read to its end for this; a GOAWAY that was lost on its
    /// way was never heard, and the request may have been received. A head that is too long is
    /// [`Protocol`](crate::TransportErrorKind::Protocol).
    ///
    /// A connection on which nothing at all was heard while a call ran out of time is left to
    /// the calls that are on it; the next ones open another.
    #[cfg(feature = "http2")]
    pub const fn http2(mut self) -> Self {
        self.settings.http2 = true;
        self
    }

    /// Asks an HTTP/2 service each time after `interval` whether it is still there, as long as
    /// calls wait for it. Without an answer within another `interval` the connection is closed,
    /// and the calls on it fail. By default it is not asked: each call has its limits. Zero leaves
    /// no time for an answer: the connection is closed under its first call.
    #[cfg(feature = "http2")]
    pub const fn http2_ping_interval(mut self, interval: Duration) -> Self {
        self.settings.http2_ping = Some(interval);
        self
    }

    /// Makes the transport. Nothing is read or opened yet: the trust store of the operating
    /// system is read by the first call over TLS, once, and honours `SSL_CERT_FILE` and
    /// `SSL_CERT_DIR`.
    #[must_use]
    pub fn build(self) -> HyperTransport {
        let mut http1 = http1::Builder::new();
        http1.max_header_size(self.settings.max_response_head);
        let limits = &self.settings.limits;
        #[cfg(feature = "http2")]
        let protocols: &[&str] = if self.settings.http2 {
            &["h2", "http/1.1"]
        } else {
            &[]
        };
        #[cfg(not(feature = "http2"))]
        let protocols = &[];
        #[cfg(feature = "http2")]
        let http2 = self.settings.http2.then(|| {
            Http2::new(Http2Settings {
                idle: limits.idle,
                max_response_head: self.settings.max_response_head,
                ping: self.settings.http2_ping,
            })
        });
        let dialer = Dialer::new(
            Resolver::new(self.fixed),
            self.proxy,
            limits.connect,
            Tls::new(self.roots, self.identity, protocols),
        );
        let slots = self.settings.max_in_flight.clamp(1, Semaphore::MAX_PERMITS);
        HyperTransport {
            inner: Arc::new(Inner {
                slots: Semaphore::new(slots),
                pool: Arc::new(Pool::new(limits.idle)),
                dialer,
                http1,
                #[cfg(feature = "http2")]
                http2,
                settings: self.settings,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertifiedKey, generate_simple_self_signed};

    use super::*;

    #[test]
    fn the_defaults_are_the_documented_ones() {
        let builder = HyperTransport::builder();
        let limits = &builder.settings.limits;
        let seconds = |limit: Duration| format!("{} s", limit.as_secs());
        let head = format!("{} KiB", builder.settings.max_response_head / 1024);
        let body = format!("{} MiB", builder.settings.max_response_body / 1024 / 1024);
        let calls = builder.settings.max_in_flight.to_string();
        let documented = [
            ("connect_timeout", "name lookup", seconds(limits.connect)),
            (
                "response_head_timeout",
                "response head",
                seconds(limits.response_head),
            ),
            ("call_timeout", "whole call", seconds(limits.call)),
            ("idle_timeout", "connection kept", seconds(limits.idle)),
            ("max_in_flight", "calls in flight", calls),
            ("max_response_head", "response head, response body", head),
            ("max_response_body", "response head, response body", body),
        ];

        for (setting, in_words, default) in documented {
            let here = format!("/// | [`{setting}`]");
            for (text, row) in [
                (include_str!("builder.rs"), here),
                (include_str!("../../README.md"), format!("| {in_words}")),
            ] {
                let mut rows = text.lines().filter(|line| line.starts_with(&row));
                assert!(rows.any(|row| row.contains(&default)), "{row}: {default}");
            }
        }
        assert!(!builder.settings.allow_plain_http);
        assert!(builder.roots.is_none());
        assert!(builder.identity.is_none());
        assert!(builder.proxy.is_none());
        assert!(builder.fixed.is_empty());
        #[cfg(feature = "http2")]
        assert!(!builder.settings.http2 && builder.settings.http2_ping.is_none());
    }

    /// What a bank would see in its log.
    #[test]
    fn debug_shows_the_settings_and_no_secret() {
        let proxy = Proxy::parse("http://user:pass-secret@proxy.example.com").expect("a proxy");
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let key = signing_key.serialize_pem();
        let builder = HyperTransport::builder()
            .proxy(proxy)
            .root_certificates(RootCertificates::from_pem(cert.pem()).expect("a root"))
            .client_identity(ClientIdentity::from_pem(cert.pem(), &key).expect("an identity"))
            .fixed_addresses("Example.org", [[10, 0, 0, 1].into()])
            .max_in_flight(7);
        #[cfg(feature = "http2")]
        let builder = builder.http2();

        for shown in [
            format!("{builder:?}"),
            format!("{:?}", builder.clone().build()),
        ] {
            for expected in [
                "connect: 5s",
                "max_in_flight: 7",
                "max_response_head: 65536",
                "proxy.example.com",
                "RootCertificates { count: 1 }",
                "ClientIdentity { chain: 1, key: \"[redacted]\" }",
                "10.0.0.1",
                #[cfg(feature = "http2")]
                "http2: true",
            ] {
                assert!(shown.contains(expected), "{expected}: {shown}");
            }
            assert!(!shown.contains("secret"), "{shown}");
        }
    }
}
