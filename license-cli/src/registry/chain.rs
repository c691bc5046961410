//! The hash that links an event to the one before it.

use minicbor::Encoder;

use super::model::{Chain, Head, NewEvent, Sha256};

/// The hash of an event that follows this head: SHA-256 over one CBOR list in deterministic
/// encoding (RFC 8949 section 4.2.1). Its items stand in docs/REGISTRY.md; what is absent is an
/// empty list, which no text or byte string is.
pub(super) fn hash(chain: &Chain, before: Head, event: &NewEvent) -> Sha256 {
    let mut list = List(Encoder::new(Vec::with_capacity(256)));
    list.begin(14);
    list.text("airlock registry event 1");
    list.text(&chain.customer.to_string());
    list.text(&chain.subscription);
    list.number(before.number + 1);
    list.bytes(&before.hash.0);
    list.text(&event.who);
    list.optional(event.key.as_ref(), |list, key| list.bytes(&key.0));
    list.number(event.at);
    list.text(event.what.word());
    list.optional(event.document.as_ref(), |list, document| list.bytes(&document.0));
    for text in [&event.reason, &event.ticket, &event.approved_by, &event.detail] {
        list.optional(text.as_ref(), |list, text| list.text(text));
    }
    Sha256::of(&list.0.into_writer())
}

/// A list that is being written. It is a vector, so no write can fail.
struct List(Encoder<Vec<u8>>);

impl List {
    fn begin(&mut self, items: u64) {
        self.0.array(items).ok();
    }

    fn number(&mut self, number: u64) {
        self.0.u64(number).ok();
    }

    fn text(&mut self, text: &str) {
        self.0.str(text).ok();
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.bytes(bytes).ok();
    }

    fn optional<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        match value {
            Some(value) => write(self, value),
            None => self.begin(0),
        }
    }
}
