//! `cargo xtask bench`: what a login call costs, beside other ways to make it, in one run.
//!
//! Standard output is a document, kept with `cargo xtask bench > xtask/BENCHMARKS.md`; the progress goes to standard
//! error. The bench never fails by a figure.

mod document;
mod instructions;
mod machine;
mod options;
mod programs;
mod report;
mod samples;
mod spread;
mod table;
mod trees;

use std::path::Path;

use self::machine::Machine;
use self::options::Options;
use self::programs::Programs;
use self::report::Report;
use crate::Done;

/// Measures, prints the tables and, where asked to, writes the same for programs.
pub(crate) fn run(root: &Path, args: &[String]) -> Done {
    let options = Options::parse(args)?;
    let effort = options.effort();
    // Before the build, which is a load of its own.
    let machine = Machine::describe(root)?;

    step("building in release");
    let programs = Programs::build(root)?;
    let took = std::time::Instant::now();
    step("timing");
    let samples = programs.time(&effort)?;
    step("counting allocations");
    let allocations = programs.allocations(&effort)?;
    let mut report = Report::new(machine, &effort, &samples, &allocations)?;

    step("counting instructions");
    instructions::add(root, &programs, &effort, &mut report);
    report.judge();
    step("resolving trees");
    trees::add(root, &effort, &mut report);
    report.machine.load_at_the_end = machine::load();
    step(&format!(
        "measured in {:.0} s",
        took.elapsed().as_secs_f64()
    ));

    print!("{}", document::of(&report));
    if let Some(file) = &options.json {
        let json = serde_json::to_string_pretty(&report)?;
        std::fs::write(file, json + "\n")
            .map_err(|error| format!("{} was not written: {error}", file.display()))?;
    }
    Ok(())
}

fn step(what: &str) {
    eprintln!("bench: {what}");
}
