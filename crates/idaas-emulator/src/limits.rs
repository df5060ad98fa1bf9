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
