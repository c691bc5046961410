//! The vendor's receipts: which are this instance's, and what they settle.

use license_core::Error;
use license_core::day::unix_text;
use license_core::document::Receipt;
use license_core::key::PublicKey;
use license_core::trust::TrustAnchors;
use license_core::value::{DocumentId, Thumbprint};
use license_core::verify::{Unverified, Verified, VerifiedFile, inspect, verify};

use super::checked::roots;
use super::ledger::{Instance, KeptReceipt, MadeReport, ReceiptFile};
use crate::plural::counted;
use crate::problem::{Failure, Problem};
use crate::settling::{counting, standing};

/// A receipt that verifies, and the file that holds it alone, behind its issuer document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Carried {
    pub(crate) receipt: Verified<Receipt>,
    pub(crate) bytes: Vec<u8>,
}

impl Carried {
    /// Every receipt of a file that was verified.
    ///
    /// # Errors
    /// None that can be reached: those of taking the file apart.
    pub(crate) fn all(bytes: &[u8], file: &VerifiedFile) -> Result<Vec<Self>, Error> {
        Self::of(bytes, file.receipts())
    }

    /// These receipts, which stand in this file.
    ///
    /// # Errors
    /// As [`Carried::all`].
    pub(crate) fn of(bytes: &[u8], receipts: &[Verified<Receipt>]) -> Result<Vec<Self>, Error> {
        if receipts.is_empty() {
            return Ok(Vec::new());
        }
        let documents = documents(bytes)?;
        let alone = |receipt: &Verified<Receipt>| {
            let signer = receipt.signed_by();
            let issuer = documents.iter().find(|it| it.certified() == Some(signer))?;
            let own = documents.iter().find(|it| it.id == receipt.id())?;
            let bytes = [issuer.bytes, own.bytes].concat();
            Some(Self { receipt: receipt.clone(), bytes })
        };
        Ok(receipts.iter().filter_map(alone).collect())
    }

    /// As the ledger takes it.
    pub(crate) fn file(&self, mends: bool) -> ReceiptFile {
        let Self { receipt, bytes } = self;
        ReceiptFile {
            id: receipt.id(),
            bytes: bytes.clone(),
            report: receipt.report,
            number: receipt.number,
            last_day: receipt.last_day,
            mends,
        }
    }
}

/// A document where it stands in its file.
struct Document<'a> {
    id: DocumentId,
    bytes: &'a [u8],
    claims: Unverified,
}

impl Document<'_> {
    /// The key that it certifies, where it is an issuer document.
    fn certified(&self) -> Option<PublicKey> {
        match &self.claims {
            Unverified::Issuer(issuer) => Some(issuer.key),
            Unverified::License(_)
            | Unverified::Receipt(_)
            | Unverified::Request(_)
            | Unverified::Usage(_)
            | Unverified::Other => None,
        }
    }
}

fn documents(file: &[u8]) -> Result<Vec<Document<'_>>, Error> {
    let mut rest = file;
    let mut documents = Vec::new();
    for document in inspect(file)? {
        let (bytes, behind) = rest.split_at_checked(document.bytes).unwrap_or((rest, &[]));
        rest = behind;
        documents.push(Document { id: document.id, bytes, claims: document.claims });
    }
    Ok(documents)
}

/// The receipts that the ledger keeps: those that verify, and why the others do not.
pub(crate) struct Receipts {
    pub(crate) held: Vec<Verified<Receipt>>,
    pub(crate) unread: Vec<(DocumentId, Failure)>,
}

impl Receipts {
    /// Those of this instance.
    ///
    /// # Errors
    /// Those of the ledger.
    pub(crate) fn of(instance: &Instance) -> Result<Self, Failure> {
        let anchors = TrustAnchors::new(roots(instance, &[])?);
        let (mut held, mut unread) = (Vec::new(), Vec::new());
        for kept in instance.receipts()? {
            match verified(&kept, &anchors) {
                Ok(receipt) => held.push(receipt),
                Err(failure) => unread.push((kept.id, failure)),
            }
        }
        Ok(Self { held, unread })
    }

    /// The one that counts for a report; see [`standing`].
    pub(crate) fn for_report(&self, report: DocumentId) -> Option<&Verified<Receipt>> {
        let of_it = self.held.iter().filter(|receipt| receipt.report == report);
        of_it.max_by_key(|receipt| standing(receipt))
    }

    /// The one for the last report that has any.
    pub(crate) fn last(&self) -> Option<&Verified<Receipt>> {
        let last = self.held.iter().max_by_key(|receipt| (receipt.last_day, receipt.number))?;
        self.for_report(last.report)
    }

    /// Those that count for their reports.
    pub(super) fn counting(&self) -> impl Iterator<Item = &Verified<Receipt>> {
        counting(&self.held)
    }

    /// A sentence for each that does not verify any more: it counts for nothing. And one for each
    /// that says otherwise than the one that counts, and was issued in the same second.
    pub(crate) fn doubts(&self) -> impl Iterator<Item = String> + '_ {
        let unread = self.unread.iter().map(|(id, failure)| {
            let code = failure.problem.name();
            format!("receipt {id} does not verify any more: {} [{code}]", failure.message)
        });
        let held = self.held.iter().filter_map(|it| Some((self.for_report(it.report)?, it)));
        unread.chain(held.filter_map(|(counts, other)| at_once(counts, other)))
    }
}

/// Names two receipts for a report that were issued in one second and say different things.
fn at_once(counts: &Verified<Receipt>, other: &Verified<Receipt>) -> Option<String> {
    let same = (counts.owed, counts.outcome) == (other.owed, other.outcome);
    (counts.issued == other.issued && !same).then(|| {
        format!(
            "two receipts for report {} were issued in the same second, {}: {} says {}, and \
             counts; {} says {}: ask the vendor for a later one",
            counts.number,
            unix_text(counts.issued),
            counts.id(),
            says(counts),
            other.id(),
            says(other)
        )
    })
}

/// What is owed and what came of it, as the claims have it.
fn says(receipt: &Receipt) -> String {
    match receipt.owed {
        Some(owed) => format!("{}, {}", counted(u64::from(owed.get()), "seat"), receipt.outcome),
        None => receipt.outcome.to_string(),
    }
}

fn verified(kept: &KeptReceipt, anchors: &TrustAnchors) -> Result<Verified<Receipt>, Failure> {
    let file = verify(&kept.bytes, anchors)?;
    let receipt = file.receipts().iter().find(|receipt| receipt.id() == kept.id);
    receipt.cloned().ok_or_else(|| {
        Failure::new(Problem::LedgerDamaged, "found another file in its place".to_owned())
    })
}

/// What taking a receipt would come to.
pub(crate) enum Looked {
    /// The ledger has it.
    Already(Carried),
    /// The ledger has it, and its file there does not verify any more.
    Damaged(Carried),
    Fits(Carried),
    /// It is not taken, and this is why.
    Refused(Carried, Failure),
}

/// Looks at receipts that are to be taken, and changes nothing.
///
/// # Errors
/// Those of the ledger.
pub(crate) fn examine(instance: &Instance, receipts: Vec<Carried>) -> Result<Vec<Looked>, Failure> {
    let (kept, reports) = (Receipts::of(instance)?, instance.reports()?);
    let whose = Whose { own: instance.public_key()?.thumbprint(), reports: &reports };
    let look = |carried: Carried| {
        let id = carried.receipt.id();
        if kept.held.iter().any(|held| held.id() == id) {
            return Looked::Already(carried);
        }
        if kept.unread.iter().any(|(unread, _)| *unread == id) {
            return Looked::Damaged(carried);
        }
        let checked =
            whose.check(&carried.receipt).and_then(|()| not_older(&carried.receipt, &kept));
        match checked {
            Ok(()) => Looked::Fits(carried),
            Err(failure) => Looked::Refused(carried, failure),
        }
    };
    Ok(receipts.into_iter().map(look).collect())
}

impl Looked {
    pub(crate) fn receipt(&self) -> &Verified<Receipt> {
        match self {
            Self::Already(it) | Self::Damaged(it) | Self::Fits(it) | Self::Refused(it, _) => {
                &it.receipt
            }
        }
    }

    /// As the ledger takes it; `None` where it does not.
    pub(crate) fn file(&self) -> Option<ReceiptFile> {
        match self {
            Self::Fits(carried) => Some(carried.file(false)),
            Self::Damaged(carried) => Some(carried.file(true)),
            Self::Already(_) | Self::Refused(..) => None,
        }
    }
}

/// The instance whose receipts are taken.
pub(super) struct Whose<'a> {
    pub(super) own: Thumbprint,
    pub(super) reports: &'a [MadeReport],
}

impl Whose<'_> {
    /// The report that a receipt is for.
    fn held(&self, receipt: &Receipt) -> Option<&MadeReport> {
        self.reports.iter().find(|report| report.id == receipt.report)
    }

    /// Checks that a receipt is for a report of this instance, as the ledger has it.
    ///
    /// # Errors
    /// `receipt_other`, `receipt_unknown_report`, `receipt_conflict`.
    fn check(&self, receipt: &Receipt) -> Result<(), Failure> {
        self.check_as_lost(receipt)?;
        if self.held(receipt).is_some() {
            return Ok(());
        }
        let numbered = self.reports.iter().find(|report| report.number == receipt.number);
        Err(numbered.map_or_else(|| unknown(receipt), |it| conflict(receipt, it)))
    }

    /// The same where the ledger may have lost the report: it goes on behind it.
    ///
    /// # Errors
    /// `receipt_other`; `receipt_conflict` for a report that the ledger has.
    pub(super) fn check_as_lost(&self, receipt: &Receipt) -> Result<(), Failure> {
        match self.held(receipt) {
            Some(report) => self.as_held(receipt, report),
            None if receipt.report_key != self.own => Err(of_other(receipt, self.own)),
            None => Ok(()),
        }
    }

    /// Checks what a receipt says of a report beside its id.
    fn as_held(&self, receipt: &Receipt, report: &MadeReport) -> Result<(), Failure> {
        let MadeReport { number, last_day, license, .. } = report;
        let claims = [
            ("number", receipt.number.to_string(), number.to_string()),
            ("last day", receipt.last_day.to_string(), last_day.to_string()),
            ("license", receipt.license.to_string(), license.to_string()),
            ("key", receipt.report_key.to_string(), self.own.to_string()),
        ];
        let differing = claims.into_iter().find(|(_, said, is)| said != is);
        let Some((what, said, is)) = differing else { return Ok(()) };
        let found = format!(
            "the receipt says of report {}: {what} {said}, the ledger has {what} {is}",
            receipt.report
        );
        Err(Failure::new(Problem::ReceiptConflict, found))
    }
}

/// The failure of a receipt for a report of another instance than the one with this key.
fn of_other(receipt: &Receipt, own: Thumbprint) -> Failure {
    let found = format!(
        "found a receipt for report {} of the key {}, expected one of this instance's key {own}",
        receipt.number, receipt.report_key
    );
    Failure::new(Problem::ReceiptOther, found)
}

fn unknown(receipt: &Receipt) -> Failure {
    let found = format!(
        "found a receipt for report {}, through {}, which this instance's key has signed and the \
         ledger does not know",
        receipt.number, receipt.last_day
    );
    Failure::new(Problem::ReceiptUnknownReport, found)
}

fn conflict(receipt: &Receipt, held: &MadeReport) -> Failure {
    let found = format!(
        "found a receipt for report {} with the id {}, but the ledger's own report {} has the id \
         {}",
        receipt.number, receipt.report, held.number, held.id
    );
    Failure::new(Problem::ReceiptConflict, found)
}

/// Refuses a receipt where a later one for the same report is held. One of the same second is
/// taken, so that both can be named.
fn not_older(receipt: &Verified<Receipt>, kept: &Receipts) -> Result<(), Failure> {
    let held = kept.for_report(receipt.report).filter(|held| held.issued > receipt.issued);
    let Some(held) = held else { return Ok(()) };
    let found = format!(
        "found a receipt for report {} that was issued on {}, and the ledger has one of {}",
        receipt.number,
        unix_text(receipt.issued),
        unix_text(held.issued)
    );
    Err(Failure::new(Problem::ReceiptOlder, found))
}
