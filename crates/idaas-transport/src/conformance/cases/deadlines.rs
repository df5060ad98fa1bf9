//! The deadline that comes with a request.

use std::time::Duration;

use super::super::{
    case::{Case, Play},
    expected::Expected,
    finding::Note,
    lab::Lab,
    script::{Script, Then},
};
use crate::{
    BoxFuture, Deadline,
    TransportErrorKind::{ConnectTimeout, SlotTimeout},
};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

pub(super) const CASES: &[Case] = &[Case::new(
    "deadline_passed_before_the_call",
    "the deadline has passed before the call begins",
    Expected::not_sent(&[SlotTimeout, ConnectTimeout]),
    Play::Own(passed),
)];

/// Before any connection is kept, and with one at hand.
fn passed<'a>(lab: &'a mut Lab<'_>) -> BoxFuture<'a, ()> {
    Box::pin(async move {
        let handler = Script::new(&[OK], Then::Next).handler();
        let server = lab.server(None, handler).await;
        let transport = lab.transport();
        for note in ["without a connection", "with a kept connection"] {
            let mut request = lab.request(&server.origin());
            request
                .extensions_mut()
                .insert(Deadline::after(Duration::ZERO));
            let expected = lab.expected();
            lab.call(&transport, request, expected, Note::call(note))
                .await;
            let request = lab.request(&server.origin());
            lab.call(
                &transport,
                request,
                Expected::answer(200, "ok"),
                Note::call("the call after it"),
            )
            .await;
        }
        lab.close(transport, &server).await;
    })
}
