//! The tasks of this workspace: `cargo xtask help` lists them.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that people read"
)]

mod bench;
mod ci;
mod codegen;
mod process;
mod soak;
mod tidy;
mod tokens;
mod tree;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
The tasks of this workspace.

usage: cargo xtask <task>

tasks:
  codegen [--check]    write what follows from openapi.yaml; --check only compares
  tidy                 test the layout, the layering and the invariants
  ci [STEP...]         run every check and test, or only the named steps
  ci --list            name the steps of ci
  soak transport [--seed N]
                       make every send of the money test
  bench [--quick] [--json FILE]
                       measure a login call beside other ways to make it;
                       --json writes the same for programs
  help                 print this text
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((task, rest)) = args.split_first() else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    let done = match task.as_str() {
        "codegen" => codegen::run(&root(), rest),
        "tidy" => tidy::run(&root(), rest),
        "ci" => ci::run(&root(), rest),
        "soak" => soak::run(&root(), rest),
        "bench" => bench::run(&root(), rest),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        _ => {
            eprintln!("error: there is no task `{task}`\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace, wherever the task was started.
fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// What every task answers.
type Done = Result<(), Box<dyn Error>>;
