//! No lint is switched off for good, no test is left out.

use super::{Check, Finding};
use crate::tokens::{Token, all};
use crate::tree::Tree;

pub(super) const CHECK: Check = Check {
    name: "attributes",
    reason: "`#[expect]` with a reason says when it is no longer needed, `#[allow]` never does; an \
             ignored test tests nothing",
    run,
};

fn run(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.rust() {
        for (line, attribute) in attributes(&all(text)) {
            let has = |name: &str| attribute.iter().any(|token| token.text == name);
            if has("allow") {
                findings.push(Finding::at(path, line, "`allow` instead of `expect`"));
            }
            if has("expect") && !has("reason") {
                findings.push(Finding::at(path, line, "`expect` without `reason`"));
            }
            if attribute[0].text == "ignore" {
                findings.push(Finding::at(path, line, "an ignored test"));
            }
        }
    }
    findings
}

/// The tokens between the brackets of every attribute but doc comments.
fn attributes(tokens: &[Token]) -> Vec<(usize, &[Token])> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.text != "#" {
            continue;
        }
        let after = &tokens[at + 1..];
        let inner = usize::from(after.first().is_some_and(|token| token.text == "!"));
        if after.get(inner).is_none_or(|token| token.text != "[") {
            continue;
        }
        let body = &after[inner + 1..];
        let mut depth = 0;
        let end = body.iter().position(|token| {
            match token.text.as_str() {
                "[" => depth += 1,
                "]" if depth == 0 => return true,
                "]" => depth -= 1,
                _ => {}
            }
            false
        });
        match body.first() {
            Some(name) if name.text != "doc" => {
                found.push((token.line, &body[..end.unwrap_or(body.len())]));
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    #[test]
    fn each_form_is_found() {
        for code in [
            "#![allow(dead_code)]",
            "#[allow(clippy::unwrap_used, reason = \"no\")] fn f() {}",
            "#[cfg_attr(test, allow(dead_code))] fn f() {}",
            "#[expect(dead_code)] fn f() {}",
            "#[test] #[ignore = \"slow\"] fn f() {}",
            "fn f() { quote::quote! { #[allow(dead_code)] } }",
        ] {
            assert_eq!(
                places(&CHECK, &[("tests/main.rs", code)]).len(),
                1,
                "{code}"
            );
        }
    }

    #[test]
    fn expect_with_a_reason_passes() {
        let text = "\
#![expect(clippy::print_stdout, reason = \"a program\")]
/// Never write `#[allow(dead_code)]`.
#[derive(Debug)]
struct A([u8; 2]);
";
        assert!(places(&CHECK, &[("tests/main.rs", text)]).is_empty());
    }
}
