use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use idaas_proto::{
    Captcha, CaptchaPass, CaptchaToken, ChallengeToken, ErrorCode, GetCaptcha, ImageBase64, Mobile,
    SecretKey, VerifyCaptcha,
};

use super::Service;
use super::handler::{Call, Handle};
use crate::captcha::Picture;

impl Handle for GetCaptcha {
    async fn handle(self, service: &Service, _: Call) -> Result<Captcha, ErrorCode> {
        let (token, key, seed) = {
            let random = &mut service.state().random;
            (random.hex(), random.letters(16), random.number())
        };
        let picture = Picture::draw(seed);
        let image = |png| ImageBase64::new(BASE64_STANDARD.encode(png));
        let (background, piece) = (image(picture.background), image(picture.piece));
        let challenge = ChallengeToken::parse(&*token).map_err(|_| ErrorCode::SYSTEM_BUSY)?;
        let mut captcha = Captcha::new(background, piece, challenge, false);
        captcha.secret_key = SecretKey::parse(key).ok();
        let state = &mut *service.state();
        state.captchas.issue(token, picture.left, state.clock.now());
        Ok(captcha)
    }
}

impl Handle for VerifyCaptcha {
    async fn handle(self, service: &Service, _: Call) -> Result<CaptchaPass, ErrorCode> {
        let sender = Mobile::parse(self.sender.as_str());
        let mobile = sender.ok().map(|mobile| mobile.canonical());
        let state = &mut *service.state();
        let token = self.token.expose_secret();
        let pass = (state.captchas).check(token, &self.point, mobile, state.clock.now());
        pass.and_then(|text| CaptchaToken::parse(text).ok())
            .map(CaptchaPass::new)
            .ok_or(ErrorCode::CAPTCHA_FAILED)
    }
}
