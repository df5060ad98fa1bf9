//! Every pair of features of every published crate compiles, alone and without a warning.

use std::path::Path;

use serde::Deserialize;

use super::show;
use crate::process::{cargo, output};

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    features: std::collections::BTreeMap<String, Vec<String>>,
    /// Empty where the package is not published.
    publish: Option<Vec<String>>,
}

pub(super) fn run(root: &Path) -> Result<(), String> {
    for package in published(root)? {
        for set in sets(package.features.keys().map(String::as_str)) {
            // The library only: the dependencies of tests bring features that a user does not have.
            show(
                cargo(root)
                    .args(["clippy", "--locked", "--quiet", "--lib", "--package"])
                    .args([&package.name, "--no-default-features", "--features", &set])
                    .args(["--", "-D", "warnings"]),
            )?;
        }
    }
    Ok(())
}

/// The packages with features to choose from.
fn published(root: &Path) -> Result<Vec<Package>, String> {
    let metadata = output(cargo(root).args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let Metadata { mut packages } =
        serde_json::from_str(&metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    packages.retain(|package| {
        !package.features.is_empty() && package.publish.as_ref().is_none_or(|to| !to.is_empty())
    });
    Ok(packages)
}

/// No feature, each one, and each two; `default` is only a name for some of them.
fn sets<'f>(features: impl Iterator<Item = &'f str>) -> Vec<String> {
    let features: Vec<&str> = features.filter(|name| *name != "default").collect();
    let mut sets = vec![String::new()];
    for (at, one) in features.iter().enumerate() {
        sets.push((*one).to_owned());
        sets.extend(
            features[at + 1..]
                .iter()
                .map(|other| format!("{one},{other}")),
        );
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::sets;

    #[test]
    fn no_feature_each_one_and_each_two() {
        let sets = sets(["a", "b", "c", "default"].into_iter());
        assert_eq!(sets, ["", "a", "a,b", "a,c", "b", "b,c", "c"]);
    }
}
