#![doc = include_str!("../README.md")]

mod args;
mod clock;
mod demo;
mod emulator;
mod errors;
mod page;
mod paint;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use paint::{BAD, DIM};

/// Something went wrong; 2, for a wrong command line, is clap's.
const FAILURE: u8 = 1;

fn main() -> ExitCode {
    let done = match Args::parse().command {
        Command::Demo => demo::run(),
        Command::Emulator(args) => emulator::run(args),
        Command::Errors(args) => errors::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // Who reads through `head` has read enough.
        Err(error) if is_closed_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&*error);
            ExitCode::from(FAILURE)
        }
    }
}

/// What every command answers.
type Done = Result<(), Box<dyn std::error::Error>>;

/// Says on stderr what went wrong, with every cause.
fn complain(error: &dyn std::error::Error) {
    let mut text = format!("{BAD}error:{BAD:#} {error}\n");
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!("  {DIM}because:{DIM:#} {error}\n"));
        cause = error.source();
    }
    // With stderr gone there is nobody to tell.
    let _ = std::io::Write::write_all(&mut anstream::stderr(), text.as_bytes());
}

fn is_closed_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
