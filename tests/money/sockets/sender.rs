use std::time::Duration;

use bytes::Bytes;
use http::Request;
use idaas_transport::{HyperTransport, LoopbackOnly, Transport};
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::attempt::{Answer, Patience, SHORT, Wrap, attempt, deadline, http, https, request};
use super::case::Case;
use super::crowd::{Lane, SLOTS};
use super::fate::Fate;
use super::places::Places;
use crate::money::check::Report;
use crate::money::dice::Dice;

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

impl Lane for Sender {
    async fn send(&self, id: u64) -> Report {
        let mut dice = Dice::of(self.seed, id);
        let case = dice.of_table(Case::TABLE);
        let (fate, _) = Fate::of(self.seed, id);
        let (origin, transport) = self.way(case, &mut dice).await;
        let request = request(&origin, id, &mut dice);
        let deadline = deadline(must_end(case, fate), &mut dice);
        let patience = match case {
            Case::NeverPolled => Patience::None,
            _ => Patience::of(&mut dice),
        };
        let said = attempt(transport, request, deadline, patience).await;
        let fate = match case {
            Case::Plain | Case::Tls => format!(", {fate:?}"),
            _ => String::new(),
        };
        Report {
            id,
            case: format!("{case:?}{fate}, deadline {deadline:?}, patience {patience:?}"),
            surely_not_sent: case.is_surely_not_sent(),
            hurried: deadline.is_some(),
            said,
        }
    }

    async fn finish(self) {
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

/// The deadline of a send that nothing else ends.
fn must_end(case: Case, fate: Fate) -> Option<Duration> {
    match (case, fate) {
        (Case::TooLate, _) => Some(Duration::ZERO),
        (Case::Silent | Case::MuteTls | Case::SlotTaken, _)
        | (Case::Plain | Case::Tls, Fate::Stall) => Some(SHORT),
        _ => None,
    }
}
