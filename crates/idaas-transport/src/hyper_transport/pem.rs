mod error;
mod text;

use std::{fmt, sync::Arc};

use rustls::RootCertStore;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

pub use error::{PemError, PemErrorKind};

use super::tls::provider;
use error::UnusableCertificate;
use text::Text;

/// The certificates that are trusted to sign the service's, instead of those of the operating
/// system.
#[derive(Clone)]
pub struct RootCertificates {
    pub(super) store: Arc<RootCertStore>,
}

impl RootCertificates {
    /// Reads one or more certificates in PEM form; sections of other kinds are passed over, as
    /// are blanks before a line and the byte order mark of UTF-8.
    ///
    /// # Errors
    ///
    /// A [`PemError`] if the text is not PEM, has no certificate, or has one that cannot be used.
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Self, PemError> {
        let certificates = Text::new(pem.as_ref())?.certificates()?;
        Ok(Self {
            store: Arc::new(store_of(&certificates)?),
        })
    }
}

impl fmt::Debug for RootCertificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RootCertificates")
            .field("count", &self.store.len())
            .finish()
    }
}

/// The certificate that the client shows to the service, with its private key.
pub struct ClientIdentity {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
}

impl ClientIdentity {
    /// Reads a certificate chain, the client's own first, and its private key (PKCS#8, PKCS#1 or
    /// SEC1), both in PEM form and read as [`RootCertificates::from_pem`] reads them. One file
    /// with both may be given twice.
    ///
    /// # Errors
    ///
    /// A [`PemError`] if the key or any certificate of the chain cannot be read or used, or the
    /// key is not that of the client's own certificate. A private key that is encrypted has to
    /// be decrypted before.
    pub fn from_pem(chain: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Result<Self, PemError> {
        let identity = Self {
            chain: Text::new(chain.as_ref())?.certificates()?,
            key: Text::new(key.as_ref())?.private_key()?,
        };
        identity.check()?;
        Ok(identity)
    }

    fn check(&self) -> Result<(), PemError> {
        store_of(&self.chain)?;
        let Some(provider) = provider() else {
            return Ok(());
        };
        let (chain, key) = (self.chain.clone(), self.key.clone_key());
        match rustls::sign::CertifiedKey::from_der(chain, key, &provider) {
            // That the key is the certificate's cannot always be told; the service will.
            Ok(_) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => {
                Ok(())
            }
            Err(error @ rustls::Error::InconsistentKeys(_)) => {
                Err(PemError::new(PemErrorKind::WrongPrivateKey).with_source(error))
            }
            Err(error @ rustls::Error::InvalidCertificate(_)) => {
                Err(UnusableCertificate::new(0, self.chain.len(), error).into())
            }
            Err(error) => Err(PemError::new(PemErrorKind::InvalidPrivateKey).with_source(error)),
        }
    }
}

impl Clone for ClientIdentity {
    fn clone(&self) -> Self {
        Self {
            chain: self.chain.clone(),
            key: self.key.clone_key(),
        }
    }
}

impl fmt::Debug for ClientIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientIdentity")
            .field("chain", &self.chain.len())
            .field("key", &"[redacted]")
            .finish()
    }
}

/// The certificates as a store, for which each has to be one.
fn store_of(certificates: &[CertificateDer<'static>]) -> Result<RootCertStore, PemError> {
    let mut store = RootCertStore::empty();
    for (at, certificate) in certificates.iter().enumerate() {
        store
            .add(certificate.clone())
            .map_err(|error| UnusableCertificate::new(at, certificates.len(), error))?;
    }
    Ok(store)
}

#[cfg(test)]
mod tests;
