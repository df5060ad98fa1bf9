//! Requests and answers as structs with `new` and setters.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{docs, sourced};
use crate::codegen::model::{Field, Header, Operation, Presence, Struct, Type, pascal_case};

/// The struct of a request: its own headers, then the fields of its body.
pub(super) fn request(operation: &Operation) -> TokenStream {
    let name = format_ident!("{}", pascal_case(&operation.id));
    let mut text = operation.summary.clone();
    if let Some(description) = &operation.description {
        text += &format!("\n\n{description}");
    }
    text += &format!("\n\n`{} {}`.", operation.method, operation.path);
    let doc = docs(&sourced(&text, operation.source));
    let parts: Vec<Part> = operation
        .headers
        .iter()
        .map(Part::of_header)
        .chain(
            operation
                .body
                .iter()
                .map(|field| Part::of_field(field, &operation.structs)),
        )
        .collect();
    if parts.is_empty() {
        return quote! {
            #doc
            #[derive(Debug, Clone, Default, PartialEq, Eq)]
            #[non_exhaustive]
            pub struct #name;

            impl #name {
                /// The request, which has nothing to say.
                #[must_use]
                pub const fn new() -> Self {
                    Self
                }
            }
        };
    }
    structure(&name, &doc, !operation.body.is_empty(), &parts)
}

/// The struct of an answer or of a part of one.
///
/// `neighbours` are the structs of the same file.
pub(super) fn response(part: &Struct, neighbours: &[Struct]) -> TokenStream {
    let name = format_ident!("{}", part.name);
    let doc = docs(&sourced(&part.doc, part.source));
    let parts: Vec<Part> = part
        .fields
        .iter()
        .map(|field| Part::of_field(field, neighbours))
        .collect();
    structure(&name, &doc, true, &parts)
}

fn structure(
    name: &proc_macro2::Ident,
    doc: &TokenStream,
    is_document: bool,
    parts: &[Part],
) -> TokenStream {
    let serialize = is_document.then(|| quote! { #[derive(serde::Serialize)] });
    let deserialize = is_document.then(|| deserialize(name, parts));
    let fields = parts.iter().map(Part::declaration);
    let arguments = parts.iter().filter_map(Part::argument);
    let values = parts.iter().map(Part::initial);
    let setters = parts.iter().filter_map(Part::setter);
    quote! {
        #doc
        #[derive(Debug, Clone, PartialEq, Eq)]
        #serialize
        #[non_exhaustive]
        pub struct #name {
            #(#fields)*
        }

        impl #name {
            /// Takes what is required; the rest is absent until it is set.
            #[must_use]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values),* }
            }

            #(#setters)*
        }

        #deserialize
    }
}

/// Serde's own reader, kept from quoting what it reads.
fn deserialize(name: &proc_macro2::Ident, parts: &[Part]) -> TokenStream {
    let remote = name.to_string();
    let fields = parts.iter().map(Part::reading);
    quote! {
        impl<'de> serde::Deserialize<'de> for #name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                #[serde(remote = #remote)]
                struct Fields { #(#fields)* }
                crate::unquoted::deserialize(deserializer, Fields::deserialize)
            }
        }
    }
}

/// One field of a struct.
struct Part {
    name: proc_macro2::Ident,
    kind: TokenStream,
    is_text: bool,
    presence: Presence,
    doc: TokenStream,
    /// How serde writes the field.
    written: Option<TokenStream>,
    /// How serde reads it.
    read: Option<TokenStream>,
}

impl Part {
    fn of_field(field: &Field, neighbours: &[Struct]) -> Self {
        let name = format_ident!("{}", field.name);
        let wire = &field.wire;
        let rename = (field.name != *wire).then(|| quote! { rename = #wire });
        let skip = (field.presence == Presence::Optional)
            .then(|| quote! { skip_serializing_if = "Option::is_none" });
        let attribute = |parts: Vec<&TokenStream>| {
            (!parts.is_empty()).then(|| quote! { #[serde(#(#parts),*)] })
        };
        let doc = if field.name == *wire {
            field.doc.clone()
        } else {
            format!("{} The wire's `{wire}`.", field.doc)
        };
        Self {
            name,
            kind: rust_type(&field.kind, neighbours),
            is_text: matches!(field.kind, Type::Text),
            presence: field.presence,
            doc: docs(&doc),
            written: attribute(rename.iter().chain(&skip).collect()),
            read: attribute(rename.iter().collect()),
        }
    }

    fn of_header(header: &Header) -> Self {
        let kind = header.newtype.as_ref().map_or_else(
            || quote! { alloc::string::String },
            |name| {
                let name = format_ident!("{name}");
                quote! { crate::#name }
            },
        );
        Self {
            name: format_ident!("{}", header.name.to_lowercase()),
            is_text: header.newtype.is_none(),
            kind,
            presence: if header.required {
                Presence::Required
            } else {
                Presence::Optional
            },
            doc: docs(&format!("{} The header `{}`.", header.doc, header.wire)),
            written: None,
            read: None,
        }
    }

    fn declaration(&self) -> TokenStream {
        let Self {
            name, doc, written, ..
        } = self;
        let kind = self.kind();
        quote! { #doc #written pub #name: #kind, }
    }

    fn reading(&self) -> TokenStream {
        let Self { name, read, .. } = self;
        let kind = self.kind();
        quote! { #read #name: #kind, }
    }

    fn kind(&self) -> TokenStream {
        let kind = &self.kind;
        match self.presence {
            Presence::Required => quote! { #kind },
            Presence::Nullable | Presence::Optional => quote! { Option<#kind> },
        }
    }

    fn argument(&self) -> Option<TokenStream> {
        let Self { name, kind, .. } = self;
        (self.presence == Presence::Required).then(|| {
            if self.is_text {
                quote! { #name: impl Into<alloc::string::String> }
            } else {
                quote! { #name: #kind }
            }
        })
    }

    fn initial(&self) -> TokenStream {
        let name = &self.name;
        match self.presence {
            Presence::Required if self.is_text => quote! { #name: #name.into() },
            Presence::Required => quote! { #name },
            Presence::Nullable | Presence::Optional => quote! { #name: None },
        }
    }

    fn setter(&self) -> Option<TokenStream> {
        if self.presence == Presence::Required {
            return None;
        }
        let Self { name, kind, .. } = self;
        let setter = format_ident!("with_{}", name);
        let doc = format!(" Sets `{name}`.");
        let (argument, value) = if self.is_text {
            (
                quote! { impl Into<alloc::string::String> },
                quote! { #name.into() },
            )
        } else {
            (quote! { #kind }, quote! { #name })
        };
        Some(quote! {
            #[doc = #doc]
            #[must_use]
            pub fn #setter(mut self, #name: #argument) -> Self {
                self.#name = Some(#value);
                self
            }
        })
    }
}

fn rust_type(kind: &Type, neighbours: &[Struct]) -> TokenStream {
    match kind {
        Type::Text => quote! { alloc::string::String },
        Type::Unsigned => quote! { u64 },
        Type::Integer => quote! { i64 },
        Type::Number => quote! { f64 },
        Type::Flag => quote! { bool },
        Type::Any => quote! { serde_json::Value },
        Type::Struct(name) if neighbours.iter().any(|part| part.name == *name) => {
            let name = format_ident!("{name}");
            quote! { #name }
        }
        Type::Named(name) | Type::Struct(name) => {
            let name = format_ident!("{name}");
            quote! { crate::#name }
        }
        Type::List(inner) => {
            let inner = rust_type(inner, neighbours);
            quote! { alloc::vec::Vec<#inner> }
        }
        Type::Map(inner) => {
            let inner = rust_type(inner, neighbours);
            quote! { alloc::collections::BTreeMap<alloc::string::String, #inner> }
        }
    }
}
