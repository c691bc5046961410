//! Seats that are owed for the terms before a license, by the reports received, and what has paid
//! for them.

use std::cmp::Reverse;

use license_core::Day;
use license_core::document::{Flag, Kind, License, TrueUp};
use license_core::reconcile::LicenseUse;
use license_core::value::{Count, DocumentId};
use license_core::verify::VerifiedLicense;

use super::base::bytes;
use crate::desk::line::going_on;
use crate::desk::lineage::{self, Filed, Line, Lineage};
use crate::desk::opened::OpenDesk;
use crate::desk::reconcile::{self, Desk};
use crate::desk::rules::Owed;
use crate::desk::settled;
use crate::desk::statement::Joined;
use crate::problem::Failure;
use crate::registry::{Chain, DocumentRow, REPORT_DAYS};

/// Seats owed under a license that is filed, and what has paid for some of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Debt {
    /// The license; its days end where another subscription took the place of its own.
    pub(crate) row: DocumentRow,
    pub(crate) owed: Owed,
    /// The subscription under which it is owed now.
    pub(crate) under: Chain,
    pub(crate) pays: Pays,
}

/// What can pay for seats that are owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pays {
    /// The license in force, or the next to come: one that is made from it.
    InForce(DocumentId),
    /// The renewal of this license, the last one.
    Renewal(DocumentId),
    /// None: the subscription of this id has ended, and the debt stayed with it.
    Nothing(String),
}

/// What is open of a subscription, by the reports received, and of those before it whose debts went
/// along.
///
/// # Errors
/// Those of a registry whose documents cannot be opened.
pub(crate) fn debts(desk: &mut OpenDesk, chain: &Chain) -> Result<Vec<Debt>, Failure> {
    let lineage = lineage::of(desk, chain)?;
    let pays = pays(desk, chain, &lineage)?;
    let (mut debts, mut spent) = (Vec::new(), Spent::new());
    for line in lineage.lines() {
        let reported = reported_of(desk, line, &mut spent)?;
        let debt = |(row, owed): &(DocumentRow, Owed)| Debt {
            row: row.clone(),
            owed: *owed,
            under: chain.clone(),
            pays: pays.clone(),
        };
        debts.extend(reported.licenses.iter().map(debt));
    }
    Ok(debts)
}

/// What is open of each subscription that joined this one, by the reports received: of those whose
/// debts went along, with the ones that they go on from.
///
/// # Errors
/// Those of a registry whose documents cannot be opened.
pub(crate) fn of_joined(desk: &mut OpenDesk, chain: &Chain) -> Result<Vec<Joined>, Failure> {
    let lineage = lineage::of(desk, chain)?;
    if lineage.joined.is_empty() {
        return Ok(Vec::new());
    }
    let (mut joined, mut spent) = (Vec::new(), Spent::new());
    for (place, line) in lineage.lines().enumerate() {
        let reported = reported_of(desk, line, &mut spent)?;
        let Some(last) = line.counting().last().filter(|_| place > 0) else { continue };
        joined.push(Joined {
            subscription: last.subscription.clone(),
            seats: reported.owed().map(|owed| owed.open()).fold(0, u32::saturating_add),
            days_open: reported.open.len(),
            reported: reported.last.is_some(),
        });
    }
    Ok(joined)
}

fn pays(desk: &mut OpenDesk, chain: &Chain, lineage: &Lineage) -> Result<Pays, Failure> {
    let nothing = Pays::Nothing(chain.subscription.clone());
    if lineage.ends.is_some() {
        return Ok(nothing);
    }
    let rows = desk.registry.documents_of(chain)?;
    let licenses = rows.iter().filter(|row| row.kind == Kind::License && row.revoked.is_none());
    let mut licenses: Vec<&DocumentRow> = licenses.collect();
    licenses.sort_by_key(|row| Reverse(row.rank()));
    if let Some(row) = going_on(licenses.iter().copied(), desk.today).first() {
        return Ok(Pays::InForce(row.id));
    }
    Ok(licenses.first().map_or(nothing, |row| Pays::Renewal(row.id)))
}

/// The most users beyond the seats of each license of a subscription and of those before it, with
/// what has paid for them: a true-up of this or a later license, `next` included, whose period has
/// the day; seats that were bought later for the same days. A later license whose overage is
/// settled leaves nothing. `None` where no report has a day from `since` on.
///
/// # Errors
/// Those of a registry whose documents cannot be opened.
pub(super) fn of(
    desk: &mut OpenDesk,
    chain: &Chain,
    next: &License,
    since: Day,
) -> Result<Option<OwedSince>, Failure> {
    let reported = reported(desk, chain)?;
    let month_ago = desk.today.minus(REPORT_DAYS).unwrap_or(Day::FIRST);
    let is_open = |day: &Day| since <= *day && *day < month_ago;
    let open_days = reported.open.iter().copied().filter(is_open).collect();
    let is_known = reported.last.is_some_and(|last| since <= last);
    let owed = reported.owed().filter_map(|owed| beside(owed, next)).collect();
    Ok(is_known.then_some(OwedSince { owed, open_days }))
}

/// What is owed since a day.
pub(super) struct OwedSince {
    pub(super) owed: Vec<Owed>,
    /// Days more than a month back that no report has a figure for: more may be owed.
    pub(super) open_days: Vec<Day>,
}

/// What is owed of several subscriptions. Where one of them is not known, nothing is, but for seats
/// that are owed in another.
pub(super) fn together(each: Vec<Option<OwedSince>>) -> Option<OwedSince> {
    let all_known = each.iter().all(Option::is_some);
    let (mut owed, mut open_days) = (Vec::new(), Vec::new());
    for one in each.into_iter().flatten() {
        owed.extend(one.owed);
        open_days.extend(one.open_days);
    }
    open_days.sort();
    let is_owed = owed.iter().any(|owed: &Owed| owed.open() > 0);
    (all_known || is_owed).then_some(OwedSince { owed, open_days })
}

/// What the reports of a subscription say.
#[derive(Default)]
pub(super) struct ReportedOf {
    /// What each license leaves open that no later one has paid.
    licenses: Vec<(DocumentRow, Owed)>,
    /// The last day with a figure.
    last: Option<Day>,
    /// Days of a license's term before today without a figure, and days to come with one.
    open: Vec<Day>,
}

impl ReportedOf {
    /// What is open.
    pub(super) fn owed(&self) -> impl Iterator<Item = Owed> {
        self.licenses.iter().map(|(_, owed)| *owed)
    }
}

/// What is owed under a subscription by the reports received, as far as no license has paid for it:
/// its own, and what went along from those before it.
///
/// # Errors
/// Those of a registry whose documents cannot be opened.
pub(super) fn reported(desk: &mut OpenDesk, chain: &Chain) -> Result<ReportedOf, Failure> {
    let lineage = lineage::of(desk, chain)?;
    let mut spent = Spent::new();
    let mut all = reported_of(desk, &lineage.own, &mut spent)?;
    // Their days are of other instances: what is open of those says nothing of this one.
    for line in &lineage.joined {
        all.licenses.extend(reported_of(desk, line, &mut spent)?.licenses);
    }
    Ok(all)
}

/// Of each line the days on which true-ups have paid for seats, and for how many: what is paid once
/// does not pay for another instance too. A later true-up for the same days says the sum anew.
type Spent = Vec<Vec<(Day, u32)>>;

/// The seats of a license's true-up that other lines have taken.
fn taken_of(license: &License, spent: &Spent) -> u32 {
    let of_line = |line: &Vec<(Day, u32)>| {
        let paid = line.iter().filter(|(on, _)| paid(license, *on).is_some());
        paid.map(|(_, seats)| *seats).max().unwrap_or(0)
    };
    spent.iter().map(of_line).fold(0, u32::saturating_add)
}

/// The same of one line, by what the lines before have left of the true-ups.
fn reported_of(desk: &mut OpenDesk, line: &Line, spent: &mut Spent) -> Result<ReportedOf, Failure> {
    let filed = Filed::of(desk, line)?;
    let figures = figures(desk, &filed)?;
    let last = figures.iter().filter_map(reconcile::Figures::ends).map(|(_, last)| last).max();
    let licenses = filed.standing();
    let with = Desk { anchors: &desk.desk.anchors, licenses: &licenses, today: desk.today };
    let statement = filed.of_own(reconcile::reconcile(figures, &with).statement);
    let receipted = settled::receipted(desk, &filed)?;
    let counted = statement.counted.clone();
    let mut taken = Vec::new();
    let mut of_use = |used: &LicenseUse| {
        let owed = open_of(used, &licenses, (&filed, spent))?;
        taken.push((owed.on, owed.paid.min(owed.users.saturating_sub(owed.seats))));
        let license = licenses.iter().find(|it| it.id() == used.license)?;
        let by_receipt = settled::most(&receipted, (license, owed.seats), &counted);
        let by_receipt = by_receipt.map_or(0, |(seats, _)| seats);
        let owed = Owed { paid: owed.paid.max(by_receipt), ..owed };
        let owed = Some(owed).filter(|owed| owed.open() > 0)?;
        let row = filed.rows.iter().find(|row| row.id == used.license)?;
        Some((DocumentRow { until: Some(license.until), ..row.clone() }, owed))
    };
    let licenses = statement.licenses.iter().filter_map(&mut of_use).collect();
    spent.push(taken);
    let open = [statement.days_missing, statement.days_uncovered, statement.days_to_come].concat();
    Ok(ReportedOf { licenses, last, open })
}

/// The figures of the billed instance.
fn figures(desk: &mut OpenDesk, filed: &Filed) -> Result<Vec<reconcile::Figures>, Failure> {
    let mut figures = Vec::new();
    for row in filed.reports() {
        let file = bytes(desk, row.sha256)?;
        let anchors = &desk.desk.anchors;
        let with = Desk { anchors, licenses: &filed.licenses, today: desk.today };
        let report = reconcile::report(&row.id.to_string(), &file, &with);
        figures.extend(reconcile::compared(report)?.filter(reconcile::Figures::are_billed));
    }
    Ok(figures)
}

/// What is left of the use of a license after what it and later ones have paid.
fn open_of(
    used: &LicenseUse,
    licenses: &[VerifiedLicense],
    (filed, spent): (&Filed, &Spent),
) -> Option<Owed> {
    let ((users, on), seats) = used.peak.zip(used.seats)?;
    let own = licenses.iter().find(|it| it.id() == used.license)?;
    // Its own true-up too: the license that was changed for it has the same days.
    let later = || licenses.iter().filter(|it| own.issued <= it.issued && filed.pays(it.id()));
    let owed = open(Owed { users, on, seats, paid: 0 }, &later().map(claims).collect::<Vec<_>>())?;
    let left = |it: &VerifiedLicense| Some(paid(it, on)?.saturating_sub(taken_of(it, spent)));
    Some(Owed { paid: later().filter_map(left).max().unwrap_or(0), ..owed })
}

/// What is left of it beside one license more; `None` where that is nothing.
pub(super) fn beside(owed: Owed, next: &License) -> Option<Owed> {
    open(owed, &[next]).filter(|owed| owed.open() > 0)
}

fn claims(license: &VerifiedLicense) -> &License {
    license
}

/// What is left after what later licenses have paid; `None` where one settles it.
fn open(owed: Owed, later: &[&License]) -> Option<Owed> {
    let settled = |license: &&License| license.has(Flag::ReconciliationCompleted);
    if later.iter().filter(|license| owed.on < license.from).copied().any(|it| settled(&it)) {
        return None;
    }
    let of_the_day = later.iter().filter(|it| it.from <= owed.on && owed.on < it.until);
    let mut seats = owed.seats;
    for license in of_the_day {
        seats = seats.max(license.seats?.get());
    }
    let paid = later.iter().filter_map(|it| paid(it, owed.on)).max().unwrap_or(0);
    Some(Owed { seats, paid: paid.max(owed.paid), ..owed })
}

/// What the true-up of a license has paid for a day; without days of its own it is for those before
/// the license.
fn paid(license: &License, on: Day) -> Option<u32> {
    let TrueUp { quantity, from, to, .. } = license.true_up.as_ref()?;
    let begun = from.is_none_or(|from| from <= on);
    let covers = begun && to.map_or(on < license.from, |to| on <= to);
    quantity.filter(|_| covers).map(Count::get)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::bed::{Bed, day};

    /// 57 users on a day of the year under 50 seats.
    fn peak() -> Owed {
        Owed { users: 57, on: day("2027-03-01"), seats: 50, paid: 0 }
    }

    /// The license of the year after, with 60 seats.
    fn next() -> License {
        let taken = Bed::new().license("Nordhavn", "S-1", 60, ("2027-10-15", "2028-10-15"));
        claims(&taken.license).clone()
    }

    fn true_up(quantity: u32, days: Option<(&str, &str)>) -> License {
        let (from, to) = (days.map(|(from, _)| day(from)), days.map(|(_, to)| day(to)));
        let quantity = Count::new(quantity);
        let true_up = TrueUp { quantity, from, to, base: None, unknown: Default::default() };
        License { true_up: Some(true_up), ..next() }
    }

    fn left(later: &License) -> Option<u32> {
        open(peak(), &[later]).map(|owed| owed.open())
    }

    #[test]
    fn seats_of_the_next_year_pay_for_nothing() {
        assert_eq!(left(&next()), Some(7));
    }

    #[test]
    fn a_true_up_pays_for_the_days_that_it_names() {
        assert_eq!(left(&true_up(6, Some(("2026-10-15", "2027-10-14")))), Some(1));
        assert_eq!(left(&true_up(7, Some(("2026-10-15", "2027-10-14")))), Some(0));
        assert_eq!(left(&true_up(7, Some(("2027-03-01", "2027-03-01")))), Some(0));
        assert_eq!(left(&true_up(7, Some(("2027-03-02", "2027-10-14")))), Some(7));
        assert_eq!(left(&true_up(7, Some(("2026-10-15", "2027-02-28")))), Some(7));
        assert_eq!(left(&true_up(7, None)), Some(0));
    }

    #[test]
    fn what_is_settled_is_not_owed() {
        let flags = license_core::Set::new(vec![Flag::ReconciliationCompleted]).unwrap();
        assert_eq!(left(&License { flags, ..next() }), None);
    }

    #[test]
    fn seats_bought_later_for_the_same_days_lower_what_is_owed() {
        let bought = |seats| License {
            seats: Count::new(seats),
            from: day("2026-10-15"),
            until: day("2027-10-15"),
            ..next()
        };
        assert_eq!(left(&bought(56)), Some(1));
        assert_eq!(left(&bought(57)), Some(0));
        assert_eq!(left(&License { seats: None, ..bought(57) }), None);
        assert_eq!(left(&License { from: day("2027-03-01"), ..bought(57) }), Some(0));
        assert_eq!(left(&License { from: day("2027-03-02"), ..bought(57) }), Some(7));
    }
}
