//! Phone number and SMS code sign-in at Bamboocloud IDaaS.

mod clock;
mod timestamp;

pub use clock::{Clock, SystemClock};
pub use timestamp::Timestamp;
