mod event;
mod outcome;
mod policy;
mod snapshot;
mod state;
mod step;
mod table;
mod transition;
mod view;

use core::fmt;
use core::mem;

use idaas_proto::Mobile;

pub use event::{Event, Input};
pub use outcome::{LoginReport, SendReport};
pub use policy::FlowPolicy;
pub use snapshot::SnapshotError;
pub use state::{FlowState, PendingStep};
pub use step::{Ended, Output, Step};
pub use table::GuardEffect;
pub use view::FlowView;

use self::state::{Captcha, State};
use self::table::Row;
use self::transition::{Context, transition};
use crate::Timestamp;
use crate::error::{Advice, FlowError};

/// One person's way to a session, as a state machine that does no I/O and knows no clock.
///
/// [`poll`](Self::poll) says what to do next, [`handle`](Self::handle) takes what came of it. The two never send
/// anything, and lead to a request to send only by way of [`Input::SendAsked`]. [`Client`](crate::Client) drives a
/// flow for you; drive it yourself where there is no async, or another guard.
///
/// A flow can be saved in any state (`Serialize`, or [`to_snapshot`](Self::to_snapshot)) and restored elsewhere. What
/// is saved holds the full mobile number, the captcha pass and the state token of a pending login, never a code:
/// treat it as a secret. It is not sealed either: keep it on the server, or seal it, see
/// [`to_snapshot`](Self::to_snapshot).
///
/// A clone is the same flow twice: what the one sends, the other does not know of. The service accepts a captcha
/// pass once, so a copied flow cannot pay for two SMS with it.
#[derive(Clone, PartialEq)]
pub struct LoginFlow {
    mobile: Mobile,
    policy: FlowPolicy,
    started_at: Timestamp,
    state: State,
}

impl LoginFlow {
    /// Starts the flow of a mobile number; it waits for a captcha to be solved.
    #[must_use]
    pub const fn start(mobile: Mobile, policy: FlowPolicy, now: Timestamp) -> Self {
        Self {
            mobile,
            policy,
            started_at: now,
            state: State::Captcha(Captcha { resend_at: None }),
        }
    }

    /// Says what the caller has to do next. Asked again, it says the same until an input is handled.
    #[must_use]
    pub fn poll(&self, now: Timestamp) -> Output<'_> {
        match &self.state {
            State::AskSend(_) => Output::AcquireSend,
            State::Sending(sending) => Output::Send(&sending.request),
            State::AskTry(_) => Output::ClaimTry,
            State::LoggingIn(login) => Output::Login(&login.request),
            State::Done | State::Refused => Output::Over,
            _ if self.check_lifetime(now).is_err() => Output::Over,
            _ => Output::Wait,
        }
    }

    /// Takes an input, and says what it means for the guard and, where the flow is over, how it ended.
    ///
    /// # Errors
    /// [`FlowError`] where the state table has no such input here, or it comes at a time when it is not accepted. The
    /// flow then stands where it stood.
    pub fn handle(&mut self, input: Input, now: Timestamp) -> Result<Step, FlowError> {
        let event = input.event();
        let row = self.permit(event, now)?;
        let retry_at = match &input {
            Input::LoginAnswered(LoginReport::Unknown { retry_at }) => *retry_at,
            _ => None,
        };
        let state = mem::replace(&mut self.state, State::Refused);
        let context = Context {
            mobile: &self.mobile,
            policy: &self.policy,
            now,
        };
        let (next, ended) = transition(state, input, &context);
        debug_assert!(
            row.leads_to(next.kind()),
            "{row:?} does not lead to {}",
            next.kind()
        );
        self.state = next;
        Ok(Step {
            guard: row.guard,
            ended,
            advice: self.advise(event, retry_at, now),
        })
    }

    /// Leaves a state that waits for an answer as if the answer were never to come, exactly as saving and restoring
    /// does: a send becomes doubt, a login a try of unknown outcome. Does nothing in a resting state.
    ///
    /// For whoever finds a flow whose driver was dropped midway.
    pub fn settle(&mut self) {
        if let Some(settled) = self.settled() {
            self.state = settled;
        }
    }

    /// Holds the flow to a policy as well as to its own: of each setting, the stricter one governs from now on.
    ///
    /// For whoever restores a flow, which brings the policy that it was saved with; [`Client::resume`](crate::Client::resume)
    /// does it. What the stricter policy would not have allowed is taken back where that can be told: a wait for the
    /// next SMS becomes longer by what the interval does. A flow that keeps to the policy already stays as it is.
    pub fn tighten(&mut self, policy: &FlowPolicy) {
        let (own, stricter) = (self.policy, self.policy.stricter(policy));
        let longer = stricter
            .resend_interval()
            .saturating_sub(own.resend_interval());
        // No send begins before its flow does, but on a clock that differs.
        let soonest = self
            .started_at
            .saturating_sub(stricter.skew())
            .saturating_add(stricter.resend_interval());
        if let Some(resend_at) = self.state.resend_at_mut() {
            *resend_at = resend_at.saturating_add(longer);
        }
        if let Some(entry) = self.state.code_entry_mut() {
            entry.resend_at = entry.resend_at.max(soonest);
            entry.tries_left = entry.tries_left.min(stricter.tries());
        }
        self.policy = stricter;
    }

    /// Names the state.
    #[must_use]
    pub const fn state(&self) -> FlowState {
        self.state.kind()
    }

    /// Gives the mobile number, as it was written.
    #[must_use]
    pub const fn mobile(&self) -> &Mobile {
        &self.mobile
    }

    /// Gives the policy that the flow was started with, or [tightened](Self::tighten) to.
    #[must_use]
    pub const fn policy(&self) -> &FlowPolicy {
        &self.policy
    }

    /// Gives what the service still wants, in the state [`Pending`](FlowState::Pending).
    #[must_use]
    pub const fn pending(&self) -> Option<&PendingStep> {
        match &self.state {
            State::Pending(pending) => Some(pending),
            _ => None,
        }
    }

    /// Tells where the flow stands, what it accepts now, and until when.
    #[must_use]
    pub fn view(&self, now: Timestamp) -> FlowView {
        let inputs = table::leaving(self.state())
            .map(|row| row.event)
            .filter(|event| self.permit(*event, now).is_ok());
        let entry = self.state.code_entry();
        FlowView {
            state: self.state(),
            inputs: inputs.collect(),
            resend_at: self.state.resend_at(),
            expires_at: self.state.expires_at(),
            tries_left: entry.map(|entry| entry.tries_left),
            last_try_unknown: entry.is_some_and(|entry| entry.last_try_unknown),
            ends_at: self.policy.ends_at(self.started_at),
        }
    }

    /// Takes the flow away; what is left here is over.
    #[cfg(feature = "client")]
    pub(crate) fn take(&mut self) -> Self {
        let state = mem::replace(&mut self.state, State::Done);
        Self {
            mobile: self.mobile.clone(),
            policy: self.policy,
            started_at: self.started_at,
            state,
        }
    }

    /// Finds the row of an event, if it is legal here and now.
    fn permit(&self, event: Event, now: Timestamp) -> Result<&'static Row, FlowError> {
        let state = self.state();
        if state.is_over() {
            return Err(FlowError::Over);
        }
        let row = table::find(state, event).ok_or(FlowError::NotLegal { state, event })?;
        if event.is_wish() {
            self.check_lifetime(now)?;
        }
        match self.state.resend_at() {
            Some(until) if event.wants_sms() && now < until => Err(FlowError::TooEarly { until }),
            _ => Ok(row),
        }
    }

    pub(crate) fn check_lifetime(&self, now: Timestamp) -> Result<(), FlowError> {
        let (starts_at, ends_at, skew) = (
            self.started_at,
            self.policy.ends_at(self.started_at),
            self.policy.skew(),
        );
        if now < starts_at.saturating_sub(skew) {
            return Err(FlowError::NotYet { at: starts_at });
        }
        if now > ends_at.saturating_add(skew) {
            return Err(FlowError::Expired { at: ends_at });
        }
        Ok(())
    }

    /// Gives the state that a settled flow is in, where that is another one.
    fn settled(&self) -> Option<State> {
        if self.state().is_resting() || self.state().is_over() {
            return None;
        }
        // The time counts for a send only, and `Sending` knows when that began.
        let context = Context {
            mobile: &self.mobile,
            policy: &self.policy,
            now: self.started_at,
        };
        Some(transition(self.state.clone(), Input::Interrupted, &context).0)
    }

    /// Says what to do about an event that is not what was hoped for, where the flow knows better than the call.
    fn advise(&self, event: Event, retry_at: Option<Timestamp>, now: Timestamp) -> Option<Advice> {
        let resend_at = self.state.resend_at().filter(|at| *at > now);
        let new_captcha = Advice::NewCaptcha {
            not_before: resend_at,
        };
        Some(match event {
            // The pass of these is gone.
            Event::SendPassSpent | Event::SendFailed | Event::SendThrottled => new_captcha,
            Event::SendDenied => Advice::RetryAt(resend_at.unwrap_or(now)),
            Event::TryDenied => new_captcha,
            Event::SendUnknown => Advice::AskAgain,
            Event::LoginCodeIncorrect => match self.state.code_entry() {
                Some(entry) if entry.is_thought_dead(now) => new_captcha,
                _ => Advice::AskAgain,
            },
            Event::LoginUnknown => retry_at.map_or(Advice::AskAgain, Advice::RetryAt),
            Event::SendRefused | Event::LoginRefused => Advice::GiveUp,
            _ => return None,
        })
    }
}

/// Shows the state, and nothing that it holds.
impl fmt::Debug for LoginFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginFlow")
            .field("state", &self.state())
            .field("mobile", &self.mobile)
            .field("started_at", &self.started_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
