//! A draft judged by the figures that are held.

use license_core::Day;
use license_core::document::License;
use license_core::draft::Draft;
use license_core::rule::{Act, Fact, Window};
use license_core::verdict::{Facts, Finding, FindingCode, Status};

use super::days::{InstallDays, joined};
use super::figures::Figures;
use super::most::Most;
use super::periods::periods;
use super::remark::Objection;

/// Whether the license installs on the first of the days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It does, on the figures held.
    Installs,
    /// The instance refuses it, on the figures held.
    Refused,
    /// A figure is missing without which nothing can be said.
    Unknown,
}

/// A draft, and the figures by which it is judged.
pub(super) struct Case<'a> {
    pub(super) draft: Draft<'a>,
    pub(super) figures: &'a Figures,
    pub(super) asked: InstallDays,
}

impl Case<'_> {
    fn facts(&self, today: Day) -> Facts<'_> {
        Facts {
            activating: true,
            users_now: self.figures.users.map(|users| users.number.get()),
            series: Some(self.figures.history.daily()),
            last_report: self.figures.last_report,
            ..Facts::on(today)
        }
    }

    fn refuses(&self, facts: &Facts<'_>) -> bool {
        self.draft.verdict(facts).refuses_install
    }

    pub(super) fn outcome(&self, today: Day) -> Outcome {
        let verdict = self.draft.verdict(&self.facts(today));
        if verdict.refuses_install {
            Outcome::Refused
        } else if verdict.undecided_effects.deny(Act::Activate) {
            Outcome::Unknown
        } else {
            Outcome::Installs
        }
    }

    /// The days of those asked about on which the license installs: between two days on which a
    /// comparison turns, nothing changes.
    pub(super) fn days(&self) -> Vec<Window> {
        let mut turns: Vec<Day> = self.turns().collect();
        turns.extend([self.asked.from]);
        turns.retain(|day| self.asked.from <= *day && *day <= self.asked.to);
        turns.sort_unstable();
        turns.dedup();
        let ends = turns.iter().skip(1).filter_map(|day| day.minus(1)).chain([self.asked.to]);
        let spans = turns.iter().zip(ends).map(|(from, to)| Window { from: *from, to });
        let good = spans.filter(|span| self.outcome(span.from) == Outcome::Installs);
        good.fold(Vec::new(), joined)
    }

    /// The days on which a comparison on time turns, in any order.
    fn turns(&self) -> impl Iterator<Item = Day> {
        let License { rules, from, until, .. } = self.draft.license;
        let reported = self.figures.last_report.unwrap_or(*from);
        let conditions = rules.iter().flat_map(|rule| &rule.conditions);
        let turn = move |(fact, bound): (Fact, i64)| match fact {
            Fact::Today => bound.checked_add(1),
            Fact::ReportAge => bound.checked_add(1)?.checked_add(reported.number().into()),
            Fact::Activating | Fact::UsersNow | Fact::UsersMax | Fact::Other(_) => None,
        };
        let turns = conditions.filter_map(move |c| turn((c.fact, c.bound)));
        let days = turns.filter_map(|day| u32::try_from(day).ok().and_then(Day::new));
        days.chain([*from, *until])
    }

    pub(super) fn objections(&self) -> Vec<Objection> {
        let refuses = |finding: &Finding| {
            finding.status == Status::Applies
                && finding.effect.denies().contains(&Act::Activate)
                && finding.code != FindingCode::NotStarted
        };
        let findings = self.draft.findings(&self.facts(self.asked.from));
        findings.into_iter().filter(refuses).map(Objection::Rule).collect()
    }

    /// With how many users now it installs on the first day.
    pub(super) fn most_users(&self) -> Most {
        let facts = self.facts(self.asked.from);
        Most::of(self.bounds(Fact::UsersNow), |users| {
            self.refuses(&Facts { users_now: Some(users), ..facts })
        })
    }

    /// How many users a compared day without a figure may have, up to the last day on which the
    /// license may be installed.
    pub(super) fn most_on_unseen_days(&self) -> Most {
        let unseen = self.figures.unseen(&periods(self.draft.license), self.asked.to);
        if unseen.is_empty() {
            return Most::Any;
        }
        let facts = self.facts(self.asked.from);
        Most::of(self.bounds(Fact::UsersMax), |users| {
            let history = self.figures.with(&unseen, users);
            self.refuses(&Facts { series: Some(history.daily()), ..facts })
        })
    }

    fn bounds(&self, fact: Fact) -> Vec<i64> {
        let conditions = self.draft.license.rules.iter().flat_map(|rule| &rule.conditions);
        conditions.filter(|condition| condition.fact == fact).map(|c| c.bound).collect()
    }
}
