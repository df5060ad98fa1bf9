use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use idaas_transport::{HyperTransport, Transport};

use super::case::Case;
use super::fate::Fate;
use super::places::{Leaving, Places};
use crate::money::check::Report;
use crate::money::dice::Dice;
use crate::money::sockets::attempt::{Patience, SHORT, Wrap, attempt, deadline, https, request};
use crate::money::sockets::crowd::{Lane, SLOTS};
use crate::money::sockets::fate;

/// Makes one send after the other over HTTP/2, each as the dice say.
pub(super) struct Sender {
    seed: u64,
    places: Places,
    transport: Box<dyn Transport>,
}

impl Sender {
    pub(super) fn new(seed: u64, places: Places, wrap: Wrap) -> Self {
        let transport = HyperTransport::builder()
            .root_certificates(places.roots.clone())
            .http2()
            .max_in_flight(SLOTS)
            .build();
        Self {
            seed,
            places,
            transport: wrap(Box::new(transport)),
        }
    }

    async fn addr(&self, case: Case, dice: &mut Dice) -> SocketAddr {
        let places = &self.places;
        match case {
            Case::Service | Case::TooLate | Case::NeverPolled => {
                places.services[dice.below(4) as usize]
            }
            Case::RefusesAll => places.refuses_all,
            Case::GoesAway => places.goes_away,
            Case::GoesAwayAtOnce => places.goes_away_at_once,
            Case::NoWindow => places.no_window,
            Case::NoStreams => places.no_streams,
            Case::Mute => places.mute,
            Case::Closes => places.closes,
            Case::Resets => places.resets,
            Case::Http1 => places.http1,
            Case::Refused => places.refused,
            Case::UnknownRoot => places.unknown_root,
            Case::MuteTls => places.mute_tls,
            Case::Gone => self.gone(dice).await,
        }
    }

    /// A service that has gone after one call.
    async fn gone(&self, dice: &mut Dice) -> SocketAddr {
        let leaving = [
            Leaving::Closes,
            Leaving::GoesAwayAndCloses,
            Leaving::GoesAway,
        ][dice.below(3) as usize];
        let going = self.places.going(leaving).await;
        let addr = going.addr;
        let first = Request::get(format!("{}/first", https(addr)));
        let answer = self.transport.send(first.body(Bytes::new()).unwrap()).await;
        assert_eq!(answer.unwrap().status(), 200);
        going.go(true).await;
        addr
    }
}

impl Lane for Sender {
    async fn send(&self, id: u64) -> Report {
        let mut dice = Dice::of(self.seed, id);
        let case = dice.of_table(Case::TABLE);
        let (fate, _) = Fate::of(self.seed, id);
        let (http1_fate, _) = fate::Fate::of(self.seed, id);
        let origin = https(self.addr(case, &mut dice).await);
        let request = request(&origin, id, &mut dice);
        let deadline = deadline(must_end(case, fate, http1_fate), &mut dice);
        let patience = match case {
            Case::NeverPolled => Patience::None,
            _ => Patience::of(&mut dice),
        };
        let said = attempt(&*self.transport, request, deadline, patience).await;
        let what = match case {
            Case::Service => format!(", {fate:?}"),
            Case::Http1 => format!(", {http1_fate:?}"),
            _ => String::new(),
        };
        Report {
            id,
            case: format!("{case:?}{what}, deadline {deadline:?}, patience {patience:?}"),
            surely_not_sent: case.is_surely_not_sent(deadline.is_some()),
            hurried: deadline.is_some(),
            said,
        }
    }

    async fn finish(self) {
        drop(self.transport);
        self.places.doors.close().await;
    }
}

/// The deadline of a send that nothing else ends.
fn must_end(case: Case, fate: Fate, http1_fate: fate::Fate) -> Option<Duration> {
    match case {
        Case::TooLate => Some(Duration::ZERO),
        Case::NoWindow | Case::NoStreams | Case::Mute | Case::MuteTls => Some(SHORT),
        Case::Service if fate.stalls() => Some(SHORT),
        Case::Http1 if http1_fate == fate::Fate::Stall => Some(SHORT),
        _ => None,
    }
}
