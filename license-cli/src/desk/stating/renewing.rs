//! A renewal as a statement says it: the seats, the true-up, and the report whose receipt goes with
//! it.

use license_core::Day;
use license_core::document::{Kind, Outcome, TrueUp};
use license_core::value::{Count, DocumentId};
use serde_json::Value;

use super::held::chain_of;
use super::state::{Asked, Licenses, state};
use crate::desk::events;
use crate::desk::lineage;
use crate::desk::make::{Base, Proposed, STATEMENT_OF};
use crate::desk::opened::OpenDesk;
use crate::desk::order::Seats;
use crate::desk::reconcile::Figures;
use crate::desk::statement::{Credit, Method, Prices, State, Stated, TermBill};
use crate::desk::subject::Subject;
use crate::problem::{Failure, Problem};
use crate::registry::{DocumentRow, REPORT_DAYS, What};

/// What a statement says of the renewal of its term.
pub(crate) struct Renewing {
    pub(crate) stated: Stated,
    /// What is filled in.
    pub(crate) proposed: Proposed,
    /// The last report that it covers.
    pub(crate) report: DocumentId,
    /// What becomes of the seats that are owed.
    pub(crate) outcome: Outcome,
}

/// What the reports that are filed say of the renewal of a subscription: of the term that was sold
/// last.
///
/// # Errors
/// `receipt_open` where it is not known what is owed, or no report is filed; those of [`state`].
pub(crate) fn renewing(
    desk: &mut OpenDesk,
    subject: &Subject,
    prices: Prices,
) -> Result<Renewing, Failure> {
    let base = Base::of(desk, subject)?;
    let sold = base.extends(desk, subject)?.unwrap_or(base);
    let term = Some(sold.license.from);
    // A license that nobody has yet changes nothing of what is owed before it.
    let licenses = Licenses::HandedOut;
    let today = as_of(desk, subject, sold.license.until)?;
    let asked = Asked { prices, term, reports: Vec::new(), unread: 0, licenses, today };
    let stated = state(desk, subject, asked)?;
    let [bill] = stated.bill.terms.as_slice() else {
        let found = format!("found no term with the day {}", sold.license.from);
        return Err(Failure::new(Problem::Options, found)
            .hint("`airlock desk statement ID` shows the terms; renew it without the statement"));
    };
    if !stated.seats_are_known() {
        return Err(open(subject, &stated));
    }
    let report = last_report(&stated.reconciled.figures, bill.term.until);
    let report = report.ok_or_else(|| open(subject, &stated))?;
    let (proposed, outcome) = (proposed(bill), outcome(bill));
    Ok(Renewing { stated, proposed, report, outcome })
}

/// The day as of which a term is stated: while it goes on, that of the last report, where that is
/// not older than reports may be.
fn as_of(desk: &mut OpenDesk, subject: &Subject, until: Day) -> Result<Day, Failure> {
    let (chain, today) = (chain_of(desk, subject)?, desk.today);
    let line = lineage::of(desk, &chain)?.own;
    let last = lineage::reported_until(desk, &line)?;
    let month_ago = today.minus(REPORT_DAYS).unwrap_or(Day::FIRST);
    let is_fresh = |last: &Day| today < until && month_ago <= *last && *last < today;
    Ok(last.filter(is_fresh).unwrap_or(today))
}

fn open(subject: &Subject, stated: &Stated) -> Failure {
    let open = match stated.is_of_rivals() {
        true => "which of several instances is billed".to_owned(),
        false => stated.not_known().join(", "),
    };
    let open = if open.is_empty() { "no report is filed".to_owned() } else { open };
    let found = format!("the statement of {} leaves open: {open}", subject.words());
    Failure::new(Problem::ReceiptOpen, found).hint(
        "`airlock desk statement ID` names what is not known; receive the reports that are \
         missing, or renew without `--from-statement` and give each number",
    )
}

/// The newest license, where it was made from the last report that is filed, and has the seats that
/// are wanted: whoever asks for the same again gets that.
///
/// # Errors
/// Those of the registry.
pub(crate) fn made_before(
    desk: &mut OpenDesk,
    subject: &Subject,
    wanted: Option<Seats>,
) -> Result<Option<(DocumentRow, DocumentId)>, Failure> {
    let newest = subject.licenses().find(|row| row.revoked.is_none()).cloned();
    let has_seats =
        |row: &DocumentRow| wanted.is_none_or(|it| it == Seats::of(row.seats.and_then(Count::new)));
    let Some(row) = newest.filter(has_seats) else { return Ok(None) };
    let events = events::of(&mut *desk.registry, &row.chain())?;
    let making =
        events.iter().find(|it| it.what == What::Renewed && it.document == Some(row.sha256));
    let Some(report) = making.and_then(|event| report_of(event.detail.as_deref()?)) else {
        return Ok(None);
    };
    let rows = desk.registry.documents_of(&row.chain())?;
    let reports = rows.iter().filter(|row| row.kind == Kind::Usage);
    let last = reports.max_by_key(|row| (row.until, row.issued)).map(|row| row.id);
    Ok((last == Some(report)).then_some((row, report)))
}

fn report_of(detail: &str) -> Option<DocumentId> {
    let detail: Value = serde_json::from_str(detail).ok()?;
    DocumentId::parse(detail.get(STATEMENT_OF)?.as_str()?)
}

/// The last report of the billed instance with a day before the term's end.
fn last_report(figures: &[Figures], until: Day) -> Option<DocumentId> {
    let billed = figures.iter().filter(|figures| figures.are_billed());
    let of_term = billed.filter(|it| it.ends().is_some_and(|(first, _)| first < until));
    let ranked = of_term.filter_map(|figures| {
        let report = figures.report()?;
        let (_, last) = figures.ends()?;
        Some(((last, report.number), report.id))
    });
    ranked.max().map(|(_, id)| id)
}

/// What the renewal says: as many seats as were used, and the true-up of the overage that no other
/// has paid, waived seats among it, which are an order of nothing. Quarters that were reconciled
/// are settled; overage that costs nothing joins the renewal, and the seats cover it.
fn proposed(bill: &TermBill) -> Proposed {
    let seats = bill.proposal.and_then(Count::new).map(|seats| Seats::of(Some(seats)));
    let paid = paid(bill);
    let over = Count::new(bill.over().saturating_sub(paid)).filter(|over| over.get() > 0);
    let base = bill.seats().map(|seats| seats.saturating_add(paid)).and_then(Count::new);
    let true_up = over.filter(|_| bill.method == Method::Annual).map(|quantity| TrueUp {
        quantity: Some(quantity),
        from: Some(bill.term.from),
        to: bill.term.until.minus(1),
        base,
        unknown: Default::default(),
    });
    let is_billed = |state: &State| matches!(state, State::Due | State::SoFar);
    let billed = bill.lines.iter().any(|line| is_billed(&line.state) && line.over > 0);
    let reconciled = bill.method == Method::Quarterly && billed;
    Proposed { seats, true_up, reconciled }
}

/// The seats that licenses have paid for already, or settled.
fn paid(bill: &TermBill) -> u32 {
    let credits = bill.lines.iter().flat_map(|line| &line.credits);
    let paid = credits.map(|credit| match credit {
        Credit::Paid(seats, _) | Credit::Settled(seats, _) => *seats,
        // An instance judges the license alone: no receipt takes a true-up's place in it.
        Credit::Waived(..) | Credit::Receipted { .. } => 0,
    });
    paid.fold(0, u32::saturating_add)
}

/// What becomes of the seats that are owed: the renewal says that they are paid, or settled.
fn outcome(bill: &TermBill) -> Outcome {
    let lines = || bill.lines.iter();
    let credits = || lines().flat_map(|line| &line.credits);
    if lines().any(|line| line.owed() > 0) {
        Outcome::Paid
    } else if credits().any(is_waived) {
        Outcome::Waived
    } else if credits().next().is_some() {
        Outcome::Paid
    } else {
        Outcome::JoinsRenewal
    }
}

fn is_waived(credit: &Credit) -> bool {
    match credit {
        Credit::Waived(..) | Credit::Receipted { waived: true, .. } => true,
        Credit::Paid(..) | Credit::Settled(..) | Credit::Receipted { waived: false, .. } => false,
    }
}
