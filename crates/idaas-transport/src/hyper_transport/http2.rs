//! HTTP/2: one connection for all calls to an origin.
//!
//! It speaks with h2 itself, the library under hyper's HTTP/2, because hyper tells neither the
//! number of a stream nor whether a connection is still to be written to, and both decide about
//! [`Delivery`](crate::Delivery).

mod call;
mod exchange;
mod fault;
mod frames;
mod request;
mod shared;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{runtime, sync::OwnedMutexGuard};

use super::{limit::Limit, origin::Origin};
use crate::{Delivery, TransportError, TransportErrorKind};

pub(super) use shared::Shared;

/// What a connection is opened with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Http2Settings {
    /// How long a connection without calls is kept.
    pub(super) idle: Duration,
    pub(super) max_response_head: usize,
    pub(super) ping: Option<Duration>,
}

/// The connections by origin. A socket is woken by the runtime that opened it, and by no other.
pub(super) struct Http2 {
    pub(super) settings: Http2Settings,
    origins: Mutex<HashMap<(Origin, runtime::Id), Entry>>,
}

#[derive(Default)]
struct Entry {
    shared: Option<Arc<Shared>>,
    /// The service chose HTTP/1.1, where each call has a connection of its own.
    speaks_http1: bool,
    /// Held by the one call that connects while the others wait for its connection.
    connecting: Arc<tokio::sync::Mutex<()>>,
}

/// How a call comes to its connection.
pub(super) enum Way {
    Shared(Arc<Shared>),
    /// The call opens a connection, and others to the same origin wait as long as the turn is
    /// held.
    Connect(Option<OwnedMutexGuard<()>>),
}

impl Http2 {
    pub(super) fn new(settings: Http2Settings) -> Self {
        Self {
            settings,
            origins: Mutex::default(),
        }
    }

    /// The connection that others use, or the turn to open one.
    pub(super) async fn way(
        &self,
        origin: &Origin,
        runtime: runtime::Id,
        limit: Limit,
    ) -> Result<Way, TransportError> {
        let key = (origin.clone(), runtime);
        let connecting = match self.known(&key) {
            Ok(way) => return Ok(way),
            Err(connecting) => connecting,
        };
        let turn = tokio::time::timeout_at(limit.moment(), connecting.lock_owned())
            .await
            .map_err(|_| limit.ran_out(TransportErrorKind::ConnectTimeout, Delivery::NotSent))?;
        Ok(self.known(&key).unwrap_or(Way::Connect(Some(turn))))
    }

    /// What is known of an origin, or the lock of those who want to know.
    fn known(&self, key: &(Origin, runtime::Id)) -> Result<Way, Arc<tokio::sync::Mutex<()>>> {
        let mut origins = self.lock();
        let entry = origins.entry(key.clone()).or_default();
        match &entry.shared {
            Some(shared) => Ok(Way::Shared(Arc::clone(shared))),
            None if entry.speaks_http1 => Ok(Way::Connect(None)),
            None => Err(Arc::clone(&entry.connecting)),
        }
    }

    /// Lets other calls use a connection.
    pub(super) fn share(&self, origin: &Origin, runtime: runtime::Id, shared: &Arc<Shared>) {
        let mut origins = self.lock();
        // Runtimes end; what was known on them goes.
        origins.retain(|(_, of), entry| {
            *of == runtime
                || Arc::strong_count(&entry.connecting) > 1
                || entry
                    .shared
                    .as_ref()
                    .is_some_and(|shared| !shared.is_gone())
        });
        let entry = origins.entry((origin.clone(), runtime)).or_default();
        entry.shared = Some(Arc::clone(shared));
        entry.speaks_http1 = false;
    }

    /// Notes that the service chose HTTP/1.1.
    pub(super) fn note_http1(&self, origin: &Origin, runtime: runtime::Id) {
        let mut origins = self.lock();
        let entry = origins.entry((origin.clone(), runtime)).or_default();
        entry.speaks_http1 = true;
    }

    /// No longer hands out a connection that is of no use.
    pub(super) fn forget(&self, origin: &Origin, runtime: runtime::Id, gone: &Arc<Shared>) {
        if let Some(entry) = self.lock().get_mut(&(origin.clone(), runtime)) {
            entry.shared.take_if(|shared| Arc::ptr_eq(shared, gone));
        }
    }

    /// How many connections are open.
    #[cfg(all(test, any(feature = "ring", feature = "aws-lc-rs")))]
    pub(super) fn open(&self) -> usize {
        let origins = self.lock();
        let shared = origins.values().filter_map(|entry| entry.shared.as_ref());
        shared.filter(|shared| !shared.is_gone()).count()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(Origin, runtime::Id), Entry>> {
        self.origins.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
