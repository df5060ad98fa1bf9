//! The parts that do no I/O compile for a browser.

use std::path::Path;

use super::{Outcome, show};
use crate::process::{cargo, output, program};

const TARGET: &str = "wasm32-unknown-unknown";

/// The packages and feature sets that are promised for this target.
const BUILDS: &[&[&str]] = &[
    &["idaas-proto", "--no-default-features"],
    &["idaas-proto"],
    &["idaas-transport", "--no-default-features"],
];

pub(super) fn run(root: &Path) -> Result<Outcome, String> {
    if !is_installed(root)? {
        return Ok(Outcome::NotRun(format!(
            "the compiler has no library for {TARGET}; `rustup target add {TARGET}` installs it"
        )));
    }
    for build in BUILDS {
        show(
            cargo(root)
                .args(["check", "--target", TARGET, "--package"])
                .args(*build),
        )?;
    }
    Ok(Outcome::Passed)
}

fn is_installed(root: &Path) -> Result<bool, String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let query = ["--print", "target-libdir", "--target", TARGET];
    let folder = output(program(root, rustc).args(query))?;
    Ok(Path::new(folder.trim()).is_dir())
}
