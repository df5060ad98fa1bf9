//! Transports with one fault each. The kit has to find every one of them, by the cases that are
//! there for it.

use std::{collections::BTreeSet, time::Duration};

use bytes::Bytes;
use http::{Request, Response, Uri, header::LOCATION};
use idaas_transport::{
    BoxFuture, Delivery, HyperTransport, Transport, TransportError,
    conformance::{self, Capabilities, Capability, Report, Setup},
};

use crate::hyper::{capabilities, configured};

type Outcome = Result<Response<Bytes>, TransportError>;

/// `HyperTransport` with a fault.
#[derive(Debug)]
struct Mutant {
    inner: HyperTransport,
    fault: Fault,
}

#[derive(Clone, Copy, Debug)]
enum Fault {
    /// Sends a request again that may have been received.
    RetriesUnknown,
    /// Sends every request again that failed.
    RetriesAll,
    /// Says of every failed request that it was not sent.
    AllNotSent,
    /// Says of every failed request that it may have been received.
    AllUnknown,
    FollowsRedirects,
    ForgetsDeadlines,
    /// Puts the URI into the error, as many libraries do.
    ShowsTheUri,
}

impl Transport for Mutant {
    fn send(&self, mut request: Request<Bytes>) -> BoxFuture<'_, Outcome> {
        Box::pin(async move {
            if matches!(self.fault, Fault::ForgetsDeadlines) {
                request.extensions_mut().clear();
            }
            let outcome = self.inner.send(request.clone()).await;
            match (self.fault, outcome) {
                (Fault::RetriesUnknown, Err(error)) if error.delivery() == Delivery::Unknown => {
                    self.inner.send(request).await
                }
                (Fault::RetriesAll, Err(_)) => self.inner.send(request).await,
                (Fault::AllNotSent, Err(error)) => {
                    Err(TransportError::new(error.kind(), Delivery::NotSent))
                }
                (Fault::AllUnknown, Err(error)) => {
                    Err(TransportError::new(error.kind(), Delivery::Unknown))
                }
                (Fault::ShowsTheUri, Err(error)) => {
                    Err(TransportError::new(error.kind(), error.delivery())
                        .with_source(request.uri().to_string()))
                }
                (Fault::FollowsRedirects, Ok(response)) if response.status().is_redirection() => {
                    match elsewhere(&request, &response) {
                        Some(next) => self.inner.send(next).await,
                        None => Ok(response),
                    }
                }
                (_, outcome) => outcome,
            }
        })
    }
}

/// The request at the place that a redirect names.
fn elsewhere(request: &Request<Bytes>, response: &Response<Bytes>) -> Option<Request<Bytes>> {
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = Some(location.parse().ok()?);
    let mut next = request.clone();
    *next.uri_mut() = Uri::from_parts(parts).ok()?;
    Some(next)
}

async fn report(fault: Fault, cases: &[&str]) -> Report {
    let chosen = |name: &str| cases.iter().any(|case| name.starts_with(case));
    conformance::run_some(capabilities(), chosen, |setup: &Setup| Mutant {
        inner: configured(setup).build(),
        fault,
    })
    .await
}

#[track_caller]
fn assert_finds(report: &Report, expected: &[&str]) {
    let found: BTreeSet<_> = report.failed().map(|case| case.name()).collect();
    for case in expected {
        assert!(found.contains(case), "`{case}` found nothing: {report}");
    }
}

#[tokio::test]
async fn a_retry_of_what_may_have_been_received_is_found() {
    let report = report(Fault::RetriesUnknown, &["close", "reset", "half"]).await;

    assert_finds(
        &report,
        &[
            "close_after_the_request",
            "close_before_the_request_is_read",
            "reset_after_the_request",
            "reset_in_a_long_request",
            "reset_at_each_byte",
            "close_at_each_byte",
            "half_close_after_the_request",
            "closed_as_the_request_goes_out",
            "reset_as_the_request_goes_out",
            "closed_once_the_request_is_read",
        ],
    );
    assert!(report.to_string().contains("the server saw"), "{report}");
}

/// What fifty cases find in one transport is read once.
#[tokio::test]
async fn a_report_begins_with_what_is_wrong() {
    let cases = ["close_at_each", "close_after_the_request", "reset_at_each"];
    let report = report(Fault::RetriesUnknown, &cases).await;
    let text = report.to_string();

    assert!(
        text.starts_with(
            "transport conformance: 0 passed, 3 failed, 0 not applicable\n\
             found in 3 cases: a request sent more than once\n"
        ),
        "{text}"
    );
    assert!(
        text.contains("at most 1 can have been sent (a request sent more than once)"),
        "{text}"
    );
}

/// It makes more connections than calls, of which no server of the kit may lose count.
#[tokio::test]
async fn a_retry_of_whatever_failed_is_found() {
    let cases = [
        "a",
        "close",
        "half",
        "http2_",
        "many",
        "one",
        "reset",
        "the_request",
        "tls_cut",
    ];
    let report = report(Fault::RetriesAll, &cases).await;

    assert!(!report.to_string().contains("of the kit"), "{report}");
    assert_finds(
        &report,
        &[
            "close_after_the_request",
            "close_at_each_byte",
            "closed_as_the_request_goes_out",
            "half_close_after_the_request",
            "http2_reset_stream",
            "reset_after_the_request",
            "reset_at_each_byte",
            "reset_in_a_long_request",
            "tls_cut_after_the_request",
        ],
    );
}

#[tokio::test]
async fn a_mapping_of_everything_to_not_sent_is_found() {
    let cases = ["close", "reset", "stall_in_the", "no_", "body_", "drip"];
    let report = report(Fault::AllNotSent, &cases).await;
    let text = report.to_string();

    assert!(
        text.contains("found: after 0–37 bytes: a failure of Closed with Delivery::NotSent"),
        "each byte is no line of its own: {text}"
    );
    assert!(
        text.contains("at most 0 can have been sent (a request sent although NotSent was said)"),
        "{text}"
    );

    assert_finds(
        &report,
        &[
            "body_without_end",
            "close_after_the_request",
            "close_before_the_request_is_read",
            "closed_as_the_request_goes_out",
            "drip_in_the_body",
            "no_last_chunk",
            "no_status_line",
            "reset_at_each_byte",
            "stall_in_the_head",
        ],
    );
}

#[tokio::test]
async fn a_mapping_of_everything_to_unknown_is_found() {
    let cases = [
        "refused", "unreach", "name", "cert", "connect", "tls", "deadline",
    ];
    let report = report(Fault::AllUnknown, &cases).await;

    assert_finds(
        &report,
        &[
            "certificate_expired",
            "certificate_of_an_unknown_root",
            "certificate_of_another_name",
            "certificate_self_signed",
            "connect_stall",
            "connect_stall_until_deadline_was_not_sent",
            "deadline_passed_before_the_call",
            "name_impossible",
            "name_not_found",
            "refused",
            "refused_tls",
            "tls_close",
            "tls_garbage",
            "tls_reset",
            "tls_stall",
            "unreachable",
        ],
    );
}

#[tokio::test]
async fn a_body_without_cap_is_found() {
    let chosen = |name: &str| name.contains("cap") || name.contains("without_end");
    let report = conformance::run_some(capabilities(), chosen, |setup: &Setup| {
        // Without a cap a body ends with the time of the call, of which there is too much.
        configured(setup)
            .max_response_body(usize::MAX)
            .call_timeout(Duration::from_secs(1))
            .build()
    })
    .await;

    assert_finds(
        &report,
        &[
            "body_without_end",
            "chunks_over_the_cap",
            "chunks_without_end",
            "length_over_the_cap",
        ],
    );
}

#[tokio::test]
async fn a_followed_redirect_is_found() {
    let report = report(Fault::FollowsRedirects, &["redirect"]).await;

    assert_finds(
        &report,
        &[
            "redirect_301",
            "redirect_302",
            "redirect_303",
            "redirect_307",
            "redirect_308",
        ],
    );
}

#[tokio::test]
async fn a_forgotten_deadline_is_found() {
    let cases = ["stall_after_the_request", "deadline", "connect_stall_until"];
    let report = report(Fault::ForgetsDeadlines, &cases).await;

    assert_finds(
        &report,
        &[
            "connect_stall_until_deadline",
            "deadline_passed_before_the_call",
            "stall_after_the_request",
        ],
    );
    assert!(
        report.to_string().contains(
            "the call did not end within 2.3s, though the Deadline in its extensions was 300ms"
        ),
        "{report}"
    );
}

/// What a transport does not claim is not expected of it, in the words of the report either.
#[tokio::test]
async fn kinds_are_expected_of_those_who_claim_them() {
    for (capabilities, expected) in [
        (
            capabilities(),
            "expected: a failure of [Closed] with Delivery::Unknown",
        ),
        (
            Capabilities::none(),
            "expected: a failure with Delivery::Unknown",
        ),
    ] {
        let chosen = |name: &str| name == "close_after_the_request";
        let report = conformance::run_some(capabilities, chosen, |setup: &Setup| Mutant {
            inner: configured(setup).build(),
            fault: Fault::AllNotSent,
        })
        .await;

        assert!(report.to_string().contains(expected), "{report}");
    }
}

#[tokio::test]
async fn a_secret_in_an_error_is_found() {
    let report = report(Fault::ShowsTheUri, &["refused", "close_after_the_request"]).await;

    assert_finds(
        &report,
        &["refused", "refused_tls", "close_after_the_request"],
    );
    assert!(
        report.to_string().contains(
            "an error that shows the query of the request: \
             in its Debug, the Display of source 1, the Debug of source 1"
        ),
        "the report says what was found, and where: {report}"
    );
}

/// What is not claimed is left out, and said to be.
#[tokio::test]
async fn a_case_that_cannot_be_run_is_named() {
    let nothing = Capabilities::none();
    let chosen = |name: &str| name.starts_with("certificate");
    let report =
        conformance::run_some(nothing, chosen, |setup: &Setup| configured(setup).build()).await;

    report.assert_conformant();
    let left_out: Vec<_> = report.not_applicable().map(|case| case.name()).collect();
    assert_eq!(
        left_out,
        [
            "certificate_of_another_name",
            "certificate_expired",
            "certificate_not_yet_valid"
        ]
    );
    let missing = conformance::Verdict::NotApplicable(vec![Capability::RootCertificates]);
    assert_eq!(*report.cases()[0].verdict(), missing);
    assert!(
        report.to_string().contains(
            "not applicable: certificate_expired: the transport does not claim root certificates"
        ),
        "{report}"
    );
}
