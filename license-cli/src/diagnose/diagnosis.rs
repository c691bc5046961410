//! What was found out about a file.

use license_core::key::PublicKey;
use license_core::value::DocumentId;
use license_core::verify::VerifiedLicense;
use license_core::{Code, Day};

use super::content::{Carrier, Content, Fate};
use super::said::Said;
use crate::carry::incoming::IssuerFile;
use crate::problem::{Entry, Failure, Problem};

/// What is given beside the file.
pub(crate) struct Known<'a> {
    /// The roots that are trusted.
    pub(crate) roots: &'a [PublicKey],
    /// The issuer document that the file may lack.
    pub(crate) issuer: Option<&'a IssuerFile>,
    /// The licenses that a report about this one is compared with.
    pub(crate) licenses: &'a Licenses<'a>,
    /// When and of whom the file was received before.
    pub(crate) received: &'a Received<'a>,
    /// What became of a license, where a desk knows.
    pub(crate) fate: &'a Fates<'a>,
    pub(crate) today: Day,
}

/// The verified licenses of the subscription to which the license of this id belongs; none where
/// nothing is known of it.
pub(crate) type Licenses<'a> = dyn Fn(DocumentId) -> Result<Vec<VerifiedLicense>, Failure> + 'a;

/// When and of whom a file was received before; `None` where nothing is known of it.
pub(crate) type Received<'a> = dyn Fn(&[u8]) -> Result<Option<Before>, Failure> + 'a;

/// That a file was received or, a license, filed before, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(not(feature = "desk"), allow(dead_code, reason = "only a desk knows it"))]
pub(crate) struct Before {
    pub(crate) on: Option<Day>,
    /// The customer's name.
    pub(crate) of: Option<String>,
    /// Whether it is a license, which the desk has made.
    pub(crate) is_license: bool,
}

impl Before {
    /// What the desk is told.
    pub(super) fn note(&self) -> String {
        let of = self.of.as_ref().map(|name| format!(" of {name}")).unwrap_or_default();
        let what = if self.is_license { "filed" } else { "received" };
        format!("it was already {what}{}{of}, byte for byte", self.day())
    }

    /// What its customer is told; nothing of a license, which came from us.
    pub(super) fn answer(&self) -> Option<String> {
        let on = self.day();
        (!self.is_license).then(|| {
            format!(
                "We had already received this file{on}: it is the same, byte for byte. If you \
                 meant to send another one, please look for that."
            )
        })
    }

    fn day(&self) -> String {
        self.on.map(|day| format!(" on {day}")).unwrap_or_default()
    }
}

/// What became of the license of this id; none of one that is good, or where no desk is asked.
pub(crate) type Fates<'a> = dyn Fn(DocumentId) -> Result<Option<Fate>, Failure> + 'a;

/// What a file is.
#[derive(Debug, Default)]
pub(crate) struct Diagnosis {
    /// The bytes that were given.
    pub(crate) bytes: usize,
    pub(crate) carrier: Carrier,
    /// What is in it, in its order.
    pub(crate) contents: Vec<Content>,
    /// What is wrong with it, the first is the one that matters.
    pub(crate) faults: Vec<Failure>,
    /// What is not known of it, and how that is found out.
    pub(crate) open: Vec<String>,
    /// What happened to it on its way and does no harm.
    pub(crate) notes: Vec<String>,
    /// That files in it were received before.
    pub(crate) before: Vec<Before>,
    /// The codes of ours that a text in it names.
    pub(crate) codes: Vec<Entry>,
    /// What the text says under them, with its figures.
    pub(crate) said: Vec<Said>,
}

impl Diagnosis {
    /// Whether it was understood, nothing is wrong with it, and nothing is left to be known.
    pub(crate) fn is_well(&self) -> bool {
        self.faults.is_empty() && self.open.is_empty()
    }

    /// What to ask the customer, the question of the first fault first.
    pub(crate) fn questions(&self) -> Vec<&'static str> {
        let on_picture = self.carrier == Carrier::Picture;
        let faults = self.faults.iter().map(|fault| {
            let is_no_text = fault.problem == Problem::Core(Code::TextMissing);
            if on_picture && is_no_text { Problem::NotPicture } else { fault.problem }.entry()
        });
        let faults = faults.map(|entry| entry.support_asks);
        let codes = self.codes.iter().filter_map(|code| self.question(code));
        faults.chain(codes).fold(Vec::new(), |mut all, question| {
            if !all.contains(&question) {
                all.push(question);
            }
            all
        })
    }

    /// What to ask about a code of the text: nothing that stands in it.
    pub(super) fn question(&self, code: &Entry) -> Option<&'static str> {
        let said = self.said.iter().find(|said| said.code == code.name);
        said.map_or(Some(code.support_asks), |said| said.ask)
    }

    /// Adds what is wrong, unless it was said under the same code.
    pub(super) fn blame(&mut self, failure: Failure) {
        if !self.faults.iter().any(|fault| fault.problem == failure.problem) {
            self.faults.push(failure);
        }
    }
}
