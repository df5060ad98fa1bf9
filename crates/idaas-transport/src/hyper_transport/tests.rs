//! The transport against servers on raw sockets.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod addresses;
mod answers;
mod dropped;
mod failures;
#[cfg(all(feature = "http2", any(feature = "ring", feature = "aws-lc-rs")))]
mod http2;
mod keep_alive;
mod limits;
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
mod proxies;
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
mod tls;
mod truth;

use std::{error::Error, fmt::Display, time::Duration};

use super::*;

/// A small limit where the limit is what is tested.
const SHORT: Duration = Duration::from_millis(150);

/// A `POST` whose query, header and body are secrets.
fn request(origin: impl Display) -> Request<Bytes> {
    Request::post(format!("{origin}/sms/send?token=query-secret"))
        .header("session-token", "header-secret")
        .body(Bytes::from("body-secret"))
        .unwrap()
}

/// A transport that keeps no connection, so that each call has its own.
fn fresh() -> HyperTransportBuilder {
    HyperTransport::builder().idle_timeout(Duration::ZERO)
}

/// The error of a call that has to fail, after a look at its texts.
async fn failure(transport: &HyperTransport, request: Request<Bytes>) -> TransportError {
    let answer = transport.send(request).await;
    let Err(error) = answer else {
        panic!("the call was expected to fail: {answer:?}");
    };
    let texts = texts(&error);
    assert!(!texts.contains("secret"), "a secret was shown: {texts}");
    error
}

/// `Display` and `Debug` of an error and all that is underneath.
fn texts(error: &(dyn Error + 'static)) -> String {
    let mut texts = format!("{error:?}");
    let mut next = Some(error);
    while let Some(error) = next {
        texts += &format!("\n{error}");
        next = error.source();
    }
    texts
}

#[track_caller]
fn assert_failed(error: &TransportError, kind: TransportErrorKind, delivery: Delivery) {
    assert_eq!(
        (error.kind(), error.delivery()),
        (kind, delivery),
        "{}",
        texts(error)
    );
}
