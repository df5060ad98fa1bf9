use std::net::{Ipv4Addr, Ipv6Addr};

use bytes::Bytes;
use http::{Request, Response, Uri};

use crate::{BoxFuture, Delivery, Transport, TransportError, TransportErrorKind};

/// Refuses every host but this machine, so that a test cannot send a paid SMS by mistake.
///
/// `localhost`, `127.0.0.0/8` and `[::1]` pass; any other request fails with
/// [`TransportErrorKind::NotLoopback`] and [`Delivery::NotSent`] before the inner transport sees
/// it. A name that merely resolves to such an address does not pass.
#[derive(Clone, Copy, Debug)]
pub struct LoopbackOnly<T> {
    inner: T,
}

impl<T: Transport> LoopbackOnly<T> {
    /// Puts the rule in front of `inner`.
    #[must_use]
    pub const fn new(inner: T) -> Self {
        Self { inner }
    }
}

impl<T: Transport> Transport for LoopbackOnly<T> {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        if is_loopback(request.uri()) {
            self.inner.send(request)
        } else {
            let refused = TransportError::new(TransportErrorKind::NotLoopback, Delivery::NotSent);
            Box::pin(async { Err(refused) })
        }
    }
}

/// Whether the host of a URI is this machine, judged by its text alone.
pub(crate) fn is_loopback(uri: &Uri) -> bool {
    let Some(host) = uri.host() else {
        return false;
    };
    if let Some(v6) = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        return v6.parse().is_ok_and(|ip: Ipv6Addr| ip.is_loopback());
    }
    host.eq_ignore_ascii_case("localhost")
        || host.parse().is_ok_and(|ip: Ipv4Addr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use super::*;
    use crate::{from_fn, poll_once::poll_once};

    #[test]
    fn the_rule_by_table() {
        let table = [
            ("http://localhost/", true),
            ("https://LocalHost:8443/a", true),
            ("http://127.0.0.1:80/", true),
            ("http://127.255.255.254/", true),
            ("https://[::1]:1/", true),
            ("http://128.0.0.1/", false),
            ("http://localhost.example.com/", false),
            ("http://127.0.0.1.example.com/", false),
            ("http://localhost./", false),
            ("http://127.1/", false),
            ("http://[::2]/", false),
            ("http://[::ffff:127.0.0.1]/", false),
            ("https://example.bamboocloud.com/", false),
            ("http://user@example.com/", false),
            ("http://localhost@example.com/", false),
            ("/only/a/path", false),
        ];
        for (uri, expected) in table {
            let uri = Uri::from_static(uri);
            assert_eq!(is_loopback(&uri), expected, "{uri}");
        }
    }

    #[test]
    fn another_host_is_refused_before_the_inner_transport() {
        let inner = from_fn(|request: Request<Bytes>| async move {
            assert_eq!(request.uri().host(), Some("localhost"));
            Ok(Response::new(Bytes::new()))
        });
        let transport = LoopbackOnly::new(inner);
        let request = |uri| {
            let mut request = Request::new(Bytes::new());
            *request.uri_mut() = Uri::from_static(uri);
            request
        };

        let passed = poll_once(transport.send(request("http://localhost/")));
        let refused = poll_once(transport.send(request("https://example.com/?secret")));

        assert!(matches!(passed, Poll::Ready(Ok(_))));
        let Poll::Ready(Err(error)) = refused else {
            panic!("another host was let through: {refused:?}");
        };
        assert_eq!(error.kind(), TransportErrorKind::NotLoopback);
        assert_eq!(error.delivery(), Delivery::NotSent);
        assert_eq!(
            error.to_string(),
            "only loopback hosts may be called; the request was not sent"
        );
    }
}
