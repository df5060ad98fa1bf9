//! The one clock of an emulator, and the points in time it shows.

use std::fmt;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A point in time by the clock of an emulator.
///
/// `Display` writes it as RFC 3339 does, in UTC with milliseconds: `2026-01-31T08:00:00.000Z`. A time before 1970
/// counts as 1970, one after 9999 as the last second of 9999, for RFC 3339 can write no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(Duration);

impl Timestamp {
    const LAST: Self = Self(Duration::from_secs(253_402_300_799));

    /// The second `seconds` after 1970-01-01 00:00:00 UTC.
    #[must_use]
    pub fn from_seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds)).min(Self::LAST)
    }

    /// Whole seconds since 1970-01-01 00:00:00 UTC, as JSON Web Tokens count them.
    #[must_use]
    pub const fn seconds(self) -> u64 {
        self.0.as_secs()
    }

    /// The same as the standard library has it.
    #[must_use]
    pub fn system_time(self) -> SystemTime {
        UNIX_EPOCH + self.0
    }

    pub(crate) fn plus(self, time: Duration) -> Self {
        Self(self.0.saturating_add(time)).min(Self::LAST)
    }

    /// How long ago `earlier` was; nothing, if it is yet to come.
    pub(crate) const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.seconds();
        let (year, month, day) = civil_date(seconds / 86_400);
        let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
        let millis = self.0.subsec_millis();
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z"
        )
    }
}

impl From<Timestamp> for SystemTime {
    fn from(time: Timestamp) -> Self {
        time.system_time()
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        Self(time.duration_since(UNIX_EPOCH).unwrap_or_default()).min(Self::LAST)
    }
}

/// The clock by which everything of one emulator expires.
#[derive(Debug)]
pub(crate) struct Clock {
    start: Timestamp,
    /// Absent where the clock stands still between two calls of [`advance`](Self::advance).
    running_since: Option<Instant>,
    /// At most [`FURTHEST_ADVANCE`].
    advanced: Duration,
}

/// How far a clock can be advanced in all: 10 years, for at the end of time everything would be born expired.
const FURTHEST_ADVANCE: Duration = Duration::from_secs(10 * 31_557_600);

impl Clock {
    /// A clock that shows the time of day and runs on.
    pub(crate) fn running() -> Self {
        Self {
            start: SystemTime::now().into(),
            running_since: Some(Instant::now()),
            advanced: Duration::ZERO,
        }
    }

    /// A clock that shows `start` until it is advanced.
    pub(crate) const fn standing_at(start: Timestamp) -> Self {
        Self {
            start,
            running_since: None,
            advanced: Duration::ZERO,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        let ran = self
            .running_since
            .map_or(Duration::ZERO, |since| since.elapsed());
        self.start.plus(self.advanced.saturating_add(ran))
    }

    /// Whether there is room for this advance.
    pub(crate) fn can_advance(&self, time: Duration) -> bool {
        time <= FURTHEST_ADVANCE - self.advanced
    }

    /// Moves the clock forward, for good, up to the furthest advance.
    pub(crate) fn advance(&mut self, time: Duration) {
        self.advanced = self.advanced.saturating_add(time).min(FURTHEST_ADVANCE);
    }
}

/// A moment of the machine's own time, which no test of the service moves. Earlier moments are less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(tokio::time::Instant);

impl Moment {
    pub(crate) fn now() -> Self {
        Self(tokio::time::Instant::now())
    }

    /// The time since.
    pub(crate) fn age(self) -> Duration {
        self.0.elapsed()
    }
}

/// Year, month and day of a number of days since 1970-01-01, in the Gregorian calendar.
///
/// Counts from 0000-03-01, so that a leap day is the last of its year, and 400-year cycles are alike.
const fn civil_date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let cycle = days / 146_097;
    let day_of_cycle = days % 146_097;
    let year_of_cycle = (day_of_cycle - day_of_cycle / 1_460 + day_of_cycle / 36_524
        - day_of_cycle / 146_096)
        / 365;
    let day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = cycle * 400 + year_of_cycle + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    use super::Timestamp as T;

    #[test]
    fn rfc3339_agrees_with_known_dates() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399, "2000-02-28T23:59:59.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (951_868_800, "2000-03-01T00:00:00.000Z"),
            (1_700_000_000, "2023-11-14T22:13:20.000Z"),
            (4_107_542_399, "2100-02-28T23:59:59.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799, "9999-12-31T23:59:59.000Z"),
        ] {
            assert_eq!(
                T::from_seconds(seconds).to_string(),
                text,
                "{seconds} seconds"
            );
        }
        let with_millis = T(Duration::from_millis(1_234));
        assert_eq!(with_millis.to_string(), "1970-01-01T00:00:01.234Z");
    }

    #[test]
    fn a_day_later_is_another_date_on_every_day_of_four_centuries() {
        let mut before = civil_date(0);
        for day in 1..146_097 {
            let date = civil_date(day);
            let next_day = (date.0, date.1) == (before.0, before.1) && date.2 == before.2 + 1;
            let next_month = date.2 == 1 && (date.1 == before.1 + 1 || date.1 == 1);
            assert!(next_day || next_month, "{before:?} is followed by {date:?}");
            before = date;
        }
        assert_eq!(before, (2369, 12, 31));
    }

    #[test]
    fn a_standing_clock_moves_only_when_told() {
        let mut clock = Clock::standing_at(T::from_seconds(1_000));
        assert_eq!(clock.now(), T::from_seconds(1_000));
        clock.advance(Duration::from_secs(61));
        assert_eq!(clock.now(), T::from_seconds(1_061));
    }

    #[test]
    fn a_running_clock_starts_now_and_does_not_go_back() {
        let mut clock = Clock::running();
        let before = clock.now();
        assert!(before.since(SystemTime::now().into()) < Duration::from_secs(60));
        clock.advance(Duration::from_secs(300));
        assert!(clock.now().since(before) >= Duration::from_secs(300));
    }

    #[test]
    fn a_clock_goes_ten_years_ahead_and_no_further() {
        let mut clock = Clock::standing_at(T::from_seconds(0));
        let year = Duration::from_secs(31_557_600);
        assert!(clock.can_advance(10 * year) && !clock.can_advance(10 * year + year / 1_000));
        clock.advance(4 * year);
        assert!(clock.can_advance(6 * year) && !clock.can_advance(7 * year));
        clock.advance(7 * year);
        assert_eq!(clock.now().to_string(), "1980-01-01T12:00:00.000Z");
        clock.advance(Duration::MAX);
        assert_eq!(clock.now().to_string(), "1980-01-01T12:00:00.000Z");
        assert!(clock.can_advance(Duration::ZERO));
    }

    #[test]
    fn a_time_is_that_of_the_standard_library() {
        let time = T::from_seconds(1_700_000_000).plus(Duration::from_millis(7));
        assert_eq!(T::from(SystemTime::from(time)), time);
        assert_eq!(T::from_seconds(u64::MAX), T::LAST);
        assert_eq!(T::LAST.plus(Duration::MAX), T::LAST);
        assert_eq!(T::LAST.to_string(), "9999-12-31T23:59:59.000Z");
    }
}
