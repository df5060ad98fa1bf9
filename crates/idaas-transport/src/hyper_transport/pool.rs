use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use tokio::runtime::{self, Handle};

use super::{connection::Connection, origin::Origin};
use crate::Deadline;

/// The connections that no call is using.
///
/// A task closes each when its time is over, also if no further call is ever made. How many
/// there are is bounded by the calls in flight.
pub(super) struct Pool {
    idle_for: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    idle: HashMap<Origin, Vec<Idle>>,
    /// The runtimes on which a task closes what is over.
    reaping: Vec<runtime::Id>,
}

struct Idle {
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
            connection,
            runtime: id,
            until: Deadline::after(self.idle_for),
        };
        let mut state = self.lock();
        state.idle.entry(origin).or_default().push(idle);
        if !state.reaping.contains(&id) {
            state.reaping.push(id);
            drop(state);
            runtime.spawn(Reaper::new(self, id).run());
        }
    }

    /// How many connections are kept.
    #[cfg(test)]
    pub(super) fn idle(&self) -> usize {
        self.lock().idle.values().map(Vec::len).sum()
    }

    fn pop(&self, origin: &Origin, runtime: runtime::Id) -> Option<Idle> {
        let mut state = self.lock();
        let idle = state.idle.get_mut(origin)?;
        let newest = idle.iter().rposition(|idle| idle.runtime == runtime)?;
        Some(idle.remove(newest))
    }

    /// Closes what is over and returns when the next one will be. With nothing left, the task
    /// of this runtime is no longer counted.
    fn reap(&self, runtime: runtime::Id) -> Option<Deadline> {
        let mut over = Vec::new();
        let mut state = self.lock();
        for idle in state.idle.values_mut() {
            over.extend(idle.extract_if(.., |idle| idle.until.has_passed()));
        }
        state.idle.retain(|_, idle| !idle.is_empty());
        let next = state.idle.values().flatten().map(|idle| idle.until).min();
        if next.is_none() {
            state.reaping.retain(|id| *id != runtime);
        }
        drop(state);
        next
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

    async fn run(mut self) {
        while let Some(pool) = self.pool.upgrade() {
            let next = pool.reap(self.runtime);
            drop(pool);
            match next {
                Some(next) => tokio::time::sleep(next.remaining()).await,
                None => {
                    self.done = true;
                    return;
                }
            }
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
