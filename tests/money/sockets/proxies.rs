//! Through HTTP and SOCKS5 proxies that refuse, stall and break off, to the services that misbehave.

mod ask;
mod case;
mod fault;
mod proxy;
mod sender;

use idaas_transport::Delivery;

use self::case::Case;
use self::fault::Fault;
use self::proxy::Protocol;
use self::sender::Sender;
use super::attempt::Wrap;
use super::crowd;
use super::places::Places;
use crate::money::check::{self, Finding, Problem, Report, assert_balanced, assert_true, findings};
use crate::money::ledger::Ledger;
use crate::money::patient::{retried, retries};
use crate::money::run::Run;
use crate::money::wrong::{CallsAll, RetriesUnknown};

/// Sends in a soak.
const SENDS: u64 = 20_000;
/// Sends in a soak that are retried where they were surely not sent.
const RETRIED: u64 = 6_000;

fn sends(run: Run, wrap: Wrap) -> (Vec<Report>, Ledger) {
    crowd::sends(run, async |ledger| {
        let places = Places::open(ledger, run.seed).await;
        Sender::new(run.seed, places, ledger, wrap).await
    })
}

#[test]
fn nothing_is_sent_that_is_called_not_sent_and_nothing_twice() {
    let run = Run::of("proxies", SENDS);
    let (reports, ledger) = sends(run, |transport| transport);

    assert_true(&reports, &ledger);
    assert_balanced("proxies", &reports);
    if run.sends == SENDS {
        assert_reached(&reports);
    }
}

#[test]
fn retries_of_what_was_surely_not_sent_cost_nothing() {
    let before = retries();
    let run = Run::of("proxies, retried", RETRIED);
    let (reports, ledger) = sends(run, |transport| retried(transport));

    assert_true(&reports, &ledger);
    assert!(retries() - before > run.sends / 10, "hardly any retries");
}

/// Every case, and every fault with and without TLS, happened to somebody behind either proxy.
fn assert_reached(reports: &[Report]) {
    for protocol in Protocol::BOTH {
        let cases = Case::TABLE.iter().map(|(_, case)| format!("{case:?},"));
        let fails = [Case::Fails { tls: false }, Case::Fails { tls: true }];
        let faults = Fault::TABLE.iter().map(|(_, fault)| fault);
        let faults = faults.flat_map(|fault| fails.map(|case| format!("{case:?}, {fault:?},")));
        let names = cases.chain(faults);
        check::assert_reached(reports, names.map(|name| format!("{protocol:?}, {name}")));
    }
}

/// What the test finds where this transport is in front of the real one.
fn found(wrap: Wrap) -> Vec<Finding> {
    let run = Run::few("proxies, a lie", 400);
    let (reports, ledger) = sends(run, wrap);
    findings(&reports, &ledger)
}

#[test]
fn a_retry_of_what_may_have_been_received_is_found() {
    let found = found(|transport| Box::new(RetriesUnknown(transport)));
    let twice = |finding: &Finding| matches!(finding.problem, Problem::ReceivedTwice(_));
    assert!(found.iter().any(twice), "{found:?}");
}

#[test]
fn a_failure_that_is_always_called_not_sent_is_found() {
    let found = found(|transport| Box::new(CallsAll(transport, Delivery::NotSent)));
    let lie = |finding: &Finding| matches!(finding.problem, Problem::NotSentButReceived(_));
    assert!(found.iter().any(lie), "{found:?}");
}

#[test]
fn a_failure_that_is_always_called_unknown_is_found() {
    let found = found(|transport| Box::new(CallsAll(transport, Delivery::Unknown)));
    for protocol in Protocol::BOTH {
        let lie = |finding: &Finding| {
            finding.problem == Problem::SurelyNotSentButNotSaid
                && finding.case().starts_with(&format!("{protocol:?}, Fails"))
        };
        assert!(found.iter().any(lie), "{protocol:?}: {found:?}");
    }
}
