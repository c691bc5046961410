//! What applies from today on, day by day, should every figure stay as it is: under each installed
//! license in its turn.

use license_core::Day;
use license_core::evaluate::evaluate;
use license_core::rule::{Effect, Effects, Fact};
use license_core::select::select;
use license_core::value::{DocumentId, InstanceId};
use license_core::verdict::Facts;
use license_core::verify::VerifiedLicense;

/// From a day on, what applies, and which license says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    pub(crate) day: Day,
    pub(crate) effects: Effects,
    /// `None` before any license has begun.
    pub(crate) license: Option<DocumentId>,
}

/// What applies today, and each day on which that changes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Horizon {
    turns: Vec<Turn>,
}

/// What changes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Another license decides from this day on.
    TakesOver(Day, DocumentId),
    /// This begins to apply.
    Begins(Day, Effect),
    /// This applies no longer.
    Ends(Day, Effect),
}

impl Horizon {
    /// What these licenses say, with these facts of today.
    pub(crate) fn of(licenses: &[VerifiedLicense], id: InstanceId, facts: &Facts<'_>) -> Self {
        let borrowed: Vec<&VerifiedLicense> = licenses.iter().collect();
        let turn = |day: Day| {
            let license = select(&borrowed, Some(&id), day)
                .and_then(|place| borrowed.get(place).copied())
                .filter(|license| license.from <= day);
            let facts = Facts { today: day, ..*facts };
            Turn {
                day,
                effects: license.map_or(Effects::default(), |it| evaluate(it, &facts).effects),
                license: license.map(|license| license.id()),
            }
        };
        let mut turns: Vec<Turn> = days(licenses, facts).into_iter().map(turn).collect();
        turns.dedup_by_key(|turn| (turn.effects, turn.license));
        Self { turns }
    }

    /// What applies today.
    pub(crate) fn now(&self) -> Effects {
        self.turns.first().map_or(Effects::default(), |turn| turn.effects)
    }

    /// What changes next.
    pub(crate) fn next(&self) -> Option<Next> {
        let (now, next) = (self.turns.first()?, self.turns.get(1)?);
        if let Some(license) = next.license.filter(|_| now.license != next.license) {
            return Some(Next::TakesOver(next.day, license));
        }
        let gravest =
            |of: Effects, not: Effects| of.iter().filter(|effect| !not.contains(*effect)).last();
        let begins = gravest(next.effects, now.effects);
        let begins = begins.map(|effect| Next::Begins(next.day, effect));
        begins.or_else(|| Some(Next::Ends(next.day, gravest(now.effects, next.effects)?)))
    }

    /// The first day from today on on which this applies.
    pub(crate) fn first(&self, effect: Effect) -> Option<Day> {
        self.turns.iter().find(|turn| turn.effects.contains(effect)).map(|turn| turn.day)
    }
}

/// Today, and the days to come on which a comparison on time turns, or another license may decide.
fn days(licenses: &[VerifiedLicense], facts: &Facts<'_>) -> Vec<Day> {
    let mut days = vec![facts.today];
    for license in licenses {
        days.extend([license.from, license.until]);
        let reported = facts.last_report.unwrap_or(license.from);
        for condition in license.rules.iter().flat_map(|rule| &rule.conditions) {
            let turn = match condition.fact {
                Fact::Today => condition.bound.checked_add(1),
                Fact::ReportAge => condition.bound.checked_add(1 + i64::from(reported.number())),
                Fact::Activating | Fact::UsersNow | Fact::UsersMax | Fact::Other(_) => None,
            };
            days.extend(turn.and_then(|day| u32::try_from(day).ok()).and_then(Day::new));
        }
    }
    days.retain(|day| *day >= facts.today);
    days.sort_unstable();
    days.dedup();
    days
}
