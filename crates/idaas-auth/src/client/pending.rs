use super::driver::{Driver, standing};
use crate::flow::PendingStep;

/// A login whose code was right, but that the service wants one more step of: a second factor, a new password, an
/// account to bind.
///
/// The calls of that step are made with the state token; this release has none of them, and hands out what they need.
#[derive(Debug)]
#[must_use]
pub struct PendingLogin {
    pub(super) driver: Box<Driver>,
    step: PendingStep,
}

standing!(PendingLogin);

impl PendingLogin {
    /// Takes the flow over if it is pending; what is left there is over.
    pub(super) fn take(driver: &mut Driver) -> Option<Self> {
        let step = driver.flow.pending()?.clone();
        Some(Self {
            driver: Box::new(driver.take()),
            step,
        })
    }

    /// Gives what the service wants.
    #[must_use]
    pub const fn step(&self) -> &PendingStep {
        &self.step
    }
}
