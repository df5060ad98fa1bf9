use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use rustls::{ClientConfig, RootCertStore, crypto::CryptoProvider};
use tokio::sync::OnceCell;

use super::{
    not_sent,
    pem::{ClientIdentity, RootCertificates},
};
use crate::{BoxError, TransportError, TransportErrorKind};

/// The TLS settings of a transport, made on first use and only once.
pub(super) struct Tls {
    roots: Option<RootCertificates>,
    identity: Option<ClientIdentity>,
    /// What ALPN offers; nothing is taken for HTTP/1.1.
    protocols: &'static [&'static str],
    read_os_roots: fn() -> Result<RootCertStore, BoxError>,
    config: OnceCell<Arc<ClientConfig>>,
    /// Filled by the thread that read the trust store, so that it is read once even if the call
    /// that asked for it was given up.
    os_roots: Arc<Mutex<Option<Arc<RootCertStore>>>>,
}

impl Tls {
    /// Without `roots`, the trust store of the operating system.
    pub(super) fn new(
        roots: Option<RootCertificates>,
        identity: Option<ClientIdentity>,
        protocols: &'static [&'static str],
    ) -> Self {
        Self {
            roots,
            identity,
            protocols,
            read_os_roots,
            config: OnceCell::new(),
            os_roots: Arc::default(),
        }
    }

    pub(super) async fn config(&self) -> Result<Arc<ClientConfig>, TransportError> {
        self.config
            .get_or_try_init(|| self.new_config())
            .await
            .cloned()
    }

    async fn new_config(&self) -> Result<Arc<ClientConfig>, TransportError> {
        let roots = match &self.roots {
            Some(roots) => Arc::clone(&roots.store),
            None => self.os_roots().await?,
        };
        let provider = provider().ok_or_else(|| unusable(NO_PROVIDER))?;
        let builder = ClientConfig::builder_with_provider(Arc::new(provider))
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .with_root_certificates(roots);
        let mut config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some(identity) => builder
                .with_client_auth_cert(identity.chain.clone(), identity.key.clone_key())
                .map_err(unusable)?,
        };
        config.alpn_protocols = self
            .protocols
            .iter()
            .map(|name| name.as_bytes().into())
            .collect();
        Ok(Arc::new(config))
    }

    /// Reads the trust store away from the executor: it is a hundred files on some systems.
    async fn os_roots(&self) -> Result<Arc<RootCertStore>, TransportError> {
        let (read, kept) = (self.read_os_roots, Arc::clone(&self.os_roots));
        let reading = tokio::task::spawn_blocking(move || {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            match &*kept {
                Some(roots) => Ok(Arc::clone(roots)),
                None => read().map(|roots| Arc::clone(kept.insert(Arc::new(roots)))),
            }
        });
        match reading.await {
            Ok(roots) => roots.map_err(unusable),
            Err(stopped) => Err(not_sent(TransportErrorKind::Cancelled).with_source(stopped)),
        }
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("roots", &self.roots)
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}

/// The cryptography chosen by feature; `ring` if both are there. Never the process's default.
pub(super) fn provider() -> Option<CryptoProvider> {
    #[cfg(feature = "ring")]
    let provider = Some(rustls::crypto::ring::default_provider());
    #[cfg(all(feature = "aws-lc-rs", not(feature = "ring")))]
    let provider = Some(rustls::crypto::aws_lc_rs::default_provider());
    #[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
    let provider = None;
    provider
}

const NO_PROVIDER: &str = "https needs the feature `ring` or `aws-lc-rs` of idaas-transport";

fn unusable(error: impl Into<BoxError>) -> TransportError {
    not_sent(TransportErrorKind::Tls).with_source(error)
}

fn read_os_roots() -> Result<RootCertStore, BoxError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // Old stores have certificates that no one can use; one good one is enough to go on.
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        return Err(Box::new(NoOsRoots(found.errors)));
    }
    Ok(roots)
}

/// The trust store of the operating system has no usable certificate.
#[derive(Debug)]
struct NoOsRoots(Vec<rustls_native_certs::Error>);

impl fmt::Display for NoOsRoots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the trust store of the operating system has no usable certificate")?;
        self.0.iter().try_for_each(|error| write!(f, "; {error}"))
    }
}

impl std::error::Error for NoOsRoots {}

#[cfg(test)]
mod tests {
    use std::{
        error::Error,
        future::poll_fn,
        pin::pin,
        sync::{
            OnceLock,
            atomic::{AtomicUsize, Ordering::SeqCst},
        },
        task::Poll,
        thread::{self, ThreadId},
    };

    use super::*;
    use crate::Delivery;

    fn with(read_os_roots: fn() -> Result<RootCertStore, BoxError>) -> Tls {
        Tls {
            read_os_roots,
            ..Tls::new(None, None, &[])
        }
    }

    #[tokio::test]
    async fn the_trust_store_is_read_once_and_off_the_executor() {
        static READ: AtomicUsize = AtomicUsize::new(0);
        static EXECUTOR: OnceLock<ThreadId> = OnceLock::new();
        static GIVEN_UP: OnceLock<()> = OnceLock::new();
        fn read() -> Result<RootCertStore, BoxError> {
            READ.fetch_add(1, SeqCst);
            let executor = EXECUTOR.get_or_init(|| thread::current().id());
            assert_ne!(*executor, thread::current().id(), "the executor waited");
            GIVEN_UP.wait();
            Ok(RootCertStore::empty())
        }
        EXECUTOR.get_or_init(|| thread::current().id());
        let tls = with(read);
        assert_eq!(READ.load(SeqCst), 0, "nothing is read before the first use");

        // A call that is given up while the store is read.
        {
            let mut given_up = pin!(tls.os_roots());
            let first = poll_fn(|cx| Poll::Ready(given_up.as_mut().poll(cx))).await;
            assert!(first.is_pending(), "reading is left to another thread");
        }
        GIVEN_UP.get_or_init(|| ());
        let (one, two) = tokio::join!(tls.os_roots(), tls.os_roots());

        assert!(one.is_ok_and(|one| two.is_ok_and(|two| Arc::ptr_eq(&one, &two))));
        assert_eq!(READ.load(SeqCst), 1);
    }

    /// `ring` if both are there, and never what the process has installed.
    #[test]
    fn the_cryptography_is_that_of_the_feature() {
        let expected = if cfg!(feature = "ring") {
            Some("Ring")
        } else if cfg!(feature = "aws-lc-rs") {
            Some("AwsLcRs")
        } else {
            None
        };
        let provider = provider();

        let random = provider.map(|provider| format!("{:?}", provider.secure_random));

        assert_eq!(random.as_deref(), expected);
        assert!(CryptoProvider::get_default().is_none(), "none is installed");
    }

    #[tokio::test]
    async fn a_store_that_cannot_be_read_is_told_and_tried_again() {
        static READ: AtomicUsize = AtomicUsize::new(0);
        fn read() -> Result<RootCertStore, BoxError> {
            READ.fetch_add(1, SeqCst);
            Err(Box::new(NoOsRoots(Vec::new())))
        }
        let tls = with(read);
        for time in 1..=2 {
            let Err(error) = tls.config().await else {
                panic!("a store that cannot be read gives no settings");
            };
            assert_eq!(error.kind(), TransportErrorKind::Tls);
            assert_eq!(error.delivery(), Delivery::NotSent);
            assert_eq!(
                error.source().map(ToString::to_string).unwrap_or_default(),
                "the trust store of the operating system has no usable certificate"
            );
            assert_eq!(READ.load(SeqCst), time);
        }
    }
}
