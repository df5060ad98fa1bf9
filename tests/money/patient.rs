//! The retries that are offered, which must change nothing about the truth.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use idaas_transport::layers::{Retried, RetryBudget, RetryPolicy, Sleeper};
use idaas_transport::{BoxFuture, Transport};

/// Three attempts, without a pause, as often as it takes.
pub(super) fn retried(transport: impl Transport) -> Box<dyn Transport> {
    let policy = RetryPolicy::off()
        .max_attempts(3)
        .first_pause(Duration::from_millis(1));
    Box::new(Retried::new(transport, policy, Hurry).budget(RetryBudget::new(1_000_000)))
}

/// How many attempts there were beyond the first.
pub(super) fn retries() -> u64 {
    RETRIES.load(Ordering::Relaxed)
}

static RETRIES: AtomicU64 = AtomicU64::new(0);

/// Counts the pauses, and makes none.
#[derive(Debug)]
struct Hurry;

impl Sleeper for Hurry {
    fn pause(&self, _: Duration) -> BoxFuture<'static, ()> {
        RETRIES.fetch_add(1, Ordering::Relaxed);
        Box::pin(async {})
    }
}
