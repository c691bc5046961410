//! The grammar of a file: `revocation? issuer* receipt* approval*`, then one license, request or
//! usage report.
//!
//! A file of riders alone is a file too. A kind that this version does not know may stand anywhere
//! before the principal.

use crate::cose::{Header, Sign1, document_id};
use crate::document::{Kind, Place};
use crate::error::{Code, Error};
use crate::limits;
use crate::plural::counted;
use crate::value::DocumentId;

/// One document of a file whose place in it is right; nothing of it is verified.
pub(crate) struct Part<'a> {
    pub(crate) sign1: Sign1<'a>,
    pub(crate) header: Header,
    pub(crate) kind: Kind,
    pub(crate) to_be_signed: Vec<u8>,
    pub(crate) id: DocumentId,
}

/// Takes a file apart: size, envelopes, headers, grammar.
///
/// # Errors
/// The codes of the stages size, envelope, header and file.
pub(crate) fn split(bytes: &[u8]) -> Result<Vec<Part<'_>>, Error> {
    check_size(bytes)?;
    let documents = envelopes(bytes)?;
    let parts = documents.into_iter().enumerate();
    let parts = parts
        .map(|(index, sign1)| part(sign1).map_err(|error| error.in_document(index)))
        .collect::<Result<Vec<_>, _>>()?;
    check_twice(&parts)?;
    check_order(&parts)?;
    Ok(parts)
}

/// Checks that a file has bytes, and not more than any file has.
///
/// # Errors
/// [`Code::Empty`] and [`Code::TooLarge`].
pub fn check_size(bytes: &[u8]) -> Result<(), Error> {
    if bytes.is_empty() {
        return Err(Error::new(Code::Empty, "found no bytes, expected an Airlock file"));
    }
    if bytes.len() > limits::FILE_BYTES {
        return Err(Error::new(
            Code::TooLarge,
            format!(
                "found {}, expected at most {}",
                counted(bytes.len(), "byte"),
                limits::FILE_BYTES
            ),
        ));
    }
    Ok(())
}

fn envelopes(bytes: &[u8]) -> Result<Vec<Sign1<'_>>, Error> {
    let (mut documents, mut rest) = (Vec::new(), bytes);
    while !rest.is_empty() {
        if documents.len() == limits::DOCUMENTS {
            return Err(Error::new(
                Code::TooManyDocuments,
                format!("found more than {}", counted(limits::DOCUMENTS, "document")),
            ));
        }
        let (document, after) =
            Sign1::take(rest).map_err(|error| error.in_document(documents.len()))?;
        documents.push(document);
        rest = after;
    }
    Ok(documents)
}

fn part(sign1: Sign1<'_>) -> Result<Part<'_>, Error> {
    let header = sign1.header()?;
    let to_be_signed = sign1.to_be_signed();
    let id = document_id(&to_be_signed);
    Ok(Part { sign1, header, kind: Kind::from_number(header.typ), to_be_signed, id })
}

fn check_twice(parts: &[Part<'_>]) -> Result<(), Error> {
    let again = |(index, part): &(usize, &Part<'_>)| {
        parts.iter().take(*index).any(|before| before.id == part.id)
    };
    match parts.iter().enumerate().find(again) {
        Some((index, part)) => Err(Error::new(
            Code::Duplicate,
            format!("the {} {} stands in the file twice", part.kind, part.id),
        )
        .in_document(index)),
        None => Ok(()),
    }
}

fn check_order(parts: &[Part<'_>]) -> Result<(), Error> {
    let mut last_place = 0;
    for (index, part) in parts.iter().enumerate() {
        let (place, once) = match part.kind.place() {
            Place::Once(place) => (place, true),
            Place::Several(place) => (place, false),
            Place::Principal => (u8::MAX, true),
            Place::Anywhere => continue,
        };
        if place < last_place || (once && place == last_place) {
            return Err(out_of_place(part.kind).in_document(index));
        }
        last_place = place;
    }
    match parts.iter().position(|part| part.kind.is_principal()) {
        Some(index) if index + 1 < parts.len() => Err(Error::new(
            Code::WrongOrder,
            "found a document after the principal, expected it last",
        )
        .in_document(index + 1)),
        _ => Ok(()),
    }
}

/// The order of the table, in words; written out, since a list made of the table would be a
/// kilobyte of the C library. A test compares the two.
const ORDER: &str =
    "a revocation, issuers, receipts, approvals, then one license, request or usage";

#[cold]
fn out_of_place(kind: Kind) -> Error {
    let found = format!("found a document of kind {kind} out of its place, expected {ORDER}");
    Error::new(Code::WrongOrder, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kinds of the table at this place, in words.
    fn at(place: u8) -> Vec<String> {
        let words = |kind: &Kind| match kind.place() {
            Place::Once(its) => (its == place).then(|| format!("a {kind}")),
            Place::Several(its) => (its == place).then(|| format!("{kind}s")),
            Place::Principal | Place::Anywhere => None,
        };
        Kind::KNOWN.iter().filter_map(words).collect()
    }

    // The order of docs/SPEC.md section 4.
    #[test]
    fn a_wrong_order_is_answered_with_the_right_one() {
        let riders: Vec<String> = (0..=u8::MAX).flat_map(at).collect();
        let principals = Kind::KNOWN.iter().filter(|kind| kind.is_principal());
        let principals: Vec<String> = principals.map(ToString::to_string).collect();
        let (last, first) = principals.split_last().unwrap();
        let first = first.join(", ");
        assert_eq!(ORDER, format!("{}, then one {first} or {last}", riders.join(", ")));
        assert_eq!(
            out_of_place(Kind::Issuer).message(),
            "found a document of kind issuer out of its place, expected a revocation, issuers, \
             receipts, approvals, then one license, request or usage"
        );
    }
}
