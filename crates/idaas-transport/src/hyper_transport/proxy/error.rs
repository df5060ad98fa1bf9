use std::{error::Error, fmt};

/// Why a [`Proxy`](super::Proxy) cannot be made. Shows nothing of the text: it may have a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyError {
    kind: ProxyErrorKind,
}

impl ProxyError {
    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> ProxyErrorKind {
        self.kind
    }
}

impl From<ProxyErrorKind> for ProxyError {
    fn from(kind: ProxyErrorKind) -> Self {
        Self { kind }
    }
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            ProxyErrorKind::InvalidUri => "not the URI of a proxy",
            ProxyErrorKind::UnsupportedScheme => {
                "the scheme of a proxy has to be http, socks5 or socks5h"
            }
            ProxyErrorKind::InvalidCredentials => {
                "the protocol of the proxy has no room for this user name or password"
            }
        })
    }
}

impl Error for ProxyError {}

/// What is wrong with the description of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProxyErrorKind {
    /// It is not a URI with a host, or its port is not one.
    InvalidUri,
    /// The scheme is neither `http` nor `socks5` nor `socks5h`.
    UnsupportedScheme,
    /// The user name or the password cannot be told to a proxy of this protocol.
    InvalidCredentials,
}
