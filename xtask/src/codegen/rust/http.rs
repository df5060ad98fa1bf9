//! The HTTP form of the operations.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use crate::codegen::model::{Api, Field, Header, Operation, Presence, Type, pascal_case};

/// The rules of the headers that every call of the client API has.
pub(super) fn common_headers(api: &Api) -> TokenStream {
    let rules = api.headers.iter().map(|header| header_rule(api, header));
    quote! {
        use crate::error_code::ErrorCode;
        use crate::wire::HeaderRule;
        use http::HeaderName;

        #(pub(crate) #rules)*
    }
}

/// The implementation of `Operation` for one request.
pub(super) fn operation(api: &Api, operation: &Operation) -> TokenStream {
    let name = format_ident!("{}", pascal_case(&operation.id));
    let output = operation.output.as_ref().map_or_else(
        || quote! { () },
        |output| {
            let output = format_ident!("{output}");
            quote! { crate::#output }
        },
    );
    let (answered, answer) = if operation.output.is_some() {
        (format_ident!("output"), quote! { answer_json(output) })
    } else {
        (format_ident!("_output"), quote! { answer_empty() })
    };
    let caller = if operation.common_headers {
        format_ident!("caller")
    } else {
        format_ident!("_caller")
    };
    let takes_request = !(operation.body.is_empty() && operation.headers.is_empty());
    let request = if takes_request {
        format_ident!("request")
    } else {
        format_ident!("_request")
    };
    let encode = encode(operation);
    let decode = decode(operation);
    let decode_request = decode_request(operation);
    let headers = operation
        .headers
        .iter()
        .map(|header| header_rule(api, header));
    let fields = fields(api, operation);
    let imports = imports(operation);
    quote! {
        #[cfg(feature = "http")]
        mod http_form {
            #imports

            #(#headers)*
            #fields

            impl Sealed for #name {}

            impl Operation for #name {
                type Output = #output;

                const ID: OperationId = OperationId::#name;

                fn encode(&self, endpoint: &Endpoint, #caller: &Caller) -> Request<alloc::vec::Vec<u8>> {
                    #encode
                }

                fn decode(response: Response<impl AsRef<[u8]>>) -> Result<Self::Output, ResponseError> {
                    #decode
                }

                fn decode_request(#request: &Request<impl AsRef<[u8]>>) -> Result<Self, RequestError> {
                    #decode_request
                }

                fn encode_response(#answered: &Self::Output) -> Response<alloc::vec::Vec<u8>> {
                    #answer
                }
            }
        }
    }
}

fn imports(operation: &Operation) -> TokenStream {
    let name = format_ident!("{}", pascal_case(&operation.id));
    let verb = format_ident!("{}", operation.method.to_lowercase());
    let answer = if operation.output.is_some() {
        quote! { answer_json, read_json }
    } else {
        quote! { answer_empty, read_empty }
    };
    let fields = (!operation.body.is_empty()).then(|| quote! { FieldRule, RequestBody, });
    let headers = (!operation.headers.is_empty()).then(|| quote! { HeaderRule, });
    let rules = fields.is_some() || headers.is_some();
    let codes = rules.then(|| quote! { use crate::error_code::ErrorCode; });
    quote! {
        use http::{Request, Response};
        use super::#name;
        use crate::caller::Caller;
        #codes
        use crate::generated::OperationId;
        use crate::wire::{Endpoint, Operation, RequestError, Received, ResponseError, Sealed, #verb, #answer, #fields #headers};
    }
}

fn encode(operation: &Operation) -> TokenStream {
    let caller = if operation.common_headers {
        quote! { Some(caller) }
    } else {
        quote! { None }
    };
    let request = match (operation.method.as_str(), operation.body.is_empty()) {
        ("GET", _) => quote! { get(endpoint, Self::ID.path(), #caller) },
        (_, true) => quote! { post(endpoint, Self::ID.path(), #caller, None::<&()>) },
        (_, false) => quote! { post(endpoint, Self::ID.path(), #caller, Some(self)) },
    };
    if operation.headers.is_empty() {
        return request;
    }
    let puts = operation.headers.iter().map(|header| {
        let rule = format_ident!("{}", header.name);
        let field = format_ident!("{}", header.name.to_lowercase());
        quote! { #rule.put_secret(request.headers_mut(), self.#field.expose_secret()); }
    });
    quote! {
        let mut request = #request;
        #(#puts)*
        request
    }
}

fn decode(operation: &Operation) -> TokenStream {
    let Some(output) = &operation.output else {
        return quote! { read_empty(Received::of(&response)) };
    };
    // The first struct is the output itself, unless an operation before it has it too.
    let own = operation.structs.iter().find(|part| part.name == *output);
    let required = own.into_iter().flat_map(|part| {
        part.fields
            .iter()
            .filter(|field| field.presence == Presence::Required)
            .map(|field| &field.wire)
    });
    let validate = if own.is_some_and(|part| part.validate) {
        let output = format_ident!("{output}");
        quote! { crate::#output::validate }
    } else {
        quote! { |_| Ok(()) }
    };
    quote! { read_json(Received::of(&response), &[#(#required),*], #validate) }
}

fn decode_request(operation: &Operation) -> TokenStream {
    let read = (!operation.body.is_empty()).then(|| {
        quote! { let mut body = RequestBody::read(request.body().as_ref(), &FIELDS)?; }
    });
    let headers = operation.headers.iter().map(|header| {
        let rule = format_ident!("{}", header.name);
        let field = format_ident!("{}", header.name.to_lowercase());
        let newtype = header.newtype.as_ref().map_or_else(
            || quote! { alloc::string::String::from(#rule.required(request.headers())?) },
            |newtype| {
                let newtype = format_ident!("{newtype}");
                quote! {
                    crate::#newtype::parse(#rule.required(request.headers())?)
                        .map_err(|_| #rule.invalid())?
                }
            },
        );
        quote! { #field: #newtype }
    });
    let fields = operation.body.iter().enumerate().map(|(index, field)| {
        let name = format_ident!("{}", field.name);
        let index = Literal::usize_unsuffixed(index);
        let take = match field.presence {
            Presence::Required => format_ident!("required"),
            Presence::Nullable | Presence::Optional => format_ident!("optional"),
        };
        quote! { #name: body.#take(&FIELDS[#index])? }
    });
    if operation.headers.is_empty() && operation.body.is_empty() {
        return quote! { Ok(Self) };
    }
    quote! {
        #read
        Ok(Self { #(#headers,)* #(#fields,)* })
    }
}

fn fields(api: &Api, operation: &Operation) -> Option<TokenStream> {
    let rules = operation.body.iter().map(|field| field_rule(api, field));
    let count = operation.body.len();
    let length = Literal::usize_unsuffixed(count);
    (count > 0).then(|| {
        quote! { static FIELDS: [FieldRule; #length] = [#(#rules),*]; }
    })
}

fn field_rule(api: &Api, field: &Field) -> TokenStream {
    let wire = &field.wire;
    let accepts = match field.kind {
        Type::Text | Type::Named(_) => quote! { serde_json::Value::is_string },
        Type::Unsigned | Type::Integer | Type::Number => quote! { serde_json::Value::is_number },
        Type::Flag => quote! { serde_json::Value::is_boolean },
        Type::List(_) => quote! { serde_json::Value::is_array },
        Type::Struct(_) | Type::Map(_) => quote! { serde_json::Value::is_object },
        Type::Any => quote! { |_| true },
    };
    let required = field.presence == Presence::Required;
    let (missing, invalid) = field
        .codes
        .as_ref()
        .map(|of_field| codes(api, of_field))
        .unwrap_or_default();
    quote! {
        FieldRule {
            name: #wire,
            accepts: #accepts,
            required: #required,
            missing: #missing,
            invalid: #invalid,
        }
    }
}

/// The rule of a required header; of another, only its name.
fn header_rule(api: &Api, header: &Header) -> TokenStream {
    let name = format_ident!("{}", header.name);
    let wire = header.wire.to_lowercase();
    let Some(codes_) = &header.codes else {
        return quote! { const #name: HeaderName = HeaderName::from_static(#wire); };
    };
    let (missing, invalid) = codes(api, codes_);
    quote! {
        static #name: HeaderRule = HeaderRule::new(#wire, #missing, #invalid);
    }
}

fn codes(api: &Api, (missing, invalid): &(String, String)) -> (TokenStream, TokenStream) {
    let constant = |code: &str| {
        let name = api.error(code).map(|row| format_ident!("{}", row.name));
        quote! { ErrorCode::#name }
    };
    (constant(missing), constant(invalid))
}
