mod builder;
mod captcha;
mod code_sent;
mod driver;
mod pass_held;
mod pending;
mod resumed;
mod start;
mod step_error;
mod verify;

use core::fmt;
use std::sync::Arc;

use bytes::Bytes;
use idaas_proto::{
    Caller, ClientId, CountryCodes, Device, Endpoint, GetSigningKeys, Language, ListCountryCodes,
    Operation, RefreshIdToken, SigningKeys,
};
use idaas_transport::{OperationName, Transport};

pub use builder::ClientBuilder;
pub use captcha::{CaptchaNeeded, CaptchaStep};
pub use code_sent::{CodeSent, InDoubt, LoginOutcome};
pub use pass_held::PassHeld;
pub use pending::PendingLogin;
pub use resumed::Resumed;
pub use start::LoginStart;
pub use step_error::StepError;

use self::builder::Carrier;
use self::driver::Driver;
use crate::error::{Error, decode_answer};
use crate::flow::{FlowPolicy, LoginFlow};
use crate::id_token::{IdTokenVerifier, SharedKeys};
use crate::{Clock, Session, Timestamp};

/// A client of one application at one service: the way into every login.
///
/// Made once and cloned at will; clones share the transport. [`flow`](Self::flow) begins a login, [`resume`](Self::resume)
/// goes on with a saved one.
///
/// Nothing here sends an SMS but [`PassHeld::send_code`], and that sends one at most. No call is repeated by itself.
#[derive(Clone)]
pub struct Client {
    settings: Arc<Settings>,
}

struct Settings {
    endpoint: Endpoint,
    client_id: ClientId,
    language: Option<Language>,
    policy: FlowPolicy,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    verifier: IdTokenVerifier,
    keys: SharedKeys,
}

impl Client {
    /// Begins to set up the client of an application, known to the service by its client id.
    ///
    /// Its calls go over a [`HyperTransport`](idaas_transport::HyperTransport) with its defaults, unless another
    /// [transport](ClientBuilder::transport) is set. `https` needs the feature `ring` or `aws-lc-rs`.
    #[cfg(feature = "hyper")]
    #[cfg_attr(docsrs, doc(cfg(feature = "hyper")))]
    pub const fn builder(endpoint: Endpoint, client_id: ClientId) -> ClientBuilder {
        ClientBuilder::new(Carrier::Hyper, endpoint, client_id)
    }

    /// Begins to set up the client of an application whose calls go over this transport: an HTTP stack of your own.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use http::{Request, Response};
    /// use idaas_auth::Client;
    /// use idaas_auth::idaas_transport::{Delivery, TransportError, TransportErrorKind, from_fn};
    /// use idaas_proto::{ClientId, Endpoint};
    ///
    /// # async fn my_stack(_: Request<Bytes>) -> Result<Response<Bytes>, std::io::Error> {
    /// #     Err(std::io::ErrorKind::Unsupported.into())
    /// # }
    /// let transport = from_fn(|request| async {
    ///     my_stack(request).await.map_err(|error| {
    ///         // The honest answer, where the stack does not tell whether anything was sent.
    ///         TransportError::new(TransportErrorKind::Other, Delivery::Unknown).with_source(error)
    ///     })
    /// });
    /// let endpoint = Endpoint::parse("https://example.bamboocloud.com")?;
    /// let client_id = ClientId::parse("nTo1eRIub60vPb54WeE6aojPwYwImtl4")?;
    /// let client = Client::builder_over(transport, endpoint, client_id).build();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn builder_over(
        transport: impl Transport,
        endpoint: Endpoint,
        client_id: ClientId,
    ) -> ClientBuilder {
        ClientBuilder::new(Carrier::over(transport), endpoint, client_id)
    }

    /// Begins the login of a person at a device.
    pub fn flow(&self, device: Device) -> LoginStart {
        LoginStart::new(self.clone(), device)
    }

    /// Goes on with a saved login, wherever it was saved: in another process, at another replica.
    ///
    /// What was saved is believed, so it has to come from where nobody but the server writes: it is not sealed, and
    /// whoever changes it changes the mobile number, too. Only the policy that it brings is not taken at its word: the
    /// flow is [held](LoginFlow::tighten) to the client's own as well, and the stricter setting governs its lifetime,
    /// the wait for the next SMS and the skew.
    ///
    /// The device is that of the person, as it was at [`flow`](Self::flow); it is not part of what is saved.
    ///
    /// # Errors
    /// [`Error::Flow`] where the flow is over or its lifetime is.
    pub fn resume(&self, mut flow: LoginFlow, device: Device) -> Result<Resumed, Error> {
        flow.tighten(&self.settings.policy);
        flow.check_lifetime(self.now())?;
        Resumed::at(Driver::new(self.clone(), device, flow))
            .ok_or(Error::Flow(crate::FlowError::Over))
    }

    /// Exchanges the session token for a new id_token.
    ///
    /// The service may give a new session token too, which replaces the old one: keep what comes back, not what
    /// was handed in.
    ///
    /// # Errors
    /// [`Error`]; where the session is over, the [advice](Error::advice) is to start over.
    pub async fn refresh(&self, device: &Device, session: &Session) -> Result<Session, Error> {
        let request = RefreshIdToken::new(session.session_token().clone());
        let refreshed = self.call(&self.caller(device.clone()), &request).await?;
        Ok(session.refreshed(refreshed, self.now()))
    }

    /// Reads the country codes that the application accepts mobile numbers of.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn country_codes(&self, device: &Device) -> Result<CountryCodes, Error> {
        self.call(&self.caller(device.clone()), &ListCountryCodes::new())
            .await
    }

    /// Reads the keys that the service signs id_tokens with.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn signing_keys(&self) -> Result<SigningKeys, Error> {
        // The one operation without device headers: whom this names is never sent.
        let nobody = Device::new("none", "none", "none").expect("three words make a device");
        self.call(&self.caller(nobody), &GetSigningKeys::new())
            .await
    }

    /// Gives the service's address.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.settings.endpoint
    }

    /// Gives the application's client id.
    #[must_use]
    pub fn client_id(&self) -> &ClientId {
        &self.settings.client_id
    }

    /// Tells the time as the client sees it, by its [clock](ClientBuilder::clock): what moments of a
    /// [`FlowView`](crate::FlowView) and of an [`Advice`](crate::Advice) are compared with.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.settings.clock.now()
    }

    fn caller(&self, device: Device) -> Caller {
        let caller = Caller::new(self.settings.client_id.clone(), device);
        match self.settings.language {
            Some(language) => caller.with_language(language),
            None => caller,
        }
    }

    /// Calls the service once.
    async fn call<O: Operation>(&self, caller: &Caller, operation: &O) -> Result<O::Output, Error> {
        let mut request = operation
            .encode(&self.settings.endpoint, caller)
            .map(Bytes::from);
        let name = OperationName::new(O::ID.name());
        request.extensions_mut().insert(name);
        let answer = self.settings.transport.send(request).await;
        decode_answer::<O>(answer, self.now())
    }
}

/// Shows which application at which service; what a transport of somebody else shows is not for here.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", self.endpoint())
            .field("client_id", self.client_id())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
