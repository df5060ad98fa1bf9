use core::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::Timestamp;

/// What a flow takes for granted where the vendor documents nothing.
///
/// Every value is our default and a setting; none is documented by the vendor. Of all of them only the
/// lifetime and the resend interval make a flow refuse anything: the others are hints for the person who
/// waits, and the service has the last word.
///
/// ```
/// use core::time::Duration;
/// use idaas_auth::FlowPolicy;
///
/// let policy = FlowPolicy::new().with_resend_interval(Duration::from_secs(90));
/// assert_eq!(policy.resend_interval(), Duration::from_secs(90));
/// assert_eq!(policy.code_lifetime(), Duration::from_secs(300));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FlowPolicy {
    resend_interval: u32,
    code_lifetime: u32,
    pass_lifetime: u32,
    tries: u8,
    lifetime: u32,
    skew: u32,
}

impl FlowPolicy {
    /// Gives the defaults: each is stated at the setter that changes it.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            resend_interval: 60,
            code_lifetime: 300,
            pass_lifetime: 180,
            tries: 5,
            lifetime: 600,
            skew: 60,
        }
    }

    /// Sets how long after one send the next may be asked for, in whole seconds; 60 s by default.
    #[must_use]
    pub const fn with_resend_interval(mut self, interval: Duration) -> Self {
        self.resend_interval = seconds(interval);
        self
    }

    /// Sets how long a verify code is thought to be valid, in whole seconds; 300 s by default. A hint.
    #[must_use]
    pub const fn with_code_lifetime(mut self, lifetime: Duration) -> Self {
        self.code_lifetime = seconds(lifetime);
        self
    }

    /// Sets how long a captcha pass is thought to be valid, in whole seconds; 180 s by default. A hint.
    #[must_use]
    pub const fn with_pass_lifetime(mut self, lifetime: Duration) -> Self {
        self.pass_lifetime = seconds(lifetime);
        self
    }

    /// Sets how many wrong codes the service is thought to accept for one send; 5 by default. A hint.
    #[must_use]
    pub const fn with_tries(mut self, tries: u8) -> Self {
        self.tries = tries;
        self
    }

    /// Sets how long a flow lives from its start, whatever happens in it, in whole seconds; 600 s by default
    /// (NIST SP 800-63B: an out-of-band login is finished within ten minutes).
    #[must_use]
    pub const fn with_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = seconds(lifetime);
        self
    }

    /// Sets how far the clocks of two replicas may differ, in whole seconds; 60 s by default. A flow is
    /// refused before its start and after its end only by more than this.
    #[must_use]
    pub const fn with_skew(mut self, skew: Duration) -> Self {
        self.skew = seconds(skew);
        self
    }

    /// Gives how long after one send the next may be asked for.
    #[must_use]
    pub const fn resend_interval(&self) -> Duration {
        Duration::from_secs(self.resend_interval as u64)
    }

    /// Gives how long a verify code is thought to be valid.
    #[must_use]
    pub const fn code_lifetime(&self) -> Duration {
        Duration::from_secs(self.code_lifetime as u64)
    }

    /// Gives how long a captcha pass is thought to be valid.
    #[must_use]
    pub const fn pass_lifetime(&self) -> Duration {
        Duration::from_secs(self.pass_lifetime as u64)
    }

    /// Gives how many wrong codes the service is thought to accept for one send.
    #[must_use]
    pub const fn tries(&self) -> u8 {
        self.tries
    }

    /// Gives how long a flow lives from its start.
    #[must_use]
    pub const fn lifetime(&self) -> Duration {
        Duration::from_secs(self.lifetime as u64)
    }

    /// Gives how far the clocks of two replicas may differ.
    #[must_use]
    pub const fn skew(&self) -> Duration {
        Duration::from_secs(self.skew as u64)
    }

    /// Gives of each setting the stricter of both.
    pub(super) fn stricter(&self, other: &Self) -> Self {
        Self {
            resend_interval: self.resend_interval.max(other.resend_interval),
            code_lifetime: self.code_lifetime.min(other.code_lifetime),
            pass_lifetime: self.pass_lifetime.min(other.pass_lifetime),
            tries: self.tries.min(other.tries),
            lifetime: self.lifetime.min(other.lifetime),
            skew: self.skew.min(other.skew),
        }
    }

    /// Gives when a flow that began at `started_at` ends.
    pub(super) const fn ends_at(&self, started_at: Timestamp) -> Timestamp {
        started_at.saturating_add(self.lifetime())
    }
}

impl Default for FlowPolicy {
    fn default() -> Self {
        Self::new()
    }
}

impl<'de> Deserialize<'de> for FlowPolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(remote = "FlowPolicy")]
        struct Fields {
            resend_interval: u32,
            code_lifetime: u32,
            pass_lifetime: u32,
            tries: u8,
            lifetime: u32,
            skew: u32,
        }

        // The error of the format shows what it found, which is no policy and may be a secret.
        Fields::deserialize(deserializer).map_err(|_| D::Error::custom("not a policy of a flow"))
    }
}

const fn seconds(span: Duration) -> u32 {
    let seconds = span.as_secs();
    if seconds > u32::MAX as u64 {
        u32::MAX
    } else {
        seconds as u32
    }
}
