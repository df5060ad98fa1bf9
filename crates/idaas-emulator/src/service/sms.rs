use idaas_proto::{ErrorCode, SendScenario, SendSmsCode, VerifyCode};

use super::Service;
use super::handler::{Call, Handle};
use crate::areas;
use crate::captcha::Spent;
use crate::inbox::Draft;
use crate::settings::Settings;

impl Handle for SendSmsCode {
    async fn handle(self, service: &Service, call: Call) -> Result<(), ErrorCode> {
        let settings = service.settings();
        check_values(&self, settings)?;
        let mobile = self.mobile.canonical();
        let state = &mut *service.state();
        let now = state.clock.now();
        match (state.captchas).spend(self.captcha_token.expose_secret(), &mobile, now) {
            Spent::Paid => {}
            Spent::Unknown => return Err(ErrorCode::CAPTCHA_TOKEN_SPENT),
            Spent::Mismatch => return Err(ErrorCode::CAPTCHA_TOKEN_MISMATCH),
        }
        if !state.sends.admit(&mobile, now, &settings.limits) {
            return Err(ErrorCode::SEND_FAILED);
        }
        let digits = state.random.digits(settings.codes.length);
        let code = VerifyCode::parse(digits).map_err(|_| ErrorCode::SEND_FAILED)?;
        let key = service.code_key(&mobile, &self.scenario);
        state.codes.issue(key, code.clone(), now);
        let draft = Draft {
            mobile,
            scenario: self.scenario,
            code,
            language: call.language,
            lifetime: settings.codes.lifetime,
        };
        state.inbox.deliver(draft, now, settings.inbox_capacity);
        Ok(())
    }
}

fn check_values(request: &SendSmsCode, settings: &Settings) -> Result<(), ErrorCode> {
    // The page: for this scenario "mobile includes full area code".
    let scenario = request.scenario.as_str();
    let needs_area = scenario == SendScenario::UPDATE_PWD_SMS.as_str();
    let lacks_area = needs_area && !request.mobile.as_str().starts_with('+');
    if lacks_area || !areas::is_possible(&request.mobile) {
        return Err(ErrorCode::SEND_FAILED);
    }
    // To the letter: the service documents no other writing of a scenario.
    if !(settings.scenarios.iter()).any(|known| known.as_str() == scenario) {
        return Err(ErrorCode::SCENARIO_UNKNOWN);
    }
    Ok(())
}
