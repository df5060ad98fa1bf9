use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use idaas_proto::{ClientId, Language, Mobile, SendScenario};

use crate::accounts::Account;
use crate::clock::Timestamp;
use crate::emulator::{Emulator, SpawnError};
use crate::server::ServerRules;
use crate::service::Service;
use crate::sessions::Rotation;
use crate::settings::{InvalidSetting, Settings};
use crate::signing::{IdTokenShape, SigningKey};

/// Settings of an emulator, and its start.
///
/// The defaults are those of the vendor's pages where they say anything. What they leave open is marked "not
/// documented by the vendor".
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing before `spawn`"]
pub struct Builder {
    settings: Settings,
    listen: SocketAddr,
    other_hosts: bool,
    rules: ServerRules,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            settings: Settings::default(),
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            other_hosts: false,
            rules: ServerRules::DEFAULT,
        }
    }

    /// Listens here. Default: a free port of 127.0.0.1.
    pub const fn listen(mut self, addr: SocketAddr) -> Self {
        self.listen = addr;
        self
    }

    /// Allows an address that other hosts can reach. Whoever reaches the emulator reads every code in it.
    pub const fn allow_other_hosts(mut self) -> Self {
        self.other_hosts = true;
        self
    }

    /// Lets calls in flight take this long at [`Emulator::shutdown`] before they are cut off. Default: 2 seconds.
    pub const fn shutdown_grace(mut self, time: Duration) -> Self {
        self.rules.shutdown_grace = time;
        self
    }

    /// Connections at a time. One more takes the place of the one that has been quiet for the longest, at least a
    /// second; where none has, it is refused with 503. Default: 1,024.
    pub const fn max_connections(mut self, connections: usize) -> Self {
        self.rules.max_connections = connections;
        self
    }

    /// How long a connection may take for the head of a request, or stay quiet before it. Default: 30 seconds.
    pub const fn head_timeout(mut self, time: Duration) -> Self {
        self.rules.head_timeout = time;
        self
    }

    /// How long the body of a request may take; later is 408. Default: 10 seconds.
    pub const fn body_timeout(mut self, time: Duration) -> Self {
        self.rules.body_timeout = time;
        self
    }

    /// How long a caller may take nothing of an answer before the connection is closed. Default: 30 seconds.
    pub const fn write_timeout(mut self, time: Duration) -> Self {
        self.rules.write_timeout = time;
        self
    }

    /// Registers an application. Without any, the example of the vendor's pages is registered:
    /// `nTo1eRIub60vPb54WeE6aojPwYwImtl4`.
    pub fn client_id(mut self, client_id: ClientId) -> Self {
        self.settings.client_ids.insert(client_id);
        self
    }

    /// The language of `error_msg` and of messages where `X-L` starts with neither `zh` nor `en`. Default: English.
    /// Not documented by the vendor.
    pub const fn language(mut self, language: Language) -> Self {
        self.settings.language = language;
        self
    }

    /// Whether a login registers an unknown mobile number. Default: yes. Otherwise it is refused with USER.0001.
    pub const fn auto_register(mut self, auto_register: bool) -> Self {
        self.settings.auto_register = auto_register;
        self
    }

    /// Adds an account.
    pub fn account(mut self, account: Account) -> Self {
        self.settings.accounts.push(account);
        self
    }

    /// Adds an account that may not log in: USER.0039.
    pub fn disabled_user(self, mobile: Mobile) -> Self {
        self.account(Account::new(mobile).disabled())
    }

    /// Accepts one more scenario in `type`. Default: those that [`SendScenario`] knows; any other is CAPTCHA.0005.
    pub fn scenario(mut self, scenario: SendScenario) -> Self {
        self.settings.scenarios.push(scenario);
        self
    }

    /// How long a captcha waits for its answer. Default: 120 seconds, as AJ-Captcha has it. Not documented by the
    /// vendor.
    pub const fn captcha_lifetime(mut self, time: Duration) -> Self {
        self.settings.captcha.lifetime = time;
        self
    }

    /// How long a captcha pass waits for its send. Default: 180 seconds, as AJ-Captcha has it. Not documented by the
    /// vendor.
    pub const fn captcha_pass_lifetime(mut self, time: Duration) -> Self {
        self.settings.captcha.pass_lifetime = time;
        self
    }

    /// How far from its place the piece may be put, in pixels. Default: 5, as AJ-Captcha has it. Not documented by the
    /// vendor.
    pub const fn captcha_tolerance(mut self, pixels: u16) -> Self {
        self.settings.captcha.tolerance = pixels;
        self
    }

    /// Digits in a verify code, 4 to 10. Default: 6. Not documented by the vendor.
    pub const fn code_length(mut self, digits: usize) -> Self {
        self.settings.codes.length = digits;
        self
    }

    /// How long a verify code is valid, at most 600 seconds (NIST SP 800-63B). Default: 300 seconds. Not documented
    /// by the vendor.
    pub const fn code_lifetime(mut self, time: Duration) -> Self {
        self.settings.codes.lifetime = time;
        self
    }

    /// Wrong tries before a verify code is burnt. Default: 5. Not documented by the vendor.
    pub const fn code_tries(mut self, tries: u32) -> Self {
        self.settings.codes.tries = tries;
        self
    }

    /// Whether a new code ends the one before it; otherwise both are valid in their time, and a wrong try counts
    /// against both. Default: yes. Not documented by the vendor.
    pub const fn new_code_replaces_old(mut self, replaces: bool) -> Self {
        self.settings.codes.new_replaces_old = replaces;
        self
    }

    /// Whether a right try uses a code up; otherwise it works until it ends or is burnt. Default: yes. Not documented
    /// by the vendor.
    pub const fn code_works_once(mut self, once: bool) -> Self {
        self.settings.codes.works_once = once;
        self
    }

    /// Whether a login takes only a code that was sent for `LOGIN_SMS`, and a new code replaces only one of the same
    /// scenario. Default: no, any code logs in and replaces any. Not documented by the vendor.
    pub const fn bind_codes_to_scenario(mut self, bind: bool) -> Self {
        self.settings.codes.bound_to_scenario = bind;
        self
    }

    /// Time between two sends to one mobile number; sooner is CAPTCHA.0006. Default: 60 seconds. Not documented by
    /// the vendor.
    pub const fn resend_interval(mut self, time: Duration) -> Self {
        self.settings.limits.interval = time;
        self
    }

    /// Sends to one mobile number within an hour; more is CAPTCHA.0006. Default: 5; `u32::MAX` is no limit. Not
    /// documented by the vendor.
    pub const fn sends_per_hour(mut self, sends: u32) -> Self {
        self.settings.limits.per_hour = sends;
        self
    }

    /// Sends to one mobile number within 24 hours; more is CAPTCHA.0006. Default: 10; `u32::MAX` is no limit. Not
    /// documented by the vendor.
    pub const fn sends_per_day(mut self, sends: u32) -> Self {
        self.settings.limits.per_day = sends;
        self
    }

    /// How long a session_token is valid, the `expire` of a login. Default: 432,000 seconds, as on the vendor's page.
    pub const fn session_lifetime(mut self, time: Duration) -> Self {
        self.settings.session_lifetime = time;
        self
    }

    /// What a refresh does to the session_token. Default: a new one, and the old one ends when the new one is first
    /// used. Not documented by the vendor.
    pub const fn rotation(mut self, rotation: Rotation) -> Self {
        self.settings.rotation = rotation;
        self
    }

    /// The payload of id_tokens. Default: [`IdTokenShape::Flat`].
    pub const fn id_token_shape(mut self, shape: IdTokenShape) -> Self {
        self.settings.id_token_shape = shape;
        self
    }

    /// How long an id_token is valid after its issue. Default: 300 seconds, as on the vendor's page.
    pub const fn id_token_lifetime(mut self, time: Duration) -> Self {
        self.settings.id_token_lifetime = time;
        self
    }

    /// The claim `iss` of id_tokens. Default: [`Emulator::url`] and `/api/v1/oauth2`; without a socket
    /// `http://localhost/api/v1/oauth2`. The path is the vendor's, the rest not documented by the vendor: our default.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.settings.issuer = Some(issuer.into());
        self
    }

    /// Signs id_tokens with this key. Default: a key of its own, made in the background; the first login waits for it.
    /// Many emulators may share one key, which saves each of them the work.
    pub fn signing_key(mut self, key: SigningKey) -> Self {
        self.settings.signing_key = Some(key);
        self
    }

    /// Messages that the inbox holds before the oldest make room. Default: 10,000.
    pub const fn inbox_capacity(mut self, messages: usize) -> Self {
        self.settings.inbox_capacity = messages;
        self
    }

    /// Draws codes, tokens and pictures from this seed, the same ones in the same order each time. Default: from the
    /// operating system. The signing key never comes from a seed.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = Some(seed);
        self
    }

    /// Starts with a clock that shows this time and stands still but for [`Emulator::advance`]. Default: a clock that
    /// shows the time of day and runs.
    pub const fn clock_stands_at(mut self, time: Timestamp) -> Self {
        self.settings.clock_stands_at = Some(time);
        self
    }

    /// The service without a socket.
    ///
    /// # Errors
    /// [`InvalidSetting`] where a setting makes no sense.
    pub fn service(self) -> Result<Service, InvalidSetting> {
        Service::new(self.settings)
    }

    /// Binds the socket and starts to serve, on the runtime that this is awaited on. Calls are answered from then on.
    ///
    /// # Errors
    /// [`SpawnError`] where the address cannot be had or a setting makes no sense.
    pub async fn spawn(self) -> Result<Emulator, SpawnError> {
        if !(self.other_hosts || self.listen.ip().is_loopback()) {
            return Err(SpawnError::NotLoopback { addr: self.listen });
        }
        Emulator::start(self.settings, self.listen, self.rules).await
    }
}
