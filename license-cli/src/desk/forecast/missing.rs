//! What is missing for a sure answer.

use license_core::Day;
use license_core::document::License;
use license_core::rule::Window;

use super::days::{InstallDays, each_day, joined, within};
use super::figures::Figures;
use super::held::Held;
use super::periods::periods;
use super::remark::{Objection, Warning};

/// That the instance which asked may not use the license.
pub(super) fn other_instance(license: &License, held: &Held<'_>) -> Option<Objection> {
    let instance = held.request?.instance;
    license.check_instance(Some(&instance)).is_err().then_some(Objection::OtherInstance(instance))
}

/// What is missing for a sure answer.
pub(super) fn warnings(
    license: &License,
    held: &Held<'_>,
    figures: &Figures,
    asked: InstallDays,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let bound = !license.instances.is_empty();
    warnings.extend((bound && held.request.is_none()).then_some(Warning::InstanceUnknown));
    warnings.extend(figures.users.is_none().then_some(Warning::UsersUnknown));
    let named = held.named();
    let unknown = named.filter(|id| held.in_force.is_none_or(|(held, _)| held != *id));
    warnings.extend(unknown.map(Warning::InForceUnknown));
    for period in periods(license) {
        warnings.extend(gaps(period, figures, asked.from));
    }
    warnings
}

/// The days of a compared period before today without a figure.
fn gaps(period: Window, figures: &Figures, today: Day) -> Vec<Warning> {
    let Some(yesterday) = today.minus(1) else { return Vec::new() };
    let unseen = figures.unseen(&[period], yesterday);
    let (reported, unreported): (Vec<Day>, Vec<Day>) =
        unseen.into_iter().partition(|day| figures.is_reported(*day));
    let term = figures.term.filter(|term| {
        let in_period = each_day(term.days).any(|day| within(period, day));
        term.missing > 0 && in_period && figures.accounted_by_request(period).is_some()
    });
    [
        spans(&unreported).map(|days| Warning::DaysUnreported {
            period,
            days,
            elsewhere: figures.reported_elsewhere(&unreported),
        }),
        spans(&reported).map(|days| Warning::DaysWithoutFigure {
            period,
            days,
            elsewhere: figures.reported_elsewhere(&reported),
        }),
        term.map(|term| Warning::TermIncomplete { term: term.days, missing: term.missing }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Days as spans; `None` of none.
fn spans(days: &[Day]) -> Option<Vec<Window>> {
    let one = |day: &Day| Window { from: *day, to: *day };
    let spans = days.iter().map(one).fold(Vec::new(), joined);
    (!spans.is_empty()).then_some(spans)
}
