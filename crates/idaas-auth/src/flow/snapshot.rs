//! What a flow is saved as: only resting states, under a version.

use std::borrow::Cow;

use idaas_proto::{CaptchaToken, LoginStatus, Mobile, PendingData, StateToken};
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::state::{Captcha, CodeEntry, PassHeld, PendingStep, State};
use super::{FlowPolicy, LoginFlow};
use crate::Timestamp;
use crate::error::FlowError;

/// The version that is written. An older one that was ever released stays readable.
const VERSION: u64 = 1;

/// Why a saved flow was not restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// It was saved by a later release.
    #[error("the snapshot has a version that this release does not read")]
    #[non_exhaustive]
    UnknownVersion {
        /// The version that it says it has.
        version: u64,
    },
    /// It is not a saved flow. What it holds is not shown: it may be a secret.
    #[error("the snapshot cannot be read from line {line}, column {column} on")]
    #[non_exhaustive]
    Malformed {
        /// The line, from 1; 0 where it is not known.
        line: usize,
        /// The column, from 1; 0 where it is not known.
        column: usize,
    },
}

impl LoginFlow {
    /// Saves the flow as JSON, in the resting state that [`settle`](Self::settle) would leave it in.
    ///
    /// The text is a secret: it holds the full mobile number, and the captcha pass or the state token where there is
    /// one. It holds no verify code. And it is not sealed: whoever can change it can change what it says, and whoever
    /// can keep it can go back to it. Keep it on the server, or seal it.
    ///
    /// # Errors
    /// [`FlowError::Over`] where there is nothing left to save.
    ///
    /// ```
    /// use idaas_auth::{FlowPolicy, LoginFlow, Timestamp};
    /// use idaas_proto::Mobile;
    ///
    /// let now = Timestamp::from_unix(1_700_000_000);
    /// let flow = LoginFlow::start(Mobile::parse("15200000001")?, FlowPolicy::new(), now);
    /// let saved = flow.to_snapshot()?;
    /// assert_eq!(LoginFlow::from_snapshot(&saved)?, flow);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_snapshot(&self) -> Result<String, FlowError> {
        // Nothing else can fail: there is no map in a snapshot, and no type from elsewhere.
        serde_json::to_string(self).map_err(|_| FlowError::Over)
    }

    /// Restores a flow that [`to_snapshot`](Self::to_snapshot) saved, in this release or an earlier one.
    ///
    /// It comes back with the policy that it was saved with; [`tighten`](Self::tighten) holds it to another one.
    ///
    /// # Errors
    /// [`SnapshotError`], which shows nothing of the text.
    pub fn from_snapshot(json: &str) -> Result<Self, SnapshotError> {
        /// What any version starts with; a number that no release will reach is no version.
        #[derive(Deserialize)]
        struct Head {
            v: u16,
        }
        let read = serde_json::from_str(json).map(Snapshot::into_flow);
        read.map_err(|error| match serde_json::from_str(json) {
            Ok(Head { v }) if u64::from(v) != VERSION => SnapshotError::UnknownVersion {
                version: u64::from(v),
            },
            _ => SnapshotError::Malformed {
                line: error.line(),
                column: error.column(),
            },
        })
    }
}

impl Serialize for LoginFlow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let settled = self.settled();
        let state = Resting::of(settled.as_ref().unwrap_or(&self.state));
        let state = state.ok_or_else(|| S::Error::custom(FlowError::Over))?;
        let mobile = Cow::Borrowed(&self.mobile);
        Snapshot {
            v: Version,
            mobile,
            started_at: self.started_at,
            policy: self.policy,
            state,
        }
        .serialize(serializer)
    }
}

/// Errors show nothing of what was read.
impl<'de> Deserialize<'de> for LoginFlow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The error of the format shows what it found, which may be a secret in the wrong place.
        Snapshot::deserialize(deserializer)
            .map(Snapshot::into_flow)
            .map_err(|_| D::Error::custom("not a saved login of a version that is read"))
    }
}

#[derive(Serialize, Deserialize)]
struct Snapshot<'a> {
    v: Version,
    mobile: Cow<'a, Mobile>,
    started_at: Timestamp,
    policy: FlowPolicy,
    state: Resting<'a>,
}

impl Snapshot<'_> {
    fn into_flow(self) -> LoginFlow {
        let Self {
            v: Version,
            mobile,
            started_at,
            policy,
            state,
        } = self;
        LoginFlow {
            mobile: mobile.into_owned(),
            policy,
            started_at,
            state: state.into(),
        }
    }
}

/// The version that this release writes and reads.
struct Version;

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        VERSION.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            VERSION => Ok(Self),
            _ => Err(D::Error::custom("another version")),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Resting<'a> {
    Captcha {
        resend_at: Option<Timestamp>,
    },
    PassHeld {
        captcha_token: Cow<'a, CaptchaToken>,
        expires_at: Timestamp,
        resend_at: Option<Timestamp>,
    },
    AwaitCode(SavedEntry),
    InDoubt(SavedEntry),
    Pending {
        status: Cow<'a, LoginStatus>,
        state_token: Cow<'a, StateToken>,
        data: Option<Cow<'a, PendingData>>,
    },
}

#[derive(Serialize, Deserialize)]
struct SavedEntry {
    resend_at: Timestamp,
    expires_at: Timestamp,
    tries_left: u8,
    last_try_unknown: bool,
}

impl<'a> Resting<'a> {
    fn of(state: &'a State) -> Option<Self> {
        Some(match state {
            State::Captcha(Captcha { resend_at }) => Self::Captcha {
                resend_at: *resend_at,
            },
            State::PassHeld(PassHeld {
                captcha_token,
                expires_at,
                resend_at,
            }) => Self::PassHeld {
                captcha_token: Cow::Borrowed(captcha_token),
                expires_at: *expires_at,
                resend_at: *resend_at,
            },
            State::AwaitCode(entry) => Self::AwaitCode(SavedEntry::of(*entry)),
            State::InDoubt(entry) => Self::InDoubt(SavedEntry::of(*entry)),
            State::Pending(pending) => Self::Pending {
                status: Cow::Borrowed(pending.status()),
                state_token: Cow::Borrowed(pending.state_token()),
                data: pending.data().map(Cow::Borrowed),
            },
            _ => return None,
        })
    }
}

impl From<Resting<'_>> for State {
    fn from(saved: Resting<'_>) -> Self {
        match saved {
            Resting::Captcha { resend_at } => Self::Captcha(Captcha { resend_at }),
            Resting::PassHeld {
                captcha_token,
                expires_at,
                resend_at,
            } => Self::PassHeld(PassHeld {
                captcha_token: captcha_token.into_owned(),
                expires_at,
                resend_at,
            }),
            Resting::AwaitCode(entry) => Self::AwaitCode(entry.into()),
            Resting::InDoubt(entry) => Self::InDoubt(entry.into()),
            Resting::Pending {
                status,
                state_token,
                data,
            } => Self::Pending(PendingStep::new(
                status.into_owned(),
                state_token.into_owned(),
                data.map(Cow::into_owned),
            )),
        }
    }
}

impl SavedEntry {
    const fn of(entry: CodeEntry) -> Self {
        let CodeEntry {
            resend_at,
            expires_at,
            tries_left,
            last_try_unknown,
        } = entry;
        Self {
            resend_at,
            expires_at,
            tries_left,
            last_try_unknown,
        }
    }
}

impl From<SavedEntry> for CodeEntry {
    fn from(saved: SavedEntry) -> Self {
        let SavedEntry {
            resend_at,
            expires_at,
            tries_left,
            last_try_unknown,
        } = saved;
        Self {
            resend_at,
            expires_at,
            tries_left,
            last_try_unknown,
        }
    }
}
