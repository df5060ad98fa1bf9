//! Reads single claims. `null` and the empty string count as absent: the service fills what it does
//! not know with either.

use serde_json::{Map, Value};

use super::IdTokenError;
use crate::Timestamp;

/// Reads a claim that is a string.
pub(super) fn text<'a>(
    claims: &'a Map<String, Value>,
    claim: &'static str,
) -> Result<Option<&'a str>, IdTokenError> {
    match claims.get(claim) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok((!text.is_empty()).then_some(text)),
        Some(_) => Err(IdTokenError::MalformedClaim { claim }),
    }
}

/// Reads a claim that is a string or an array of strings, as `aud` is (RFC 7519 §4.1.3).
pub(super) fn texts<'a>(
    claims: &'a Map<String, Value>,
    claim: &'static str,
) -> Result<Vec<&'a str>, IdTokenError> {
    match claims.get(claim) {
        Some(Value::Array(values)) => values
            .iter()
            .map(|value| value.as_str().ok_or(IdTokenError::MalformedClaim { claim }))
            .collect(),
        _ => Ok(text(claims, claim)?.into_iter().collect()),
    }
}

/// Reads a `NumericDate` (RFC 7519 §2): seconds since the epoch, a fraction is dropped.
pub(super) fn time(
    claims: &Map<String, Value>,
    claim: &'static str,
) -> Result<Option<Timestamp>, IdTokenError> {
    let number = match claims.get(claim) {
        None | Some(Value::Null) => return Ok(None),
        Some(number) => number,
    };
    let seconds = number.as_u64().or_else(|| {
        // Below 2^53 a double holds every whole second; no date is beyond.
        const LIMIT: f64 = 9_007_199_254_740_992.0;
        let seconds = number.as_f64()?;
        (0.0..LIMIT).contains(&seconds).then_some(seconds as u64)
    });
    match seconds {
        Some(seconds) => Ok(Some(Timestamp::from_unix(seconds))),
        None => Err(IdTokenError::MalformedClaim { claim }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(value: Value) -> Map<String, Value> {
        Map::from_iter([("x".to_owned(), value)])
    }

    #[test]
    fn reads_numeric_dates() {
        let cases = [
            (json!(null), Ok(None)),
            (json!(0), Ok(Some(0))),
            (json!(1_657_000_000), Ok(Some(1_657_000_000))),
            (json!(1_657_000_000.9), Ok(Some(1_657_000_000))),
            (json!(1.657e9), Ok(Some(1_657_000_000))),
            (json!(u64::MAX), Ok(Some(u64::MAX))),
            (json!(-1), Err(())),
            (json!(-0.5), Err(())),
            (json!(1e300), Err(())),
            (json!("1657000000"), Err(())),
            (json!([1_657_000_000]), Err(())),
            (json!(true), Err(())),
        ];
        for (value, expected) in cases {
            let read = time(&claims(value.clone()), "x")
                .map(|time| time.map(Timestamp::as_unix))
                .map_err(|error| assert_eq!(error, IdTokenError::MalformedClaim { claim: "x" }));
            assert_eq!(read, expected, "NumericDate {value}");
        }
        assert_eq!(time(&Map::new(), "x"), Ok(None));
    }

    #[test]
    fn reads_one_text_or_several() {
        let malformed = Err(IdTokenError::MalformedClaim { claim: "x" });
        assert_eq!(texts(&Map::new(), "x"), Ok(vec![]));
        assert_eq!(texts(&claims(json!("")), "x"), Ok(vec![]));
        assert_eq!(texts(&claims(json!("a")), "x"), Ok(vec!["a"]));
        assert_eq!(texts(&claims(json!(["a", "b"])), "x"), Ok(vec!["a", "b"]));
        assert_eq!(texts(&claims(json!(["a", 1])), "x"), malformed);
        assert_eq!(texts(&claims(json!({"a": 1})), "x"), malformed);
        assert_eq!(
            text(&claims(json!(["a"])), "x"),
            Err(IdTokenError::MalformedClaim { claim: "x" })
        );
    }
}
