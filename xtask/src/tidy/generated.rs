//! Invariant 4: generated files equal what `cargo xtask codegen` writes, and say so themselves.

use super::{Check, Finding};
use crate::codegen;
use crate::tree::Tree;

pub(super) const CHECK: Check = Check {
    name: "generated files",
    reason: "`openapi.yaml` is the only source: what follows from it is never edited, and who opens \
             it learns at once which command writes it",
    run,
};

/// What the first lines have to name.
const COMMAND: &str = "cargo xtask codegen";

/// The lines in which it has to be named.
const FIRST: usize = 3;

/// The document that the generated files follow from.
const SOURCE: &str = "crates/idaas-proto/openapi.yaml";

fn run(tree: &Tree) -> Vec<Finding> {
    let mut findings = headers(tree);
    if let Err(error) = codegen::run(tree.root(), &["--check".to_owned()]) {
        findings.push(Finding::file(SOURCE, error.to_string()));
    }
    findings
}

fn headers(tree: &Tree) -> Vec<Finding> {
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
    use super::*;

    #[test]
    fn a_generated_file_names_the_command() {
        let good = "// Written by `cargo xtask codegen`.\n";
        let path = "crates/idaas-proto/src/generated/codes.rs";
        assert!(headers(&Tree::of(&[(path, good)])).is_empty());
        assert_eq!(headers(&Tree::of(&[(path, "fn f() {}")])).len(), 1);
        let reference = ("crates/idaas-proto/REFERENCE.md", "# Reference");
        assert_eq!(headers(&Tree::of(&[reference])).len(), 1);
    }

    #[test]
    fn a_missing_source_is_found() {
        let found = run(&Tree::of(&[]));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].path, SOURCE);
    }
}
