//! The tables of the document: open sets, error codes, sources.

use crate::codegen::document::{ErrorRow, Schema};
use crate::codegen::model::{ErrorCode, OpenSet, Source};

use super::Result;

/// Known values, then any other text.
pub(super) fn is_open_set(schema: &Schema) -> bool {
    schema.any_of.iter().any(|value| value.constant.is_some())
}

pub(super) fn open_set(name: &str, schema: &Schema) -> Result<OpenSet> {
    let at = |error: String| format!("schema {name}: {error}");
    let Some((Schema { constant: None, .. }, values)) = schema.any_of.split_last() else {
        return Err(at(
            "a set must end with `type: string`, so that it is open".into()
        ));
    };
    let values = values
        .iter()
        .map(|value| {
            let text = value.constant.clone().ok_or("each value needs a const")?;
            let doc = value
                .description
                .clone()
                .ok_or_else(|| format!("value {text} needs a description"))?;
            Ok((text, doc, source(value.source.as_ref())?))
        })
        .collect::<Result<_>>()
        .map_err(at)?;
    Ok(OpenSet {
        name: name.to_owned(),
        trimmed: schema.trimmed,
        doc: schema.description.clone().unwrap_or_default(),
        values,
    })
}

pub(super) fn error_code(row: &ErrorRow) -> Result<ErrorCode> {
    Ok(ErrorCode {
        code: row.code.clone(),
        name: row.name.clone(),
        status: row.status,
        en: row.en.clone(),
        zh: row.zh.clone(),
        cause: row.cause.clone(),
        remedy: row.remedy.clone(),
        source: source(Some(&row.source)).map_err(|error| format!("code {}: {error}", row.code))?,
    })
}

pub(super) fn source(text: Option<&String>) -> Result<Source> {
    match text.map(String::as_str) {
        Some("login-page") => Ok(Source::LoginPage),
        Some("send-page") => Ok(Source::SendPage),
        Some("vendor") => Ok(Source::Vendor),
        Some("default") => Ok(Source::Default),
        Some(other) => Err(format!("the source {other} is unknown")),
        None => Err("it needs x-idaas-source".into()),
    }
}
