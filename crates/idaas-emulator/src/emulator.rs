use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use idaas_proto::{CaptchaPoint, CaptchaToken, ChallengeToken, Mobile, OperationId};
use tokio::net::TcpListener;
use tokio::runtime::Handle;

use crate::accounts::Account;
use crate::builder::Builder;
use crate::clock::Timestamp;
use crate::faults::Faults;
use crate::inbox::Message;
use crate::server::{Server, ServerRules};
use crate::service::Service;
use crate::settings::{InvalidSetting, Settings};

/// A running emulator: the service behind a socket.
///
/// Stops when it is dropped: open connections are cut off then, where [`shutdown`](Self::shutdown) lets them finish.
#[derive(Debug)]
pub struct Emulator {
    service: Service,
    addr: SocketAddr,
    server: Server,
}

impl Emulator {
    /// Starts with settings and [`spawn`](Builder::spawn).
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) async fn start(
        mut settings: Settings,
        listen: SocketAddr,
        rules: ServerRules,
    ) -> Result<Self, SpawnError> {
        if Handle::try_current().is_err() {
            return Err(SpawnError::NoRuntime);
        }
        let rules = rules.checked()?;
        let refused = |source| SpawnError::Bind {
            addr: listen,
            source,
        };
        let listener = TcpListener::bind(listen).await.map_err(refused)?;
        let addr = listener.local_addr().map_err(refused)?;
        let issuer = || format!("http://{addr}/api/v1/oauth2");
        settings.issuer.get_or_insert_with(issuer);
        let service = Service::new(settings)?;
        let server = Server::start(listener, service.clone(), rules);
        Ok(Self {
            service,
            addr,
            server,
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What clients take as the endpoint, such as `http://127.0.0.1:49152`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The service itself, to call it without the socket.
    #[must_use]
    pub const fn service(&self) -> &Service {
        &self.service
    }

    /// See [`Service::messages`].
    #[must_use]
    pub fn messages(&self, to: &Mobile) -> Vec<Message> {
        self.service.messages(to)
    }

    /// See [`Service::solve_captcha`].
    #[must_use]
    pub fn solve_captcha(&self, token: &ChallengeToken) -> Option<CaptchaPoint> {
        self.service.solve_captcha(token)
    }

    /// See [`Service::captcha_pass`].
    #[must_use]
    pub fn captcha_pass(&self, mobile: &Mobile) -> CaptchaToken {
        self.service.captcha_pass(mobile)
    }

    /// See [`Service::advance`].
    pub fn advance(&self, time: Duration) -> Timestamp {
        self.service.advance(time)
    }

    /// See [`Service::now`].
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.service.now()
    }

    /// See [`Service::faults`].
    #[must_use]
    pub fn faults(&self) -> &Faults {
        self.service.faults()
    }

    /// See [`Service::add_account`].
    pub fn add_account(&self, account: Account) {
        self.service.add_account(account);
    }

    /// See [`Service::set_disabled`].
    pub fn set_disabled(&self, mobile: &Mobile, disabled: bool) -> bool {
        self.service.set_disabled(mobile, disabled)
    }

    /// See [`Service::sms_sent`].
    #[must_use]
    pub fn sms_sent(&self) -> u64 {
        self.service.sms_sent()
    }

    /// See [`Service::calls`].
    #[must_use]
    pub fn calls(&self, operation: OperationId) -> u64 {
        self.service.calls(operation)
    }

    /// Stops to listen, lets calls in flight finish within the grace of the settings, and cuts off the rest.
    pub async fn shutdown(self) {
        self.server.shutdown().await;
    }
}

/// Why an emulator did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpawnError {
    /// The address cannot be listened on.
    #[error("cannot listen on {addr}")]
    #[non_exhaustive]
    Bind {
        /// The address.
        addr: SocketAddr,
        /// What the operating system says.
        source: io::Error,
    },
    /// Other hosts can reach the address, and [`Builder::allow_other_hosts`] was not called.
    #[error("{addr} is not a loopback address, and other hosts were not allowed")]
    #[non_exhaustive]
    NotLoopback {
        /// The address.
        addr: SocketAddr,
    },
    /// `spawn` was awaited outside of a tokio runtime.
    #[error("there is no tokio runtime to serve on")]
    NoRuntime,
    /// A setting makes no sense.
    #[error(transparent)]
    Setting(#[from] InvalidSetting),
}
