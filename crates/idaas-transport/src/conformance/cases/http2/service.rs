//! A service over HTTP/2 that does as a case says.

use std::sync::Arc;

use super::super::super::{
    authority::Certificate,
    expected::Expected,
    finding::Note,
    frames::{
        CONTINUATION, DATA, END_HEADERS, HEADERS, NO_ERROR, STATUS_200, answer, frame, goaway,
    },
    lab::Lab,
    server::{Conversation, Handler},
};
use crate::BoxFuture;

/// What the service does with each request of a connection.
#[derive(Clone, Copy)]
struct Http2 {
    settings: &'static [(u16, u32)],
    /// Whether the service looks at the request, by its own words.
    looked_at: bool,
    /// The frames that it sends, by the number of the stream.
    frames: fn(u32) -> Vec<u8>,
    then: Then,
}

/// What comes after the frames.
#[derive(Clone, Copy)]
pub(super) enum Then {
    Next,
    Close,
    Reset,
    Hang,
    Repeat,
}

pub(super) const HTTP2: Option<Certificate> = Some(Certificate::ValidHttp2);

/// The head of an answer and a part of its body.
pub(super) fn half(stream: u32) -> Vec<u8> {
    let mut frames = frame(HEADERS, END_HEADERS, stream, STATUS_200);
    frames.extend(frame(DATA, 0, stream, b"bo"));
    frames
}

pub(super) fn http2<'a>(
    lab: &'a mut Lab<'_>,
    frames: fn(u32) -> Vec<u8>,
    looked_at: bool,
    then: Then,
) -> BoxFuture<'a, ()> {
    let server = Http2 {
        settings: &[],
        looked_at,
        frames,
        then,
    };
    Box::pin(async move { lab.once(HTTP2, server.handler()).await })
}

/// A service that reads and says nothing but its settings.
pub(super) fn with_settings<'a>(
    lab: &'a mut Lab<'_>,
    settings: &'static [(u16, u32)],
) -> BoxFuture<'a, ()> {
    Box::pin(async move {
        let handler: Handler = Arc::new(move |_, mut conversation| {
            Box::pin(async move {
                if conversation.open_http2(settings).await.is_some() {
                    while conversation.http2_headers(true).await.is_some() {}
                }
            })
        });
        lab.once(HTTP2, handler).await;
    })
}

impl Http2 {
    fn handler(self) -> Handler {
        Arc::new(move |_, conversation| Box::pin(self.follow(conversation)))
    }

    async fn follow(self, mut conversation: Conversation) {
        if conversation.open_http2(self.settings).await.is_none() {
            return;
        }
        while let Some(stream) = conversation.http2_request(self.looked_at).await {
            let frames = (self.frames)(stream);
            if !conversation.write(&frames).await {
                return;
            }
            match self.then {
                Then::Next => {}
                Then::Close => return conversation.close().await,
                Then::Reset => return conversation.reset(),
                Then::Hang => return conversation.gone().await,
                Then::Repeat => {
                    let block = frames.repeat(64);
                    while conversation.write(&block).await {}
                    return;
                }
            }
        }
    }
}

pub(super) fn three_times<'a>(lab: &'a mut Lab<'_>) -> BoxFuture<'a, ()> {
    Box::pin(async move {
        let server = Http2 {
            settings: &[],
            looked_at: true,
            frames: |stream| answer(stream, STATUS_200, "ok"),
            then: Then::Next,
        };
        let server = lab.server(HTTP2, server.handler()).await;
        let transport = lab.transport();
        for call in 1..=3 {
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

pub(super) fn head_without_end<'a>(lab: &'a mut Lab<'_>) -> BoxFuture<'a, ()> {
    without_end(
        lab,
        |stream| frame(HEADERS, 0, stream, STATUS_200),
        // One literal header after another, each of them new.
        |stream| {
            let header =
                b"\x00\x01a\x3fxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
            frame(CONTINUATION, 0, stream, &header.repeat(200))
        },
    )
}

pub(super) fn body_without_end<'a>(lab: &'a mut Lab<'_>) -> BoxFuture<'a, ()> {
    without_end(
        lab,
        |stream| frame(HEADERS, END_HEADERS, stream, STATUS_200),
        |stream| frame(DATA, 0, stream, &[b'x'; 16 * 1024]),
    )
}

/// A first part, and then another again and again.
fn without_end<'a>(
    lab: &'a mut Lab<'_>,
    first: fn(u32) -> Vec<u8>,
    then: fn(u32) -> Vec<u8>,
) -> BoxFuture<'a, ()> {
    /// More than the transport may take, and not so much that a wrong one takes all memory.
    const TIMES: usize = 4096;
    Box::pin(async move {
        let handler: Handler = Arc::new(move |_, mut conversation| {
            Box::pin(async move {
                if conversation.open_http2(&[]).await.is_none() {
                    return;
                }
                let Some(stream) = conversation.http2_request(true).await else {
                    return;
                };
                conversation.write(&first(stream)).await;
                let again = then(stream);
                for _ in 0..TIMES {
                    if !conversation.write(&again).await {
                        return;
                    }
                }
                conversation.gone().await;
            })
        });
        lab.once(HTTP2, handler).await;
    })
}

/// What becomes of a connection between two calls.
#[derive(Clone, Copy)]
pub(super) enum Idle {
    GoAway,
    Close,
    Reset,
}

pub(super) fn while_idle<'a>(lab: &'a mut Lab<'_>, what: Idle) -> BoxFuture<'a, ()> {
    Box::pin(async move {
        let handler: Handler = Arc::new(move |number, mut conversation| {
            Box::pin(async move {
                if conversation.open_http2(&[]).await.is_none() {
                    return;
                }
                while let Some(stream) = conversation.http2_request(true).await {
                    let answered = answer(stream, STATUS_200, "ok");
                    conversation.write(&answered).await;
                    if number == 0 {
                        conversation.stage(1).await;
                        return match what {
                            Idle::GoAway => {
                                conversation.write(&goaway(stream, NO_ERROR)).await;
                                conversation.close().await;
                            }
                            Idle::Close => conversation.cut(),
                            Idle::Reset => conversation.reset(),
                        };
                    }
                }
            })
        });
        let server = lab.server(HTTP2, handler).await;
        let transport = lab.transport();
        let request = lab.request(&server.origin());
        let ok = Expected::answer(200, "ok");
        lab.call(&transport, request, ok, Note::call("the first call"))
            .await;
        server.go_on(1);
        server.until_open(0).await;
        lab.call_at(&transport, &server.origin(), Note::call("the second call"))
            .await;
        lab.close(transport, &server).await;
    })
}
