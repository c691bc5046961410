//! PEM: one block with a key in it, and what to say of other files.

use pkcs8::LineEnding;
use pkcs8::der::pem;
use zeroize::Zeroizing;

use super::seed::{unencodable, unreadable};
use crate::files;
use crate::problem::{Failure, Problem};

pub(super) fn armor(label: &'static str, der: &[u8]) -> Result<String, Failure> {
    pem::encode_string(label, LineEnding::LF, der).map_err(|_| unencodable())
}

/// Returns the label of a line that begins a PEM block. No label has two dashes in a row (RFC 7468
/// section 3): behind those, the key itself stands in a line whose end is gone.
pub(super) fn label(line: &str) -> Option<&str> {
    let label = line.trim_end().strip_prefix("-----BEGIN ")?.strip_suffix("-----")?;
    (!label.contains("--")).then_some(label)
}

/// Returns why a PEM block with this label is no key of ours, unless it is one.
pub(super) fn foreign(label: &str) -> Option<Failure> {
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

pub(super) fn binary(bytes: &[u8]) -> Failure {
    let failure = unreadable("found binary data, expected a PEM file");
    // A SEQUENCE: all forms of keys are one.
    if bytes.first() == Some(&0x30) {
        failure.hint(
            "if it is a key in DER, `openssl pkey -inform DER -in FILE -out NEW` writes it as PEM",
        )
    } else {
        failure
    }
}

pub(super) fn not_pem(text: &str) -> Failure {
    if text.starts_with("ssh-") || text.starts_with("ecdsa-") {
        return unreadable("found an OpenSSH public key, expected PEM (BEGIN PUBLIC KEY)")
            .hint("use a key made with `airlock key new`");
    }
    let begins = text.contains("-BEGIN ");
    match (files::is_private_key(text.as_bytes()), begins) {
        (true, true) => without_line_ends("a private key"),
        (true, false) => {
            unreadable("found a private key without a -----BEGIN line, expected a PEM file")
                .hint("copy the key's file anew, from its first line to its last")
        }
        (false, true) if text.contains("-BEGIN PUBLIC KEY-") => without_line_ends("a public key"),
        (false, true | false) => unreadable("found no -----BEGIN line, expected a PEM file"),
    }
}

/// Nothing of the file is shown: it may be a private key.
fn without_line_ends(what: &str) -> Failure {
    unreadable(format!("found {what} whose line ends are gone, expected a PEM file")).hint(
        "copy the key's file anew, or put its BEGIN line, its Base64 in lines of 64 characters, \
         and its END line each on lines of their own",
    )
}

/// Returns the bytes of the one PEM block in this text.
pub(super) fn dearmor(text: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut block = Zeroizing::new(String::with_capacity(text.len() + 1));
    for line in text.lines().map(str::trim_end).skip_while(|line| label(line).is_none()) {
        block.push_str(line);
        block.push('\n');
        if line.starts_with("-----END ") {
            break;
        }
    }
    let mut room = Zeroizing::new(vec![0; block.len()]);
    let (_, der) = pem::decode(block.as_bytes(), &mut room).map_err(|_| {
        unreadable(
            "found a damaged PEM block, expected Base64 in lines of 64 characters and an END line",
        )
    })?;
    let length = der.len();
    room.truncate(length);
    Ok(room)
}
