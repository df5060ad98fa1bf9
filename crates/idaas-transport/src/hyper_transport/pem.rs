use std::{error::Error, fmt, sync::Arc};

use rustls::RootCertStore;
use rustls_pki_types::{
    CertificateDer, PrivateKeyDer,
    pem::{self, PemObject},
};

use super::tls::provider;
use crate::BoxError;

/// The certificates that are trusted to sign the service's, instead of those of the operating
/// system.
#[derive(Clone)]
pub struct RootCertificates {
    pub(super) store: Arc<RootCertStore>,
}

impl RootCertificates {
    /// Reads one or more certificates in PEM form; sections of other kinds are passed over.
    ///
    /// # Errors
    ///
    /// A [`PemError`] if the text is not PEM, has no certificate, or has one that cannot be used.
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Self, PemError> {
        let mut store = RootCertStore::empty();
        for certificate in certificates(pem.as_ref())? {
            store
                .add(certificate)
                .map_err(|error| PemError::new(PemErrorKind::InvalidCertificate, Some(error)))?;
        }
        Ok(Self {
            store: Arc::new(store),
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
    /// SEC1), both in PEM form. One file with both may be given twice.
    ///
    /// # Errors
    ///
    /// A [`PemError`] if either cannot be read or used, or the key is not that of the
    /// certificate.
    pub fn from_pem(chain: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Result<Self, PemError> {
        let identity = Self {
            chain: certificates(chain.as_ref())?,
            key: PrivateKeyDer::from_pem_slice(key.as_ref()).map_err(|error| match error {
                pem::Error::NoItemsFound => PemError::new(PemErrorKind::NoPrivateKey, NO_SOURCE),
                error => PemError::new(PemErrorKind::NotPem, Some(error)),
            })?,
        };
        identity.check()?;
        Ok(identity)
    }

    fn check(&self) -> Result<(), PemError> {
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
                Err(PemError::new(PemErrorKind::WrongPrivateKey, Some(error)))
            }
            Err(error @ rustls::Error::InvalidCertificate(_)) => {
                Err(PemError::new(PemErrorKind::InvalidCertificate, Some(error)))
            }
            Err(error) => Err(PemError::new(PemErrorKind::InvalidPrivateKey, Some(error))),
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

/// Why [`RootCertificates`] or a [`ClientIdentity`] cannot be made of a text. Shows nothing of
/// the text.
#[derive(Debug)]
pub struct PemError {
    kind: PemErrorKind,
    source: Option<BoxError>,
}

impl PemError {
    fn new(kind: PemErrorKind, source: Option<impl Error + Send + Sync + 'static>) -> Self {
        Self {
            kind,
            source: source.map(|source| Box::new(source) as BoxError),
        }
    }

    /// What is wrong with the text.
    #[must_use]
    pub const fn kind(&self) -> PemErrorKind {
        self.kind
    }
}

impl fmt::Display for PemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            PemErrorKind::NotPem => "the text is not valid PEM",
            PemErrorKind::NoCertificate => "the text has no certificate",
            PemErrorKind::NoPrivateKey => "the text has no private key",
            PemErrorKind::InvalidCertificate => "the certificate cannot be used",
            PemErrorKind::InvalidPrivateKey => "the private key cannot be used",
            PemErrorKind::WrongPrivateKey => "the private key is not that of the certificate",
        })
    }
}

impl Error for PemError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// What is wrong with a PEM text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PemErrorKind {
    /// A section does not end or is not base64.
    NotPem,
    /// There is no section with a certificate.
    NoCertificate,
    /// There is no section with a private key.
    NoPrivateKey,
    /// A certificate is damaged or of a kind that is not supported.
    InvalidCertificate,
    /// The private key is damaged or of a kind that is not supported.
    InvalidPrivateKey,
    /// The private key belongs to another certificate.
    WrongPrivateKey,
}

const NO_SOURCE: Option<pem::Error> = None;

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, PemError> {
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| PemError::new(PemErrorKind::NotPem, Some(error)))?;
    if certificates.is_empty() {
        return Err(PemError::new(PemErrorKind::NoCertificate, NO_SOURCE));
    }
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a test that cannot be set up has failed"
    )]

    use rcgen::{CertifiedKey, generate_simple_self_signed};

    use super::*;

    fn made() -> (String, String) {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        (cert.pem(), signing_key.serialize_pem())
    }

    #[test]
    fn several_certificates_are_read() {
        let both = made().0 + &made().0;

        let roots = RootCertificates::from_pem(both).unwrap();

        assert_eq!(format!("{roots:?}"), "RootCertificates { count: 2 }");
    }

    #[test]
    fn each_fault_has_its_kind() {
        let (certificate, key) = made();
        let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let open = "-----BEGIN CERTIFICATE-----\nAAAA\n";
        let roots = |pem: &str| RootCertificates::from_pem(pem).unwrap_err().kind();
        let identity = |chain: &str, key: &str| {
            let error = ClientIdentity::from_pem(chain, key).unwrap_err();
            error.kind()
        };

        assert_eq!(roots(""), PemErrorKind::NoCertificate);
        assert_eq!(roots(&key), PemErrorKind::NoCertificate);
        assert_eq!(roots(open), PemErrorKind::NotPem);
        assert_eq!(roots(damaged), PemErrorKind::InvalidCertificate);
        assert_eq!(identity("", &key), PemErrorKind::NoCertificate);
        assert_eq!(
            identity(&certificate, &certificate),
            PemErrorKind::NoPrivateKey
        );
    }

    #[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
    #[test]
    fn a_key_is_checked_against_its_certificate() {
        let (certificate, key) = made();
        let (_, other) = made();
        let damaged = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";

        assert!(ClientIdentity::from_pem(&certificate, &key).is_ok());
        let wrong = ClientIdentity::from_pem(&certificate, other).unwrap_err();
        assert_eq!(wrong.kind(), PemErrorKind::WrongPrivateKey);
        let damaged = ClientIdentity::from_pem(&certificate, damaged).unwrap_err();
        assert_eq!(damaged.kind(), PemErrorKind::InvalidPrivateKey);
    }

    #[test]
    fn debug_hides_the_key() {
        let (certificate, key) = made();
        let identity = ClientIdentity::from_pem(certificate, key).unwrap();

        assert_eq!(
            format!("{identity:?}"),
            "ClientIdentity { chain: 1, key: \"[redacted]\" }"
        );
    }
}
