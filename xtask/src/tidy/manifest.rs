//! Every manifest inherits versions, lints and the Rust version, and is ready to publish.

use toml::{Table, Value};

use super::{Check, Finding};
use crate::tree::Tree;

pub(super) const CHECK: Check = Check {
    name: "manifests",
    reason: "versions, lints and rust-version are stated once, and what is published explains itself",
    run,
};

/// One line of a dependency table.
pub(super) struct Dependency<'a> {
    pub(super) name: &'a str,
    value: &'a Value,
}

/// Reads a manifest.
pub(super) fn parse(text: &str) -> Result<Table, toml::de::Error> {
    text.parse()
}

/// The dependencies of all kinds and for all targets.
pub(super) fn dependencies(manifest: &Table) -> impl Iterator<Item = Dependency<'_>> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let tables = targets
        .into_iter()
        .flat_map(Table::values)
        .filter_map(Value::as_table);
    tables.chain([manifest]).flat_map(|table| {
        ["dependencies", "dev-dependencies", "build-dependencies"]
            .into_iter()
            .filter_map(|kind| table.get(kind)?.as_table())
            .flatten()
            .map(|(name, value)| Dependency { name, value })
    })
}

/// Fields of `[package]` that come from `[workspace.package]`.
const INHERITED: &[&str] = &["version", "edition", "rust-version", "license"];

/// Fields that crates.io shows of a published crate.
const SHOWN: &[&str] = &["description", "keywords", "categories", "readme"];

/// Most keywords and categories that crates.io takes.
const MOST_WORDS: usize = 5;

fn run(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.manifests() {
        match parse(text) {
            Ok(manifest) => {
                let problems = every(&manifest)
                    .into_iter()
                    .chain(published(tree, path, &manifest));
                findings.extend(problems.map(|problem| Finding::file(path, problem)));
            }
            Err(error) => findings.push(Finding::file(path, error.message())),
        }
    }
    findings
}

fn every(manifest: &Table) -> Vec<String> {
    let mut problems = Vec::new();
    let package = table(manifest, "package");
    for field in INHERITED {
        if !is_inherited(package.and_then(|package| package.get(*field))) {
            problems.push(format!("`{field}` has to be `{field}.workspace = true`"));
        }
    }
    if !is_inherited(manifest.get("lints")) {
        problems.push("`[lints]` has to say `workspace = true`".to_owned());
    }
    for Dependency { name, value } in dependencies(manifest) {
        if !is_inherited(Some(value)) {
            problems.push(format!(
                "`{name}` has to be `{name}.workspace = true`, its version in the workspace table"
            ));
        }
    }
    problems
}

fn published(tree: &Tree, path: &str, manifest: &Table) -> Vec<String> {
    let package = table(manifest, "package");
    if !path.starts_with("crates/") {
        let publish = package.and_then(|package| package.get("publish"));
        return match publish.and_then(Value::as_bool) {
            Some(false) => Vec::new(),
            _ => vec!["`publish = false` is missing: only `crates/` is published".to_owned()],
        };
    }
    let mut problems = Vec::new();
    for field in SHOWN {
        match package.and_then(|package| package.get(*field)) {
            None => problems.push(format!("`{field}` is missing")),
            Some(Value::Array(words)) if words.is_empty() || words.len() > MOST_WORDS => {
                problems.push(format!("`{field}` has to have 1 to {MOST_WORDS} entries"));
            }
            Some(_) => {}
        }
    }
    if !is_inherited(package.and_then(|package| package.get("repository"))) {
        problems.push("`repository` has to be `repository.workspace = true`".to_owned());
    }
    let docs_rs = package
        .and_then(|package| table(package, "metadata"))
        .and_then(|metadata| table(metadata, "docs"))
        .and_then(|docs| table(docs, "rs"));
    if docs_rs.is_none() {
        problems.push("`[package.metadata.docs.rs]` is missing".to_owned());
    }
    let readme = path.replace("Cargo.toml", "README.md");
    if tree.text(&readme).is_none_or(|text| text.trim().is_empty()) {
        problems.push("there is no README.md beside it".to_owned());
    }
    problems
}

fn table<'a>(of: &'a Table, name: &str) -> Option<&'a Table> {
    of.get(name)?.as_table()
}

fn is_inherited(value: Option<&Value>) -> bool {
    let workspace = value
        .and_then(Value::as_table)
        .and_then(|table| table.get("workspace"));
    workspace.and_then(Value::as_bool) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    const GOOD: &str = r#"
[package]
name = "a"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
repository.workspace = true
description = "text"
keywords = ["one"]
categories = ["one"]
readme = "README.md"
[package.metadata.docs.rs]
all-features = true
[lints]
workspace = true
[dependencies]
serde = { workspace = true, features = [
    "std",
] }
"#;

    fn found(manifest: &str) -> usize {
        let files = [
            ("crates/a/Cargo.toml", manifest),
            ("crates/a/README.md", "# a"),
        ];
        places(&CHECK, &files).len()
    }

    #[test]
    fn a_complete_manifest_passes() {
        assert_eq!(found(GOOD), 0);
    }

    #[test]
    fn each_lack_is_found() {
        for (good, bad) in [
            ("rust-version.workspace = true", "rust-version = \"1.89\""),
            ("version.workspace = true\nedition", "edition"),
            ("repository.workspace = true", ""),
            ("[lints]\nworkspace = true", ""),
            ("serde = { workspace = true,", "serde = { version = \"1\","),
            ("description = \"text\"", ""),
            ("[\"one\"]", "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\"]"),
            ("[package.metadata.docs.rs]\nall-features = true", ""),
        ] {
            let broken = GOOD.replacen(good, bad, 1);
            assert_ne!(broken, GOOD, "`{good}` is in the sample");
            assert_eq!(found(&broken), 1, "without `{good}`");
        }
    }

    #[test]
    fn a_crate_without_readme_is_found() {
        assert_eq!(places(&CHECK, &[("crates/a/Cargo.toml", GOOD)]).len(), 1);
    }

    #[test]
    fn a_tool_is_never_published() {
        let files = [("xtask/Cargo.toml", GOOD)];
        assert_eq!(places(&CHECK, &files).len(), 1);
    }
}
