//! Invariant 2: the time is read in one module per crate, everything else takes it as an argument.

use super::{Check, Finding};
use crate::tokens;
use crate::tree::{Tree, crate_of};

pub(super) const CHECK: Check = Check {
    name: "one clock",
    reason: "time is an argument, so that tests own it; `SystemTime` and `Instant` belong in \
             `src/clock.rs`",
    run,
};

/// The one file of a crate that may name the clocks.
const HOME: &str = "clock.rs";

/// Where another name fits better, with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[
    // A deadline is an `Instant`, and a transport has no other use for the time.
    ("idaas-transport", "deadline.rs"),
];

fn run(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.sources() {
        let home = EXCEPTIONS
            .iter()
            .find(|(name, _)| *name == crate_of(path))
            .map_or(HOME, |(_, home)| home);
        if path.ends_with(&format!("/src/{home}")) {
            continue;
        }
        let tokens = tokens::without_tests(text);
        for name in ["SystemTime", "Instant"] {
            for line in tokens::lines_of(&tokens, &[name]) {
                let problem = format!("names `{name}`, which belongs in `src/{home}`");
                findings.push(Finding::at(path, line, problem));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    #[test]
    fn a_clock_outside_its_module_is_found() {
        let text = "use std::time::SystemTime;\nfn f() -> tokio::time::Instant { todo() }\n";
        let found = places(&CHECK, &[("crates/idaas-auth/src/flow.rs", text)]);
        assert_eq!(
            found,
            [
                "crates/idaas-auth/src/flow.rs:1",
                "crates/idaas-auth/src/flow.rs:2"
            ]
        );
    }

    #[test]
    fn there_is_one_clock_module_per_crate() {
        let text = "use std::time::{Instant, SystemTime};";
        let home = ("crates/idaas-auth/src/clock.rs", text);
        let deadline = ("crates/idaas-transport/src/deadline.rs", text);
        let other = ("crates/idaas-transport/src/hyper/clock.rs", text);
        let comment = ("crates/idaas-auth/src/flow.rs", "// an Instant\n");
        let found = places(&CHECK, &[home, deadline, other, comment]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|place| place.contains("hyper/clock.rs")));
    }
}
