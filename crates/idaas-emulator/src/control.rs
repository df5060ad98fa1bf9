//! What is behind `/_emulator/`: the side door for tests and demos.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use idaas_proto::Mobile;
use serde::{Deserialize, Serialize};

use crate::answer::{Refusal, json};
use crate::service::Service;

/// What all paths of the side door start with; no path of the service does.
pub(crate) const PREFIX: &str = "/_emulator/";

/// Answers a call behind [`PREFIX`]; `path` is what follows it.
pub(crate) fn answer(service: &Service, path: &str, request: &Request<Bytes>) -> Response<Bytes> {
    let Some((_, method, handler)) = ROUTES.iter().find(|(route, ..)| *route == path) else {
        return Refusal::NotFound.response();
    };
    if request.method().as_str() != *method {
        return Refusal::MethodNotAllowed(method).response();
    }
    handler(service, request).unwrap_or_else(Refusal::response)
}

type Handler = fn(&Service, &Request<Bytes>) -> Result<Response<Bytes>, Refusal>;

const ROUTES: [(&str, &str, Handler); 4] = [
    ("health", "GET", health),
    ("messages", "GET", messages),
    ("captcha/solve", "POST", solve_captcha),
    ("clock", "POST", advance_clock),
];

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

fn health(_: &Service, _: &Request<Bytes>) -> Result<Response<Bytes>, Refusal> {
    Ok(json(&Health { status: "ok" }))
}

fn messages(service: &Service, request: &Request<Bytes>) -> Result<Response<Bytes>, Refusal> {
    let query = request.uri().query().unwrap_or_default();
    let to = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("to="))
        .ok_or(Refusal::BadRequest("The query must be to=MOBILE"))?;
    let mobile = mobile_of(to).ok_or(Refusal::BadRequest("`to` is not a mobile number"))?;
    Ok(json(&service.messages(&mobile)))
}

#[derive(Deserialize)]
struct Solve {
    token: String,
}

#[derive(Serialize)]
struct Solved<'a> {
    point_json: &'a str,
}

fn solve_captcha(service: &Service, request: &Request<Bytes>) -> Result<Response<Bytes>, Refusal> {
    let Solve { token } = serde_json::from_slice(request.body())
        .map_err(|_| Refusal::BadRequest(r#"The body must be {"token": text}"#))?;
    let point = service.solve(&token).ok_or(Refusal::NoSuchCaptcha)?;
    let point_json = point.as_text();
    Ok(json(&Solved { point_json }))
}

#[derive(Deserialize)]
struct Advance {
    advance_seconds: f64,
}

#[derive(Serialize)]
struct Time {
    now: String,
}

fn advance_clock(service: &Service, request: &Request<Bytes>) -> Result<Response<Bytes>, Refusal> {
    let wrong = Refusal::BadRequest(r#"The body must be {"advance_seconds": number, 0 or more}"#);
    let Advance { advance_seconds } = serde_json::from_slice(request.body()).map_err(|_| wrong)?;
    let time = Duration::try_from_secs_f64(advance_seconds).map_err(|_| wrong)?;
    let now = service.advance(time).to_string();
    Ok(json(&Time { now }))
}

/// A number from a query. A `+` means itself there, and where a program took it for a space, too.
fn mobile_of(value: &str) -> Option<Mobile> {
    let text = percent_decoded(value)?;
    let text = match text.strip_prefix(' ') {
        Some(rest) => format!("+{rest}"),
        None => text,
    };
    Mobile::parse(text).ok()
}

/// The text behind `%XX`; nothing, where that is no UTF-8 or no `XX`.
fn percent_decoded(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push((high * 16 + low) as u8);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}
