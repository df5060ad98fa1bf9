//! Invariant 6: libraries never print, never panic on input, never install anything global.

use super::{Check, Finding};
use crate::tokens;
use crate::tree::Tree;

pub(super) const CHECK: Check = Check {
    name: "quiet libraries",
    reason: "a library never prints, never panics on input, never changes its whole process",
    run,
};

const MACROS: &[&str] = &[
    "dbg",
    "eprint",
    "eprintln",
    "panic",
    "print",
    "println",
    "todo",
    "unimplemented",
    "unreachable",
];

const CALLS: &[&str] = &[
    "abort",
    "exit",
    "install_default",
    "set_default_provider",
    "set_global_default",
    "set_hook",
    "set_logger",
    "set_var",
];

fn run(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.libraries() {
        let tokens = tokens::without_tests(text);
        for name in MACROS {
            for line in tokens::lines_of(&tokens, &[name, "!"]) {
                findings.push(Finding::at(path, line, format!("`{name}!` in a library")));
            }
        }
        for name in CALLS {
            for line in tokens::lines_of(&tokens, &[":", ":", name, "("]) {
                findings.push(Finding::at(path, line, format!("`{name}` in a library")));
            }
        }
        for line in tokens::lines_of(&tokens, &[".", "install_default", "("]) {
            findings.push(Finding::at(path, line, "`install_default` in a library"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    #[test]
    fn every_forbidden_word_is_found() {
        for code in MACROS
            .iter()
            .map(|name| format!("fn f() {{ {name}!() }}"))
            .chain(
                CALLS
                    .iter()
                    .map(|name| format!("fn f() {{ a::{name}(x); }}")),
            )
            .chain(["fn f() { provider().install_default(); }".to_owned()])
            .chain(["macro_rules! m { () => { panic!() } }".to_owned()])
        {
            let found = places(&CHECK, &[("crates/idaas-auth/src/lib.rs", &code)]);
            assert_eq!(found, ["crates/idaas-auth/src/lib.rs:1"], "{code}");
        }
    }

    #[test]
    fn tests_docs_and_programs_may() {
        let text = "/// ```\n/// panic!()\n/// ```\nfn f() {}\n#[cfg(test)]\nfn g() { panic!() }";
        let files = [
            ("crates/idaas-auth/src/lib.rs", text),
            ("crates/idaas-cli/src/main.rs", "fn main() { println!() }"),
        ];
        assert!(places(&CHECK, &files).is_empty());
    }

    #[test]
    fn a_task_is_aborted_without_a_finding() {
        let text = "fn f(task: T) { task.abort(); }";
        assert!(places(&CHECK, &[("crates/idaas-auth/src/lib.rs", text)]).is_empty());
    }
}
