//! A statement of all that is filed for a subscription.

use license_core::Day;
use license_core::document::Kind;
use license_core::value::DocumentId;
use license_core::verify::VerifiedLicense;
use serde_json::json;

use super::held::{agreements, chain_of};
use crate::carry::incoming::UsageFile;
use crate::desk::lineage::{self, Filed};
use crate::desk::make;
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::reconcile::{self, Desk, Figures};
use crate::desk::settled;
use crate::desk::statement::{Basis, Given, LeftOut, Method, Prices, Stated};
use crate::desk::subject::Subject;
use crate::desk::types::{CustomerType, Right};
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, Change, Sha256, What};

/// Which of the licenses that are filed a statement rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Licenses {
    All,
    /// Those whose file was written.
    HandedOut,
}

/// What a statement is asked for.
pub(crate) struct Asked {
    /// The prices that were named: those of an order that the registry holds go behind what was
    /// typed and before what a file says.
    pub(crate) prices: Prices,
    /// A day of the term that is meant.
    pub(crate) term: Option<Day>,
    /// Files that are not filed, with their names.
    pub(crate) reports: Vec<(String, UsageFile)>,
    pub(crate) licenses: Licenses,
    /// How many files beside them could not be read.
    pub(crate) unread: usize,
    /// The day as of which it is.
    pub(crate) today: Day,
}

/// The statement of a subscription: of all its reports that are filed, and of those that are given;
/// with the terms before it under the subscriptions whose debts went along.
///
/// # Errors
/// `desk_no_license`, `desk_several`; those of the registry and of files that cannot be opened;
/// `money_overflow`.
pub(crate) fn state(
    desk: &mut OpenDesk,
    subject: &Subject,
    asked: Asked,
) -> Result<Stated, Failure> {
    let chain = chain_of(desk, subject)?;
    let lineage = lineage::of(desk, &chain)?;
    let handed_out = asked.licenses == Licenses::HandedOut;
    let filed = Filed::with(desk, &lineage.own, |desk, row| match handed_out && !row.placed {
        true => Ok(None),
        false => lineage::opened(desk, row).map(Some),
    })?;
    let today = asked.today;
    let mut files = asked.reports;
    for row in filed.reports() {
        files.push((row.id.to_string(), UsageFile::Report(make::file(desk, row)?)));
    }
    let all = Desk { anchors: &desk.desk.anchors, licenses: &filed.licenses, today };
    let (figures, mut left_out) = taken(&files, &all)?;
    let elsewhere =
        |file: &str| filed.reports().any(|row| row.id.to_string() == file && row.chain() != chain);
    // A report of another instance of a subscription before it says nothing of this one.
    left_out.retain(|it| !elsewhere(&it.file));
    let standing = filed.standing();
    let sold = Desk { licenses: &standing, ..all };
    let mut reconciled = reconcile::reconcile(figures, &sold).beside_unread(asked.unread);
    reconciled.statement = filed.of_own(reconciled.statement);
    let agreed = agreements(desk, &lineage.own, &chain)?;
    let prices = agreed
        .prices
        .iter()
        .fold(asked.prices, |prices, it| prices.with_agreed(it.plan, it.on, it.money));
    let basis = agreed.basis(method(desk, subject, &chain)?);
    let basis = Basis { receipted: settled::receipted(desk, &filed)?, ..basis };
    let named = subject.document.as_ref().filter(|row| row.kind == Kind::License);
    let of_named = named.filter(|_| asked.term.is_none()).and_then(|row| row.from);
    let (own, paying): (Vec<_>, Vec<_>) =
        filed.licenses.iter().cloned().partition(|it| filed.counts(it.id()));
    let paying: Vec<VerifiedLicense> =
        paying.into_iter().filter(|it| filed.pays(it.id())).collect();
    let revoked: Vec<(DocumentId, Day)> = filed.revoked.iter().map(|(id, on)| (*id, *on)).collect();
    let given = Given {
        licenses: &own,
        paying: &paying,
        revoked: &revoked,
        basis,
        prices,
        today,
        term: asked.term.or(of_named),
        left_out,
        joined: make::of_joined(desk, &chain)?,
    };
    Stated::of(reconciled, given)
}

/// Tells the registry that a statement leaves: in this form, with this hash, and what it says.
///
/// # Errors
/// Those of the registry.
pub(crate) fn left(
    desk: &mut OpenDesk,
    subject: &Subject,
    stated: &Stated,
    (form, sha256): (&str, Sha256),
) -> Result<(), Failure> {
    let chain = chain_of(desk, subject)?;
    let is_known = !stated.is_of_rivals();
    let terms = stated.bill.terms.iter().map(|bill| bill.term.from.to_string());
    let detail = json!({
        "form": form,
        "sha256": sha256.to_string(),
        "terms": terms.collect::<Vec<_>>(),
        "seats_owed": is_known.then(|| stated.bill.owed()),
        "due": stated.bill.due.filter(|_| is_known).map(|due| due.to_string()),
        "complete": stated.is_complete(),
    });
    let event = desk.event(What::Stated, &Why::default(), Some(detail.to_string()));
    let change = Change { chain, expected: None, writes: Vec::new(), filed: None, event };
    desk.registry.append(&change)?;
    Ok(())
}

/// The figures of these files, and which of the others are left out, each with the reason: what
/// they say is not known.
fn taken(
    files: &[(String, UsageFile)],
    desk: &Desk<'_>,
) -> Result<(Vec<Figures>, Vec<LeftOut>), Failure> {
    let (mut figures, mut left_out) = (Vec::new(), Vec::new());
    for ((file, _), each) in files.iter().zip(reconcile::each(files, desk)?) {
        match each {
            Ok(taken) => figures.push(taken),
            Err(why) => left_out.push(LeftOut { file: file.clone(), why }),
        }
    }
    Ok((figures, left_out))
}

/// How the subscription is billed: by its switch, else by the customer's type.
fn method(desk: &OpenDesk, subject: &Subject, chain: &Chain) -> Result<Method, Failure> {
    let customer = &subject.record.customer;
    let kind = CustomerType::parse(&customer.customer_type).ok_or_else(|| {
        let found =
            format!("customer {:?} has the type {:?}", customer.name, customer.customer_type);
        Failure::new(Problem::DeskType, format!("{found}, which is not in the table"))
    })?;
    let types = desk.desk.types()?;
    let row = types.row(kind);
    if row.is_some_and(|row| row.overage_joins_renewal) {
        return Ok(Method::Joins);
    }
    let sold = subject.record.subscriptions.iter().find(|it| it.id == chain.subscription);
    let by_type = || row.is_some_and(|row| row.has(Right::QuarterlyReconciliation));
    let quarterly = sold.and_then(|it| it.quarterly).unwrap_or_else(by_type);
    Ok(if quarterly { Method::Quarterly } else { Method::Annual })
}
