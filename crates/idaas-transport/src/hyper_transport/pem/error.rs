use std::{error::Error, fmt};

use rustls::CertificateError;

use crate::BoxError;

/// Why [`RootCertificates`](super::RootCertificates) or a
/// [`ClientIdentity`](super::ClientIdentity) cannot be made of a text. Shows nothing of the text.
#[derive(Debug)]
pub struct PemError {
    kind: PemErrorKind,
    source: Option<BoxError>,
}

impl PemError {
    pub(super) const fn new(kind: PemErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// Adds what lies beneath, which must not show the text either.
    pub(super) fn with_source(self, source: impl Into<BoxError>) -> Self {
        Self {
            source: Some(source.into()),
            ..self
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
            PemErrorKind::Der => "the text is not PEM; it looks like DER",
            PemErrorKind::NoCertificate => "the text has no certificate",
            PemErrorKind::NoPrivateKey => "the text has no private key",
            PemErrorKind::EncryptedPrivateKey => "the private key is encrypted",
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
    /// The bytes are those of the binary form, DER, and not of a text.
    Der,
    /// There is no section with a certificate.
    NoCertificate,
    /// There is no section with a private key.
    NoPrivateKey,
    /// The private key can be read only with a password, which is not supported.
    EncryptedPrivateKey,
    /// A certificate is damaged or of a kind that is not supported. The source says which.
    InvalidCertificate,
    /// The private key is damaged or of a kind that is not supported.
    InvalidPrivateKey,
    /// The private key belongs to another certificate.
    WrongPrivateKey,
}

/// Says which certificate of a text cannot be used.
#[derive(Debug)]
pub(super) struct UnusableCertificate {
    at: usize,
    count: usize,
    reason: rustls::Error,
}

impl UnusableCertificate {
    /// The certificate `at`, from zero, of so many.
    pub(super) const fn new(at: usize, count: usize, reason: rustls::Error) -> Self {
        Self { at, count, reason }
    }
}

impl From<UnusableCertificate> for PemError {
    fn from(unusable: UnusableCertificate) -> Self {
        Self::new(PemErrorKind::InvalidCertificate).with_source(unusable)
    }
}

impl fmt::Display for UnusableCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "certificate {} of {} is ", self.at + 1, self.count)?;
        f.write_str(match self.reason {
            rustls::Error::InvalidCertificate(CertificateError::BadEncoding) => "damaged",
            _ => "of a kind that is not supported",
        })
    }
}

impl Error for UnusableCertificate {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.reason {
            rustls::Error::InvalidCertificate(CertificateError::BadEncoding) => None,
            // Without the words of rustls, to which every certificate is that of a peer.
            rustls::Error::InvalidCertificate(CertificateError::Other(other)) => Some(other),
            reason => Some(reason),
        }
    }
}
