mod collect;

use serde::Serialize;

use super::machine::Machine;
use super::options::Effort;
use super::samples::{Sample, Setting};
use super::spread::Spread;

/// The contender that all this is about, by the name the measuring programs give it.
const OURS: &str = "ours";

/// What a budget sets ours beside, and how much of its time and instructions ours may take.
const REFERENCES: [(&str, f64, Option<f64>); 2] =
    [("hyper-util", 1.05, Some(1.05)), ("reqwest", 0.85, None)];

/// Everything that was measured, as `--json` writes it.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) machine: Machine,
    pub(super) quick: bool,
    pub(super) rounds: usize,
    pub(super) slice_ms: usize,
    pub(super) calls: Vec<Calls>,
    pub(super) ratios: Vec<Ratios>,
    pub(super) offline: Vec<Offline>,
    pub(super) trees: Vec<Tree>,
    pub(super) builds: Vec<Build>,
    /// Of the builds of ours to those of the other, round by round.
    pub(super) build_ratio: Option<Judged>,
    pub(super) build_cpu_ratio: Option<Spread>,
    pub(super) not_measured: Vec<String>,
}

/// What a login call costs one contender in one setting.
#[derive(Debug, Serialize)]
pub(super) struct Calls {
    #[serde(flatten)]
    pub(super) setting: Setting,
    pub(super) contender: String,
    pub(super) wall_us: Spread,
    pub(super) cpu_us: Spread,
    pub(super) allocations: Option<f64>,
    pub(super) bytes: Option<f64>,
    pub(super) instructions: Option<Spread>,
    #[serde(skip)]
    rounds: Rounds,
}

/// The measurements behind the spreads.
#[derive(Debug, Default)]
struct Rounds {
    wall: Vec<f64>,
    cpu: Vec<f64>,
    instructions: Vec<f64>,
}

/// Ours divided by a reference, round by round.
#[derive(Debug, Serialize)]
pub(super) struct Ratios {
    #[serde(flatten)]
    pub(super) setting: Setting,
    pub(super) reference: &'static str,
    pub(super) wall: Judged,
    pub(super) cpu: Spread,
    pub(super) allocations: Option<f64>,
    pub(super) instructions: Option<Judged>,
}

/// A figure beside its budget; the median counts.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Judged {
    #[serde(flatten)]
    pub(super) spread: Spread,
    pub(super) most: Option<f64>,
    pub(super) met: Option<bool>,
}

/// What something costs that needs no network.
#[derive(Debug, Serialize)]
pub(super) struct Offline {
    pub(super) work: String,
    pub(super) cpu_us: Judged,
    pub(super) allocations: Option<f64>,
    pub(super) most_allocations: Option<f64>,
    pub(super) bytes: Option<f64>,
}

/// How many crates come with one, itself counted.
#[derive(Debug, Serialize)]
pub(super) struct Tree {
    pub(super) package: String,
    pub(super) crates: usize,
    pub(super) most: Option<usize>,
}

/// How long a clean release build of one takes.
#[derive(Debug, Serialize)]
pub(super) struct Build {
    pub(super) package: String,
    pub(super) seconds: Spread,
    /// Of all processors together, which other work on the machine changes little.
    pub(super) cpu_seconds: Option<Spread>,
}

impl Judged {
    pub(super) fn new(spread: Spread, most: Option<f64>) -> Self {
        Self {
            spread,
            most,
            met: most.map(|most| spread.median <= most),
        }
    }
}

impl Report {
    pub(super) fn new(
        machine: Machine,
        effort: &Effort,
        times: &[Sample],
        allocations: &[Sample],
    ) -> Result<Self, String> {
        let mut report = Self {
            machine,
            quick: effort.quick,
            rounds: effort.rounds,
            slice_ms: effort.slice_ms,
            calls: Vec::new(),
            ratios: Vec::new(),
            offline: Vec::new(),
            trees: Vec::new(),
            builds: Vec::new(),
            build_ratio: None,
            build_cpu_ratio: None,
            not_measured: Vec::new(),
        };
        report.add_times(times)?;
        report.add_allocations(allocations);
        Ok(report)
    }

    /// Every setting with every contender, as they were measured.
    pub(super) fn contenders(&self) -> Vec<(Setting, String)> {
        let calls = self.calls.iter();
        calls
            .map(|calls| (calls.setting.clone(), calls.contender.clone()))
            .collect()
    }

    /// Adds one count of the instructions of a call.
    pub(super) fn add_instructions(&mut self, setting: &Setting, contender: &str, count: f64) {
        if let Some(calls) = self.find_mut(setting, contender) {
            calls.rounds.instructions.push(count);
            calls.instructions = Spread::of(calls.rounds.instructions.iter().copied());
        }
    }

    pub(super) fn not_measured(&mut self, what: String) {
        self.not_measured.push(what);
    }

    /// Sets ours beside the references, once all is measured.
    pub(super) fn judge(&mut self) {
        let ours = || self.calls.iter().filter(|calls| calls.contender == OURS);
        let mut ratios = Vec::new();
        for reference in REFERENCES {
            ratios.extend(ours().filter_map(|ours| self.ratios_to(ours, reference)));
        }
        self.ratios = ratios;
    }

    fn ratios_to(
        &self,
        ours: &Calls,
        (reference, most_time, most_instructions): (&'static str, f64, Option<f64>),
    ) -> Option<Ratios> {
        let other = self
            .calls
            .iter()
            .find(|calls| calls.contender == reference && calls.setting == ours.setting)?;
        let (over, under) = (&ours.rounds, &other.rounds);
        Some(Ratios {
            setting: ours.setting.clone(),
            reference,
            wall: Judged::new(Spread::of_ratios(&over.wall, &under.wall)?, Some(most_time)),
            cpu: Spread::of_ratios(&over.cpu, &under.cpu)?,
            allocations: ours.allocations.zip(other.allocations).map(|(a, b)| a / b),
            instructions: Spread::of_ratios(&over.instructions, &under.instructions)
                .map(|spread| Judged::new(spread, most_instructions)),
        })
    }

    fn find_mut(&mut self, setting: &Setting, contender: &str) -> Option<&mut Calls> {
        self.calls
            .iter_mut()
            .find(|calls| calls.setting == *setting && calls.contender == contender)
    }
}
