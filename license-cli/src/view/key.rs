//! Keys: made, or looked at.

use std::path::{Path, PathBuf};

use license_core::key::PublicKey;
use serde_json::json;

use crate::files;
use crate::keys;
use crate::view::answer::Answer;

/// A key pair that was written.
pub(crate) struct NewKey {
    pub(crate) private: PathBuf,
    pub(crate) public: PathBuf,
    pub(crate) encrypted: bool,
    pub(crate) key: PublicKey,
}

/// The answer that shows a new key pair.
pub(crate) fn made(new: &NewKey) -> Answer {
    let protection = if new.encrypted { "encrypted with the passphrase" } else { "not encrypted" };
    let text = format!(
        "wrote {}: the private key, {protection}; keep it secret\n\
         wrote {}: the public key\nfingerprint {}\n",
        files::shown(&new.private),
        files::shown(&new.public),
        new.key.thumbprint(),
    );
    let json = json!({
        "format": 1,
        "private": new.private.to_string_lossy(),
        "public": new.public.to_string_lossy(),
        "encrypted": new.encrypted,
        "fingerprint": hex::encode(new.key.thumbprint().0),
    });
    Answer::yes(text, json).wrote(&[&new.private, &new.public])
}

/// The answer that shows a public key that was written.
pub(crate) fn public(path: &Path, key: &PublicKey) -> Answer {
    let place = files::shown(path);
    let text = format!("wrote {place}: the public key\nfingerprint {}\n", key.thumbprint());
    let json = json!({
        "format": 1,
        "public": path.to_string_lossy(),
        "fingerprint": hex::encode(key.thumbprint().0),
    });
    Answer::yes(text, json).wrote(&[path])
}

/// The answer that shows the key of a file.
pub(crate) fn shown(path: &Path, form: keys::Form, key: &PublicKey) -> Answer {
    let text = format!("{}\nfingerprint {}\n", form.words(), key.thumbprint());
    let json = json!({
        "format": 1,
        "path": path.to_string_lossy(),
        "form": form.words(),
        "fingerprint": hex::encode(key.thumbprint().0),
        "kid": hex::encode(key.kid()),
        "public_key": hex::encode(key.as_bytes()),
    });
    Answer::yes(text, json)
}
