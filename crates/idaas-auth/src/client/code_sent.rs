use idaas_proto::VerifyCode;

use super::driver::{Driver, standing};
use super::{CaptchaNeeded, PendingLogin, StepError};
use crate::Session;
use crate::error::{Error, FlowError};
use crate::flow::{Ended, Input};

/// How a login ended well.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoginOutcome {
    /// The person is signed in.
    Session(Session),
    /// The code was right, and the service wants one more step.
    Pending(PendingLogin),
}

/// A login whose code is on its way to the person.
#[derive(Debug)]
#[must_use]
pub struct CodeSent {
    pub(super) driver: Driver,
}

standing!(CodeSent);

impl CodeSent {
    /// Signs the person in with the code that they entered.
    ///
    /// White space around the code is taken off, as it comes along when people paste: the service's codes have none in
    /// any sample of the vendor.
    ///
    /// # Errors
    /// [`Error`], with [advice](Error::advice): where the code was wrong or its fate is unknown, ask for a code and
    /// call this again; [`view`](Self::view) has what is left. After a refusal for good the flow [is over](Self::is_over).
    ///
    /// Unlike the steps that consume the one before, this one stays in your hands, so that a plain error says it all.
    ///
    /// # Dropping the future
    /// Costs no money. The code may be used up: the flow counts the try as one of unknown outcome.
    pub async fn login(&mut self, verify_code: VerifyCode) -> Result<LoginOutcome, Error> {
        login(&mut self.driver, verify_code).await
    }

    /// Tells whether the flow is over here: the person is signed in, a pending login was handed out, the service
    /// refused for good, or the lifetime has passed.
    ///
    /// Then every further step fails with [`FlowError::Over`] or [`FlowError::Expired`], whose advice is to start over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.driver.is_over()
    }

    /// Leaves the code for another one, which needs a new captcha.
    ///
    /// # Errors
    /// [`StepError`], which stands here again, where it is too early: not before `resend_at` of the [`view`](Self::view).
    pub fn resend(self) -> Result<CaptchaNeeded, StepError> {
        resend(self.driver)
    }
}

/// A login whose code may be on its way: the request to send was lost from sight.
///
/// Ask the person. If they have a code, it is as good as any; if not, another one costs another captcha, not before
/// `resend_at`, and perhaps a second SMS.
#[derive(Debug)]
#[must_use]
pub struct InDoubt {
    pub(super) driver: Driver,
}

standing!(InDoubt);

impl InDoubt {
    /// Signs the person in with the code that they entered, exactly as [`CodeSent::login`].
    ///
    /// # Errors
    /// As [`CodeSent::login`].
    pub async fn login(&mut self, verify_code: VerifyCode) -> Result<LoginOutcome, Error> {
        login(&mut self.driver, verify_code).await
    }

    /// Tells whether the flow is over here: the person is signed in, a pending login was handed out, the service
    /// refused for good, or the lifetime has passed.
    ///
    /// Then every further step fails with [`FlowError::Over`] or [`FlowError::Expired`], whose advice is to start over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.driver.is_over()
    }

    /// Gives up the doubtful code for another one, which needs a new captcha.
    ///
    /// # Errors
    /// [`StepError`], which stands here again, where it is too early: not before `resend_at` of the [`view`](Self::view).
    pub fn resend(self) -> Result<CaptchaNeeded, StepError> {
        resend(self.driver)
    }

    /// Goes on as if the code were surely sent, for callers that treat both alike.
    pub fn into_code_sent(self) -> CodeSent {
        CodeSent {
            driver: self.driver,
        }
    }
}

async fn login(driver: &mut Driver, verify_code: VerifyCode) -> Result<LoginOutcome, Error> {
    match driver.carry_out(Input::CodeEntered(verify_code)).await? {
        Some(Ended::Done(session)) => Ok(LoginOutcome::Session(session)),
        _ => PendingLogin::take(driver)
            .map(LoginOutcome::Pending)
            .ok_or(Error::Flow(FlowError::Over)),
    }
}

fn resend(mut driver: Driver) -> Result<CaptchaNeeded, StepError> {
    match driver.enter(Input::ResendAsked) {
        Ok(()) => Ok(CaptchaNeeded { driver }),
        Err(error) => Err(StepError::new(error.into(), driver)),
    }
}
