use alloc::vec::Vec;

use http::{Request, Response};

use super::{Endpoint, RequestError, ResponseError};
use crate::caller::Caller;
use crate::generated::OperationId;

/// One operation of the client API: how its request and its answer stand on the wire, for a client and for a server.
///
/// Implemented by the request types of this crate, generated from `openapi.yaml`; sealed, so that an operation of a
/// later release breaks nobody.
///
/// ```
/// use idaas_proto::{Caller, ClientId, Device, Endpoint, LoginWithSmsCode, Mobile, Operation, VerifyCode};
///
/// let endpoint = Endpoint::parse("https://example.bamboocloud.com")?;
/// let device = Device::new("windows10.1.1", "156aysdna213sc50", "Mozilla/5.0")?;
/// let caller = Caller::new(ClientId::parse("nTo1eRIub60vPb54WeE6aojPwYwImtl4")?, device);
///
/// let login = LoginWithSmsCode::new(Mobile::parse("11012345678")?, VerifyCode::parse("232326")?);
/// let request: http::Request<Vec<u8>> = login.encode(&endpoint, &caller);
/// assert_eq!(request.uri().path(), "/api/v2/sdk/login/mobile-verify-code");
/// assert_eq!(request.body(), br#"{"mobile":"11012345678","verify_code":"232326"}"#);
///
/// let answer = http::Response::builder()
///     .status(400)
///     .body(&br#"{"error_code":"IDAAS.SDK.CAPTCHA.0007","error_msg":"Incorrect verification code"}"#[..])?;
/// let refused = LoginWithSmsCode::decode(answer).unwrap_err();
/// assert_eq!(refused.to_string(), "the service answered 400 with IDAAS.SDK.CAPTCHA.0007");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Operation: Sealed + Sized {
    /// What a success carries.
    type Output;

    /// Names the operation and says its method, path and error codes.
    const ID: OperationId;

    /// The request as a client sends it. Tokens in headers are marked sensitive.
    fn encode(&self, endpoint: &Endpoint, caller: &Caller) -> Request<Vec<u8>>;

    /// The answer as a client reads it.
    ///
    /// # Errors
    /// [`ResponseError::Api`] where the service refused the call, [`ResponseError::Decode`] where the answer is not
    /// one that the service gives.
    fn decode(response: Response<impl AsRef<[u8]>>) -> Result<Self::Output, ResponseError>;

    /// The request as a server reads it, without the common headers: those are read with [`Caller::decode`], before
    /// the body, because a server judges the client id between the two.
    ///
    /// # Errors
    /// [`RequestError`], with the code that the service answers: required fields are looked for in the order of the
    /// vendor's page, then their values are read in the same order.
    fn decode_request(request: &Request<impl AsRef<[u8]>>) -> Result<Self, RequestError>;

    /// A success as a server answers it.
    fn encode_response(output: &Self::Output) -> Response<Vec<u8>>;
}

/// Keeps [`Operation`] closed.
#[expect(
    unnameable_types,
    reason = "a sealed trait is one that nobody else can name"
)]
pub trait Sealed {}
