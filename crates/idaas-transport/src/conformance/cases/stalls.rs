//! A service that stops, and the limit that ends the wait.

use super::super::{
    Capability,
    case::{Case, Limit},
    expected::Expected,
    script::{Read, Script, Then},
};
use crate::TransportErrorKind::{BodyTimeout, HeadTimeout, HeadTooLarge, Protocol};

const HALF_BODY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nbody";
const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

/// A stall that the deadline of the call ends.
const fn stall(
    name: &'static str,
    about: &'static str,
    expected: Expected,
    script: Script,
) -> Case {
    Case::script(name, about, expected, script).limit(Limit::Deadline)
}

pub(super) const CASES: &[Case] = &[
    stall(
        "stall_in_a_long_request",
        "the service stops reading in the middle of a long request",
        Expected::unknown(&[HeadTimeout]),
        Script::new(&[], Then::Deaf).after(Read::FirstByte),
    )
    .request_body(16 * 1024 * 1024),
    stall(
        "stall_after_the_request",
        "the service reads the request and says nothing",
        Expected::unknown(&[HeadTimeout]),
        Script::new(&[], Then::Hang),
    ),
    stall(
        "stall_in_the_status_line",
        "the service stops in the middle of the status line",
        Expected::unknown(&[HeadTimeout]),
        Script::new(&["HTTP/1.1 20"], Then::Hang),
    ),
    stall(
        "stall_in_the_head",
        "the service stops in the middle of a header",
        Expected::unknown(&[HeadTimeout]),
        Script::new(&["HTTP/1.1 200 OK\r\ncontent-le"], Then::Hang),
    ),
    stall(
        "stall_after_the_head",
        "the service stops before the body that it announced",
        Expected::unknown(&[BodyTimeout]),
        Script::new(
            &["HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n"],
            Then::Hang,
        ),
    ),
    stall(
        "stall_in_the_body",
        "the service stops in the middle of the body",
        Expected::unknown(&[BodyTimeout]),
        Script::new(&[HALF_BODY], Then::Hang),
    ),
    stall(
        "stall_in_a_chunk",
        "the service stops in the middle of a chunk",
        Expected::unknown(&[BodyTimeout]),
        Script::new(&[CHUNKED, "9\r\nbody"], Then::Hang),
    ),
    stall(
        "stall_before_the_last_chunk",
        "the service does not send the last chunk",
        Expected::unknown(&[BodyTimeout]),
        Script::new(&[CHUNKED, "4\r\nbody\r\n"], Then::Hang),
    ),
    stall(
        "stall_without_a_length",
        "the service neither says how long the body is nor ends it",
        Expected::unknown(&[BodyTimeout]),
        Script::new(&["HTTP/1.1 200 OK\r\n\r\nbody"], Then::Hang),
    ),
    stall(
        "drip_in_the_head",
        "the service sends a header byte by byte, now and then",
        Expected::unknown(&[HeadTimeout]),
        Script::new(&["HTTP/1.1 200 OK\r\na: "], Then::Drip(b'x')),
    ),
    stall(
        "drip_in_the_body",
        "the service sends the body byte by byte, now and then",
        Expected::unknown(&[BodyTimeout]),
        Script::new(
            &["HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\n"],
            Then::Drip(b'x'),
        ),
    ),
    stall(
        "informational_without_end",
        "the service sends 1xx after 1xx and no answer",
        Expected::unknown(&[HeadTimeout, HeadTooLarge, Protocol]),
        Script::new(&[], Then::Flood("HTTP/1.1 100 Continue\r\n\r\n")),
    )
    .read_and_forgotten(),
    Case::script(
        "head_limit",
        "the service says nothing until the limit of the response head",
        Expected::unknown(&[HeadTimeout]),
        Script::new(&[], Then::Hang),
    )
    .needs(&[Capability::ResponseHeadTimeout])
    .limit(Limit::ResponseHead),
    Case::script(
        "head_limit_under_a_drip",
        "the service sends a header byte by byte until the limit of the response head",
        Expected::unknown(&[HeadTimeout]),
        Script::new(&["HTTP/1.1 200 OK\r\na: "], Then::Drip(b'x')),
    )
    .needs(&[Capability::ResponseHeadTimeout])
    .limit(Limit::ResponseHead),
    Case::script(
        "call_limit",
        "the service stops in the middle of the body until the limit of the call",
        Expected::unknown(&[BodyTimeout]),
        Script::new(&[HALF_BODY], Then::Hang),
    )
    .needs(&[Capability::CallTimeout])
    .limit(Limit::Call),
    Case::script(
        "call_limit_under_a_drip",
        "the service sends the body byte by byte until the limit of the call",
        Expected::unknown(&[BodyTimeout]),
        Script::new(
            &["HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\n"],
            Then::Drip(b'x'),
        ),
    )
    .needs(&[Capability::CallTimeout])
    .limit(Limit::Call),
];
