//! PEM (RFC 7468): one block with a key in it.

use base64ct::{Base64, Encoding};
use pkcs8::LineEnding;
use pkcs8::der::pem;
use zeroize::Zeroizing;

use super::seed::{unencodable, unreadable};
use crate::problem::Failure;

pub(super) fn armor(label: &'static str, der: &[u8]) -> Result<String, Failure> {
    pem::encode_string(label, LineEnding::LF, der).map_err(|_| unencodable())
}

/// Returns the label of a line that begins a PEM block. No label has two dashes in a row (RFC 7468
/// section 3): behind those, the key itself stands in a line whose end is gone.
pub(super) fn label(line: &str) -> Option<&str> {
    let label = line.trim_end().strip_prefix("-----BEGIN ")?.strip_suffix("-----")?;
    (!label.contains("--")).then_some(label)
}

/// Returns the bytes of the one PEM block in this text: Base64 in lines of any width, as OpenSSL
/// reads it.
pub(super) fn dearmor(text: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut lines = text.lines().map(str::trim_end).skip_while(|line| label(line).is_none());
    let end = lines.next().and_then(label).map(|label| format!("-----END {label}-----"));
    let mut letters = Zeroizing::new(String::with_capacity(text.len()));
    for line in lines {
        if Some(line) == end.as_deref() {
            let der = Base64::decode_vec(&letters).map(Zeroizing::new);
            return der.map_err(|_| damaged_block());
        }
        if line.starts_with("Proc-Type:") {
            return Err(old_encryption());
        }
        letters.push_str(line);
    }
    Err(damaged_block())
}

fn damaged_block() -> Failure {
    unreadable("found a damaged PEM block, expected Base64 and an END line of the same name")
}

/// How a key was encrypted before PKCS#8 (RFC 1421 section 4.6.1.1).
fn old_encryption() -> Failure {
    unreadable("found a key that is encrypted in the old way (Proc-Type), expected PKCS#8").hint(
        "`openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out NEW` writes it anew, if it is an \
         Ed25519 key",
    )
}
