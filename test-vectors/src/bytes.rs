//! CBOR and COSE written head by head, so that a document may be wrong in exactly one place.

use license_core::key::{Signer, SigningKey, sha256};

/// One encoded item.
pub(crate) type Item = Vec<u8>;

/// Returns a head: major type and number, in the shortest form.
pub(crate) fn head(major: u8, number: u64) -> Item {
    let bytes = number.to_be_bytes();
    let (info, width) = match number {
        0..24 => return vec![major << 5 | bytes.last().copied().unwrap_or_default()],
        24..0x100 => (24, 1),
        0x100..0x1_0000 => (25, 2),
        0x1_0000..0x1_0000_0000 => (26, 4),
        _ => (27, 8),
    };
    [&[major << 5 | info], bytes.get(8 - width..).unwrap_or_default()].concat()
}

/// Returns an unsigned integer.
pub(crate) fn uint(number: u64) -> Item {
    head(0, number)
}

/// Returns an integer of CBOR's whole range.
pub(crate) fn int(number: i128) -> Item {
    let (major, number) = if number < 0 { (1, -1 - number) } else { (0, number) };
    head(major, u64::try_from(number).unwrap_or(u64::MAX))
}

/// Returns a byte string.
pub(crate) fn bstr(bytes: &[u8]) -> Item {
    [&head(2, bytes.len() as u64), bytes].concat()
}

/// Returns a text.
pub(crate) fn text(text: &str) -> Item {
    [&head(3, text.len() as u64), text.as_bytes()].concat()
}

/// Returns a list.
pub(crate) fn list(items: &[Item]) -> Item {
    [head(4, items.len() as u64), items.concat()].concat()
}

/// Returns a list of unsigned integers.
pub(crate) fn uints(numbers: &[u64]) -> Item {
    list(&numbers.iter().map(|number| uint(*number)).collect::<Vec<_>>())
}

/// The entries of a map with unsigned integer keys.
#[derive(Clone, Default)]
pub(crate) struct Map(Vec<(u64, Item)>);

impl Map {
    /// Returns a map of these entries.
    pub(crate) fn of(entries: impl IntoIterator<Item = (u64, Item)>) -> Self {
        entries.into_iter().fold(Self::default(), |map, (key, item)| map.with(key, item))
    }

    /// Returns the map with this entry, in the place of one with the same key.
    pub(crate) fn with(self, key: u64, item: Item) -> Self {
        let mut map = self.without(key);
        map.0.push((key, item));
        map.0.sort();
        map
    }

    /// Returns the map without this key.
    pub(crate) fn without(mut self, key: u64) -> Self {
        self.0.retain(|(found, _)| *found != key);
        self
    }

    /// Returns the entries, encoded, by rising key.
    pub(crate) fn entries(&self) -> Vec<Item> {
        self.0.iter().map(|(key, item)| [uint(*key), item.clone()].concat()).collect()
    }

    /// Returns the keys.
    pub(crate) fn keys(&self) -> Vec<u64> {
        self.0.iter().map(|(key, _)| *key).collect()
    }

    /// Returns the map as one item.
    pub(crate) fn item(&self) -> Item {
        raw_map(&self.entries())
    }
}

/// Returns a map of these encoded entries, in the order given.
pub(crate) fn raw_map(entries: &[Item]) -> Item {
    [head(5, entries.len() as u64), entries.concat()].concat()
}

/// Returns the bytes of the thumbprint of a key (RFC 9679).
pub(crate) fn thumbprint(key: &[u8]) -> [u8; 32] {
    sha256(&[&[0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, 0x20], key].concat())
}

/// Returns the first 8 bytes of a key's thumbprint.
pub(crate) fn kid(key: &[u8]) -> Vec<u8> {
    thumbprint(key).iter().take(8).copied().collect()
}

/// Returns the first 16 bytes of a key's thumbprint.
pub(crate) fn short(key: &[u8]) -> Vec<u8> {
    thumbprint(key).iter().take(16).copied().collect()
}

/// Returns the protected header, before it is wrapped in a byte string.
pub(crate) fn protected(kid: &[u8], typ: u64) -> Vec<u8> {
    raw_map(&[
        [uint(1), int(-19)].concat(),
        [uint(4), bstr(kid)].concat(),
        [uint(16), uint(typ)].concat(),
    ])
}

/// Returns the Sig_structure (RFC 9052 section 4.4).
pub(crate) fn to_be_signed(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    list(&[text("Signature1"), bstr(protected), bstr(&[]), bstr(payload)])
}

/// Returns a document's id.
pub(crate) fn document_id(protected: &[u8], payload: &[u8]) -> [u8; 16] {
    let hash = sha256(&to_be_signed(protected, payload));
    std::array::from_fn(|at| hash.get(at).copied().unwrap_or_default())
}

/// Returns the signature of one of the test keys.
pub(crate) fn signature(key: &SigningKey, message: &[u8]) -> [u8; 64] {
    key.sign(message).unwrap_or([0; 64])
}

/// One document, its parts not yet joined.
#[derive(Clone)]
pub(crate) struct Document {
    /// The protected header.
    pub(crate) protected: Vec<u8>,
    /// The claims.
    pub(crate) payload: Vec<u8>,
    /// The signature.
    pub(crate) signature: Vec<u8>,
}

impl Document {
    /// Returns a document of these parts, rightly signed.
    pub(crate) fn signed(key: &SigningKey, protected: Vec<u8>, payload: Vec<u8>) -> Self {
        let signature = signature(key, &to_be_signed(&protected, &payload)).to_vec();
        Self { protected, payload, signature }
    }

    /// Returns a document of this kind, rightly signed.
    pub(crate) fn of(key: &SigningKey, typ: u64, payload: Vec<u8>) -> Self {
        Self::signed(key, protected(&kid(key.public().as_bytes()), typ), payload)
    }

    /// Returns the document's id.
    pub(crate) fn id(&self) -> [u8; 16] {
        document_id(&self.protected, &self.payload)
    }

    /// Returns the five parts after the tag: list head, protected, unprotected, payload, signature.
    pub(crate) fn parts(&self) -> [Item; 5] {
        [vec![0x84], bstr(&self.protected), vec![0xa0], bstr(&self.payload), bstr(&self.signature)]
    }

    /// Returns the document's bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        [vec![0xd2], self.parts().concat()].concat()
    }
}
