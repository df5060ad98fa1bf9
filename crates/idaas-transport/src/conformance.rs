//! A suite that any [`Transport`] runs with one call. Feature `conformance`.
//!
//! A server of misbehaviours on raw sockets does to a transport what networks and services do:
//! refuses, stalls, resets, lies about lengths, talks without end. It counts what it really
//! received, so that a transport's word is held against the truth and not against another guess.
//!
//! ```no_run
//! # async fn example() {
//! use idaas_transport::conformance::{self, Capabilities, Capability, Setup};
//! # use idaas_transport::testing::Never as MyTransport;
//!
//! let capabilities = Capabilities::none()
//!     .with(Capability::RootCertificates)
//!     .with(Capability::ConnectTimeout);
//! let report = conformance::run(capabilities, |setup: &Setup| {
//!     // Configured as the case asks: roots, limits, caps.
//!     MyTransport::new()
//! })
//! .await;
//! report.assert_conformant();
//! # }
//! ```
//!
//! # What is checked in every case
//!
//! - The outcome is one of those the case allows, with the delivery it demands; the kind of an
//!   error only of a transport that claims [`Capability::ExactKinds`].
//! - [`Delivery::NotSent`](crate::Delivery::NotSent) is never said of a request of which the
//!   server saw a byte, and no request is seen twice.
//! - The call ends within the limit that the case sets.
//! - The server could not make the transport read more than its caps and some buffers.
//! - No text of an error shows the query, a header value or any of the body.
//!
//! # What a transport cannot do
//!
//! Few HTTP stacks can set every limit. A case that needs what [`Capabilities`] do not claim is
//! reported as [`Verdict::NotApplicable`], with the name of what is missing, and never left out
//! silently. What the trait demands of everyone, a [`Deadline`](crate::Deadline) and some upper
//! limit of the body among it, needs no claim.
//!
//! The suite runs its cases one after another in ten to twenty seconds, more if calls do not end
//! in their time. It runs on the tokio runtime that calls it, against ports of `127.0.0.1` that
//! the system chose. Nothing but a lookup of a name under `.invalid` and an attempt to connect to
//! the broadcast address leaves the machine.
//!
//! [`Transport`]: crate::Transport

mod authority;
mod capability;
mod case;
mod cases;
mod expected;
mod finding;
mod frames;
mod lab;
mod line;
mod nobody;
mod report;
mod script;
mod secret;
mod server;
mod setup;

use std::sync::Arc;

pub use capability::{Capabilities, Capability};
pub use report::{CaseReport, Report, Verdict};
pub use setup::Setup;

use crate::Transport;
use {authority::Authority, lab::Lab};

/// Runs every case against transports that `make` configures.
///
/// `make` is called once or more for each case, with what that case asks for. What it cannot
/// configure it ignores; `capabilities` say what it can, and a claim that is not kept fails.
///
/// Has to be called within a tokio runtime with its I/O and time drivers enabled.
///
/// # Panics
///
/// If no port of loopback can be opened.
pub async fn run<T, F>(capabilities: Capabilities, make: F) -> Report
where
    T: Transport,
    F: Fn(&Setup) -> T + Send + Sync,
{
    run_some(capabilities, |_| true, make).await
}

/// Runs the cases whose name is chosen, to look at one that failed. See [`run`].
///
/// # Panics
///
/// If no port of loopback can be opened, or no case is chosen.
pub async fn run_some<T, F>(
    capabilities: Capabilities,
    choose: impl Fn(&str) -> bool,
    make: F,
) -> Report
where
    T: Transport,
    F: Fn(&Setup) -> T + Send + Sync,
{
    let make = move |setup: &Setup| Arc::new(make(setup)) as Arc<dyn Transport>;
    let authority = Authority::new();
    let exact_kinds = capabilities.has(Capability::ExactKinds);
    let mut reports = Vec::new();
    for case in cases::all().filter(|case| choose(case.name)) {
        let missing = capabilities.missing(case.needs);
        let (verdict, causes) = if missing.is_empty() {
            let mut lab = Lab::new(&make, &authority, capabilities, case);
            lab.play().await;
            (lab.verdict(), lab.causes())
        } else {
            (Verdict::NotApplicable(missing), Vec::new())
        };
        reports.push(CaseReport::new(case, exact_kinds, verdict, causes));
    }
    assert!(!reports.is_empty(), "no case of that name");
    Report::new(reports)
}
