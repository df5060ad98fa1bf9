#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use std::error::Error;

use rcgen::{
    CertificateParams, CertifiedKey, CustomExtension, KeyPair, generate_simple_self_signed,
};

use super::*;

const DAMAGED: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

fn made() -> (String, String) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    (cert.pem(), signing_key.serialize_pem())
}

fn source(error: &PemError) -> String {
    error.source().map(ToString::to_string).unwrap_or_default()
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
    let open = "-----BEGIN CERTIFICATE-----\nAAAA\n";
    let roots = |pem: &str| RootCertificates::from_pem(pem).unwrap_err().kind();
    let identity = |chain: &str, key: &str| {
        let error = ClientIdentity::from_pem(chain, key).unwrap_err();
        error.kind()
    };

    assert_eq!(roots(""), PemErrorKind::NoCertificate);
    assert_eq!(roots(&key), PemErrorKind::NoCertificate);
    assert_eq!(roots(open), PemErrorKind::NotPem);
    assert_eq!(roots(DAMAGED), PemErrorKind::InvalidCertificate);
    assert_eq!(identity("", &key), PemErrorKind::NoCertificate);
    assert_eq!(
        identity(&certificate, &certificate),
        PemErrorKind::NoPrivateKey
    );
}

#[test]
fn a_mark_and_indentation_are_passed_over() {
    let (certificate, key) = made();
    let marked = |pem: &str| format!("\u{feff}{pem}");
    let indented = |pem: &str| {
        let lines = pem.lines().map(|line| format!("  \t {line}\r\n"));
        lines.collect::<String>()
    };

    for (certificate, key) in [
        (marked(&certificate), marked(&key)),
        (indented(&certificate), indented(&key)),
        (marked(&indented(&certificate)), marked(&indented(&key))),
    ] {
        RootCertificates::from_pem(&certificate).unwrap();
        ClientIdentity::from_pem(&certificate, &key).unwrap();
    }
}

#[test]
fn an_encrypted_key_is_called_so() {
    let (certificate, _) = made();
    for key in [
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
        "  -----BEGIN ENCRYPTED PRIVATE KEY-----\n  AAAA\n  -----END ENCRYPTED PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n\
         AAAA\n-----END RSA PRIVATE KEY-----\n",
    ] {
        let error = ClientIdentity::from_pem(&certificate, key).unwrap_err();
        assert_eq!(error.kind(), PemErrorKind::EncryptedPrivateKey, "{key}");
        assert_eq!(error.to_string(), "the private key is encrypted");
    }
}

#[test]
fn der_is_called_so() {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let der = |error: PemError| assert_eq!(error.kind(), PemErrorKind::Der, "{error}");

    der(RootCertificates::from_pem(cert.der()).unwrap_err());
    der(ClientIdentity::from_pem(cert.der(), signing_key.serialize_pem()).unwrap_err());
    der(ClientIdentity::from_pem(cert.pem(), signing_key.serialize_der()).unwrap_err());
    // An Ed25519 key is short enough for a length of one octet.
    der(RootCertificates::from_pem([0x30, 2, 5, 0]).unwrap_err());
    for other in [
        &[0x30][..],
        b"0.",
        b"0\x80",
        b"0\x84\x01",
        &[0x30, 0x81, 9, 0],
    ] {
        let error = RootCertificates::from_pem(other).unwrap_err();
        assert_eq!(error.kind(), PemErrorKind::NoCertificate, "{other:?}");
    }
}

/// The text may be a private key whose line breaks were lost on the way.
#[test]
fn a_fault_is_told_in_words_and_without_the_text() {
    let (certificate, _) = made();
    for (key, expected) in [
        (
            "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n",
            "a section has no end line",
        ),
        (
            "-----BEGIN PRIVATE KEY-----c2VjcmV0-----END PRIVATE KEY-----X",
            "a line begins a section and goes on; are the line breaks lost?",
        ),
        (
            "-----BEGIN PRIVATE KEY-----\nc2VjcmV0!\n-----END PRIVATE KEY-----",
            "a section is not base64",
        ),
    ] {
        let error = ClientIdentity::from_pem(&certificate, key).unwrap_err();

        assert_eq!(error.kind(), PemErrorKind::NotPem, "{key}");
        assert_eq!(source(&error), expected);
        let shown = format!("{error:?}");
        let bytes = "99, 50, 86, 106"; // `c2Vj` as numbers
        assert!(!shown.contains("c2Vj") && !shown.contains(bytes), "{shown}");
    }
}

#[test]
fn the_damaged_certificate_of_several_is_named() {
    let (certificate, key) = made();
    let second = format!("{certificate}{DAMAGED}{certificate}");
    let first = format!("{DAMAGED}{certificate}");
    for (pem, expected) in [
        (second, "certificate 2 of 3 is damaged"),
        (first, "certificate 1 of 2 is damaged"),
    ] {
        for error in [
            RootCertificates::from_pem(&pem).unwrap_err(),
            ClientIdentity::from_pem(&pem, &key).unwrap_err(),
        ] {
            assert_eq!(error.kind(), PemErrorKind::InvalidCertificate);
            assert_eq!(source(&error), expected);
            let below = error.source().and_then(Error::source);
            assert!(below.is_none(), "{below:?}");
        }
    }
}

/// Such as the policies of a bank's own authority. A client only passes the certificate on.
#[test]
fn what_an_issuer_demands_is_left_to_the_service() {
    let (certificate, key) = made();
    let mut policies = CustomExtension::from_oid_content(&[2, 5, 29, 36], vec![0x30, 0]);
    policies.set_criticality(true);
    let mut issuer = CertificateParams::new(Vec::new()).unwrap();
    issuer.custom_extensions.push(policies);
    let issuer = issuer.self_signed(&KeyPair::generate().unwrap()).unwrap();

    let identity = ClientIdentity::from_pem(certificate + &issuer.pem(), key);

    assert!(identity.is_ok(), "{identity:?}");
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
