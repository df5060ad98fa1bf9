use super::driver::Driver;
use super::{CaptchaNeeded, CodeSent, InDoubt, PassHeld, PendingLogin};
use crate::flow::{FlowState, FlowView, LoginFlow};

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
    /// Tells where the flow stands: what it accepts now, and until when.
    #[must_use]
    pub fn view(&self) -> FlowView {
        self.driver().view()
    }

    /// Copies the flow, to go on elsewhere with [`Client::resume`](crate::Client::resume). What it holds is a secret: see
    /// [`LoginFlow`].
    #[must_use]
    pub fn save(&self) -> LoginFlow {
        self.driver().save()
    }

    /// Gives the step that waits for a code, whether the SMS surely went out or only may have; nothing where the login
    /// stands elsewhere.
    #[must_use]
    pub fn into_code_sent(self) -> Option<CodeSent> {
        match self {
            Self::CodeSent(code_sent) => Some(code_sent),
            Self::InDoubt(doubt) => Some(doubt.into_code_sent()),
            _ => None,
        }
    }

    const fn driver(&self) -> &Driver {
        match self {
            Self::Captcha(step) => &step.driver,
            Self::PassHeld(step) => &step.driver,
            Self::CodeSent(step) => &step.driver,
            Self::InDoubt(step) => &step.driver,
            Self::Pending(step) => &step.driver,
        }
    }

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
