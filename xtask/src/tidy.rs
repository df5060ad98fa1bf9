//! `cargo xtask tidy`: what the compiler does not test of the design, each rule with its reason.

mod attributes;
mod budget;
mod clock;
mod generated;
mod layering;
mod layout;
mod length;
mod manifest;
mod proto_pure;
mod public_api;
mod quiet;
mod secrets;
mod sleeps;
mod words;

use std::fmt;
use std::path::Path;
use std::time::Instant;

use crate::Done;
use crate::tree::Tree;

/// One rule of the workspace.
struct Check {
    name: &'static str,
    /// Why the rule is there; printed with every finding.
    reason: &'static str,
    run: fn(&Tree) -> Vec<Finding>,
}

/// A place that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    /// 0 where the whole file is meant.
    line: usize,
    problem: String,
}

impl Finding {
    fn at(path: &str, line: usize, problem: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            problem: problem.into(),
        }
    }

    fn file(path: &str, problem: impl Into<String>) -> Self {
        Self::at(path, 0, problem)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": {}", self.problem)
    }
}

const CHECKS: &[Check] = &[
    layout::CHECK,
    layering::CHECK,
    manifest::CHECK,
    proto_pure::CHECK,
    clock::CHECK,
    public_api::CHECK,
    secrets::CHECK,
    quiet::CHECK,
    attributes::CHECK,
    sleeps::CHECK,
    words::CHECK,
    length::CHECK,
    generated::CHECK,
    budget::CHECK,
];

/// Runs every check and fails if one finds something.
pub(crate) fn run(root: &Path, args: &[String]) -> Done {
    if let Some(arg) = args.first() {
        return Err(format!("tidy takes no argument, but got `{arg}`").into());
    }
    let start = Instant::now();
    let tree = Tree::read(root)?;
    let mut count = 0;
    for check in CHECKS {
        let mut findings = (check.run)(&tree);
        findings.sort();
        if findings.is_empty() {
            continue;
        }
        count += findings.len();
        println!("{}: {}", check.name, check.reason);
        for finding in findings {
            println!("  {finding}");
        }
    }
    if count > 0 {
        let places = if count == 1 { "place" } else { "places" };
        return Err(format!("tidy found {count} {places} to mend").into());
    }
    println!(
        "tidy: {} checks, {} files, {:.1} s",
        CHECKS.len(),
        tree.files().count(),
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// What a check finds in made-up files, as `path:line`.
#[cfg(test)]
fn places(check: &Check, files: &[(&str, &str)]) -> Vec<String> {
    let mut findings = (check.run)(&Tree::of(files));
    findings.sort();
    findings
        .iter()
        .map(|finding| format!("{}:{}", finding.path, finding.line))
        .collect()
}
