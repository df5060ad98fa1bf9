//! The reference for people: operations, headers, fields, and every code with its cause and remedy.

use std::fmt::Write;

use super::HEADER;
use super::model::{Api, Field, Header, Operation, Presence, Type, pascal_case};

pub(super) fn markdown(api: &Api) -> String {
    let mut text = format!(
        "<!-- {HEADER} -->\n\n# {}\n\n{}\n\n",
        api.title, api.description
    );
    overview(api, &mut text);
    common_headers(api, &mut text);
    for operation in &api.operations {
        describe(api, operation, &mut text);
    }
    open_sets(api, &mut text);
    codes(api, &mut text);
    text
}

fn overview(api: &Api, text: &mut String) {
    text.push_str("## Operations\n\n");
    let rows = api.operations.iter().map(|operation| {
        vec![
            format!("[`{0}`](#{0})", operation.id),
            format!("`{} {}`", operation.method, operation.path),
            operation.summary.clone(),
        ]
    });
    table(
        &["operation", "method and path", "what it does"],
        rows,
        text,
    );
}

fn common_headers(api: &Api, text: &mut String) {
    text.push_str("## Common headers\n\n");
    text.push_str(
        "On every call below `/api/v2/sdk`, with `content-type: application/json`. \
         Source: the two pages of the vendor.\n\n",
    );
    header_table(&api.headers, text);
}

fn describe(api: &Api, operation: &Operation, text: &mut String) {
    line(
        text,
        format_args!("## {}\n\n{}", operation.id, operation.summary),
    );
    if let Some(description) = &operation.description {
        line(text, format_args!("\n{description}"));
    }
    line(
        text,
        format_args!(
            "\n`{} {}` · Rust: `{}` · source: {}\n",
            operation.method,
            operation.path,
            pascal_case(&operation.id),
            operation.source.text()
        ),
    );
    if !operation.common_headers {
        text.push_str("Takes none of the common headers.\n\n");
    }
    if !operation.headers.is_empty() {
        text.push_str("### Headers of its own\n\n");
        header_table(&operation.headers, text);
    }
    if !operation.body.is_empty() {
        text.push_str("### Request\n\n");
        field_table(&operation.body, text);
    }
    if operation.output.is_none() {
        text.push_str("### Answer\n\nA success has an empty body.\n\n");
    }
    for part in &operation.structs {
        line(
            text,
            format_args!("### Answer: `{}`\n\n{}\n", part.name, part.doc),
        );
        field_table(&part.fields, text);
    }
    if operation.errors.is_empty() {
        text.push_str("### Error codes\n\nNone is documented.\n\n");
    } else {
        text.push_str("### Error codes\n\n");
        let rows = operation
            .errors
            .iter()
            .filter_map(|code| api.error(code))
            .map(|row| {
                vec![
                    format!("`{}`", row.code),
                    row.status.to_string(),
                    row.en.clone(),
                    row.remedy.clone(),
                ]
            });
        table(&["code", "HTTP", "message", "what to do"], rows, text);
    }
}

fn open_sets(api: &Api, text: &mut String) {
    for set in &api.open_sets {
        line(text, format_args!("## {}\n\n{}\n", set.name, set.doc));
        let rows = set.values.iter().map(|(value, doc, source)| {
            vec![format!("`{value}`"), doc.clone(), source.text().to_owned()]
        });
        table(&["value", "meaning", "source"], rows, text);
    }
}

fn codes(api: &Api, text: &mut String) {
    text.push_str("## Error catalogue\n\n");
    text.push_str(
        "Every refusal has the body `{\"error_code\": string, \"error_msg\": string}`. \
         Other products write the same codes without `IDAAS.SDK.`.\n\n",
    );
    let rows = api.errors.iter().map(|row| {
        vec![
            format!("`{}`<br>`ErrorCode::{}`", row.code, row.name),
            row.status.to_string(),
            format!("{}<br>{}", row.en, row.zh),
            row.cause.clone(),
            row.remedy.clone(),
            row.source.text().to_owned(),
        ]
    });
    table(
        &["code", "HTTP", "message", "cause", "what to do", "source"],
        rows,
        text,
    );
    while text.ends_with("\n\n") {
        text.pop();
    }
}

fn header_table(headers: &[Header], text: &mut String) {
    let rows = headers.iter().map(|header| {
        let example = header.example.as_ref();
        vec![
            format!("`{}`", header.wire),
            if header.required { "yes" } else { "no" }.to_owned(),
            header.doc.clone(),
            example.map_or_else(String::new, |example| format!("`{example}`")),
            missing(header.codes.as_ref()),
        ]
    });
    table(
        &["header", "required", "meaning", "example", "missing"],
        rows,
        text,
    );
}

fn field_table(fields: &[Field], text: &mut String) {
    let in_request = fields.iter().any(|field| field.codes.is_some());
    let rows = fields.iter().map(|field| {
        let mut row = vec![
            format!("`{}`", field.wire),
            type_text(&field.kind),
            match field.presence {
                Presence::Required => "always",
                Presence::Nullable => "always, may be null",
                Presence::Optional => "optional",
            }
            .to_owned(),
            field.doc.clone(),
        ];
        if in_request {
            row.push(missing(field.codes.as_ref()));
            row.push(
                field
                    .codes
                    .as_ref()
                    .map_or_else(String::new, |(_, invalid)| format!("`{invalid}`")),
            );
        }
        row
    });
    let head: &[&str] = if in_request {
        &["field", "type", "present", "meaning", "missing", "invalid"]
    } else {
        &["field", "type", "present", "meaning"]
    };
    table(head, rows, text);
}

fn missing(codes: Option<&(String, String)>) -> String {
    codes.map_or_else(String::new, |(missing, _)| format!("`{missing}`"))
}

fn type_text(kind: &Type) -> String {
    match kind {
        Type::Text => "string".into(),
        Type::Unsigned => "integer, not negative".into(),
        Type::Integer => "integer".into(),
        Type::Number => "number".into(),
        Type::Flag => "boolean".into(),
        Type::Any => "any".into(),
        Type::Named(name) => format!("string (`{name}`)"),
        Type::Struct(name) => format!("`{name}`"),
        Type::List(inner) => format!("list of {}", type_text(inner)),
        Type::Map(inner) => format!("map of string to {}", type_text(inner)),
    }
}

fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>, text: &mut String) {
    line(text, format_args!("| {} |", head.join(" | ")));
    line(text, format_args!("|{}", "---|".repeat(head.len())));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        line(text, format_args!("| {} |", cells.join(" | ")));
    }
    text.push('\n');
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{arguments}");
}
