use std::hint::black_box;

use bytes::Bytes;
use http::Response;
use idaas_proto::{
    Caller, ClientId, Device, Endpoint, Language, LoginWithSmsCode, Mobile, Operation, VerifyCode,
};
use idaas_transport::{HyperTransport, RootCertificates, Transport};

use super::Contender;
use crate::{
    Failure,
    login_call::{AGENT, CLIENT_ID, CODE, DEVICE_FINGERPRINT, MOBILE, OPERATING_SYS_VERSION},
    service::Target,
    setting::Scheme,
};

/// `HyperTransport` with its defaults, and the types of `idaas-proto`, put together as `Client` does it.
pub(crate) struct Ours {
    transport: Box<dyn Transport>,
    endpoint: Endpoint,
    caller: Caller,
}

impl Contender for Ours {
    const NAME: &'static str = "ours";

    fn new(target: &Target) -> Result<Self, Failure> {
        let transport = match target.scheme {
            Scheme::Http => HyperTransport::new(),
            Scheme::Https => HyperTransport::builder()
                .root_certificates(RootCertificates::from_pem(&target.certificate)?)
                .build(),
        };
        let device = Device::new(OPERATING_SYS_VERSION, DEVICE_FINGERPRINT, AGENT)?;
        Ok(Self {
            transport: Box::new(transport),
            endpoint: Endpoint::parse(&target.url())?,
            caller: Caller::new(ClientId::parse(CLIENT_ID)?, device).with_language(Language::En),
        })
    }

    async fn login(&self) -> Result<usize, Failure> {
        let login = LoginWithSmsCode::new(
            Mobile::parse(black_box(MOBILE))?,
            VerifyCode::parse(black_box(CODE))?,
        );
        let request = login.encode(&self.endpoint, &self.caller).map(Bytes::from);
        let (head, body) = self.transport.send(request).await?.into_parts();
        let session = LoginWithSmsCode::decode(Response::from_parts(head, &body[..]))?;
        let token = session.session_token.as_ref().ok_or("not logged in")?;
        Ok(token.expose_secret().len())
    }
}
