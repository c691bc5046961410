//! What may pass a gateway between two domains: only what can be shown, in the one form that it
//! has.
//!
//! The guard trusts nobody on either side. It reads a file, refuses whatever a reader would pass
//! over, and hands out bytes that it has written anew from what it read; they are the same bytes as
//! came in. docs/GUARD.md says what freedom is left to a sender.

use crate::carrier::{Opened, Place, Strictness, open_all, text};
use crate::cose::{self, Header};
use crate::document::{self, Issuer, Kind, SignedBy, Unverified};
use crate::error::{Code, Error};
use crate::file::{self, Part};
use crate::key::PublicKey;
use crate::trust::TrustAnchors;
use crate::value::DocumentId;
use crate::verify::{self, Inspected, Principal};

/// What may pass.
#[derive(Debug, Clone, Copy)]
pub struct Gate<'a> {
    /// The kinds of a file's last document that may pass.
    pub allow: &'a [Kind],
    /// Root keys: what licenses and issuer documents must be signed under. With none, their
    /// signatures are not checked.
    pub roots: &'a [PublicKey],
    /// Instances' keys: what requests and usage reports must be signed by. With none, any key may
    /// have signed them.
    pub signers: &'a [PublicKey],
}

/// Why a file may not pass.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A reader would refuse it too, with this error.
    #[error(transparent)]
    Invalid(#[from] Error),
    /// The file is of a kind that may not pass.
    #[error("found a file of kind {found}, expected {}", kinds(.allowed))]
    Kind {
        /// The kind of the file's last document.
        found: Kind,
        /// The kinds that may pass.
        allowed: Vec<Kind>,
    },
    /// It holds something that a reader of this version passes over.
    #[error(
        "document {}: found {what}, which this version does not know and so cannot show",
        .document + 1
    )]
    Unknown {
        /// The index of the document in its file.
        document: usize,
        /// What is not known, and where it stands.
        what: String,
    },
    /// A block of a pouch may not pass, so nothing of it does.
    #[error("{place}: {refusal}")]
    Block {
        /// Where the block stands.
        place: Place,
        /// Why it may not pass.
        refusal: Box<Refusal>,
    },
    /// It is signed by a key that is not among the gate's signers.
    #[error(
        "found {} signed by key {}, expected one of the keys that were given",
        called(*.kind),
        .key.thumbprint()
    )]
    Stranger {
        /// The kind of the document.
        kind: Kind,
        /// The key that it is signed by, which it contains.
        key: PublicKey,
    },
}

impl Refusal {
    /// Returns the code: that of the error within, else a name of the guard's own.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(error) => error.code().name(),
            Self::Kind { .. } => "kind_not_allowed",
            Self::Unknown { .. } => "unknown_claim",
            Self::Block { refusal, .. } => refusal.code(),
            Self::Stranger { .. } => Code::UnknownKey.name(),
        }
    }
}

/// A document of this kind, as a sentence calls it.
fn called(kind: Kind) -> String {
    if kind == Kind::Usage { "a usage report".to_owned() } else { format!("a {kind}") }
}

fn kinds(kinds: &[Kind]) -> String {
    kinds.iter().map(Kind::to_string).collect::<Vec<_>>().join(", ")
}

/// How far the signatures of a file that passed were checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    /// Under a root, or by a signer, that was given.
    Trusted,
    /// By the key that the document contains; any key may do that.
    BySelf,
    /// Not at all: no key was given.
    Unchecked,
}

/// What passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// What may be carried on, written anew: the same bytes as came in.
    pub clean: Vec<u8>,
    /// The file in binary form.
    pub file: Vec<u8>,
    /// The kind of its last document.
    pub kind: Kind,
    /// The id of its last document.
    pub id: DocumentId,
    /// Everything that it says.
    pub documents: Vec<Inspected>,
    /// How far its signatures were checked.
    pub signed: Signed,
}

/// Looks at what wants to pass: a file in binary form, or its one text with LF.
///
/// Order of checks: size, form, grammar, allowed kind, signatures, claims, nothing unknown, the
/// same bytes when written anew.
///
/// # Errors
/// [`Refusal`]. Of the codes of readers, those of every stage up to limits.
pub fn examine(input: &[u8], gate: &Gate<'_>) -> Result<Passed, Refusal> {
    if !text::looks_like_text(input) {
        return file_of(input, gate);
    }
    let block = text::read_strict(input)?;
    let mut passed = file_of(&block.bytes, gate)?;
    passed.clean = text::write(&passed.kind.word(), &passed.file).into_bytes();
    same(&passed.clean, input)?;
    Ok(passed)
}

/// What passed of a text with the blocks of several files: all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedAll {
    /// What may be carried on, written anew: the same bytes as came in.
    pub clean: Vec<u8>,
    /// Each file, in their order. Of each, `clean` is what [`examine`] hands out for it alone.
    pub files: Vec<Passed>,
}

/// Looks at what wants to pass, as [`examine`] does, and takes a pouch too: all of it passes, or
/// nothing. Its blocks follow each other without anything between, by the rising SHA-256 of their
/// files, none twice; so their order and number say nothing that the files do not say.
///
/// # Errors
/// As [`examine`]; of a pouch, [`Refusal::Block`] with the first block that may not pass.
pub fn examine_all(input: &[u8], gate: &Gate<'_>) -> Result<PassedAll, Refusal> {
    let opened = match text::looks_like_text(input) {
        true => open_all(input, Strictness::Strict)?,
        false => Vec::new(),
    };
    if opened.len() < 2 {
        let passed = examine(input, gate)?;
        return Ok(PassedAll { clean: passed.clean.clone(), files: vec![passed] });
    }
    let files = opened.into_iter().map(|opened| block_of(opened, gate));
    let files = files.collect::<Result<Vec<_>, _>>()?;
    let clean: Vec<u8> = files.iter().flat_map(|passed| passed.clean.iter().copied()).collect();
    same(&clean, input)?;
    Ok(PassedAll { clean, files })
}

/// One block of a pouch, as its file's one text.
fn block_of(opened: Opened, gate: &Gate<'_>) -> Result<Passed, Refusal> {
    let file = opened.file?;
    let passed = file_of(&file, gate);
    let mut passed = passed.map_err(|refusal| match opened.place {
        Some(place) => Refusal::Block { place, refusal: Box::new(refusal) },
        None => refusal,
    })?;
    passed.clean = text::write(&passed.kind.word(), &passed.file).into_bytes();
    Ok(passed)
}

fn file_of(input: &[u8], gate: &Gate<'_>) -> Result<Passed, Refusal> {
    let parts = file::split(input)?;
    let last = parts.last().ok_or_else(|| Error::new(Code::Empty, "found no document"))?;
    let (kind, id) = (last.kind, last.id);
    if !gate.allow.contains(&kind) {
        return Err(Refusal::Kind { found: kind, allowed: gate.allow.to_vec() });
    }
    let signed = signatures(input, &parts, gate)?;
    let documents = verify::inspect(input)?;
    let clean = parts
        .iter()
        .enumerate()
        .map(|(index, part)| anew(index, part))
        .collect::<Result<Vec<_>, _>>()?
        .concat();
    same(&clean, input)?;
    Ok(Passed { file: clean.clone(), clean, kind, id, documents, signed })
}

/// Checks the signatures as far as the gate's keys reach. What a document's own key can show is
/// always checked.
fn signatures(input: &[u8], parts: &[Part<'_>], gate: &Gate<'_>) -> Result<Signed, Refusal> {
    let own = parts.last().is_some_and(|part| part.kind.is_self_signed());
    if gate.roots.is_empty() && !own {
        return issuers_used(parts).map(|()| Signed::Unchecked);
    }
    let file = verify::verify(input, &TrustAnchors::new(gate.roots.iter().copied()))?;
    let (kind, key) = match file.principal() {
        Principal::Request(request) => (Kind::Request, request.key),
        Principal::Usage(usage) => (Kind::Usage, usage.key),
        Principal::License(_) | Principal::None => return Ok(Signed::Trusted),
    };
    match gate.signers {
        [] => Ok(Signed::BySelf),
        signers if signers.contains(&key) => Ok(Signed::Trusted),
        _ => Err(Refusal::Stranger { kind, key }),
    }
}

/// Refuses a license or receipt that no issuer document in front of it certifies, and an issuer
/// document whose key signed none: where no root is given, nobody else looks.
fn issuers_used(parts: &[Part<'_>]) -> Result<(), Refusal> {
    let issued = |part: &&Part<'_>| part.kind.signed_by() == SignedBy::IssuingKey;
    if !parts.iter().any(|part| issued(&part)) {
        return Ok(());
    }
    let mut certified = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        if issued(&part) && !certified.contains(&part.header.kid) {
            let found = format!("found a {} without the issuer document of its key", part.kind);
            return Err(Error::new(Code::UnknownKey, found).in_document(index).into());
        }
        if part.kind != Kind::Issuer {
            continue;
        }
        let claims: Issuer =
            document::read(part.sign1.payload).map_err(|error| error.in_document(index))?;
        let kid = claims.key.kid();
        let again = certified.contains(&kid);
        if again || !parts.iter().filter(issued).any(|signed| signed.header.kid == kid) {
            let found = format!(
                "the issuer document {} certifies a key that signed nothing in this file",
                part.id
            );
            return Err(Error::new(Code::UnusedIssuer, found).in_document(index).into());
        }
        certified.push(kid);
    }
    Ok(())
}

/// Returns a document written anew from what was read of it.
fn anew(index: usize, part: &Part<'_>) -> Result<Vec<u8>, Refusal> {
    let claims = Unverified::read(part.kind, part.sign1.payload);
    let claims = claims.map_err(|error| error.in_document(index))?;
    let unknown = |what| Refusal::Unknown { document: index, what };
    if let Some(what) = claims.unknown() {
        return Err(unknown(what));
    }
    let payload =
        claims.encode().ok_or_else(|| unknown(format!("a document of kind {}", part.kind)))?;
    let Header { kid, typ } = part.header;
    Ok(cose::write(kid, typ, &payload, part.sign1.signature))
}

/// Refuses input that is not what is handed out: for a text all that a strict reader still takes,
/// for a file a net under every check before it.
fn same(clean: &[u8], input: &[u8]) -> Result<(), Refusal> {
    if clean == input {
        return Ok(());
    }
    let equal = clean.iter().zip(input).take_while(|(clean, input)| clean == input);
    let (at, line) =
        equal.fold((0, 1), |(at, line), (byte, _)| (at + 1, line + usize::from(*byte == b'\n')));
    let expected = "expected the file exactly as Airlock writes it";
    Err(Refusal::from(match text::looks_like_text(input) {
        true if input.contains(&b'\r') => {
            Error::new(Code::TextNotCanonical, format!("found line ends of CRLF, {expected}: LF"))
        }
        true => Error::new(
            Code::TextNotCanonical,
            format!("found another line {line} than the file has, {expected}"),
        ),
        false => Error::new(
            Code::NotCanonical,
            format!("found another byte at {at} than the file has, {expected}"),
        ),
    }))
}
