//! How long a login call takes, beside other ways to make it. `cargo xtask bench` runs this and reads its lines.
//!
//! | arguments | what is done |
//! |---|---|
//! | `measure ROUNDS MILLISECONDS` | prints the samples of each round, each slice about so long |
//! | `calls CONTENDER SCHEME IN_FLIGHT CALLS` | makes calls on one thread and prints nothing, to be counted from outside |
//! | none | a short `measure` |
#![expect(clippy::print_stdout, reason = "a program that another one reads")]

mod contender;
mod http_message;
mod lane;
mod login_call;
mod offline;
mod one_processor;
mod same_request;
mod server;
mod service;
mod setting;
mod stopwatch;

use std::time::Duration;

use lane::Lane;
use one_processor::OneProcessor;
use serde_json::json;
use service::Service;
use setting::Setting;

/// What may go wrong before there is anything to measure.
type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        [service::ASKED_TO_SERVE] => server::run(),
        ["measure", rounds, slice] => {
            measure(rounds.parse()?, Duration::from_millis(slice.parse()?))
        }
        ["calls", contender, scheme, in_flight, calls] => {
            let setting = Setting {
                scheme: scheme.parse()?,
                in_flight: in_flight.parse()?,
                threads: 1,
            };
            let service = Service::start()?;
            Lane::of(contender, &service.target(setting.scheme), setting)?.run(calls.parse()?)
        }
        // `cargo bench` adds its own word.
        [] | ["--bench"] => measure(3, Duration::from_millis(20)),
        _ => Err(format!("these arguments are not known: {args:?}").into()),
    }
}

/// How often a work without a network is repeated in a round: what it works on stays in the cache.
const OFFLINE_TIMES: usize = 500;

fn measure(rounds: usize, slice: Duration) -> Result<(), Failure> {
    same_request::check()?;
    for setting in Setting::all() {
        let _one = (setting.in_flight == 1)
            .then(OneProcessor::keep)
            .transpose()?;
        let service = Service::start()?;
        let lanes = Lane::all(&service.target(setting.scheme), setting)?;
        let mut calls = Vec::new();
        for lane in &lanes {
            calls.push(stopwatch::calls_in(slice, lane, setting)?);
        }
        for round in 0..rounds {
            for (lane, &calls) in lanes.iter().zip(&calls) {
                let (wall, cpu) = stopwatch::time(|| lane.run(calls))?;
                let sample = json!({
                    "sample": "calls",
                    "setting": setting,
                    "contender": lane.name(),
                    "round": round,
                    "wall_ns": per(wall, calls),
                    "cpu_ns": per(cpu, calls),
                });
                println!("{sample}");
            }
        }
    }
    for round in 0..rounds {
        for work in offline::ALL {
            // Nothing waits for anything here, so that what it used is the time that it takes.
            let (_, cpu) = stopwatch::time((work.prepare)(OFFLINE_TIMES)?)?;
            let sample = json!({
                "sample": "offline",
                "work": work.name,
                "round": round,
                "cpu_ns": per(cpu, OFFLINE_TIMES),
            });
            println!("{sample}");
        }
    }
    Ok(())
}

/// The time that each of so many took, in nanoseconds.
fn per(time: Duration, times: usize) -> f64 {
    time.as_secs_f64() * 1e9 / times as f64
}
