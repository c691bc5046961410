//! A statement with what it rests on: the reports, what they do not fit together in, the licenses.

use std::collections::BTreeSet;

use license_core::Day;
use license_core::value::DocumentId;
use license_core::verify::VerifiedLicense;

use super::basis::Basis;
use super::bill::{Bill, bill};
use super::days::Counted;
use super::lines::State;
use super::prices::Prices;
use super::sold::Sold;
use crate::desk::reconcile::Reconciled;
use crate::plural::counted;
use crate::problem::{Failure, Problem};

/// A license that was revoked: what it sold does not count, and figures under it do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Revoked {
    pub(crate) license: DocumentId,
    pub(crate) on: Day,
    /// The reports that name it, by their numbers.
    pub(crate) reports: Vec<u32>,
}

/// A report whose figures do not stand in a statement.
#[derive(Debug, Clone)]
pub(crate) struct LeftOut {
    /// Its file, or its id.
    pub(crate) file: String,
    pub(crate) why: Failure,
}

/// A subscription that joined the one of the statement, and whose debts went along: what it owes is
/// in no line of the statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Joined {
    pub(crate) subscription: String,
    /// The seats that are open by its reports.
    pub(crate) seats: u32,
    /// How many of its days no report has a figure for.
    pub(crate) days_open: usize,
    /// Whether any report of it is there.
    pub(crate) reported: bool,
}

impl Joined {
    /// Whether nothing that is not known could make it more.
    pub(crate) fn is_known(&self) -> bool {
        self.reported && self.days_open == 0
    }

    /// Whether it is settled, as far as all is known.
    pub(crate) fn is_settled(&self) -> bool {
        self.is_known() && self.seats == 0
    }
}

/// What a statement is made from, beside the reports.
pub(crate) struct Given<'a> {
    pub(crate) licenses: &'a [VerifiedLicense],
    /// Licenses of the subscription that took its place, whose true-ups may have paid.
    pub(crate) paying: &'a [VerifiedLicense],
    /// Which of them were revoked, and when.
    pub(crate) revoked: &'a [(DocumentId, Day)],
    pub(crate) basis: Basis,
    pub(crate) prices: Prices,
    pub(crate) today: Day,
    pub(crate) left_out: Vec<LeftOut>,
    /// The subscriptions that joined this one.
    pub(crate) joined: Vec<Joined>,
    /// A day of the term that is meant; else every one that has begun.
    pub(crate) term: Option<Day>,
}

/// A statement.
pub(crate) struct Stated {
    pub(crate) company: String,
    pub(crate) subscription: Option<String>,
    pub(crate) reconciled: Reconciled,
    pub(crate) bill: Bill,
    pub(crate) counted: Counted,
    pub(crate) prices: Prices,
    pub(crate) revoked: Vec<Revoked>,
    /// Reports that are not in it: what they say is not known.
    pub(crate) left_out: Vec<LeftOut>,
    /// The subscriptions that joined this one.
    pub(crate) joined: Vec<Joined>,
    /// The licenses that it rests on.
    pub(crate) licenses: Vec<VerifiedLicense>,
}

impl Stated {
    /// The statement of what was reconciled.
    ///
    /// # Errors
    /// `money_overflow`; `options` where no term has the day that is meant.
    pub(crate) fn of(reconciled: Reconciled, given: Given<'_>) -> Result<Self, Failure> {
        let Given { licenses, paying, revoked, basis, prices, today, term, left_out, joined } =
            given;
        let last = licenses.iter().max_by_key(|it| (it.until, it.issued));
        let named = last.and_then(|it| it.subscription_id.as_ref().or(it.subscription.as_ref()));
        let subscription = named.map(ToString::to_string);
        let prices = prices.of(subscription.as_deref());
        let counted: Counted = reconciled.statement.counted.iter().copied().collect();
        let gone: BTreeSet<DocumentId> = revoked.iter().map(|(id, _)| *id).collect();
        let all_gone = licenses.iter().all(|it| gone.contains(&it.id()));
        // Where all were revoked, more than their seats was never sold.
        let sold = licenses.iter().filter(|it| all_gone || !gone.contains(&it.id()));
        let sold: Vec<Sold> = sold.map(|it| Sold::of(it.id(), it)).collect();
        let standing = paying.iter().filter(|it| !gone.contains(&it.id()));
        let paying: Vec<Sold> = standing.map(|it| Sold::of(it.id(), it)).collect();
        let bill = bill((&sold, &paying), (&counted, today), (&basis, &prices))?;
        let bill = match term {
            Some(day) => one_term(bill, day, &prices)?,
            None => bill,
        };
        let revoked = revoked.iter().map(|(id, on)| of_revoked(*id, *on, &reconciled)).collect();
        let company = last.map(|it| it.company.to_string()).unwrap_or_default();
        let licenses = licenses.to_vec();
        Ok(Self {
            company,
            subscription,
            reconciled,
            bill,
            counted,
            prices,
            revoked,
            left_out,
            joined,
            licenses,
        })
    }

    /// Whether no license says which of several instances is billed: then nothing is known.
    pub(crate) fn is_of_rivals(&self) -> bool {
        !self.reconciled.statement.rival_keys.is_empty()
    }

    /// What is not known and could make it more.
    pub(crate) fn not_known(&self) -> Vec<String> {
        let terms = || self.bill.terms.iter();
        let missing: usize = terms().map(|bill| bill.missing.len()).sum();
        let days = |number: usize, what: &str| {
            (number > 0).then(|| format!("{} {what}", counted(number, "day")))
        };
        let lines = || terms().flat_map(|bill| &bill.lines);
        let persons = lines().filter(|line| matches!(line.state, State::ToPerson(_))).count();
        let unpriced = lines().filter(|line| line.lacks_price()).count();
        let reports = self.reconciled.reports_not_given();
        let left_out = self.left_out.len();
        let unread = self.reconciled.files_unread;
        let no_term = terms().next().is_none();
        let said = |is: bool, what: &str| is.then(|| what.to_owned());
        let all = [
            days(missing, "without a figure"),
            days(self.reconciled.statement.days_to_come.len(), "still to come"),
            days(self.reconciled.days_open.len(), "with a figure outside the licenses given"),
            (reports > 0).then(|| format!("{} not given", counted(reports, "report"))),
            (left_out > 0).then(|| format!("{} left out", counted(left_out, "report"))),
            (unread > 0).then(|| format!("{} not read", counted(unread, "file"))),
            (persons > 0).then(|| format!("{} that a person decides", counted(persons, "quarter"))),
            said(unpriced > 0, "the price"),
            said(no_term, "a term that has begun"),
            said(!self.reconciled.of_one_customer(), "whether the licenses belong together"),
        ];
        all.into_iter().flatten().collect()
    }

    /// Whether nothing that is not known could make it more.
    pub(crate) fn is_complete(&self) -> bool {
        self.bill.is_complete() && self.seats_are_known()
    }

    /// The same of the seats: prices may be missing.
    pub(crate) fn seats_are_known(&self) -> bool {
        let Reconciled { statement, days_open, .. } = &self.reconciled;
        !self.is_of_rivals()
            && self.bill.seats_are_known()
            && self.left_out.is_empty()
            && statement.days_to_come.is_empty()
            && days_open.is_empty()
            && self.reconciled.files_unread == 0
            && self.reconciled.reports_not_given() == 0
            && self.reconciled.of_one_customer()
    }
}

fn one_term(bill: Bill, day: Day, prices: &Prices) -> Result<Bill, Failure> {
    let terms: Vec<String> = bill
        .terms
        .iter()
        .map(|it| format!("{} to {}", it.term.from, it.term.until.minus(1).unwrap_or(Day::LAST)))
        .collect();
    let bill = bill.of_term(day, prices)?;
    if bill.terms.is_empty() {
        let found = format!("found no term that has begun with the day {day}");
        let known = format!("the terms are: {}", terms.join(", "));
        return Err(Failure::new(Problem::Options, found).hint(known));
    }
    Ok(bill)
}

fn of_revoked(license: DocumentId, on: Day, reconciled: &Reconciled) -> Revoked {
    let reports = reconciled.figures.iter().filter_map(|figures| figures.report());
    let reports = reports.filter(|it| it.license == license).map(|it| it.number).collect();
    Revoked { license, on, reports }
}
