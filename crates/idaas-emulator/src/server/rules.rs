use std::time::Duration;

use crate::settings::InvalidSetting;

/// What the server bears of its callers. Nothing of the service: the vendor documents no such limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerRules {
    pub(crate) max_connections: usize,
    /// For the head of a request, and for the silence before it.
    pub(crate) head_timeout: Duration,
    pub(crate) body_timeout: Duration,
    /// For a peer that takes nothing of its answer.
    pub(crate) write_timeout: Duration,
    pub(crate) shutdown_grace: Duration,
}

impl ServerRules {
    pub(crate) const DEFAULT: Self = Self {
        max_connections: 1_024,
        head_timeout: Duration::from_secs(30),
        body_timeout: Duration::from_secs(10),
        write_timeout: Duration::from_secs(30),
        shutdown_grace: Duration::from_secs(2),
    };

    /// The rules, if they make sense.
    pub(crate) fn checked(self) -> Result<Self, InvalidSetting> {
        if self.max_connections == 0 {
            return Err(InvalidSetting::new("max_connections", "must be at least 1"));
        }
        let timeouts = [
            (self.head_timeout, "head_timeout"),
            (self.body_timeout, "body_timeout"),
            (self.write_timeout, "write_timeout"),
        ];
        match timeouts.into_iter().find(|(time, _)| time.is_zero()) {
            Some((_, name)) => Err(InvalidSetting::new(name, "must be more than 0")),
            None => Ok(self),
        }
    }
}
