//! `cargo xtask soak`: tests of chance, with as many tries as a night has room for.

use std::path::Path;
use std::process::Command;

use crate::Done;
use crate::process::{cargo, line, succeed};

const USAGE: &str = "usage: cargo xtask soak transport [--seed N]";

/// Makes every send of the money test, of which a run of the tests makes a twentieth.
pub(crate) fn run(root: &Path, args: &[String]) -> Done {
    let mut command = money(root, seed(args)?);
    println!("{}", line(&command));
    succeed(&mut command)?;
    Ok(())
}

fn seed(args: &[String]) -> Result<Option<u64>, String> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["transport"] => Ok(None),
        ["transport", "--seed", seed] => match seed.parse() {
            Ok(seed) => Ok(Some(seed)),
            Err(_) => Err(format!("`{seed}` is no seed: a whole number is")),
        },
        _ => Err(USAGE.to_owned()),
    }
}

/// The names of the variables are those that `tests/money/run.rs` reads.
fn money(root: &Path, seed: Option<u64>) -> Command {
    let mut command = cargo(root);
    command
        .args(["test", "--locked", "--release", "--package", "idaas-tests"])
        .args(["--test", "e2e", "money::", "--", "--nocapture"])
        .env("IDAAS_MONEY_SOAK", "1");
    if let Some(seed) = seed {
        command.env("IDAAS_MONEY_SEED", seed.to_string());
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Option<u64>, String> {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        seed(&args)
    }

    #[test]
    fn a_seed_may_be_given() {
        assert_eq!(parsed(&["transport"]), Ok(None));
        let most = u64::MAX.to_string();
        let given = parsed(&["transport", "--seed", &most]);
        assert_eq!(given, Ok(Some(u64::MAX)));
    }

    #[test]
    fn anything_else_is_refused() {
        for args in [
            &[][..],
            &["emulator"],
            &["transport", "--seed"],
            &["transport", "--seed", "one"],
            &["transport", "--seed", "-1"],
            &["transport", "7"],
        ] {
            assert!(parsed(args).is_err(), "{args:?}");
        }
    }

    #[test]
    fn the_test_reads_the_variables_that_are_set() {
        let test = include_str!("../../tests/money/run.rs");
        for (name, _) in money(&crate::root(), Some(1)).get_envs() {
            let quoted = format!("\"{}\"", name.to_string_lossy());
            assert!(test.contains(&quoted), "{quoted} is not read");
        }
    }
}
