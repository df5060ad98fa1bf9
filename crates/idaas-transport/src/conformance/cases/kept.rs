//! Connections that are kept for the next call, and what may have become of them.

use std::sync::Arc;

use super::super::{
    Capability,
    case::{Case, Play},
    expected::Expected,
    finding::Note,
    lab::Lab,
    server::{Conversation, Handler},
};
use crate::{
    BoxFuture,
    TransportErrorKind::{Closed, Receive, Send},
};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

const KEEPS: &[Capability] = &[Capability::KeepsConnections];
const CHECKS: &[Capability] = &[
    Capability::KeepsConnections,
    Capability::ChecksKeptConnections,
];

/// An answer of a new connection, or a failure before anything was sent.
const FRESH: Expected = Expected::answer(200, "ok").or(Expected::not_sent(&[Closed, Send]));

/// The same for a transport that may have hit the dead connection.
const FRESH_OR_TRUE: Expected =
    Expected::answer(200, "ok").or(Expected::truth(&[Closed, Receive, Send]));

/// What becomes of a connection between two calls.
#[derive(Clone, Copy)]
enum Idle {
    Close,
    Reset,
    HalfClose,
    /// The service says this unasked, and closes.
    Say(&'static str),
}

pub(super) const CASES: &[Case] = &[
    Case::new(
        "one_connection_for_all",
        "the service keeps the connection open",
        Expected::answer(200, "ok"),
        Play::Own(one_for_all),
    )
    .needs(KEEPS),
    Case::new(
        "closed_while_idle",
        "the service closes the kept connection between two calls",
        FRESH_OR_TRUE,
        Play::Own(|lab| idle(lab, Idle::Close)),
    ),
    Case::new(
        "reset_while_idle",
        "the service resets the kept connection between two calls",
        FRESH_OR_TRUE,
        Play::Own(|lab| idle(lab, Idle::Reset)),
    ),
    Case::new(
        "half_closed_while_idle",
        "the service ends its direction of the kept connection between two calls",
        FRESH_OR_TRUE,
        Play::Own(|lab| idle(lab, Idle::HalfClose)),
    ),
    Case::new(
        "answer_while_idle",
        "the service says on the kept connection that it waited too long, and closes",
        FRESH_OR_TRUE,
        Play::Own(|lab| {
            let unasked = "HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n";
            idle(lab, Idle::Say(unasked))
        }),
    ),
    Case::new(
        "closed_while_idle_is_noticed",
        "the service closes the kept connection between two calls",
        FRESH,
        Play::Own(|lab| idle(lab, Idle::Close)),
    )
    .needs(CHECKS),
    Case::new(
        "reset_while_idle_is_noticed",
        "the service resets the kept connection between two calls",
        FRESH,
        Play::Own(|lab| idle(lab, Idle::Reset)),
    )
    .needs(CHECKS),
    Case::new(
        "half_closed_while_idle_is_noticed",
        "the service ends its direction of the kept connection between two calls",
        FRESH,
        Play::Own(|lab| idle(lab, Idle::HalfClose)),
    )
    .needs(CHECKS),
    Case::new(
        "answer_while_idle_is_noticed",
        "the service says on the kept connection that it waited too long, and closes",
        FRESH,
        Play::Own(|lab| {
            let unasked = "HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n";
            idle(lab, Idle::Say(unasked))
        }),
    )
    .needs(CHECKS),
    Case::new(
        "closed_as_the_request_goes_out",
        "the service closes the kept connection on the first byte of the next request",
        Expected::unknown(&[Closed, Send, Receive]),
        Play::Own(|lab| crossing(lab, false)),
    )
    .needs(KEEPS),
    Case::new(
        "reset_as_the_request_goes_out",
        "the service resets the kept connection on the first byte of the next request",
        Expected::unknown(&[Closed, Send, Receive]),
        Play::Own(|lab| crossing(lab, true)),
    )
    .needs(KEEPS),
    Case::new(
        "closed_once_the_request_is_read",
        "the service reads the second request on a kept connection, and closes",
        Expected::unknown(&[Closed, Receive]),
        Play::Own(read_and_close),
    )
    .needs(KEEPS),
    Case::new(
        "answer_to_no_one",
        "a second answer that no one asked for follows the first",
        Expected::answer(200, "ok").or(Expected::truth(&[Closed, Receive, Send])),
        Play::Own(answer_to_no_one),
    ),
];

/// The answer that a server gives to whoever asks on a connection of their own.
async fn answer_all(mut conversation: Conversation) {
    while conversation.request().await.is_some() {
        if !conversation.write(OK.as_bytes()).await {
            return;
        }
    }
}

fn one_for_all<'a>(lab: &'a mut Lab<'_>) -> BoxFuture<'a, ()> {
    Box::pin(async move {
        let handler: Handler = Arc::new(|number, conversation| {
            Box::pin(async move {
                // A second connection gets no answer.
                if number == 0 {
                    answer_all(conversation).await;
                }
            })
        });
        let server = lab.server(None, handler).await;
        let transport = lab.transport();
        for call in 1..=5 {
            lab.call_at(
                &transport,
                &server.origin(),
                Note::numbered("call", call, ""),
            )
            .await;
        }
        lab.close(transport, &server).await;
    })
}

/// Two calls; between them something becomes of the first connection.
fn idle<'a>(lab: &'a mut Lab<'_>, what: Idle) -> BoxFuture<'a, ()> {
    Box::pin(async move {
        let handler: Handler = Arc::new(move |number, mut conversation| {
            Box::pin(async move {
                if number > 0 {
                    return answer_all(conversation).await;
                }
                if conversation.request().await.is_none() {
                    return;
                }
                conversation.write(OK.as_bytes()).await;
                conversation.stage(1).await;
                match what {
                    Idle::Close => conversation.cut(),
                    Idle::Reset => conversation.reset(),
                    Idle::HalfClose => {
                        conversation.half_close();
                        conversation.reach(2);
                        conversation.count_rest().await;
                    }
                    Idle::Say(words) => {
                        conversation.write(words.as_bytes()).await;
                        conversation.cut();
                    }
                }
            })
        });
        let server = lab.server(None, handler).await;
        let transport = lab.transport();
        let request = lab.request(&server.origin());
        lab.call(
            &transport,
            request,
            Expected::answer(200, "ok"),
            Note::call("the first call"),
        )
        .await;
        server.go_on(1);
        if matches!(what, Idle::HalfClose) {
            // The connection stays open on the side of the server.
            server.until_stage(2).await;
        } else {
            server.until_open(0).await;
        }
        lab.call_at(&transport, &server.origin(), Note::call("the second call"))
            .await;
        lab.close(transport, &server).await;
    })
}

/// The connection ends in the very moment in which the next request arrives.
fn crossing<'a>(lab: &'a mut Lab<'_>, resets: bool) -> BoxFuture<'a, ()> {
    second(
        lab,
        Arc::new(move |number, mut conversation| {
            Box::pin(async move {
                if number > 0 {
                    return answer_all(conversation).await;
                }
                if conversation.request().await.is_none() {
                    return;
                }
                conversation.write(OK.as_bytes()).await;
                conversation.first_byte().await;
                if resets {
                    conversation.reset();
                } else {
                    conversation.cut();
                }
            })
        }),
    )
}

fn read_and_close<'a>(lab: &'a mut Lab<'_>) -> BoxFuture<'a, ()> {
    second(
        lab,
        Arc::new(|number, mut conversation| {
            Box::pin(async move {
                if number > 0 {
                    return answer_all(conversation).await;
                }
                if conversation.request().await.is_none() {
                    return;
                }
                conversation.write(OK.as_bytes()).await;
                conversation.request().await;
                conversation.close().await;
            })
        }),
    )
}

/// A call that has to be answered, and a second one that is the case's.
fn second<'a>(lab: &'a mut Lab<'_>, handler: Handler) -> BoxFuture<'a, ()> {
    Box::pin(async move {
        let server = lab.server(None, handler).await;
        let transport = lab.transport();
        let request = lab.request(&server.origin());
        lab.call(
            &transport,
            request,
            Expected::answer(200, "ok"),
            Note::call("the first call"),
        )
        .await;
        lab.call_at(&transport, &server.origin(), Note::call("the second call"))
            .await;
        lab.close(transport, &server).await;
    })
}

/// The second call must not take the answer that is left over for its own.
fn answer_to_no_one<'a>(lab: &'a mut Lab<'_>) -> BoxFuture<'a, ()> {
    const TWO: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok\
                       HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil";
    Box::pin(async move {
        let handler: Handler = Arc::new(|number, mut conversation| {
            Box::pin(async move {
                if number > 0 {
                    return answer_all(conversation).await;
                }
                if conversation.request().await.is_some() {
                    conversation.write(TWO.as_bytes()).await;
                    conversation.count_rest().await;
                }
            })
        });
        let server = lab.server(None, handler).await;
        let transport = lab.transport();
        for note in ["the first call", "the second call"] {
            lab.call_at(&transport, &server.origin(), Note::call(note))
                .await;
        }
        lab.close(transport, &server).await;
    })
}
