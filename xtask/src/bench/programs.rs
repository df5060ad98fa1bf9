use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::options::Effort;
use super::samples::{Sample, read};
use crate::process::{cargo, output, program};

/// The programs that measure. They are the benches of `tests`, for this package knows no crate of the workspace.
pub(super) struct Programs {
    root: PathBuf,
    time: PathBuf,
    allocations: PathBuf,
}

impl Programs {
    pub(super) fn build(root: &Path) -> Result<Self, String> {
        let messages = output(
            cargo(root)
                .args(["build", "--locked", "--release", "--package", "idaas-tests"])
                .args(["--bench", "time", "--bench", "allocations"])
                .args(["--message-format", "json-render-diagnostics"]),
        )?;
        let mut built = executables(&messages);
        let mut take = |name| {
            built
                .remove(name)
                .ok_or_else(|| format!("cargo has built no bench `{name}`"))
        };
        Ok(Self {
            root: root.to_path_buf(),
            time: take("time")?,
            allocations: take("allocations")?,
        })
    }

    /// The program that makes nothing but calls, when it is asked to.
    pub(super) fn calls(&self) -> &Path {
        &self.time
    }

    pub(super) fn time(&self, effort: &Effort) -> Result<Vec<Sample>, String> {
        let (rounds, slice) = (effort.rounds.to_string(), effort.slice_ms.to_string());
        self.samples(&self.time, &["measure", &rounds, &slice])
    }

    pub(super) fn allocations(&self, effort: &Effort) -> Result<Vec<Sample>, String> {
        self.samples(
            &self.allocations,
            &["count", &effort.allocating_calls.to_string()],
        )
    }

    fn samples(&self, path: &Path, args: &[&str]) -> Result<Vec<Sample>, String> {
        read(&output(program(&self.root, path).args(args))?)
    }
}

/// The built programs by the name of their target.
fn executables(messages: &str) -> HashMap<String, PathBuf> {
    let messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    messages
        .filter_map(|message| {
            let name = message.get("target")?.get("name")?.as_str()?;
            let path = message.get("executable")?.as_str()?;
            Some((name.to_owned(), path.into()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_known_by_its_target() {
        let messages = r#"
{"reason":"compiler-artifact","target":{"name":"bytes"},"executable":null}
{"reason":"compiler-artifact","target":{"name":"time"},"executable":"/a/time-1"}
{"reason":"build-finished","success":true}
"#;
        let found = executables(messages);
        assert_eq!(found.len(), 1);
        assert_eq!(found.get("time"), Some(&PathBuf::from("/a/time-1")));
    }
}
