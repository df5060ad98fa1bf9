use std::fmt;

macro_rules! capabilities {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Something that a transport can be told to do, or promises to know.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Capability {
            $($(#[$doc])* $name,)*
        }

        impl Capability {
            /// Every capability that a case asks for.
            pub const ALL: &[Self] = &[$(Self::$name),*];
        }

        impl fmt::Display for Capability {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$name => $text,)*
                })
            }
        }
    };
}

capabilities! {
    /// It trusts [`Setup::root_certificates`](super::Setup::root_certificates), and only those.
    RootCertificates = "root certificates of its own",
    /// It keeps [`Setup::connect_timeout`](super::Setup::connect_timeout) from name lookup to
    /// the end of TLS.
    ConnectTimeout = "a limit for connecting",
    /// It keeps [`Setup::response_head_timeout`](super::Setup::response_head_timeout).
    ResponseHeadTimeout = "a limit for the response head",
    /// It keeps [`Setup::call_timeout`](super::Setup::call_timeout).
    CallTimeout = "a limit for the whole call",
    /// It keeps [`Setup::max_response_head`](super::Setup::max_response_head).
    MaxResponseHead = "a cap on the response head",
    /// It keeps [`Setup::max_response_body`](super::Setup::max_response_body).
    MaxResponseBody = "a cap on the response body",
    /// It keeps connections for further calls.
    KeepsConnections = "kept connections",
    /// It knows, when a [`Deadline`](crate::Deadline) passes while it connects, that nothing was
    /// sent.
    ExactDeadlines = "the phase in which a deadline passed",
    /// It looks at a kept connection before it puts a request on it, and never reports a request
    /// as possibly received because that connection was closed long before.
    ChecksKeptConnections = "a look at kept connections before their use",
    /// Its errors have the [`TransportErrorKind`](crate::TransportErrorKind) of the phase that
    /// failed.
    ExactKinds = "the kind of each failure",
    /// It speaks HTTP/2 if [`Setup::http2`](super::Setup::http2) asks for it.
    Http2 = "HTTP/2",
}

/// The set of what a transport claims to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Capabilities(u32);

impl Capabilities {
    /// Only what the trait demands of every transport.
    pub const fn none() -> Self {
        Self(0)
    }

    /// Claims one more.
    pub const fn with(self, capability: Capability) -> Self {
        Self(self.0 | 1 << capability as u32)
    }

    /// Whether this one is claimed.
    #[must_use]
    pub const fn has(self, capability: Capability) -> bool {
        self.0 & (1 << capability as u32) != 0
    }

    pub(super) fn missing(self, needed: &[Capability]) -> Vec<Capability> {
        needed
            .iter()
            .copied()
            .filter(|capability| !self.has(*capability))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_what_was_put_in() {
        for one in Capability::ALL {
            let set = Capabilities::none().with(*one);
            for other in Capability::ALL {
                assert_eq!(set.has(*other), one == other, "{one:?}, {other:?}");
            }
        }
        let missing = Capabilities::none()
            .with(Capability::Http2)
            .missing(&[Capability::Http2, Capability::ExactKinds]);
        assert_eq!(missing, [Capability::ExactKinds]);
    }
}
