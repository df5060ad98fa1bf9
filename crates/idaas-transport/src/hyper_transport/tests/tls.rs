//! Whom the transport believes, and that nothing is sent to anyone else.

use std::net::SocketAddr;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::{ServerConfig, SupportedProtocolVersion, server::WebPkiClientVerifier};
use rustls_pki_types::PrivatePkcs8KeyDer;
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::super::test_server::{Then, gone, read_request, reset, scripted, serve};
use super::super::tls::provider;
use super::*;
use TransportErrorKind::{Closed, ConnectTimeout, HeadTimeout, Tls};

pub(super) const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

pub(super) type Authority = CertifiedIssuer<'static, KeyPair>;

pub(super) fn authority() -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server for `name`, whose certificate ends with the year.
pub(super) fn config(
    authority: &Authority,
    name: &str,
    year: i32,
    versions: &[&'static SupportedProtocolVersion],
    clients: Option<&Authority>,
) -> ServerConfig {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    params.not_after = date_time_ymd(year, 1, 1);
    let certificate = params.signed_by(&key, authority).unwrap();
    let provider = Arc::new(provider().unwrap());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(versions)
        .unwrap();
    match clients {
        None => builder.with_no_client_auth(),
        Some(clients) => {
            let mut roots = rustls::RootCertStore::empty();
            roots.add(clients.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
    }
    .with_single_cert(
        vec![certificate.der().clone()],
        PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
    )
    .unwrap()
}

/// Runs `connection` for every connection whose handshake is done.
pub(super) async fn serve_tls<F, R>(config: ServerConfig, connection: F) -> SocketAddr
where
    F: Fn(TlsStream<TcpStream>) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let acceptor = TlsAcceptor::from(Arc::new(config));
    serve(move |_, stream| {
        let (acceptor, connection) = (acceptor.clone(), connection.clone());
        async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                connection(stream).await;
            }
        }
    })
    .await
}

pub(super) async fn answer(mut stream: TlsStream<TcpStream>) {
    while read_request(&mut stream).await.is_some() {
        if stream.write_all(OK).await.is_err() {
            return;
        }
    }
}

async fn refuse(mut stream: TlsStream<TcpStream>) {
    assert_eq!(read_request(&mut stream).await, None, "a request was sent");
}

pub(super) fn trusting(authority: &Authority) -> HyperTransportBuilder {
    let roots = RootCertificates::from_pem(authority.pem()).unwrap();
    HyperTransport::builder().root_certificates(roots)
}

pub(super) fn at(address: SocketAddr) -> Request<Bytes> {
    request(format_args!("https://localhost:{}", address.port()))
}

#[tokio::test]
async fn both_versions_and_kept_connections() {
    let authority = authority();
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let config = config(&authority, "localhost", 4000, &[version], None);
        let address = serve_tls(config, answer).await;
        let transport = trusting(&authority).build();

        for _ in 0..3 {
            let response = transport.send(at(address)).await.unwrap();
            assert_eq!(response.body(), "ok", "{version:?}");
            assert_eq!(transport.inner.pool.idle(), 1, "{version:?}");
        }
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_to_be_believed() {
    let (known, other) = (authority(), authority());
    for (name, config) in [
        (
            "unknown root",
            config(&other, "localhost", 4000, rustls::ALL_VERSIONS, None),
        ),
        (
            "other host",
            config(&known, "example.com", 4000, rustls::ALL_VERSIONS, None),
        ),
        (
            "expired",
            config(&known, "localhost", 2020, rustls::ALL_VERSIONS, None),
        ),
    ] {
        let address = serve_tls(config, refuse).await;

        let error = failure(&trusting(&known).build(), at(address)).await;

        assert_eq!(error.kind(), Tls, "{name}: {}", texts(&error));
        assert_eq!(error.delivery(), Delivery::NotSent, "{name}");
    }
}

/// The roots of the operating system do not know a certificate made here.
#[tokio::test]
async fn the_trust_store_of_the_operating_system_is_the_default() {
    let config = config(&authority(), "localhost", 4000, rustls::ALL_VERSIONS, None);
    let address = serve_tls(config, refuse).await;

    let error = failure(&HyperTransport::new(), at(address)).await;

    assert_failed(&error, Tls, Delivery::NotSent);
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls() {
    let authority = authority();
    for (then, kind) in [
        (Then::Close, Tls),
        (Then::Reset, Tls),
        (Then::Repeat(b"HTTP/1.1 400 Bad Request\r\n\r\n"), Tls),
        (Then::Hang, ConnectTimeout),
    ] {
        let address = serve(move |_, mut stream| async move {
            stream.readable().await.unwrap();
            match then {
                Then::Close => {}
                Then::Reset => reset(&stream),
                Then::Hang => gone(stream).await,
                Then::Repeat(bytes) => while stream.write_all(bytes).await.is_ok() {},
            }
        })
        .await;

        let transport = trusting(&authority).connect_timeout(SHORT).build();
        let error = failure(&transport, at(address)).await;

        assert_eq!(error.kind(), kind, "{then:?}: {}", texts(&error));
        assert_eq!(error.delivery(), Delivery::NotSent, "{then:?}");
    }
}

#[tokio::test]
async fn a_client_certificate() {
    let (servers, clients) = (authority(), authority());
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::default()
        .signed_by(&key, &clients)
        .unwrap();
    let identity = ClientIdentity::from_pem(certificate.pem(), key.serialize_pem()).unwrap();
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let config = config(&servers, "localhost", 4000, &[version], Some(&clients));
        let address = serve_tls(config, answer).await;

        let with = trusting(&servers).client_identity(identity.clone()).build();
        assert_eq!(with.send(at(address)).await.unwrap().body(), "ok");

        let without = trusting(&servers).build();
        let error = failure(&without, at(address)).await;
        if *version == rustls::version::TLS12 {
            assert_failed(&error, Tls, Delivery::NotSent);
        } else {
            // The client is done before the server has judged it, and has sent the request.
            assert_failed(&error, Tls, Delivery::Unknown);
        }
    }
}

#[tokio::test]
async fn faults_after_the_request() {
    let authority = authority();
    let silent = config(&authority, "localhost", 4000, rustls::ALL_VERSIONS, None);
    let silent = serve_tls(silent, |mut stream| async move {
        read_request(&mut stream).await.unwrap();
        gone(stream).await;
    })
    .await;
    let closing = config(&authority, "localhost", 4000, rustls::ALL_VERSIONS, None);
    let closing = serve_tls(closing, |mut stream| async move {
        read_request(&mut stream).await.unwrap();
        let _ = stream.shutdown().await;
    })
    .await;
    let transport = trusting(&authority).response_head_timeout(SHORT).build();

    let error = failure(&transport, at(silent)).await;
    assert_failed(&error, HeadTimeout, Delivery::Unknown);
    let error = failure(&transport, at(closing)).await;
    assert_failed(&error, Closed, Delivery::Unknown);
}

/// The service says goodbye on an idle connection, with or without the words of TLS.
#[tokio::test]
async fn a_kept_connection_that_was_closed_is_not_used() {
    let authority = authority();
    for polite in [true, false] {
        let (closed, mut was_closed) = tokio::sync::mpsc::unbounded_channel();
        let config = config(&authority, "localhost", 4000, rustls::ALL_VERSIONS, None);
        let address = serve_tls(config, move |mut stream| {
            let closed = closed.clone();
            async move {
                read_request(&mut stream).await.unwrap();
                stream.write_all(OK).await.unwrap();
                if polite {
                    stream.shutdown().await.unwrap();
                }
                drop(stream);
                closed.send(()).unwrap();
            }
        })
        .await;
        let transport = trusting(&authority).build();

        for _ in 0..3 {
            let response = transport.send(at(address)).await.unwrap();
            assert_eq!(response.body(), "ok", "polite: {polite}");
            was_closed.recv().await.unwrap();
        }
    }
}

#[tokio::test]
async fn plain_http_to_a_tls_server_is_no_answer() {
    let (address, _) = scripted(b"\x15\x03\x01\x00\x02\x02\x16".to_vec(), Then::Close).await;

    let error = failure(&fresh().build(), request(format_args!("http://{address}"))).await;

    assert_failed(&error, TransportErrorKind::Protocol, Delivery::Unknown);
}
