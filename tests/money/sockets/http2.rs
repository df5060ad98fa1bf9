//! Over HTTP/2, to services that refuse streams, go away, and do all else that a shared connection can suffer.

mod case;
mod fate;
mod frames;
mod path;
mod places;
mod sender;
mod service;

use idaas_transport::Delivery;

use self::case::Case;
use self::fate::Fate;
use self::places::Places;
use self::sender::Sender;
use super::attempt::Wrap;
use super::crowd;
use crate::money::check::{
    self, Finding, Problem, Report, assert_balanced, assert_true, findings, mark_turned_away,
};
use crate::money::ledger::Ledger;
use crate::money::patient::{retried, retries};
use crate::money::run::Run;
use crate::money::wrong::{CallsAll, RetriesUnknown};

/// Sends in a soak.
const SENDS: u64 = 40_000;
/// Sends in a soak that are retried where they were surely not sent.
const RETRIED: u64 = 10_000;

fn sends(run: Run, wrap: Wrap) -> (Vec<Report>, Ledger) {
    crowd::sends(run, async |ledger| {
        let places = Places::open(ledger, run.seed).await;
        Sender::new(run.seed, places, wrap)
    })
}

#[test]
fn nothing_is_sent_that_is_called_not_sent_and_nothing_twice() {
    let run = Run::of("HTTP/2", SENDS);
    let (mut reports, ledger) = sends(run, |transport| transport);
    mark_turned_away(&mut reports, &ledger);

    assert_true(&reports, &ledger);
    assert_balanced("HTTP/2", &reports);
    let again = ledger.turned_away_again();
    assert!(again.is_empty(), "nobody retries, but {again:?} came again");
    assert_turned_away(&reports, run.sends / 40);
    if run.sends == SENDS {
        assert_reached(&reports);
    }
}

#[test]
fn retries_of_what_was_surely_not_sent_cost_nothing() {
    let before = retries();
    let run = Run::of("HTTP/2, retried", RETRIED);
    let (reports, ledger) = sends(run, |transport| retried(transport));

    assert_true(&reports, &ledger);
    assert!(retries() - before > run.sends / 50, "hardly any retries");
}

/// So many sends at least were turned away by a service that takes others, and were heard to be.
#[expect(clippy::print_stdout, reason = "a soak shows what it did")]
fn assert_turned_away(reports: &[Report], at_least: u64) {
    let heard = reports.iter().filter(|report| report.surely_not_sent);
    let heard = heard
        .filter(|report| report.case.starts_with("Service"))
        .count() as u64;
    println!("money, HTTP/2: {heard} turned away by a service that takes others");
    assert!(heard >= at_least, "only {heard} were turned away");
}

/// Every case, and every fate, happened to somebody.
fn assert_reached(reports: &[Report]) {
    let fates = Fate::TABLE
        .iter()
        .map(|(_, fate)| format!("{:?}, {fate:?},", Case::Service));
    let cases = Case::TABLE.iter().map(|(_, case)| format!("{case:?},"));
    check::assert_reached(reports, fates.chain(cases));
}

/// What the test finds where this transport is in front of the real one.
fn found(wrap: Wrap) -> Vec<Finding> {
    let run = Run::few("HTTP/2, a lie", 600);
    let (mut reports, ledger) = sends(run, wrap);
    mark_turned_away(&mut reports, &ledger);
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
    for case in [
        "Service, Refuse,",
        "Service, GoAwayBelow,",
        "GoesAway",
        "RefusesAll",
    ] {
        let lie = |finding: &Finding| {
            finding.problem == Problem::SurelyNotSentButNotSaid && finding.case().starts_with(case)
        };
        assert!(found.iter().any(lie), "{case} {found:?}");
    }
}
