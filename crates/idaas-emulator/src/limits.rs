//! How often an SMS may go to one mobile.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use idaas_proto::CanonicalMobile;

use crate::clock::Timestamp;

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The limits themselves. Not documented by the vendor: our defaults.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SendLimits {
    pub(crate) interval: Duration,
    pub(crate) per_hour: u32,
    pub(crate) per_day: u32,
}

impl Default for SendLimits {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(60),
            per_hour: 5,
            per_day: 10,
        }
    }
}

/// When the latest SMS went to each mobile.
#[derive(Default)]
pub(crate) struct SendLog {
    sends: HashMap<CanonicalMobile, VecDeque<Timestamp>>,
    /// How many mobiles there may be before those of another day are looked for.
    sweep_at: usize,
}

impl SendLog {
    /// Takes note of a send, if the limits have room for it.
    pub(crate) fn admit(
        &mut self,
        mobile: &CanonicalMobile,
        now: Timestamp,
        limits: &SendLimits,
    ) -> bool {
        let within = |time: &Timestamp, span: Duration| now.since(*time) < span;
        if self.sends.len() >= self.sweep_at {
            self.sends
                .retain(|_, times| times.back().is_some_and(|last| within(last, DAY)));
            self.sweep_at = (self.sends.len() * 2).max(1_024);
        }
        let times = self.sends.entry(mobile.clone()).or_default();
        while times.front().is_some_and(|time| !within(time, DAY)) {
            times.pop_front();
        }
        let in_hour = times
            .iter()
            .rev()
            .take_while(|time| within(time, HOUR))
            .count();
        let admitted = (times.back()).is_none_or(|last| !within(last, limits.interval))
            && in_hour < limits.per_hour as usize
            && times.len() < limits.per_day as usize;
        if admitted {
            times.push_back(now);
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

    use idaas_proto::Mobile;
    use proptest::prelude::*;

    use super::*;

    fn mobile() -> CanonicalMobile {
        Mobile::parse("15200000000").unwrap().canonical()
    }

    fn admitted(waits: &[u64], limits: SendLimits) -> Vec<(u64, bool)> {
        let mut log = SendLog::default();
        let mut now = 0;
        let admit = |wait: &u64| {
            now += wait;
            (
                now,
                log.admit(&mobile(), Timestamp::from_seconds(now), &limits),
            )
        };
        waits.iter().map(admit).collect()
    }

    proptest! {
        /// A send is admitted exactly when none of the three limits would be broken by it.
        #[test]
        fn every_limit_is_kept_and_nothing_else_refused(
            waits in prop::collection::vec(
                prop_oneof![0..3_u64, 58..62_u64, 600..1_300_u64, 3_500..3_700_u64, 20_000..30_000_u64],
                0..60,
            ),
        ) {
            let mut sent: Vec<u64> = Vec::new();
            for (now, admitted) in admitted(&waits, SendLimits::default()) {
                let within = |span: u64| sent.iter().filter(|time| now - **time < span).count();
                let room = within(60) == 0 && within(3_600) < 5 && within(86_400) < 10;
                prop_assert_eq!(admitted, room, "at {} after {:?}", now, &sent);
                if admitted {
                    sent.push(now);
                }
            }
        }
    }

    #[test]
    fn a_limit_can_be_lifted() {
        let limits = SendLimits {
            interval: Duration::ZERO,
            per_hour: u32::MAX,
            per_day: u32::MAX,
        };
        let sends = admitted(&[0; 1_000], limits);
        assert!(sends.iter().all(|(_, admitted)| *admitted));
    }

    #[test]
    fn one_mobile_does_not_use_up_the_limit_of_another() {
        let mut log = SendLog::default();
        let now = Timestamp::from_seconds(0);
        let other = Mobile::parse("15200000001").unwrap().canonical();
        assert!(log.admit(&mobile(), now, &SendLimits::default()));
        assert!(log.admit(&other, now, &SendLimits::default()));
        assert!(!log.admit(&other, now, &SendLimits::default()));
    }

    #[test]
    fn mobiles_of_another_day_are_swept() {
        let mut log = SendLog::default();
        for hour in 0..20_000_u64 {
            let mobile = Mobile::parse(format!("1{hour:010}")).unwrap().canonical();
            let now = Timestamp::from_seconds(hour * 3_600);
            assert!(log.admit(&mobile, now, &SendLimits::default()));
        }
        assert!(log.sends.len() <= 1_024, "{} mobiles", log.sends.len());
    }
}
