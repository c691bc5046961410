//! Files that are no key of ours: what each is, and the command that makes one of it, if any does.

use super::der;
use super::encryption::encryption;
use super::seed::unreadable;
use crate::files;
use crate::problem::{Failure, Problem};

/// The tag that every key in DER begins with.
const SEQUENCE: u8 = 0x30;
/// What to do about a key that no command turns into one of ours.
const WRONG_KIND: &str = "it is a key of the wrong kind, which OpenSSL does not convert: make one \
                          with `airlock key new`";

/// Returns why a PEM block with this label is no key of ours, unless it is one.
pub(super) fn label(label: &str) -> Option<Failure> {
    let algorithm = |name| {
        Failure::new(Problem::KeyAlgorithm, format!("found {name}, expected an Ed25519 key"))
    };
    Some(match label {
        "PUBLIC KEY" | "PRIVATE KEY" | "ENCRYPTED PRIVATE KEY" => return None,
        "RSA PRIVATE KEY" | "RSA PUBLIC KEY" => algorithm("an RSA key"),
        "EC PRIVATE KEY" | "EC PARAMETERS" => algorithm("an elliptic curve key"),
        "DSA PRIVATE KEY" | "DSA PARAMETERS" => algorithm("a DSA key"),
        "OPENSSH PRIVATE KEY" => {
            unreadable("found an OpenSSH private key, expected PKCS#8 (BEGIN PRIVATE KEY)")
                .hint(WRONG_KIND)
        }
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => {
            unreadable("found a certificate, expected a key")
                .hint("`openssl x509 -in FILE -noout -pubkey` prints the key in it")
        }
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => {
            unreadable("found a certificate request, expected a key")
        }
        airlock if airlock.starts_with("AIRLOCK ") => {
            unreadable("found an Airlock document, expected a key")
                .hint("`airlock show FILE` says what it is")
        }
        other if is_name(other) => {
            unreadable(format!("found a PEM block of the kind {other}, expected a key"))
        }
        _ => unreadable("found a PEM block of another kind, expected a key"),
    })
}

/// Whether this is written as labels are: then it may be shown. Base64, which may be of a key, has
/// small letters.
fn is_name(label: &str) -> bool {
    label.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ')
}

/// What a file is that is no text: a key in DER is named with the command that writes it as PEM.
pub(super) fn binary(bytes: &[u8]) -> Failure {
    let failure = unreadable("found binary data, expected a PEM file");
    if bytes.first() != Some(&SEQUENCE) {
        return failure;
    }
    if let Some(name) = traditional(bytes) {
        let message = format!("found {name} in DER, expected an Ed25519 key");
        return Failure::new(Problem::KeyAlgorithm, message);
    }
    let in_der =
        |what: &str| unreadable(format!("found {what} in DER, a binary form, expected PEM"));
    // A SEQUENCE: all forms of keys are one.
    match (der::public_key(bytes), der::private_key(bytes), encryption(bytes)) {
        (Ok(_), _, _) => in_der("a public key")
            .hint("`openssl pkey -pubin -inform DER -in FILE -out NEW` writes it as PEM"),
        (_, Ok(_), _) => in_der("a private key").hint(
            "`openssl pkey -inform DER -in FILE -aes-256-cbc -out NEW` writes it as PEM, encrypted",
        ),
        (_, _, Ok(_)) => in_der("an encrypted private key").hint(
            "`openssl pkey -inform DER -in FILE -aes-256-cbc -out NEW` writes it as PEM, encrypted",
        ),
        (Err(other), _, _) | (_, Err(other), _) if other.problem == Problem::KeyAlgorithm => other,
        _ => failure.hint(
            "if it is a key in DER, `openssl pkey -inform DER -in FILE -out NEW` writes it as PEM; \
             if it is PKCS #12 (.p12, .pfx), `openssl pkcs12 -nocerts -in FILE -out NEW`",
        ),
    }
}

/// A private key of an algorithm that has a form of its own: PKCS #1 (RFC 8017), SEC 1 (RFC 5915).
fn traditional(der: &[u8]) -> Option<&'static str> {
    // Behind the tag, and a length of one byte or more.
    let long = usize::from(der.get(1)?.checked_sub(0x80).unwrap_or_default());
    match der.get(2 + long..)? {
        [2, 1, 0, 2, 0x81 | 0x82, ..] => Some("an RSA key"),
        [2, 1, 1, 4, ..] => Some("an elliptic curve key"),
        _ => None,
    }
}

pub(super) fn not_pem(text: &str) -> Failure {
    if text.starts_with("ssh-") || text.starts_with("ecdsa-") {
        return unreadable("found an OpenSSH public key, expected PEM (BEGIN PUBLIC KEY)")
            .hint(WRONG_KIND);
    }
    let others = [
        ("PuTTY-User-Key-File-", "a PuTTY key"),
        ("AGE-SECRET-KEY-", "an age key"),
        ("age1", "a public key of age"),
        ("untrusted comment: ", "a key of minisign or signify"),
    ];
    if let Some((_, what)) = others.iter().find(|(start, _)| text.trim_start().starts_with(start)) {
        return unreadable(format!("found {what}, expected PEM")).hint(WRONG_KIND);
    }
    if text.contains("\"kty\"") {
        return unreadable("found a JSON Web Key, expected PEM").hint(WRONG_KIND);
    }
    match (files::is_private_key(text.as_bytes()), text.contains("-BEGIN ")) {
        (true, true) => without_line_ends(),
        (true, false) => {
            unreadable("found a private key without a -----BEGIN line, expected a PEM file")
                .hint("copy the key's file anew, from its first line to its last")
        }
        (false, _) => unreadable("found no -----BEGIN line, expected a PEM file"),
    }
}

/// Nothing of the file is shown: it may be a private key.
fn without_line_ends() -> Failure {
    unreadable("found a private key whose line ends are gone, expected a PEM file").hint(
        "copy the key's file anew, or put its BEGIN line, its Base64 in lines of 64 characters, \
         and its END line each on lines of their own",
    )
}
