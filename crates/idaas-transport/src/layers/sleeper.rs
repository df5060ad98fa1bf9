use std::{fmt, sync::Arc, time::Duration};

use crate::BoxFuture;

/// How a layer waits: the one thing it needs of a runtime.
pub trait Sleeper: fmt::Debug + Send + Sync + 'static {
    /// Ends after this time.
    fn pause(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

impl<S: Sleeper + ?Sized> Sleeper for Arc<S> {
    fn pause(&self, duration: Duration) -> BoxFuture<'static, ()> {
        (**self).pause(duration)
    }
}

/// Sleeps by the timer of tokio. Feature `tokio`, which `hyper` brings along.
#[cfg(feature = "tokio")]
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct TokioSleeper;

#[cfg(feature = "tokio")]
impl TokioSleeper {
    /// The sleeper. It has to be used within a runtime whose time driver is enabled.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

#[cfg(feature = "tokio")]
impl Sleeper for TokioSleeper {
    fn pause(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}
