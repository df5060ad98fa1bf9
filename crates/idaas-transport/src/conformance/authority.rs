use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls_pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::TlsAcceptor;

/// Signs the certificates of the servers. Made anew for every run.
pub(super) struct Authority {
    known: CertifiedIssuer<'static, KeyPair>,
    stranger: CertifiedIssuer<'static, KeyPair>,
}

/// What is right or wrong with the certificate of a server.
#[derive(Clone, Copy, Debug)]
pub(super) enum Certificate {
    /// For `localhost`, in its time, of the root that is trusted.
    Valid,
    /// The same, of a server that speaks HTTP/2 only.
    ValidHttp2,
    OtherName,
    Expired,
    NotYetValid,
    UnknownRoot,
    SelfSigned,
}

impl Authority {
    pub(super) fn new() -> Self {
        Self {
            known: root(),
            stranger: root(),
        }
    }

    pub(super) fn pem(&self) -> String {
        self.known.pem()
    }

    pub(super) fn acceptor(&self, certificate: Certificate) -> TlsAcceptor {
        let name = match certificate {
            Certificate::OtherName => "example.com",
            _ => "localhost",
        };
        let mut params = CertificateParams::new([name.to_owned()]).expect(MADE);
        match certificate {
            Certificate::Expired => params.not_after = date_time_ymd(2020, 1, 1),
            Certificate::NotYetValid => params.not_before = date_time_ymd(3000, 1, 1),
            _ => {}
        }
        let key = KeyPair::generate().expect(MADE);
        let signed = match certificate {
            Certificate::SelfSigned => params.self_signed(&key),
            Certificate::UnknownRoot => params.signed_by(&key, &self.stranger),
            _ => params.signed_by(&key, &self.known),
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect(MADE)
            .with_no_client_auth();
        let chain = vec![signed.expect(MADE).der().clone()];
        let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        let mut config = builder.with_single_cert(chain, key).expect(MADE);
        config.alpn_protocols = match certificate {
            Certificate::ValidHttp2 => vec![b"h2".to_vec()],
            _ => vec![b"http/1.1".to_vec()],
        };
        TlsAcceptor::from(Arc::new(config))
    }
}

/// All of it is made of constants.
const MADE: &str = "certificates can be made";

fn root() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect(MADE);
    CertifiedIssuer::self_signed(params, key).expect(MADE)
}
