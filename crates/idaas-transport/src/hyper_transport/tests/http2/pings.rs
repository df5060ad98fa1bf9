//! Whether anyone is still there.

use super::super::tls::{at, authority};
use super::super::*;
use super::peer::serve_http2;
use super::{http2, open};
use Delivery::Unknown;
use TransportErrorKind::Closed;

/// No one answers the question whether anyone is there.
#[tokio::test]
async fn a_service_that_is_no_longer_there_is_noticed_by_pings() {
    let authority = authority();
    let address = serve_http2(&authority, &[], |mut peer| async move {
        peer.pongs = false;
        peer.gone().await;
    })
    .await;
    let transport = http2(&authority)
        .http2_ping_interval(Duration::from_millis(20))
        .build();

    let error = failure(&transport, at(address)).await;

    assert_failed(&error, Closed, Unknown);
    assert_eq!(open(&transport), 0);
}

/// Zero is no way to turn the question off.
#[tokio::test]
async fn an_interval_of_zero_leaves_no_time_for_an_answer() {
    let authority = authority();
    let address = serve_http2(&authority, &[], |peer| async move {
        peer.gone().await;
    })
    .await;
    let transport = http2(&authority)
        .http2_ping_interval(Duration::ZERO)
        .build();

    let error = failure(&transport, at(address)).await;

    assert_eq!(error.kind(), Closed, "{error:?}");
    assert_eq!(open(&transport), 0);
}
