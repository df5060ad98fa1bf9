//! An emulator to test against, the calls that lead up to a login, and a client that can reach nothing else.

use std::net::SocketAddr;
use std::sync::LazyLock;

use idaas_auth::{CaptchaStep, Client, ClientBuilder, CodeSent, PassHeld};
use idaas_emulator::{Builder, Emulator, SigningKey};
use idaas_proto::{ClientId, Device, Endpoint, Mobile, SendScenario};
use idaas_transport::{HyperTransport, LoopbackOnly};
use serde_json::{Value, json};

use crate::wire::{Answer, Call};

/// The client id of the vendor's pages.
pub(crate) const CLIENT_ID: &str = "nTo1eRIub60vPb54WeE6aojPwYwImtl4";
/// The mobile number of the vendor's login page.
pub(crate) const MOBILE: &str = "11012345678";

pub(crate) const CAPTCHA: &str = "/api/v2/sdk/captcha";
pub(crate) const VERIFY: &str = "/api/v2/sdk/captcha/verify";
pub(crate) const SEND: &str = "/api/v2/sdk/sms/send";
pub(crate) const LOGIN: &str = "/api/v2/sdk/login/mobile-verify-code";
pub(crate) const REFRESH: &str = "/api/v2/sdk/sso/session-token/id-token";
pub(crate) const COUNTRY_CODES: &str = "/api/v2/sdk/country-codes";
pub(crate) const KEYS: &str = "/api/v1/oauth2/keys";

/// One key for all emulators of the test run: to make one takes longer than most tests.
static KEY: LazyLock<SigningKey> = LazyLock::new(SigningKey::generate);

/// An emulator of its own for one test.
pub(crate) struct Tenant {
    pub(crate) emulator: Emulator,
}

impl Tenant {
    pub(crate) async fn new() -> Self {
        Self::with(|builder| builder).await
    }

    pub(crate) async fn with(settings: impl FnOnce(Builder) -> Builder) -> Self {
        let builder = settings(Emulator::builder().signing_key(key()));
        Self {
            emulator: builder.spawn().await.unwrap(),
        }
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.emulator.addr()
    }

    /// A client that can reach this machine only.
    pub(crate) fn client(&self) -> Client {
        self.client_builder()
            .transport(LoopbackOnly::new(HyperTransport::new()))
            .build()
    }

    pub(crate) fn client_builder(&self) -> ClientBuilder {
        client_builder(&self.emulator.url())
    }

    /// A login of [`MOBILE`] that shows a captcha.
    pub(crate) async fn captcha_step(&self) -> CaptchaStep {
        let flow = self.client().flow(device());
        flow.captcha(mobile()).await.unwrap()
    }

    /// A login of [`MOBILE`] that holds a captcha pass.
    pub(crate) async fn pass_held(&self) -> PassHeld {
        self.solve(self.captcha_step().await).await
    }

    /// A login of [`MOBILE`] whose SMS went out.
    pub(crate) async fn code_sent(&self) -> CodeSent {
        let held = self.pass_held().await;
        held.send_code(SendScenario::LOGIN_SMS).await.unwrap()
    }

    /// Solves the picture as a person would.
    pub(crate) async fn solve(&self, step: CaptchaStep) -> PassHeld {
        let token = &step.captcha().token;
        let point = self.emulator.solve_captcha(token).unwrap();
        step.verify(point).await.unwrap()
    }

    /// The code of the newest SMS.
    pub(crate) fn code(&self, mobile: &str) -> idaas_proto::VerifyCode {
        let messages = self.emulator.messages(&Mobile::parse(mobile).unwrap());
        messages.first().expect("an SMS has come").code().clone()
    }

    pub(crate) async fn call(&self, call: Call) -> Answer {
        call.send(self.addr()).await
    }

    /// A captcha that waits for its answer: its token and the right `point_json`.
    pub(crate) async fn puzzle(&self) -> (String, String) {
        let token = self.call(Call::get(CAPTCHA)).await.text("token");
        let solve = Call::post("/_emulator/captcha/solve").json(&json!({"token": token}));
        let point = self.call(solve).await.text("point_json");
        (token, point)
    }

    /// A captcha pass for a mobile number.
    pub(crate) async fn pass(&self, mobile: &str) -> String {
        let (token, point) = self.puzzle().await;
        let verify = json!({"point_json": point, "token": token, "sender": mobile});
        let answer = self.call(Call::post(VERIFY).json(&verify)).await;
        answer.text("captcha_token")
    }

    /// A send that will be accepted.
    pub(crate) async fn send_body(&self, mobile: &str) -> Value {
        let pass = self.pass(mobile).await;
        json!({"mobile": mobile, "type": "LOGIN_SMS", "captcha_token": pass})
    }

    /// Has an SMS sent, and reads its code.
    pub(crate) async fn sent_code(&self, mobile: &str) -> String {
        let send = Call::post(SEND).json(&self.send_body(mobile).await);
        assert_eq!(self.call(send).await.status, 200);
        let messages = self.messages(mobile).await;
        messages[0]["code"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn messages(&self, to: &str) -> Value {
        let path = format!("/_emulator/messages?to={to}");
        self.call(Call::get(path)).await.json()
    }

    /// Logs a person in, and gives the answer.
    pub(crate) async fn logged_in(&self, mobile: &str) -> Answer {
        let code = self.sent_code(mobile).await;
        let login = json!({"mobile": mobile, "verify_code": code});
        self.call(Call::post(LOGIN).json(&login)).await
    }
}

pub(crate) fn client_builder(url: &str) -> ClientBuilder {
    let client_id = ClientId::parse(CLIENT_ID).unwrap();
    Client::builder(Endpoint::parse(url).unwrap(), client_id)
}

pub(crate) fn device() -> Device {
    Device::new("windows10.1.1", "156aysdna213sc50", "Mozilla/5.0").unwrap()
}

pub(crate) fn mobile() -> Mobile {
    Mobile::parse(MOBILE).unwrap()
}

/// The key that all emulators of the test run share.
pub(crate) fn key() -> SigningKey {
    KEY.clone()
}
