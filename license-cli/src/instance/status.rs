//! How an instance stands: its license and contract, the figures of the term, the reports, and what
//! is doubtful.

use license_core::Day;
use license_core::rule::Effects;
use license_core::trust::TrustAnchors;
use license_core::value::{Count, InstanceId};
use license_core::verdict::{Facts, Verdict};
use license_core::verify::VerifiedLicense;

use super::before::{self, Before, Figures, Settled};
use super::begins::{Begins, Tenure};
use super::behind::ClockDoubt;
use super::chain::{self, Contract, Span};
use super::checked::{Unread, installed, roots};
use super::covered::Covered;
use super::due::{Due, Duties};
use super::facts::{Given, Known};
use super::horizon::Horizon;
use super::judgement::Judgement;
use super::ledger::{Condition, Instance, MadeReport, ReportState};
use super::licenses::{Removed, comes_back, decision, holds, other_report_key, role};
use super::of_term::{OfTerm, owed};
use super::outlook::{Outlook, UsersOn, is_recent};
use super::receipts::Receipts;
use super::report::LAST_DAYS;
use super::reported::Reported;
use super::role::Role;
use super::settlement::Settlements;
use crate::problem::Failure;

/// Days before the end from which the next license is asked for, where none is installed.
const ASK: i64 = 60;

/// How an instance stands today.
pub(crate) struct Status {
    pub(crate) instance: InstanceId,
    pub(crate) today: Day,
    /// Unix seconds: now, or the first second of the day that was given.
    pub(crate) now: u64,
    /// The license that decides, or will.
    pub(crate) license: Option<Standing>,
    /// What is left of the licenses before it.
    pub(crate) before: Vec<Before>,
    pub(crate) horizon: Horizon,
    /// Which license is in force on which days, from today on.
    pub(crate) chain: Vec<Span>,
    /// The last report that left.
    pub(crate) last_report: Option<MadeReport>,
    /// What the vendor's last receipt settles.
    pub(crate) settled: Option<Settled>,
    pub(crate) due: Option<Due>,
    /// The last day of which the ledger has a figure, through today.
    pub(crate) last_figure: Option<Day>,
    /// Whether the figures of days that are over are still to be read in.
    pub(crate) lacks_figures: bool,
    /// Whether the last day of the term is near: the figures are to be read in on it once more.
    pub(crate) last_days: bool,
    /// Whether the next license should be asked for.
    pub(crate) ask: bool,
    /// Days that are near, or that have come, on which none of the licenses is in force, while one
    /// waits behind them.
    pub(crate) gap: Option<Span>,
    /// That the clock stands before what the ledger knows.
    pub(crate) clock_behind: Option<ClockDoubt>,
    /// What is wrong with the folder's key: no report can be signed.
    pub(crate) key_fails: Option<Failure>,
    /// Why the answer may be wrong, or reports will be refused.
    pub(crate) doubts: Vec<String>,
    /// Whether it is not known which license decides.
    pub(crate) undecided: bool,
    /// Whether the folder is in use, was restored or is retired.
    pub(crate) condition: Condition,
    /// The removed license that would be in force today, or on the first day, where that is near,
    /// on which none is; where none is installed, the one whose term begins next.
    pub(crate) removed: Option<Removed>,
}

/// A license and what it says today.
pub(crate) struct Standing {
    pub(crate) license: VerifiedLicense,
    pub(crate) verdict: Verdict,
    pub(crate) role: Role,
    pub(crate) outlook: Outlook,
    /// Users now, where they were given, else the last figure, if it is recent.
    pub(crate) users: Option<UsersOn>,
    /// The last figure, where it is too old for that.
    pub(crate) old: Option<UsersOn>,
    pub(crate) contract: Contract,
    /// Days of the term before today with a figure, and those without one.
    pub(crate) with_figure: usize,
    pub(crate) missing: Vec<Day>,
}

impl Standing {
    /// The part of its term in which this instance is the billed one, where that moved.
    pub(crate) fn tenure(&self) -> Tenure {
        let to = self.outlook.was_billed.map(|was| was.last_day);
        Tenure { from: self.outlook.billed_from(), to }
    }

    /// Whether its term runs.
    pub(crate) fn is_in_force(&self, today: Day) -> bool {
        self.license.from <= today && today < self.license.until
    }
}

impl Status {
    /// How the instance stands on this day.
    ///
    /// # Errors
    /// Those of the ledger.
    pub(crate) fn of(
        instance: &Instance,
        users: Option<Count>,
        (today, now): (Day, u64),
    ) -> Result<Self, Failure> {
        let anchors = TrustAnchors::new(roots(instance, &[])?);
        let (licenses, unread) = sorted(instance, &anchors)?;
        let held = instance.days()?;
        let last = held.range(..=today).next_back().map(|(day, count)| on(*day, *count));
        let given = users.map(|users| on(today, users));
        let users = given.or(last.filter(|last| is_recent(last.day, today)));
        let old = if users.is_none() { last } else { None };
        let given = Given { users: users.and_then(|it| Count::new(it.users)), history: None };
        let known = Known::gather(&given, Some(instance), today)?;
        let license = decision(instance, &anchors, today)?.license;
        let begins = Begins::of(instance, today)?;
        let facts = license
            .as_ref()
            .map_or_else(|| known.facts(), |it| known.facts_under((it, &licenses), &begins));
        let (mut reports, receipts) = (instance.reports()?, Receipts::of(instance)?);
        let reported = Reported::of(&reports);
        let counted = reported.counted(&held);
        let figures = Figures { held: &held, counted: &counted };
        let terms = Covered::by(today, instance, &anchors)?.terms;
        let settlements = Settlements { terms: &terms, receipts: &receipts };
        let before =
            before::of((instance.id(), &begins), license.as_ref(), (figures, settlements), today);
        let borrowed: Vec<&VerifiedLicense> = licenses.iter().collect();
        let chain = chain::spans(&borrowed, &instance.id(), today);
        let standing = |license| {
            let role = role(instance, &license)?;
            Ok::<_, Failure>(standing(
                (license, role, &begins),
                &chain,
                &facts,
                (users, old),
                (figures, &reported, settlements),
            ))
        };
        let license = license.map(standing).transpose()?;
        let condition = instance.condition()?;
        // What was due here is due where the instance goes on.
        let due = match condition {
            Condition::Retired(_) => None,
            Condition::InUse | Condition::GoesBack(_) => {
                due(instance, &anchors, &licenses, (&reports, &receipts), today)?
            }
        };
        reports.retain(|report| report.state != ReportState::Waiting);
        let mut doubts = doubts(instance, license.as_ref(), &unread, today)?;
        doubts.extend(receipts.doubts());
        doubts.extend(conflicts(instance, &receipts)?);
        let lacks_figures = lacks_figures((&licenses, &begins), last.map(|last| last.day), today);
        let waits = licenses.iter().any(|it| it.from > today);
        let (last_days, ask) =
            license.as_ref().map_or((false, false), |it| near_end((it, waits), today));
        Ok(Self {
            instance: instance.id(),
            today,
            now,
            horizon: Horizon::of(&licenses, instance.id(), &facts),
            gap: gap(&chain, license.as_ref(), today),
            settled: Settled::of(
                (&reports, &receipts),
                license.as_ref().map(|it| &it.outlook),
                &before,
            ),
            last_report: reports.pop(),
            due,
            last_figure: last.map(|last| last.day),
            lacks_figures,
            last_days,
            ask,
            clock_behind: ClockDoubt::of(instance, today)?,
            key_fails: instance.key().err(),
            undecided: !unread.is_empty(),
            condition,
            removed: match (&license, without_license(&chain, today)) {
                (None, _) => comes_back(instance, &anchors, today)?,
                (Some(_), Some(day)) => holds(instance, &anchors, day)?,
                (Some(_), None) => None,
            },
            license,
            before,
            doubts,
            chain,
        })
    }

    /// Whether a license is known to be in force, and nothing is denied. By a clock that stands
    /// before what the ledger knows, that is not known.
    pub(crate) fn is_good(&self) -> bool {
        let denied = |it: &Standing| {
            let effects = [it.verdict.effects, it.verdict.undecided_effects];
            effects.iter().any(|effects| effects.intersects(Effects::DENYING))
        };
        let license = self.license.as_ref();
        !self.undecided
            && self.clock_behind.is_none()
            && !self.is_retired()
            && license.is_some_and(|it| it.license.from <= self.today && !denied(it))
    }

    /// Whether the instance was moved, and this folder is retired.
    pub(crate) fn is_retired(&self) -> bool {
        matches!(self.condition, Condition::Retired(_))
    }

    /// Whether days behind the last report have no figure: they can still be read in before they
    /// are reported as missing.
    pub(crate) fn has_open_days(&self) -> bool {
        let reported = self.last_report.as_ref().map(|report| report.last_day);
        let of_term = self.license.iter().flat_map(|it| &it.missing);
        let mut missing = of_term.chain(self.before.iter().flat_map(|it| &it.missing));
        missing.any(|day| reported.is_none_or(|reported| reported < *day))
    }

    /// Whether figures should be read in before anything else: they are still to come, or days
    /// without one would be reported as missing. Days that were reported so are asked for no more:
    /// GitLab may never have counted on them.
    pub(crate) fn wants_figures(&self) -> bool {
        self.lacks_figures || self.has_open_days()
    }

    /// Whether days of the term that runs have no figure.
    pub(crate) fn has_gaps(&self) -> bool {
        let in_force = self.license.as_ref().filter(|it| it.is_in_force(self.today));
        in_force.is_some_and(|it| !it.missing.is_empty())
    }

    /// Whether today is the last day of the term: the figures are to be read in once more, late.
    pub(crate) fn is_last_day(&self) -> bool {
        self.last_day() == Some(self.today)
    }

    /// The first day on which something is to be done: a report is due, or the term's last day.
    pub(crate) fn next_duty(&self) -> Option<Day> {
        let due = self.due.map(|due| due.on);
        let last = self.last_day().filter(|last| self.today < *last);
        due.into_iter().chain(last).min()
    }

    /// The last day of the term that runs.
    fn last_day(&self) -> Option<Day> {
        let license = self.license.as_ref().filter(|it| it.is_in_force(self.today));
        license.map(|it| it.license.last_day())
    }

    /// Whether a report is due today.
    pub(crate) fn is_due(&self) -> bool {
        self.due.is_some_and(|due| due.on <= self.today)
    }
}

/// The installed licenses that verify, and those that do not.
fn sorted(
    instance: &Instance,
    anchors: &TrustAnchors,
) -> Result<(Vec<VerifiedLicense>, Vec<Unread>), Failure> {
    let (mut licenses, mut unread) = (Vec::new(), Vec::new());
    for checked in installed(instance, anchors)? {
        match checked.license {
            Ok(license) => licenses.push(license),
            Err(found) => unread.push(found),
        }
    }
    Ok((licenses, unread))
}

fn standing(
    (license, role, begins): (VerifiedLicense, Role, &Begins),
    chain: &[Span],
    facts: &Facts<'_>,
    (users, old): (Option<UsersOn>, Option<UsersOn>),
    (days, reported, settlements): (Figures<'_>, &Reported, Settlements<'_>),
) -> Standing {
    let today = facts.today;
    let of_term =
        OfTerm::of((&license, role, begins), (days, reported, settlements), (today, users));
    let (with, missing): (Vec<Day>, Vec<Day>) =
        owed(&license, begins, today).partition(|day| days.held.contains_key(day));
    Standing {
        verdict: Judgement::new(&license, facts).verdict,
        role,
        outlook: of_term.outlook(users),
        users,
        old,
        contract: Contract::of(&license, chain, today),
        with_figure: with.len(),
        missing,
        license,
    }
}

/// Whether this instance owes, under a license, a day that is over and lies behind the last figure.
fn lacks_figures(
    (licenses, begins): (&[VerifiedLicense], &Begins),
    last_figure: Option<Day>,
    today: Day,
) -> bool {
    licenses.iter().any(|license| {
        let behind = last_figure.map_or(0, |last| last.number().saturating_add(1));
        let end = license.until.min(today).number();
        let mut days = (license.from.number().max(behind)..end).filter_map(Day::new);
        days.any(|day| begins.owes(license, day))
    })
}

fn on(day: Day, users: Count) -> UsersOn {
    UsersOn { users: users.get(), day }
}

fn due(
    instance: &Instance,
    anchors: &TrustAnchors,
    licenses: &[VerifiedLicense],
    (reports, receipts): (&[MadeReport], &Receipts),
    today: Day,
) -> Result<Option<Due>, Failure> {
    let mut terms = Covered::by(today, instance, anchors)?.terms;
    let to_come = licenses.iter().filter(|it| it.from > today);
    terms.extend(to_come.cloned());
    let (terms, id, begins) = (&terms, instance.id(), Begins::of(instance, today)?);
    Ok(Duties { reports, receipts, terms, instance: id, today, begins }.next())
}

/// When the next report of this instance is due; `None` where no license will ever be in force.
///
/// # Errors
/// Those of the ledger.
pub(crate) fn next_due(instance: &Instance, today: Day) -> Result<Option<Due>, Failure> {
    let anchors = TrustAnchors::new(roots(instance, &[])?);
    let (licenses, _) = sorted(instance, &anchors)?;
    let (reports, receipts) = (instance.reports()?, Receipts::of(instance)?);
    due(instance, &anchors, &licenses, (&reports, &receipts), today)
}

/// Whether the last days of its term have come; and whether the contract ends soon, or has ended,
/// and no other license waits for its day.
fn near_end((standing, waits): (&Standing, bool), today: Day) -> (bool, bool) {
    let last = standing.license.last_day();
    let left = last.since(today);
    let last_days = standing.is_in_force(today) && left < LAST_DAYS;
    (last_days, !waits && standing.contract.last.since(today) < ASK)
}

/// The days without a license between one that has begun and one that waits, where they are near.
fn gap(chain: &[Span], license: Option<&Standing>, today: Day) -> Option<Span> {
    license.filter(|it| it.license.from <= today)?;
    let gap = chain.iter().find(|span| span.license.is_none())?;
    (gap.from.since(today) < ASK).then_some(*gap)
}

/// That the vendor has another report of a number than the ledger, until a receipt for the one here
/// or for a later one has come.
fn conflicts(instance: &Instance, receipts: &Receipts) -> Result<Vec<String>, Failure> {
    let answered = receipts.held.iter().map(|receipt| receipt.number).max();
    let open = instance.conflicts()?.into_iter().filter(|number| answered < Some(*number));
    let doubt = |number: u32| {
        format!(
            "the vendor has another report {number} than this ledger: two have the same number; \
             tell the vendor, and take the receipt for this one or for a later one"
        )
    };
    Ok(open.map(doubt).collect())
}

/// The first day from today on on which no license is in force, where it is near.
fn without_license(chain: &[Span], today: Day) -> Option<Day> {
    let in_force = chain.iter().take_while(|span| span.license.is_some()).last();
    let first = in_force.map_or(today, |span| span.until);
    (first.since(today) <= ASK).then_some(first)
}

fn doubts(
    instance: &Instance,
    license: Option<&Standing>,
    unread: &[Unread],
    today: Day,
) -> Result<Vec<String>, Failure> {
    let mut doubts: Vec<String> = unread.iter().map(Unread::sentence).collect();
    let condition = instance.condition()?;
    doubts.extend(condition.check_change().err().map(|retired| retired.message));
    doubts.extend(condition.doubt());
    doubts.extend(ClockDoubt::of(instance, today)?.map(|it| it.sentence()));
    if instance.roots()?.is_empty() {
        doubts.push("no root key is trusted: the first license pins one".to_owned());
    }
    let unsigned = |failure: Failure| format!("no report can be signed: {}", failure.message);
    doubts.extend(instance.key().err().map(unsigned));
    doubts.extend(instance.exposed_key());
    let other = license.map(|it| other_report_key(instance, &it.license)).transpose()?;
    doubts.extend(other.flatten());
    Ok(doubts)
}
