//! Invariant 1: `idaas-proto` does no I/O, reads no clock, draws no randomness.

use super::{Check, Finding};
use crate::tokens::{self, Token};
use crate::tree::{Tree, crate_of};

pub(super) const CHECK: Check = Check {
    name: "proto is pure",
    reason: "the protocol types serve gateways, WebAssembly and servers alike: no I/O, no clock, \
             no randomness, no async runtime",
    run,
};

/// Modules of `std` that reach outside the process. (Addresses are in `core`.)
const STD: &[&str] = &["env", "fs", "io", "net", "os", "process", "thread"];

/// What reads a clock. (`UNIX_EPOCH` and `Duration` are values.)
const CLOCKS: &[&[&str]] = &[
    &["Instant"],
    &["SystemTime"],
    &["elapsed", "("],
    &["now", "("],
];

/// Crates that do what the protocol types must not.
const CRATES: &[&str] = &[
    "async_std",
    "chrono",
    "futures",
    "getrandom",
    "hyper",
    "hyper_util",
    "jiff",
    "rand",
    "reqwest",
    "ring",
    "rustls",
    "smol",
    "tokio",
];

fn run(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.libraries() {
        if crate_of(path) != "idaas-proto" {
            continue;
        }
        let tokens = tokens::without_tests(text);
        for (line, module) in std_modules(&tokens) {
            findings.push(Finding::at(path, line, format!("uses `std::{module}`")));
        }
        for sequence in CLOCKS {
            for line in tokens::lines_of(&tokens, sequence) {
                let problem = format!("reads a clock by `{}`", sequence[0]);
                findings.push(Finding::at(path, line, problem));
            }
        }
        for name in CRATES {
            for line in tokens::lines_of(&tokens, &[name, ":", ":"]) {
                findings.push(Finding::at(path, line, format!("uses `{name}`")));
            }
        }
    }
    findings
}

/// The forbidden modules named as `std::module` or in `std::{module, …}`.
fn std_modules(tokens: &[Token]) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, window) in tokens.windows(4).enumerate() {
        let texts: Vec<&str> = window.iter().map(|token| token.text.as_str()).collect();
        match texts[..] {
            ["std", ":", ":", "{"] => found.extend(in_group(&tokens[at + 4..])),
            ["std", ":", ":", module] if STD.contains(&module) => {
                found.push((window[3].line, window[3].text.as_str()));
            }
            _ => {}
        }
    }
    found
}

/// The forbidden names that open an entry of the group that starts here.
fn in_group(tokens: &[Token]) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let (mut depth, mut opens) = (0, true);
    for token in tokens {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" if depth == 0 => break,
            "}" => depth -= 1,
            "," if depth == 0 => {
                opens = true;
                continue;
            }
            name if opens && STD.contains(&name) => found.push((token.line, name)),
            _ => {}
        }
        opens = false;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    #[test]
    fn clocks_sockets_and_dice_are_found() {
        let text = "\
use std::time::Instant;
use std::{fmt, net::IpAddr};
fn f() { std::fs::read(\"x\"); rand::random::<u8>(); UNIX_EPOCH.elapsed() }
";
        let found = places(&CHECK, &[("crates/idaas-proto/src/lib.rs", text)]);
        let at = |line| format!("crates/idaas-proto/src/lib.rs:{line}");
        assert_eq!(found, [at(1), at(2), at(3), at(3), at(3)]);
    }

    #[test]
    fn core_and_tests_pass() {
        let text = "\
use core::net::IpAddr;
use std::time::{Duration, UNIX_EPOCH};
use std::{error::Error, fmt::{self, net}};
#[cfg(test)]
mod tests { use std::time::Instant; }
";
        assert!(places(&CHECK, &[("crates/idaas-proto/src/lib.rs", text)]).is_empty());
    }

    #[test]
    fn other_crates_are_not_meant() {
        let text = "use std::time::Duration;";
        assert!(places(&CHECK, &[("crates/idaas-auth/src/lib.rs", text)]).is_empty());
    }
}
