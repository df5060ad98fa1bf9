use std::borrow::Cow;

use rustls_pki_types::{
    CertificateDer, PrivateKeyDer,
    pem::{Error, PemObject},
};

use super::{PemError, PemErrorKind};

/// A PEM text as people hand it in: from an editor that puts a byte order mark before it, or
/// indented, as in a block of YAML.
pub(super) struct Text<'a>(Cow<'a, [u8]>);

impl<'a> Text<'a> {
    pub(super) fn new(given: &'a [u8]) -> Result<Self, PemError> {
        if is_der(given) {
            return Err(PemError::new(PemErrorKind::Der));
        }
        let text = given.strip_prefix(BYTE_ORDER_MARK).unwrap_or(given);
        let is_indented = |line: &[u8]| line.first().is_some_and(is_blank);
        // A copy may be one of a private key, so there is none that is not needed.
        if !lines(text).any(is_indented) {
            return Ok(Self(Cow::Borrowed(text)));
        }
        let mut plain = Vec::with_capacity(text.len());
        for line in lines(text) {
            let start = line.iter().position(|byte| !is_blank(byte));
            plain.extend(&line[start.unwrap_or(line.len())..]);
            plain.push(b'\n');
        }
        Ok(Self(Cow::Owned(plain)))
    }

    pub(super) fn certificates(&self) -> Result<Vec<CertificateDer<'static>>, PemError> {
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(&self.0)
            .collect::<Result<_, _>>()
            .map_err(not_pem)?;
        if certificates.is_empty() {
            return Err(PemError::new(PemErrorKind::NoCertificate));
        }
        Ok(certificates)
    }

    pub(super) fn private_key(&self) -> Result<PrivateKeyDer<'static>, PemError> {
        PrivateKeyDer::from_pem_slice(&self.0).map_err(|error| match error {
            _ if self.is_encrypted() => PemError::new(PemErrorKind::EncryptedPrivateKey),
            Error::NoItemsFound => PemError::new(PemErrorKind::NoPrivateKey),
            error => not_pem(error),
        })
    }

    /// Whether there is a private key behind a password, by PKCS#8 or in the older way of
    /// OpenSSL (RFC 1421).
    fn is_encrypted(&self) -> bool {
        lines(&self.0).any(|line| {
            line.starts_with(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
                || line.starts_with(b"Proc-Type: 4,ENCRYPTED")
        })
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| matches!(byte, b'\n' | b'\r'))
}

const fn is_blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Whether all the bytes are one sequence of ASN.1, as certificates and keys are.
fn is_der(given: &[u8]) -> bool {
    const SEQUENCE: u8 = 0x30;
    let [SEQUENCE, length, rest @ ..] = given else {
        return false;
    };
    let Some(octets) = length.checked_sub(0x80) else {
        return usize::from(*length) == rest.len();
    };
    // Four octets hold any length that there is.
    let octets = usize::from(octets);
    let (1..=4, Some((length, content))) = (octets, rest.split_at_checked(octets)) else {
        return false;
    };
    let length = length
        .iter()
        .fold(0, |sum, octet| sum << 8 | u64::from(*octet));
    u64::try_from(content.len()) == Ok(length)
}

/// In words of our own: those of the reader quote the text, and that may be a private key.
fn not_pem(error: Error) -> PemError {
    PemError::new(PemErrorKind::NotPem).with_source(match error {
        Error::MissingSectionEnd { .. } => "a section has no end line",
        Error::IllegalSectionStart { .. } => {
            "a line begins a section and goes on; are the line breaks lost?"
        }
        Error::Base64Decode(_) => "a section is not base64",
        Error::SectionTooLarge => "a section is too large",
        _ => "it cannot be read",
    })
}
