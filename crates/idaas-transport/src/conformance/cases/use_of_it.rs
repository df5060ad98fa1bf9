//! A service that does all as it should.

use std::sync::{Arc, Mutex};

use super::super::{
    Capability,
    authority::Certificate,
    case::{Case, Play},
    expected::{Expected, describe},
    finding::{Cause, Note},
    lab::Lab,
    script::{Script, Then},
    secret::{BODY, HEADER, QUERY},
    server::{Handler, Received},
};
use crate::BoxFuture;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

pub(super) const CASES: &[Case] = &[
    Case::script(
        "an_answer",
        "the service answers",
        Expected::answer(200, "ok"),
        Script::new(&[OK], Then::Next),
    ),
    Case::new(
        "an_answer_over_tls",
        "the service answers over TLS",
        Expected::answer(200, "ok"),
        Play::TlsScript(Certificate::Valid, Script::new(&[OK], Then::Next)),
    )
    .needs(&[Capability::RootCertificates]),
    Case::new(
        "the_request_as_it_is",
        "the service answers, and looks at what it got",
        Expected::answer(200, "ok"),
        Play::Own(as_it_is),
    ),
    Case::new(
        "many_calls_at_once",
        "the service answers sixteen calls at once, the last one first",
        Expected::answer(200, "its own path"),
        Play::Own(at_once),
    ),
    Case::new(
        "a_dropped_call",
        "the caller gives up a call that the service has received, and makes another",
        Expected::answer(200, "ok"),
        Play::Own(dropped),
    ),
    Case::script(
        "byte_by_byte",
        "the service sends its answer in the smallest pieces",
        Expected::answer(200, "ok"),
        Script::new(&[OK], Then::Next).in_single_bytes(),
    ),
];

fn as_it_is<'a>(lab: &'a mut Lab<'_>) -> BoxFuture<'a, ()> {
    Box::pin(async move {
        let seen: Arc<Mutex<Option<Received>>> = Arc::default();
        let handler: Handler = {
            let seen = Arc::clone(&seen);
            Arc::new(move |_, mut conversation| {
                let seen = Arc::clone(&seen);
                Box::pin(async move {
                    while let Some(received) = conversation.request().await {
                        if let Ok(mut seen) = seen.lock() {
                            *seen = Some(received);
                        }
                        conversation.write(OK.as_bytes()).await;
                    }
                })
            })
        };
        lab.once(None, handler).await;
        let Some(received) = seen.lock().ok().and_then(|mut seen| seen.take()) else {
            return lab.found(Cause::Changed, Note::NONE, "the service got no request");
        };
        let line = format!("POST /conformance?query={} HTTP/1.1\r\n", QUERY.text);
        if !received.head.starts_with(&line) {
            lab.found(
                Cause::Changed,
                Note::NONE,
                "another request line than that of the request",
            );
        }
        let header = format!("\r\nx-conformance: {}\r\n", HEADER.text);
        if !received.head.contains(&header) {
            lab.found(
                Cause::Changed,
                Note::NONE,
                "the header of the request is missing or changed",
            );
        }
        if received.body != BODY.text.as_bytes() {
            lab.found(
                Cause::Changed,
                Note::NONE,
                "another body than that of the request",
            );
        }
    })
}

fn at_once<'a>(lab: &'a mut Lab<'_>) -> BoxFuture<'a, ()> {
    const CALLS: usize = 16;
    Box::pin(async move {
        let handler: Handler = Arc::new(move |_, mut conversation| {
            Box::pin(async move {
                while let Some(received) = conversation.request().await {
                    let path = received.head.split([' ', '?']).nth(1).unwrap_or_default();
                    let number: u32 = path.trim_start_matches('/').parse().unwrap_or_default();
                    // The first to go on is the last that was asked.
                    conversation
                        .stage((CALLS as u32).saturating_sub(number))
                        .await;
                    let length = path.len();
                    let answer =
                        format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{path}");
                    conversation.write(answer.as_bytes()).await;
                }
            })
        });
        let server = lab.server(None, handler).await;
        let transport = lab.transport();
        let calls: Vec<_> = (0..CALLS)
            .map(|number| {
                let request = lab.request_to(&server.origin(), &format!("/{number}"));
                let transport = Arc::clone(&transport);
                tokio::spawn(async move { transport.send(request).await })
            })
            .collect();
        server.until_seen(CALLS as u64).await;
        for stage in 1..=CALLS as u32 {
            server.go_on(stage);
        }
        for (number, call) in calls.into_iter().enumerate() {
            lab.given_up();
            let note = Note::numbered("call", number, "");
            match call.await {
                Ok(Ok(response)) if *response.body() == format!("/{number}") => {}
                Ok(Ok(response)) => lab.found(Cause::OtherAnswer, note, describe(&Ok(response))),
                Ok(failed) => lab.found(Cause::Failed, note, describe(&failed)),
                Err(_) => lab.found(Cause::Panicked, note, "a panic"),
            }
        }
        lab.close(transport, &server).await;
    })
}

fn dropped<'a>(lab: &'a mut Lab<'_>) -> BoxFuture<'a, ()> {
    Box::pin(async move {
        let handler: Handler = Arc::new(|number, mut conversation| {
            Box::pin(async move {
                let mut first = number == 0;
                while conversation.request().await.is_some() {
                    if first {
                        conversation.stage(1).await;
                        first = false;
                    }
                    if !conversation.write(OK.as_bytes()).await {
                        return;
                    }
                }
            })
        });
        let server = lab.server(None, handler).await;
        let transport = lab.transport();
        let request = lab.request(&server.origin());
        lab.given_up();
        let given_up = Arc::clone(&transport);
        let call = tokio::spawn(async move { given_up.send(request).await });
        server.until_seen(1).await;
        call.abort();
        if call.await.is_ok() {
            lab.found(
                Cause::EndedEarly,
                Note::NONE,
                "an outcome before the service gave an answer",
            );
        }
        server.go_on(1);
        lab.call_at(
            &transport,
            &server.origin(),
            Note::call("the call after it"),
        )
        .await;
        lab.close(transport, &server).await;
    })
}
