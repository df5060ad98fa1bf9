//! The report for people, in Markdown.

use super::machine::Machine;
use super::report::{Judged, Report};
use super::spread::Spread;
use super::table::Table;

/// The whole document.
pub(super) fn of(report: &Report) -> String {
    let mut sections = vec![
        head(report),
        calls(report),
        ratios(report, "hyper-util"),
        ratios(report, "reqwest"),
        offline(report),
        trees(report),
        builds(report),
    ];
    if !report.not_measured.is_empty() {
        let list: Vec<_> = report
            .not_measured
            .iter()
            .map(|what| format!("- {what}\n"))
            .collect();
        sections.push(format!("## Not measured\n\n{}", list.concat()));
    }
    sections.join("\n")
}

fn head(report: &Report) -> String {
    let Machine {
        date,
        processor,
        processors,
        kernel,
        rustc,
        load_at_the_start,
        load_at_the_end,
    } = &report.machine;
    let load =
        |load: &Option<f64>| load.map_or_else(|| NONE.to_owned(), |load| format!("{load:.1}"));
    let (start, end) = (load(load_at_the_start), load(load_at_the_end));
    let (rounds, slice) = (report.rounds, report.slice_ms);
    let how = if report.quick { " --quick" } else { "" };
    format!(
        "\
# Benchmarks

Written by `cargo xtask bench{how}` on {date}. Machine: {processors} processors, {processor}, {kernel}, {rustc}. Load average
{start} at the start and {end} at the end; what is above 0 at the start is other work, which widens the spreads.

One call is a login by SMS code: the request is made, sent over a kept connection, answered by a fixed answer of the usual
size, and read into a session. All contenders send the same bytes (reqwest adds `accept: */*`) and have the same limits: 5 s
to connect, 20 s for the head, 30 s for the call, 15 s idle, 256 in flight, 1 MiB of body. TLS is rustls with ring for all.
The raw socket is the floor: bytes made beforehand, an answer that is not looked into, no limits.

The service is a process of its own on the same machine. The contenders take turns of {slice} ms in {rounds} rounds; a figure is the
median of the rounds, with the quartiles in brackets. Ratios are taken within each round. Time is that of a turn divided by
its calls; CPU is what the process of the client used, in user code and kernel; allocations are those of all its threads;
instructions are those of user code on one thread, counted by valgrind.

With one call in flight, either the client runs or the service. Both are kept on one processor then, and the client on one
thread: otherwise the time is that of waking processors and threads, which costs the raw socket as much as anyone.
"
    )
}

fn calls(report: &Report) -> String {
    let mut table = Table::new(&[
        "calls",
        "client",
        "time, µs",
        "CPU, µs",
        "allocations",
        "bytes",
        "instructions",
    ]);
    for calls in &report.calls {
        table.row([
            calls.setting.to_string(),
            calls.contender.clone(),
            spread(&calls.wall_us, 1),
            spread(&calls.cpu_us, 1),
            or_none(calls.allocations, |count| format!("{count:.1}")),
            or_none(calls.bytes, thousands),
            or_none(calls.instructions, |count| thousands(count.median)),
        ]);
    }
    format!("## One login call\n\n{table}")
}

fn ratios(report: &Report, reference: &str) -> String {
    let rows: Vec<_> = report
        .ratios
        .iter()
        .filter(|ratios| ratios.reference == reference)
        .collect();
    let budget = |judged: Option<&Judged>, name: &str| {
        let most = judged.and_then(|judged| judged.most);
        most.map_or_else(|| name.to_owned(), |most| format!("{name} ≤ {most}"))
    };
    let time = budget(rows.first().map(|row| &row.wall), "time");
    let instructions = rows.iter().find_map(|row| row.instructions.as_ref());
    let instructions = budget(instructions, "instructions");
    let mut table = Table::new(&["calls", &time, "CPU", "allocations", &instructions]);
    for row in rows {
        table.row([
            row.setting.to_string(),
            judged(&row.wall),
            spread(&row.cpu, RATIO_DIGITS),
            or_none(row.allocations, |ratio| format!("{ratio:.2}")),
            or_none(row.instructions, |ratio| judged(&ratio)),
        ]);
    }
    format!("## Ours divided by {reference}\n\n{table}")
}

fn offline(report: &Report) -> String {
    let mut table = Table::new(&["work", "time, µs", "allocations", "bytes", "budget"]);
    for offline in &report.offline {
        let most = [
            offline.cpu_us.most.map(|most| format!("≤ {most} µs")),
            offline
                .most_allocations
                .map(|most| format!("≤ {most} allocations")),
        ];
        let most: Vec<_> = most.into_iter().flatten().collect();
        let few = offline
            .allocations
            .zip(offline.most_allocations)
            .map(|(count, most)| count <= most);
        let met = [offline.cpu_us.met, few].into_iter().flatten();
        let verdict = match most.is_empty() {
            true => NONE.to_owned(),
            false => format!("{}: {}", most.join(", "), verdict(met.min() == Some(true))),
        };
        table.row([
            describe(&offline.work).to_owned(),
            spread(&offline.cpu_us.spread, 2),
            or_none(offline.allocations, |count| format!("{count:.1}")),
            or_none(offline.bytes, thousands),
            verdict,
        ]);
    }
    format!(
        "## Without a network\n\nNothing waits here: the time is that of the processor.\n\n{table}"
    )
}

fn describe(work: &str) -> &str {
    match work {
        "login" => "encode + flow + decode of the login",
        "sign-in" => "the same of a whole sign-in: two requests",
        "construction" => "construction of a client",
        other => other,
    }
}

fn trees(report: &Report) -> String {
    let mut table = Table::new(&["package", "crates, itself counted", "budget"]);
    for tree in &report.trees {
        let budget = tree
            .most
            .map(|most| format!("≤ {most}: {}", verdict(tree.crates <= most)));
        table.row([
            tree.package.clone(),
            tree.crates.to_string(),
            or_none(budget, |text| text),
        ]);
    }
    format!("## Crates that come with it, default features\n\n{table}")
}

fn builds(report: &Report) -> String {
    if report.builds.is_empty() {
        return "## Clean release build\n\nNot measured.\n".to_owned();
    }
    let mut table = Table::new(&["package", "time, s", "CPU of all processors, s"]);
    for build in &report.builds {
        table.row([
            build.package.clone(),
            spread(&build.seconds, 1),
            or_none(build.cpu_seconds, |seconds| spread(&seconds, 1)),
        ]);
    }
    let ratio = or_none(report.build_ratio, |ratio| {
        let most = or_none(ratio.most, |most| format!("≤ {most}"));
        format!("{}, budget {most}", judged(&ratio))
    });
    let cpu = or_none(report.build_cpu_ratio, |ratio| spread(&ratio, RATIO_DIGITS));
    format!(
        "## Clean release build, default features\n\n{table}\n\
         Ratio of the times: {ratio}. Ratio of the CPU: {cpu}.\n"
    )
}

/// In the place of a figure that there is not.
const NONE: &str = "–";

fn or_none<T>(value: Option<T>, text: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| NONE.to_owned(), text)
}

fn spread(spread: &Spread, digits: usize) -> String {
    let Spread {
        median,
        lower_quartile,
        upper_quartile,
        ..
    } = spread;
    format!("{median:.digits$} ({lower_quartile:.digits$}–{upper_quartile:.digits$})")
}

/// So many that a figure is not above its budget for the reader and not for the judge.
const RATIO_DIGITS: usize = 3;

fn judged(judged: &Judged) -> String {
    let figure = spread(&judged.spread, RATIO_DIGITS);
    match judged.met {
        Some(met) => format!("{figure} {}", verdict(met)),
        None => figure,
    }
}

const fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "**not met**" }
}

/// A whole number in groups of three digits.
fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
