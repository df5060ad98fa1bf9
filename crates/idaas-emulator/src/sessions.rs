//! Sessions: who is logged in, by the session_token.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
    /// before it stored the new one goes on with the old one. Where the old one was refreshed more than once, the
    /// first new one to be used ends the other new ones, too: one login is one session.
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

struct Session {
    mobile: CanonicalMobile,
    end: Timestamp,
    /// The choice that this one waits for together with its siblings, until it is used.
    candidate_in: Option<Choice>,
    /// The choice between the tokens that were issued to replace this one.
    replaced_in: Option<Choice>,
}

/// Which of the replacements of one token is in use: none of them yet, or one that has left the choice.
#[derive(Clone, Default)]
struct Choice(Arc<AtomicBool>);

impl Choice {
    fn make(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_made(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Session {
    fn new(mobile: CanonicalMobile, end: Timestamp) -> Self {
        Self {
            mobile,
            end,
            candidate_in: None,
            replaced_in: None,
        }
    }

    /// Whether it has neither ended by itself nor by the use of another token.
    fn is_open(&self, now: Timestamp) -> bool {
        let mut choices = self.candidate_in.iter().chain(&self.replaced_in);
        now < self.end && !choices.any(Choice::is_made)
    }
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
        self.insert(token, Session::new(mobile, now.plus(lifetime)), now);
    }

    /// Whose session it is; nobody's, where it is unknown or has ended.
    pub(crate) fn owner(&self, token: &str, now: Timestamp) -> Option<&CanonicalMobile> {
        let session = self.sessions.get(token)?;
        session.is_open(now).then_some(&session.mobile)
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
        let session = self.sessions.get_mut(token)?;
        if !session.is_open(now) {
            return None;
        }
        if let Some(choice) = session.candidate_in.take() {
            choice.make();
        }
        let mobile = session.mobile.clone();
        let mut replacement = Session::new(mobile.clone(), now.plus(lifetime));
        match rotation {
            Rotation::Never => {
                return Some(Refreshed {
                    token: token.to_owned(),
                    mobile,
                    remaining: session.end.since(now),
                });
            }
            Rotation::OldEndsAtOnce => session.end = now,
            Rotation::OldEndsWhenNewIsUsed => {
                let choice = session.replaced_in.get_or_insert_default();
                replacement.candidate_in = Some(choice.clone());
            }
            Rotation::OldEndsAfter(time) => session.end = session.end.min(now.plus(time)),
        }
        self.insert(fresh.clone(), replacement, now);
        Some(Refreshed {
            token: fresh,
            mobile,
            remaining: lifetime,
        })
    }

    fn insert(&mut self, token: String, session: Session, now: Timestamp) {
        if self.sessions.len() >= self.sweep_at {
            self.sessions.retain(|_, session| session.is_open(now));
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
    fn of_many_replacements_the_first_one_used_is_the_session() {
        let mut book = Book::new(Rotation::default());
        let replacements: Vec<String> = (0..20).map(|number| number.to_string()).collect();
        for token in &replacements {
            assert_eq!(book.refresh("one", token, 10), renewed(token));
        }
        assert!(book.lives("one", 10), "no replacement was used yet");
        assert_eq!(book.refresh("7", "next", 11), renewed("next"));
        let lives = |token: &&String| book.lives(token, 11);
        assert_eq!(replacements.iter().filter(lives).collect::<Vec<_>>(), ["7"]);
        assert!(!book.lives("one", 11) && book.lives("next", 11));
        assert_eq!(book.refresh("next", "last", 12), renewed("last"));
        assert!(!book.lives("7", 12), "`next` was used");
    }

    #[test]
    fn a_client_that_lost_answers_goes_on_with_the_old_token() {
        let mut book = Book::new(Rotation::default());
        for lost in ["lost once", "lost twice"] {
            assert_eq!(book.refresh("one", lost, 10), renewed(lost));
        }
        assert_eq!(book.refresh("one", "stored", 11), renewed("stored"));
        assert_eq!(book.refresh("stored", "two", 12), renewed("two"));
        for ended in ["one", "lost once", "lost twice"] {
            assert!(
                !book.lives(ended, 12),
                "`{ended}` is over: `stored` was used"
            );
        }
    }

    #[test]
    fn siblings_end_even_when_the_old_token_was_swept() {
        let mut book = Book::new(Rotation::default());
        assert_eq!(book.refresh("one", "two", 900), renewed("two"));
        assert_eq!(book.refresh("one", "three", 900), renewed("three"));
        let mobile = Mobile::parse("15200000001").unwrap().canonical();
        for other in 0..5_000 {
            let now = Timestamp::from_seconds(1_000);
            book.store
                .open(format!("other {other}"), mobile.clone(), now, LIFETIME);
        }
        assert!(
            !book.store.sessions.contains_key("one"),
            "it ended and was swept"
        );
        assert_eq!(book.refresh("two", "four", 1_001), renewed("four"));
        assert!(!book.lives("three", 1_001));
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
