//! Answers that are not HTTP, or too much of it.

use super::super::{
    Capability,
    case::Case,
    expected::Expected,
    script::{Script, Then},
};
use crate::TransportErrorKind::{Closed, HeadTooLarge, Protocol, Receive};

const OK: &str = "HTTP/1.1 200 OK\r\n";

/// The body, or the head, of a service that is no HTTP server any more.
const fn garbage(name: &'static str, about: &'static str, answer: &'static [&'static str]) -> Case {
    Case::script(
        name,
        about,
        Expected::unknown(&[Protocol, Closed, Receive]),
        Script::new(answer, Then::Cut),
    )
}

pub(super) const CASES: &[Case] = &[
    garbage(
        "another_protocol",
        "the answer is the greeting of another protocol",
        &["SSH-2.0-OpenSSH_9.6\r\n"],
    ),
    garbage(
        "zeros",
        "the answer is zeros",
        &["\0\0\0\0\0\0\0\0\r\n\r\n"],
    ),
    garbage(
        "a_tls_alert",
        "the service speaks TLS where plain HTTP was asked",
        &["\u{15}\u{3}\u{1}\0\u{2}\u{2}\u{16}"],
    ),
    garbage(
        "no_status_line",
        "the answer is a page without a status line",
        &["<html>bad gateway</html>\r\n\r\n"],
    ),
    garbage(
        "no_status",
        "the status is no number",
        &["HTTP/1.1 two OK\r\n\r\n"],
    ),
    garbage(
        "no_header",
        "a line of the head is no header",
        &[OK, "no header\r\ncontent-length: 0\r\n\r\n"],
    ),
    garbage(
        "control_characters_in_a_header",
        "the value of a header has a zero byte",
        &[OK, "a: b\0c\r\ncontent-length: 0\r\n\r\n"],
    ),
    Case::script(
        "garbage_without_end",
        "the service sends garbage without end",
        Expected::unknown(&[Protocol, HeadTooLarge]),
        Script::new(&[], Then::Repeat("\u{1}\u{2}\u{3}\u{4}")),
    )
    .most_written(16 * 1024 * 1024),
    Case::script(
        "head_without_end",
        "a header has no end",
        Expected::unknown(&[HeadTooLarge]),
        Script::new(&[OK, "a: "], Then::Repeat("xxxxxxxx")),
    )
    .most_written(16 * 1024 * 1024),
    Case::script(
        "headers_without_end",
        "the head has headers without end",
        Expected::unknown(&[HeadTooLarge]),
        Script::new(&[OK], Then::Repeat("a: bbbbbbbb\r\n")),
    )
    .most_written(16 * 1024 * 1024),
    Case::script(
        "status_line_without_end",
        "the reason of the status has no end",
        Expected::unknown(&[HeadTooLarge, Protocol]),
        Script::new(&["HTTP/1.1 200 "], Then::Repeat("OK")),
    )
    .most_written(16 * 1024 * 1024),
    Case::script(
        "head_over_the_cap",
        "the head is longer than the cap",
        Expected::unknown(&[HeadTooLarge]),
        Script::new(&[OK, "a: ", LONG, "\r\n\r\n"], Then::Hang),
    )
    .needs(&[Capability::MaxResponseHead]),
];

/// 48 KiB.
const LONG: &str = match std::str::from_utf8(&[b'x'; 48 * 1024]) {
    Ok(text) => text,
    Err(_) => "",
};
