use super::{
    Capability, Setup, authority::Certificate, expected::Expected, lab::Lab, script::Script,
    setup::SHORT,
};
use crate::BoxFuture;

/// One misbehaviour and what may come of it.
#[derive(Clone, Copy)]
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) needs: &'static [Capability],
    pub(super) expected: Expected,
    pub(super) limit: Limit,
    /// The most bytes that the server may get rid of.
    pub(super) most_written: u64,
    /// The body of the request is this long, and the secret one if that is zero.
    pub(super) request_body: usize,
    pub(super) http2: bool,
    pub(super) play: Play,
}

/// The limit that ends a case in which nothing else does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// None: all are generous.
    None,
    Connect,
    ResponseHead,
    Call,
    Deadline,
}

/// How a case goes.
#[derive(Clone, Copy)]
pub(super) enum Play {
    /// One call to a server that follows the script.
    Script(Script),
    /// The same over TLS.
    TlsScript(Certificate, Script),
    /// Steps of its own.
    Own(for<'a, 'b> fn(&'a mut Lab<'b>) -> BoxFuture<'a, ()>),
}

impl Case {
    pub(super) const fn new(
        name: &'static str,
        about: &'static str,
        expected: Expected,
        play: Play,
    ) -> Self {
        Self {
            name,
            about,
            needs: &[],
            expected,
            limit: Limit::None,
            most_written: 2 * 1024 * 1024,
            request_body: 0,
            http2: false,
            play,
        }
    }

    /// A case of one call without TLS.
    pub(super) const fn script(
        name: &'static str,
        about: &'static str,
        expected: Expected,
        script: Script,
    ) -> Self {
        Self::new(name, about, expected, Play::Script(script))
    }

    pub(super) const fn needs(mut self, capabilities: &'static [Capability]) -> Self {
        self.needs = capabilities;
        self
    }

    /// Sets one short limit.
    pub(super) const fn limit(mut self, limit: Limit) -> Self {
        self.limit = limit;
        self
    }

    pub(super) const fn most_written(mut self, bytes: u64) -> Self {
        self.most_written = bytes;
        self
    }

    /// What the server sends need not be kept, so that only time is a limit.
    pub(super) const fn read_and_forgotten(self) -> Self {
        self.most_written(u64::MAX)
    }

    pub(super) const fn request_body(mut self, bytes: usize) -> Self {
        self.request_body = bytes;
        self
    }

    pub(super) const fn http2(mut self) -> Self {
        self.http2 = true;
        self.needs = &[Capability::RootCertificates, Capability::Http2];
        self
    }

    /// What the case asks of the transport.
    pub(super) fn setup(&self, roots: &str) -> Setup {
        let mut setup = Setup::new(roots);
        match self.limit {
            Limit::None | Limit::Deadline => {}
            Limit::Connect => setup.connect_timeout = SHORT,
            Limit::ResponseHead => setup.response_head_timeout = SHORT,
            Limit::Call => setup.call_timeout = SHORT,
        }
        setup.http2 = self.http2;
        setup
    }
}
