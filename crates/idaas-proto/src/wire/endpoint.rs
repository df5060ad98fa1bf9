use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use core::fmt;

use http::Uri;
use http::uri::{Authority, Parts, PathAndQuery, Scheme};

use crate::invalid::InvalidValue;

/// Where a tenant's service is: `https://{your_domain}`, with a path prefix where a gateway needs one.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    scheme: Scheme,
    authority: Authority,
    /// Empty, or starts with `/` and does not end with one.
    prefix: String,
}

impl Endpoint {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`InvalidValue`] where it is not an absolute `http` or `https` URL, or has a user name, query or fragment.
    pub fn parse(url: &str) -> Result<Self, InvalidValue> {
        let invalid = |rule| InvalidValue::new("endpoint", rule);
        if url.contains(['?', '#']) {
            return Err(invalid("must have no query and no fragment"));
        }
        let parts = url
            .parse::<Uri>()
            .map_err(|_| invalid("must be a URL"))?
            .into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(invalid("must be an absolute URL"));
        };
        if scheme != Scheme::HTTP && scheme != Scheme::HTTPS {
            return Err(invalid("must have the scheme https or http"));
        }
        if authority.as_str().contains('@') {
            return Err(invalid("must not have a user name"));
        }
        if authority.host().is_empty() {
            return Err(invalid("must have a host"));
        }
        // What follows the host is a port, and one that there is.
        if authority.as_str() != authority.host() && authority.port_u16().is_none() {
            return Err(invalid("must have a port from 0 to 65535, or none"));
        }
        let path = parts.path_and_query.as_ref().map_or("", PathAndQuery::path);
        Ok(Self {
            scheme,
            authority,
            prefix: path.trim_end_matches('/').to_owned(),
        })
    }

    /// The host, without its port.
    #[must_use]
    pub fn host(&self) -> &str {
        self.authority.host()
    }

    /// Whether calls are encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// The URL of an operation.
    pub(crate) fn uri(&self, path: &'static str) -> Uri {
        let path = if self.prefix.is_empty() {
            PathAndQuery::from_static(path)
        } else {
            PathAndQuery::from_maybe_shared(format!("{}{path}", self.prefix)).expect(
                "a prefix taken from a valid URL and a path of this crate make a valid path",
            )
        };
        let mut parts = Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path);
        Uri::from_parts(parts).expect("scheme, authority and path make a valid URL")
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.prefix)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({self})")
    }
}

impl core::str::FromStr for Endpoint {
    type Err = InvalidValue;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        Self::parse(url)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed parse fails the test")]

    use alloc::string::ToString;

    use super::*;

    #[test]
    fn a_path_follows_the_prefix() {
        for (url, uri) in [
            ("https://example.com", "https://example.com/api/x"),
            ("https://example.com/", "https://example.com/api/x"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/api/x"),
            ("http://[::1]:8080/idaas/", "http://[::1]:8080/idaas/api/x"),
        ] {
            let endpoint = Endpoint::parse(url).unwrap();
            assert_eq!(endpoint.uri("/api/x"), uri, "{url}");
            assert_eq!(Endpoint::parse(&endpoint.to_string()).unwrap(), endpoint);
        }
    }

    #[test]
    fn what_is_no_endpoint_is_refused() {
        for url in [
            "",
            "example.com",
            "/api",
            "ftp://example.com",
            "https://user:secret@example.com",
            "https://example.com?x=1",
            "https://example.com/#x",
            "https://exa mple.com",
            "https://example.com:99999",
            "https://example.com:",
            "https://example.com:x",
        ] {
            let error = Endpoint::parse(url).unwrap_err();
            assert!(!error.to_string().contains("secret"), "{url}");
        }
    }
}
