use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use tokio::runtime::{self, Handle};

use super::{connection::Connection, origin::Origin};
use crate::Deadline;

/// The connections that no call is using.
///
/// A task closes each when its time is over, also if no further call is ever made.
pub(super) struct Pool {
    idle_for: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// From the oldest to the newest. A list, because a client calls one origin, or a few: the
    /// newest is nearly always the right one, and found without a hash.
    idle: Vec<Idle>,
    /// The runtimes on which a task closes what is over.
    reaping: Vec<runtime::Id>,
}

struct Idle {
    origin: Origin,
    connection: Box<Connection>,
    /// A socket is woken by the runtime that opened it, and by no other.
    runtime: runtime::Id,
    until: Deadline,
}

impl Pool {
    pub(super) fn new(idle_for: Duration) -> Self {
        Self {
            idle_for,
            state: Mutex::default(),
        }
    }

    /// The connection that was used last and is still good.
    pub(super) fn take(&self, origin: &Origin, runtime: runtime::Id) -> Option<Box<Connection>> {
        loop {
            let mut idle = self.pop(origin, runtime)?;
            if !idle.until.has_passed() && idle.connection.is_still_reusable() {
                return Some(idle.connection);
            }
        }
    }

    /// Keeps a connection for a later call on the same runtime.
    pub(super) fn put(
        self: &Arc<Self>,
        origin: Origin,
        connection: Box<Connection>,
        runtime: &Handle,
    ) {
        if self.idle_for.is_zero() {
            return;
        }
        let id = runtime.id();
        let idle = Idle {
            origin,
            connection,
            runtime: id,
            until: Deadline::after(self.idle_for),
        };
        let mut state = self.lock();
        state.idle.push(idle);
        if !state.reaping.contains(&id) {
            state.reaping.push(id);
            drop(state);
            runtime.spawn(Reaper::new(self, id).run());
        }
    }

    /// Closes the oldest connections but so many, to make room for one to be opened.
    pub(super) fn keep(&self, number: usize) {
        let mut state = self.lock();
        let surplus = state.idle.len().saturating_sub(number);
        let surplus: Vec<_> = state.idle.drain(..surplus).collect();
        drop(state);
        drop(surplus);
    }

    /// How many connections are kept.
    #[cfg(test)]
    pub(super) fn idle(&self) -> usize {
        self.lock().idle.len()
    }

    fn pop(&self, origin: &Origin, runtime: runtime::Id) -> Option<Idle> {
        let mut state = self.lock();
        let fits = |idle: &Idle| idle.runtime == runtime && idle.origin == *origin;
        let newest = state.idle.iter().rposition(fits)?;
        Some(state.idle.remove(newest))
    }

    /// Closes what is over and returns when the next one will be.
    fn reap(&self) -> Option<Deadline> {
        let mut state = self.lock();
        let over = state.idle.partition_point(|idle| idle.until.has_passed());
        let over: Vec<_> = state.idle.drain(..over).collect();
        let next = state.idle.first().map(|idle| idle.until);
        drop(state);
        drop(over);
        next
    }

    /// Stops counting the task of this runtime, unless a connection has come in the meantime.
    fn dismiss(&self, runtime: runtime::Id) -> bool {
        let mut state = self.lock();
        let is_empty = state.idle.is_empty();
        if is_empty {
            state.reaping.retain(|id| *id != runtime);
        }
        is_empty
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task that closes idle connections. It does not keep the pool alive.
struct Reaper {
    pool: Weak<Pool>,
    runtime: runtime::Id,
    done: bool,
}

impl Reaper {
    fn new(pool: &Arc<Pool>, runtime: runtime::Id) -> Self {
        Self {
            pool: Arc::downgrade(pool),
            runtime,
            done: false,
        }
    }

    /// Ends when it has found nothing to close twice in a row. A pool that is empty now may only
    /// be in use: a task for each of its calls would cost more than one that comes again.
    async fn run(mut self) {
        let mut was_empty = false;
        while let Some(pool) = self.pool.upgrade() {
            let next = pool.reap();
            if next.is_none() && was_empty && pool.dismiss(self.runtime) {
                self.done = true;
                return;
            }
            was_empty = next.is_none();
            // What is put from now on is over no earlier than this.
            let next = next.unwrap_or_else(|| Deadline::after(pool.idle_for));
            drop(pool);
            tokio::time::sleep(next.remaining()).await;
        }
    }
}

impl Drop for Reaper {
    /// A runtime that shuts down drops the task in the middle.
    fn drop(&mut self) {
        if let (false, Some(pool)) = (self.done, self.pool.upgrade()) {
            pool.lock().reaping.retain(|id| *id != self.runtime);
        }
    }
}
