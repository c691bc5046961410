//! Many files at once: the signatures of their last documents are checked together, in about a
//! third of the time that they take one by one.

use ed25519_dalek::{Signature, VerifyingKey, verify_batch};

use crate::document::{Kind, OwnKey, Request, Usage};
use crate::error::Error;
use crate::file;
use crate::key::PublicKey;
use crate::trust::TrustAnchors;
use crate::verify::chain::{Chain, Principal, own};
use crate::verify::inspect::no_document;
use crate::verify::known::{KnownIssuer, verify_with};
use crate::verify::verified::SelfSigned;
use crate::verify::whole::{VerifiedFile, complete};

/// Checks files as [`verify`](super::verify()) does, each with the same answer and in their order.
/// Those whose only rider is one of these issuer documents, and those without a rider, are checked
/// together; where not all of their signatures hold, and all others, one by one.
///
/// In one case the answers differ. Whoever holds a private key can make a signature, on purpose and
/// for no other message than their own, that is refused alone and holds among others (its point has
/// a part of small order). So this is for looking over what was verified when it came in, and not
/// for letting anything in.
#[must_use]
pub fn verify_all(
    files: &[&[u8]],
    anchors: &TrustAnchors,
    known: &[KnownIssuer],
) -> Vec<Result<VerifiedFile, Error>> {
    let mut waiting: Vec<Option<Waiting>> =
        files.iter().map(|file| Waiting::of(file, anchors, known)).collect();
    if !hold(waiting.iter().flatten()) {
        waiting.iter_mut().for_each(|waiting| *waiting = None);
    }
    let each = waiting.into_iter().zip(files);
    each.map(|(waiting, file)| match waiting {
        Some(waiting) => Ok(waiting.file),
        None => alone(file, anchors, known),
    })
    .collect()
}

fn alone(
    file: &[u8],
    anchors: &TrustAnchors,
    known: &[KnownIssuer],
) -> Result<VerifiedFile, Error> {
    if let Some(issuer) = known.iter().find(|issuer| issuer.begins(file)) {
        return verify_with(file, anchors, issuer);
    }
    let parts = file::split(file)?;
    let (last, riders) = parts.split_last().ok_or_else(no_document)?;
    complete(Chain::of_riders(anchors, riders)?, last, riders.len())
}

/// A file of which everything holds but one signature, which was not looked at.
struct Waiting {
    file: VerifiedFile,
    key: PublicKey,
    message: Vec<u8>,
    signature: [u8; 64],
}

impl Waiting {
    /// `None` where something else has to be checked, or does not hold.
    fn of(file: &[u8], anchors: &TrustAnchors, known: &[KnownIssuer]) -> Option<Self> {
        let mut parts = file::split(file).ok()?;
        let last = parts.pop()?;
        let (principal, key, chain) = match (parts.as_slice(), last.kind) {
            ([rider], Kind::License) => {
                let issuer = known.iter().find(|issuer| issuer.is(rider, anchors))?;
                let key = Some(issuer.key).filter(|key| key.kid() == last.header.kid)?;
                let mut chain = Chain::of_known(anchors, &issuer.document);
                let license = chain.licensed(&last, key).ok()?;
                (Principal::License(Box::new(license)), key, chain)
            }
            ([], Kind::Request) => {
                let request: SelfSigned<Request> = own(&last).ok()?;
                let key = request.claims.own_key();
                let chain = Chain::of_riders(anchors, &[]).ok()?;
                (Principal::Request(Box::new(request)), key, chain)
            }
            ([], Kind::Usage) => {
                let usage: SelfSigned<Usage> = own(&last).ok()?;
                let key = usage.claims.own_key();
                let chain = Chain::of_riders(anchors, &[]).ok()?;
                (Principal::Usage(Box::new(usage)), key, chain)
            }
            _ => return None,
        };
        let signature = *last.sign1.signature;
        let file = VerifiedFile::of(principal, chain);
        Some(Self { file, key, message: last.to_be_signed, signature })
    }
}

/// Whether all signatures hold.
fn hold<'a>(waiting: impl Iterator<Item = &'a Waiting>) -> bool {
    let (mut messages, mut signatures, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    let mut last: Option<(PublicKey, VerifyingKey)> = None;
    for one in waiting {
        let key = match last {
            Some((public, key)) if public == one.key => key,
            _ => match VerifyingKey::from_bytes(one.key.as_bytes()) {
                Ok(key) => key,
                Err(_) => return false,
            },
        };
        last = Some((one.key, key));
        messages.push(one.message.as_slice());
        signatures.push(Signature::from_bytes(&one.signature));
        keys.push(key);
    }
    verify_batch(&messages, &signatures, &keys).is_ok()
}
