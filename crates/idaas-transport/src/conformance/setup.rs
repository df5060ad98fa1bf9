use std::time::Duration;

/// Longer than anything but a stall takes.
pub(super) const GENEROUS: Duration = Duration::from_secs(10);

/// The limit that a stall has to meet.
pub(super) const SHORT: Duration = Duration::from_millis(300);

/// What a case asks of the transport that it is about to test.
///
/// A transport that cannot set something ignores it and does not claim the
/// [`Capability`](super::Capability).
#[derive(Clone, Debug)]
pub struct Setup {
    pub(super) root_certificates: String,
    pub(super) connect_timeout: Duration,
    pub(super) response_head_timeout: Duration,
    pub(super) call_timeout: Duration,
    pub(super) max_response_head: usize,
    pub(super) max_response_body: usize,
    pub(super) http2: bool,
}

impl Setup {
    pub(super) fn new(root_certificates: &str) -> Self {
        Self {
            root_certificates: root_certificates.to_owned(),
            connect_timeout: GENEROUS,
            response_head_timeout: GENEROUS,
            call_timeout: GENEROUS,
            max_response_head: Self::MAX_RESPONSE_HEAD,
            max_response_body: Self::MAX_RESPONSE_BODY,
            http2: false,
        }
    }

    /// The cap that cases of long heads count on.
    const MAX_RESPONSE_HEAD: usize = 32 * 1024;

    /// The cap that cases of long bodies count on.
    pub(super) const MAX_RESPONSE_BODY: usize = 64 * 1024;

    /// The only certificates to trust, in PEM form.
    #[must_use]
    pub fn root_certificates(&self) -> &str {
        &self.root_certificates
    }

    /// How long name lookup, connecting and TLS may take together.
    #[must_use]
    pub const fn connect_timeout(&self) -> Duration {
        self.connect_timeout
    }

    /// How long it may take from a connection to the whole head of the response.
    #[must_use]
    pub const fn response_head_timeout(&self) -> Duration {
        self.response_head_timeout
    }

    /// How long a call may take as a whole.
    #[must_use]
    pub const fn call_timeout(&self) -> Duration {
        self.call_timeout
    }

    /// How many bytes the head of a response may have. A transport whose own cap is lower passes
    /// as well.
    #[must_use]
    pub const fn max_response_head(&self) -> usize {
        self.max_response_head
    }

    /// How many bytes the body of a response may have.
    #[must_use]
    pub const fn max_response_body(&self) -> usize {
        self.max_response_body
    }

    /// Whether to speak HTTP/2 with a server that offers it in the TLS handshake.
    #[must_use]
    pub const fn http2(&self) -> bool {
        self.http2
    }
}
