//! TLS in front of a plain server, as a load balancer would have it.

use std::net::SocketAddr;
use std::sync::Arc;

use idaas_transport::RootCertificates;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// Ends with the test that made it.
pub(crate) struct TlsFront {
    addr: SocketAddr,
    root: String,
    task: JoinHandle<()>,
}

impl TlsFront {
    /// Stands in front of the server at `to`, with a certificate for `localhost`.
    pub(crate) async fn before(to: SocketAddr) -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed([String::from("localhost")]).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    // A client that does not trust the certificate goes away here.
                    let Ok(mut tls) = acceptor.accept(socket).await else {
                        return;
                    };
                    let mut plain = TcpStream::connect(to).await.unwrap();
                    let _ = copy_bidirectional(&mut tls, &mut plain).await;
                });
            }
        });
        Self {
            addr,
            root: cert.pem(),
            task,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}", self.addr.port())
    }

    pub(crate) fn root(&self) -> RootCertificates {
        RootCertificates::from_pem(&self.root).unwrap()
    }
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        self.task.abort();
    }
}
