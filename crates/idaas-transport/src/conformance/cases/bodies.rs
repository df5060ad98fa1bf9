//! Bodies of a wrong length, or of too much of it.

use super::super::{
    Capability, Setup,
    case::{Case, Limit},
    expected::Expected,
    script::{Script, Then},
};
use crate::TransportErrorKind::{BodyTimeout, BodyTooLarge, Protocol, Receive};

const OK: &str = "HTTP/1.1 200 OK\r\n";
const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

/// More than any buffers on the way, and far less than what the server has to offer.
const SOME_BUFFERS: u64 = 16 * 1024 * 1024;

const fn broken(name: &'static str, about: &'static str, answer: &'static [&'static str]) -> Case {
    Case::script(
        name,
        about,
        Expected::unknown(&[Protocol, Receive]),
        Script::new(answer, Then::Close),
    )
}

pub(super) const CASES: &[Case] = &[
    broken(
        "length_too_long",
        "the body is shorter than its announced length",
        &[OK, "content-length: 9\r\n\r\nbody"],
    ),
    Case::script(
        "length_too_short",
        "the body is longer than its announced length",
        Expected::answer(200, "bo").or(Expected::unknown(&[Protocol, Receive])),
        Script::new(&[OK, "content-length: 2\r\n\r\nbody"], Then::Close),
    ),
    broken(
        "two_lengths",
        "two different lengths are announced",
        &[OK, "content-length: 1\r\ncontent-length: 2\r\n\r\nab"],
    ),
    broken(
        "no_length",
        "the announced length is no number",
        &[OK, "content-length: two\r\n\r\nab"],
    ),
    broken(
        "negative_length",
        "the announced length is below zero",
        &[OK, "content-length: -2\r\n\r\nab"],
    ),
    broken(
        "chunk_size_is_no_number",
        "the size of a chunk is no number",
        &[CHUNKED, "body\r\n"],
    ),
    broken(
        "chunk_size_overflows",
        "the size of a chunk is larger than any number",
        &[CHUNKED, "fffffffffffffffff\r\nbody\r\n"],
    ),
    broken(
        "chunk_too_long",
        "a chunk is longer than its size",
        &[CHUNKED, "2\r\nbody\r\n0\r\n\r\n"],
    ),
    broken(
        "no_last_chunk",
        "the connection ends before the last chunk",
        &[CHUNKED, "4\r\nbody\r\n"],
    ),
    Case::script(
        "chunk_size_without_end",
        "the size of a chunk has no end",
        Expected::unknown(&[Protocol, Receive]),
        Script::new(&[CHUNKED], Then::Repeat("1")),
    )
    .most_written(SOME_BUFFERS),
    Case::script(
        "chunk_size_of_zeros",
        "the size of a chunk has zeros without end before its first digit",
        Expected::unknown(&[Protocol, Receive, BodyTimeout]),
        Script::new(&[CHUNKED], Then::Flood("0")),
    )
    .limit(Limit::Deadline)
    .read_and_forgotten(),
    Case::script(
        "chunk_extension_without_end",
        "the extension of a chunk has no end",
        Expected::unknown(&[Protocol, Receive]),
        Script::new(&[CHUNKED, "4;"], Then::Repeat("xxxxxxxx")),
    )
    .most_written(SOME_BUFFERS),
    Case::script(
        "trailers_without_end",
        "the trailers have no end",
        Expected::unknown(&[Protocol, Receive, crate::TransportErrorKind::HeadTooLarge]),
        Script::new(
            &[CHUNKED, "4\r\nbody\r\n0\r\n"],
            Then::Repeat("a: bbbbbbbb\r\n"),
        ),
    )
    .most_written(SOME_BUFFERS),
    Case::script(
        "body_without_end",
        "the body ends with the connection, which does not end",
        Expected::unknown(&[BodyTooLarge]),
        Script::new(&[OK, "\r\n"], Then::Repeat("xxxxxxxx")),
    )
    .most_written(SOME_BUFFERS),
    Case::script(
        "chunks_without_end",
        "the body has chunks without end",
        Expected::unknown(&[BodyTooLarge]),
        Script::new(&[CHUNKED], Then::Repeat("8\r\nbodybody\r\n")),
    )
    .most_written(SOME_BUFFERS),
    Case::script(
        "length_of_an_ocean",
        "a length is announced that no memory has, and a body without end follows",
        Expected::unknown(&[BodyTooLarge, Protocol]),
        Script::new(
            &[OK, "content-length: 9223372036854775807\r\n\r\n"],
            Then::Repeat("xxxxxxxx"),
        ),
    )
    .most_written(SOME_BUFFERS),
    Case::script(
        "length_over_the_cap",
        "a length is announced that is one more than the cap",
        Expected::unknown(&[BodyTooLarge]),
        Script::new(
            &[OK, "content-length: 65537\r\n\r\n", AT_THE_CAP, "x"],
            Then::Hang,
        ),
    )
    .needs(&[Capability::MaxResponseBody]),
    Case::script(
        "chunks_over_the_cap",
        "the chunks are one byte more than the cap",
        Expected::unknown(&[BodyTooLarge]),
        Script::new(
            &[CHUNKED, "10000\r\n", AT_THE_CAP, "\r\n1\r\nx\r\n0\r\n\r\n"],
            Then::Hang,
        ),
    )
    .needs(&[Capability::MaxResponseBody]),
    Case::script(
        "length_at_the_cap",
        "the body is exactly as long as the cap",
        Expected::answer(200, AT_THE_CAP),
        Script::new(
            &[OK, "content-length: 65536\r\n\r\n", AT_THE_CAP],
            Then::Next,
        ),
    )
    .needs(&[Capability::MaxResponseBody]),
];

const AT_THE_CAP: &str = match std::str::from_utf8(&[b'x'; Setup::MAX_RESPONSE_BODY]) {
    Ok(text) => text,
    Err(_) => "",
};
