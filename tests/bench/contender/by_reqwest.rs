use std::hint::black_box;

use http::HeaderValue;
use reqwest::{Client, Url, redirect};
use tokio::{sync::Semaphore, time::timeout};

use super::{Contender, tls::client_config};
use crate::{
    Failure,
    login_call::{
        AGENT, BODY_BYTES, CLIENT_ID, CODE, CONNECT, DEVICE_FINGERPRINT, IDLE, IN_FLIGHT, Login,
        MOBILE, OPERATING_SYS_VERSION, PATH, RESPONSE_HEAD, Session, WHOLE_CALL,
    },
    service::Target,
};

/// The call written by hand on reqwest, with the limits, the cap and the headers of ours, and the same rustls.
///
/// reqwest adds `accept: */*` to the headers.
pub(crate) struct ByReqwest {
    client: Client,
    slots: Semaphore,
    url: Url,
}

impl Contender for ByReqwest {
    const NAME: &'static str = "reqwest";

    fn new(target: &Target) -> Result<Self, Failure> {
        let client = Client::builder()
            .tls_backend_preconfigured(client_config(target)?)
            .connect_timeout(CONNECT)
            .timeout(WHOLE_CALL)
            .pool_idle_timeout(IDLE)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .build()?;
        Ok(Self {
            client,
            slots: Semaphore::new(IN_FLIGHT),
            url: format!("{}{PATH}", target.url()).parse()?,
        })
    }

    async fn login(&self) -> Result<usize, Failure> {
        let _slot = timeout(WHOLE_CALL, self.slots.acquire()).await??;
        let request = self
            .client
            .post(self.url.clone())
            .header(
                "x-operating-sys-version",
                HeaderValue::from_str(black_box(OPERATING_SYS_VERSION))?,
            )
            .header(
                "x-device-fingerprint",
                HeaderValue::from_str(black_box(DEVICE_FINGERPRINT))?,
            )
            .header("x-agent", HeaderValue::from_str(black_box(AGENT))?)
            .header("x-client-id", HeaderValue::from_static(CLIENT_ID))
            .header("x-l", HeaderValue::from_static("en"))
            .json(&Login {
                mobile: black_box(MOBILE),
                verify_code: black_box(CODE),
            });
        let mut response = timeout(RESPONSE_HEAD, request.send()).await??;
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await? {
            if body.len() + piece.len() > BODY_BYTES {
                return Err("the body is too large".into());
            }
            body.extend_from_slice(&piece);
        }
        if !response.status().is_success() {
            return Err(format!("answered {}", response.status()).into());
        }
        let session: Session = serde_json::from_slice(&body)?;
        if session.status != "SUCCESS" {
            return Err("not logged in".into());
        }
        Ok(session.session_token.len())
    }
}
