use idaas_proto::{CaptchaToken, Device, Mobile};

use super::{CaptchaNeeded, CaptchaStep, Client, Driver, PassHeld};
use crate::error::Error;
use crate::flow::{Input, LoginFlow};

/// A login that has not begun: made by [`Client::flow`].
#[derive(Debug)]
#[must_use]
pub struct LoginStart {
    client: Client,
    device: Device,
}

impl LoginStart {
    pub(super) const fn new(client: Client, device: Device) -> Self {
        Self { client, device }
    }

    /// Fetches a captcha that pays, once solved, for one SMS to this mobile number. The flow begins here.
    ///
    /// # Errors
    /// [`Error`]; nothing is lost, begin again.
    pub async fn captcha(self, mobile: Mobile) -> Result<CaptchaStep, Error> {
        Ok(self.begin(mobile).captcha().await?)
    }

    /// Takes a captcha pass that the front end obtained for this mobile number. The flow begins here.
    pub fn with_pass(self, mobile: Mobile, captcha_token: CaptchaToken) -> PassHeld {
        let now = self.client.now();
        let mut flow = LoginFlow::start(mobile, self.client.settings.policy, now);
        let step = flow.handle(Input::PassObtained(captcha_token), now);
        debug_assert!(step.is_ok(), "a flow takes a pass at its start");
        PassHeld {
            driver: Driver::new(self.client, self.device, flow),
        }
    }

    fn begin(self, mobile: Mobile) -> CaptchaNeeded {
        let flow = LoginFlow::start(mobile, self.client.settings.policy, self.client.now());
        CaptchaNeeded {
            driver: Driver::new(self.client, self.device, flow),
        }
    }
}
