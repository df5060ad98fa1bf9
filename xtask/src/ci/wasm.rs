//! The parts that do no I/O compile for a browser.

use std::path::Path;
use std::process::Command;

use super::show;
use crate::process::{cargo, output, program};

const TARGET: &str = "wasm32-unknown-unknown";

/// The packages and feature sets that are promised for this target.
const BUILDS: &[&[&str]] = &[
    &["idaas-proto", "--no-default-features"],
    &["idaas-proto"],
    &["idaas-transport", "--no-default-features"],
    &["idaas-auth", "--no-default-features"],
];

pub(super) fn run(root: &Path) -> Result<(), String> {
    let compiler = Compiler::find(root)?;
    for build in BUILDS {
        show(
            compiler
                .cargo(root)
                .args(["check", "--locked", "--target", TARGET])
                .arg("--package")
                .args(*build),
        )?;
    }
    Ok(())
}

/// A compiler that can build for the target.
enum Compiler {
    /// The one that builds everything else.
    Installed,
    /// Debian's, which comes without a library for the target but with the sources of one.
    Debian,
}

impl Compiler {
    const DEBIAN: &str = "/usr/bin/rustc";
    const SOURCES: &str = "/usr/lib/rustlib/src/rust/library";
    const PACKAGES: [&str; 2] = ["rustc-web", "rust-web-src"];

    fn find(root: &Path) -> Result<Self, String> {
        if has_library(root)? {
            return Ok(Self::Installed);
        }
        if !Self::is_debian_here() {
            let installed = output(program(root, "apt-get").arg("update")).and_then(|_| {
                output(
                    program(root, "apt-get")
                        .args(["install", "-y"])
                        .args(Self::PACKAGES),
                )
            });
            installed.map_err(|error| {
                format!(
                    "no compiler for {TARGET}: `rustup target add {TARGET}` or Debian's {} give one ({error})",
                    Self::PACKAGES.join(" and ")
                )
            })?;
        }
        Ok(Self::Debian)
    }

    fn is_debian_here() -> bool {
        Path::new(Self::DEBIAN).exists() && Path::new(Self::SOURCES).exists()
    }

    fn cargo(&self, root: &Path) -> Command {
        let mut cargo = cargo(root);
        if matches!(self, Self::Debian) {
            // The standard library is built from its sources, which a stable compiler does only when told that it is
            // bootstrapping. A folder of its own keeps the builds of the other compiler.
            cargo
                .env("RUSTC", Self::DEBIAN)
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_DIR", root.join("target/wasm"))
                .args(["-Z", "build-std=std,panic_abort"]);
        }
        cargo
    }
}

/// Whether the compiler that builds everything else has a library for the target.
fn has_library(root: &Path) -> Result<bool, String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let query = ["--print", "target-libdir", "--target", TARGET];
    let folder = output(program(root, rustc).args(query))?;
    Ok(Path::new(folder.trim()).is_dir())
}
