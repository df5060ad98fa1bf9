use idaas_proto::{
    CanonicalMobile, ErrorCode, LoginResponse, LoginStatus, LoginWithSmsCode, SendScenario,
    SessionToken,
};

use super::Service;
use super::handler::{Call, Handle};
use super::token::Granted;
use crate::accounts::{Account, Refused};
use crate::areas;
use crate::codes::CodeKey;

impl Handle for LoginWithSmsCode {
    async fn handle(self, service: &Service, call: Call) -> Result<LoginResponse, ErrorCode> {
        let granted = service.log_in(&self)?;
        let session_token = SessionToken::parse(&*granted.session_token);
        let expire = granted.remaining.as_secs();
        let id_token = service.id_token(&granted, call.client_id).await?;
        let mut response = LoginResponse::new(LoginStatus::SUCCESS);
        response.session_token = Some(session_token.map_err(|_| ErrorCode::SYSTEM_BUSY)?);
        response.expire = Some(expire);
        response.id_token = Some(id_token);
        Ok(response)
    }
}

impl Service {
    /// What a verify code belongs to.
    pub(super) fn code_key(&self, mobile: &CanonicalMobile, scenario: &SendScenario) -> CodeKey {
        let bound = self.settings().codes.bound_to_scenario;
        (mobile.clone(), bound.then(|| scenario.clone()))
    }

    /// Checks the code, then the person, and opens a session.
    fn log_in(&self, login: &LoginWithSmsCode) -> Result<Granted, ErrorCode> {
        let settings = self.settings();
        let mobile = login.mobile.canonical();
        let key = self.code_key(&mobile, &SendScenario::LOGIN_SMS);
        let state = &mut *self.state();
        let now = state.clock.now();
        let right = areas::is_possible(&login.mobile)
            && (state.codes).redeem(&key, &login.verify_code, now);
        if !right {
            return Err(ErrorCode::VERIFY_CODE_INCORRECT);
        }
        let known = state.accounts.identity(&mobile);
        if known.err() == Some(Refused::Unknown) && settings.auto_register {
            let account = Account::new(login.mobile.clone());
            state.accounts.add(account, &mut state.random);
        }
        let identity = match state.accounts.identity(&mobile) {
            Ok(identity) => identity.clone(),
            Err(Refused::Unknown) => return Err(ErrorCode::USER_NOT_FOUND),
            Err(Refused::Disabled) => return Err(ErrorCode::USER_DISABLED),
        };
        let session_token = state.random.letters(32);
        let lifetime = settings.session_lifetime;
        (state.sessions).open(session_token.clone(), mobile, now, lifetime);
        Ok(Granted {
            session_token,
            remaining: lifetime,
            identity,
            token_id: state.random.hex(),
            now,
        })
    }
}
