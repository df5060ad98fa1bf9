//! The lines that the measuring programs print.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Under what circumstances calls are made.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Setting {
    pub(super) threads: usize,
    pub(super) scheme: String,
    pub(super) in_flight: usize,
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let threads = if self.threads == 1 {
            "thread"
        } else {
            "threads"
        };
        write!(
            f,
            "{}, {} in flight, {} {threads}",
            self.scheme, self.in_flight, self.threads
        )
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "sample", rename_all = "snake_case")]
pub(super) enum Sample {
    /// One turn of a contender.
    Calls {
        setting: Setting,
        contender: String,
        wall_ns: f64,
        cpu_ns: f64,
    },
    /// One turn of a work without a network.
    Offline { work: String, cpu_ns: f64 },
    /// What a call asks of the allocator.
    CallAllocations {
        setting: Setting,
        contender: String,
        allocations: f64,
        bytes: f64,
    },
    /// What a work without a network asks of the allocator.
    OfflineAllocations {
        work: String,
        allocations: f64,
        bytes: f64,
    },
}

/// Reads one sample a line.
pub(super) fn read(lines: &str) -> Result<Vec<Sample>, String> {
    lines
        .lines()
        .map(|line| {
            serde_json::from_str(line).map_err(|error| format!("`{line}` is no sample: {error}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_sample() {
        let line = r#"{"sample":"offline","work":"login","round":3,"cpu_ns":1500.5}"#;
        let expected = Sample::Offline {
            work: "login".to_owned(),
            cpu_ns: 1500.5,
        };
        assert_eq!(read(line), Ok(vec![expected]));
        assert!(read("hello\n").is_err_and(|error| error.contains("`hello`")));
    }
}
