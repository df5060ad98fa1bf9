use core::time::Duration;

use idaas_proto::{IdToken, RefreshedIdToken, SessionToken};

use crate::Timestamp;

/// A signed-in person: what a login or a refresh brought.
///
/// The two tokens are secrets and redacted in `Debug`. The id_token is as it came from the service and not
/// verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    session_token: SessionToken,
    expires_at: Option<Timestamp>,
    id_token: Option<IdToken>,
}

impl Session {
    /// Puts a session together, as from a store.
    #[must_use]
    pub const fn new(
        session_token: SessionToken,
        expires_at: Option<Timestamp>,
        id_token: Option<IdToken>,
    ) -> Self {
        Self {
            session_token,
            expires_at,
            id_token,
        }
    }

    /// Gives the token that stands for the session; a refresh is asked for with it.
    #[must_use]
    pub const fn session_token(&self) -> &SessionToken {
        &self.session_token
    }

    /// Gives when the session ends, where the service said so (`expire`, counted from when the answer came).
    #[must_use]
    pub const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// Gives the id_token; OneAccess sends none with a login, and a refresh brings one.
    #[must_use]
    pub const fn id_token(&self) -> Option<&IdToken> {
        self.id_token.as_ref()
    }

    /// Gives the session that a refresh makes of this one; what the answer leaves out stays as it was.
    #[must_use]
    pub fn refreshed(&self, answer: RefreshedIdToken, now: Timestamp) -> Self {
        let RefreshedIdToken {
            session_token,
            expire,
            id_token,
            ..
        } = answer;
        Self {
            session_token: session_token.unwrap_or_else(|| self.session_token.clone()),
            expires_at: expire
                .map(|seconds| now.saturating_add(Duration::from_secs(seconds)))
                .or(self.expires_at),
            id_token: Some(id_token),
        }
    }
}
