use std::sync::Arc;

use idaas_proto::{ClientId, Endpoint, Language};
use idaas_transport::{HyperTransport, Transport};

use super::{Client, Settings};
use crate::flow::FlowPolicy;
use crate::{Clock, SystemClock};

/// Sets up a [`Client`].
#[derive(Clone, Debug)]
#[must_use]
pub struct ClientBuilder {
    endpoint: Endpoint,
    client_id: ClientId,
    language: Option<Language>,
    policy: FlowPolicy,
    transport: Option<Arc<dyn Transport>>,
    clock: Option<Arc<dyn Clock>>,
}

impl ClientBuilder {
    pub(super) const fn new(endpoint: Endpoint, client_id: ClientId) -> Self {
        Self {
            endpoint,
            client_id,
            language: None,
            policy: FlowPolicy::new(),
            transport: None,
            clock: None,
        }
    }

    /// Sets what carries the calls; a [`HyperTransport`] with its defaults if nothing is set.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sets the language of the service's messages; the service's own default if nothing is set.
    pub const fn language(mut self, language: Language) -> Self {
        self.language = Some(language);
        self
    }

    /// Sets what new flows take for granted; [`FlowPolicy::new`] if nothing is set. A resumed flow keeps its own.
    pub const fn policy(mut self, policy: FlowPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the clock; [`SystemClock`] if nothing is set.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Makes the client. Opens no connection and reads no file.
    #[must_use]
    pub fn build(self) -> Client {
        let Self {
            endpoint,
            client_id,
            language,
            policy,
            transport,
            clock,
        } = self;
        let transport = transport.unwrap_or_else(|| Arc::new(HyperTransport::new()));
        let clock = clock.unwrap_or_else(|| Arc::new(SystemClock));
        Client {
            settings: Arc::new(Settings {
                endpoint,
                client_id,
                language,
                policy,
                transport,
                clock,
            }),
        }
    }
}
