use std::sync::Arc;

use idaas_proto::{ClientId, Endpoint, Language};
#[cfg(feature = "hyper")]
use idaas_transport::HyperTransport;
use idaas_transport::Transport;

use super::{Client, Settings};
use crate::flow::FlowPolicy;
use crate::id_token::SharedKeys;
use crate::{Clock, IdTokenVerifier, KeyPolicy, SystemClock};

/// Sets up a [`Client`].
#[derive(Clone, Debug)]
#[must_use]
pub struct ClientBuilder {
    endpoint: Endpoint,
    client_id: ClientId,
    language: Option<Language>,
    policy: FlowPolicy,
    carrier: Carrier,
    clock: Option<Arc<dyn Clock>>,
    verifier: Option<IdTokenVerifier>,
    requires_own_audience: bool,
    key_policy: KeyPolicy,
}

impl ClientBuilder {
    pub(super) const fn new(carrier: Carrier, endpoint: Endpoint, client_id: ClientId) -> Self {
        Self {
            endpoint,
            client_id,
            language: None,
            policy: FlowPolicy::new(),
            carrier,
            clock: None,
            verifier: None,
            requires_own_audience: false,
            key_policy: KeyPolicy::new(),
        }
    }

    /// Sets what carries the calls, in place of what the builder began with: the transport of
    /// [`Client::builder_over`], or with `Client::builder` a `HyperTransport` with its defaults.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.carrier = Carrier::over(transport);
        self
    }

    /// Sets the language of the service's messages; the service's own default if nothing is set.
    pub const fn language(mut self, language: Language) -> Self {
        self.language = Some(language);
        self
    }

    /// Sets what new flows take for granted; [`FlowPolicy::new`] if nothing is set. A resumed flow
    /// is held to this and to its own, whichever is [stricter](crate::LoginFlow::tighten).
    pub const fn policy(mut self, policy: FlowPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets the clock; [`SystemClock`] if nothing is set.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Sets what id_tokens have to fulfil; [`IdTokenVerifier::new`] if nothing is set.
    pub fn id_token_verifier(mut self, verifier: IdTokenVerifier) -> Self {
        self.verifier = Some(verifier);
        self
    }

    /// Accepts only id_tokens that are for this application, whose `aud` is or holds its client id; replaces the
    /// audience of the [verifier](Self::id_token_verifier), if that has one.
    ///
    /// Set this wherever the tenant allows it: without it, [`Client::verify`] takes the token of another application of
    /// the same tenant as well. It is not the default because tenants are documented whose tokens have a placeholder
    /// for `aud` (the nested shape, see [`Identity`](crate::Identity)); none of theirs would be accepted.
    pub const fn require_own_audience(mut self) -> Self {
        self.requires_own_audience = true;
        self
    }

    /// Sets when the signing keys are read again; [`KeyPolicy::new`] if nothing is set.
    pub const fn key_policy(mut self, policy: KeyPolicy) -> Self {
        self.key_policy = policy;
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
            carrier,
            clock,
            verifier,
            requires_own_audience,
            key_policy,
        } = self;
        let clock = clock.unwrap_or_else(|| Arc::new(SystemClock));
        let mut verifier = verifier.unwrap_or_default();
        if requires_own_audience {
            verifier = verifier.with_audience(client_id.as_str());
        }
        Client {
            settings: Arc::new(Settings {
                endpoint,
                client_id,
                language,
                policy,
                transport: carrier.into_transport(),
                clock,
                verifier,
                keys: SharedKeys::new(key_policy),
            }),
        }
    }
}

/// What is to carry the calls.
#[derive(Clone, Debug)]
pub(super) enum Carrier {
    /// Made for each client that is built.
    #[cfg(feature = "hyper")]
    Hyper,
    /// Shared by all clients that are built.
    Given(Arc<dyn Transport>),
}

impl Carrier {
    pub(super) fn over(transport: impl Transport) -> Self {
        Self::Given(Arc::new(transport))
    }

    fn into_transport(self) -> Arc<dyn Transport> {
        match self {
            #[cfg(feature = "hyper")]
            Self::Hyper => Arc::new(HyperTransport::new()),
            Self::Given(transport) => transport,
        }
    }
}
