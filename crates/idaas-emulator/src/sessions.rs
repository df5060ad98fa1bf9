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
