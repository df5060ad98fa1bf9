//! The real transport against servers that misbehave, over plain HTTP and TLS; in [`proxies`] through proxies that
//! misbehave as well, and in [`http2`] over HTTP/2.

mod attempt;
mod case;
mod certificates;
mod crowd;
mod doors;
mod fate;
mod http2;
mod inbox;
mod places;
mod proxies;
mod sender;
mod service;

use idaas_transport::Delivery;

use self::attempt::Wrap;
use self::case::Case;
use self::fate::Fate;
use self::places::Places;
use self::sender::Sender;
use super::check::{self, Finding, Problem, Report, assert_balanced, assert_true, findings};
use super::ledger::Ledger;
use super::patient::{retried, retries};
use super::run::Run;
use super::wrong::{CallsAll, RetriesUnknown};

/// Sends in a soak.
const SENDS: u64 = 40_000;
/// Sends in a soak that are retried where they were surely not sent.
const RETRIED: u64 = 10_000;
fn sends(run: Run, wrap: Wrap) -> (Vec<Report>, Ledger) {
    crowd::sends(run, async |ledger| {
        let places = Places::open(ledger, run.seed).await;
        Sender::new(run.seed, places, wrap).await
    })
}

#[test]
fn nothing_is_sent_that_is_called_not_sent_and_nothing_twice() {
    let run = Run::of("sockets", SENDS);
    let (reports, ledger) = sends(run, |transport| transport);

    assert_true(&reports, &ledger);
    assert_balanced("sockets", &reports);
    if run.sends == SENDS {
        assert_reached(&reports);
    }
}

#[test]
fn retries_of_what_was_surely_not_sent_cost_nothing() {
    let before = retries();
    let run = Run::of("sockets, retried", RETRIED);
    let (reports, ledger) = sends(run, |transport| retried(transport));

    assert_true(&reports, &ledger);
    assert!(retries() - before > run.sends / 50, "hardly any retries");
}

/// Every case, and every fate with and without TLS, happened to somebody.
fn assert_reached(reports: &[Report]) {
    let both = [Case::Plain, Case::Tls];
    let fates = Fate::TABLE.iter().map(|(_, fate)| fate);
    let fates = fates.flat_map(|fate| both.map(|case| format!("{case:?}, {fate:?},")));
    let cases = Case::TABLE.iter().map(|(_, case)| format!("{case:?},"));
    check::assert_reached(reports, fates.chain(cases));
}

/// What the test finds where this transport is in front of the real one.
fn found(wrap: Wrap) -> Vec<Finding> {
    let run = Run::few("sockets, a lie", 400);
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
    let lie = |finding: &Finding| finding.problem == Problem::SurelyNotSentButNotSaid;
    assert!(found.iter().any(lie), "{found:?}");
}
