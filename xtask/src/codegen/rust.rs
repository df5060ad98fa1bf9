//! The Rust files: one an operation, one an open set, and the tables.

mod catalogue;
mod http;
mod operation_id;
mod structs;

use std::path::PathBuf;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::model::{Api, OpenSet, Operation, Source, pascal_case, snake_case};

/// Every Rust file, by its path inside the crate.
pub(super) fn files(api: &Api) -> Vec<(PathBuf, TokenStream)> {
    let mut files = vec![
        ("src/generated.rs".into(), index(api)),
        (inside("error_codes"), catalogue::error_codes(api)),
        (inside("headers"), http::common_headers(api)),
        (inside("operation_id"), operation_id::operation_id(api)),
    ];
    for operation in &api.operations {
        files.push((inside(&operation.id), operation_file(api, operation)));
    }
    for set in &api.open_sets {
        files.push((inside(&snake_case(&set.name)), open_set(set)));
    }
    files
}

fn inside(module: &str) -> PathBuf {
    format!("src/generated/{module}.rs").into()
}

/// The list of modules and of what they export.
fn index(api: &Api) -> TokenStream {
    let operations = api.operations.iter().map(|operation| {
        let module = format_ident!("{}", operation.id);
        let request = format_ident!("{}", pascal_case(&operation.id));
        let structs = operation
            .structs
            .iter()
            .map(|part| format_ident!("{}", part.name));
        quote! {
            mod #module;
            pub use #module::{#request, #(#structs),*};
        }
    });
    let sets = api.open_sets.iter().map(|set| {
        let module = format_ident!("{}", snake_case(&set.name));
        let name = format_ident!("{}", set.name);
        quote! { mod #module; pub use #module::#name; }
    });
    quote! {
        mod error_codes;
        #[cfg(feature = "http")]
        mod headers;
        mod operation_id;
        pub(crate) use error_codes::CATALOGUE;
        #[cfg(feature = "http")]
        pub(crate) use headers::*;
        pub use operation_id::OperationId;
        #(#operations)*
        #(#sets)*
    }
}

fn operation_file(api: &Api, operation: &Operation) -> TokenStream {
    let request = structs::request(operation);
    let structs = operation
        .structs
        .iter()
        .map(|part| structs::response(part, &operation.structs));
    let http = http::operation(api, operation);
    quote! {
        #request
        #(#structs)*
        #http
    }
}

fn open_set(set: &OpenSet) -> TokenStream {
    let name = format_ident!("{}", set.name);
    let doc = docs(&set.doc);
    let matched = if set.trimmed {
        format_ident!("trimmed")
    } else {
        format_ident!("exact")
    };
    let values = set.values.iter().map(|(text, description, source)| {
        let constant = format_ident!("{}", text);
        let doc = docs(&sourced(description, *source));
        quote! { #doc #constant = #text, }
    });
    quote! {
        crate::open_text::open_text! {
            #doc
            #matched #name { #(#values)* }
        }
    }
}

/// A doc comment, paragraph by paragraph.
fn docs(text: &str) -> TokenStream {
    let lines = text.lines().flat_map(wrap).map(|line| {
        if line.is_empty() {
            line
        } else {
            format!(" {line}")
        }
    });
    quote! { #(#[doc = #lines])* }
}

fn sourced(text: &str, source: Source) -> String {
    format!("{text}\n\nSource: {}.", source.text())
}

/// Breaks a line of prose where the hand-written documentation does.
fn wrap(line: &str) -> Vec<String> {
    const WIDTH: usize = 112;
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        let last = lines.len() - 1;
        if !lines[last].is_empty() && lines[last].chars().count() + 1 + word.chars().count() > WIDTH
        {
            lines.push(word.to_owned());
        } else {
            if !lines[last].is_empty() {
                lines[last].push(' ');
            }
            lines[last].push_str(word);
        }
    }
    lines
}
