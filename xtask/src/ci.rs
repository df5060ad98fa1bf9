//! `cargo xtask ci`: every check and test, in the order in which a mistake is found soonest.

mod demo;
mod features;
mod openapi;
mod wasm;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::process::{cargo, line, succeed};
use crate::{Done, codegen, tidy};

/// One part of the run.
struct Step {
    name: &'static str,
    run: fn(&Path) -> Result<(), String>,
}

const STEPS: &[Step] = &[
    Step {
        name: "format",
        run: format,
    },
    Step {
        name: "codegen",
        run: codegen,
    },
    Step {
        name: "tidy",
        run: tidy,
    },
    Step {
        name: "openapi",
        run: openapi::run,
    },
    Step {
        name: "clippy",
        run: clippy,
    },
    Step {
        name: "features",
        run: features::run,
    },
    Step {
        name: "test",
        run: test,
    },
    Step {
        name: "doc",
        run: doc,
    },
    Step {
        name: "demo",
        run: demo::run,
    },
    Step {
        name: "wasm",
        run: wasm::run,
    },
];

/// Runs the named steps, or all, and stops at the first that fails.
pub(crate) fn run(root: &Path, args: &[String]) -> Done {
    if args == ["--list"] {
        for step in STEPS {
            println!("{}", step.name);
        }
        return Ok(());
    }
    if let Some(unknown) = args.iter().find(|arg| !is_step(arg)) {
        return Err(
            format!("ci has no step `{unknown}`; `cargo xtask ci --list` names them").into(),
        );
    }
    let chosen = STEPS
        .iter()
        .filter(|step| args.is_empty() || args.iter().any(|arg| arg == step.name));
    let start = Instant::now();
    let mut summary = Vec::new();
    for step in chosen {
        println!("\n== {}", step.name);
        let begun = Instant::now();
        (step.run)(root).map_err(|error| format!("ci stopped at `{}`: {error}", step.name))?;
        let took = begun.elapsed();
        println!("== {} passed, {:.1} s", step.name, took.as_secs_f64());
        summary.push((step.name, took));
    }
    println!("\nci");
    for (name, took) in &summary {
        println!("  {name:<10}{:>8.1} s  passed", took.as_secs_f64());
    }
    println!("  {:<10}{:>8.1} s", "all", start.elapsed().as_secs_f64());
    Ok(())
}

fn is_step(name: &str) -> bool {
    STEPS.iter().any(|step| step.name == name)
}

fn format(root: &Path) -> Result<(), String> {
    show(cargo(root).args(["fmt", "--all", "--check"]))
}

fn codegen(root: &Path) -> Result<(), String> {
    codegen::run(root, &["--check".to_owned()]).map_err(|error| error.to_string())?;
    Ok(())
}

fn tidy(root: &Path) -> Result<(), String> {
    tidy::run(root, &[]).map_err(|error| error.to_string())?;
    Ok(())
}

fn clippy(root: &Path) -> Result<(), String> {
    show(
        cargo(root)
            .args(["clippy", "--locked", "--workspace", "--all-targets"])
            .args(["--all-features", "--", "-D", "warnings"]),
    )
}

/// The core of each library without its features, then all unit, end-to-end and documentation tests.
fn test(root: &Path) -> Result<(), String> {
    for package in CORES {
        show(
            cargo(root)
                .args(["test", "--locked", "--no-default-features"])
                .args(["--lib", "--tests", "--package", package]),
        )?;
    }
    for features in CRYPTOGRAPHY {
        show(
            cargo(root)
                .args(["test", "--locked", "--lib", "--package", "idaas-transport"])
                .args(*features),
        )?;
    }
    // Last, so that its closing lines close the step.
    show(cargo(root).args(["test", "--locked", "--workspace"]))
}

/// The libraries that serve without their default features.
const CORES: &[&str] = &["idaas-proto", "idaas-transport", "idaas-auth"];

/// What the run over all, with ring, leaves out of the transport: the other cryptography alone, and both.
const CRYPTOGRAPHY: &[&[&str]] = &[
    &[
        "--no-default-features",
        "--features",
        "hyper,http2,aws-lc-rs",
    ],
    &["--all-features"],
];

fn doc(root: &Path) -> Result<(), String> {
    show(
        cargo(root)
            .args(["doc", "--workspace", "--no-deps", "--all-features"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
}

fn show(command: &mut Command) -> Result<(), String> {
    println!("{}", line(command));
    succeed(command)
}

/// Seconds for people.
fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_step_is_refused_before_anything_runs() {
        let args = ["format".to_owned(), "formt".to_owned()];
        let error = run(Path::new("/nowhere"), &args).expect_err("refused");
        assert!(error.to_string().contains("no step `formt`"), "{error}");
    }

    #[test]
    fn a_failing_step_is_named() {
        let error = run(Path::new("/nowhere"), &["format".to_owned()]).expect_err("no folder");
        assert!(error.to_string().starts_with("ci stopped at `format`"));
    }
}
