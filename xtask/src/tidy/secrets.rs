//! Invariant 5, as far as source shows it: secrets stay out of `Debug`, `Display` and logs.
//!
//! The end-to-end tests search what a whole login really prints; this finds the mistake earlier.

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Attribute, Field, Fields, ItemImpl, Macro, Meta, Type};

use super::{Check, Finding};
use crate::tree::Tree;

pub(super) const CHECK: Check = Check {
    name: "secrets",
    reason: "a secret is a newtype that hides itself; as plain text in a `Debug` type, a `Display` \
             or a log line it leaks",
    run,
};

/// Fields that hold a secret, whatever they belong to.
const FIELDS: &[&str] = &[
    "captcha_token",
    "credential",
    "credentials",
    "id_token",
    "mobile",
    "passphrase",
    "password",
    "private_key",
    "secret",
    "secret_key",
    "session_token",
    "signing_key",
    "state_token",
    "verify_code",
];

/// Types that show their content; so does every sequence of `u8`.
const PLAIN: &[&str] = &["String", "str", "Bytes"];

/// Macros whose text ends in a log or a panic message.
const LOGS: &[&str] = &[
    "assert",
    "debug",
    "debug_span",
    "error",
    "error_span",
    "event",
    "info",
    "info_span",
    "panic",
    "span",
    "trace",
    "trace_span",
    "warn",
    "warn_span",
];

/// The accessor of every secret newtype.
const ACCESSOR: &str = "expose_secret";

fn run(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.sources() {
        let Ok(file) = syn::parse_file(text) else {
            continue;
        };
        let mut leaks = Leaks::default();
        leaks.visit_file(&file);
        findings.extend(
            leaks
                .0
                .into_iter()
                .map(|(line, problem)| Finding::at(path, line, problem)),
        );
    }
    findings
}

#[derive(Default)]
struct Leaks(Vec<(usize, String)>);

impl Leaks {
    fn fields(&mut self, fields: &Fields) {
        for field in fields {
            if let Some(name) = secret_name(field).filter(|_| is_plain(&field.ty)) {
                let line = name.span().start().line;
                self.0.push((
                    line,
                    format!("`{name}` is plain text in a type that derives `Debug`"),
                ));
            }
        }
    }
}

impl<'ast> Visit<'ast> for Leaks {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        if derives_debug(&item.attrs) {
            self.fields(&item.fields);
        }
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        if derives_debug(&item.attrs) {
            for variant in &item.variants {
                self.fields(&variant.fields);
            }
        }
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let shown = item
            .trait_
            .as_ref()
            .and_then(|(_, path, _)| path.segments.last())
            .map(|last| last.ident.to_string());
        if let Some(shown @ ("Debug" | "Display")) = shown.as_deref()
            && mentions_accessor(item)
        {
            let line = item.impl_token.span.start().line;
            self.0.push((line, format!("`{shown}` calls `{ACCESSOR}`")));
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        let Some(last) = item.path.segments.last() else {
            return;
        };
        let name = last.ident.to_string();
        if LOGS.contains(&name.as_str()) && mentions_accessor(&item.tokens) {
            let line = last.ident.span().start().line;
            self.0.push((line, format!("`{name}!` calls `{ACCESSOR}`")));
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !item.attrs.iter().any(is_cfg_test) {
            visit::visit_item_mod(self, item);
        }
    }
}

fn secret_name(field: &Field) -> Option<&syn::Ident> {
    field
        .ident
        .as_ref()
        .filter(|name| FIELDS.iter().any(|secret| name == secret))
}

fn is_plain(ty: &Type) -> bool {
    let text = ty.to_token_stream().to_string();
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .collect();
    PLAIN.iter().any(|plain| words.contains(plain)) || words.contains(&"u8")
}

fn derives_debug(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("derive") => list
            .tokens
            .to_string()
            .split([',', ' ', ':'])
            .any(|word| word == "Debug"),
        _ => false,
    })
}

fn is_cfg_test(attribute: &Attribute) -> bool {
    match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    }
}

fn mentions_accessor(code: &impl ToTokens) -> bool {
    let text = code.to_token_stream().to_string();
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|word| word == ACCESSOR)
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    fn found(text: &str) -> usize {
        places(&CHECK, &[("crates/idaas-auth/src/lib.rs", text)]).len()
    }

    #[test]
    fn each_leak_is_found() {
        for leak in [
            "#[derive(Debug)] struct A { password: String }",
            "#[derive(Clone, Debug)] struct A<'a> { verify_code: Option<&'a str> }",
            "#[derive(Debug)] enum A { B { session_token: Vec<u8> } }",
            "#[derive(Debug)] struct A { mobile: Arc<str> }",
            "#[derive(Debug)] struct A { secret_key: [u8; 16] }",
            "impl fmt::Display for A { fn fmt(&self) { f(self.0.expose_secret()) } }",
            "fn f() { tracing::debug!(code = code.expose_secret()); }",
        ] {
            assert_eq!(found(leak), 1, "{leak}");
        }
    }

    #[test]
    fn hidden_secrets_pass() {
        for good in [
            "#[derive(Debug)] struct A { session_token: Option<SessionToken> }",
            "struct A { password: String }",
            "#[derive(Debug)] struct A { name: String }",
            "fn f() { let a = format!(\"Bearer {}\", token.expose_secret()); }",
            "impl A { fn f(&self) { self.0.expose_secret(); } }",
            "#[cfg(test)] mod tests { #[derive(Debug)] struct A { password: String } }",
        ] {
            assert_eq!(found(good), 0, "{good}");
        }
    }
}
