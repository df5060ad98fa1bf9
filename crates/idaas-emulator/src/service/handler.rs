use std::future::Future;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use idaas_proto::{ApiError, Caller, ClientId, ErrorCode, Language, Operation};

use super::Service;

/// What the service does with the request of an operation, once it is known who calls.
pub(super) trait Handle: Operation {
    /// The success, or the code that refuses the call.
    fn handle(
        self,
        service: &Service,
        call: Call,
    ) -> impl Future<Output = Result<Self::Output, ErrorCode>> + Send;
}

/// Who calls.
pub(super) struct Call {
    /// Absent where the operation takes no common headers.
    pub(super) client_id: Option<ClientId>,
    pub(super) language: Language,
}

/// The header of the language, which counts even where other headers are wrong.
const LANGUAGE: &str = "x-l";

impl Service {
    /// Reads a request, in the order in which the service names what is wrong: device, client id, fields.
    pub(super) async fn handle<O: Handle>(
        &self,
        request: &Request<&[u8]>,
    ) -> Result<Response<Bytes>, ErrorCode> {
        let call = Call {
            client_id: self.client_id::<O>(request.headers())?,
            language: self.language(request.headers()),
        };
        let operation = O::decode_request(request).map_err(|error| error.code().clone())?;
        let output = operation.handle(self, call).await?;
        Ok(O::encode_response(&output).map(Bytes::from))
    }

    /// A refusal, in the language of the caller.
    pub(super) fn refuse(&self, code: &ErrorCode, headers: &HeaderMap) -> Response<Bytes> {
        let (status, message) = match code.info() {
            Some(info) => (info.status, info.message(self.language(headers))),
            None => (400, code.as_str()),
        };
        let error = ApiError::new(status, code.clone(), message);
        error.encode_response().map(Bytes::from)
    }

    fn client_id<O: Handle>(&self, headers: &HeaderMap) -> Result<Option<ClientId>, ErrorCode> {
        if !O::ID.takes_common_headers() {
            return Ok(None);
        }
        let caller = Caller::decode(headers).map_err(|error| error.code().clone())?;
        let client_id = caller.client_id();
        if self.settings().client_ids.contains(client_id) {
            Ok(Some(client_id.clone()))
        } else {
            Err(ErrorCode::CLIENT_UNKNOWN)
        }
    }

    fn language(&self, headers: &HeaderMap) -> Language {
        let asked = headers.get(LANGUAGE).and_then(|value| value.to_str().ok());
        asked
            .and_then(Language::of_header)
            .unwrap_or_else(|| self.settings().language)
    }
}
