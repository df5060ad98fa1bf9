//! Whom the transport believes. Nothing may be sent to anyone else.

use super::super::{
    Capability,
    authority::Certificate,
    case::{Case, Limit, Play},
    expected::Expected,
    finding::Note,
    lab::Lab,
    script::{Read, Script, Then},
};
use crate::{
    BoxFuture,
    TransportErrorKind::{Closed, ConnectTimeout, HeadTimeout, Receive, Tls},
};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

const ROOTS: &[Capability] = &[Capability::RootCertificates];

/// A certificate that is not to be believed.
const fn wrong(name: &'static str, about: &'static str, certificate: Certificate) -> Case {
    let script = Script::new(&[OK], Then::Next);
    Case::new(
        name,
        about,
        Expected::not_sent(&[Tls]),
        Play::TlsScript(certificate, script),
    )
}

/// A server that does not speak TLS.
const fn not_tls(name: &'static str, about: &'static str, play: Play) -> Case {
    Case::new(name, about, Expected::not_sent(&[Tls]), play)
}

/// A fault after the handshake.
const fn after(
    name: &'static str,
    about: &'static str,
    expected: Expected,
    script: Script,
) -> Case {
    let play = Play::TlsScript(Certificate::Valid, script);
    Case::new(name, about, expected, play).needs(ROOTS)
}

pub(super) const CASES: &[Case] = &[
    wrong(
        "certificate_of_another_name",
        "the certificate is that of another host",
        Certificate::OtherName,
    )
    .needs(ROOTS),
    wrong(
        "certificate_expired",
        "the certificate has expired",
        Certificate::Expired,
    )
    .needs(ROOTS),
    wrong(
        "certificate_not_yet_valid",
        "the certificate is not valid yet",
        Certificate::NotYetValid,
    )
    .needs(ROOTS),
    // No claim is needed: no one trusts these.
    wrong(
        "certificate_of_an_unknown_root",
        "the certificate is signed by no one who is trusted",
        Certificate::UnknownRoot,
    ),
    wrong(
        "certificate_self_signed",
        "the certificate is signed by itself",
        Certificate::SelfSigned,
    ),
    not_tls(
        "tls_close",
        "the service closes in the TLS handshake",
        Play::Own(|lab| lab.not_tls(&[], Then::Cut)),
    ),
    not_tls(
        "tls_reset",
        "the service resets the connection in the TLS handshake",
        Play::Own(|lab| lab.not_tls(&[], Then::Reset)),
    ),
    not_tls(
        "tls_plain_answer",
        "the service answers the TLS handshake with plain HTTP",
        Play::Own(|lab| lab.not_tls(&["HTTP/1.1 400 Bad Request\r\n\r\n"], Then::Cut)),
    ),
    not_tls(
        "tls_garbage",
        "the service answers the TLS handshake with garbage without end",
        Play::Own(|lab| lab.not_tls(&[], Then::Repeat("\u{1}\u{2}\u{3}"))),
    ),
    Case::new(
        "tls_stall",
        "the service says nothing in the TLS handshake",
        Expected::not_sent(&[ConnectTimeout]),
        Play::Own(|lab| lab.not_tls(&[], Then::Hang)),
    )
    .needs(&[Capability::ConnectTimeout])
    .limit(Limit::Connect),
    Case::new(
        "tls_stall_until_deadline",
        "the service says nothing in the TLS handshake until the deadline of the call",
        Expected::truth(&[ConnectTimeout]),
        Play::Own(|lab| lab.not_tls(&[], Then::Hang)),
    )
    .limit(Limit::Deadline),
    Case::new(
        "tls_stall_until_deadline_was_not_sent",
        "the service says nothing in the TLS handshake until the deadline of the call",
        Expected::not_sent(&[ConnectTimeout]),
        Play::Own(|lab| lab.not_tls(&[], Then::Hang)),
    )
    .needs(&[Capability::ExactDeadlines])
    .limit(Limit::Deadline),
    after(
        "tls_close_after_the_request",
        "the service closes in the words of TLS once it has the request",
        Expected::unknown(&[Closed]),
        Script::new(&[], Then::Close),
    ),
    after(
        "tls_cut_after_the_request",
        "the service closes without a word of TLS once it has the request",
        Expected::unknown(&[Closed, Receive, Tls]),
        Script::new(&[], Then::Cut),
    ),
    after(
        "tls_reset_in_the_body",
        "the service resets the TLS connection in the middle of the body",
        Expected::unknown(&[Receive, Tls]),
        Script::new(
            &["HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok"],
            Then::Reset,
        ),
    ),
    after(
        "tls_truncated_body",
        "an answer that ends with the connection is cut without a word of TLS, as an attacker can",
        Expected::unknown(&[Receive, Tls]),
        Script::new(&["HTTP/1.1 200 OK\r\n\r\nok"], Then::Cut),
    ),
    after(
        "tls_stall_after_the_request",
        "the service says nothing over TLS once it has the request",
        Expected::unknown(&[HeadTimeout]),
        Script::new(&[], Then::Hang),
    )
    .limit(Limit::Deadline),
];

impl Lab<'_> {
    /// A call with https to a server that reads a byte, answers that and no TLS.
    fn not_tls<'a>(&'a mut self, answer: &'static [&'static str], then: Then) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            // The hello of TLS is no byte of a request.
            let script = Script::new(answer, then).after(Read::Hello);
            let server = self.server(None, script.handler()).await;
            let transport = self.transport();
            let origin = server
                .origin()
                .replace("http://127.0.0.1", "https://localhost");
            self.call_at(&transport, &origin, Note::NONE).await;
            self.close(transport, &server).await;
        })
    }
}
