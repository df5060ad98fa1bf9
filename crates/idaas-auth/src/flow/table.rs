//! The state table: which event is legal where, where it leads, and what it means for the guard.
//!
//! This is the authority. [`LoginFlow::handle`](super::LoginFlow::handle) looks every event up here before
//! it does anything, the drawing in the guide is made of it, and a test holds the code to it pair by pair.

use serde::Serialize;

use super::event::Event;
use super::state::FlowState;

/// What the caller's guard has to do now that a step is taken.
///
/// The guard counts sends and tries where a copied or rolled-back flow cannot reach. A caller without one
/// ignores this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GuardEffect {
    /// Nothing.
    None,
    /// Ask for leave to send, and answer with `SendGranted` or `SendDenied`.
    AcquireSend,
    /// Give the leave back: no SMS went out.
    RefundSend,
    /// Keep the leave: an SMS went out, or may have.
    KeepSend,
    /// Ask for a try at the code, and answer with `TryGranted` or `TryDenied`.
    ClaimTry,
    /// Give the try back: the service never saw it.
    GiveBackTry,
    /// Keep the try counted: it was wrong, or may have been used.
    CountTry,
    /// Forget the tries of this send: the code was right.
    ClearTries,
}

impl GuardEffect {
    /// Gives the effect in words, as the table of the guide has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::AcquireSend => "acquire",
            Self::RefundSend => "refund",
            Self::KeepSend => "keep",
            Self::ClaimTry => "claim try",
            Self::GiveBackTry => "give back",
            Self::CountTry => "count",
            Self::ClearTries => "clear",
        }
    }
}

/// Where a row leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum To {
    State(FlowState),
    /// The state that the code was entered in.
    Origin,
}

/// One row of the table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) from: FlowState,
    pub(super) event: Event,
    pub(super) to: To,
    pub(super) guard: GuardEffect,
    /// What the row stands for and why, in the words of the guide.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "read by the test that writes the guide")
    )]
    pub(super) note: &'static str,
}

impl Row {
    /// Tells whether the row leads to a state.
    pub(super) const fn leads_to(&self, next: FlowState) -> bool {
        match self.to {
            To::State(to) => to as u8 == next as u8,
            To::Origin => matches!(next, FlowState::AwaitCode | FlowState::InDoubt),
        }
    }
}

/// Finds the row of an event in a state; without one the event is refused.
pub(super) fn find(from: FlowState, event: Event) -> Option<&'static Row> {
    ROWS.iter()
        .find(|row| row.from == from && row.event == event)
}

/// Lists the rows that lead out of a state.
pub(super) fn leaving(from: FlowState) -> impl Iterator<Item = &'static Row> {
    ROWS.iter().filter(move |row| row.from == from)
}

const fn row(
    from: FlowState,
    event: Event,
    to: FlowState,
    guard: GuardEffect,
    note: &'static str,
) -> Row {
    Row {
        from,
        event,
        to: To::State(to),
        guard,
        note,
    }
}

const fn back(from: FlowState, event: Event, note: &'static str) -> Row {
    Row {
        from,
        event,
        to: To::Origin,
        guard: GuardEffect::None,
        note,
    }
}

use Event as E;
use FlowState as S;
use GuardEffect as G;

pub(super) const ROWS: &[Row] = &[
    row(
        S::Captcha,
        E::PassObtained,
        S::PassHeld,
        G::None,
        "solved here, or by the front end",
    ),
    row(
        S::PassHeld,
        E::SendAsked,
        S::AskSend,
        G::AcquireSend,
        "not before `resend_at`",
    ),
    row(
        S::AskSend,
        E::SendGranted,
        S::Sending,
        G::None,
        "the one place where a request to send begins",
    ),
    row(
        S::AskSend,
        E::SendDenied,
        S::PassHeld,
        G::None,
        "with `resend_at`",
    ),
    row(
        S::AskSend,
        E::Interrupted,
        S::PassHeld,
        G::None,
        "no leave was heard of, so nothing was sent",
    ),
    row(
        S::Sending,
        E::SendNotSent,
        S::PassHeld,
        G::RefundSend,
        "surely unsent: the same pass until it expires",
    ),
    row(
        S::Sending,
        E::SendAccepted,
        S::AwaitCode,
        G::KeepSend,
        "200",
    ),
    row(
        S::Sending,
        E::SendPassSpent,
        S::Captcha,
        G::RefundSend,
        "CAPTCHA.0003, CAPTCHA.0004",
    ),
    row(
        S::Sending,
        E::SendFailed,
        S::Captcha,
        G::KeepSend,
        "CAPTCHA.0006, with `resend_at`",
    ),
    row(
        S::Sending,
        E::SendThrottled,
        S::Captcha,
        G::KeepSend,
        "429, `resend_at` the later of ours and `Retry-After`",
    ),
    row(
        S::Sending,
        E::SendRefused,
        S::Refused,
        G::RefundSend,
        "other PARAM or USER codes, CAPTCHA.0005",
    ),
    row(
        S::Sending,
        E::SendUnknown,
        S::InDoubt,
        G::KeepSend,
        "delivery unknown; 5xx, 3xx; 200 or 4xx that is not the service's JSON; a code that says nothing about sending",
    ),
    row(
        S::Sending,
        E::Interrupted,
        S::InDoubt,
        G::KeepSend,
        "the answer will never be heard",
    ),
    row(S::AwaitCode, E::CodeEntered, S::AskTry, G::ClaimTry, ""),
    row(
        S::AwaitCode,
        E::ResendAsked,
        S::Captcha,
        G::None,
        "not before `resend_at`",
    ),
    row(S::InDoubt, E::CodeEntered, S::AskTry, G::ClaimTry, ""),
    row(
        S::InDoubt,
        E::ResendAsked,
        S::Captcha,
        G::None,
        "not before `resend_at`",
    ),
    row(S::AskTry, E::TryGranted, S::LoggingIn, G::None, ""),
    back(S::AskTry, E::TryDenied, "no tries left"),
    back(
        S::AskTry,
        E::Interrupted,
        "no leave was heard of, so nothing was tried",
    ),
    row(
        S::LoggingIn,
        E::LoginSucceeded,
        S::Done,
        G::ClearTries,
        "SUCCESS",
    ),
    row(
        S::LoggingIn,
        E::LoginCodeIncorrect,
        S::AwaitCode,
        G::CountTry,
        "CAPTCHA.0007, one try fewer",
    ),
    row(
        S::LoggingIn,
        E::LoginPending,
        S::Pending,
        G::ClearTries,
        "another status with `state_token`",
    ),
    row(
        S::LoggingIn,
        E::LoginNotSent,
        S::AwaitCode,
        G::GiveBackTry,
        "surely unsent: the same try",
    ),
    row(
        S::LoggingIn,
        E::LoginUnknown,
        S::AwaitCode,
        G::CountTry,
        "delivery unknown; 5xx, 3xx, 429; an answer that cannot be read: `last_try_unknown`",
    ),
    row(
        S::LoggingIn,
        E::Interrupted,
        S::AwaitCode,
        G::CountTry,
        "the answer will never be heard: `last_try_unknown`",
    ),
    row(
        S::LoggingIn,
        E::LoginRefused,
        S::Refused,
        G::CountTry,
        "USER.0001, USER.0039, ACCESS_DENIED, other",
    ),
];
