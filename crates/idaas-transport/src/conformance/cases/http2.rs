//! What only HTTP/2 can do wrong, or say right: that a stream was not looked at.

mod service;

use std::sync::Arc;

use super::super::{
    Capability,
    case::{Case, Limit, Play},
    expected::Expected,
    frames::{
        CANCEL, DATA, END_HEADERS, HEADERS, INTERNAL_ERROR, NO_ERROR, PING, PUSH_PROMISE,
        REFUSED_STREAM, STATUS_103, STATUS_200, STATUS_302, answer, frame, goaway, rst_stream,
    },
    server::Handler,
};
use crate::TransportErrorKind::{
    BodyTimeout, BodyTooLarge, Closed, ConnectTimeout, HeadTimeout, HeadTooLarge, Protocol,
    Receive, Refused, Send, SlotTimeout,
};
use service::{
    HTTP2, Idle, Then, body_without_end, half, head_without_end, http2, three_times, while_idle,
    with_settings,
};

/// Identifiers of settings, RFC 9113 section 6.5.2.
const MAX_CONCURRENT_STREAMS: u16 = 3;
const INITIAL_WINDOW_SIZE: u16 = 4;

const fn case(name: &'static str, about: &'static str, expected: Expected, play: Play) -> Case {
    Case::new(name, about, expected, play).http2()
}

/// An answer of a new connection, or a failure before anything was sent.
const FRESH: Expected = Expected::answer(200, "ok").or(Expected::not_sent(&[Closed, Send]));

const CHECKS: &[Capability] = &[
    Capability::RootCertificates,
    Capability::Http2,
    Capability::ChecksKeptConnections,
];

/// One call whose request is looked at.
macro_rules! looked_at {
    ($then:ident, $frames:expr) => {
        Play::Own(|lab| http2(lab, $frames, true, Then::$then))
    };
}

/// One call whose request is not looked at.
macro_rules! not_looked_at {
    ($then:ident, $frames:expr) => {
        Play::Own(|lab| http2(lab, $frames, false, Then::$then))
    };
}

pub(super) const CASES: &[Case] = &[
    case(
        "http2_answer",
        "the service answers over HTTP/2, three times",
        Expected::answer(200, "ok"),
        Play::Own(three_times),
    ),
    case(
        "http2_informational_first",
        "the service sends 103 before its answer",
        Expected::answer(200, "ok"),
        looked_at!(Next, |stream| {
            let mut frames = frame(HEADERS, END_HEADERS, stream, STATUS_103);
            frames.extend(answer(stream, STATUS_200, "ok"));
            frames
        }),
    ),
    case(
        "http2_redirect",
        "the service redirects to another path of itself",
        Expected::answer(302, ""),
        looked_at!(Next, |stream| {
            // A literal header, not indexed, with a new name.
            let headers = [STATUS_302, b"\x00\x08location\x0a/elsewhere"].concat();
            let mut frames = frame(HEADERS, END_HEADERS, stream, &headers);
            frames.extend(frame(DATA, 1, stream, &[]));
            frames
        }),
    ),
    case(
        "http2_refused_stream",
        "the service refuses the stream, by which it says that it did not look at it",
        Expected::not_sent(&[Refused]),
        not_looked_at!(Next, |stream| rst_stream(stream, REFUSED_STREAM)),
    ),
    case(
        "http2_goaway_below_the_stream",
        "the service goes away, and says that it did not look at the stream",
        Expected::not_sent(&[Refused]),
        not_looked_at!(Close, |_| goaway(0, NO_ERROR)),
    ),
    case(
        "http2_goaway_after_the_stream",
        "the service goes away with the stream looked at, and closes without an answer",
        Expected::unknown(&[Closed, Receive, Protocol]),
        looked_at!(Close, |stream| goaway(stream, NO_ERROR)),
    ),
    case(
        "http2_goaway_with_an_error",
        "the service goes away with the stream looked at, because of an error",
        Expected::unknown(&[Closed, Receive, Protocol]),
        looked_at!(Close, |stream| goaway(stream, INTERNAL_ERROR)),
    ),
    case(
        "http2_goaway_and_the_answer",
        "the service goes away, and answers what it has looked at",
        Expected::answer(200, "ok"),
        looked_at!(Close, |stream| {
            let mut frames = goaway(stream, NO_ERROR);
            frames.extend(answer(stream, STATUS_200, "ok"));
            frames
        }),
    ),
    case(
        "http2_reset_stream",
        "the service resets the stream because of an error of its own",
        Expected::unknown(&[Closed, Receive, Protocol]),
        looked_at!(Next, |stream| rst_stream(stream, INTERNAL_ERROR)),
    ),
    case(
        "http2_cancelled_stream",
        "the service cancels the stream",
        Expected::unknown(&[Closed, Receive, Protocol]),
        looked_at!(Next, |stream| rst_stream(stream, CANCEL)),
    ),
    case(
        "http2_reset_in_the_body",
        "the service resets the stream in the middle of the body",
        Expected::unknown(&[Closed, Receive, Protocol]),
        looked_at!(Next, |stream| {
            let mut frames = half(stream);
            frames.extend(rst_stream(stream, INTERNAL_ERROR));
            frames
        }),
    ),
    case(
        "http2_close_after_the_request",
        "the service closes the connection once it has the request",
        Expected::unknown(&[Closed, Receive, Protocol]),
        looked_at!(Close, |_| Vec::new()),
    ),
    case(
        "http2_connection_reset_after_the_request",
        "the service resets the connection once it has the request",
        Expected::unknown(&[Closed, Receive, Protocol]),
        looked_at!(Reset, |_| Vec::new()),
    ),
    case(
        "http2_close_in_the_body",
        "the service closes the connection in the middle of the body",
        Expected::unknown(&[Closed, Receive, Protocol]),
        looked_at!(Close, half),
    ),
    case(
        "http2_garbage",
        "the service answers in HTTP/1.1",
        Expected::unknown(&[Protocol, Receive, Closed]),
        looked_at!(Close, |_| b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
            .to_vec()),
    ),
    case(
        "http2_push",
        "the service pushes what no one asked for",
        Expected::unknown(&[Protocol, Receive, Closed]),
        looked_at!(Close, |stream| {
            let payload = [&2_u32.to_be_bytes(), STATUS_200].concat();
            frame(PUSH_PROMISE, END_HEADERS, stream, &payload)
        }),
    ),
    case(
        "http2_silence",
        "the service says nothing about the request",
        Expected::unknown(&[HeadTimeout]),
        looked_at!(Hang, |_| Vec::new()),
    )
    .limit(Limit::Deadline),
    case(
        "http2_stall_in_the_body",
        "the service stops in the middle of the body",
        Expected::unknown(&[BodyTimeout]),
        looked_at!(Hang, half),
    )
    .limit(Limit::Deadline),
    case(
        "http2_settings_stall",
        "the service says nothing at all after the TLS handshake",
        Expected::truth(&[HeadTimeout, ConnectTimeout]),
        Play::Own(|lab| {
            let handler: Handler = Arc::new(|_, conversation| Box::pin(conversation.no_http2()));
            Box::pin(async move { lab.once(HTTP2, handler).await })
        }),
    )
    .limit(Limit::Deadline),
    case(
        "http2_flow_control_stall",
        "the service lets no byte of the body through",
        Expected::unknown(&[HeadTimeout]),
        Play::Own(|lab| with_settings(lab, &[(INITIAL_WINDOW_SIZE, 0)])),
    )
    .limit(Limit::Deadline)
    .request_body(256 * 1024),
    case(
        "http2_no_stream_allowed",
        "the service allows no stream at all",
        Expected::truth(&[HeadTimeout, ConnectTimeout, SlotTimeout]),
        Play::Own(|lab| with_settings(lab, &[(MAX_CONCURRENT_STREAMS, 0)])),
    )
    .limit(Limit::Deadline),
    case(
        "http2_pings_without_end",
        "the service sends pings and no answer",
        Expected::unknown(&[HeadTimeout, Protocol, Closed]),
        looked_at!(Repeat, |_| frame(PING, 0, 0, &[0; 8])),
    )
    .limit(Limit::Deadline)
    .read_and_forgotten(),
    case(
        "http2_head_without_end",
        "the head of the answer goes on frame after frame",
        Expected::unknown(&[HeadTooLarge, Protocol, Receive, Closed]),
        Play::Own(head_without_end),
    )
    .most_written(SOME_BUFFERS),
    case(
        "http2_body_without_end",
        "the body has no end, nor regard for what the transport allows",
        Expected::unknown(&[BodyTooLarge, Protocol]),
        Play::Own(body_without_end),
    )
    .most_written(SOME_BUFFERS),
    case(
        "http2_goaway_while_idle",
        "the service goes away and closes between two calls",
        FRESH,
        Play::Own(|lab| while_idle(lab, Idle::GoAway)),
    ),
    case(
        "http2_closed_while_idle_is_noticed",
        "the service closes the kept connection between two calls",
        FRESH,
        Play::Own(|lab| while_idle(lab, Idle::Close)),
    )
    .needs(CHECKS),
    case(
        "http2_reset_while_idle_is_noticed",
        "the service resets the kept connection between two calls",
        FRESH,
        Play::Own(|lab| while_idle(lab, Idle::Reset)),
    )
    .needs(CHECKS),
];

/// As many bytes as no cap, but all buffers, may take.
const SOME_BUFFERS: u64 = 16 * 1024 * 1024;
