//! The SMS that were sent, as their receivers would see them.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::time::Duration;

use idaas_proto::{CanonicalMobile, Language, SendScenario, VerifyCode};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::clock::Timestamp;

/// An SMS that the emulator sent, that is: put into its inbox.
///
/// `Debug` shows neither the code nor the text nor the full number.
#[derive(Clone)]
pub struct Message {
    id: u64,
    mobile: CanonicalMobile,
    scenario: SendScenario,
    code: VerifyCode,
    text: String,
    sent_at: Timestamp,
}

impl Message {
    /// The number of the message: the first of an emulator is 1.
    #[must_use]
    pub const fn id(&self) -> u64 {
        self.id
    }

    /// Who received it.
    #[must_use]
    pub const fn mobile(&self) -> &CanonicalMobile {
        &self.mobile
    }

    /// What the code is for, the `type` of the send.
    #[must_use]
    pub const fn scenario(&self) -> &SendScenario {
        &self.scenario
    }

    /// The code in the text.
    #[must_use]
    pub const fn code(&self) -> &VerifyCode {
        &self.code
    }

    /// The whole text, in the language of the caller.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// When it was sent, by the clock of the emulator.
    #[must_use]
    pub const fn sent_at(&self) -> Timestamp {
        self.sent_at
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("id", &self.id)
            .field("mobile", &self.mobile)
            .field("scenario", &self.scenario)
            .finish_non_exhaustive()
    }
}

/// As `GET /_emulator/messages` lists it.
impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut message = serializer.serialize_struct("Message", 6)?;
        message.serialize_field("id", &self.id.to_string())?;
        message.serialize_field("mobile", self.mobile.as_str())?;
        message.serialize_field("type", self.scenario.as_str())?;
        message.serialize_field("code", self.code.expose_secret())?;
        message.serialize_field("text", &self.text)?;
        message.serialize_field("sent_at", &self.sent_at.to_string())?;
        message.end()
    }
}

/// The messages of one emulator. When it is full, the oldest message makes room.
#[derive(Default)]
pub(crate) struct Inbox {
    messages: HashMap<CanonicalMobile, VecDeque<Message>>,
    /// Whose messages came, oldest first: one entry for each message that is still here.
    order: VecDeque<CanonicalMobile>,
    sent: u64,
}

/// An SMS to be sent.
pub(crate) struct Draft {
    pub(crate) mobile: CanonicalMobile,
    pub(crate) scenario: SendScenario,
    pub(crate) code: VerifyCode,
    pub(crate) language: Language,
    pub(crate) lifetime: Duration,
}

impl Inbox {
    pub(crate) fn deliver(&mut self, draft: Draft, now: Timestamp, capacity: usize) {
        self.sent += 1;
        let message = Message {
            id: self.sent,
            text: text(&draft),
            mobile: draft.mobile.clone(),
            scenario: draft.scenario,
            code: draft.code,
            sent_at: now,
        };
        self.order.push_back(draft.mobile.clone());
        self.messages
            .entry(draft.mobile)
            .or_default()
            .push_back(message);
        while self.order.len() > capacity {
            self.drop_oldest();
        }
    }

    /// The messages of one receiver, newest first.
    pub(crate) fn of(&self, mobile: &CanonicalMobile) -> impl Iterator<Item = &Message> {
        self.messages.get(mobile).into_iter().flatten().rev()
    }

    /// How many messages were ever sent.
    pub(crate) const fn sent(&self) -> u64 {
        self.sent
    }

    fn drop_oldest(&mut self) {
        let Some(mobile) = self.order.pop_front() else {
            return;
        };
        if let Some(messages) = self.messages.get_mut(&mobile) {
            messages.pop_front();
            if messages.is_empty() {
                self.messages.remove(&mobile);
            }
        }
    }
}

/// Not documented by the vendor: our wording.
fn text(draft: &Draft) -> String {
    let code = draft.code.expose_secret();
    let minutes = draft.lifetime.as_secs().div_ceil(60);
    match draft.language {
        Language::Zh => format!("您的验证码是{code},{minutes}分钟内有效,请勿告知他人。"),
        _ => format!(
            "Your verification code is {code}. It is valid for {minutes} min. Share it with nobody."
        ),
    }
}
