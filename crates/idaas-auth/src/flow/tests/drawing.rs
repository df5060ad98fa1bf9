//! Draws the state table for the guide, and holds the guide to it.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use super::table::{ROWS, Row, To};
use super::*;

const GUIDE: &str = "guides/flow.md";

#[test]
fn the_guide_shows_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(GUIDE);
    let drawn = guide();
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &drawn).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == drawn,
        "crates/idaas-auth/{GUIDE} is not what the table draws; \
         `UPDATE_GOLDEN=1 cargo test -p idaas-auth the_guide_shows_the_table` writes it anew"
    );
}

fn guide() -> String {
    let mut text = String::from(concat!(
        "<!-- Written by `UPDATE_GOLDEN=1 cargo test -p idaas-auth the_guide_shows_the_table`",
        " from crates/idaas-auth/src/flow/table.rs. Do not edit. -->\n\n",
        "# The state table of a login\n\n",
        "What a [`LoginFlow`](crate::LoginFlow) accepts where, and what comes of it. Anything else is refused with\n",
        "[`FlowError::NotLegal`](crate::FlowError::NotLegal) and changes nothing. Saving a flow that waits for an answer\n",
        "saves what `interrupted` leads to.\n\n",
        "```mermaid\n",
    ));
    draw(&mut text).unwrap();
    text.push_str("```\n\n| state | event | next | guard | |\n|---|---|---|---|---|\n");
    for row in ROWS {
        let Row {
            from,
            event,
            guard,
            note,
            ..
        } = row;
        let next = match row.to {
            To::State(state) => state.as_str(),
            To::Origin => "where the code was entered",
        };
        writeln!(
            text,
            "| {from} | {event} | {next} | {} | {note} |",
            guard.as_str()
        )
        .unwrap();
    }
    text
}

fn draw(text: &mut String) -> std::fmt::Result {
    writeln!(text, "stateDiagram-v2\n    [*] --> captcha")?;
    for row in ROWS {
        match row.to {
            To::State(state) => arrow(text, row, state)?,
            To::Origin => {
                arrow(text, row, FlowState::AwaitCode)?;
                arrow(text, row, FlowState::InDoubt)?;
            }
        }
    }
    for state in FlowState::ALL.iter().filter(|state| state.is_over()) {
        writeln!(text, "    {state} --> [*]")?;
    }
    Ok(())
}

fn arrow(text: &mut String, row: &Row, to: FlowState) -> std::fmt::Result {
    let Row {
        from, event, guard, ..
    } = row;
    match guard {
        GuardEffect::None => writeln!(text, "    {from} --> {to}: {event}"),
        guard => writeln!(text, "    {from} --> {to}: {event} / {}", guard.as_str()),
    }
}
