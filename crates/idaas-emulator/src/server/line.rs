use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Moment;
use crate::service::ConnectionDropped;

/// What a connection is at, shared by its task and the server.
#[derive(Debug)]
pub(super) struct Line {
    phase: Mutex<Phase>,
    /// Whether the task has begun an answer since it was last woken.
    has_answered: AtomicBool,
}

#[derive(Clone, Copy, Debug)]
enum Phase {
    /// No request has come since.
    Quiet(Moment),
    Answering,
    /// Its place went to another connection.
    Closed,
}

impl Line {
    pub(super) fn new() -> Self {
        Self {
            phase: Mutex::new(Phase::Quiet(Moment::now())),
            has_answered: AtomicBool::new(false),
        }
    }

    /// A request has come. Fails where the connection was given up a moment ago.
    pub(super) fn begin(&self) -> Result<(), ConnectionDropped> {
        let phase = &mut *self.phase();
        if matches!(phase, Phase::Closed) {
            return Err(ConnectionDropped);
        }
        *phase = Phase::Answering;
        Ok(())
    }

    /// The request has its answer.
    pub(super) fn end(&self) {
        *self.phase() = Phase::Quiet(Moment::now());
    }

    /// Since when it has been quiet, if it is.
    pub(super) fn quiet_since(&self) -> Option<Moment> {
        match *self.phase() {
            Phase::Quiet(since) => Some(since),
            Phase::Answering | Phase::Closed => None,
        }
    }

    /// Gives the connection up if it has been quiet for this long. No request begins on it then.
    pub(super) fn close_after(&self, quiet: Duration) -> bool {
        let phase = &mut *self.phase();
        let idle = matches!(phase, Phase::Quiet(since) if since.age() >= quiet);
        if idle {
            *phase = Phase::Closed;
        }
        idle
    }

    /// The task was woken.
    pub(super) fn wake(&self) {
        self.has_answered.store(false, Ordering::Relaxed);
    }

    /// Begins an answer, and says whether it is not the first one since the task was woken.
    pub(super) fn answers_again(&self) -> bool {
        self.has_answered.swap(true, Ordering::Relaxed)
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn only_a_quiet_line_is_given_up() {
        let line = Line::new();
        tokio::time::advance(SECOND / 2).await;
        assert!(!line.close_after(SECOND), "half a second is not quiet yet");
        assert_eq!(line.begin(), Ok(()));
        tokio::time::advance(10 * SECOND).await;
        assert!(!line.close_after(SECOND), "a request is being answered");
        assert_eq!(line.quiet_since(), None);
        line.end();
        assert!(!line.close_after(SECOND), "the answer is under way");
        tokio::time::advance(SECOND).await;
        assert!(line.close_after(SECOND));
        assert_eq!(line.begin(), Err(ConnectionDropped));
        assert!(!line.close_after(SECOND), "it is closed once");
    }
}
