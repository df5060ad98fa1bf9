//! Rust source as a flat list of tokens, so that a check sees code and never a comment or a string.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// One token with the line it stands on. A group becomes its two brackets and what is between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// The tokens of a file; a file that is no Rust has none, since the compiler says that better.
pub(crate) fn all(text: &str) -> Vec<Token> {
    flat(parse(text))
}

/// The tokens of a file without its items under `#[cfg(test)]`.
pub(crate) fn without_tests(text: &str) -> Vec<Token> {
    flat(split(parse(text)).0)
}

/// The tokens of the items under `#[cfg(test)]`.
pub(crate) fn only_tests(text: &str) -> Vec<Token> {
    flat(split(parse(text)).1)
}

/// The lines on which a sequence of tokens starts.
pub(crate) fn lines_of(tokens: &[Token], sequence: &[&str]) -> Vec<usize> {
    tokens
        .windows(sequence.len())
        .filter(|window| window.iter().map(|token| &token.text).eq(sequence))
        .map(|window| window[0].line)
        .collect()
}

fn parse(text: &str) -> TokenStream {
    text.parse().unwrap_or_default()
}

/// Divides a stream into what is always compiled and what is compiled for tests.
fn split(stream: TokenStream) -> (TokenStream, TokenStream) {
    let (mut always, mut tests) = (Vec::new(), Vec::new());
    let mut tokens = stream.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let for_tests = is_punct(&token, '#') && tokens.peek().is_some_and(is_cfg_test);
        if for_tests {
            // The item ends with its body or its semicolon.
            for token in tokens.by_ref() {
                let ends = is_punct(&token, ';')
                    || matches!(&token, TokenTree::Group(g) if g.delimiter() == Delimiter::Brace);
                tests.push(token);
                if ends {
                    break;
                }
            }
            continue;
        }
        match token {
            TokenTree::Group(group) => {
                let (inside, inside_tests) = split(group.stream());
                let mut kept = Group::new(group.delimiter(), inside);
                kept.set_span(group.span());
                always.push(TokenTree::Group(kept));
                tests.extend(inside_tests);
            }
            other => always.push(other),
        }
    }
    (always.into_iter().collect(), tests.into_iter().collect())
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

fn is_cfg_test(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) => {
            let text: String = group.stream().to_string();
            text.split_whitespace().collect::<String>() == "cfg(test)"
        }
        _ => false,
    }
}

fn flat(stream: TokenStream) -> Vec<Token> {
    let mut tokens = Vec::new();
    flatten(stream, &mut tokens);
    tokens
}

fn flatten(stream: TokenStream, into: &mut Vec<Token>) {
    for token in stream {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::None => ("", ""),
                };
                into.push(Token {
                    text: open.to_owned(),
                    line: group.span_open().start().line,
                });
                flatten(group.stream(), into);
                into.push(Token {
                    text: close.to_owned(),
                    line: group.span_close().start().line,
                });
            }
            other => into.push(Token {
                line: other.span().start().line,
                text: other.to_string(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
//! println!(\"in a comment\")
fn a() { println!(\"{}\", \"println!()\") }
#[cfg(test)]
use std::fmt;
mod inner {
    #[cfg(test)]
    mod tests { fn t() { panic!() } }
}
fn b() { panic!() }
";

    #[test]
    fn comments_and_strings_hold_no_tokens() {
        assert_eq!(lines_of(&all(TEXT), &["println", "!"]), [2]);
    }

    #[test]
    fn tests_are_told_from_code() {
        assert_eq!(lines_of(&without_tests(TEXT), &["panic", "!"]), [9]);
        assert_eq!(lines_of(&only_tests(TEXT), &["panic", "!"]), [7]);
        assert!(lines_of(&without_tests(TEXT), &["fmt"]).is_empty());
    }
}
