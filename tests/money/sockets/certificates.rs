use std::sync::Arc;

use idaas_transport::RootCertificates;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio_rustls::TlsAcceptor;

/// Who vouches for services.
pub(super) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub(super) fn roots(&self) -> RootCertificates {
        RootCertificates::from_pem(self.0.pem()).unwrap()
    }

    /// The server's side of TLS, with a certificate for this name that ends in this year.
    pub(super) fn acceptor(&self, name: &str, until: i32) -> TlsAcceptor {
        TlsAcceptor::from(Arc::new(self.config(name, until)))
    }

    /// The same for a service that speaks HTTP/2.
    pub(super) fn http2_acceptor(&self, name: &str, until: i32) -> TlsAcceptor {
        let mut config = self.config(name, until);
        config.alpn_protocols = vec![b"h2".to_vec()];
        TlsAcceptor::from(Arc::new(config))
    }

    fn config(&self, name: &str, until: i32) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_after = date_time_ymd(until, 1, 1);
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap()
    }
}
