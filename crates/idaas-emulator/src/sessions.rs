//! Sessions: who is logged in, by the session_token.

use std::collections::HashMap;
use std::time::Duration;

use idaas_proto::CanonicalMobile;

use crate::clock::Timestamp;

/// What a refresh does to the session_token. Not documented by the vendor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rotation {
    /// The session_token stays the same.
    Never,
    /// There is a new one; the old one ends at once.
    OldEndsAtOnce,
    /// There is a new one; the old one ends when the new one is first used. The default: a client that crashed
    /// before it stored the new one goes on with the old one.
    #[default]
    OldEndsWhenNewIsUsed,
    /// There is a new one; the old one ends after this time, or when it would have ended anyway.
    OldEndsAfter(Duration),
}

/// The sessions of one emulator.
#[derive(Default)]
pub(crate) struct SessionStore {
    sessions: HashMap<String, Session>,
    /// How many sessions there may be before those that ended are looked for.
    sweep_at: usize,
}

#[derive(Clone)]
struct Session {
    mobile: CanonicalMobile,
    end: Timestamp,
    /// The token that this one replaced, and that ends when this one is used.
    replaces: Option<String>,
}

/// A session after a refresh.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refreshed {
    pub(crate) token: String,
    pub(crate) mobile: CanonicalMobile,
    /// How long the token is still valid.
    pub(crate) remaining: Duration,
}

impl SessionStore {
    pub(crate) fn open(
        &mut self,
        token: String,
        mobile: CanonicalMobile,
        now: Timestamp,
        lifetime: Duration,
    ) {
        let session = Session {
            mobile,
            end: now.plus(lifetime),
            replaces: None,
        };
        self.insert(token, session, now);
    }

    /// Whose session it is; nobody's, where it is unknown or has ended.
    pub(crate) fn owner(&self, token: &str, now: Timestamp) -> Option<&CanonicalMobile> {
        let session = self.sessions.get(token)?;
        (now < session.end).then_some(&session.mobile)
    }

    /// Uses a session_token, and replaces it by `fresh` as the rotation says. A new one lives for `lifetime`.
    pub(crate) fn refresh(
        &mut self,
        token: &str,
        fresh: String,
        now: Timestamp,
        lifetime: Duration,
        rotation: Rotation,
    ) -> Option<Refreshed> {
        self.owner(token, now)?;
        let session = self.sessions.get_mut(token)?;
        let replaced = session.replaces.take();
        let (mobile, end) = (session.mobile.clone(), session.end);
        if let Some(replaced) = replaced {
            self.sessions.remove(&replaced);
        }
        match rotation {
            Rotation::Never => {
                return Some(Refreshed {
                    token: token.to_owned(),
                    mobile,
                    remaining: end.since(now),
                });
            }
            Rotation::OldEndsAtOnce => drop(self.sessions.remove(token)),
            Rotation::OldEndsWhenNewIsUsed => {}
            Rotation::OldEndsAfter(time) => {
                if let Some(old) = self.sessions.get_mut(token) {
                    old.end = end.min(now.plus(time));
                }
            }
        }
        let replaces = (rotation == Rotation::OldEndsWhenNewIsUsed).then(|| token.to_owned());
        let session = Session {
            mobile: mobile.clone(),
            end: now.plus(lifetime),
            replaces,
        };
        self.insert(fresh.clone(), session, now);
        Some(Refreshed {
            token: fresh,
            mobile,
            remaining: lifetime,
        })
    }

    fn insert(&mut self, token: String, session: Session, now: Timestamp) {
        if self.sessions.len() >= self.sweep_at {
            self.sessions.retain(|_, session| now < session.end);
            self.sweep_at = (self.sessions.len() * 2).max(1_024);
        }
        self.sessions.insert(token, session);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

    use idaas_proto::Mobile;

    use super::*;

    const LIFETIME: Duration = Duration::from_secs(1_000);

    struct Book {
        store: SessionStore,
        rotation: Rotation,
    }

    impl Book {
        /// With the session `one`, opened at second 0.
        fn new(rotation: Rotation) -> Self {
            let mut store = SessionStore::default();
            let mobile = Mobile::parse("15200000000").unwrap().canonical();
            store.open(
                "one".to_owned(),
                mobile,
                Timestamp::from_seconds(0),
                LIFETIME,
            );
            Self { store, rotation }
        }

        /// The token after a refresh at this second, and how long it is valid.
        fn refresh(&mut self, token: &str, fresh: &str, second: u64) -> Option<(String, u64)> {
            let now = Timestamp::from_seconds(second);
            let fresh = fresh.to_owned();
            let refreshed = (self.store).refresh(token, fresh, now, LIFETIME, self.rotation)?;
            Some((refreshed.token, refreshed.remaining.as_secs()))
        }

        fn lives(&self, token: &str, second: u64) -> bool {
            self.store
                .owner(token, Timestamp::from_seconds(second))
                .is_some()
        }
    }

    fn renewed(token: &str) -> Option<(String, u64)> {
        Some((token.to_owned(), 1_000))
    }

    #[test]
    fn the_old_token_lives_until_the_new_one_is_used() {
        let mut book = Book::new(Rotation::default());
        assert_eq!(book.refresh("one", "two", 10), renewed("two"));
        assert!(
            book.lives("one", 11),
            "a client that lost `two` goes on with `one`"
        );
        assert_eq!(book.refresh("one", "three", 12), renewed("three"));
        assert_eq!(book.refresh("three", "four", 13), renewed("four"));
        assert!(!book.lives("one", 13), "`three` was used");
        assert_eq!(book.refresh("one", "five", 14), None);
        assert!(book.lives("three", 14), "`four` was not used yet");
        assert!(!book.lives("three", 1_012));
    }

    #[test]
    fn the_other_rotations_do_as_they_say() {
        let mut book = Book::new(Rotation::Never);
        let same = Some(("one".to_owned(), 990));
        assert_eq!(book.refresh("one", "two", 10), same);
        assert!(!book.lives("two", 10));
        assert!(!book.lives("one", 1_000));

        let mut book = Book::new(Rotation::OldEndsAtOnce);
        assert_eq!(book.refresh("one", "two", 10), renewed("two"));
        assert!(!book.lives("one", 10));
        assert!(book.lives("two", 1_009));

        let mut book = Book::new(Rotation::OldEndsAfter(Duration::from_secs(30)));
        assert_eq!(book.refresh("one", "two", 10), renewed("two"));
        assert!(book.lives("one", 39));
        assert!(!book.lives("one", 40));
        assert_eq!(book.refresh("one", "three", 20), renewed("three"));
        assert!(
            !book.lives("one", 40),
            "a second refresh does not lengthen the time of the first"
        );
    }

    #[test]
    fn a_token_that_is_unknown_or_has_ended_is_nobodys() {
        let mut book = Book::new(Rotation::default());
        assert_eq!(book.refresh("none", "two", 0), None);
        assert!(book.lives("one", 999));
        assert_eq!(book.refresh("one", "two", 1_000), None);
        assert!(!book.lives("two", 1_000));
    }

    #[test]
    fn sessions_that_ended_are_swept() {
        let mut store = SessionStore::default();
        let mobile = Mobile::parse("15200000000").unwrap().canonical();
        for second in 0..100_000 {
            let now = Timestamp::from_seconds(second);
            store.open(second.to_string(), mobile.clone(), now, LIFETIME);
        }
        assert!(
            store.sessions.len() <= 4_096,
            "{} sessions",
            store.sessions.len()
        );
    }
}
