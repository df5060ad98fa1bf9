//! What one takes in with a dependency: crates, and the time of a clean release build.
//!
//! Each is the only dependency of a crate made for it, so that neither this workspace nor its lint table is in the way.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::options::Effort;
use super::report::{Build, Judged, Report, Tree};
use super::spread::Spread;
use crate::process::{cargo, output};

/// Something to depend on.
struct Package {
    name: &'static str,
    /// The value of its line in the manifest, where `{root}` is this workspace.
    requirement: &'static str,
    most_crates: Option<usize>,
    is_built: bool,
}

const PACKAGES: [Package; 3] = [
    Package {
        name: "idaas-proto",
        requirement: r#"{ path = "{root}/crates/idaas-proto" }"#,
        most_crates: Some(20),
        is_built: false,
    },
    Package {
        name: CLIENT,
        requirement: r#"{ path = "{root}/crates/idaas-auth" }"#,
        most_crates: Some(60),
        is_built: true,
    },
    Package {
        name: OTHER,
        requirement: r#""5""#,
        most_crates: None,
        is_built: true,
    },
];

/// The whole client, and what its build is compared with.
const CLIENT: &str = "idaas-auth";
const OTHER: &str = "oauth2";

/// How much of the time of the other build that of the client may take.
const MOST_BUILD: f64 = 0.6;

/// Counts the crates and, where there is time for it, builds them in turns.
pub(super) fn add(root: &Path, effort: &Effort, report: &mut Report) {
    let mut ready = Vec::new();
    for package in &PACKAGES {
        match Dependent::new(root, package).and_then(|dependent| {
            let crates = dependent.crates()?;
            Ok((dependent, crates))
        }) {
            Ok((dependent, crates)) => {
                report.trees.push(Tree {
                    package: package.name.to_owned(),
                    crates,
                    most: package.most_crates,
                });
                ready.push((package, dependent));
            }
            Err(error) => report.not_measured(format!("tree of {}: {error}", package.name)),
        }
    }
    if effort.build_rounds == 0 {
        report.not_measured("clean release builds: left out by --quick".to_owned());
        return;
    }
    ready.retain(|(package, _)| package.is_built);
    if let Err(error) = build(&ready, effort.build_rounds, report) {
        report.not_measured(format!("clean release builds: {error}"));
    }
}

fn build(
    ready: &[(&Package, Dependent)],
    rounds: usize,
    report: &mut Report,
) -> Result<(), String> {
    let mut times = vec![Times::default(); ready.len()];
    for _ in 0..rounds {
        for ((package, dependent), times) in ready.iter().zip(&mut times) {
            super::step(&format!("building {} from nothing", package.name));
            let cpu_before = cpu_of_children();
            times.seconds.push(dependent.build()?);
            let cpu = cpu_of_children().zip(cpu_before);
            times
                .cpu_seconds
                .extend(cpu.map(|(after, before)| after - before));
        }
    }
    for ((package, _), times) in ready.iter().zip(&times) {
        if let Some(seconds) = Spread::of(times.seconds.iter().copied()) {
            report.builds.push(Build {
                package: package.name.to_owned(),
                seconds,
                cpu_seconds: Spread::of(times.cpu_seconds.iter().copied()),
            });
        }
    }
    let of = |name| {
        let mut both = ready.iter().zip(&times);
        both.find_map(|((package, _), times)| (package.name == name).then_some(times))
    };
    if let Some((client, other)) = of(CLIENT).zip(of(OTHER)) {
        report.build_ratio = Spread::of_ratios(&client.seconds, &other.seconds)
            .map(|ratio| Judged::new(ratio, Some(MOST_BUILD)));
        report.build_cpu_ratio = Spread::of_ratios(&client.cpu_seconds, &other.cpu_seconds);
    }
    Ok(())
}

/// What the builds of one package took, round by round.
#[derive(Clone, Debug, Default)]
struct Times {
    seconds: Vec<f64>,
    cpu_seconds: Vec<f64>,
}

/// The seconds that processes this one started, and that have ended, used of all processors.
fn cpu_of_children() -> Option<f64> {
    cpu_in(&fs::read_to_string("/proc/self/stat").ok()?)
}

/// The fields 16 and 17 of `proc_pid_stat(5)`, which Linux counts in hundredths of a second. The name, field 2, may
/// have spaces in it, and ends with the last parenthesis.
fn cpu_in(stat: &str) -> Option<f64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(13);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some((next()? + next()?) / 100.0)
}

/// A crate with one dependency, below the build output of this workspace.
struct Dependent {
    folder: PathBuf,
}

impl Dependent {
    /// Writes the crate and fetches what it needs, in the versions of this workspace where it has them.
    fn new(root: &Path, package: &Package) -> Result<Self, String> {
        let folder = root.join("target/bench").join(package.name);
        let dependent = Self { folder };
        dependent
            .write(root, package)
            .map_err(|error| format!("{}: {error}", dependent.folder.display()))?;
        dependent.cargo("fetch", &["--quiet"])?;
        Ok(dependent)
    }

    fn write(&self, root: &Path, package: &Package) -> std::io::Result<()> {
        fs::create_dir_all(self.folder.join("src"))?;
        fs::write(self.folder.join("Cargo.toml"), manifest(root, package))?;
        fs::write(self.folder.join("src/lib.rs"), "")?;
        fs::copy(root.join("Cargo.lock"), self.folder.join("Cargo.lock"))?;
        Ok(())
    }

    fn crates(&self) -> Result<usize, String> {
        let listing = self.cargo(
            "tree",
            &[
                "--offline",
                "--edges",
                "normal",
                "--prefix",
                "none",
                "--format",
                "{p}",
            ],
        )?;
        Ok(count(&listing))
    }

    /// The seconds of a release build with nothing built before.
    fn build(&self) -> Result<f64, String> {
        let target = self.folder.join("target");
        if target.exists() {
            fs::remove_dir_all(&target).map_err(|error| error.to_string())?;
        }
        let start = Instant::now();
        let target = target.to_string_lossy();
        self.cargo(
            "build",
            &["--quiet", "--offline", "--release", "--target-dir", &target],
        )?;
        Ok(start.elapsed().as_secs_f64())
    }

    fn cargo(&self, task: &str, args: &[&str]) -> Result<String, String> {
        output(cargo(&self.folder).arg(task).args(args))
    }
}

fn manifest(root: &Path, package: &Package) -> String {
    let Package {
        name, requirement, ..
    } = package;
    let requirement = requirement.replace("{root}", &root.to_string_lossy());
    format!(
        "\
[package]
name = \"{DEPENDENT}\"
edition = \"2024\"

[dependencies]
{name} = {requirement}

[workspace]
"
    )
}

/// The name of the crate that depends.
const DEPENDENT: &str = "only-depends";

/// The packages of a listing of one `name version` a line, each version once, without the one that depends.
fn count(listing: &str) -> usize {
    let packages: BTreeSet<(&str, &str)> = listing
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?, words.next()?))
        })
        .filter(|(name, _)| *name != DEPENDENT)
        .collect();
    packages.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_counts_once_per_version() {
        let listing =
            "only-depends v0.0.0 (/a)\na v1.0.0\nb v1.0.0 (proc-macro)\nb v1.0.0 (*)\nb v2.0.0\n";
        assert_eq!(count(listing), 3);
    }

    #[test]
    fn the_time_of_children_is_read() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 99 98 97 96 10 20 150 250 20 0 1 0 11798";
        assert_eq!(cpu_in(stat), Some(4.0));
        assert_eq!(cpu_in("7 (a) S 1"), None);
    }

    #[test]
    fn a_dependent_names_one_dependency_and_is_its_own_workspace() {
        let text = manifest(Path::new("/w"), &PACKAGES[1]);
        let manifest: toml::Table = text.parse().expect("it is TOML");
        let dependencies = manifest["dependencies"].as_table().expect("a table");
        assert_eq!(dependencies.len(), 1);
        let path = dependencies["idaas-auth"]["path"].as_str();
        assert_eq!(path, Some("/w/crates/idaas-auth"));
        assert!(manifest.contains_key("workspace"));
    }
}
