//! Invariant 4, the part of the header: a generated file says what wrote it.

use super::{Check, Finding};
use crate::tree::Tree;

pub(super) const CHECK: Check = Check {
    name: "generated files",
    reason: "who opens a generated file has to learn at once which command writes it",
    run,
};

/// What the first lines have to name.
const COMMAND: &str = "cargo xtask codegen";

/// The lines in which it has to be named.
const FIRST: usize = 3;

fn run(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.files() {
        let generated = path.contains("/src/generated/") || path.ends_with("/REFERENCE.md");
        if generated && !text.lines().take(FIRST).any(|line| line.contains(COMMAND)) {
            let problem = format!("does not name `{COMMAND}` in its first {FIRST} lines");
            findings.push(Finding::file(path, problem));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    #[test]
    fn a_generated_file_names_the_command() {
        let good = "// Written by `cargo xtask codegen`.\n";
        let path = "crates/idaas-proto/src/generated/codes.rs";
        assert!(places(&CHECK, &[(path, good)]).is_empty());
        assert_eq!(places(&CHECK, &[(path, "fn f() {}")]).len(), 1);
        let reference = ("crates/idaas-proto/REFERENCE.md", "# Reference");
        assert_eq!(places(&CHECK, &[reference]).len(), 1);
    }
}
