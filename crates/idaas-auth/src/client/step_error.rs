use core::error::Error as StdError;
use core::fmt;

use super::Resumed;
use super::driver::Driver;
use crate::error::{Advice, Error};
use crate::flow::LoginFlow;

/// Why a step failed that consumes the one before, and where the login stands now.
///
/// `?` turns it into an [`Error`] where the login is not gone on with.
#[derive(Debug)]
pub struct StepError(Box<Parts>);

#[derive(Debug)]
struct Parts {
    error: Error,
    next: Option<Resumed>,
}

impl StepError {
    pub(super) fn new(error: Error, driver: Driver) -> Self {
        Self(Box::new(Parts {
            error,
            next: Resumed::at(driver),
        }))
    }

    /// Gives why the step failed.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.0.error
    }

    /// Says what to do next.
    #[must_use]
    pub fn advice(&self) -> Advice {
        self.0.error.advice()
    }

    /// Gives where the login stands now; nothing if it is over.
    #[must_use]
    pub fn next(&self) -> Option<&Resumed> {
        self.0.next.as_ref()
    }

    /// Copies the flow as it stands now, to go on elsewhere with [`Client::resume`](crate::Client::resume); nothing if it
    /// is over. What it holds is a secret: see [`LoginFlow`].
    #[must_use]
    pub fn save(&self) -> Option<LoginFlow> {
        self.next().map(Resumed::save)
    }

    /// Gives both by value, to go on.
    #[must_use]
    pub fn into_parts(self) -> (Error, Option<Resumed>) {
        let Parts { error, next } = *self.0;
        (error, next)
    }
}

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.error.fmt(f)
    }
}

impl StdError for StepError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.error.source()
    }
}

impl From<StepError> for Error {
    fn from(step: StepError) -> Self {
        step.into_parts().0
    }
}
