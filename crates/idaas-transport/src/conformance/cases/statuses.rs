//! Any response is an answer, whatever its status, and is handed over as it is.

use super::super::{
    case::Case,
    expected::Expected,
    script::{Read, Script, Then},
};
use crate::TransportErrorKind::{Closed, Protocol, Receive, Send};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

const fn status(
    name: &'static str,
    about: &'static str,
    expected: Expected,
    answer: &'static [&'static str],
) -> Case {
    Case::script(name, about, expected, Script::new(answer, Then::Next))
}

/// A redirect to the same server, which would count a second request.
const fn redirect(name: &'static str, status: u16, answer: &'static [&'static str]) -> Case {
    Case::script(
        name,
        "the service redirects to another path of itself",
        Expected::answer(status, "").with_header("location", "/elsewhere"),
        Script::new(answer, Then::Next),
    )
}

const TO: &str = "location: /elsewhere\r\ncontent-length: 0\r\n\r\n";
const EMPTY: &str = "content-length: 0\r\n\r\n";

pub(super) const CASES: &[Case] = &[
    redirect(
        "redirect_301",
        301,
        &["HTTP/1.1 301 Moved Permanently\r\n", TO],
    ),
    redirect("redirect_302", 302, &["HTTP/1.1 302 Found\r\n", TO]),
    redirect("redirect_303", 303, &["HTTP/1.1 303 See Other\r\n", TO]),
    redirect(
        "redirect_307",
        307,
        &["HTTP/1.1 307 Temporary Redirect\r\n", TO],
    ),
    redirect(
        "redirect_308",
        308,
        &["HTTP/1.1 308 Permanent Redirect\r\n", TO],
    ),
    status(
        "status_401",
        "the service asks for credentials",
        Expected::answer(401, "").with_header("www-authenticate", "Basic"),
        &[
            "HTTP/1.1 401 Unauthorized\r\nwww-authenticate: Basic\r\n",
            EMPTY,
        ],
    ),
    status(
        "status_407",
        "the service asks for credentials as if it were a proxy",
        Expected::answer(407, ""),
        &[
            "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n",
            EMPTY,
        ],
    ),
    status(
        "status_408",
        "the service says that the request came too slowly",
        Expected::answer(408, ""),
        &["HTTP/1.1 408 Request Timeout\r\n", EMPTY],
    ),
    status(
        "status_421",
        "the service says that it is not meant",
        Expected::answer(421, ""),
        &["HTTP/1.1 421 Misdirected Request\r\n", EMPTY],
    ),
    status(
        "status_425",
        "the service says that the request came too early",
        Expected::answer(425, ""),
        &["HTTP/1.1 425 Too Early\r\n", EMPTY],
    ),
    status(
        "status_429",
        "the service asks for a pause",
        Expected::answer(429, "").with_header("retry-after", "1"),
        &[
            "HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\n",
            EMPTY,
        ],
    ),
    status(
        "status_502",
        "a gateway answers with a page of its own",
        Expected::answer(502, "<html>Bad Gateway</html>").with_header("content-type", "text/html"),
        &[
            "HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: 24\r\n\r\n",
            "<html>Bad Gateway</html>",
        ],
    ),
    status(
        "status_503",
        "the service is away and says when to come back",
        Expected::answer(503, "").with_header("retry-after", "0"),
        &[
            "HTTP/1.1 503 Service Unavailable\r\nretry-after: 0\r\n",
            EMPTY,
        ],
    ),
    status(
        "status_204_with_a_body",
        "an answer that has no body has one",
        Expected::answer(204, "").or(Expected::unknown(&[Protocol])),
        &["HTTP/1.1 204 No Content\r\ncontent-length: 4\r\n\r\nbody"],
    ),
    status(
        "status_304_with_a_length",
        "an answer that has no body announces one",
        Expected::answer(304, ""),
        &["HTTP/1.1 304 Not Modified\r\ncontent-length: 4\r\n\r\n"],
    ),
    status(
        "informational_first",
        "the service sends 100 and 103 before its answer",
        Expected::answer(200, "ok"),
        &[
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n",
            OK,
        ],
    ),
    Case::script(
        "switching_protocols",
        "the service switches to a protocol that no one asked for",
        Expected::answer(101, "").or(Expected::unknown(&[Protocol])),
        Script::new(
            &["HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"],
            Then::Close,
        ),
    ),
    Case::script(
        "http_1_0",
        "the answer is of HTTP/1.0 and ends with the connection",
        Expected::answer(200, "body"),
        Script::new(&["HTTP/1.0 200 OK\r\n\r\nbody"], Then::Close),
    ),
    status(
        "chunks_and_trailers",
        "the body comes in chunks, with trailers",
        Expected::answer(200, "body"),
        &[
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            "2;ext=1\r\nbo\r\n2\r\ndy\r\n0\r\na: b\r\n\r\n",
        ],
    ),
    Case::script(
        "answer_before_the_body_is_read",
        "the service refuses a long request at its head, and reads no more of it",
        Expected::answer(413, "no"),
        Script::new(
            &["HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno"],
            Then::Deaf,
        )
        .after(Read::Head),
    )
    .request_body(16 * 1024 * 1024),
    Case::script(
        "answer_before_the_body_is_read_and_close",
        "the service refuses a long request at its head, and closes with the rest unread",
        Expected::answer(413, "no").or(Expected::unknown(&[Closed, Receive, Send])),
        Script::new(
            &["HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno"],
            Then::Cut,
        )
        .after(Read::Head),
    )
    .request_body(16 * 1024 * 1024),
];
