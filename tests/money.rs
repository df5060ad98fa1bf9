//! The money test: whatever fails and whoever gives up, a send that is reported as not sent was not received, none is
//! received twice, and what cannot have been received is reported as not sent.
//!
//! Sends go out in two worlds. In [`flows`] people sign in over a simulated network, in one thread and without a clock,
//! so that a seed repeats every step. In [`sockets`] the real transport calls servers that misbehave; there the seed
//! repeats what is done to each send, and the operating system decides in which order it happens.
//!
//! Both are also run with retries of what was surely not sent ([`patient`]), which must change nothing about the truth.
//!
//! A normal run makes a twentieth of the sends, `cargo xtask soak transport [--seed N]` all of them. Each world is also
//! run with transports that lie ([`wrong`]), which the test has to notice.

mod check;
mod dice;
mod flows;
mod ledger;
mod patient;
mod run;
mod sockets;

mod wrong;
