//! A source file holds one concept.

use super::{Check, Finding};
use crate::tree::Tree;

pub(super) const CHECK: Check = Check {
    name: "file length",
    reason: "one concept a file; the tests at its end are not counted, and they are short too",
    run,
};

/// Most lines of a file before the tests at its end, and most lines of those tests.
const MOST: usize = 400;

fn run(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.rust() {
        if path.contains("/generated/") {
            continue;
        }
        let (code, tests) = count(text);
        if code > MOST {
            let problem = format!("{code} lines of at most {MOST}");
            findings.push(Finding::file(path, problem));
        }
        if tests > MOST {
            let problem = format!("{tests} lines of tests of at most {MOST}");
            findings.push(Finding::file(path, problem));
        }
    }
    findings
}

/// The lines before and from the test module at the end.
fn count(text: &str) -> (usize, usize) {
    let lines: Vec<&str> = text.lines().collect();
    let tests = lines
        .iter()
        .rposition(|line| *line == "#[cfg(test)]")
        .filter(|at| {
            lines
                .get(at + 1)
                .is_some_and(|next| next.starts_with("mod "))
        });
    let code = tests.unwrap_or(lines.len());
    (code, lines.len() - code)
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    fn long(code: usize, tests: usize) -> String {
        let body = "fn f() {}\n".repeat(code);
        let inside = "    fn t() {}\n".repeat(tests);
        format!("{body}#[cfg(test)]\nmod tests {{\n{inside}}}\n")
    }

    #[test]
    fn a_long_file_is_found() {
        let file = long(MOST + 1, 0);
        assert_eq!(places(&CHECK, &[("crates/a/src/b.rs", &file)]).len(), 1);
        let file = long(1, MOST);
        assert_eq!(places(&CHECK, &[("crates/a/src/b.rs", &file)]).len(), 1);
    }

    #[test]
    fn tests_and_generated_files_do_not_count() {
        let file = long(MOST, MOST - 3);
        assert!(places(&CHECK, &[("crates/a/src/b.rs", &file)]).is_empty());
        let file = long(MOST + 1, 0);
        assert!(places(&CHECK, &[("crates/a/src/generated/b.rs", &file)]).is_empty());
    }
}
