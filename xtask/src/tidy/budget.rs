//! Dependency budgets: what a user of a crate has to compile.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Check, Finding};
use crate::process::{cargo, output};
use crate::tree::Tree;

pub(super) const CHECK: Check = Check {
    name: "dependency budget",
    reason: "a small tree is a promise to the user, and the core must not drag a network stack along",
    run,
};

/// How large the tree of a package may be, itself counted, and what must not be in it.
struct Budget {
    package: &'static str,
    flags: &'static [&'static str],
    most: usize,
    without: &'static [&'static str],
}

const NETWORK: &[&str] = &["tokio", "hyper", "hyper-util", "rustls", "reqwest"];

const BUDGETS: &[Budget] = &[
    Budget {
        package: "idaas-proto",
        flags: &[],
        most: 20,
        without: NETWORK,
    },
    Budget {
        package: "idaas-transport",
        flags: &["--no-default-features"],
        most: 20,
        without: NETWORK,
    },
    Budget {
        package: "idaas-auth",
        flags: &[],
        most: 60,
        without: &["reqwest"],
    },
    // For a team with an HTTP stack of its own.
    Budget {
        package: "idaas-auth",
        flags: &["--no-default-features", "--features", "client"],
        most: 35,
        without: &["hyper", "hyper-util", "rustls", "reqwest"],
    },
];

fn run(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for budget in BUDGETS {
        let path = format!("crates/{}/Cargo.toml", budget.package);
        match list(tree.root(), budget) {
            Ok(listing) => findings.extend(
                over(&listing, budget)
                    .into_iter()
                    .map(|problem| Finding::file(&path, problem)),
            ),
            Err(problem) => findings.push(Finding::file(&path, problem)),
        }
    }
    findings
}

fn list(root: &Path, budget: &Budget) -> Result<String, String> {
    output(
        cargo(root)
            .args(["tree", "-p", budget.package, "-e", "normal"])
            .args(["--prefix", "none", "--format", "{p}"])
            .args(budget.flags),
    )
}

/// What a listing of one `name version` a line breaks of its budget.
fn over(listing: &str, budget: &Budget) -> Vec<String> {
    let packages: BTreeSet<(&str, &str)> = listing
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.next()?))
        })
        .collect();
    let mut problems = Vec::new();
    if packages.is_empty() {
        problems.push("cargo tree names no package".to_owned());
    }
    if packages.len() > budget.most {
        problems.push(format!(
            "{} crates in its tree, itself counted, of at most {}",
            packages.len(),
            budget.most
        ));
    }
    for (name, version) in packages {
        if budget.without.contains(&name) {
            problems.push(format!("`{name} {version}` is in its tree"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGET: Budget = Budget {
        package: "a",
        flags: &[],
        most: 3,
        without: &["tokio"],
    };

    #[test]
    fn a_package_counts_once_per_version() {
        let listing = "a v0.1.0 (/a)\nb v1.0.0\nc v1.0.0 (proc-macro)\nb v1.0.0 (*)\n";
        assert_eq!(over(listing, &BUDGET), Vec::<String>::new());
        let listing = format!("{listing}b v2.0.0\n");
        assert_eq!(over(&listing, &BUDGET).len(), 1);
    }

    #[test]
    fn a_forbidden_package_is_found() {
        let found = over("a v0.1.0\ntokio v1.0.0\ntokio-util v1.0.0\n", &BUDGET);
        assert_eq!(found, ["`tokio v1.0.0` is in its tree"]);
    }

    #[test]
    fn an_empty_listing_is_no_success() {
        assert_eq!(over("", &BUDGET).len(), 1);
    }
}
