//! What holds for every value: round trips, tolerance, and calm in the face of any bytes.
#![expect(
    clippy::unwrap_used,
    reason = "a value that cannot be made fails the test"
)]

mod hostile;
mod open_sets;
mod refusals;
mod round_trip;
mod server_half;
mod strategies;
mod unquoted;

use http::Response;

use crate::{Caller, ClientId, Device, Endpoint, Operation, ResponseError};

fn endpoint() -> Endpoint {
    Endpoint::parse("https://example.bamboocloud.com").unwrap()
}

fn caller() -> Caller {
    let device = Device::new("windows10.1.1", "156aysdna213sc50", "Mozilla/5.0").unwrap();
    Caller::new(
        ClientId::parse("nTo1eRIub60vPb54WeE6aojPwYwImtl4").unwrap(),
        device,
    )
}

/// Decodes an answer with this status, content type and body.
fn decode<O: Operation>(
    status: u16,
    content_type: Option<&str>,
    body: &[u8],
) -> Result<O::Output, ResponseError> {
    let mut response = Response::builder().status(status);
    if let Some(content_type) = content_type {
        response = response.header("content-type", content_type);
    }
    O::decode(response.body(body).unwrap())
}
