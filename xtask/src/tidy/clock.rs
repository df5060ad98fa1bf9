//! Invariant 2: the time is read in one module per crate, everything else takes it as an argument.

use super::{Check, Finding};
use crate::tokens;
use crate::tree::{Tree, crate_of};

pub(super) const CHECK: Check = Check {
    name: "one clock",
    reason: "time is an argument, so that tests own it: `SystemTime` and `Instant` belong in one clock \
             module per crate",
    run,
};

/// The types that know the time.
const TYPES: &[&str] = &["SystemTime", "Instant"];

/// The one file of a crate that reads them.
const HOME: &str = "clock.rs";

/// Where another name fits better.
const OTHER_HOMES: &[(&str, &str)] = &[
    // A deadline is an `Instant`, and a transport has no other use for the time.
    ("idaas-transport", "deadline.rs"),
];

/// Types that a crate hands on as values; it reads them at home like every other crate.
const VALUES: &[(&str, &str)] = &[
    // The deadline of a call travels to where the driver waits.
    ("idaas-transport", "Instant"),
    // A message of the inbox says when it was sent, in the type that users of `std` expect.
    ("idaas-emulator", "SystemTime"),
];

fn run(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.sources() {
        let package = crate_of(path);
        let home = OTHER_HOMES
            .iter()
            .find(|(name, _)| *name == package)
            .map_or(HOME, |(_, home)| home);
        if path.ends_with(&format!("/src/{home}")) {
            continue;
        }
        let tokens = tokens::without_tests(text);
        for name in TYPES {
            let sequence: &[&str] = if VALUES.contains(&(package, name)) {
                &[name, ":", ":", "now"]
            } else {
                &[name]
            };
            for line in tokens::lines_of(&tokens, sequence) {
                let named = sequence.concat();
                let problem = format!("`{named}` belongs in `src/{home}`");
                findings.push(Finding::at(path, line, problem));
            }
        }
        for line in tokens::lines_of(&tokens, &[".", "elapsed", "("]) {
            let problem = format!("`elapsed` reads a clock, which belongs in `src/{home}`");
            findings.push(Finding::at(path, line, problem));
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
        let text = "\
use std::time::SystemTime;
fn f() -> tokio::time::Instant { g() }
fn h(start: T) { start.elapsed() }
";
        let path = "crates/idaas-auth/src/flow.rs";
        let found = places(&CHECK, &[(path, text)]);
        assert_eq!(found, [1, 2, 3].map(|line| format!("{path}:{line}")));
    }

    #[test]
    fn there_is_one_clock_module_per_crate() {
        let text = "use std::time::{Instant, SystemTime};\nfn f() { Instant::now() }";
        let home = ("crates/idaas-auth/src/clock.rs", text);
        let deadline = ("crates/idaas-transport/src/deadline.rs", text);
        let comment = ("crates/idaas-auth/src/flow.rs", "// an Instant\n");
        assert!(places(&CHECK, &[home, deadline, comment]).is_empty());
        let other = ("crates/idaas-auth/src/session/clock.rs", text);
        assert_eq!(places(&CHECK, &[other]).len(), 3);
    }

    #[test]
    fn a_value_is_handed_on_and_not_read() {
        let value = "use std::time::Instant;\nfn f(until: Instant) {}\n";
        let path = "crates/idaas-transport/src/limit.rs";
        assert!(places(&CHECK, &[(path, value)]).is_empty());
        let read = format!("{value}fn g() {{ Instant::now() }}\n");
        assert_eq!(places(&CHECK, &[(path, &read)]), [format!("{path}:3")]);
    }
}
