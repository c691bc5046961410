//! Receipts that are drawn up, signed, and filed with their events.

use std::collections::BTreeSet;

use license_core::Day;
use license_core::document::Receipt;
use license_core::key::SigningKey;
use license_core::value::{Count, DocumentId};
use license_core::verify::Verified;
use serde_json::json;

use super::given::{Given, of_file};
use super::open::Open;
use crate::desk::filing;
use crate::desk::issue::sign_as;
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::receipt::{self, Received, Said, Settled, WorkedOut};
use crate::desk::settled;
use crate::desk::statement::Receipted;
use crate::desk::subject::Subject;
use crate::problem::{Failure, Problem};
use crate::registry::{Change, DocumentRow, Sha256, What, Write};

/// The receipt for a report, drawn up.
pub(crate) struct Drawn {
    pub(crate) row: DocumentRow,
    pub(crate) receipt: Receipt,
    pub(crate) worked: WorkedOut,
    pub(crate) by_hand: bool,
    /// The seats that a receipt for an earlier report says are paid or waived, and which that is.
    pub(crate) settled: Option<(u32, Receipted)>,
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
    let settled: Settled = receipt::settle(one.said(said), worked, open)
        .map_err(|failure| at_a_desk(failure, one).within(&of))?;
    let on = Day::of_unix(one.row.issued).unwrap_or(desk.today);
    let received = Received { on, issued: moment(desk.now, one.before.as_ref())? };
    let issuer = &desk.desk.issuer.claims;
    let receipt = receipt::draw_up((&one.report, &one.figures), settled, received, issuer)
        .map_err(|failure| failure.within(&of))?;
    let (row, before, by_hand) = (one.row.clone(), one.before.clone(), said.owed.is_some());
    let drawn = Drawn { row, receipt, worked, by_hand, settled: one.settled, before };
    Ok(Some(drawn).filter(|drawn| !drawn.says_the_same()))
}

/// The failure with what earlier receipts have settled, and with the way out that a desk has where
/// it is not known what is owed.
fn at_a_desk(failure: Failure, one: &Open) -> Failure {
    let report = one.row.id;
    if failure.problem == Problem::ReceiptOutcome {
        let settled = one.settled.map(|it| format!("; {}", settled::words(it)));
        let message = failure.message.clone() + &settled.unwrap_or_default();
        return Failure { message, ..failure };
    }
    if failure.problem != Problem::ReceiptOpen {
        return failure;
    }
    failure.hint(format!(
        "`airlock desk receive FILE` takes in what is missing: a report, or a license of the term; \
         where a number was agreed, `airlock desk receipt {report} --seats-owed N --came-of WHAT`; \
         else `airlock desk receipt {report} --came-of in_review`"
    ))
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

/// A receipt that is filed, and whose file is to be written.
pub(crate) struct Filed {
    pub(crate) receipt: Verified<Receipt>,
    pub(crate) file: Vec<u8>,
    pub(crate) sha256: Sha256,
    pub(crate) subscription: String,
    /// The receipt whose place it takes.
    pub(crate) in_place_of: Option<DocumentId>,
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
    let (mut changes, filed) = sign(desk, drawn, (key, why))?;
    let mut seen = BTreeSet::new();
    for change in &mut changes {
        let first = seen.insert(change.chain.clone());
        change.expected = first.then(|| subject.head_of(&change.chain));
    }
    desk.registry.append_many(&changes)?;
    Ok(filed)
}

/// Signs receipts, and what files them.
///
/// # Errors
/// `wrong_key`.
pub(crate) fn sign(
    desk: &OpenDesk,
    drawn: &[Drawn],
    (key, why): (&SigningKey, &Why),
) -> Result<(Vec<Change>, Vec<Filed>), Failure> {
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
        let before = one.before.as_ref().map(|before| before.row.sha256);
        let writes = [Some(one.row.sha256), before].into_iter().flatten();
        let writes = writes.map(Write::Answered).collect();
        let subscription = chain.subscription.clone();
        changes.push(Change { chain, expected: None, writes, filed: Some(document), event });
        filed.push(Filed { receipt, file: signed.file, sha256, subscription, in_place_of });
    }
    Ok((changes, filed))
}
