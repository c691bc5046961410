//! The test keys, and the files that hold them. Never trust one.

use license_core::key::{Signer, SigningKey};

/// A test key: its name, and the byte that its seed repeats.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    /// The name of its files.
    pub(crate) name: &'static str,
    seed: u8,
}

pub(crate) const ROOT_A: Key = Key { name: "root-a", seed: 1 };
pub(crate) const ROOT_B: Key = Key { name: "root-b", seed: 2 };
pub(crate) const DESK: Key = Key { name: "desk", seed: 3 };
pub(crate) const TRIAL_DESK: Key = Key { name: "trial-desk", seed: 4 };
pub(crate) const INSTANCE: Key = Key { name: "instance", seed: 5 };
pub(crate) const STRANGER: Key = Key { name: "stranger", seed: 6 };
pub(crate) const SPARE: Key = Key { name: "spare", seed: 7 };
pub(crate) const STANDBY: Key = Key { name: "standby", seed: 8 };

const ALL: [Key; 8] = [ROOT_A, ROOT_B, DESK, TRIAL_DESK, INSTANCE, STRANGER, SPARE, STANDBY];

/// The bytes before the key in a SubjectPublicKeyInfo (RFC 8410 section 4).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// The bytes before the seed in a PKCS#8 v1 (RFC 8410 section 7).
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

impl Key {
    /// Returns the 32 bytes that RFC 8032 calls the private key.
    pub(crate) fn seed(self) -> [u8; 32] {
        [self.seed; 32]
    }

    /// Returns the key, to sign with.
    pub(crate) fn pair(self) -> SigningKey {
        #[allow(clippy::expect_used, reason = "eight fixed seeds, all good")]
        SigningKey::from_seed(&self.seed()).expect("a good seed")
    }

    /// Returns the public key.
    pub(crate) fn public(self) -> [u8; 32] {
        *self.pair().public().as_bytes()
    }
}

/// Returns the files of `keys/`: name and content.
pub(crate) fn files() -> Vec<(String, String)> {
    let pair = |key: Key| {
        [
            (format!("{}.pub", key.name), pem("PUBLIC KEY", &[&SPKI[..], &key.public()].concat())),
            (format!("{}.key", key.name), pem("PRIVATE KEY", &[&PKCS8[..], &key.seed()].concat())),
        ]
    };
    ALL.into_iter().flat_map(pair).chain([("README.md".to_owned(), readme())]).collect()
}

/// Returns the PEM text (RFC 7468; text before it is allowed by section 2).
fn pem(label: &str, der: &[u8]) -> String {
    format!(
        "TEST KEY - never trust it\n-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        base64(der)
    )
}

fn base64(bytes: &[u8]) -> String {
    const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |three: &[u8]| {
        let number = three.iter().fold(0_usize, |number, byte| number << 8 | usize::from(*byte))
            << (8 * (3 - three.len()));
        let symbol = move |place: usize| {
            let symbol =
                SYMBOLS.get(number >> (18 - 6 * place) & 63).map_or('=', |byte| char::from(*byte));
            if place > three.len() { '=' } else { symbol }
        };
        (0..4).map(symbol).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

fn readme() -> String {
    let row = |key: &Key| {
        format!(
            "| `{}` | 32 times {:02x} | `{}` |\n",
            key.name,
            key.seed,
            hex::encode(key.public())
        )
    };
    let rows: String = ALL.iter().map(row).collect();
    format!(
        "# TEST KEYS: never trust one\n\nTheir private parts stand here and in the generator (`src/keys.rs`). Whoever trusts one trusts everybody.\n\n\
         `.pub` is a SubjectPublicKeyInfo, `.key` a PKCS#8 v1, both in PEM (RFC 8410, RFC 7468).\n\n\
         | key | seed | public key |\n|---|---|---|\n{rows}"
    )
}
