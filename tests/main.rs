//! Everything end to end: the client against the emulator over real sockets, one binary.
#![expect(
    clippy::unwrap_used,
    reason = "what goes wrong in a test fails the test"
)]

mod blocking;
mod catalogue;
mod client_bad_answers;
mod crowd;
mod documented_calls;
mod doubt;
mod emulator_bad_input;
mod login;
mod money;
mod moved_login;
mod secrets;
mod tenant;
mod tls_front;
mod wire;
