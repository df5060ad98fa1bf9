use std::{error::Error, fmt};

/// A boxed error, as [`TransportError::source`](Error::source) holds it.
pub type BoxError = Box<dyn Error + Send + Sync + 'static>;

/// Why a call brought no complete response, and whether the service may have received it.
///
/// What to do next depends on [`delivery`](Self::delivery) alone; [`kind`](Self::kind) tells a
/// person, or a log, where it went wrong. `Display` says both and never shows a query, a header
/// value or a body; neither does any error of this crate in the
/// [`source`](Error::source) chain.
///
/// ```
/// use idaas_transport::{Delivery, TransportError, TransportErrorKind};
///
/// let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
/// let error = TransportError::new(TransportErrorKind::Connect, Delivery::NotSent)
///     .with_source(refused);
///
/// assert_eq!(error.to_string(), "could not connect; the request was not sent");
/// ```
pub struct TransportError {
    kind: TransportErrorKind,
    delivery: Delivery,
    source: Option<BoxError>,
}

impl TransportError {
    /// An error of the given kind, without a source.
    ///
    /// For implementations of [`Transport`](crate::Transport). If in doubt about `delivery`, it
    /// is [`Delivery::Unknown`].
    #[must_use]
    pub const fn new(kind: TransportErrorKind, delivery: Delivery) -> Self {
        Self {
            kind,
            delivery,
            source: None,
        }
    }

    /// Sets the error underneath, which must show no query, header value or body either.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The same failure of a request of which more is known, or less.
    pub(crate) fn with_delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }

    /// The phase of the call that failed.
    #[must_use]
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Whether the service may have seen any byte of the request.
    #[must_use]
    pub const fn delivery(&self) -> Delivery {
        self.delivery
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.kind, self.delivery)
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("kind", &self.kind)
            .field("delivery", &self.delivery)
            .field("source", &self.source)
            .finish()
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// Whether the service may have seen any byte of a request that got no complete response.
///
/// This is the one fact that protects money, so both directions count.
#[expect(
    clippy::exhaustive_enums,
    reason = "a third answer would have to be handled by everyone who sends something paid for"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// The service cannot have seen a byte of the request: sending it again costs nothing.
    ///
    /// Always so when the call was refused here, the name was not found, connecting, TLS or a
    /// proxy failed, time ran out while waiting for a slot or a connection, or a kept connection
    /// was found closed before the first byte.
    NotSent,
    /// The service may have received the request, in part or as a whole, and may have acted on
    /// it. A paid request must not be sent again without asking.
    Unknown,
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotSent => "the request was not sent",
            Self::Unknown => "the request may have been received",
        })
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// The phase of a call that failed.
        ///
        /// Kinds are for people and logs; whether to send again is told by
        /// [`TransportError::delivery`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum TransportErrorKind {
            $($(#[$doc])* $name,)*
        }

        impl fmt::Display for TransportErrorKind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$name => $text,)*
                })
            }
        }
    };
}

kinds! {
    /// The request cannot be sent as it is: no absolute URI, another scheme than `https` or
    /// `http`, a user name in the URI, a head that HTTP does not allow.
    InvalidRequest = "the request is not one that can be sent",
    /// Plain `http` to a host that is not loopback was refused.
    PlaintextRefused = "plain http is refused unless the host is loopback",
    /// [`LoopbackOnly`](crate::LoopbackOnly) refused a host that is not loopback.
    NotLoopback = "only loopback hosts may be called",
    /// The transport was called where it cannot run, such as outside of its async runtime.
    NoRuntime = "called outside of the async runtime that the transport needs",
    /// The name of the host was not found.
    NameLookup = "could not look up the name of the host",
    /// No connection: refused, unreachable, reset.
    Connect = "could not connect",
    /// No trusted TLS session: an unknown or expired certificate, another host's name, no
    /// protocol in common, no usable trust store.
    Tls = "could not set up a trusted TLS connection",
    /// No connection through the proxy: it was not reached, refused, or its answer is none.
    Proxy = "could not connect through the proxy",
    /// A budget of paid requests is spent for now.
    BudgetSpent = "the budget for such requests is spent for now",
    /// Time ran out while the call waited for one of the slots for calls in flight.
    SlotTimeout = "timed out while waiting for a free slot",
    /// Time ran out during name lookup, connect, the proxy's handshake or TLS.
    ConnectTimeout = "timed out while connecting",
    /// Time ran out while the request was sent or its response had not begun.
    HeadTimeout = "timed out while waiting for the response",
    /// Time ran out while the body of the response was read.
    BodyTimeout = "timed out while reading the response body",
    /// The connection failed while the request was written.
    Send = "could not send the request",
    /// The service turned the request away without a look at it, as HTTP/2 lets it say.
    Refused = "the service did not take the request",
    /// The connection was closed before the response began.
    Closed = "the connection was closed before the response",
    /// The connection failed, or ended early, while the response was read.
    Receive = "could not receive the whole response",
    /// The head of the response is longer than allowed.
    HeadTooLarge = "the head of the response is too long",
    /// The body of the response is longer than allowed.
    BodyTooLarge = "the body of the response is too long",
    /// What came back is not HTTP.
    Protocol = "the answer is not valid HTTP",
    /// The call was given up on this side, by something other than a limit of time.
    Cancelled = "the call was cancelled",
    /// Anything else. For transports that know no better.
    Other = "the call failed",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_has_no_source_and_the_chain_has_it_once() {
        let error = TransportError::new(TransportErrorKind::Connect, Delivery::NotSent)
            .with_source("refused by the peer");

        assert_eq!(
            error.to_string(),
            "could not connect; the request was not sent"
        );
        let source = error.source().map(ToString::to_string);
        assert_eq!(source.as_deref(), Some("refused by the peer"));
    }

    #[test]
    fn text_says_that_the_request_may_have_been_received() {
        let error = TransportError::new(TransportErrorKind::Closed, Delivery::Unknown);

        assert_eq!(
            error.to_string(),
            "the connection was closed before the response; the request may have been received"
        );
        assert!(error.source().is_none());
    }
}
