//! The protocol's source against a standard OpenAPI validator that we did not write.

use std::path::{Path, PathBuf};

use super::show;
use crate::process::{output, program};

const DOCUMENT: &str = "crates/idaas-proto/openapi.yaml";

/// The validator: it reads OpenAPI 3.1 and is pinned, so that its next release breaks no build.
const VALIDATOR: &str = "openapi-spec-validator==0.9.0";

pub(super) fn run(root: &Path) -> Result<(), String> {
    let validator = install(root).map_err(|error| {
        format!("no OpenAPI validator: install python3 and python3-venv and let pip reach its index ({error})")
    })?;
    show(program(root, validator).args(["--schema", "3.1", "--subschema-errors", "all", DOCUMENT]))
}

/// Gives the validator's path after installing it below `target/` if it is not there.
fn install(root: &Path) -> Result<PathBuf, String> {
    let home = root.join("target/openapi-validator");
    let python = home.join("bin/python");
    let validator = home.join("bin/openapi-spec-validator");
    if validator.exists() {
        return Ok(validator);
    }
    if output(
        program(root, "python3")
            .args(["-m", "venv", "--clear"])
            .arg(&home),
    )
    .is_err()
    {
        // Debian keeps the module in a package of its own.
        output(program(root, "apt-get").arg("update"))?;
        output(program(root, "apt-get").args(["install", "-y", "python3", "python3-venv"]))?;
        output(
            program(root, "python3")
                .args(["-m", "venv", "--clear"])
                .arg(&home),
        )?;
    }
    output(program(root, &python).args(["-m", "pip", "install", "--quiet", VALIDATOR]))?;
    Ok(validator)
}
