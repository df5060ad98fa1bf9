use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use idaas_transport::{Deadline, Delivery, Transport, TransportError};

use super::inbox::PATH;
use crate::money::check::Said;
use crate::money::dice::Dice;

/// Puts a transport, honest or not, in front of the one that is tested.
pub(super) type Wrap = fn(Box<dyn Transport>) -> Box<dyn Transport>;

pub(super) type Answer = Result<Response<Bytes>, TransportError>;

/// The time of a send that can only end by its deadline.
pub(super) const SHORT: Duration = Duration::from_millis(20);

/// How long somebody waits for the outcome.
#[derive(Clone, Copy, Debug)]
pub(super) enum Patience {
    /// Drops the future before its first poll.
    None,
    /// Lets others run so often.
    Some(u64),
    Endless,
}

impl Patience {
    pub(super) const fn of(dice: &mut Dice) -> Self {
        if dice.one_in(5) {
            Self::Some(dice.below(30).pow(2) / 20)
        } else {
            Self::Endless
        }
    }
}

/// Sends, and drops the future once nobody waits any more.
pub(super) async fn attempt(
    transport: &dyn Transport,
    mut request: Request<Bytes>,
    deadline: Option<Duration>,
    patience: Patience,
) -> Said {
    if let Some(time) = deadline {
        request.extensions_mut().insert(Deadline::after(time));
    }
    let call = transport.send(request);
    let answer = match patience {
        Patience::None => None,
        Patience::Endless => Some(call.await),
        Patience::Some(rounds) => tokio::select! {
            biased;
            answer = call => Some(answer),
            () = yields(rounds) => None,
        },
    };
    said(answer)
}

/// A send that tells its number first of all, most often a small one.
pub(super) fn request(origin: &str, id: u64, dice: &mut Dice) -> Request<Bytes> {
    let length = if dice.one_in(40) { 256 * 1024 } else { 40 };
    Request::post(format!("{origin}{PATH}{id}?"))
        .body(vec![b'x'; length].into())
        .unwrap()
}

/// Where nothing else ends the send a deadline does, and it may end any other.
pub(super) fn deadline(must_end: Option<Duration>, dice: &mut Dice) -> Option<Duration> {
    must_end.or_else(|| {
        dice.one_in(12)
            .then(|| Duration::from_micros(dice.below(5_000)))
    })
}

pub(super) fn http(addr: SocketAddr) -> String {
    format!("http://{addr}")
}

pub(super) fn https(addr: SocketAddr) -> String {
    format!("https://localhost:{}", addr.port())
}

fn said(answer: Option<Answer>) -> Said {
    match answer {
        None => Said::GivenUp,
        Some(Ok(response)) => {
            let text = std::str::from_utf8(response.body()).unwrap_or_default();
            Said::Answered(text.parse().ok())
        }
        Some(Err(error)) => match error.delivery() {
            Delivery::NotSent => Said::NotSent,
            Delivery::Unknown => Said::Unknown,
        },
    }
}

async fn yields(rounds: u64) {
    for _ in 0..rounds {
        tokio::task::yield_now().await;
    }
}
