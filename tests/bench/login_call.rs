//! The one call that every contender makes, and the limits that all of them keep.

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(crate) const PATH: &str = "/api/v2/sdk/login/mobile-verify-code";
pub(crate) const MOBILE: &str = "15200000000";
pub(crate) const CODE: &str = "232326";

pub(crate) const CLIENT_ID: &str = "nTo1eRIub60vPb54WeE6aojPwYwImtl4";
pub(crate) const OPERATING_SYS_VERSION: &str = "windows10.1.1";
pub(crate) const DEVICE_FINGERPRINT: &str = "156aysdna213sc50";
pub(crate) const AGENT: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)";

/// The limits and the cap are the defaults of `HyperTransport`.
pub(crate) const CONNECT: Duration = Duration::from_secs(5);
pub(crate) const RESPONSE_HEAD: Duration = Duration::from_secs(20);
pub(crate) const WHOLE_CALL: Duration = Duration::from_secs(30);
pub(crate) const IDLE: Duration = Duration::from_secs(15);
pub(crate) const IN_FLIGHT: usize = 256;
pub(crate) const HEAD_BYTES: usize = 64 * 1024;
pub(crate) const BODY_BYTES: usize = 1024 * 1024;

/// The body of the request, for those who write it by hand.
#[derive(Serialize)]
pub(crate) struct Login<'a> {
    pub(crate) mobile: &'a str,
    pub(crate) verify_code: &'a str,
}

/// The body of the answer, for those who read it by hand.
#[derive(Deserialize)]
pub(crate) struct Session {
    pub(crate) status: String,
    pub(crate) session_token: String,
    #[serde(rename = "expire")]
    pub(crate) _expire: u64,
    #[serde(rename = "id_token")]
    pub(crate) _id_token: String,
}

/// The whole answer, as long as the vendor's.
pub(crate) fn answer() -> String {
    let body = answer_body();
    format!(
        "HTTP/1.1 200 OK\r\n\
         Date: Mon, 01 Jan 2024 00:00:00 GMT\r\n\
         Content-Type: application/json;charset=UTF-8\r\n\
         Content-Length: {}\r\n\
         Cache-Control: no-store\r\n\
         \r\n{body}",
        body.len()
    )
}

/// The body of the answer, with an id_token of the usual 800 characters.
pub(crate) fn answer_body() -> String {
    let [head, claims, signature] = [76, 380, 342].map(|length| "eyJhbGciOi0x".repeat(length / 12));
    format!(
        r#"{{"session_token":"0NvUZ3xu6BDDZTvwXlUDUzPPPzRkwbvd","expire":432000,"status":"SUCCESS","id_token":"{head}.{claims}.{signature}"}}"#
    )
}
