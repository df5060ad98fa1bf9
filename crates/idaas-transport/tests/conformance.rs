//! The transports of this crate under the conformance kit, and the kit under transports that
//! are known to be wrong.
#![cfg(any(feature = "ring", feature = "aws-lc-rs"))]

#[path = "conformance/hyper.rs"]
mod hyper;
#[cfg(target_os = "linux")]
#[path = "conformance/memory.rs"]
mod memory;
#[path = "conformance/mutants.rs"]
mod mutants;
#[path = "conformance/reqwest.rs"]
mod reqwest;
#[path = "../examples/reqwest/transport.rs"]
mod reqwest_transport;
