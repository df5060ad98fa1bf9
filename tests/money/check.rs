//! What was reported against what was received.

use std::fmt;

use super::ledger::{Ledger, Received};

/// What came of one send, as the caller saw it.
#[derive(Clone, Debug)]
pub(super) struct Report {
    pub(super) id: u64,
    /// What was done to it, for people.
    pub(super) case: String,
    /// The send cannot have reached the service, and whoever reports has to know it.
    pub(super) surely_not_sent: bool,
    /// Its time may have run out before it could know.
    pub(super) hurried: bool,
    pub(super) said: Said,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// An answer came, to the send with this id where it says so.
    Answered(Option<u64>),
    NotSent,
    Unknown,
    /// Nobody waited for the outcome: the future was dropped.
    GivenUp,
}

/// A lie about money, or a truth that was not told.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) problem: Problem,
    /// What is known about the send; nothing where it is about no single one.
    report: Option<Report>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    NotSentButReceived(Received),
    ReceivedTwice(Received),
    SurelyNotSentButReceived(Received),
    SurelyNotSentButNotSaid,
    AnsweredButNotReceived,
    AnswerOfAnother(u64),
    /// Fewer sends can have lost these pieces on their way than pieces were found.
    Fragments(u64),
    Unasked(u64),
}

impl Finding {
    /// What was done to the send; nothing where it is about no single one.
    pub(super) fn case(&self) -> &str {
        self.report.as_ref().map_or("", |report| &report.case)
    }
}

/// Every lie in the reports.
pub(super) fn findings(reports: &[Report], ledger: &Ledger) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut may_be_in_pieces = 0;
    for report in reports {
        let received = ledger.received(report.id);
        let nothing = received == Received::default();
        if nothing && matches!(report.said, Said::Unknown | Said::GivenUp) {
            may_be_in_pieces += 1;
        }
        let mut find = |problem| {
            findings.push(Finding {
                problem,
                report: Some(report.clone()),
            });
        };
        if received.requests > 1 {
            find(Problem::ReceivedTwice(received));
        }
        match report.said {
            Said::NotSent if !nothing => find(Problem::NotSentButReceived(received)),
            Said::Answered(_) if nothing => find(Problem::AnsweredButNotReceived),
            Said::Answered(Some(id)) if id != report.id => find(Problem::AnswerOfAnother(id)),
            _ => {}
        }
        if report.surely_not_sent {
            if !nothing {
                find(Problem::SurelyNotSentButReceived(received));
            } else if !matches!(report.said, Said::NotSent | Said::GivenUp) {
                find(Problem::SurelyNotSentButNotSaid);
            }
        }
    }
    let mut find = |problem| {
        findings.push(Finding {
            problem,
            report: None,
        });
    };
    if ledger.fragments() > may_be_in_pieces {
        find(Problem::Fragments(ledger.fragments()));
    }
    if ledger.unasked_requests() > 0 {
        find(Problem::Unasked(ledger.unasked_requests()));
    }
    findings
}

/// Marks what the service turned away in words that the sender has heard: it was surely not sent.
///
/// To be left out where a send is tried again: one attempt may be turned away and the next lost.
pub(super) fn mark_turned_away(reports: &mut [Report], ledger: &Ledger) {
    for report in reports {
        if !report.hurried && ledger.was_heard_to_turn_away(report.id) {
            report.surely_not_sent = true;
        }
    }
}

/// Fails with every lie, and with what repeats it.
#[track_caller]
pub(super) fn assert_true(reports: &[Report], ledger: &Ledger) {
    let findings = findings(reports, ledger);
    let lines: Vec<_> = findings.iter().take(20).map(ToString::to_string).collect();
    assert!(
        findings.is_empty(),
        "{} lies about money, of which the first:\n{}",
        findings.len(),
        lines.join("\n")
    );
}

/// Every one of these cases happened to somebody.
pub(super) fn assert_reached(reports: &[Report], cases: impl Iterator<Item = String>) {
    for name in cases {
        let reached = reports.iter().any(|report| report.case.starts_with(&name));
        assert!(reached, "no send was {name}");
    }
}

/// Fails where one of the ways a send can end was hardly reached: a test that reaches nothing finds nothing.
#[expect(clippy::print_stdout, reason = "a soak shows what it did")]
pub(super) fn assert_balanced(name: &str, reports: &[Report]) {
    let count = |says: fn(Said) -> bool| reports.iter().filter(|report| says(report.said)).count();
    for (way, count) in [
        ("answered", count(|said| matches!(said, Said::Answered(_)))),
        ("not sent", count(|said| said == Said::NotSent)),
        ("unknown", count(|said| said == Said::Unknown)),
        ("given up", count(|said| said == Said::GivenUp)),
    ] {
        println!("money, {name}: {count} {way}");
        assert!(
            count * 20 > reports.len(),
            "only {count} of {} sends were {way}",
            reports.len()
        );
    }
    let surely = reports
        .iter()
        .filter(|report| report.surely_not_sent)
        .count();
    println!("money, {name}: {surely} surely not sent, each reported so or given up");
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Report { id, case, said, .. }) = &self.report {
            write!(f, "send {id} ({case}; reported as {said:?}) ")?;
        }
        match self.problem {
            Problem::NotSentButReceived(received) => write!(f, "was received: {received:?}"),
            Problem::ReceivedTwice(received) => write!(f, "was received again: {received:?}"),
            Problem::SurelyNotSentButReceived(received) => {
                write!(f, "cannot have been received, but was: {received:?}")
            }
            Problem::SurelyNotSentButNotSaid => {
                f.write_str("was surely not sent, which is not said")
            }
            Problem::AnsweredButNotReceived => f.write_str("was never received"),
            Problem::AnswerOfAnother(id) => write!(f, "got the answer of send {id}"),
            Problem::Fragments(fragments) => write!(f, "{fragments} pieces of sends are nobody's"),
            Problem::Unasked(requests) => {
                write!(f, "{requests} requests to send were nobody's wish")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: Received = Received {
        requests: 2,
        bytes: 20,
    };
    const ONE: Received = Received {
        requests: 1,
        bytes: 10,
    };
    const NONE: Received = Received {
        requests: 0,
        bytes: 0,
    };

    fn problems(said: Said, surely_not_sent: bool, received: Received) -> Vec<Problem> {
        let ledger = Ledger::default();
        for _ in 0..received.requests {
            ledger.begins(7);
            ledger.bytes(7, 10);
        }
        let report = Report {
            id: 7,
            case: String::new(),
            surely_not_sent,
            hurried: false,
            said,
        };
        let found = findings(&[report], &ledger);
        found.into_iter().map(|finding| finding.problem).collect()
    }

    #[test]
    fn every_lie_is_found() {
        use Problem::*;
        let answered = Said::Answered(Some(7));
        for (said, surely_not_sent, received, expected) in [
            (Said::NotSent, false, ONE, NotSentButReceived(ONE)),
            (Said::Unknown, false, TWO, ReceivedTwice(TWO)),
            (Said::GivenUp, false, TWO, ReceivedTwice(TWO)),
            (answered, false, TWO, ReceivedTwice(TWO)),
            (answered, false, NONE, AnsweredButNotReceived),
            (Said::Answered(Some(8)), false, ONE, AnswerOfAnother(8)),
            (Said::Unknown, true, NONE, SurelyNotSentButNotSaid),
            (Said::GivenUp, true, ONE, SurelyNotSentButReceived(ONE)),
        ] {
            assert_eq!(problems(said, surely_not_sent, received), [expected]);
        }
    }

    #[test]
    fn the_truth_passes() {
        for (said, surely_not_sent, received) in [
            (Said::NotSent, false, NONE),
            (Said::NotSent, true, NONE),
            (Said::GivenUp, true, NONE),
            (Said::GivenUp, false, ONE),
            (Said::Unknown, false, ONE),
            (Said::Unknown, false, NONE),
            (Said::Answered(Some(7)), false, ONE),
        ] {
            assert_eq!(problems(said, surely_not_sent, received), []);
        }
    }

    #[test]
    fn a_piece_needs_a_send_that_may_have_lost_it() {
        for (said, expected) in [(Said::Unknown, 0), (Said::NotSent, 1)] {
            let ledger = Ledger::default();
            ledger.fragment();
            let report = Report {
                id: 7,
                case: String::new(),
                surely_not_sent: false,
                hurried: false,
                said,
            };
            assert_eq!(findings(&[report], &ledger).len(), expected);
        }
    }

    #[test]
    fn what_was_heard_to_be_turned_away_is_surely_not_sent() {
        let ledger = Ledger::default();
        ledger.heard(7);
        for (id, hurried, expected) in [(7, false, true), (7, true, false), (8, false, false)] {
            let mut report = [Report {
                id,
                case: String::new(),
                surely_not_sent: false,
                hurried,
                said: Said::Unknown,
            }];
            mark_turned_away(&mut report, &ledger);
            assert_eq!(report[0].surely_not_sent, expected, "{report:?}");
        }
    }

    #[test]
    fn a_request_without_a_wish_is_found() {
        let ledger = Ledger::default();
        ledger.unasked();
        assert_eq!(findings(&[], &ledger).len(), 1);
    }
}
