//! One HTTP call, and the truth about what became of it.
//!
//! [`Transport`] is the seam between the sign-in client and the network: one method, one whole
//! request in, one whole response out. Its error, [`TransportError`], answers the one question
//! that decides about money: may the service have seen any of the request
//! ([`Delivery::Unknown`]), or surely not ([`Delivery::NotSent`])?
//!
//! | what | where |
//! |---|---|
//! | a transport over hyper and rustls | `HyperTransport` (feature `hyper`, default) |
//! | your own HTTP stack | implement [`Transport`], or pass a closure to [`from_fn`] |
//! | a stack of tower services | module `tower` (feature `tower`) |
//! | no call ever leaves this machine | [`LoopbackOnly`] |
//! | an end to one call | [`Deadline`] in the request's extensions |
//! | what a call is for, in a log | [`OperationName`] in the request's extensions |
//! | retries, limits, budgets, spans | module [`layers`] |
//! | doubles for tests | module `testing` (feature `testing`) |
//! | a test of your own transport | module `conformance` (feature `conformance`) |
//!
//! Without default features the crate is the trait, the error and the wrappers alone, and
//! depends on `http` and `bytes` only.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "conformance")]
pub mod conformance;
mod deadline;
mod error;
mod from_fn;
#[cfg(feature = "hyper")]
mod hyper_transport;
pub mod layers;
mod loopback;
mod operation_name;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "tower")]
pub mod tower;
mod transport;

#[cfg(test)]
mod poll_once;

pub use deadline::Deadline;
pub use error::{BoxError, Delivery, TransportError, TransportErrorKind};
pub use from_fn::{FromFn, from_fn};
#[cfg(feature = "hyper")]
pub use hyper_transport::{
    ClientIdentity, HyperTransport, HyperTransportBuilder, PemError, PemErrorKind, Proxy,
    ProxyError, ProxyErrorKind, RootCertificates,
};
pub use loopback::LoopbackOnly;
pub use operation_name::OperationName;
pub use transport::{BoxFuture, Transport};

/// The README's examples are compiled.
#[cfg(all(doctest, feature = "hyper"))]
#[doc = include_str!("../README.md")]
struct Readme;
