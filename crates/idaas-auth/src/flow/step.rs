use idaas_proto::{LoginStatus, LoginWithSmsCode, SendSmsCode};

use super::table::GuardEffect;
use crate::Session;
use crate::error::Advice;

/// What the caller of a flow has to do next.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum Output<'a> {
    /// Wait for the person; [`LoginFlow::view`](super::LoginFlow::view) tells for what.
    Wait,
    /// Ask the guard for leave to send.
    AcquireSend,
    /// Send this, once, and tell what became of it. Asking again gives the same request again.
    Send(&'a SendSmsCode),
    /// Ask the guard for a try at the code.
    ClaimTry,
    /// Log in with this, once, and tell what became of it. Asking again gives the same request again.
    Login(&'a LoginWithSmsCode),
    /// Nothing: the flow is over, or its lifetime is.
    Over,
}

/// What one handled input brought about.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
#[must_use = "it says what the guard has to do, and holds the session when the person is signed in"]
pub struct Step {
    /// What the guard has to do.
    pub guard: GuardEffect,
    /// The result, where the flow is over.
    pub ended: Option<Ended>,
    /// What to do about it, where it is not what was hoped for and the flow knows better than the error of the call.
    pub advice: Option<Advice>,
}

/// How a flow ended.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum Ended {
    /// The person is signed in.
    Done(Session),
    /// The service refused, for good.
    #[non_exhaustive]
    Refused {
        /// The status of the login, such as `ACCESS_DENIED`, where the refusal was not an error answer.
        status: Option<LoginStatus>,
    },
}
