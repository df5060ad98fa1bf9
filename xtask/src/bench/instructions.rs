//! How many instructions a call takes, as valgrind counts them.

use std::path::Path;
use std::process::Command;

use super::options::Effort;
use super::programs::Programs;
use super::report::Report;
use super::samples::Setting;
use crate::process::program;

/// Counts for every contender in the settings with one thread, for valgrind runs one thread at a time.
pub(super) fn add(root: &Path, programs: &Programs, effort: &Effort, report: &mut Report) {
    if let Err(error) = valgrind(program(root, "valgrind").arg("--version")) {
        report.not_measured(format!("instructions: {error}"));
        return;
    }
    for _ in 0..effort.instruction_rounds {
        for (setting, contender) in report.contenders() {
            if setting.threads != 1 || !effort.instructions_in_flight.contains(&setting.in_flight) {
                continue;
            }
            match per_call(root, programs.calls(), &setting, &contender) {
                Ok(count) => report.add_instructions(&setting, &contender, count),
                Err(error) => {
                    report.not_measured(format!("instructions of {contender} ({setting}): {error}"))
                }
            }
        }
    }
    if effort.quick {
        report.not_measured("instructions with 64 in flight: left out by --quick".to_owned());
    }
}

/// The difference of two runs leaves out what a run takes however many its calls are.
fn per_call(root: &Path, calls: &Path, setting: &Setting, contender: &str) -> Result<f64, String> {
    let few = 4 * setting.in_flight.max(64);
    let many = 4 * few;
    let count = |number: usize| {
        let text = valgrind(
            program(root, "valgrind")
                .args(["--tool=cachegrind", "--cache-sim=no"])
                .arg("--cachegrind-out-file=/dev/null")
                .arg(calls)
                .args(["calls", contender, &setting.scheme])
                .args([setting.in_flight, number].map(|number| number.to_string())),
        )?;
        counted(&text).ok_or_else(|| "valgrind gives no count".to_owned())
    };
    Ok((count(many)? - count(few)?) / (many - few) as f64)
}

/// What valgrind says, which it does on standard error.
fn valgrind(command: &mut Command) -> Result<String, String> {
    let output = command
        .output()
        .map_err(|error| format!("valgrind did not start: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() {
        Ok(said)
    } else {
        Err(format!("valgrind ended with {}: {said}", output.status))
    }
}

/// The count in a line such as `==123== I   refs:      2,622,708`.
fn counted(said: &str) -> Option<f64> {
    said.lines().find_map(|line| {
        let (name, count) = line.rsplit_once(':')?;
        let is_count = name.split_whitespace().skip(1).eq(["I", "refs"]);
        is_count.then(|| count.trim().replace(',', "").parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read() {
        let said = "==7== Cachegrind, a cache profiler\n==7== \n==7== I   refs:      2,622,708\n";
        assert_eq!(counted(said), Some(2_622_708.0));
        assert_eq!(counted("==7== D   refs:      1\n"), None);
    }
}
