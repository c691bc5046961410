//! An instance's folder that was made.

use std::path::Path;

use license_core::key::PublicKey;
use license_core::value::InstanceId;
use serde_json::json;

use crate::files;
use crate::view::answer::Answer;

/// The answer that says so.
pub(crate) fn made(dir: &Path, id: InstanceId, key: &PublicKey, roots: &[PublicKey]) -> Answer {
    let trusted: String =
        roots.iter().map(|root| format!("  trusted root    {}\n", root.thumbprint())).collect();
    let next = if roots.is_empty() {
        "No root is trusted yet: `airlock license install FILE --trust root.pub` pins the \
         vendor's with the first license."
    } else {
        "Compare the root's fingerprint with the vendor's, by phone or on paper, before you \
         install a license."
    };
    let text = format!(
        "made {}\n  instance        {id}\n  instance's key  {}\n{trusted}{next}\n",
        files::shown(dir),
        key.thumbprint()
    );
    let hex_of = |key: &PublicKey| hex::encode(key.thumbprint().0);
    let json = json!({
        "format": 1,
        "dir": dir.to_string_lossy(),
        "instance": id.to_string(),
        "key": hex_of(key),
        "roots": roots.iter().map(hex_of).collect::<Vec<_>>(),
    });
    Answer::yes(text, json)
}
