use std::{error::Error, fmt};

/// Why a [`Proxy`](super::Proxy) cannot be made. Shows nothing of the text: it may have a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyError {
    kind: ProxyErrorKind,
    variable: Option<&'static str>,
}

impl ProxyError {
    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> ProxyErrorKind {
        self.kind
    }

    /// The name of the environment variable that [`Proxy::from_env`](super::Proxy::from_env)
    /// found it in.
    #[must_use]
    pub const fn variable(&self) -> Option<&'static str> {
        self.variable
    }

    pub(super) const fn in_variable(self, name: &'static str) -> Self {
        Self {
            variable: Some(name),
            ..self
        }
    }
}

impl From<ProxyErrorKind> for ProxyError {
    fn from(kind: ProxyErrorKind) -> Self {
        Self {
            kind,
            variable: None,
        }
    }
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(variable) = self.variable {
            write!(f, "{variable}: ")?;
        }
        f.write_str(match self.kind {
            ProxyErrorKind::InvalidUri => "not the URI of a proxy",
            ProxyErrorKind::NotUnicode => "not Unicode",
            ProxyErrorKind::UnsupportedScheme => {
                "the scheme of a proxy has to be http, socks5 or socks5h"
            }
            ProxyErrorKind::PathOrQuery => "the URI of a proxy has no path, query or fragment",
            ProxyErrorKind::InvalidEncoding => {
                "the user name or the password in the URI is not percent-encoded UTF-8"
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
    /// The value of an environment variable is not Unicode.
    NotUnicode,
    /// The scheme is neither `http` nor `socks5` nor `socks5h`.
    UnsupportedScheme,
    /// There is something behind the host and port. If it is part of a user name or a password,
    /// its `/`, `?` or `#` has to be percent-encoded.
    PathOrQuery,
    /// A `%` in the user name or the password is not followed by two hexadecimal digits, or they
    /// are not UTF-8.
    InvalidEncoding,
    /// The user name or the password cannot be told to a proxy of this protocol.
    InvalidCredentials,
}
