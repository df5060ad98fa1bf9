//! What is behind `/_emulator/`: the side door for tests and demos.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use idaas_proto::Mobile;
use serde::Serialize;
use serde_json::{Map, Value};

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

#[derive(Serialize)]
struct Solved<'a> {
    point_json: &'a str,
}

fn solve_captcha(service: &Service, request: &Request<Bytes>) -> Result<Response<Bytes>, Refusal> {
    let body = object(request);
    let token = (body.get("token").and_then(Value::as_str))
        .ok_or(Refusal::BadRequest(r#"The body must be {"token": text}"#))?;
    let point = service.solve(token).ok_or(Refusal::NoSuchCaptcha)?;
    let point_json = point.as_text();
    Ok(json(&Solved { point_json }))
}

#[derive(Serialize)]
struct Time {
    now: String,
}

fn advance_clock(service: &Service, request: &Request<Bytes>) -> Result<Response<Bytes>, Refusal> {
    let wrong = Refusal::BadRequest(r#"The body must be {"advance_seconds": number, 0 or more}"#);
    let body = object(request);
    let seconds = (body.get("advance_seconds").and_then(Value::as_f64)).ok_or(wrong)?;
    let time = Duration::try_from_secs_f64(seconds).map_err(|_| wrong)?;
    let too_far = Refusal::BadRequest("The clock goes at most 10 years ahead in all");
    let now = service.try_advance(time).ok_or(too_far)?.to_string();
    Ok(json(&Time { now }))
}

/// The fields of a body; none, where it is no JSON object.
fn object(request: &Request<Bytes>) -> Map<String, Value> {
    serde_json::from_slice(request.body()).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

    use http::{Method, StatusCode};
    use idaas_proto::OperationId;
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{MOBILE, Person, code_of, read};

    async fn get(person: &Person, path: &str) -> (StatusCode, Value) {
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = format!("/_emulator/{path}").parse().unwrap();
        read(&person.0.call(request).await)
    }

    async fn post(person: &Person, path: &str, body: &str) -> (StatusCode, Value) {
        let mut request = Request::new(Bytes::copy_from_slice(body.as_bytes()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = format!("/_emulator/{path}").parse().unwrap();
        read(&person.0.call(request).await)
    }

    #[tokio::test]
    async fn it_is_healthy() {
        let health = get(&Person::new(), "health").await;
        assert_eq!(health, (StatusCode::OK, json!({"status": "ok"})));
    }

    #[tokio::test]
    async fn messages_are_found_by_any_form_of_the_number() {
        let person = Person::new();
        person.send().await;
        let code = person.code();
        let expected = json!([{
            "id": "1",
            "mobile": "+8615200000000",
            "type": "LOGIN_SMS",
            "code": code,
            "text": format!("Your verification code is {code}. It is valid for 5 min. Share it with nobody."),
            "sent_at": "2023-11-14T22:13:20.000Z",
        }]);
        for to in [
            MOBILE,
            "+8615200000000",
            "%2B8615200000000",
            "%2b86-15200000000",
            "+86-15200000000",
            "%208615200000000",
            "%31%35200000000",
        ] {
            assert_eq!(
                get(&person, &format!("messages?to={to}")).await.1,
                expected,
                "{to}"
            );
        }
        let other = get(&person, "messages?x=1&to=15200000001").await;
        assert_eq!(other, (StatusCode::OK, json!([])));
    }

    #[tokio::test]
    async fn the_newest_message_comes_first() {
        let person = Person::new();
        person.send().await;
        let first = person.code();
        person.0.advance(Duration::from_secs(61));
        person.send().await;
        let (_, messages) = get(&person, &format!("messages?to={MOBILE}")).await;
        assert_eq!(messages[0]["code"], person.code());
        assert_eq!(messages[0]["sent_at"], "2023-11-14T22:14:21.000Z");
        assert_eq!(messages[1]["code"], first);
    }

    #[tokio::test]
    async fn a_captcha_is_solved_as_often_as_asked() {
        let person = Person::new();
        let (_, captcha) = person.call(OperationId::GetCaptcha, Value::Null).await;
        let token = &captcha["token"];
        let ask = json!({ "token": token }).to_string();
        let (status, solved) = post(&person, "captcha/solve", &ask).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(post(&person, "captcha/solve", &ask).await.1, solved);
        let answer = json!({"token": token, "point_json": solved["point_json"], "sender": MOBILE});
        let (status, _) = person.call(OperationId::VerifyCaptcha, answer).await;
        assert_eq!(status, StatusCode::OK);
        let gone = post(&person, "captcha/solve", &ask).await;
        assert_eq!(
            (gone.0, code_of(&gone)),
            (StatusCode::NOT_FOUND, "EMULATOR.NO_SUCH_CAPTCHA")
        );
    }

    #[tokio::test]
    async fn the_clock_goes_forward() {
        let person = Person::new();
        let moved = post(&person, "clock", r#"{"advance_seconds": 61}"#).await;
        assert_eq!(
            moved,
            (StatusCode::OK, json!({"now": "2023-11-14T22:14:21.000Z"}))
        );
        let moved = post(&person, "clock", r#"{"advance_seconds": 0.5}"#).await;
        assert_eq!(moved.1, json!({"now": "2023-11-14T22:14:21.500Z"}));
        let moved = post(&person, "clock", r#"{"advance_seconds": 315000000}"#).await;
        assert_eq!(moved.1, json!({"now": "2033-11-07T18:14:21.500Z"}));
        let too_far = post(&person, "clock", r#"{"advance_seconds": 1000000}"#).await;
        assert_eq!(too_far.0, StatusCode::BAD_REQUEST, "10 years in all");
        let moved = post(&person, "clock", r#"{"advance_seconds": 0}"#).await;
        assert_eq!(moved.1, json!({"now": "2033-11-07T18:14:21.500Z"}));
    }

    #[tokio::test]
    async fn wrong_calls_are_told_so() {
        let person = Person::new();
        for (path, body) in [
            ("clock", ""),
            ("clock", "{}"),
            ("clock", r#"{"advance_seconds": -1}"#),
            ("clock", r#"{"advance_seconds": "1"}"#),
            ("clock", r#"{"advance_seconds": 1e30}"#),
            ("clock", r#"{"advance_seconds": 1e18}"#),
            ("clock", r#"{"advance_seconds": 315576001}"#),
            ("clock", "[1]x"),
            ("clock", "[5]"),
            ("clock", "5"),
            ("clock", "null"),
            ("captcha/solve", "not json"),
            ("captcha/solve", r#"["x"]"#),
            ("captcha/solve", r#""x""#),
            ("captcha/solve", r#"{"token": 1}"#),
        ] {
            let answer = post(&person, path, body).await;
            assert_eq!(answer.0, StatusCode::BAD_REQUEST, "{path} {body}");
            assert_eq!(code_of(&answer), "EMULATOR.BAD_REQUEST", "{path} {body}");
        }
        for query in [
            "", "?", "?from=1", "?to=", "?to=%", "?to=%GG", "?to=%ff", "?to=%0A",
        ] {
            let answer = get(&person, &format!("messages{query}")).await;
            assert_eq!(answer.0, StatusCode::BAD_REQUEST, "{query}");
        }
        for path in ["", "nothing", "health/", "captcha"] {
            let answer = get(&person, path).await;
            assert_eq!(
                (answer.0, code_of(&answer)),
                (StatusCode::NOT_FOUND, "EMULATOR.NOT_FOUND")
            );
        }
        let answer = get(&person, "clock").await;
        assert_eq!(code_of(&answer), "EMULATOR.METHOD_NOT_ALLOWED");
    }
}
