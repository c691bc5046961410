//! `airlock show`

use std::path::{Path, PathBuf};

use clap::Args;
use license_core::document::{License, Usage};
use license_core::key::{PublicKey, sha256};
use license_core::trust::TrustAnchors;
use license_core::verify::{Inspected, Principal, Unverified, file_kind, inspect, verify};
use license_core::words;
use license_core::{Code, Error};
use serde_json::{Value, json};

use crate::carry::incoming;
use crate::cli::commands::usage::series_lines;
use crate::cli::options;
use crate::files;
use crate::problem::Failure;
use crate::view::answer::{Answer, put, value};

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Any Airlock file, as a file or text, also within a mail
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) trust: options::Trust,
}

/// How far a file was checked.
pub(crate) enum Trust {
    /// Its signatures lead to a trusted root.
    Verified,
    /// It is signed by the key that it contains.
    SelfSigned,
    /// Nothing was checked.
    Unverified,
}

impl Trust {
    /// Returns it in a sentence.
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Self::Verified => {
                "verified: signed under a trusted root, and within the issuing key's limits"
            }
            Self::SelfSigned => {
                "signed by the key that it contains; whose key that is, this file cannot prove"
            }
            Self::Unverified => {
                "UNVERIFIED: no signature was checked, so anybody may have written this; give `--trust root.pub`"
            }
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::SelfSigned => "self_signed",
            Self::Unverified => "unverified",
        }
    }
}

/// A file that was looked at: checked as far as it could be, then taken apart.
pub(crate) struct Looked {
    /// The file in its binary form.
    pub(crate) bytes: Vec<u8>,
    pub(crate) trust: Trust,
    /// Its documents; at least one.
    pub(crate) parts: Vec<Inspected>,
}

/// Reads a file, checks what these roots let be checked, and takes it apart.
///
/// # Errors
/// Those of reading, of the check where one was possible, and of `inspect`.
pub(crate) fn look(file: &Path, trust: &[PathBuf]) -> Result<Looked, Failure> {
    let bytes = incoming::read(file)?;
    let named = incoming::named(file);
    let roots = incoming::roots(trust)?;
    let (kind, _) = file_kind(&bytes).map_err(&named)?;
    // Where something can be checked, it is checked before anything of a payload is read.
    let trust = match checked(&bytes, &roots) {
        Ok(trust) => trust,
        // Without a root only what contains its own key can be checked, and only where no rider
        // stands before it.
        Err(error)
            if roots.is_empty() && (!kind.is_self_signed() || error.code() == Code::UnknownKey) =>
        {
            Trust::Unverified
        }
        Err(error) => return Err(named(error)),
    };
    let parts = inspect(&bytes).map_err(&named)?;
    Ok(Looked { bytes, trust, parts })
}

/// Shows a file.
pub(crate) fn show(options: &Show) -> Result<Answer, Failure> {
    let Looked { bytes, trust, parts } = look(&options.file, &options.trust.trust)?;
    let (sha, shown) = (hex::encode(sha256(&bytes)), files::shown(&options.file));
    let texts: String = parts.iter().map(document).collect();
    let text = format!(
        "{shown}: {} bytes in binary form, sha256 {sha}\n{}\n{texts}",
        bytes.len(),
        trust.words()
    );
    let json = json!({
        "format": 1, "path": options.file.to_string_lossy(), "sha256": sha, "bytes": bytes.len(), "trust": trust.name(),
        "documents": parts.iter().map(document_json).collect::<Vec<_>>(),
    });
    Ok(Answer::yes(text, json))
}

fn checked(bytes: &[u8], roots: &[PublicKey]) -> Result<Trust, Error> {
    let file = verify(bytes, &TrustAnchors::new(roots.iter().copied()))?;
    let own = matches!(file.principal(), Principal::Request(_) | Principal::Usage(_));
    Ok(if own { Trust::SelfSigned } else { Trust::Verified })
}

pub(crate) fn document(part: &Inspected) -> String {
    let head = format!(
        "\n{} {}, {} bytes, signed by key id {}\n",
        part.kind,
        part.id,
        part.bytes,
        hex::encode(part.kid)
    );
    let claims = words::lines(&part.claims.shown());
    head + &claims + &more(&part.claims)
}

/// Returns what a document says beside its claims.
fn more(claims: &Unverified) -> String {
    if let Unverified::License(license) = claims {
        rules(license)
    } else if let Unverified::Usage(usage) = claims {
        series(usage)
    } else if *claims == Unverified::Other {
        "  a kind that this version does not read\n".to_owned()
    } else {
        String::new()
    }
}

fn rules(license: &License) -> String {
    license
        .rules
        .iter()
        .enumerate()
        .map(|(index, rule)| words::rule(index, rule, license))
        .collect()
}

fn series(usage: &Usage) -> String {
    usage.daily().map(|series| series_lines(series.daily())).unwrap_or_default()
}

pub(crate) fn document_json(part: &Inspected) -> Value {
    let mut json = json!({ "kind": part.kind.to_string(), "id": part.id.to_string(), "bytes": part.bytes, "kid": hex::encode(part.kid) });
    if part.claims != Unverified::Other {
        put(&mut json, "claims", value(&words::object(&part.claims.shown())));
    }
    if let Unverified::License(license) = &part.claims {
        put(&mut json, "rules", value(&words::rules_json(&license.rules)));
    }
    if let Unverified::Usage(usage) = &part.claims {
        put(&mut json, "days", crate::cli::commands::usage::days_json(usage));
    }
    json
}
