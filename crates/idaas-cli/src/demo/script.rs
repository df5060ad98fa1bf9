use std::error::Error;
use std::io::{self, Write};
use std::time::Duration;

use http::StatusCode;

use super::calls::{Call, Watched};
use crate::page::Page;
use crate::paint::{BAD, DIM, GOOD, NAME, STRONG};

/// The columns before everything but the titles of steps.
const INDENT: usize = 3;

/// The column of the labels of facts.
const LABEL: usize = 9;

/// The column of the paths of calls.
const PATH: usize = 42;

/// Writes the demo while it happens.
#[derive(Debug)]
pub(super) struct Script<W> {
    out: W,
    page: Page,
    transport: Watched,
    steps: usize,
    calls: usize,
    took: Duration,
}

impl<W: Write> Script<W> {
    pub(super) const fn new(out: W, page: Page, transport: Watched) -> Self {
        Self {
            out,
            page,
            transport,
            steps: 0,
            calls: 0,
            took: Duration::ZERO,
        }
    }

    /// What the whole is about.
    pub(super) fn title(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{STRONG}{text}{STRONG:#}\n")
    }

    /// Begins the next step.
    pub(super) fn step(&mut self, title: &str) -> io::Result<()> {
        self.steps += 1;
        writeln!(self.out, "\n{STRONG}{}  {title}{STRONG:#}", self.steps)?;
        self.out.flush()
    }

    /// Shows the calls that were made for a result, whatever the result is.
    pub(super) fn watch<T, E>(&mut self, result: Result<T, E>) -> Result<T, Box<dyn Error>>
    where
        E: Into<Box<dyn Error>>,
    {
        for call in self.transport.take() {
            self.calls += 1;
            self.took += call.took;
            self.call(&call)?;
        }
        self.out.flush()?;
        result.map_err(Into::into)
    }

    /// Says what a result means.
    pub(super) fn says(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{:INDENT$}{}", "", self.page.wrap(text, INDENT))
    }

    /// One fact on a line of its own.
    pub(super) fn fact(&mut self, label: &str, content: &str) -> io::Result<()> {
        writeln!(
            self.out,
            "{:INDENT$}{DIM}{label:LABEL$}{DIM:#}{}",
            "",
            self.page.wrap(content, INDENT + LABEL)
        )
    }

    /// An SMS as its receiver sees it.
    pub(super) fn sms(&mut self, to: &str, text: &str) -> io::Result<()> {
        let text = self.page.wrap(text, INDENT + 2);
        writeln!(self.out, "{:INDENT$}{GOOD}│ SMS to {to}{GOOD:#}", "")?;
        for line in text.lines() {
            writeln!(self.out, "{:INDENT$}{GOOD}│{GOOD:#} {}", "", line.trim())?;
        }
        Ok(())
    }

    /// The last lines.
    pub(super) fn end(&mut self, text: &str) -> io::Result<()> {
        writeln!(
            self.out,
            "\n{GOOD}{text}{GOOD:#}\n{DIM}{} calls, {} on the network.{DIM:#}",
            self.calls,
            span(self.took)
        )?;
        self.out.flush()
    }

    fn call(&mut self, call: &Call) -> io::Result<()> {
        let Call {
            method,
            path,
            status,
            length,
            took,
        } = call;
        let (style, status) = match status {
            Some(status) if status.is_success() => (GOOD, named(*status)),
            Some(status) => (BAD, named(*status)),
            None => (BAD, "no answer".to_owned()),
        };
        let size = match length {
            0 => "empty".to_owned(),
            1..1024 => format!("{length} B"),
            _ => format!("{} kB", length / 1024),
        };
        writeln!(
            self.out,
            "{:INDENT$}{NAME}{:<5}{path:PATH$}{NAME:#}{style}{status:<8}{style:#}{:>8}{DIM}{size:>8}{DIM:#}",
            "",
            method.as_str(),
            span(*took),
        )
    }
}

fn named(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

/// A time for people: two or three digits and a unit.
pub(super) fn span(time: Duration) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let nearest = |unit: u64| (time.as_secs() + unit / 2) / unit;
    let micros = time.as_micros();
    match time.as_secs() {
        0 if micros < 1_000 => format!("{micros} µs"),
        0 if micros < 10_000 => format!("{:.1} ms", time.as_secs_f64() * 1e3),
        0 => format!("{} ms", time.as_millis()),
        1..10 => format!("{:.1} s", time.as_secs_f64()),
        seconds @ 10..120 => format!("{seconds} s"),
        seconds if seconds < 2 * HOUR => format!("{} min", nearest(MINUTE)),
        seconds if seconds < 2 * DAY => format!("{} h", nearest(HOUR)),
        _ => format!("{} days", nearest(DAY)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit_that_fits() {
        for (time, expected) in [
            (Duration::from_micros(640), "640 µs"),
            (Duration::from_micros(1_250), "1.2 ms"),
            (Duration::from_micros(43_900), "43 ms"),
            (Duration::from_millis(1_500), "1.5 s"),
            (Duration::from_secs(60), "60 s"),
            (Duration::from_secs(299), "5 min"),
            (Duration::from_secs(43_200), "12 h"),
            (Duration::from_secs(431_999), "5 days"),
        ] {
            assert_eq!(span(time), expected);
        }
    }
}
