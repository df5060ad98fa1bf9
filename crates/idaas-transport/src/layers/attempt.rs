use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering::Relaxed},
};

/// Which attempt at a call this is, from one.
///
/// [`Retried`](super::Retried) places it in the extensions of every request that it hands on,
/// and of the response that it returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Attempt(u32);

impl Attempt {
    pub(super) const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number of the attempt; the first is one.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

/// The number of the attempt that is under way, for a layer above `Retried` that asked for it by
/// placing this in the extensions of the request. A failure, or a call that is dropped, has no
/// extensions of its own to tell.
#[derive(Clone, Debug)]
pub(super) struct LastAttempt(Arc<AtomicU32>);

impl LastAttempt {
    /// The first one, until another is noted.
    #[cfg(feature = "tracing")]
    pub(super) fn new() -> Self {
        Self(Arc::new(AtomicU32::new(1)))
    }

    pub(super) fn note(&self, attempt: Attempt) {
        self.0.store(attempt.0, Relaxed);
    }

    #[cfg(feature = "tracing")]
    pub(super) fn number(&self) -> u32 {
        self.0.load(Relaxed)
    }
}
