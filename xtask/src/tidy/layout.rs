//! The top level and the crates are those of the design, and no others.

use std::collections::BTreeSet;

use super::{Check, Finding};
use crate::tree::{Tree, crate_of};

pub(super) const CHECK: Check = Check {
    name: "layout",
    reason: "a newcomer finds everything where the design puts it; a new place needs a new design",
    run,
};

const TOP: &[&str] = &[
    ".cargo",
    ".ci",
    ".config",
    ".gitattributes",
    ".github",
    ".gitignore",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "crates",
    "tests",
    "xtask",
];

/// Optional names of [`TOP`].
const MAY_LACK: &[&str] = &[".gitattributes"];

const CRATES: &[&str] = &[
    "idaas-auth",
    "idaas-cli",
    "idaas-emulator",
    "idaas-guard-redis",
    "idaas-proto",
    "idaas-transport",
];

fn run(tree: &Tree) -> Vec<Finding> {
    let present: BTreeSet<&str> = tree.top().collect();
    let extra = present
        .iter()
        .filter(|name| !TOP.contains(name))
        .map(|name| Finding::file(name, "is not in the layout"));
    let missing = TOP
        .iter()
        .filter(|name| !MAY_LACK.contains(name) && !present.contains(**name))
        .map(|name| Finding::file(name, "is missing"));
    let crates: BTreeSet<&str> = tree
        .manifests()
        .filter(|(path, _)| path.starts_with("crates/"))
        .map(|(path, _)| crate_of(path))
        .collect();
    let unknown = crates
        .into_iter()
        .filter(|name| !CRATES.contains(name))
        .map(|name| Finding::file(&format!("crates/{name}"), "is not a crate of the design"));
    extra.chain(missing).chain(unknown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Vec<(&'static str, &'static str)> {
        TOP.iter().map(|name| (*name, "")).collect()
    }

    #[test]
    fn the_layout_of_the_design_passes() {
        assert!(run(&Tree::of(&whole())).is_empty());
    }

    #[test]
    fn an_extra_and_a_missing_name_are_found() {
        let mut files = whole();
        files.retain(|(name, _)| *name != "CHANGELOG.md");
        files.push(("notes", ""));
        files.push(("crates/idaas-extra/Cargo.toml", ""));
        let found: Vec<_> = run(&Tree::of(&files)).into_iter().map(|f| f.path).collect();
        assert_eq!(found, ["notes", "CHANGELOG.md", "crates/idaas-extra"]);
    }
}
