use super::driver::Driver;
use super::{CaptchaNeeded, CodeSent, InDoubt, PassHeld, PendingLogin};
use crate::flow::FlowState;

/// Where a login goes on: a saved one, or one whose step failed.
#[derive(Debug)]
#[non_exhaustive]
#[must_use]
pub enum Resumed {
    /// A captcha has to be solved.
    Captcha(CaptchaNeeded),
    /// A captcha is solved, and an SMS can be asked for.
    PassHeld(PassHeld),
    /// An SMS went out, and its code is waited for.
    CodeSent(CodeSent),
    /// An SMS may have gone out, and its code is waited for.
    InDoubt(InDoubt),
    /// The code was right, and the service wants one more step.
    Pending(PendingLogin),
}

impl Resumed {
    /// Finds the step of a flow, unless it or its lifetime is over. What was under way in it is settled.
    pub(super) fn at(mut driver: Driver) -> Option<Self> {
        driver.flow.check_lifetime(driver.client.now()).ok()?;
        driver.flow.settle();
        Some(match driver.flow.state() {
            FlowState::Captcha => Self::Captcha(CaptchaNeeded { driver }),
            FlowState::PassHeld => Self::PassHeld(PassHeld { driver }),
            FlowState::AwaitCode => Self::CodeSent(CodeSent { driver }),
            FlowState::InDoubt => Self::InDoubt(InDoubt { driver }),
            _ => Self::Pending(PendingLogin::take(&mut driver)?),
        })
    }
}
