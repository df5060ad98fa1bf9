//! Whatever a service sends without end, a transport keeps little of it.

use std::{
    env, fs,
    io::{self, Write},
    process::Command,
    time::Duration,
};

use idaas_transport::{
    HyperTransport,
    conformance::{self, Report, Setup},
};
use tokio::runtime::Builder;

use crate::hyper::{capabilities, configured};

/// Says to a process of its own what it is there for.
const TASK: &str = "IDAAS_MEMORY_TASK";

/// A program with all that it has loaded, and some buffers. The service offers 64 MiB, or what
/// the network carries in the time of a limit.
const MOST: u64 = 32 * 1024;

/// The peak of a process that runs the cases without end, in KiB.
fn peak(task: &str) -> u64 {
    let program = env::current_exe().expect("the path of this program");
    let run = Command::new(program)
        .args([
            "--exact",
            "memory::what_has_no_end_is_not_kept",
            "--nocapture",
        ])
        .env(TASK, task)
        .output()
        .expect("this program, once more");
    assert!(run.status.success(), "{task}: {run:?}");
    let status = String::from_utf8_lossy(&run.stdout);
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|peak| peak.trim().strip_suffix(" kB"));
    peak.and_then(|peak| peak.trim().parse().ok())
        .expect("the kernel tells the peak")
}

/// Each transport in a process of its own, for the kernel to tell its peak.
#[test]
fn what_has_no_end_is_not_kept() {
    match env::var(TASK).as_deref() {
        Ok("capped") => run(
            |case| {
                ["without_end", "zeros", "ocean"]
                    .iter()
                    .any(|part| case.contains(part))
            },
            |setup| configured(setup).build(),
        )
        .assert_conformant(),
        // Proves that the peak would be seen.
        Ok(_) => drop(run(
            |case| case == "body_without_end",
            |setup| {
                configured(setup)
                    .max_response_body(usize::MAX)
                    .call_timeout(Duration::from_secs(2))
                    .build()
            },
        )),
        Err(_) => {
            let (capped, uncapped) = (peak("capped"), peak("uncapped"));
            assert!(capped < MOST, "{capped} KiB were taken, of at most {MOST}");
            assert!(uncapped > MOST, "{uncapped} KiB: the peak is not seen");
            return;
        }
    }
    let status = fs::read("/proc/self/status").expect("Linux has it");
    let told = io::stdout().write_all(&[b"\n", &status[..]].concat());
    told.expect("the first process listens");
}

fn run(choose: fn(&str) -> bool, make: fn(&Setup) -> HyperTransport) -> Report {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let cases = conformance::run_some(capabilities(), choose, make);
    runtime.expect("a runtime").block_on(cases)
}
