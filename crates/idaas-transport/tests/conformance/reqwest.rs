use std::sync::Once;

use idaas_transport::conformance::{self, Capabilities, Capability, Setup};

use crate::reqwest_transport::ReqwestTransport;

/// What the example claims. It cannot know the phase in which a deadline passed, nor look at
/// kept connections.
fn capabilities() -> Capabilities {
    Capabilities::none()
        .with(Capability::RootCertificates)
        .with(Capability::ConnectTimeout)
        .with(Capability::CallTimeout)
        .with(Capability::MaxResponseBody)
        .with(Capability::KeepsConnections)
}

fn configured(setup: &Setup) -> ReqwestTransport {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let root = reqwest::Certificate::from_pem(setup.root_certificates().as_bytes());
    let mut client = reqwest::Client::builder()
        .tls_certs_only([root.expect("PEM of the kit")])
        .connect_timeout(setup.connect_timeout());
    if !setup.http2() {
        client = client.http1_only();
    }
    ReqwestTransport::new(client, setup.call_timeout(), setup.max_response_body())
        .expect("a client of settings")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reqwest_example_is_conformant() {
    let report = conformance::run(capabilities(), configured).await;

    report.assert_conformant();
}

/// The cases of HTTP/2 under an implementation that is not ours. reqwest cannot tell that a
/// stream was refused: those two it must fail, and to fail on the safe side.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cases_of_http2_are_what_they_say() {
    let capabilities = capabilities().with(Capability::Http2);
    let chosen = |name: &str| name.starts_with("http2");
    let report = conformance::run_some(capabilities, chosen, configured).await;

    let failed: Vec<_> = report.failed().map(|case| case.name()).collect();
    assert_eq!(
        failed,
        ["http2_refused_stream", "http2_goaway_below_the_stream"],
        "{report}"
    );
}
