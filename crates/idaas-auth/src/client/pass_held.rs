use idaas_proto::SendScenario;

use super::driver::{Driver, standing};
use super::{CodeSent, StepError};
use crate::flow::Input;

/// A login whose captcha is solved: it can pay for one SMS.
#[derive(Debug)]
#[must_use]
pub struct PassHeld {
    pub(super) driver: Driver,
}

standing!(PassHeld);

impl PassHeld {
    /// Has the service send an SMS with a verify code. Costs money, at most once.
    ///
    /// # Errors
    /// [`StepError`] says where the login stands now:
    ///
    /// | [`Resumed`](super::Resumed) | what happened | money |
    /// |---|---|---|
    /// | `PassHeld` | the request surely never left, or it is too early to ask | none |
    /// | `Captcha` | the service refused the pass, or to send just now | none for a refused pass, else perhaps |
    /// | `InDoubt` | nobody knows whether an SMS is under way | perhaps |
    /// | none | the service refused for good, or the flow is over | none |
    ///
    /// # Dropping the future
    /// An SMS may be under way, and nothing tells whether it is. Keep what [`save`](Self::save) gave before the call:
    /// it resumes with the pass in hand, and the service accepts a pass once, so that sending anew cannot pay twice.
    pub async fn send_code(mut self, scenario: SendScenario) -> Result<CodeSent, StepError> {
        match self.driver.carry_out(Input::SendAsked(scenario)).await {
            Ok(_) => Ok(CodeSent {
                driver: self.driver,
            }),
            Err(error) => Err(StepError::new(error, self.driver)),
        }
    }
}
