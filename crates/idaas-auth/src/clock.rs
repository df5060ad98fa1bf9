use core::fmt;
use core::time::Duration;
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

/// The clock of the operating system. There is none on `wasm32-unknown-unknown`, where it panics.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemClock;

impl SystemClock {
    /// Gives the clock.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // A clock set before 1970 is a broken clock: the epoch is as good an answer as any.
        Timestamp::from_system_time(SystemTime::now()).unwrap_or(Timestamp::from_unix(0))
    }
}

/// Conversions, which read no clock.
impl Timestamp {
    /// Takes a time of the standard library, and drops parts of a second; nothing where it is before 1970.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use idaas_auth::Timestamp;
    ///
    /// let time = UNIX_EPOCH + Duration::from_millis(1_999);
    /// assert_eq!(Timestamp::from_system_time(time), Some(Timestamp::from_unix(1)));
    /// assert_eq!(Timestamp::from_system_time(UNIX_EPOCH - Duration::from_secs(1)), None);
    /// ```
    #[must_use]
    pub fn from_system_time(time: SystemTime) -> Option<Self> {
        let since = time.duration_since(UNIX_EPOCH).ok()?;
        Some(Self::from_unix(since.as_secs()))
    }

    /// Gives the time in the type of the standard library; nothing where that cannot hold it.
    #[must_use]
    pub fn to_system_time(self) -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.as_unix()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_std_comes_back_to_the_second() {
        for seconds in [0, 1, 1_700_000_000, 253_402_300_799] {
            let timestamp = Timestamp::from_unix(seconds);
            let back = timestamp
                .to_system_time()
                .and_then(Timestamp::from_system_time);
            assert_eq!(back, Some(timestamp));
        }
        assert_eq!(Timestamp::from_unix(u64::MAX).to_system_time(), None);
    }

    #[test]
    fn the_system_clock_tells_a_time_of_this_century() {
        let now = SystemClock::new().now().as_unix();
        assert!((1_700_000_000..4_102_444_800).contains(&now), "{now}");
    }
}
