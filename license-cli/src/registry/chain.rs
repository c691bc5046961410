//! The hash that links an event to the one before it.

use minicbor::Encoder;

use super::model::{Chain, Event, Head, NewEvent, Sha256};

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

/// What is wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The event of this number is not as it was when it was written.
    Changed(u64),
    /// The events of these numbers, first and last, were removed.
    Removed(u64, u64),
}

/// Follows the events of one chain after the other, each in its order.
#[derive(Debug, Default)]
pub(super) struct Links {
    chain: Option<Chain>,
    last: Head,
    /// Whether the last event could not be read: what its hash was is not known.
    unknown: bool,
}

impl Links {
    /// Where the chain ends so far; of another chain, nowhere.
    pub(super) fn end(&self, chain: &Chain) -> Head {
        if self.chain.as_ref() == Some(chain) { self.last } else { Head::NONE }
    }

    /// What is wrong with the next event.
    pub(super) fn follow(&mut self, event: &Event) -> Vec<Broken> {
        let before = self.end(&event.chain);
        let mut found = Vec::new();
        if event.number > before.number + 1 {
            found.push(Broken::Removed(before.number + 1, event.number - 1));
        } else if event.previous != before.hash && !self.is_unknown(&event.chain) {
            // Somebody gave the event before another hash, or this one another predecessor.
            found.push(Broken::Changed(before.number.max(1)));
        }
        let own = Head { number: event.number.saturating_sub(1), hash: event.previous };
        if hash(&event.chain, own, &event.event) != event.hash {
            found.push(Broken::Changed(event.number));
        }
        if self.chain.as_ref() != Some(&event.chain) {
            self.chain = Some(event.chain.clone());
        }
        self.last = Head { number: event.number, hash: event.hash };
        self.unknown = false;
        found
    }

    /// Goes on behind an event that cannot be read; what is missing before it.
    pub(super) fn pass(&mut self, chain: &Chain, number: u64) -> Option<Broken> {
        let before = self.end(chain).number;
        let removed = (number > before + 1).then(|| Broken::Removed(before + 1, number - 1));
        self.chain = Some(chain.clone());
        self.last = Head { number, ..Head::NONE };
        self.unknown = true;
        removed
    }

    fn is_unknown(&self, chain: &Chain) -> bool {
        self.unknown && self.chain.as_ref() == Some(chain)
    }

    /// What is wrong with a chain behind its last event, given where it should end.
    pub(super) fn close(&self, chain: &Chain, kept: Head) -> Option<Broken> {
        let last = self.end(chain);
        if kept.number > last.number {
            Some(Broken::Removed(last.number + 1, kept.number))
        } else {
            let same = kept == last || (kept.number == last.number && self.is_unknown(chain));
            (!same).then_some(Broken::Changed(last.number))
        }
    }
}
