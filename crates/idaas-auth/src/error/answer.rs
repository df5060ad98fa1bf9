use core::time::Duration;

use http::Response;
use idaas_proto::{Operation, ResponseError, RetryAfter};
use idaas_transport::TransportError;

use super::{CallError, Error, advice};
use crate::Timestamp;

/// The longest wait that a `Retry-After` is believed, one day; not documented by the vendor: our default. A wait
/// without end would be a mistake of a proxy that locks people out.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

/// Reads what a transport brought for an operation: its output, or the error with its advice.
///
/// For drivers of their own; [`Client`](crate::Client) does this for every call.
///
/// # Errors
/// [`Error::Transport`] where there is no answer, [`Error::Api`] where the service refused, [`Error::Decode`]
/// where the answer is not the service's.
pub fn decode_answer<O: Operation>(
    answer: Result<Response<impl AsRef<[u8]>>, TransportError>,
    now: Timestamp,
) -> Result<O::Output, Error> {
    let response = answer.map_err(|error| {
        let advice = advice::on_transport(O::ID, &error, now);
        Error::Transport(CallError::new(O::ID, advice, None, error))
    })?;
    let (head, body) = response.into_parts();
    O::decode(Response::from_parts(head, body.as_ref())).map_err(|error| match error {
        ResponseError::Api(error) => {
            let retry_at = retry_at(error.retry_after(), now);
            let advice = advice::on_api(O::ID, &error, retry_at, now);
            Error::Api(CallError::new(O::ID, advice, retry_at, error))
        }
        ResponseError::Decode(error) => {
            let retry_at = retry_at(error.retry_after(), now);
            let advice = advice::on_decode(O::ID, &error, retry_at, now);
            Error::Decode(CallError::new(O::ID, advice, retry_at, error))
        }
    })
}

fn retry_at(retry_after: Option<RetryAfter>, now: Timestamp) -> Option<Timestamp> {
    let said = match retry_after? {
        RetryAfter::After(seconds) => now.saturating_add(Duration::from_secs(seconds)),
        RetryAfter::At(at) => Timestamp::from_unix(at),
        _ => return None,
    };
    Some(said.min(now.saturating_add(LONGEST_WAIT)))
}
