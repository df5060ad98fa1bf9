use idaas_proto::{
    Captcha, CaptchaPoint, CaptchaToken, ChallengeToken, GetCaptcha, Sender, VerifyCaptcha,
};

use super::driver::{Driver, standing};
use super::{PassHeld, StepError};
use crate::flow::Input;

/// A login that needs a captcha to be solved.
///
/// After a send, the next one is not accepted before `resend_at` of the [`view`](Self::view): solve the captcha
/// shortly before.
#[derive(Debug)]
#[must_use]
pub struct CaptchaNeeded {
    pub(super) driver: Driver,
}

standing!(CaptchaNeeded);

impl CaptchaNeeded {
    /// Fetches a captcha for the mobile number of the flow.
    ///
    /// # Errors
    /// [`StepError`], which stands here again.
    pub async fn captcha(self) -> Result<CaptchaStep, StepError> {
        let Self { driver } = self;
        match driver.client.call(&driver.caller, &GetCaptcha::new()).await {
            Ok(captcha) => Ok(CaptchaStep { driver, captcha }),
            Err(error) => Err(StepError::new(error, driver)),
        }
    }

    /// Hands in the place where the person put the piece of a captcha that was shown before the login was saved.
    ///
    /// The challenge token is that of the [`CaptchaStep::captcha`] which was shown. It may have been to the front end
    /// and back: it is of no use but with the right place, for one try, and the service has the last word on it.
    ///
    /// # Errors
    /// [`StepError`]: a captcha can be handed in once, right or wrong, so that a new one is needed.
    pub async fn verify(
        self,
        token: ChallengeToken,
        point: CaptchaPoint,
    ) -> Result<PassHeld, StepError> {
        let Self { mut driver } = self;
        let request = VerifyCaptcha::new(point, token, Sender::from(driver.flow.mobile()));
        let held = match driver.client.call(&driver.caller, &request).await {
            Ok(pass) => driver
                .enter(Input::PassObtained(pass.captcha_token))
                .map_err(Into::into),
            Err(error) => Err(error),
        };
        match held {
            Ok(()) => Ok(PassHeld { driver }),
            Err(error) => Err(StepError::new(error, driver)),
        }
    }

    /// Takes a captcha pass that the front end obtained for the mobile number of the flow.
    ///
    /// # Errors
    /// [`StepError`] where the lifetime of the flow is over.
    pub fn with_pass(mut self, captcha_token: CaptchaToken) -> Result<PassHeld, StepError> {
        match self.driver.enter(Input::PassObtained(captcha_token)) {
            Ok(()) => Ok(PassHeld {
                driver: self.driver,
            }),
            Err(error) => Err(StepError::new(error.into(), self.driver)),
        }
    }
}

/// A captcha to show: two pictures, of which the person puts one into place in the other.
///
/// What [`save`](Self::save) gives holds no captcha, and resumes as [`Resumed::Captcha`](super::Resumed::Captcha). To go
/// on with this captcha then, keep its [token](Captcha::token), if need be in the form that shows the pictures:
/// [`CaptchaNeeded::verify`] takes it, without a picture being stored anywhere.
#[derive(Debug)]
#[must_use]
pub struct CaptchaStep {
    driver: Driver,
    captcha: Captcha,
}

standing!(CaptchaStep);

impl CaptchaStep {
    /// Gives the captcha, pictures and all.
    #[must_use]
    pub const fn captcha(&self) -> &Captcha {
        &self.captcha
    }

    /// Hands in the place where the person put the piece.
    ///
    /// # Errors
    /// [`StepError`]: a captcha can be handed in once, right or wrong, so that a new one is needed.
    pub async fn verify(self, point: CaptchaPoint) -> Result<PassHeld, StepError> {
        let Self { driver, captcha } = self;
        CaptchaNeeded { driver }.verify(captcha.token, point).await
    }

    /// Leaves this captcha, for another one or for a pass that the front end obtained.
    pub fn discard(self) -> CaptchaNeeded {
        CaptchaNeeded {
            driver: self.driver,
        }
    }
}
