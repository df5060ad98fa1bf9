//! The error codes: a constant each, and the table of what is known of them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{docs, sourced};
use crate::codegen::model::Api;

pub(super) fn error_codes(api: &Api) -> TokenStream {
    let constants = api.errors.iter().map(|row| {
        let name = format_ident!("{}", row.name);
        let code = &row.code;
        let doc = docs(&sourced(
            &format!(
                "`{code}`, HTTP {}. {} {}",
                row.status, row.cause, row.remedy
            ),
            row.source,
        ));
        quote! { #doc pub const #name: Self = Self::known(#code); }
    });
    let rows = api.errors.iter().map(|row| {
        let name = format_ident!("{}", row.name);
        let (status, en, zh, cause, remedy) =
            (row.status, &row.en, &row.zh, &row.cause, &row.remedy);
        let status = proc_macro2::Literal::u16_unsuffixed(status);
        quote! {
            ErrorInfo {
                code: ErrorCode::#name,
                status: #status,
                en: #en,
                zh: #zh,
                cause: #cause,
                remedy: #remedy,
            }
        }
    });
    quote! {
        use crate::error_code::{ErrorCode, ErrorInfo};

        impl ErrorCode {
            #(#constants)*
        }

        pub(crate) const CATALOGUE: &[ErrorInfo] = &[#(#rows),*];
    }
}
