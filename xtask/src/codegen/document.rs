//! The parts of an OpenAPI 3.1 document that this workspace uses, as they are written.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub(super) struct Document {
    pub(super) info: Info,
    pub(super) paths: IndexMap<String, IndexMap<String, Operation>>,
    pub(super) components: Components,
    #[serde(rename = "x-idaas-error-catalogue")]
    pub(super) catalogue: Vec<ErrorRow>,
}

#[derive(Deserialize)]
pub(super) struct Info {
    pub(super) title: String,
    pub(super) description: String,
}

#[derive(Deserialize)]
pub(super) struct Components {
    pub(super) parameters: IndexMap<String, Parameter>,
    pub(super) schemas: IndexMap<String, Schema>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Operation {
    pub(super) operation_id: String,
    pub(super) summary: String,
    pub(super) description: Option<String>,
    #[serde(rename = "x-idaas-source")]
    pub(super) source: String,
    #[serde(default)]
    pub(super) parameters: Vec<ParameterOrRef>,
    pub(super) request_body: Option<Content>,
    pub(super) responses: IndexMap<String, Response>,
    #[serde(rename = "x-idaas-errors")]
    pub(super) errors: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum ParameterOrRef {
    Ref {
        #[serde(rename = "$ref")]
        target: String,
    },
    Here(Box<Parameter>),
}

#[derive(Clone, Deserialize)]
pub(super) struct Parameter {
    pub(super) name: String,
    #[serde(rename = "in")]
    pub(super) place: String,
    pub(super) required: bool,
    pub(super) description: String,
    pub(super) schema: Schema,
    pub(super) example: Option<String>,
    #[serde(rename = "x-idaas-missing")]
    pub(super) missing: Option<String>,
    #[serde(rename = "x-idaas-invalid")]
    pub(super) invalid: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Content {
    pub(super) content: IndexMap<String, MediaType>,
}

#[derive(Deserialize)]
pub(super) struct MediaType {
    pub(super) schema: Schema,
}

#[derive(Deserialize)]
pub(super) struct Response {
    #[serde(default)]
    pub(super) content: IndexMap<String, MediaType>,
    #[serde(default, rename = "x-idaas-empty-body")]
    pub(super) empty: bool,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Schema {
    #[serde(rename = "$ref")]
    pub(super) target: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: Option<Kinds>,
    pub(super) description: Option<String>,
    pub(super) properties: IndexMap<String, Self>,
    pub(super) required: Vec<String>,
    pub(super) items: Option<Box<Self>>,
    pub(super) additional_properties: Option<Box<Self>>,
    pub(super) any_of: Vec<Self>,
    #[serde(rename = "const")]
    pub(super) constant: Option<String>,
    pub(super) minimum: Option<Value>,
    #[serde(rename = "x-rust-name")]
    pub(super) rust_name: Option<String>,
    #[serde(rename = "x-idaas-newtype")]
    pub(super) newtype: bool,
    #[serde(rename = "x-idaas-trimmed")]
    pub(super) trimmed: bool,
    #[serde(rename = "x-idaas-validate")]
    pub(super) validate: bool,
    #[serde(rename = "x-idaas-source")]
    pub(super) source: Option<String>,
    #[serde(rename = "x-idaas-missing")]
    pub(super) missing: Option<String>,
    #[serde(rename = "x-idaas-invalid")]
    pub(super) invalid: Option<String>,
}

/// A schema's `type`: one, or several of which one may be `null`.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Kinds {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
pub(super) struct ErrorRow {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) status: u16,
    pub(super) en: String,
    pub(super) zh: String,
    pub(super) cause: String,
    pub(super) remedy: String,
    #[serde(rename = "x-idaas-source")]
    pub(super) source: String,
}
