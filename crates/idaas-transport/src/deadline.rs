use std::time::{Duration, Instant};

/// The moment at which one call has to be over, whatever phase it is in.
///
/// Placed in the extensions of a request. A transport's own limits still hold; what comes first
/// ends the call.
///
/// ```
/// use std::time::Duration;
/// use idaas_transport::Deadline;
///
/// let mut request = http::Request::new(bytes::Bytes::new());
/// request.extensions_mut().insert(Deadline::after(Duration::from_secs(5)));
/// ```
///
/// On wasm32-unknown-unknown the standard library has no clock, and none of the methods may be
/// called there.
// The clock of this crate: no other module names `Instant`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deadline(Instant);

impl Deadline {
    /// The deadline at the given moment.
    #[must_use]
    pub const fn at(moment: Instant) -> Self {
        Self(moment)
    }

    /// The deadline that is `duration` from now. A duration past what the clock can count is
    /// taken as some decades.
    #[must_use]
    pub fn after(duration: Duration) -> Self {
        let now = Instant::now();
        Self(
            now.checked_add(duration)
                .or_else(|| now.checked_add(FAR))
                .unwrap_or(now),
        )
    }

    /// The moment of the deadline.
    #[must_use]
    pub const fn moment(self) -> Instant {
        self.0
    }

    /// The time left, zero if the deadline has passed.
    #[must_use]
    pub fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Whether the deadline has passed.
    #[must_use]
    pub fn has_passed(self) -> bool {
        self.0 <= Instant::now()
    }
}

/// This moment, for what counts time instead of ending.
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Thirty years: longer than any call, and every clock can count it.
const FAR: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_of_no_time_has_passed() {
        let deadline = Deadline::after(Duration::ZERO);

        assert!(deadline.has_passed());
        assert_eq!(deadline.remaining(), Duration::ZERO);
    }

    #[test]
    fn the_longest_duration_is_a_deadline_far_away() {
        let deadline = Deadline::after(Duration::MAX);

        assert!(!deadline.has_passed());
        assert!(deadline.remaining() > Duration::from_secs(60 * 60 * 24 * 365));
    }

    #[test]
    fn the_earlier_deadline_is_the_smaller_one() {
        let soon = Deadline::after(Duration::from_secs(1));
        let late = Deadline::at(soon.moment() + Duration::from_secs(1));

        assert_eq!(soon.min(late), soon);
    }
}
