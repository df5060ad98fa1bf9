//! What the service received, counted by itself.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};

/// The book of a service that counts every byte of every send. Clones are the same book.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger(Arc<Mutex<Book>>);

#[derive(Debug, Default)]
struct Book {
    sends: HashMap<u64, Received>,
    turned_away: HashMap<u64, u32>,
    heard: HashSet<u64>,
    fragments: u64,
    unasked: u64,
}

/// What was received of one send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Received {
    /// How many times a request of it began.
    pub(super) requests: u32,
    pub(super) bytes: u64,
}

impl Ledger {
    /// A request of this send begins.
    pub(super) fn begins(&self, id: u64) {
        self.book().sends.entry(id).or_default().requests += 1;
    }

    /// Some bytes of this send have come.
    pub(super) fn bytes(&self, id: u64, bytes: usize) {
        self.book().sends.entry(id).or_default().bytes += bytes as u64;
    }

    /// A request of this send was turned away without a look at it, as HTTP/2 has words for.
    pub(super) fn turns_away(&self, id: u64) {
        *self.book().turned_away.entry(id).or_default() += 1;
    }

    /// The sender has read that a request of this send was turned away.
    pub(super) fn heard(&self, id: u64) {
        self.book().heard.insert(id);
    }

    /// A connection ended with bytes too few to tell which send they are of.
    pub(super) fn fragment(&self) {
        self.book().fragments += 1;
    }

    /// A request to send came that no wish of anyone stands behind.
    pub(super) fn unasked(&self) {
        self.book().unasked += 1;
    }

    pub(super) fn received(&self, id: u64) -> Received {
        self.book().sends.get(&id).copied().unwrap_or_default()
    }

    pub(super) fn was_heard_to_turn_away(&self, id: u64) -> bool {
        self.book().heard.contains(&id)
    }

    /// The sends that were turned away more often than once.
    pub(super) fn turned_away_again(&self) -> Vec<u64> {
        let book = self.book();
        let again = book.turned_away.iter().filter(|(_, times)| **times > 1);
        again.map(|(id, _)| *id).collect()
    }

    pub(super) fn fragments(&self) -> u64 {
        self.book().fragments
    }

    pub(super) fn unasked_requests(&self) -> u64 {
        self.book().unasked
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap()
    }
}
