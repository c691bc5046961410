//! Numbers modulo the order of Ed25519's group, for signatures that are wrong in one respect only.
//! Slow and plain.

use ring::digest::{SHA512, digest};

/// A number below 2^256: the higher and the lower half.
type Number = (u128, u128);

/// L, the group's order: 2^252 + 27742317777372353535851937790883648493 (RFC 8032 section 5.1).
const ORDER: Number = (1 << 124, 27_742_317_777_372_353_535_851_937_790_883_648_493);

fn sum(a: Number, b: Number) -> Number {
    let (low, carry) = a.1.overflowing_add(b.1);
    (a.0 + b.0 + u128::from(carry), low)
}

fn difference(a: Number, b: Number) -> Number {
    let (low, borrow) = a.1.overflowing_sub(b.1);
    (a.0 - b.0 - u128::from(borrow), low)
}

fn reduced(a: Number) -> Number {
    if a >= ORDER { difference(a, ORDER) } else { a }
}

fn read(bytes: &[u8]) -> Number {
    bytes
        .iter()
        .rev()
        .fold((0, 0), |(high, low), byte| (high << 8 | low >> 120, low << 8 | u128::from(*byte)))
}

fn written(number: Number) -> Vec<u8> {
    [number.1.to_le_bytes(), number.0.to_le_bytes()].concat()
}

/// Returns the bits of a little-endian number, the highest first.
fn bits(bytes: &[u8]) -> impl Iterator<Item = bool> {
    bytes.iter().rev().flat_map(|byte| (0..8).rev().map(move |place| byte >> place & 1 == 1))
}

/// Returns `factor` times a little-endian number, modulo L.
fn product(factor: Number, bytes: &[u8]) -> Number {
    bits(bytes).fold((0, 0), |result, bit| {
        let twice = reduced(sum(result, result));
        if bit { reduced(sum(twice, factor)) } else { twice }
    })
}

/// Returns SHA-512 over R, the public key and the message, modulo L.
fn challenge(r: &[u8], public: &[u8], message: &[u8]) -> Number {
    product((0, 1), digest(&SHA512, &[r, public, message].concat()).as_ref())
}

/// Returns the signature with L added to S: the same equation holds, and RFC 8032 section 5.1.7
/// refuses it.
pub(crate) fn with_large_s(signature: &[u8; 64]) -> [u8; 64] {
    let (r, s) = signature.split_at(32);
    joined(r, &written(sum(read(s), ORDER)))
}

/// Returns a signature whose R has the point of order 2 added, with the S that belongs to it: the
/// equation holds only when both sides are multiplied by the cofactor.
pub(crate) fn with_torsion(
    seed: &[u8; 32],
    public: &[u8; 32],
    message: &[u8],
    signature: &[u8; 64],
) -> [u8; 64] {
    let (r, s) = signature.split_at(32);
    let other = plus_order_two(r);
    let hash = digest(&SHA512, seed);
    let mut secret: Vec<u8> = hash.as_ref().iter().take(32).copied().collect();
    if let [first, .., last] = secret.as_mut_slice() {
        *first &= 0xf8;
        *last = *last & 0x7f | 0x40;
    }
    let step = reduced(difference(
        sum(challenge(&other, public, message), ORDER),
        challenge(r, public, message),
    ));
    joined(&other, &written(reduced(sum(read(s), product(step, &secret)))))
}

/// Returns the encoding of (-x, -y) for that of (x, y): the point plus (0, -1).
fn plus_order_two(point: &[u8]) -> Vec<u8> {
    let p = (u128::MAX >> 1, u128::MAX - 18);
    let mut y = point.to_vec();
    let sign = y.last_mut().map_or(0, |last| std::mem::replace(last, *last & 0x7f) & 0x80);
    let mut other = written(difference(p, read(&y)));
    if let Some(last) = other.last_mut() {
        *last |= sign ^ 0x80;
    }
    other
}

fn joined(r: &[u8], s: &[u8]) -> [u8; 64] {
    let all = [r, s].concat();
    std::array::from_fn(|at| all.get(at).copied().unwrap_or_default())
}
