use std::net::SocketAddr;
use std::time::Duration;

use idaas_transport::{HyperTransport, HyperTransportBuilder, Proxy, RootCertificates, Transport};

use super::ask::{PASSWORD, USER};
use super::case::Case;
use super::fault::{Break, Fault};
use super::proxy::{BREAKS, FAILS, PLAIN, Protocol, TLS, serve};
use crate::money::check::Report;
use crate::money::dice::Dice;
use crate::money::ledger::Ledger;
use crate::money::sockets::attempt::{Patience, SHORT, Wrap, attempt, deadline, request};
use crate::money::sockets::crowd::{Lane, SLOTS};
use crate::money::sockets::fate::Fate;
use crate::money::sockets::places::Places;
use crate::money::sockets::service::{self, Peer};

/// Makes one send after the other through proxies, each as the dice say.
pub(super) struct Sender {
    seed: u64,
    places: Places,
    /// Where the services are whose tunnels break.
    breaking_tls: SocketAddr,
    http: Ways,
    socks5: Ways,
}

/// Transports, each by its proxy.
struct Ways {
    works: Box<dyn Transport>,
    /// Through the same, under a name that it does not know.
    stranger: Box<dyn Transport>,
    refused: Box<dyn Transport>,
    silent: Box<dyn Transport>,
    closes: Box<dyn Transport>,
    resets: Box<dyn Transport>,
    mute: Box<dyn Transport>,
}

impl Sender {
    pub(super) async fn new(seed: u64, places: Places, ledger: &Ledger, wrap: Wrap) -> Self {
        let acceptor = places.authority.acceptor(&format!("*.{BREAKS}"), 4000);
        let breaking_tls = {
            let ledger = ledger.clone();
            let serve = move |stream| {
                let (acceptor, ledger) = (acceptor.clone(), ledger.clone());
                async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        service::serve(stream, ledger, seed).await;
                    }
                }
            };
            places.doors.each(serve).await
        };
        let closes = places.doors.each(async |_| {}).await;
        let resets = places.doors.each(async |stream| stream.reset()).await;
        Self {
            seed,
            breaking_tls,
            http: ways(
                Protocol::Http,
                seed,
                &places,
                ledger,
                [closes, resets],
                wrap,
            )
            .await,
            socks5: ways(
                Protocol::Socks5,
                seed,
                &places,
                ledger,
                [closes, resets],
                wrap,
            )
            .await,
            places,
        }
    }

    fn way(&self, protocol: Protocol, case: Case, id: u64) -> (String, &dyn Transport) {
        let ways = match protocol {
            Protocol::Http => &self.http,
            Protocol::Socks5 => &self.socks5,
        };
        let transport = match case {
            Case::Stranger => &ways.stranger,
            Case::Refused => &ways.refused,
            Case::Silent => &ways.silent,
            Case::Closes => &ways.closes,
            Case::Resets => &ways.resets,
            Case::Mute => &ways.mute,
            _ => &ways.works,
        };
        let places = &self.places;
        let plain = places.plain.port();
        let origin = match case {
            Case::Fails { tls: false } => format!("http://{id}.{FAILS}:{PLAIN}"),
            Case::Fails { tls: true } => format!("https://{id}.{FAILS}:{TLS}"),
            Case::Breaks { tls: false } => format!("http://{id}.{BREAKS}:{plain}"),
            Case::Breaks { tls: true } => {
                format!("https://{id}.{BREAKS}:{}", self.breaking_tls.port())
            }
            Case::Works { tls: true } => format!("https://localhost:{}", places.tls.port()),
            Case::NoService => format!("http://localhost:{}", places.refused.port()),
            Case::UnknownRoot => format!("https://localhost:{}", places.unknown_root.port()),
            Case::MuteTls => format!("https://localhost:{}", places.mute.port()),
            // Whether or not it would be encrypted does not matter to a proxy that is none.
            _ => format!("http://localhost:{plain}"),
        };
        (origin, &**transport)
    }
}

impl Lane for Sender {
    async fn send(&self, id: u64) -> Report {
        let mut dice = Dice::of(self.seed, id);
        let protocol = Protocol::BOTH[dice.below(2) as usize];
        let case = dice.of_table(Case::TABLE);
        let (fate, _) = Fate::of(self.seed, id);
        let (fault, _) = Fault::of(self.seed, id);
        let broken = Break::of(self.seed, id);
        let (origin, transport) = self.way(protocol, case, id);
        let request = request(&origin, id, &mut dice);
        let deadline = deadline(must_end(case, fate, fault), &mut dice);
        let patience = match case {
            Case::NeverPolled => Patience::None,
            _ => Patience::of(&mut dice),
        };
        let said = attempt(transport, request, deadline, patience).await;
        let what = match case {
            Case::Works { .. } => format!(", {fate:?}"),
            Case::Fails { .. } => format!(", {fault:?}"),
            Case::Breaks { .. } => format!(", {broken:?}, {fate:?}"),
            _ => String::new(),
        };
        Report {
            id,
            case: format!(
                "{protocol:?}, {case:?}{what}, deadline {deadline:?}, patience {patience:?}"
            ),
            surely_not_sent: case.is_surely_not_sent(fault, broken),
            hurried: deadline.is_some(),
            said,
        }
    }

    async fn finish(self) {
        drop((self.http, self.socks5));
        self.places.doors.close().await;
    }
}

/// The deadline of a send that nothing else ends.
fn must_end(case: Case, fate: Fate, fault: Fault) -> Option<Duration> {
    match case {
        Case::TooLate => Some(Duration::ZERO),
        Case::Silent | Case::Mute | Case::MuteTls => Some(SHORT),
        Case::Works { .. } | Case::Breaks { .. } if fate == Fate::Stall => Some(SHORT),
        Case::Fails { .. } if fault.stalls() => Some(SHORT),
        _ => None,
    }
}

async fn ways(
    protocol: Protocol,
    seed: u64,
    places: &Places,
    ledger: &Ledger,
    [closes, resets]: [SocketAddr; 2],
    wrap: Wrap,
) -> Ways {
    let ledger = ledger.clone();
    let works = (places.doors)
        .each(move |stream| serve(stream, protocol, ledger.clone(), seed))
        .await;
    let way = |addr, password| {
        let proxy = proxy(protocol, addr, password);
        wrap(Box::new(builder(&places.roots).proxy(proxy).build()))
    };
    Ways {
        works: way(works, PASSWORD),
        stranger: way(works, "unknown"),
        refused: way(places.refused, PASSWORD),
        silent: way(places.silent, PASSWORD),
        closes: way(closes, PASSWORD),
        resets: way(resets, PASSWORD),
        mute: way(places.mute, PASSWORD),
    }
}

fn builder(roots: &RootCertificates) -> HyperTransportBuilder {
    HyperTransport::builder()
        .root_certificates(roots.clone())
        .allow_plain_http()
        .max_in_flight(SLOTS)
}

fn proxy(protocol: Protocol, addr: SocketAddr, password: &str) -> Proxy {
    let scheme = match protocol {
        Protocol::Http => "http",
        Protocol::Socks5 => "socks5",
    };
    Proxy::parse(&format!("{scheme}://{addr}"))
        .and_then(|proxy| proxy.with_credentials(USER, password))
        .unwrap()
        .including_loopback()
}
