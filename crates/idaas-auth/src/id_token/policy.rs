use std::time::Duration;

/// How long signing keys are used, and how often they are read.
///
/// None of these times is documented by the vendor: they are our defaults.
///
/// ```
/// use std::time::Duration;
/// use idaas_auth::KeyPolicy;
///
/// let policy = KeyPolicy::new().with_max_age(Duration::from_secs(600));
/// assert_eq!(policy.max_age(), Duration::from_secs(600));
/// assert_eq!(policy.grace(), Duration::from_secs(24 * 3600));
/// assert_eq!(policy.cool_down(), Duration::from_secs(30));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPolicy {
    max_age: Duration,
    grace: Duration,
    cool_down: Duration,
}

impl KeyPolicy {
    /// Gives the defaults: each is stated at the setter that changes it.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            max_age: Duration::from_secs(3600),
            grace: Duration::from_secs(24 * 3600),
            cool_down: Duration::from_secs(30),
        }
    }

    /// Sets how long keys are used without being read again; one hour by default.
    #[must_use]
    pub const fn with_max_age(mut self, max_age: Duration) -> Self {
        self.max_age = max_age;
        self
    }

    /// Sets how much longer keys are used while they cannot be read; 24 hours by default.
    ///
    /// As long as the service is away, a key that it has withdrawn stays good for this time.
    #[must_use]
    pub const fn with_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Sets how long after reading the keys they are not read again, whatever `kid` is asked for;
    /// 30 s by default. A maximum age below it has no effect.
    #[must_use]
    pub const fn with_cool_down(mut self, cool_down: Duration) -> Self {
        self.cool_down = cool_down;
        self
    }

    /// Gives how long keys are used without being read again.
    #[must_use]
    pub const fn max_age(&self) -> Duration {
        self.max_age
    }

    /// Gives how much longer keys are used while they cannot be read.
    #[must_use]
    pub const fn grace(&self) -> Duration {
        self.grace
    }

    /// Gives how long after reading the keys they are not read again.
    #[must_use]
    pub const fn cool_down(&self) -> Duration {
        self.cool_down
    }
}

impl Default for KeyPolicy {
    fn default() -> Self {
        Self::new()
    }
}
