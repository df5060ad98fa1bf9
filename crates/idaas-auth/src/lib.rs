//! Phone number and SMS code sign-in at Bamboocloud IDaaS.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "client")]
mod client;
mod clock;
mod error;
mod flow;
mod id_token;
mod session;
mod timestamp;

#[cfg(feature = "client")]
#[cfg_attr(docsrs, doc(cfg(feature = "client")))]
pub use client::{
    CaptchaNeeded, CaptchaStep, Client, ClientBuilder, CodeSent, InDoubt, LoginOutcome, LoginStart,
    PassHeld, PendingLogin, Resumed, StepError,
};
pub use clock::{Clock, SystemClock};
pub use error::{Advice, CallError, Error, FlowError, PublicMessage, decode_answer};
pub use flow::{
    Ended, Event, FlowPolicy, FlowState, FlowView, GuardEffect, Input, LoginFlow, LoginReport,
    Output, PendingStep, SendReport, SnapshotError, Step,
};
pub use id_token::{
    Algorithm, IdTokenError, IdTokenVerifier, Identity, KeyCache, KeyFetch, KeyPlan, KeyPolicy,
    KeySet, TokenPart, UnverifiedToken,
};
pub use session::Session;
pub use timestamp::Timestamp;
