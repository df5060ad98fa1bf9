//! The list of operations with what is fixed about each.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{docs, sourced};
use crate::codegen::model::{Api, Operation, pascal_case};

pub(super) fn operation_id(api: &Api) -> TokenStream {
    let names: Vec<Ident> = api
        .operations
        .iter()
        .map(|operation| format_ident!("{}", pascal_case(&operation.id)))
        .collect();
    let docs = api
        .operations
        .iter()
        .map(|operation| docs(&sourced(&operation.summary, operation.source)));
    let ids = api.operations.iter().map(|operation| &operation.id);
    let methods = api.operations.iter().map(|operation| &operation.method);
    let paths = api.operations.iter().map(|operation| &operation.path);
    let common = api
        .operations
        .iter()
        .map(|operation| operation.common_headers);
    let codes = api.operations.iter().map(|operation| codes(api, operation));
    quote! {
        use crate::error_code::ErrorCode;

        /// An operation of the client API, with what is fixed about it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum OperationId {
            #(#docs #names,)*
        }

        impl OperationId {
            /// Every operation.
            pub const ALL: &'static [Self] = &[#(Self::#names),*];

            /// The name in `openapi.yaml`, such as `send_sms_code`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    #(Self::#names => #ids,)*
                }
            }

            /// The HTTP method.
            #[must_use]
            pub const fn method(self) -> &'static str {
                match self {
                    #(Self::#names => #methods,)*
                }
            }

            /// The path below the tenant's domain.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self {
                    #(Self::#names => #paths,)*
                }
            }

            /// Whether it takes the common headers, which a [`Caller`](crate::Caller) holds.
            #[must_use]
            pub const fn takes_common_headers(self) -> bool {
                match self {
                    #(Self::#names => #common,)*
                }
            }

            /// The error codes that its page lists, in the order of that page.
            #[must_use]
            pub const fn codes(self) -> &'static [ErrorCode] {
                match self {
                    #(Self::#names => #codes,)*
                }
            }

            /// The operation at a method and a path.
            #[must_use]
            pub fn find(method: &str, path: &str) -> Option<Self> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|operation| operation.path() == path && operation.method() == method)
            }
        }
    }
}

fn codes(api: &Api, operation: &Operation) -> TokenStream {
    let names = operation
        .errors
        .iter()
        .filter_map(|code| api.error(code))
        .map(|row| format_ident!("{}", row.name));
    quote! { const { &[#(ErrorCode::#names),*] } }
}
