//! The main job, as the README promises it: `cargo demo` ends well and soon.

use std::path::Path;
use std::time::{Duration, Instant};

use super::{Outcome, seconds, show};
use crate::process::cargo;

/// The longest that a built demo may take.
const LIMIT: Duration = Duration::from_secs(2);

pub(super) fn run(root: &Path) -> Result<Outcome, String> {
    show(cargo(root).args(["build", "--package", "idaas-cli"]))?;
    let begun = Instant::now();
    show(cargo(root).arg("demo"))?;
    let took = begun.elapsed();
    if took > LIMIT {
        return Err(format!(
            "the demo took {} of at most {}",
            seconds(took),
            seconds(LIMIT)
        ));
    }
    println!("the demo took {}", seconds(took));
    Ok(Outcome::Passed)
}
