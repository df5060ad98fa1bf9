//! Doubles that say what they do. Feature `testing`.
//!
//! | double | does |
//! |---|---|
//! | [`Replay`] | answers with recorded responses, in order |
//! | [`Always`] | answers every request with the same response |
//! | [`Capture`] | keeps every request, then answers or forwards it |
//! | [`Never`] | never answers |
//! | [`FailWith`] | fails with the given kind and delivery |
//!
//! None of them opens a connection or needs a runtime.

mod always;
mod capture;
mod fail_with;
mod never;
mod replay;

pub use always::Always;
pub use capture::Capture;
pub use fail_with::FailWith;
pub use never::Never;
pub use replay::Replay;
