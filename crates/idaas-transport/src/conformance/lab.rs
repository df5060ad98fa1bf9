use std::{error::Error, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use tokio::time::timeout;

use super::{
    Capabilities, Capability, Setup, Verdict,
    authority::{Authority, Certificate},
    case::{Case, Limit, Play},
    expected::{Expected, describe},
    server::{Handler, Server},
    setup::{GENEROUS, SHORT},
};
use crate::{Deadline, Delivery, Transport, TransportError};

/// What makes the transports, each as a case asks.
pub(super) type Make<'a> = dyn Fn(&Setup) -> Arc<dyn Transport> + Send + Sync + 'a;

/// The outcome of a call.
pub(super) type Outcome = Result<Response<Bytes>, TransportError>;

/// Where one case is played, and what was found.
pub(super) struct Lab<'a> {
    make: &'a Make<'a>,
    authority: &'a Authority,
    capabilities: Capabilities,
    case: &'a Case,
    /// Calls that the server may have seen by what was said of them.
    may_be_seen: u64,
    findings: Vec<String>,
    cannot: Option<&'static str>,
}

/// What a slow machine may need beyond a limit.
const GRACE: Duration = Duration::from_secs(2);

impl<'a> Lab<'a> {
    pub(super) const fn new(
        make: &'a Make<'a>,
        authority: &'a Authority,
        capabilities: Capabilities,
        case: &'a Case,
    ) -> Self {
        Self {
            make,
            authority,
            capabilities,
            case,
            may_be_seen: 0,
            findings: Vec::new(),
            cannot: None,
        }
    }

    pub(super) async fn play(&mut self) {
        let case = self.case;
        match case.play {
            Play::Script(script) => self.once(None, script.handler()).await,
            Play::TlsScript(certificate, script) => {
                self.once(Some(certificate), script.handler()).await;
            }
            Play::Own(play) => play(self).await,
        }
    }

    pub(super) fn verdict(self) -> Verdict {
        if let Some(why) = self.cannot {
            Verdict::Impossible(why)
        } else if self.findings.is_empty() {
            Verdict::Passed
        } else {
            Verdict::Failed(self.findings)
        }
    }

    /// One call with a transport of its own.
    pub(super) async fn once(&mut self, certificate: Option<Certificate>, handler: Handler) {
        let server = self.server(certificate, handler).await;
        let transport = self.transport();
        self.call_at(&transport, &server.origin(), "").await;
        self.close(transport, &server).await;
    }

    pub(super) async fn server(
        &self,
        certificate: Option<Certificate>,
        handler: Handler,
    ) -> Server {
        let tls = certificate.map(|certificate| self.authority.acceptor(certificate));
        Server::start(tls, handler).await
    }

    pub(super) fn transport(&self) -> Arc<dyn Transport> {
        (self.make)(&self.case.setup(&self.authority.pem()))
    }

    /// A call that has to end as the case says.
    pub(super) async fn call_at(&mut self, to: &Arc<dyn Transport>, origin: &str, note: &str) {
        self.call(to, self.request(origin), self.case.expected, note)
            .await;
    }

    /// A call that has to end as told. The note is put before what is found.
    pub(super) async fn call(
        &mut self,
        transport: &Arc<dyn Transport>,
        request: Request<Bytes>,
        expected: Expected,
        note: &str,
    ) -> Option<Outcome> {
        let most = match self.case.limit {
            Limit::None => GENEROUS,
            _ => SHORT,
        } + GRACE;
        let Ok(outcome) = timeout(most, transport.send(request)).await else {
            self.may_be_seen += 1;
            self.found(note, format!("the call did not end within {most:?}"));
            return None;
        };
        if !said_not_sent(&outcome) {
            self.may_be_seen += 1;
        }
        self.judge(&outcome, expected, note);
        Some(outcome)
    }

    /// Holds an outcome against what may be.
    pub(super) fn judge(&mut self, outcome: &Outcome, expected: Expected, note: &str) {
        let exact_kinds = self.capabilities.has(Capability::ExactKinds);
        if !expected.allows(outcome, exact_kinds) {
            self.found(note, describe(outcome));
        }
        if let Err(error) = outcome
            && texts(error).contains(SECRET)
        {
            self.found(note, "an error that shows a secret of the request");
        }
    }

    /// A call that was given up: it may have been seen.
    pub(super) const fn given_up(&mut self) {
        self.may_be_seen += 1;
    }

    /// Ends the transport, waits until the server has counted, and holds the truth against what
    /// was said.
    pub(super) async fn close(&mut self, transport: Arc<dyn Transport>, server: &Server) {
        drop(transport);
        server.settle().await;
        let seen = server.requests();
        if seen > self.may_be_seen {
            let most = self.may_be_seen;
            self.found(
                "",
                format!(
                    "the server saw {seen} requests, but by the outcomes of the calls at most \
                     {most} can have been sent"
                ),
            );
        }
        let panics = server.panics();
        if panics > 0 {
            self.found(
                "",
                format!("the server of the kit panicked {panics} times; the verdict is void"),
            );
        }
        let written = server.written();
        if written > self.case.most_written {
            let most = self.case.most_written;
            self.found(
                "",
                format!("the server could write {written} bytes, of at most {most}"),
            );
        }
        self.may_be_seen = 0;
    }

    /// A `POST` whose query, header and body are secrets.
    pub(super) fn request(&self, origin: &str) -> Request<Bytes> {
        self.request_to(origin, "/conformance")
    }

    pub(super) fn request_to(&self, origin: &str, path: &str) -> Request<Bytes> {
        let body = match self.case.request_body {
            0 => format!("body-{SECRET}").into(),
            length => Bytes::from(vec![b'x'; length]),
        };
        let deadline = match self.case.limit {
            Limit::Deadline => SHORT,
            _ => GENEROUS,
        };
        Request::post(format!("{origin}{path}?query={SECRET}"))
            .header("x-conformance", format!("header-{SECRET}"))
            .extension(Deadline::after(deadline))
            .body(body)
            .expect("a request made of constants")
    }

    /// Notes something that must not be.
    pub(super) fn found(&mut self, note: &str, what: impl Into<String>) {
        let what = what.into();
        self.findings.push(if note.is_empty() {
            what
        } else {
            format!("{note}: {what}")
        });
    }

    pub(super) const fn expected(&self) -> Expected {
        self.case.expected
    }

    /// The machine cannot do what the case is about.
    pub(super) const fn cannot(&mut self, why: &'static str) {
        self.cannot = Some(why);
    }
}

/// Part of everything that a request carries and no error may show.
pub(super) const SECRET: &str = "7f3a9c-secret";

fn said_not_sent(outcome: &Outcome) -> bool {
    outcome
        .as_ref()
        .is_err_and(|error| error.delivery() == Delivery::NotSent)
}

/// `Display` and `Debug` of an error and all that is underneath.
fn texts(error: &TransportError) -> String {
    let mut texts = format!("{error:?}");
    let mut next: Option<&dyn Error> = Some(error);
    while let Some(error) = next {
        texts += &error.to_string();
        next = error.source();
    }
    texts
}
