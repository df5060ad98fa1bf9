//! From the document as it is written to what it means; every inconsistency is named with its place.

mod tables;

use std::collections::BTreeSet;

use super::document::{self, Document, Kinds, ParameterOrRef, Schema};
use super::model::{Api, Field, Header, Operation, Presence, Struct, Type, snake_case};
use tables::{error_code, is_open_set, open_set, source};

type Result<T> = std::result::Result<T, String>;

const PARAMETERS: &str = "#/components/parameters/";
const SCHEMAS: &str = "#/components/schemas/";
const JSON: &str = "application/json";

pub(super) fn lower(document: &Document) -> Result<Api> {
    let errors = document
        .catalogue
        .iter()
        .map(error_code)
        .collect::<Result<Vec<_>>>()?;
    let lowering = Lowering {
        document,
        codes: errors.iter().map(|row| row.code.as_str()).collect(),
    };
    if lowering.codes.len() != errors.len() {
        return Err("the catalogue has a code twice".into());
    }
    let mut seen = BTreeSet::new();
    let mut operations = Vec::new();
    for (path, methods) in &document.paths {
        for (method, operation) in methods {
            operations.push(lowering.operation(path, method, operation, &mut seen)?);
        }
    }
    let headers = document
        .components
        .parameters
        .iter()
        .map(|(name, parameter)| lowering.header(&snake_case(name).to_uppercase(), parameter))
        .collect::<Result<_>>()?;
    let open_sets = document
        .components
        .schemas
        .iter()
        .filter(|(_, schema)| is_open_set(schema))
        .map(|(name, schema)| open_set(name, schema))
        .collect::<Result<_>>()?;
    Ok(Api {
        title: document.info.title.clone(),
        description: document.info.description.clone(),
        operations,
        open_sets,
        headers,
        errors,
    })
}

struct Lowering<'d> {
    document: &'d Document,
    codes: BTreeSet<&'d str>,
}

impl Lowering<'_> {
    fn operation(
        &self,
        path: &str,
        method: &str,
        operation: &document::Operation,
        seen: &mut BTreeSet<String>,
    ) -> Result<Operation> {
        let id = &operation.operation_id;
        let at = |error: String| format!("operation {id}: {error}");
        if !["get", "post"].contains(&method) {
            return Err(at(format!("the method {method} is not supported")));
        }
        for code in &operation.errors {
            self.known(code).map_err(at)?;
        }
        let mut headers = Vec::new();
        let mut common = 0;
        for parameter in &operation.parameters {
            match parameter {
                ParameterOrRef::Ref { target } => {
                    let name = target.strip_prefix(PARAMETERS).unwrap_or(target);
                    if !self.document.components.parameters.contains_key(name) {
                        return Err(at(format!("there is no parameter {target}")));
                    }
                    common += 1;
                }
                ParameterOrRef::Here(parameter) => headers.push(
                    self.header(&snake_case(&parameter.name).to_uppercase(), parameter)
                        .map_err(at)?,
                ),
            }
        }
        if ![0, self.document.components.parameters.len()].contains(&common) {
            return Err(at("it must take all common headers or none".into()));
        }
        let body = match &operation.request_body {
            Some(body) => self.body(body).map_err(at)?,
            None => Vec::new(),
        };
        let (output, structs) = self.output(operation, seen).map_err(at)?;
        Ok(Operation {
            id: id.clone(),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: operation.summary.clone(),
            description: operation.description.clone(),
            source: source(Some(&operation.source)).map_err(at)?,
            common_headers: common > 0,
            headers,
            body,
            output,
            structs,
            errors: operation.errors.clone(),
        })
    }

    fn body(&self, body: &document::Content) -> Result<Vec<Field>> {
        let media = body
            .content
            .get(JSON)
            .ok_or_else(|| format!("its body must be {JSON}"))?;
        let mut fields = self.fields(&media.schema)?;
        for (field, schema) in fields.iter_mut().zip(media.schema.properties.values()) {
            let codes = self.codes_of(schema.missing.as_ref(), schema.invalid.as_ref())?;
            field.codes = Some(codes.ok_or_else(|| {
                format!(
                    "field {}: a field of a request needs x-idaas-missing",
                    field.wire
                )
            })?);
        }
        Ok(fields)
    }

    /// The name of what a success carries, and the structs that are new with it.
    fn output(
        &self,
        operation: &document::Operation,
        seen: &mut BTreeSet<String>,
    ) -> Result<(Option<String>, Vec<Struct>)> {
        let success = operation
            .responses
            .get("200")
            .ok_or("it must have a response 200")?;
        if success.empty {
            return Ok((None, Vec::new()));
        }
        let media = success
            .content
            .get(JSON)
            .ok_or_else(|| format!("its response 200 must be {JSON} or empty"))?;
        let Type::Struct(name) = self.type_of(&media.schema)? else {
            return Err("its response 200 must refer to an object".into());
        };
        let mut structs = Vec::new();
        self.collect(&name, seen, &mut structs)?;
        Ok((Some(name), structs))
    }

    /// The struct and those that it is made of, outermost first.
    fn collect(
        &self,
        name: &str,
        seen: &mut BTreeSet<String>,
        structs: &mut Vec<Struct>,
    ) -> Result<()> {
        if !seen.insert(name.to_owned()) {
            return Ok(());
        }
        let schema = self.schema(name)?;
        let fields = self
            .fields(schema)
            .map_err(|error| format!("schema {name}: {error}"))?;
        let parts: Vec<String> = fields
            .iter()
            .filter_map(|field| part(&field.kind))
            .collect();
        structs.push(Struct {
            name: name.to_owned(),
            doc: schema.description.clone().unwrap_or_default(),
            source: source(schema.source.as_ref())
                .map_err(|error| format!("schema {name}: {error}"))?,
            fields,
            validate: schema.validate,
        });
        for part in parts {
            self.collect(&part, seen, structs)?;
        }
        Ok(())
    }

    fn fields(&self, schema: &Schema) -> Result<Vec<Field>> {
        if let Some(name) = schema
            .required
            .iter()
            .find(|name| !schema.properties.contains_key(*name))
        {
            return Err(format!("it requires {name}, which it does not have"));
        }
        schema
            .properties
            .iter()
            .map(|(wire, property)| {
                let at = |error: String| format!("field {wire}: {error}");
                let (kind, nullable) = self.nullable(property).map_err(at)?;
                Ok(Field {
                    wire: wire.clone(),
                    name: property
                        .rust_name
                        .clone()
                        .unwrap_or_else(|| snake_case(wire)),
                    kind,
                    presence: match (schema.required.contains(wire), nullable) {
                        (true, false) => Presence::Required,
                        (true, true) => Presence::Nullable,
                        (false, _) => Presence::Optional,
                    },
                    doc: property
                        .description
                        .clone()
                        .ok_or_else(|| at("it needs a description".into()))?,
                    codes: None,
                })
            })
            .collect()
    }

    /// A type, and whether it may be null.
    fn nullable(&self, schema: &Schema) -> Result<(Type, bool)> {
        let is_null =
            |schema: &Schema| matches!(&schema.kind, Some(Kinds::One(kind)) if kind == "null");
        match schema.any_of.as_slice() {
            [one, null] if is_null(null) => Ok((self.type_of(one)?, true)),
            _ => {
                let kind = self.type_of(schema)?;
                let null = matches!(&schema.kind, Some(Kinds::Several(kinds)) if kinds.iter().any(|kind| kind == "null"));
                let null = null || matches!(kind, Type::Any);
                Ok((kind, null))
            }
        }
    }

    fn type_of(&self, schema: &Schema) -> Result<Type> {
        if let Some(target) = &schema.target {
            let name = target.strip_prefix(SCHEMAS).unwrap_or(target);
            let schema = self.schema(name)?;
            let is_text = schema.newtype || is_open_set(schema);
            return Ok(if is_text { Type::Named } else { Type::Struct }(
                name.to_owned(),
            ));
        }
        let kind = match &schema.kind {
            None => return Ok(Type::Any),
            Some(Kinds::One(kind)) => kind,
            Some(Kinds::Several(kinds)) => kinds
                .iter()
                .find(|kind| *kind != "null")
                .ok_or("it can only be null")?,
        };
        Ok(match kind.as_str() {
            "string" => Type::Text,
            "integer" if schema.minimum.is_some() => Type::Unsigned,
            "integer" => Type::Integer,
            "number" => Type::Number,
            "boolean" => Type::Flag,
            "array" => {
                let items = schema.items.as_ref().ok_or("an array needs items")?;
                Type::List(Box::new(self.type_of(items)?))
            }
            "object" => {
                let values = schema
                    .additional_properties
                    .as_ref()
                    .ok_or("an object inside an object must be a map or a $ref")?;
                Type::Map(Box::new(self.type_of(values)?))
            }
            other => return Err(format!("the type {other} is not supported")),
        })
    }

    fn schema(&self, name: &str) -> Result<&Schema> {
        self.document
            .components
            .schemas
            .get(name)
            .ok_or_else(|| format!("there is no schema {name}"))
    }

    fn header(&self, name: &str, parameter: &document::Parameter) -> Result<Header> {
        let at = |error: String| format!("header {}: {error}", parameter.name);
        if parameter.place != "header" {
            return Err(at(format!(
                "a parameter in {} is not supported",
                parameter.place
            )));
        }
        let codes = self
            .codes_of(parameter.missing.as_ref(), parameter.invalid.as_ref())
            .map_err(at)?;
        if parameter.required && codes.is_none() {
            return Err(at("a required header needs x-idaas-missing".into()));
        }
        let newtype = match self.type_of(&parameter.schema).map_err(at)? {
            Type::Named(name) => Some(name),
            Type::Text => None,
            _ => return Err(at("a header must be a text".into())),
        };
        Ok(Header {
            wire: parameter.name.clone(),
            name: name.to_owned(),
            newtype,
            required: parameter.required,
            doc: parameter.description.clone(),
            example: parameter.example.clone(),
            codes,
        })
    }

    /// The codes for "missing" and "invalid", the second of which defaults to the first.
    fn codes_of(
        &self,
        missing: Option<&String>,
        invalid: Option<&String>,
    ) -> Result<Option<(String, String)>> {
        let Some(missing) = missing else {
            return Ok(None);
        };
        let invalid = invalid.unwrap_or(missing);
        self.known(missing)?;
        self.known(invalid)?;
        Ok(Some((missing.clone(), invalid.clone())))
    }

    fn known(&self, code: &str) -> Result<()> {
        if self.codes.contains(code) {
            Ok(())
        } else {
            Err(format!("the code {code} is not in the catalogue"))
        }
    }
}

/// The struct that a type holds, at whatever depth.
fn part(kind: &Type) -> Option<String> {
    match kind {
        Type::Struct(name) => Some(name.clone()),
        Type::List(inner) | Type::Map(inner) => part(inner),
        _ => None,
    }
}
