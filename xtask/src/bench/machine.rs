use std::path::Path;
use std::{fs, thread};

use serde::Serialize;

use crate::process::{output, program};

/// Where and when it was measured. No name of a host.
#[derive(Debug, Serialize)]
pub(super) struct Machine {
    pub(super) date: String,
    pub(super) processor: String,
    pub(super) processors: usize,
    pub(super) kernel: String,
    pub(super) rustc: String,
    /// The load average of the last minute: 0 on a machine with nothing else to do.
    pub(super) load_at_the_start: Option<f64>,
    pub(super) load_at_the_end: Option<f64>,
}

impl Machine {
    pub(super) fn describe(root: &Path) -> Result<Self, String> {
        let says = |name: &str, args: &[&str]| {
            output(program(root, name).args(args)).map(|text| text.trim().to_owned())
        };
        let information = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        Ok(Self {
            date: says("date", &["-u", "+%Y-%m-%d"])?,
            processor: model(&information).unwrap_or("unknown").to_owned(),
            processors: thread::available_parallelism().map_or(1, usize::from),
            kernel: says("uname", &["-sr"])?,
            rustc: says("rustc", &["--version"])?,
            load_at_the_start: load(),
            load_at_the_end: None,
        })
    }
}

/// The load average of the last minute, where the system tells it.
pub(super) fn load() -> Option<f64> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

/// The name of the first processor.
fn model(information: &str) -> Option<&str> {
    information.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == "model name").then(|| value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_named_by_its_model() {
        let text = "processor\t: 0\nmodel\t\t: 2\nmodel name\t: A 9000\nprocessor\t: 1\n";
        assert_eq!(model(text), Some("A 9000"));
        assert_eq!(model(""), None);
    }
}
