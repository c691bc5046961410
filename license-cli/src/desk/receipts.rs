//! Receipts for reports that were received: one for each that has none, drawn up from what is
//! filed, signed, and filed with its event. A report that is named gets a later one in the place of
//! its receipt, where another answer is given.

use std::collections::BTreeSet;

use license_core::document::{Kind, Outcome, Receipt};
use license_core::key::SigningKey;
use license_core::value::{Count, DocumentId, Thumbprint};
use license_core::verify::{Verified, VerifiedLicense, verify, verify_license, verify_usage};
use license_core::{Code, Day};
use serde_json::json;

use crate::desk::filing;
use crate::desk::issue::sign_as;
use crate::desk::make;
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::receipt::{self, Received, Said, Settled, WorkedOut};
use crate::desk::reconcile::{self, Desk, Figures, Reconciled, Report};
use crate::desk::scope::Scope;
use crate::desk::subject::Subject;
use crate::plural::counted;
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, Change, Document, DocumentRow, Sha256, What, Write};

/// A report that is to have a receipt, with what is owed by it and those before it.
pub(crate) struct Open {
    pub(crate) row: DocumentRow,
    pub(crate) report: Report,
    pub(crate) figures: Figures,
    pub(crate) reconciled: Reconciled,
    /// The receipt that counts for it until now.
    before: Option<Given>,
}

/// A receipt that was given.
#[derive(Debug, Clone)]
struct Given {
    row: DocumentRow,
    receipt: Verified<Receipt>,
}

impl Given {
    /// Of two for one report the one with the higher rank counts, as on the instance.
    fn rank(&self) -> (u64, DocumentId) {
        (self.receipt.issued, self.receipt.id())
    }
}

impl Open {
    pub(crate) fn worked_out(&self) -> WorkedOut {
        WorkedOut::of(&self.report, &self.reconciled)
    }

    /// What is said of it: where nothing is owed, and nobody gave another number, a word of what
    /// came of the seats is for the other reports.
    fn said(&self, said: Said) -> Said {
        let nothing = said.owed.is_none() && self.worked_out().known() == Some(Count::ZERO);
        let outcome = said.outcome.filter(|it| !nothing || *it == Outcome::InReview);
        Said { outcome, ..said }
    }
}

/// The receipt for a report, drawn up.
pub(crate) struct Drawn {
    pub(crate) row: DocumentRow,
    pub(crate) receipt: Receipt,
    pub(crate) worked: WorkedOut,
    pub(crate) by_hand: bool,
    before: Option<Given>,
}

impl Drawn {
    /// The receipt whose place it takes.
    pub(crate) fn in_place_of(&self) -> Option<&Verified<Receipt>> {
        self.before.as_ref().map(|before| &before.receipt)
    }

    /// Whether it says what the receipt before says.
    fn says_the_same(&self) -> bool {
        let said = |receipt: &Receipt| (receipt.owed, receipt.outcome);
        self.in_place_of().is_some_and(|before| said(before) == said(&self.receipt))
    }
}

/// A receipt that is filed, and whose file is to be written.
pub(crate) struct Filed {
    pub(crate) receipt: Verified<Receipt>,
    pub(crate) file: Vec<u8>,
    pub(crate) sha256: Sha256,
    pub(crate) subscription: String,
    /// The receipt whose place it takes.
    pub(crate) in_place_of: Option<DocumentId>,
}

/// Whose receipts are asked for, and how much is meant of it.
pub(crate) struct Meant<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) scope: Scope,
}

impl Meant<'_> {
    /// Whether a report is meant.
    fn has(&self, row: &DocumentRow) -> bool {
        match &self.scope {
            Scope::Document(named) => named.sha256 == row.sha256,
            Scope::Customer | Scope::Subscription(_) => self.scope.holds(&row.chain()),
        }
    }

    /// Whether this very report was named.
    fn names(&self, row: &DocumentRow) -> bool {
        match &self.scope {
            Scope::Document(named) => named.sha256 == row.sha256,
            Scope::Customer | Scope::Subscription(_) => false,
        }
    }

    /// Whether the report of this id is meant, which stands in this row's chain.
    fn has_report(&self, report: DocumentId, row: &DocumentRow) -> bool {
        match &self.scope {
            Scope::Document(named) => named.id == report || named.sha256 == row.sha256,
            Scope::Customer | Scope::Subscription(_) => self.scope.holds(&row.chain()),
        }
    }
}

/// The reports that are to have a receipt, the earliest first: those that have none; and the one
/// that was named, where something is said of it.
///
/// # Errors
/// `wrong_kind` where another document was named; those of what is filed.
pub(crate) fn open(
    desk: &mut OpenDesk,
    meant: &Meant<'_>,
    said: Said,
) -> Result<Vec<Open>, Failure> {
    let subject = meant.subject;
    let other = subject.document.as_ref().filter(|row| row.kind != Kind::Usage);
    if let Some(other) = other {
        let found = format!("found {} {}, expected a usage report", other.kind, other.id);
        return Err(Failure::new(Problem::Core(Code::WrongKind), found)
            .hint("`airlock desk show` lists the reports of a customer, each with its id"));
    }
    let again = |row: &DocumentRow| said != Said::default() && meant.names(row);
    let waits = |row: &&DocumentRow| {
        row.kind == Kind::Usage && meant.has(row) && (!row.answered || again(row))
    };
    let mut rows: Vec<DocumentRow> =
        subject.record.documents.iter().filter(waits).cloned().collect();
    rows.sort_by_key(|row| (row.subscription.clone(), row.until, row.issued));
    rows.into_iter().map(|row| look(desk, subject, row)).collect()
}

/// Works out what is owed by a report and those of its key before it.
fn look(desk: &mut OpenDesk, subject: &Subject, row: DocumentRow) -> Result<Open, Failure> {
    let (licenses, revoked) = licenses(desk, subject, &row)?;
    let today = row.until.unwrap_or(Day::LAST);
    let mut figures = Vec::new();
    for earlier in up_to(subject, &row) {
        let report = verify_usage(&make::file(desk, &earlier)?, &desk.desk.anchors)?;
        let with = Desk { anchors: &desk.desk.anchors, licenses: &licenses, today };
        let name = report.id().to_string();
        figures.push((earlier.sha256, reconcile::verified_report(&name, report, &with)?));
    }
    let own = figures.iter().find(|(sha256, _)| *sha256 == row.sha256).map(|(_, own)| own.clone());
    let report = own.as_ref().and_then(|own| own.report().cloned());
    let (Some(own), Some(report)) = (own, report) else {
        let found = format!("found no report {} among those of its key", row.id);
        return Err(Failure::new(Problem::RegistryDamaged, found));
    };
    let standing = make::standing(licenses, |license| !revoked.contains(&license.id()));
    let with = Desk { anchors: &desk.desk.anchors, licenses: &standing, today };
    let figures = figures.into_iter().map(|(_, figures)| figures);
    // One that was made later, with an earlier last day, comes behind it.
    let before = figures.filter(|it| it.report().is_some_and(|it| it.number <= report.number));
    let reconciled = reconcile::reconcile(before.collect(), &with);
    let before = if row.answered { last(desk, subject, &row.chain(), row.id)? } else { None };
    Ok(Open { row, report, figures: own, reconciled, before })
}

/// The receipt that counts for a report.
fn last(
    desk: &mut OpenDesk,
    subject: &Subject,
    chain: &Chain,
    report: DocumentId,
) -> Result<Option<Given>, Failure> {
    let of_it = given(desk, subject, chain)?.into_iter().filter(|it| it.receipt.report == report);
    Ok(of_it.max_by_key(Given::rank))
}

/// The receipts of a chain, opened.
fn given(desk: &mut OpenDesk, subject: &Subject, chain: &Chain) -> Result<Vec<Given>, Failure> {
    let own = |row: &&DocumentRow| row.kind == Kind::Receipt && row.chain() == *chain;
    let rows = subject.record.documents.iter().filter(own).cloned();
    let one = |row: DocumentRow| {
        let file = make::file(desk, &row)?;
        Ok(Given { receipt: of_file(desk, &file)?, row })
    };
    rows.map(one).collect()
}

/// The licenses of a report's subscription under which its key reports, and which of them are
/// revoked.
fn licenses(
    desk: &mut OpenDesk,
    subject: &Subject,
    report: &DocumentRow,
) -> Result<(Vec<VerifiedLicense>, BTreeSet<DocumentId>), Failure> {
    let own = subject
        .record
        .documents
        .iter()
        .filter(|row| row.kind == Kind::License && row.subscription == report.subscription);
    let (mut licenses, mut revoked) = (Vec::new(), BTreeSet::new());
    for row in own {
        let license = verify_license(&make::file(desk, row)?, &desk.desk.anchors)?;
        if names(&license, report.signed_by) {
            licenses.push(license);
            revoked.extend(row.revoked.map(|_| row.id));
        }
    }
    Ok((licenses, revoked))
}

fn names(license: &VerifiedLicense, key: Thumbprint) -> bool {
    license.report_key.is_none_or(|named| named == key)
        || license.further_report_keys.contains(&key)
}

/// The reports of one key, under one subscription, that reach no further than this one.
fn up_to(subject: &Subject, row: &DocumentRow) -> Vec<DocumentRow> {
    let own = subject.record.documents.iter().filter(|it| {
        it.kind == Kind::Usage
            && it.subscription == row.subscription
            && it.signed_by == row.signed_by
            && it.until <= row.until
    });
    own.cloned().collect()
}

/// Draws up the receipt for a report; `open` says what is not known. `None` where the receipt that
/// it has says the same.
///
/// # Errors
/// Those of [`receipt::settle`] and of [`receipt::draw_up`]; `desk_backdated`.
pub(crate) fn draw_up(
    desk: &OpenDesk,
    one: &Open,
    said: Said,
    open: &str,
) -> Result<Option<Drawn>, Failure> {
    let worked = one.worked_out();
    let of = format!("report {}, {}", one.report.number, one.row.id);
    let settled: Settled =
        receipt::settle(one.said(said), worked, open).map_err(|failure| failure.within(&of))?;
    let on = Day::of_unix(one.row.issued).unwrap_or(desk.today);
    let received = Received { on, issued: moment(desk.now, one.before.as_ref())? };
    let issuer = &desk.desk.issuer.claims;
    let receipt = receipt::draw_up((&one.report, &one.figures), settled, received, issuer)
        .map_err(|failure| failure.within(&of))?;
    let (row, before, by_hand) = (one.row.clone(), one.before.clone(), said.owed.is_some());
    let drawn = Drawn { row, receipt, worked, by_hand, before };
    Ok(Some(drawn).filter(|drawn| !drawn.says_the_same()))
}

/// When a receipt is issued: after the one whose place it takes, also in the same second.
fn moment(now: u64, before: Option<&Given>) -> Result<u64, Failure> {
    let Some(before) = before.filter(|before| now <= before.receipt.issued) else { return Ok(now) };
    let Receipt { issued, number, .. } = *before.receipt;
    let next = issued.saturating_add(1);
    let (today, day) = (Day::of_unix(now), Day::of_unix(issued));
    if Day::of_unix(next) == today {
        return Ok(next);
    }
    let [today, day] = [today, day].map(|day| day.unwrap_or(Day::LAST));
    let found =
        format!("today is {today}, and the receipt for report {number} was issued on {day}");
    Err(Failure::new(Problem::DeskBackdated, found))
}

/// Signs receipts and files them with their events: all, or none. Nothing is filed that does not
/// verify with the desk's own roots.
///
/// # Errors
/// `wrong_key`; `registry_conflict` where somebody else was faster; those of the registry.
pub(crate) fn file(
    desk: &mut OpenDesk,
    subject: &Subject,
    drawn: &[Drawn],
    (key, why): (&SigningKey, &Why),
) -> Result<Vec<Filed>, Failure> {
    let (mut changes, mut filed): (Vec<Change>, Vec<Filed>) = (Vec::new(), Vec::new());
    for one in drawn {
        let signed = sign_as(&one.receipt, &desk.desk.issuer, key)?;
        let receipt = of_file(desk, &signed.file)?;
        let chain = one.row.chain();
        let document = filing::receipt(&receipt, &signed.file, &chain);
        let sha256 = document.sha256;
        let in_place_of = one.in_place_of().map(Verified::id);
        let mut detail = json!({
            "report": one.row.id.to_string(),
            "number": one.receipt.number,
            "seats_owed": one.receipt.owed.map(Count::get),
            "outcome": one.receipt.outcome.to_string(),
            "worked_out": one.worked.known().map(Count::get),
        });
        if let (Some(detail), Some(id)) = (detail.as_object_mut(), in_place_of) {
            detail.insert("in_place_of".to_owned(), id.to_string().into());
        }
        let event = desk.event(What::Receipted, why, Some(detail.to_string()));
        let first = !changes.iter().any(|change| change.chain == chain);
        let expected = first.then(|| subject.head_of(&chain));
        let before = one.before.as_ref().map(|before| before.row.sha256);
        let writes = [Some(one.row.sha256), before].into_iter().flatten();
        let writes = writes.map(Write::Answered).collect();
        let subscription = chain.subscription.clone();
        changes.push(Change { chain, expected, writes, filed: Some(document), event });
        filed.push(Filed { receipt, file: signed.file, sha256, subscription, in_place_of });
    }
    desk.registry.append_many(&changes)?;
    Ok(filed)
}

/// The receipts that are filed, and of which nobody knows whether their file was written.
///
/// # Errors
/// Those of what is filed.
pub(crate) fn waiting(desk: &mut OpenDesk, meant: &Meant<'_>) -> Result<Vec<Filed>, Failure> {
    let mut waiting: Vec<Filed> = Vec::new();
    let unplaced = |row: &&DocumentRow| row.kind == Kind::Receipt && !row.placed;
    let rows: Vec<DocumentRow> =
        meant.subject.record.documents.iter().filter(unplaced).cloned().collect();
    for row in rows {
        let file = make::file(desk, &row)?;
        let receipt = of_file(desk, &file)?;
        if meant.has_report(receipt.report, &row) {
            let in_place_of = before(desk, meant.subject, (&row, &receipt))?;
            let (sha256, subscription) = (row.sha256, row.subscription);
            waiting.push(Filed { receipt, file, sha256, subscription, in_place_of });
        }
    }
    waiting.sort_by_key(|it| (it.subscription.clone(), it.receipt.number));
    Ok(waiting)
}

/// The receipt whose place this one takes.
fn before(
    desk: &mut OpenDesk,
    subject: &Subject,
    (row, receipt): (&DocumentRow, &Verified<Receipt>),
) -> Result<Option<DocumentId>, Failure> {
    let rank = (receipt.issued, receipt.id());
    let own = given(desk, subject, &row.chain())?.into_iter();
    let earlier = own.filter(|it| it.receipt.report == receipt.report && it.rank() < rank);
    Ok(earlier.max_by_key(Given::rank).map(|it| it.receipt.id()))
}

/// Refuses another answer than that of the receipts which wait for their file. A word of what came
/// of seats says nothing of a report by which none are owed.
///
/// # Errors
/// `receipt_waiting` with both answers.
pub(crate) fn refuse_others(waiting: &[Filed], said: Said) -> Result<(), Failure> {
    let other = waiting.iter().find(|it| !answers(&it.receipt, said));
    let Some(Filed { receipt, .. }) = other else { return Ok(()) };
    let seats = |owed: Option<Count>| owed.map(|owed| counted(u64::from(owed.get()), "seat"));
    let words = |owed: Option<Count>, outcome: Option<Outcome>| {
        let outcome = outcome.map(|outcome| outcome.to_string());
        let words: Vec<String> = seats(owed).into_iter().chain(outcome).collect();
        words.join(", ")
    };
    let found = format!(
        "found {}; and the receipt for report {}, filed and perhaps never written, says {}",
        words(said.owed, said.outcome),
        receipt.number,
        words(receipt.owed.filter(|owed| *owed != Count::ZERO), Some(receipt.outcome))
    );
    Err(Failure::new(Problem::ReceiptWaiting, found))
}

/// Whether a receipt is what the same words would give.
fn answers(receipt: &Receipt, said: Said) -> bool {
    let seats = said.owed.is_none_or(|owed| receipt.owed == Some(owed));
    let beside = receipt.outcome == Outcome::NothingOwed && said.owed.is_none();
    let outcome = said.outcome.is_none_or(|outcome| {
        outcome == receipt.outcome || (beside && outcome != Outcome::InReview)
    });
    seats && outcome
}

/// A report whose receipt says that it is in review.
pub(crate) struct InReview {
    pub(crate) report: DocumentId,
    pub(crate) number: u32,
    pub(crate) last_day: Day,
}

/// The reports whose receipts say that they are in review, the earliest first.
///
/// # Errors
/// Those of what is filed.
pub(crate) fn in_review(desk: &mut OpenDesk, meant: &Meant<'_>) -> Result<Vec<InReview>, Failure> {
    let open =
        |row: &&DocumentRow| row.kind == Kind::Receipt && row.seats.is_none() && !row.answered;
    let rows = meant.subject.record.documents.iter().filter(open).cloned();
    let mut found = Vec::new();
    for row in rows.collect::<Vec<_>>() {
        let file = make::file(desk, &row)?;
        let receipt = of_file(desk, &file)?;
        if receipt.outcome == Outcome::InReview && meant.has_report(receipt.report, &row) {
            let Receipt { report, number, last_day, .. } = *receipt;
            found.push(InReview { report, number, last_day });
        }
    }
    found.sort_by_key(|it| (it.last_day, it.number));
    Ok(found)
}

/// The one receipt of a file of the desk's.
fn of_file(desk: &OpenDesk, file: &[u8]) -> Result<Verified<Receipt>, Failure> {
    let verified = verify(file, &desk.desk.anchors)?;
    let receipt = verified.receipts().first().cloned();
    receipt.ok_or_else(|| Failure::new(Problem::RegistryDamaged, "found no receipt in its file"))
}

/// A receipt as it is filed.
///
/// # Errors
/// `registry_damaged` where its bytes are gone; those of the registry.
pub(crate) fn document(desk: &mut OpenDesk, row: &DocumentRow) -> Result<Document, Failure> {
    let gone = || {
        let found = format!("found no bytes of receipt {}", row.id);
        Failure::new(Problem::RegistryDamaged, found)
    };
    desk.registry.document(row.sha256)?.ok_or_else(gone)
}

/// Tells the registry that a receipt was sent again.
///
/// # Errors
/// Those of the registry.
pub(crate) fn resent(
    desk: &mut OpenDesk,
    row: &DocumentRow,
    (form, why): (&str, &Why),
) -> Result<(), Failure> {
    let detail = json!({ "form": form }).to_string();
    let mut event = desk.event(What::Resent, why, Some(detail));
    event.document = Some(row.sha256);
    let chain = row.chain();
    let change = Change { chain, expected: None, writes: Vec::new(), filed: None, event };
    desk.registry.append(&change)?;
    Ok(())
}
