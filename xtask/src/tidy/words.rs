//! Words that say that work is unfinished.

use super::{Check, Finding};
use crate::tree::Tree;

pub(super) const CHECK: Check = Check {
    name: "words",
    reason: "unfinished work is an issue, not a comment, and a debugging aid is not committed",
    run,
};

const WORDS: &[&str] = &["todo", "fixme", "xxx"];

/// This folder names the words in order to forbid them.
const HOME: &str = "xtask/src/tidy/";

fn run(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.files() {
        if path.starts_with(HOME) {
            continue;
        }
        for (at, line) in text.lines().enumerate() {
            if let Some(word) = forbidden(line) {
                findings.push(Finding::at(path, at + 1, format!("the word `{word}`")));
            }
            if path.ends_with(".rs") && line.contains("dbg!(") {
                findings.push(Finding::at(path, at + 1, "a call of `dbg!`"));
            }
        }
    }
    findings
}

fn forbidden(line: &str) -> Option<&'static str> {
    line.split(|c: char| !c.is_alphanumeric()).find_map(|word| {
        WORDS
            .iter()
            .copied()
            .find(|bad| word.eq_ignore_ascii_case(bad))
    })
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    #[test]
    fn each_word_is_found_in_any_case() {
        let text = "// TODO: later\nfn f() { todo!() }\n// FixMe\n// XXX\ndbg!(1);\n";
        assert_eq!(places(&CHECK, &[("tests/main.rs", text)]).len(), 5);
        assert_eq!(places(&CHECK, &[("README.md", "todo")]).len(), 1);
    }

    #[test]
    fn a_word_inside_a_word_passes() {
        let files = [("README.md", "todos, mastodon, 152xxxx0000")];
        assert!(places(&CHECK, &files).is_empty());
    }
}
