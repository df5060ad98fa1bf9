//! What a login costs without a network.

use std::hint::black_box;

use http::Response;
use idaas_auth::{
    Client, Ended, FlowPolicy, Input, LoginFlow, LoginReport, Output, SendReport, Session, Step,
    Timestamp, decode_answer,
};
use idaas_proto::{
    Caller, CaptchaToken, ClientId, Device, Endpoint, LoginWithSmsCode, Mobile, Operation,
    SendScenario, SendSmsCode, VerifyCode,
};

use crate::{
    Failure,
    login_call::{
        AGENT, CLIENT_ID, CODE, DEVICE_FINGERPRINT, MOBILE, OPERATING_SYS_VERSION, answer_body,
    },
};

/// Something that is done again and again.
pub(crate) struct Work {
    pub(crate) name: &'static str,
    /// Makes what is needed, and gives what does the work so many times.
    pub(crate) prepare: fn(usize) -> Result<Repeat, Failure>,
}

type Repeat = Box<dyn FnOnce() -> Result<(), Failure>>;

pub(crate) const ALL: [Work; 3] = [
    Work {
        name: "login",
        prepare: login,
    },
    Work {
        name: "sign-in",
        prepare: sign_in,
    },
    Work {
        name: "construction",
        prepare: construction,
    },
];

/// The code is entered: flow, encode, decode, flow, and there is the session.
fn login(times: usize) -> Result<Repeat, Failure> {
    let service = Offline::new()?;
    let mut flow = LoginFlow::start(Mobile::parse(MOBILE)?, FlowPolicy::new(), NOW);
    service.send(&mut flow)?;
    let flows = vec![flow; times];
    Ok(Box::new(move || {
        for mut flow in flows {
            black_box(service.log_in(&mut flow)?);
        }
        Ok(())
    }))
}

/// From the mobile number to the session, both requests, without the captcha.
fn sign_in(times: usize) -> Result<Repeat, Failure> {
    let service = Offline::new()?;
    Ok(Box::new(move || {
        for _ in 0..times {
            let mobile = Mobile::parse(black_box(MOBILE))?;
            let mut flow = LoginFlow::start(mobile, FlowPolicy::new(), NOW);
            service.send(&mut flow)?;
            black_box(service.log_in(&mut flow)?);
        }
        Ok(())
    }))
}

/// The client with its defaults, from texts.
fn construction(times: usize) -> Result<Repeat, Failure> {
    Ok(Box::new(move || {
        for _ in 0..times {
            let endpoint = Endpoint::parse(black_box("https://example.bamboocloud.com"))?;
            let client_id = ClientId::parse(black_box(CLIENT_ID))?;
            black_box(Client::builder(endpoint, client_id).build());
        }
        Ok(())
    }))
}

const NOW: Timestamp = Timestamp::from_unix(1_704_067_200);

/// A service that answers before the request has left.
struct Offline {
    endpoint: Endpoint,
    caller: Caller,
    session: String,
}

impl Offline {
    fn new() -> Result<Self, Failure> {
        let device = Device::new(OPERATING_SYS_VERSION, DEVICE_FINGERPRINT, AGENT)?;
        Ok(Self {
            endpoint: Endpoint::parse("https://example.bamboocloud.com")?,
            caller: Caller::new(ClientId::parse(CLIENT_ID)?, device),
            session: answer_body(),
        })
    }

    /// Sends the code, as far as the flow can see.
    fn send(&self, flow: &mut LoginFlow) -> Result<(), Failure> {
        let pass = CaptchaToken::parse(black_box("f2a1cdf0f0b54d1b9ab1c1b9ee3c5dbd"))?;
        let _: Step = flow.handle(Input::PassObtained(pass), NOW)?;
        let _: Step = flow.handle(Input::SendAsked(SendScenario::LOGIN_SMS), NOW)?;
        let _: Step = flow.handle(Input::SendGranted, NOW)?;
        let Output::Send(request) = flow.poll(NOW) else {
            return Err("the flow does not send".into());
        };
        black_box(request.encode(&self.endpoint, &self.caller));
        decode_answer::<SendSmsCode>(Ok(Response::new(&b""[..])), NOW)?;
        let _: Step = flow.handle(Input::SendAnswered(SendReport::Accepted), NOW)?;
        Ok(())
    }

    /// Logs in with the code.
    fn log_in(&self, flow: &mut LoginFlow) -> Result<Session, Failure> {
        let code = VerifyCode::parse(black_box(CODE))?;
        let _: Step = flow.handle(Input::CodeEntered(code), NOW)?;
        let _: Step = flow.handle(Input::TryGranted, NOW)?;
        let Output::Login(request) = flow.poll(NOW) else {
            return Err("the flow does not log in".into());
        };
        black_box(request.encode(&self.endpoint, &self.caller));
        let answer = Response::new(black_box(self.session.as_bytes()));
        let answer = decode_answer::<LoginWithSmsCode>(Ok(answer), NOW)?;
        let report = Input::LoginAnswered(LoginReport::answered(answer, NOW));
        match flow.handle(report, NOW)?.ended {
            Some(Ended::Done(session)) => Ok(session),
            _ => Err("not logged in".into()),
        }
    }
}
