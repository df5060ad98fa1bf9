//! Signs people in by mobile number and SMS code at Bamboocloud IDaaS and Huawei Cloud OneAccess.
//!
//! A login goes captcha → SMS code → session. Each step is a type that can do what is legal there and nothing else, can
//! be [saved](PassHeld::save) and [resumed](Client::resume) in another process, and when it fails says
//! [where the login stands](StepError) and [what to do next](Advice). No SMS is ever sent that nobody asked for.
//!
//! ```no_run
//! use idaas_auth::{Client, LoginOutcome, Resumed};
//! use idaas_proto::{CaptchaToken, ClientId, Device, Endpoint, Mobile, SendScenario, VerifyCode};
//!
//! # async fn example(pass_of_the_front_end: CaptchaToken, code: VerifyCode) -> Result<(), Box<dyn std::error::Error>> {
//! let endpoint = Endpoint::parse("http://127.0.0.1:8080")?;
//! let client = Client::builder(endpoint, ClientId::parse("nTo1eRIub60vPb54WeE6aojPwYwImtl4")?).build();
//!
//! let device = Device::new("windows10.1.1", "156aysdna213sc50", "Mozilla/5.0")?;
//! let held = client.flow(device).with_pass(Mobile::parse("15200000000")?, pass_of_the_front_end);
//! let mut sent = match held.send_code(SendScenario::LOGIN_SMS).await {
//!     Ok(sent) => sent,
//!     Err(failed) => match failed.into_parts() {
//!         // The request was lost from sight: an SMS may be under way, so ask for its code.
//!         (_, Some(Resumed::InDoubt(doubt))) => doubt.into_code_sent(),
//!         (error, _) => return Err(error.into()),
//!     },
//! };
//! if let LoginOutcome::Session(session) = sent.login(code).await? {
//!     println!("signed in until {:?}", session.expires_at());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! | what | where |
//! |---|---|
//! | the way into every login | [`Client`] |
//! | the steps | [`LoginStart`], [`CaptchaStep`], [`PassHeld`], [`CodeSent`], [`InDoubt`], [`PendingLogin`] |
//! | what failed, and what to do | [`Error`], [`StepError`], [`Advice`], [`PublicMessage`] |
//! | what is counted on without the vendor saying so | [`FlowPolicy`] |
//! | who signed in | [`Client::verify`], or [`IdTokenVerifier`] without a client |
//! | the state machine itself | [`LoginFlow`] |
//! | what costs money | [`guide::money`] |
//! | the state table | [`guide::state_table`] |
//! | a driver of your own | [`guide::own_driver`] |
//! | a program without an async runtime | `BlockingClient` (feature `blocking`) |
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `client` | yes | [`Client`] and the steps, over [a transport of your own](Client::builder_over); needs `id-token` |
//! | `hyper` | yes | `Client::builder`, over `HyperTransport`; needs `client` |
//! | `ring`, `aws-lc-rs` | `ring` | the cryptography of `HyperTransport`'s TLS; with both, `ring` is used; without either, `https` fails |
//! | `id-token` | yes | [`IdTokenVerifier`] and the [`KeyCache`], with the cryptography of ring whatever TLS takes |
//! | `blocking` | no | `BlockingClient`; needs `client` |
//!
//! | wanted | `idaas-auth = { …, default-features = false, features = […] }` |
//! |---|---|
//! | TLS by aws-lc-rs | `["client", "hyper", "aws-lc-rs"]` |
//! | an HTTP stack of your own, no hyper and no rustls | `["client"]` |
//! | verification of id_tokens alone | `["id-token"]` |
//!
//! Without features the crate is the state machine: no I/O, no async runtime and no cryptography in its tree, and it builds
//! for `wasm32-unknown-unknown`.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    all(doc, not(feature = "client")),
    expect(
        rustdoc::broken_intra_doc_links,
        reason = "the overview speaks of the client, which is not there"
    )
)]

#[cfg(feature = "blocking")]
mod blocking;
#[cfg(feature = "client")]
mod client;
mod clock;
mod error;
mod flow;
#[cfg(feature = "id-token")]
mod id_token;
mod session;
mod timestamp;

#[cfg(feature = "blocking")]
#[cfg_attr(docsrs, doc(cfg(feature = "blocking")))]
pub use blocking::BlockingClient;
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
#[cfg(feature = "id-token")]
#[cfg_attr(docsrs, doc(cfg(feature = "id-token")))]
pub use id_token::{
    Algorithm, IdTokenError, IdTokenVerifier, Identity, KeyCache, KeyFetch, KeyPlan, KeyPolicy,
    KeySet, TokenPart, UnverifiedToken,
};
pub use session::Session;
pub use timestamp::Timestamp;

/// The crates whose types are in the signatures of this one, in the versions that fit.
#[doc(no_inline)]
pub use {idaas_proto, idaas_transport};

/// What does not fit at any one item.
#[cfg(all(doc, feature = "client"))]
#[cfg_attr(docsrs, doc(cfg(feature = "client")))]
pub mod guide {
    #[doc = include_str!("../guides/money.md")]
    pub mod money {}
    #[doc = include_str!("../guides/driver.md")]
    pub mod own_driver {}
    #[doc = include_str!("../guides/flow.md")]
    pub mod state_table {}
}

/// The README's example is compiled.
#[cfg(all(doctest, feature = "hyper"))]
#[doc = include_str!("../README.md")]
struct Readme;
