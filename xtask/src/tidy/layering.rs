//! Dependencies between the crates of the workspace point one way.

use super::manifest::{dependencies, parse};
use super::{Check, Finding};
use crate::tree::{Tree, crate_of};

pub(super) const CHECK: Check = Check {
    name: "layering",
    reason: "proto <- transport <- auth <- cli, emulator -> proto: client and emulator check each \
             other only while neither knows the other",
    run,
};

/// What each package may name, tests included.
const MAY_USE: &[(&str, &[&str])] = &[
    ("idaas-proto", &[]),
    ("idaas-transport", &["idaas-proto"]),
    ("idaas-auth", &["idaas-proto", "idaas-transport"]),
    (
        "idaas-guard-redis",
        &["idaas-proto", "idaas-transport", "idaas-auth"],
    ),
    ("idaas-emulator", &["idaas-proto"]),
    (
        "idaas-cli",
        &[
            "idaas-proto",
            "idaas-transport",
            "idaas-auth",
            "idaas-emulator",
        ],
    ),
    (
        "tests",
        &[
            "idaas-proto",
            "idaas-transport",
            "idaas-auth",
            "idaas-guard-redis",
            "idaas-emulator",
        ],
    ),
    ("xtask", &[]),
];

fn run(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.manifests() {
        let package = crate_of(path);
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == package) else {
            continue;
        };
        let Ok(manifest) = parse(text) else {
            continue;
        };
        for dependency in dependencies(&manifest) {
            let name = dependency.name;
            if name.starts_with("idaas-") && !allowed.contains(&name) {
                findings.push(Finding::file(
                    path,
                    format!("`{package}` may not depend on `{name}`"),
                ));
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
    fn a_dependency_against_the_direction_is_found_in_every_table() {
        for table in [
            "dependencies",
            "dev-dependencies",
            "target.'cfg(unix)'.dependencies",
        ] {
            let text = format!("[{table}]\nidaas-auth.workspace = true\n");
            let found = places(&CHECK, &[("crates/idaas-emulator/Cargo.toml", &text)]);
            assert_eq!(found, ["crates/idaas-emulator/Cargo.toml:0"], "{table}");
        }
    }

    #[test]
    fn a_dependency_along_the_direction_passes() {
        let text = "[dependencies]\nidaas-proto.workspace = true\nserde.workspace = true\n";
        assert!(places(&CHECK, &[("crates/idaas-auth/Cargo.toml", text)]).is_empty());
    }

    #[test]
    fn xtask_knows_no_crate_of_the_workspace() {
        let text = "[dependencies]\nidaas-proto.workspace = true\n";
        assert_eq!(places(&CHECK, &[("xtask/Cargo.toml", text)]).len(), 1);
    }
}
