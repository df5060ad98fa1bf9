use idaas_transport::{
    HyperTransport, HyperTransportBuilder, RootCertificates,
    conformance::{self, Capabilities, Capability, Setup},
};

/// All that there is to claim.
pub(crate) fn capabilities() -> Capabilities {
    Capability::ALL
        .iter()
        .filter(|capability| cfg!(feature = "http2") || **capability != Capability::Http2)
        .fold(Capabilities::none(), |all, one| all.with(*one))
}

/// Configured as the case asks.
pub(crate) fn configured(setup: &Setup) -> HyperTransportBuilder {
    let roots = RootCertificates::from_pem(setup.root_certificates()).expect("PEM of the kit");
    let builder = HyperTransport::builder();
    #[cfg(feature = "http2")]
    let builder = if setup.http2() {
        builder.http2()
    } else {
        builder
    };
    builder
        .root_certificates(roots)
        .connect_timeout(setup.connect_timeout())
        .response_head_timeout(setup.response_head_timeout())
        .call_timeout(setup.call_timeout())
        .max_response_head(setup.max_response_head())
        .max_response_body(setup.max_response_body())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hyper_transport_is_conformant() {
    let report = conformance::run(capabilities(), |setup| configured(setup).build()).await;

    report.assert_conformant();
    let left_out: Vec<_> = report.not_applicable().map(ToString::to_string).collect();
    assert!(
        left_out.iter().all(|case| case.contains("HTTP/2")),
        "{left_out:#?}"
    );
}

/// On one thread the service and the transport take turns.
#[tokio::test]
async fn hyper_transport_is_conformant_on_one_thread() {
    let report = conformance::run(capabilities(), |setup| configured(setup).build()).await;

    report.assert_conformant();
}
