use std::collections::HashMap;

use idaas_proto::OperationId;

use crate::accounts::Accounts;
use crate::captcha::CaptchaStore;
use crate::clock::Clock;
use crate::codes::CodeStore;
use crate::inbox::Inbox;
use crate::limits::SendLog;
use crate::random::Random;
use crate::sessions::SessionStore;
use crate::settings::Settings;

/// Everything that changes while an emulator runs, behind one lock.
pub(crate) struct State {
    pub(crate) clock: Clock,
    pub(crate) random: Random,
    pub(crate) captchas: CaptchaStore,
    pub(crate) sends: SendLog,
    pub(crate) codes: CodeStore,
    pub(crate) inbox: Inbox,
    pub(crate) accounts: Accounts,
    pub(crate) sessions: SessionStore,
    pub(crate) calls: HashMap<OperationId, u64>,
}

impl State {
    pub(crate) fn new(settings: &Settings) -> Self {
        let mut random = settings.seed.map_or_else(Random::system, Random::seeded);
        let mut accounts = Accounts::default();
        for account in &settings.accounts {
            accounts.add(account.clone(), &mut random);
        }
        Self {
            clock: settings
                .clock_stands_at
                .map_or_else(Clock::running, Clock::standing_at),
            random,
            captchas: CaptchaStore::new(settings.captcha),
            sends: SendLog::default(),
            codes: CodeStore::new(settings.codes),
            inbox: Inbox::default(),
            accounts,
            sessions: SessionStore::default(),
            calls: HashMap::new(),
        }
    }
}
