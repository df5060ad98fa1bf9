use core::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// A moment, in whole seconds since 1970-01-01T00:00:00Z.
///
/// The core of this crate reads no clock: each step of a flow, each check of a token takes the time as
/// an argument of this type. The driver asks its [`Clock`](crate::Clock).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Timestamp(u64);

impl Timestamp {
    /// Takes seconds since the Unix epoch.
    #[must_use]
    pub const fn from_unix(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Gives the seconds since the Unix epoch.
    #[must_use]
    pub const fn as_unix(self) -> u64 {
        self.0
    }

    /// Gives the moment `span` later; parts of a second are dropped, the end of time is the limit.
    #[must_use]
    pub const fn saturating_add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span.as_secs()))
    }

    /// Gives the moment `span` earlier; parts of a second are dropped, the epoch is the limit.
    #[must_use]
    pub const fn saturating_sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(span.as_secs()))
    }

    /// Gives the time from this moment to `later`, zero if that has passed.
    #[must_use]
    pub const fn until(self, later: Self) -> Duration {
        Duration::from_secs(later.0.saturating_sub(self.0))
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The error of the format shows what it found, which is no time and may be a secret.
        u64::deserialize(deserializer)
            .map(Self)
            .map_err(|_| D::Error::custom("a time is not a whole number of seconds"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_stays_within_time() {
        let now = Timestamp::from_unix(100);
        assert_eq!(
            now.saturating_add(Duration::from_millis(1_999)).as_unix(),
            101
        );
        assert_eq!(now.saturating_add(Duration::MAX).as_unix(), u64::MAX);
        assert_eq!(now.saturating_sub(Duration::from_secs(101)).as_unix(), 0);
        assert_eq!(
            now.until(Timestamp::from_unix(160)),
            Duration::from_secs(60)
        );
        assert_eq!(now.until(Timestamp::from_unix(40)), Duration::ZERO);
    }
}
