//! Rust text as `cargo fmt` leaves it.

use std::error::Error;
use std::io::Write;
use std::process::{Command, Stdio};

use proc_macro2::TokenStream;

use super::HEADER;

/// Pretty-prints a file, with the header that names the command that made it.
pub(super) fn format(tokens: TokenStream) -> Result<String, Box<dyn Error>> {
    let file = syn::parse2(tokens)?;
    let text = format!("// {HEADER}\n\n{}", spaced(&prettyplease::unparse(&file)));
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("rustfmt could not be started: {error}"))?;
    let mut stdin = child.stdin.take().ok_or("rustfmt took no input")?;
    stdin.write_all(text.as_bytes())?;
    drop(stdin);
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(format!("rustfmt refused the generated code:\n{text}").into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Puts an empty line before each item, which the pretty printer leaves out.
fn spaced(code: &str) -> String {
    const ITEMS: [&str; 9] = [
        "///", "#[", "pub ", "impl ", "impl<", "static ", "const ", "fn ", "crate::",
    ];
    let mut text = String::new();
    let mut previous = "{";
    for line in code.lines() {
        let item = line.trim_start();
        let starts = ITEMS.iter().any(|start| item.starts_with(start));
        let follows = previous.ends_with('}') || previous.ends_with(';');
        let listed = ["pub use ", "pub(crate) use ", "pub mod "]
            .iter()
            .any(|start| item.starts_with(start));
        if starts && follows && !listed {
            text.push('\n');
        }
        text.push_str(line);
        text.push('\n');
        previous = item;
    }
    text
}
