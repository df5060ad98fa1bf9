//! Connections that end before they should.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use super::super::{
    case::{Case, Play},
    expected::Expected,
    finding::Note,
    lab::Lab,
    script::{Read, Script, Then},
    server::Handler,
};
use crate::{
    BoxFuture,
    TransportErrorKind::{Closed, Protocol, Receive, Send},
};

const WHOLE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody";

pub(super) const CASES: &[Case] = &[
    Case::script(
        "close_on_accept",
        "the service accepts and closes at once",
        Expected::truth(&[Closed, Send, Receive]),
        Script::new(&[], Then::Cut).after(Read::Nothing),
    ),
    Case::script(
        "reset_on_accept",
        "the service accepts and resets at once",
        Expected::truth(&[Closed, Send, Receive, crate::TransportErrorKind::Connect]),
        Script::new(&[], Then::Reset).after(Read::Nothing),
    ),
    Case::script(
        "half_close_on_accept",
        "the service ends its direction at once, and reads on",
        Expected::truth(&[Closed, Send, Receive]),
        Script::new(&[], Then::HalfClose).after(Read::Nothing),
    ),
    Case::script(
        "close_before_the_request_is_read",
        "the service closes with the request unread",
        Expected::unknown(&[Closed, Send, Receive]),
        Script::new(&[], Then::Cut).after(Read::FirstByte),
    ),
    Case::script(
        "reset_in_a_long_request",
        "the service resets the connection in the middle of a long request",
        Expected::unknown(&[Closed, Send, Receive]),
        Script::new(&[], Then::Reset).after(Read::Head),
    )
    .request_body(8 * 1024 * 1024),
    Case::script(
        "close_after_the_request",
        "the service reads the request and closes",
        Expected::unknown(&[Closed]),
        Script::new(&[], Then::Close),
    ),
    Case::script(
        "reset_after_the_request",
        "the service reads the request and resets the connection",
        Expected::unknown(&[Closed, Receive]),
        Script::new(&[], Then::Reset),
    ),
    Case::script(
        "half_close_after_the_request",
        "the service reads the request, ends its direction and leaves the other open",
        Expected::unknown(&[Closed]),
        Script::new(&[], Then::HalfClose),
    ),
    Case::script(
        "half_close_in_the_head",
        "the service ends its direction in the middle of the head of its answer",
        Expected::unknown(&[Closed, Receive, Protocol]),
        Script::new(&["HTTP/1.1 200 OK\r\ncontent-"], Then::HalfClose),
    ),
    Case::script(
        "half_close_in_the_body",
        "the service ends its direction in the middle of the body of its answer",
        Expected::unknown(&[Receive]),
        Script::new(
            &["HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nbody"],
            Then::HalfClose,
        ),
    ),
    Case::new(
        "close_at_each_byte",
        "the service closes after each number of bytes of its answer",
        Expected::unknown(&[Closed, Receive, Protocol]),
        Play::Own(|lab| at_each_byte(lab, false)),
    ),
    Case::new(
        "reset_at_each_byte",
        "the service resets the connection after each number of bytes of its answer",
        Expected::unknown(&[Closed, Receive, Protocol]),
        Play::Own(|lab| at_each_byte(lab, true)),
    ),
    Case::script(
        "reset_after_the_answer",
        "the service resets the connection right after its whole answer",
        Expected::answer(200, "body").or(Expected::unknown(&[Closed, Receive])),
        Script::new(&[WHOLE], Then::Reset),
    ),
    Case::script(
        "close_after_the_answer",
        "the service closes right after its whole answer",
        Expected::answer(200, "body"),
        Script::new(&[WHOLE], Then::Close),
    ),
];

/// One transport, and a call for every byte at which an answer can end. The call says how far
/// the answer goes: a transport may well make more connections than one for each.
fn at_each_byte<'a>(lab: &'a mut Lab<'_>, resets: bool) -> BoxFuture<'a, ()> {
    Box::pin(async move {
        let length = Arc::new(AtomicUsize::new(0));
        let of_this_call = Arc::clone(&length);
        let handler: Handler = Arc::new(move |_, mut conversation| {
            let length = Arc::clone(&of_this_call);
            Box::pin(async move {
                if conversation.request().await.is_none() {
                    return;
                }
                let part = WHOLE.bytes().take(length.load(SeqCst));
                conversation.write(&part.collect::<Vec<_>>()).await;
                if resets {
                    conversation.reset();
                } else {
                    conversation.close().await;
                }
            })
        });
        let server = lab.server(None, handler).await;
        let transport = lab.transport();
        for bytes in 0..WHOLE.len() {
            length.store(bytes, SeqCst);
            let note = Note::numbered("after", bytes, "bytes");
            lab.call_at(&transport, &server.origin(), note).await;
        }
        lab.close(transport, &server).await;
    })
}
