use std::fmt;

use super::{Capability, case::Case, finding::Cause};

/// What came of every case.
#[derive(Clone, Debug)]
#[must_use]
pub struct Report {
    cases: Vec<CaseReport>,
}

impl Report {
    pub(super) const fn new(cases: Vec<CaseReport>) -> Self {
        Self { cases }
    }

    /// Every case, in the order in which they ran; those that were not applicable among them.
    #[must_use]
    pub fn cases(&self) -> &[CaseReport] {
        &self.cases
    }

    /// The cases that found something.
    pub fn failed(&self) -> impl Iterator<Item = &CaseReport> {
        self.cases
            .iter()
            .filter(|case| matches!(case.verdict, Verdict::Failed(_)))
    }

    /// The cases that need what the transport does not claim, or the machine cannot do.
    pub fn not_applicable(&self) -> impl Iterator<Item = &CaseReport> {
        self.cases.iter().filter(|case| {
            matches!(
                case.verdict,
                Verdict::NotApplicable(_) | Verdict::Impossible(_)
            )
        })
    }

    /// In how many cases each cause was found, the most frequent first.
    fn causes(&self) -> Vec<(Cause, usize)> {
        let mut causes: Vec<(Cause, usize)> = Vec::new();
        for cause in self.cases.iter().flat_map(|case| &case.causes) {
            match causes.iter_mut().find(|(same, _)| same == cause) {
                Some((_, cases)) => *cases += 1,
                None => causes.push((*cause, 1)),
            }
        }
        causes.sort_by_key(|(_, cases)| std::cmp::Reverse(*cases));
        causes
    }

    /// Whether no case failed.
    #[must_use]
    pub fn is_conformant(&self) -> bool {
        self.failed().next().is_none()
    }

    /// Ends the test if a case failed, with the whole report as its message.
    ///
    /// # Panics
    ///
    /// If the transport is not conformant.
    #[track_caller]
    pub fn assert_conformant(&self) {
        assert!(self.is_conformant(), "{self}");
    }
}

/// A summary with what the failed cases come down to, then each case that failed or was not applicable.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = self.failed().count();
        let not_applicable = self.not_applicable().count();
        let passed = self.cases.len() - failed - not_applicable;
        write!(
            f,
            "transport conformance: {passed} passed, {failed} failed, {not_applicable} not \
             applicable"
        )?;
        for (cause, cases) in self.causes() {
            let noun = if cases == 1 { "case" } else { "cases" };
            write!(f, "\nfound in {cases} {noun}: {cause}")?;
        }
        for case in self.failed().chain(self.not_applicable()) {
            write!(f, "\n{case}")?;
        }
        Ok(())
    }
}

/// One case: what was done to the transport, what had to come of it, and what did.
#[derive(Clone, Debug)]
pub struct CaseReport {
    name: &'static str,
    about: &'static str,
    expected: String,
    verdict: Verdict,
    causes: Vec<Cause>,
}

impl CaseReport {
    pub(super) fn new(
        case: &Case,
        exact_kinds: bool,
        verdict: Verdict,
        causes: Vec<Cause>,
    ) -> Self {
        Self {
            name: case.name,
            about: case.about,
            expected: case.expected.words(exact_kinds),
            verdict,
            causes,
        }
    }

    /// The name of the case, such as `reset_at_each_byte`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What is done to the transport.
    #[must_use]
    pub const fn about(&self) -> &'static str {
        self.about
    }

    /// What has to come of it, in words. Kinds of failures are named only if
    /// [`Capability::ExactKinds`] is claimed.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// What came of it.
    #[must_use]
    pub const fn verdict(&self) -> &Verdict {
        &self.verdict
    }
}

impl fmt::Display for CaseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, about, .. } = self;
        match &self.verdict {
            Verdict::Passed => write!(f, "passed: {name}: {about}"),
            Verdict::NotApplicable(missing) => {
                write!(f, "not applicable: {name}: the transport does not claim ")?;
                for (at, capability) in missing.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}{capability}")?;
                }
                Ok(())
            }
            Verdict::Impossible(why) => write!(f, "not applicable: {name}: {why}"),
            Verdict::Failed(findings) => {
                write!(
                    f,
                    "failed: {name}: {about}\n    expected: {}",
                    self.expected
                )?;
                for found in findings {
                    write!(f, "\n    found: {found}")?;
                }
                Ok(())
            }
        }
    }
}

/// What came of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// All was as expected.
    Passed,
    /// What was found instead, in words; what was found of several calls of the case, once.
    Failed(Vec<String>),
    /// The case did not run, because the transport does not claim these.
    NotApplicable(Vec<Capability>),
    /// The machine that runs the suite cannot do what the case is about, for this reason.
    Impossible(&'static str),
}
