//! How often a login call allocates, beside other ways to make it. `cargo xtask bench` runs this and reads its lines.
//!
//! | arguments | what is done |
//! |---|---|
//! | `count CALLS` | prints the allocations of about so many calls of each kind |
//! | none | a short `count` |
//!
//! Every thread of this process counts; the service is another process.
#![expect(clippy::print_stdout, reason = "a program that another one reads")]

mod contender;
mod http_message;
mod lane;
mod login_call;
mod offline;
mod server;
mod service;
mod setting;

use std::alloc::System;

use lane::Lane;
use serde_json::json;
use service::Service;
use setting::Setting;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What may go wrong before there is anything to count.
type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        [service::ASKED_TO_SERVE] => server::run(),
        ["count", calls] => count(calls.parse()?),
        // `cargo bench` adds its own word.
        [] | ["--bench"] => count(640),
        _ => Err(format!("these arguments are not known: {args:?}").into()),
    }
}

fn count(calls: usize) -> Result<(), Failure> {
    let service = Service::start()?;
    for setting in Setting::all() {
        let calls = calls.next_multiple_of(setting.in_flight);
        for lane in Lane::all(&service.target(setting.scheme), setting)? {
            // Opens the connections and fills what is kept between calls.
            lane.run(calls)?;
            // The difference leaves out what a run allocates however many its calls are.
            let once = Counted::during(|| lane.run(calls))?;
            let twice = Counted::during(|| lane.run(2 * calls))?;
            let sample = json!({
                "sample": "call_allocations",
                "setting": setting,
                "contender": lane.name(),
                "allocations": (twice.allocations - once.allocations) / calls as f64,
                "bytes": (twice.bytes - once.bytes) / calls as f64,
            });
            println!("{sample}");
        }
    }
    for work in offline::ALL {
        let counted = Counted::during((work.prepare)(calls)?)?;
        let sample = json!({
            "sample": "offline_allocations",
            "work": work.name,
            "allocations": counted.allocations / calls as f64,
            "bytes": counted.bytes / calls as f64,
        });
        println!("{sample}");
    }
    Ok(())
}

/// What was asked of the allocator. To grow a block is to ask once more.
struct Counted {
    allocations: f64,
    bytes: f64,
}

impl Counted {
    fn during(run: impl FnOnce() -> Result<(), Failure>) -> Result<Self, Failure> {
        let region = Region::new(COUNTED);
        run()?;
        let change = region.change();
        Ok(Self {
            allocations: (change.allocations + change.reallocations) as f64,
            bytes: change.bytes_allocated as f64,
        })
    }
}
