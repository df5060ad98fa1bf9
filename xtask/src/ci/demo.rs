//! The main job, as the README promises it: `cargo demo` ends well and, once built, soon.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{seconds, show};
use crate::process::{cargo, output, program};

/// The longest that a built demo may take.
const LIMIT: Duration = Duration::from_secs(2);

pub(super) fn run(root: &Path) -> Result<(), String> {
    show(cargo(root).arg("demo"))?;
    // Without cargo, which may have to wait for another build.
    let mut demo = program(root, built(root)?);
    let begun = Instant::now();
    output(demo.arg("demo"))?;
    let took = begun.elapsed();
    if took > LIMIT {
        let (took, limit) = (seconds(took), seconds(LIMIT));
        return Err(format!("the demo took {took} of at most {limit}"));
    }
    println!("the demo took {}", seconds(took));
    Ok(())
}

/// The binary that `cargo demo` has just run.
fn built(root: &Path) -> Result<PathBuf, String> {
    let metadata = output(cargo(root).args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|error| error.to_string())?;
    let target = metadata["target_directory"]
        .as_str()
        .ok_or("cargo metadata names no target directory")?;
    let name = format!("idaas{}", std::env::consts::EXE_SUFFIX);
    Ok(Path::new(target).join("debug").join(name))
}
