use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, Response};
use tokio::time::timeout;

use super::{
    Capabilities, Capability, Setup, Verdict,
    authority::{Authority, Certificate},
    case::{Case, Limit, Play},
    expected::{Expected, describe},
    finding::{Cause, Finding, Note, folded},
    secret::{BODY, HEADER, QUERY, shown_by},
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
    calls: u64,
    /// Calls that the server may have seen by what was said of them.
    may_be_seen: u64,
    findings: Vec<Finding>,
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
            calls: 0,
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

    pub(super) fn verdict(&self) -> Verdict {
        if let Some(why) = self.cannot {
            Verdict::Impossible(why)
        } else if self.findings.is_empty() {
            Verdict::Passed
        } else {
            Verdict::Failed(folded(&self.findings))
        }
    }

    /// What the findings come down to, each once.
    pub(super) fn causes(&self) -> Vec<Cause> {
        let mut causes = Vec::new();
        for finding in &self.findings {
            if !causes.contains(&finding.cause) {
                causes.push(finding.cause);
            }
        }
        causes
    }

    /// One call with a transport of its own.
    pub(super) async fn once(&mut self, certificate: Option<Certificate>, handler: Handler) {
        let server = self.server(certificate, handler).await;
        let transport = self.transport();
        self.call_at(&transport, &server.origin(), Note::NONE).await;
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
    pub(super) async fn call_at(&mut self, to: &Arc<dyn Transport>, origin: &str, note: Note) {
        self.call(to, self.request(origin), self.case.expected, note)
            .await;
    }

    /// A call that has to end as told. The note is put before what is found.
    pub(super) async fn call(
        &mut self,
        transport: &Arc<dyn Transport>,
        request: Request<Bytes>,
        expected: Expected,
        note: Note,
    ) -> Option<Outcome> {
        let most = match self.case.limit {
            Limit::None => GENEROUS,
            _ => SHORT,
        } + GRACE;
        let limit = self.limit_of(&request);
        self.calls += 1;
        let Ok(outcome) = timeout(most, transport.send(request)).await else {
            self.may_be_seen += 1;
            let what = format!("the call did not end within {most:?}, though {limit}");
            self.found(Cause::NoEnd, note, what);
            return None;
        };
        if !said_not_sent(&outcome) {
            self.may_be_seen += 1;
        }
        self.judge(&outcome, expected, note);
        Some(outcome)
    }

    /// Holds an outcome against what may be.
    pub(super) fn judge(&mut self, outcome: &Outcome, expected: Expected, note: Note) {
        let exact_kinds = self.capabilities.has(Capability::ExactKinds);
        if let Some(cause) = expected.fault(outcome, exact_kinds) {
            self.found(cause, note, describe(outcome));
        }
        if let Err(error) = outcome {
            for shown in shown_by(error) {
                self.found(Cause::ShowsSecret, note, shown);
            }
        }
    }

    /// What should have ended a call that did not end, in words.
    fn limit_of(&self, request: &Request<Bytes>) -> String {
        let deadline = request.extensions().get::<Deadline>();
        if deadline.is_some_and(|deadline| deadline.has_passed()) {
            return "the Deadline in its extensions had passed before it began".to_owned();
        }
        let (what, limit) = match self.case.limit {
            Limit::None => ("the Deadline in its extensions", GENEROUS),
            Limit::Deadline => ("the Deadline in its extensions", SHORT),
            Limit::Connect => ("the connect timeout of the Setup", SHORT),
            Limit::ResponseHead => ("the response head timeout of the Setup", SHORT),
            Limit::Call => ("the call timeout of the Setup", SHORT),
        };
        format!("{what} was {limit:?}")
    }

    /// A call that was given up: it may have been seen.
    pub(super) const fn given_up(&mut self) {
        self.calls += 1;
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
            let cause = if most == self.calls {
                Cause::SentTwice
            } else if most == 0 && seen <= self.calls {
                Cause::SentAfterAll
            } else {
                Cause::SentTwiceOrAfterAll
            };
            self.found(
                cause,
                Note::NONE,
                format!(
                    "the server saw {seen} requests, but by the outcomes of the calls at most \
                     {most} can have been sent ({cause})"
                ),
            );
        }
        let panics = server.panics();
        if panics > 0 {
            let what = format!("the kit's own server panicked on {panics} connections");
            self.found(Cause::KitPanicked, Note::NONE, what);
        }
        let written = server.written();
        if written > self.case.most_written {
            let most = self.case.most_written;
            let what = format!("the server could write {written} bytes, of at most {most}");
            self.found(Cause::TookTooMuch, Note::NONE, what);
        }
        self.calls = 0;
        self.may_be_seen = 0;
    }

    /// A `POST` whose query, header and body are secrets.
    pub(super) fn request(&self, origin: &str) -> Request<Bytes> {
        self.request_to(origin, "/conformance")
    }

    pub(super) fn request_to(&self, origin: &str, path: &str) -> Request<Bytes> {
        let body = match self.case.request_body {
            0 => BODY.text.into(),
            length => Bytes::from(vec![b'x'; length]),
        };
        let deadline = match self.case.limit {
            Limit::Deadline => SHORT,
            _ => GENEROUS,
        };
        Request::post(format!("{origin}{path}?query={}", QUERY.text))
            .header("x-conformance", HEADER.text)
            .extension(Deadline::after(deadline))
            .body(body)
            .expect("a request made of constants")
    }

    /// Notes something that must not be.
    pub(super) fn found(&mut self, cause: Cause, note: Note, what: impl Into<String>) {
        self.findings.push(Finding {
            cause,
            note,
            what: what.into(),
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

fn said_not_sent(outcome: &Outcome) -> bool {
    outcome
        .as_ref()
        .is_err_and(|error| error.delivery() == Delivery::NotSent)
}
