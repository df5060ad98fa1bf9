//! The service as a function from request to response.

mod captcha;
mod directory;
mod handler;
mod login;
mod refresh;
mod sms;
#[cfg(test)]
mod tests;
mod token;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use idaas_proto::{
    CaptchaPoint, CaptchaToken, ChallengeToken, ErrorCode, GetCaptcha, GetSigningKeys,
    ListCountryCodes, LoginWithSmsCode, Mobile, OperationId, RefreshIdToken, SendSmsCode,
    VerifyCaptcha,
};

use crate::accounts::Account;
use crate::answer::Refusal;
use crate::clock::Timestamp;
use crate::control;
use crate::faults::{Faults, Outcome};
use crate::inbox::Message;
use crate::settings::{InvalidSetting, Settings};
use crate::signing::KeySlot;
use crate::state::State;

/// The service, without a socket: a function from request to response, and a side door for tests.
///
/// Clones share everything. Made by [`Builder::service`](crate::Builder::service).
#[derive(Clone)]
pub struct Service(Arc<Inner>);

struct Inner {
    settings: Settings,
    key: KeySlot,
    faults: Faults,
    state: Mutex<State>,
}

/// A fault closed the connection without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the connection was closed without an answer")]
#[non_exhaustive]
pub struct ConnectionDropped;

impl Service {
    pub(crate) fn new(settings: Settings) -> Result<Self, InvalidSetting> {
        let settings = settings.checked()?;
        let key = match &settings.signing_key {
            Some(key) => KeySlot::holding(key.clone()),
            None => KeySlot::make_in_background(),
        };
        Ok(Self(Arc::new(Inner {
            state: Mutex::new(State::new(&settings)),
            key,
            faults: Faults::default(),
            settings,
        })))
    }

    /// Answers one request.
    ///
    /// Where a [fault](crate::Fault::drop_connection) closes the connection, the answer is the 502 that a proxy would
    /// give; see [`try_call`](Self::try_call).
    pub async fn call(&self, request: Request<Bytes>) -> Response<Bytes> {
        let answer = self.try_call(request).await;
        answer.unwrap_or_else(|ConnectionDropped| Refusal::ConnectionDropped.response())
    }

    /// Answers one request, or not at all.
    ///
    /// # Errors
    /// [`ConnectionDropped`] where a [fault](crate::Fault::drop_connection) closes the connection.
    pub async fn try_call(
        &self,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, ConnectionDropped> {
        let path = request.uri().path();
        if let Some(path) = path.strip_prefix(control::PREFIX) {
            return Ok(control::answer(self, path, &request));
        }
        match OperationId::find(request.method().as_str(), path) {
            Some(operation) => {
                let (head, body) = request.into_parts();
                self.operate(operation, &Request::from_parts(head, &*body))
                    .await
            }
            None => Ok(no_operation(path).response()),
        }
    }

    /// The messages that a mobile number received, newest first, in whichever form the number is written.
    #[must_use]
    pub fn messages(&self, to: &Mobile) -> Vec<Message> {
        self.state().inbox.of(&to.canonical()).cloned().collect()
    }

    /// The answer to a captcha that waits for one; it goes on waiting.
    #[must_use]
    pub fn solve_captcha(&self, token: &ChallengeToken) -> Option<CaptchaPoint> {
        self.solve(token.expose_secret())
    }

    /// A captcha pass for one send to this mobile number, without a captcha. For tests that are about something else.
    #[must_use]
    pub fn captcha_pass(&self, mobile: &Mobile) -> CaptchaToken {
        let state = &mut *self.state();
        let text =
            (state.captchas).grant(state.random.hex(), mobile.canonical(), state.clock.now());
        CaptchaToken::parse(text).expect("hexadecimal digits and a point hold no control character")
    }

    /// Moves the clock forward, by which everything expires, and tells what it shows then.
    ///
    /// It goes at most 10 years ahead in all, where it stays: nothing can be tested at the end of time, when everything
    /// is born expired.
    pub fn advance(&self, time: Duration) -> Timestamp {
        let mut state = self.state();
        state.clock.advance(time);
        state.clock.now()
    }

    /// What the clock shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.state().clock.now()
    }

    /// What is to go wrong.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// Adds an account, in place of the one that has its mobile number.
    pub fn add_account(&self, account: Account) {
        let state = &mut *self.state();
        state.accounts.add(account, &mut state.random);
    }

    /// Forbids somebody to log in, or allows it again. Says whether there is such an account.
    pub fn set_disabled(&self, mobile: &Mobile, disabled: bool) -> bool {
        self.state()
            .accounts
            .set_disabled(&mobile.canonical(), disabled)
    }

    /// How many SMS were sent in all.
    #[must_use]
    pub fn sms_sent(&self) -> u64 {
        self.state().inbox.sent()
    }

    /// How many calls of an operation arrived, whatever became of them.
    #[must_use]
    pub fn calls(&self, operation: OperationId) -> u64 {
        self.state()
            .calls
            .get(&operation)
            .copied()
            .unwrap_or_default()
    }

    /// [`advance`](Self::advance), or nothing where that is too far.
    pub(crate) fn try_advance(&self, time: Duration) -> Option<Timestamp> {
        let mut state = self.state();
        state.clock.can_advance(time).then(|| {
            state.clock.advance(time);
            state.clock.now()
        })
    }

    pub(crate) fn solve(&self, token: &str) -> Option<CaptchaPoint> {
        let state = self.state();
        let left = state.captchas.answer(token, state.clock.now())?;
        CaptchaPoint::new(left, CaptchaPoint::BLOCK_PUZZLE_Y).ok()
    }

    /// Never held across an await, nor while a picture is drawn or a token is signed.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// One call of an operation, with the fault that happens to it.
    async fn operate(
        &self,
        operation: OperationId,
        request: &Request<&[u8]>,
    ) -> Result<Response<Bytes>, ConnectionDropped> {
        *self.state().calls.entry(operation).or_default() += 1;
        let Some(fault) = self.0.faults.next(operation) else {
            return Ok(self.process(operation, request).await);
        };
        let processed = if fault.is_after_processing() {
            Some(self.process(operation, request).await)
        } else {
            None
        };
        match fault.happen().await {
            Outcome::Error(code) => Ok(self.refuse(&code, request.headers())),
            Outcome::Response(response) => Ok(response),
            Outcome::Dropped => Err(ConnectionDropped),
            Outcome::Answer => match processed {
                Some(response) => Ok(response),
                None => Ok(self.process(operation, request).await),
            },
        }
    }

    async fn process(&self, operation: OperationId, request: &Request<&[u8]>) -> Response<Bytes> {
        let answer = match operation {
            OperationId::GetCaptcha => self.handle::<GetCaptcha>(request).await,
            OperationId::VerifyCaptcha => self.handle::<VerifyCaptcha>(request).await,
            OperationId::SendSmsCode => self.handle::<SendSmsCode>(request).await,
            OperationId::LoginWithSmsCode => self.handle::<LoginWithSmsCode>(request).await,
            OperationId::RefreshIdToken => self.handle::<RefreshIdToken>(request).await,
            OperationId::ListCountryCodes => self.handle::<ListCountryCodes>(request).await,
            OperationId::GetSigningKeys => self.handle::<GetSigningKeys>(request).await,
            _ => return Refusal::NotImplemented.response(),
        };
        answer.unwrap_or_else(|code: ErrorCode| self.refuse(&code, request.headers()))
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("settings", &self.0.settings)
            .finish_non_exhaustive()
    }
}

/// Why there is no operation at this path with this method.
fn no_operation(path: &str) -> Refusal {
    let other = OperationId::ALL
        .iter()
        .find(|operation| operation.path() == path);
    other.map_or(Refusal::NotFound, |operation| {
        Refusal::MethodNotAllowed(operation.method())
    })
}
