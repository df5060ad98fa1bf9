use core::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::Timestamp;

/// Tells the time to a driver.
///
/// The one place of this crate where time comes from; tests give their own with
/// [`ClientBuilder::clock`](crate::ClientBuilder::clock).
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Tells the time.
    fn now(&self) -> Timestamp;
}

/// The clock of the operating system.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // A clock set before 1970 is a broken clock: the epoch is as good an answer as any.
        Timestamp::from_unix(
            SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| since.as_secs()),
        )
    }
}
