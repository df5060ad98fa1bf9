//! No test waits for time to pass.

use super::{Check, Finding};
use crate::tokens::{self, lines_of};
use crate::tree::{Tree, is_test};

pub(super) const CHECK: Check = Check {
    name: "sleeps",
    reason: "a sleeping test is slow on a fast machine and wrong on a slow one: wait for the event, \
             or move the virtual clock",
    run,
};

fn run(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.rust() {
        let tokens = if is_test(path) {
            tokens::all(text)
        } else {
            tokens::only_tests(text)
        };
        for name in ["sleep", "sleep_until"] {
            for line in lines_of(&tokens, &[name, "("]) {
                findings.push(Finding::at(path, line, format!("`{name}` in a test")));
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
    fn a_sleep_in_a_test_is_found() {
        let unit = "fn f() { sleep(1) }\n#[cfg(test)]\nmod tests { fn t() { thread::sleep(d) } }";
        let whole = "fn t() { tokio::time::sleep(d).await }";
        let found = places(
            &CHECK,
            &[
                ("crates/idaas-auth/src/retry.rs", unit),
                ("tests/main.rs", whole),
            ],
        );
        assert_eq!(
            found,
            ["crates/idaas-auth/src/retry.rs:3", "tests/main.rs:1"]
        );
    }
}
