use super::*;
use crate::bench::options::Options;
use crate::bench::samples::read;

/// Two rounds of two contenders in one setting, the second round disturbed.
fn report() -> Report {
    let setting = r#""setting":{"threads":1,"scheme":"http","in_flight":64}"#;
    let calls = |contender: &str, wall: f64| {
        format!(
            r#"{{"sample":"calls",{setting},"contender":"{contender}","round":0,"wall_ns":{wall},"cpu_ns":{}}}"#,
            wall / 2.0
        )
    };
    let times = [
        calls("hyper-util", 10_000.0),
        calls("ours", 10_400.0),
        calls("hyper-util", 50_000.0),
        calls("ours", 52_000.0),
        r#"{"sample":"offline","work":"login","cpu_ns":2500}"#.to_owned(),
        r#"{"sample":"offline","work":"construction","cpu_ns":150000}"#.to_owned(),
    ];
    let allocations = [
        format!(
            r#"{{"sample":"call_allocations",{setting},"contender":"ours","allocations":24,"bytes":13396}}"#
        ),
        format!(
            r#"{{"sample":"call_allocations",{setting},"contender":"hyper-util","allocations":32,"bytes":14628}}"#
        ),
        r#"{"sample":"offline_allocations","work":"login","allocations":21,"bytes":1}"#.to_owned(),
    ];
    let machine = Machine {
        date: "2024-01-01".to_owned(),
        processor: "A 9000".to_owned(),
        processors: 2,
        kernel: "Linux 6".to_owned(),
        rustc: "rustc 1".to_owned(),
        load_at_the_start: Some(0.25),
        load_at_the_end: None,
    };
    let read = |lines: &[String]| read(&lines.join("\n")).expect("these are samples");
    let effort = Options::default().effort();
    let mut report = Report::new(machine, &effort, &read(&times), &read(&allocations))
        .expect("every contender has its rounds");
    for (setting, contender) in report.contenders() {
        let count = if contender == "ours" {
            53_000.0
        } else {
            50_000.0
        };
        report.add_instructions(&setting, &contender, count);
    }
    report.judge();
    report
}

/// The row of a table that starts with these cells, its cells apart.
fn row<'a>(document: &'a str, starts: &[&str]) -> Vec<&'a str> {
    let mut rows = document
        .lines()
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect());
    let found = rows.find(|row: &Vec<&str>| row.starts_with(starts));
    found.unwrap_or_else(|| panic!("no row {starts:?} in\n{document}"))
}

#[test]
fn a_figure_stands_beside_its_budget() {
    let document = of(&report());
    let setting = "http, 64 in flight, 1 thread";

    assert_eq!(
        row(&document, &[setting, "ours"])[2..],
        [
            "31.2 (20.8–41.6)",
            "15.6 (10.4–20.8)",
            "24.0",
            "13 396",
            "53 000"
        ]
    );
    assert_eq!(
        row(&document, &["calls", "time ≤ 1.05"])[2..],
        ["CPU", "allocations", "instructions ≤ 1.05"]
    );
    assert_eq!(
        row(&document, &[setting, "1.040 (1.040–1.040) met"])[2..],
        [
            "1.040 (1.040–1.040)",
            "0.75",
            "1.060 (1.060–1.060) **not met**"
        ]
    );
}

#[test]
fn one_budget_of_two_that_is_not_met_is_told() {
    let document = of(&report());

    let login = row(&document, &["encode + flow + decode of the login"]);
    assert_eq!(login.last(), Some(&"≤ 5 µs, ≤ 20 allocations: **not met**"));
    let construction = row(&document, &["construction of a client"]);
    assert_eq!(construction[2..], ["–", "–", "≤ 100 µs: **not met**"]);
}

#[test]
fn what_is_missing_is_said() {
    let mut report = report();
    report.not_measured("instructions: valgrind is away".to_owned());

    let document = of(&report);

    assert!(document.ends_with("## Not measured\n\n- instructions: valgrind is away\n"));
    assert!(document.contains("## Clean release build\n\nNot measured.\n"));
}

#[test]
fn programs_read_the_same() {
    let json = serde_json::to_value(report()).expect("it is JSON");

    let ratio = &json["ratios"][0];
    assert_eq!(ratio["reference"], "hyper-util");
    assert_eq!(ratio["in_flight"], 64);
    assert_eq!(ratio["wall"]["median"], 1.04);
    assert_eq!(ratio["wall"]["met"], true);
    assert_eq!(ratio["instructions"]["met"], false);
    assert_eq!(json["calls"][1]["contender"], "ours");
    assert_eq!(json["calls"][1]["wall_us"]["max"], 52.0);
    assert_eq!(json["offline"][0]["allocations"], 21.0);
}

#[test]
fn digits_stand_in_groups_of_three() {
    let written = [0.4, 999.0, 1_000.0, 1_234_567.0].map(thousands);
    assert_eq!(written, ["0", "999", "1 000", "1 234 567"]);
}
