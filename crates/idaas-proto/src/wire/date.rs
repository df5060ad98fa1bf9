//! Dates of HTTP headers (RFC 9110 section 5.6.7) as seconds since 1970-01-01 00:00:00 UTC.

use alloc::string::String;
use std::time::{Duration, UNIX_EPOCH};

/// The last second that HTTP can write, at the end of the year 9999.
const LAST: u64 = 253_402_300_799;

/// Reads any of the three forms that RFC 9110 has.
pub(super) fn parse(text: &str) -> Option<u64> {
    let since = httpdate::parse_http_date(text)
        .ok()?
        .duration_since(UNIX_EPOCH);
    since.ok().map(|since| since.as_secs())
}

/// Writes the preferred form; nothing for a date after the year 9999.
pub(super) fn format(at: u64) -> Option<String> {
    (at <= LAST).then(|| httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(at)))
}
