use std::collections::HashSet;
use std::time::Duration;

use idaas_proto::{ClientId, Language, SendScenario};

use crate::accounts::Account;
use crate::captcha::CaptchaRules;
use crate::clock::Timestamp;
use crate::codes::CodeRules;
use crate::limits::SendLimits;
use crate::sessions::Rotation;
use crate::signing::{IdTokenShape, SigningKey};

/// The client id of the vendor's pages, registered where no other is.
pub(crate) const EXAMPLE_CLIENT_ID: &str = "nTo1eRIub60vPb54WeE6aojPwYwImtl4";

/// What a tenant of the service would configure, and what the vendor's pages leave open.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) client_ids: HashSet<ClientId>,
    pub(crate) language: Language,
    pub(crate) auto_register: bool,
    pub(crate) accounts: Vec<Account>,
    pub(crate) scenarios: Vec<SendScenario>,
    pub(crate) captcha: CaptchaRules,
    pub(crate) codes: CodeRules,
    pub(crate) limits: SendLimits,
    pub(crate) session_lifetime: Duration,
    pub(crate) rotation: Rotation,
    pub(crate) id_token_shape: IdTokenShape,
    pub(crate) id_token_lifetime: Duration,
    pub(crate) issuer: Option<String>,
    pub(crate) signing_key: Option<SigningKey>,
    pub(crate) inbox_capacity: usize,
    pub(crate) seed: Option<u64>,
    pub(crate) clock_stands_at: Option<Timestamp>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            client_ids: HashSet::new(),
            language: Language::En,
            auto_register: true,
            accounts: Vec::new(),
            scenarios: SendScenario::KNOWN.to_vec(),
            captcha: CaptchaRules::default(),
            codes: CodeRules::default(),
            limits: SendLimits::default(),
            session_lifetime: Duration::from_secs(432_000),
            rotation: Rotation::default(),
            id_token_shape: IdTokenShape::default(),
            id_token_lifetime: Duration::from_secs(300),
            issuer: None,
            signing_key: None,
            inbox_capacity: 10_000,
            seed: None,
            clock_stands_at: None,
        }
    }
}

/// A setting whose value makes no sense. Names the setting and the rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the setting `{name}` {rule}")]
pub struct InvalidSetting {
    name: &'static str,
    rule: &'static str,
}

impl InvalidSetting {
    pub(crate) const fn new(name: &'static str, rule: &'static str) -> Self {
        Self { name, rule }
    }

    /// The setting, by the name of its function on [`Builder`](crate::Builder).
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The rule that was broken, such as `must be at least 1`.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        self.rule
    }
}

/// Codes shorter than this are guessed within the tries; longer ones nobody types.
const CODE_LENGTHS: std::ops::RangeInclusive<usize> = 4..=10;
/// NIST SP 800-63B: an out-of-band secret is used within 10 minutes.
const LONGEST_CODE_LIFETIME: Duration = Duration::from_secs(600);

impl Settings {
    /// The settings, if they make sense, with the example's client id where there is none.
    pub(crate) fn checked(mut self) -> Result<Self, InvalidSetting> {
        let lifetime =
            !self.codes.lifetime.is_zero() && self.codes.lifetime <= LONGEST_CODE_LIFETIME;
        let rules = [
            (
                CODE_LENGTHS.contains(&self.codes.length),
                "code_length",
                "must be 4 to 10 digits",
            ),
            (
                lifetime,
                "code_lifetime",
                "must be more than 0 and at most 600 seconds",
            ),
            (self.codes.tries > 0, "code_tries", "must be at least 1"),
            (
                self.inbox_capacity > 0,
                "inbox_capacity",
                "must be at least 1",
            ),
        ];
        if let Some((_, name, rule)) = rules.into_iter().find(|(kept, ..)| !kept) {
            return Err(InvalidSetting::new(name, rule));
        }
        if self.client_ids.is_empty() {
            self.client_ids.extend(ClientId::parse(EXAMPLE_CLIENT_ID));
        }
        Ok(self)
    }
}
