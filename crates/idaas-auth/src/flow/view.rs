use core::time::Duration;

use serde::Serialize;

use super::event::Event;
use super::state::FlowState;
use crate::Timestamp;

/// Where a flow stands, as data for whoever shows it: holds no secret and no mobile number.
///
/// ```
/// use core::time::Duration;
/// use idaas_auth::{Event, FlowPolicy, LoginFlow, Timestamp};
/// use idaas_proto::Mobile;
///
/// let now = Timestamp::from_unix(1_700_000_000);
/// let flow = LoginFlow::start(Mobile::parse("15200000001")?, FlowPolicy::new(), now);
///
/// let view = flow.view(now);
/// assert_eq!(view.inputs, [Event::PassObtained]);
/// assert_eq!(now.until(view.ends_at), Duration::from_secs(600));
/// # Ok::<(), idaas_proto::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FlowView {
    /// The state.
    pub state: FlowState,
    /// The inputs that the flow accepts at the time of the view, and no others.
    pub inputs: Vec<Event>,
    /// When the next SMS may be asked for; absent where any time will do.
    pub resend_at: Option<Timestamp>,
    /// When the captcha pass or the code is thought to expire. A hint: the service has the last word.
    pub expires_at: Option<Timestamp>,
    /// How many tries at the code are thought to be left. A hint: the service has the last word.
    pub tries_left: Option<u8>,
    /// Whether nobody knows what became of a try at this code: the code may be used up, and when it is called
    /// wrong now, a new one is the better way.
    pub last_try_unknown: bool,
    /// When the flow ends, whatever happens in it.
    pub ends_at: Timestamp,
}

impl FlowView {
    /// Gives how long it is until the next SMS may be asked for; nothing where the time for that has come.
    ///
    /// Whether it may be asked for at all in this state, [`inputs`](Self::inputs) tells.
    #[must_use]
    pub fn resend_in(&self, now: Timestamp) -> Option<Duration> {
        let left = now.until(self.resend_at?);
        (!left.is_zero()).then_some(left)
    }
}
