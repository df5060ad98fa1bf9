use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::{AbortHandle, Id, JoinSet};
use tokio::time;

use super::ServerRules;
use super::connection::{converse, refuse};
use super::line::Line;
use crate::service::Service;

/// A connection that has been quiet for less may have a request on its way, and is left alone.
const QUIET: Duration = Duration::from_secs(1);
/// Connections at a time that are told that there is no room; more are closed without a word.
const MAX_REFUSALS: usize = 64;

/// The connections of a server, within its limit.
pub(super) struct Lines {
    service: Service,
    stopped: watch::Receiver<bool>,
    rules: ServerRules,
    tasks: JoinSet<()>,
    /// Those that count: neither refused nor given up.
    open: HashMap<Id, (Arc<Line>, AbortHandle)>,
}

impl Lines {
    pub(super) fn new(
        service: Service,
        stopped: watch::Receiver<bool>,
        rules: ServerRules,
    ) -> Self {
        Self {
            service,
            stopped,
            rules,
            tasks: JoinSet::new(),
            open: HashMap::new(),
        }
    }

    /// Serves a connection, in the place of the one that has been quiet for the longest where it must be; refuses it
    /// where all are at work.
    pub(super) fn accept(&mut self, stream: TcpStream) {
        let max = self.rules.max_connections;
        if self.open.len() < max || self.make_room() {
            let line = Arc::new(Line::new());
            let conversation = converse(
                stream,
                self.service.clone(),
                Arc::clone(&line),
                self.rules,
                self.stopped.clone(),
            );
            let task = self.tasks.spawn(conversation);
            self.open.insert(task.id(), (line, task));
        } else if self.tasks.len() < max.saturating_add(MAX_REFUSALS) {
            self.tasks.spawn(refuse(stream, self.rules));
        }
    }

    /// Closes the connection that has been quiet for the longest, if one has been quiet for long enough.
    pub(super) fn make_room(&mut self) -> bool {
        let quiet = |(id, (line, _)): (&Id, &(Arc<Line>, _))| Some((line.quiet_since()?, *id));
        let quietest = self
            .open
            .iter()
            .filter_map(quiet)
            .min_by_key(|(since, _)| *since);
        let Some((_, id)) = quietest else {
            return false;
        };
        let has_room = self.open.get(&id).is_some_and(|(line, task)| {
            let closes = line.close_after(QUIET);
            if closes {
                task.abort();
            }
            closes
        });
        if has_room {
            self.open.remove(&id);
        }
        has_room
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Waits until a connection has ended.
    pub(super) async fn one_ended(&mut self) {
        let ended = match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => id,
            Some(Err(error)) => error.id(),
            None => return,
        };
        self.open.remove(&ended);
    }

    /// Waits until all have ended, and cuts them off when the grace is over.
    pub(super) async fn end(mut self, grace: Duration) {
        let all_ended = async { while self.tasks.join_next().await.is_some() {} };
        if time::timeout(grace, all_ended).await.is_err() {
            self.tasks.shutdown().await;
        }
    }
}
