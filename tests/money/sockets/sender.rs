use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use idaas_transport::{
    Deadline, Delivery, HyperTransport, LoopbackOnly, Transport, TransportError,
};
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::case::Case;
use super::fate::Fate;
use super::inbox::PATH;
use super::places::Places;
use crate::money::check::{Report, Said};
use crate::money::dice::Dice;

/// Puts a transport, honest or not, in front of the one that is tested.
pub(super) type Wrap = fn(Box<dyn Transport>) -> Box<dyn Transport>;

type Answer = Result<Response<Bytes>, TransportError>;

/// Small, so that sends also wait for each other.
const SLOTS: usize = 16;
/// The time of a send that can only end by its deadline.
const SHORT: Duration = Duration::from_millis(20);

/// Makes one send after the other, each as the dice say.
pub(super) struct Sender {
    seed: u64,
    places: Places,
    transport: Box<dyn Transport>,
    /// The same, and loopback only.
    guarded: Box<dyn Transport>,
    /// One slot, and it is taken.
    taken: Box<dyn Transport>,
    taker: JoinHandle<Answer>,
}

impl Sender {
    pub(super) async fn new(seed: u64, places: Places, wrap: Wrap) -> Self {
        let builder = HyperTransport::builder().root_certificates(places.roots.clone());
        let transport = builder.clone().max_in_flight(SLOTS).build();
        let one_slot = builder
            .max_in_flight(1)
            .response_head_timeout(Duration::MAX)
            .call_timeout(Duration::MAX)
            .build();
        let taker = take_the_slot(&places, &one_slot).await;
        Self {
            taker,
            seed,
            places,
            guarded: wrap(Box::new(LoopbackOnly::new(transport.clone()))),
            transport: wrap(Box::new(transport)),
            taken: wrap(Box::new(one_slot)),
        }
    }

    pub(super) async fn send(&self, id: u64) -> Report {
        let mut dice = Dice::of(self.seed, id);
        let case = dice.of_table(Case::TABLE);
        let (fate, _) = Fate::of(self.seed, id);
        let (origin, transport) = self.way(case, &mut dice).await;
        let mut request = request(&origin, id, &mut dice);
        let deadline = deadline(case, fate, &mut dice);
        if let Some(time) = deadline {
            request.extensions_mut().insert(Deadline::after(time));
        }
        let rounds = dice.one_in(6).then(|| dice.below(40).pow(2) / 20);
        let call = transport.send(request);
        let answer = match rounds {
            _ if case == Case::NeverPolled => None,
            None => Some(call.await),
            Some(rounds) => tokio::select! {
                biased;
                answer = call => Some(answer),
                () = yields(rounds) => None,
            },
        };
        let fate = match case {
            Case::Plain | Case::Tls => format!(", {fate:?}"),
            _ => String::new(),
        };
        Report {
            id,
            case: format!("{case:?}{fate}, deadline {deadline:?}, dropped after {rounds:?}"),
            surely_not_sent: case.is_surely_not_sent(),
            said: said(answer),
        }
    }

    /// Hangs up everywhere, and waits until everything that came has been counted.
    pub(super) async fn finish(self) {
        let Self {
            places,
            transport,
            guarded,
            taken,
            taker,
            ..
        } = self;
        drop((transport, guarded, taken));
        taker.abort();
        let _ = taker.await;
        places.doors.close().await;
    }

    async fn way(&self, case: Case, dice: &mut Dice) -> (String, &dyn Transport) {
        let places = &self.places;
        let transport = match case {
            Case::NotLoopback => &self.guarded,
            Case::SlotTaken => &self.taken,
            _ => &self.transport,
        };
        let origin = match case {
            Case::Plain | Case::TooLate | Case::SlotTaken => http(places.plain),
            Case::NeverPolled if dice.one_in(2) => http(places.plain),
            Case::NeverPolled | Case::Tls => https(places.tls),
            Case::Closes => http(places.closes),
            Case::Resets => http(places.resets),
            Case::Refused => http(places.refused),
            Case::Silent => http(places.silent),
            Case::UnknownName => String::from("https://nowhere.invalid"),
            Case::PlainElsewhere => String::from("http://example.com"),
            Case::NotLoopback => String::from("https://example.com"),
            Case::UnknownRoot => https(places.unknown_root),
            Case::OtherHost => https(places.other_host),
            Case::Expired => https(places.expired),
            Case::NotTls => https(places.no_tls[dice.below(3) as usize]),
            Case::MuteTls => https(places.mute),
            Case::Gone => {
                let going = places.going().await;
                let origin = https(going.addr);
                let first = Request::get(format!("{origin}/first"));
                let answer = self.transport.send(first.body(Bytes::new()).unwrap()).await;
                assert_eq!(answer.unwrap().status(), 200);
                going.go(dice.one_in(2)).await;
                origin
            }
        };
        (origin, &**transport)
    }
}

/// Has a call take the only slot of a transport and keep it.
async fn take_the_slot(places: &Places, transport: &HyperTransport) -> JoinHandle<Answer> {
    let (arrived, mut has_arrived) = mpsc::channel(1);
    let addr = places
        .doors
        .each(move |mut stream| {
            let arrived = arrived.clone();
            async move {
                let _ = stream.read(&mut [0; 1024]).await;
                let _ = arrived.send(()).await;
                let _ = stream.read_to_end(&mut Vec::new()).await;
            }
        })
        .await;
    let transport = transport.clone();
    let taker = tokio::spawn(async move {
        let request = Request::get(http(addr)).body(Bytes::new()).unwrap();
        transport.send(request).await
    });
    has_arrived.recv().await.unwrap();
    taker
}

/// A send that tells its number first of all, most often a small one.
fn request(origin: &str, id: u64, dice: &mut Dice) -> Request<Bytes> {
    let length = if dice.one_in(40) { 256 * 1024 } else { 40 };
    Request::post(format!("{origin}{PATH}{id}?"))
        .body(vec![b'x'; length].into())
        .unwrap()
}

/// Where nothing else ends the send a deadline does, and it may end any other.
fn deadline(case: Case, fate: Fate, dice: &mut Dice) -> Option<Duration> {
    match (case, fate) {
        (Case::TooLate, _) => Some(Duration::ZERO),
        (Case::Silent | Case::MuteTls | Case::SlotTaken, _)
        | (Case::Plain | Case::Tls, Fate::Stall) => Some(SHORT),
        _ if dice.one_in(12) => Some(Duration::from_micros(dice.below(5_000))),
        _ => None,
    }
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

fn http(addr: SocketAddr) -> String {
    format!("http://{addr}")
}

fn https(addr: SocketAddr) -> String {
    format!("https://localhost:{}", addr.port())
}
