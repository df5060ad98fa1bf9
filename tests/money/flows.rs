//! Whole logins over a simulated network: saved, restored, crashed and dropped anywhere.

mod line;
mod person;

use idaas_transport::{Delivery, LoopbackOnly};

use self::person::{Person, Wrap};
use super::check::{Finding, Problem, Report, assert_balanced, assert_true, findings};
use super::dice::Dice;
use super::ledger::Ledger;
use super::patient::{retried, retries};
use super::run::Run;
use super::wrong::{CallsAll, RetriesUnknown};

/// Sends in a soak.
const SENDS: u64 = 100_000;
/// Sends in a soak that are retried where they were surely not sent.
const RETRIED: u64 = 20_000;

/// What all people together did.
struct Outcome {
    reports: Vec<Report>,
    ledger: Ledger,
    messages: u64,
}

/// Lets people live, one after the other, until they have asked for enough sends.
fn lives(run: Run, wrap: Wrap) -> Outcome {
    let ledger = Ledger::default();
    let (mut reports, mut messages) = (Vec::new(), 0);
    let mut person = 0;
    while (reports.len() as u64) < run.sends {
        let mut somebody = Person::new(Dice::of(run.seed, person), ledger.clone(), wrap);
        messages += somebody.live(&mut reports);
        person += 1;
    }
    Outcome {
        reports,
        ledger,
        messages,
    }
}

#[test]
fn nobody_pays_for_what_nobody_asked_for() {
    let run = Run::of("flows", SENDS);
    let lived = lives(run, |line| Box::new(LoopbackOnly::new(line)));

    assert_true(&lived.reports, &lived.ledger);
    assert_balanced("flows", &lived.reports);
    assert!(lived.messages > run.sends / 5, "{} SMS", lived.messages);
}

#[test]
fn retries_of_what_was_surely_not_sent_cost_nothing() {
    let before = retries();
    let run = Run::of("flows, retried", RETRIED);
    let lived = lives(run, |line| retried(LoopbackOnly::new(line)));

    assert_true(&lived.reports, &lived.ledger);
    assert!(retries() - before > run.sends / 50, "hardly any retries");
}

#[test]
fn a_seed_repeats_every_step() {
    let run = Run::few("flows again", 300);
    let live = || {
        let lived = lives(run, |line| Box::new(line));
        (format!("{:?}", lived.reports), lived.messages)
    };
    assert_eq!(live(), live());
}

/// What the test finds where this transport is between the client and the network.
fn found(wrap: Wrap) -> Vec<Finding> {
    let lived = lives(Run::few("flows, a lie", 400), wrap);
    findings(&lived.reports, &lived.ledger)
}

#[test]
fn a_retry_of_what_may_have_been_received_is_found() {
    let found = found(|line| Box::new(RetriesUnknown(line)));
    let twice = |finding: &Finding| matches!(finding.problem, Problem::ReceivedTwice(_));
    assert!(found.iter().any(twice), "{found:?}");
}

#[test]
fn a_failure_that_is_always_called_not_sent_is_found() {
    let found = found(|line| Box::new(CallsAll(line, Delivery::NotSent)));
    let lie = |finding: &Finding| matches!(finding.problem, Problem::NotSentButReceived(_));
    assert!(found.iter().any(lie), "{found:?}");
}

#[test]
fn a_failure_that_is_always_called_unknown_is_found() {
    let found = found(|line| Box::new(CallsAll(line, Delivery::Unknown)));
    let lie = |finding: &Finding| finding.problem == Problem::SurelyNotSentButNotSaid;
    assert!(found.iter().any(lie), "{found:?}");
}

#[test]
fn a_request_that_nobody_wished_for_is_found() {
    let ledger = Ledger::default();
    let mut person = Person::new(Dice::of(1, 1), ledger.clone(), |line| Box::new(line));
    person.sends_by_itself();
    assert_eq!(findings(&[], &ledger).len(), 1);
}
