//! COSE_Sign1 (RFC 9052 section 4.2) in the one form that our documents have.
//!
//! ```text
//! 18([ h'a3 01 32  04 48 <kid: 8 bytes>  10 19 <typ: 2 bytes>', {},
//!      h'<payload>', h'<signature: 64 bytes>' ])
//! ```
//!
//! alg is Ed25519 (-19, RFC 9864) and nothing else; kid is the start of the key's RFC 9679
//! thumbprint; typ (RFC 9596) is the document's kind. Nothing stands in the unprotected header, and
//! no other label in the protected one.

use minicbor::Decoder;

use crate::cbor::{self, Fault, Head};
use crate::error::{Code, Error};
use crate::key::{Kid, Signer, first_of_sha256};
use crate::plural::counted;
use crate::value::DocumentId;

/// The first byte of a document: tag 18.
const TAG: u8 = 0xd2;
/// Ed25519 in the COSE registry of algorithms (RFC 9864 section 2.2).
const ALG_ED25519: i128 = -19;
/// Labels of the protected header: alg and kid (RFC 9052 section 3.1), typ (RFC 9596 section 2).
const LABEL_ALG: i64 = 1;
const LABEL_KID: i64 = 4;
const LABEL_TYP: i64 = 16;
/// The first of the CoAP content formats for experimental use (RFC 7252 section 12.3), where our
/// kinds are.
pub(crate) const FIRST_TYP: u16 = 65_000;

/// What the protected header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) kid: Kid,
    pub(crate) typ: u16,
}

/// One document, taken apart; nothing of it is verified.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sign1<'a> {
    pub(crate) bytes: &'a [u8],
    protected: &'a [u8],
    pub(crate) payload: &'a [u8],
    pub(crate) signature: &'a [u8; 64],
}

impl<'a> Sign1<'a> {
    /// Takes the first document off the bytes; returns it and the rest.
    ///
    /// # Errors
    /// The codes of the envelope stage.
    pub(crate) fn take(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Error> {
        if bytes.first() != Some(&TAG) {
            return Err(Error::new(
                Code::NotAirlock,
                "found another first byte than d2, the tag of COSE_Sign1, \
                 expected an Airlock document",
            ));
        }
        let array = item(bytes, 1)?;
        expect(array.major == 4 && array.number == 4, "a list of four parts")?;
        let protected = string(bytes, array.end, "the protected header")?;
        let unprotected = item(bytes, end(bytes, protected))?;
        expect(unprotected.major == 5, "a map of unprotected headers")?;
        if unprotected.number != 0 {
            return Err(Error::new(
                Code::BadHeader,
                "found unprotected headers, expected none: they would not be signed",
            ));
        }
        let payload = string(bytes, unprotected.end, "the payload")?;
        let signature = string(bytes, end(bytes, payload), "the signature")?;
        let (document, rest) =
            bytes.split_at_checked(end(bytes, signature)).unwrap_or((bytes, &[]));
        let signature = signature.try_into().map_err(|_| shape("a signature of 64 bytes"))?;
        Ok((Self { bytes: document, protected, payload, signature }, rest))
    }

    /// Reads the protected header: exactly alg, kid and typ.
    ///
    /// # Errors
    /// The codes of the header stage.
    pub(crate) fn header(&self) -> Result<Header, Error> {
        cbor::check(self.protected).map_err(|error| bad_header(error.message()))?;
        let mut source = Decoder::new(self.protected);
        if cbor::map(&mut source).map_err(|_| bad_header("found no map"))? != 3 {
            return Err(bad_header("found another number of labels than three"));
        }
        let alg = labelled(&mut source, LABEL_ALG, cbor::any_integer)?;
        let kid = labelled(&mut source, LABEL_KID, cbor::exactly)?;
        let typ = labelled(&mut source, LABEL_TYP, cbor::unsigned)?;
        let own = u16::try_from(typ).ok().filter(|typ| *typ >= FIRST_TYP);
        let typ = own.ok_or_else(|| {
            Error::new(
                Code::BadHeader,
                format!("found typ {typ}, expected one of Airlock's, {FIRST_TYP} to {}", u16::MAX),
            )
        })?;
        if alg != ALG_ED25519 {
            let alg = cbor::decimal(alg);
            return Err(Error::new(
                Code::AlgorithmNotAllowed,
                format!("found algorithm {alg}, expected Ed25519 (-19)"),
            ));
        }
        Ok(Header { kid, typ })
    }

    /// Returns the bytes that are signed (RFC 9052 section 4.4), with no external data.
    pub(crate) fn to_be_signed(self) -> Vec<u8> {
        to_be_signed(self.protected, self.payload)
    }
}

/// Returns the document's id.
pub(crate) fn document_id(to_be_signed: &[u8]) -> DocumentId {
    DocumentId(first_of_sha256(to_be_signed))
}

/// Encodes and signs a document.
///
/// # Errors
/// What the signer says.
pub(crate) fn sign(signer: &dyn Signer, typ: u16, payload: &[u8]) -> Result<Vec<u8>, String> {
    let kid = signer.public().kid();
    let signature = signer.sign(&to_be_signed(&protected(kid, typ), payload))?;
    Ok(write(kid, typ, payload, &signature))
}

/// Returns the document of these parts.
pub(crate) fn write(kid: Kid, typ: u16, payload: &[u8], signature: &[u8; 64]) -> Vec<u8> {
    let mut bytes = vec![0xd2, 0x84];
    put_bytes(&mut bytes, &protected(kid, typ));
    bytes.push(0xa0);
    put_bytes(&mut bytes, payload);
    put_bytes(&mut bytes, signature);
    bytes
}

fn protected(kid: Kid, typ: u16) -> Vec<u8> {
    let mut bytes = vec![0xa3, 0x01, 0x32, 0x04, 0x48];
    bytes.extend_from_slice(&kid);
    bytes.extend_from_slice(&[0x10, 0x19]);
    bytes.extend_from_slice(&typ.to_be_bytes());
    bytes
}

fn to_be_signed(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(protected.len() + payload.len() + 24);
    bytes.extend_from_slice(b"\x84\x6aSignature1");
    put_bytes(&mut bytes, protected);
    bytes.push(0x40);
    put_bytes(&mut bytes, payload);
    bytes
}

/// Appends a byte string; every string that we sign or write is shorter than 2^16 (see `limits`).
fn put_bytes(out: &mut Vec<u8>, string: &[u8]) {
    let length = (string.len() as u64).to_be_bytes();
    let [.., high, low] = length;
    match string.len() {
        0..=23 => out.push(0x40 | low),
        24..=0xff => out.extend_from_slice(&[0x58, low]),
        _ => out.extend_from_slice(&[0x59, high, low]),
    }
    out.extend_from_slice(string);
}

fn bad_header(what: &str) -> Error {
    Error::new(
        Code::BadHeader,
        format!(
            "the protected header: {what}; expected exactly alg, kid and typ in their one form"
        ),
    )
}

/// Reads one header entry: this label, then its value.
fn labelled<'a, T>(
    source: &mut Decoder<'a>,
    label: i64,
    value: impl Fn(&mut Decoder<'a>) -> Result<T, Error>,
) -> Result<T, Error> {
    match cbor::integer(source) {
        Ok(found) if found == label => value(source)
            .map_err(|error| bad_header(&format!("label {label}: {}", error.message()))),
        Ok(found) => Err(bad_header(&format!("found label {found} where {label} belongs"))),
        Err(_) => Err(bad_header("found a label that is no integer")),
    }
}

/// Reads the head of an item of the envelope.
fn item(bytes: &[u8], at: usize) -> Result<Head, Error> {
    cbor::head(bytes, at).map_err(|fault| match fault {
        Fault::Truncated(_) => Error::new(
            Code::Truncated,
            format!(
                "the file ends within the document, {} after its start",
                counted(bytes.len(), "byte")
            ),
        ),
        Fault::Form(at, why) => {
            Error::new(Code::NotCanonical, format!("{why} at byte {at} of the document"))
        }
    })
}

/// Reads a byte string of the envelope.
fn string<'a>(bytes: &'a [u8], at: usize, what: &str) -> Result<&'a [u8], Error> {
    let head = item(bytes, at)?;
    expect(head.major == 2, &format!("{what} as a byte string"))?;
    cbor::string(bytes, &head).map_err(|_| {
        Error::new(
            Code::Truncated,
            format!(
                "the file ends within {what}, {} after the document's start",
                counted(bytes.len(), "byte")
            ),
        )
    })
}

/// Returns where a part of the bytes ends within them.
fn end(bytes: &[u8], part: &[u8]) -> usize {
    part.as_ptr() as usize - bytes.as_ptr() as usize + part.len()
}

fn expect(holds: bool, what: &str) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(shape(what)) }
}

fn shape(what: &str) -> Error {
    Error::new(
        Code::Malformed,
        format!("the document has another shape than a COSE_Sign1: expected {what}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SigningKey;

    fn signed(payload: &[u8]) -> Vec<u8> {
        sign(&SigningKey::from_seed(&[7; 32]).unwrap(), FIRST_TYP, payload).unwrap()
    }

    #[test]
    fn what_is_signed_is_taken_apart_again() {
        for length in [0, 1, 23, 24, 255, 256, 1000] {
            let payload = vec![1; length];
            let mut bytes = signed(&payload);
            bytes.push(9);
            let (document, rest) = Sign1::take(&bytes).unwrap();
            assert_eq!((document.payload, rest), (&payload[..], &[9][..]));
            assert_eq!(document.header().unwrap().typ, FIRST_TYP);
            let key = SigningKey::from_seed(&[7; 32]).unwrap().public();
            assert!(key.verifies(&document.to_be_signed(), document.signature));
        }
    }

    #[test]
    fn every_other_envelope_is_refused() {
        let good = signed(&[0xa0]);
        let with = |at: usize, bytes: &[u8]| {
            let mut bad = good.clone();
            bad.splice(at..=at, bytes.iter().copied());
            Sign1::take(&bad).and_then(|(document, _)| document.header()).unwrap_err().code()
        };
        assert_eq!(with(0, &[0xd8, 18]), Code::NotAirlock);
        assert_eq!(with(0, &[0xd3]), Code::NotAirlock);
        assert_eq!(with(1, &[0x85]), Code::Malformed);
        assert_eq!(with(1, &[0x9f]), Code::NotCanonical);
        assert_eq!(with(2, &[0x58, 17]), Code::NotCanonical);
        assert_eq!(with(5, &[0x27]), Code::AlgorithmNotAllowed);
        assert_eq!(with(6, &[0x05]), Code::BadHeader);
        assert_eq!(with(18, &[0x00]), Code::BadHeader);
        assert_eq!(with(20, &[0xa1, 0x01, 0x01]), Code::BadHeader);
        assert_eq!(with(22, &[0xa0, 0x00]), Code::Malformed);
        for length in 1..good.len() {
            assert_eq!(
                Sign1::take(&good[..length]).unwrap_err().code(),
                Code::Truncated,
                "{length}"
            );
        }
    }
}
