//! Invariant 3: no type of an HTTP or TLS library in a public signature.
//!
//! Read from the source: what is `pub` counts as public, whether or not it is re-exported. (The
//! lint `unreachable_pub` keeps the two the same.) What a macro writes is not seen.

mod exposure;
mod names;

use std::collections::BTreeMap;

use super::{Check, Finding};
use crate::tree::{Tree, crate_of};

pub(super) const CHECK: Check = Check {
    name: "public API",
    reason: "a type of another crate in a public signature makes its next version our breaking \
             release",
    run,
};

/// The crates whose types stay inside.
const PRIVATE: &[&str] = &[
    "hyper",
    "hyper_util",
    "hyper_rustls",
    "reqwest",
    "rustls",
    "rustls_pki_types",
    "tokio_rustls",
];

fn run(tree: &Tree) -> Vec<Finding> {
    let mut crates: BTreeMap<&str, Vec<(&str, syn::File)>> = BTreeMap::new();
    for (path, text) in tree.libraries() {
        // What does not parse does not compile, and the compiler says it better.
        if let Ok(file) = syn::parse_file(text) {
            crates.entry(crate_of(path)).or_default().push((path, file));
        }
    }
    let mut findings = Vec::new();
    for files in crates.values() {
        let public = names::public_types(files.iter().map(|(_, file)| file));
        for (path, file) in files {
            let private = names::private_names(file);
            for (line, name) in exposure::find(file, &public, &private) {
                let problem = format!("`{name}` in a public signature");
                findings.push(Finding::at(path, line, problem));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::places;
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let found = places(&CHECK, &[("crates/idaas-transport/src/lib.rs", text)]);
        found
            .iter()
            .filter_map(|place| place.rsplit(':').next())
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn every_kind_of_exposure_is_found() {
        for exposed in [
            "pub use hyper::Uri;",
            "pub fn f(a: hyper::Uri) {}",
            "pub fn f() -> Option<rustls::Error> { None }",
            "pub fn f(a: impl Into<reqwest::Url>) {}",
            "pub struct A { pub b: hyper::Uri }",
            "pub struct A(pub rustls::Error);",
            "pub enum A { B(hyper::Error) }",
            "pub trait A: hyper::rt::Read {}",
            "pub trait A { fn f(&self, a: hyper::Uri); }",
            "pub trait A { type B: rustls::B; }",
            "pub type A = Vec<hyper::Uri>;",
            "pub const A: Option<hyper::Uri> = None;",
            "pub struct A; impl A { pub fn f(&self) -> hyper::Uri { g() } }",
            "pub struct A; impl From<hyper::Error> for A { fn from(e: hyper::Error) -> A { A } }",
            "pub struct A; impl hyper::rt::Read for A {}",
            "pub struct A; impl Iterator for A { type Item = hyper::Uri; }",
            "use hyper::Uri as U; pub fn f(a: U) {}",
            "use hyper_util::client::{legacy}; pub fn f(a: legacy::Error) {}",
            "type P = hyper_util::Client; pub fn f(a: P) {}",
            "mod m { pub fn f(a: hyper_rustls::A) {} }",
            "pub struct A<T>(T) where T: rustls::B;",
        ] {
            assert_eq!(lines(exposed), ["1"], "{exposed}");
        }
    }

    #[test]
    fn what_stays_inside_passes() {
        for inside in [
            "use hyper::Uri; pub fn f() { let a: Uri = g(); }",
            "pub(crate) use hyper::Uri;",
            "pub struct A { b: hyper::Uri }",
            "pub struct A(rustls::Error);",
            "fn f(a: hyper::Uri) {}",
            "pub(crate) fn f(a: hyper::Uri) {}",
            "pub struct A; impl A { pub(crate) fn f(a: hyper::Uri) {} fn g(a: hyper::Uri) {} }",
            "struct A; impl hyper::rt::Read for A {}",
            "struct A; impl From<hyper::Error> for A { fn from(e: hyper::Error) -> A { A } }",
            "pub fn f(a: http::Uri) {}",
            "pub fn f(a: crate::hyper::Mine) {}",
            "#[cfg(test)] pub fn f(a: hyper::Uri) {}",
        ] {
            assert_eq!(lines(inside), Vec::<String>::new(), "{inside}");
        }
    }

    #[test]
    fn a_public_type_of_another_file_counts() {
        let files = [
            ("crates/idaas-transport/src/error.rs", "pub struct A;"),
            (
                "crates/idaas-transport/src/hyper.rs",
                "impl From<hyper::Error> for A { fn from(e: hyper::Error) -> A { A } }",
            ),
        ];
        let found = places(&CHECK, &files);
        assert_eq!(found, ["crates/idaas-transport/src/hyper.rs:1"]);
    }
}
