//! The core's verdict, as a vector says it.

use license_core::evaluate::evaluate;
use license_core::may::{May, may};
use license_core::rule::Act;
use license_core::series::{Daily, NO_DATA};
use license_core::verdict::{Facts, Verdict};
use license_core::verify::VerifiedLicense;
use test_vectors::{Asked, Expected, NextChange};

/// What the core answers to a vector's facts.
pub(crate) fn asked(license: &VerifiedLicense, asked: &Asked) -> Expected {
    let counts = asked.daily.as_ref().map(|daily| {
        (daily.first, daily.counts.iter().map(|count| count.unwrap_or(NO_DATA)).collect::<Vec<_>>())
    });
    let facts = Facts {
        today: asked.today,
        activating: asked.activating,
        users_now: asked.users_now,
        users_adding: asked.users_adding,
        series: counts.as_ref().map(|(first, counts)| Daily::new(*first, counts)),
        last_report: asked.last_report,
    };
    let may = if asked.expected.may.is_empty() { Vec::new() } else { answers(license, &facts) };
    Expected { may, ..answer(&evaluate(license, &facts)) }
}

/// Whether each act may be done.
fn answers(license: &VerifiedLicense, facts: &Facts<'_>) -> Vec<String> {
    let answer = |act: &Act| match may(license, facts, *act) {
        May::Allowed => "allowed",
        May::Denied => "denied",
        May::Undecided => "undecided",
    };
    Act::ALL.iter().map(|act| answer(act).to_owned()).collect()
}

fn answer(verdict: &Verdict) -> Expected {
    let rules = |bits: u64| (0..64).filter(|rule| bits >> rule & 1 == 1).collect();
    let built_in =
        [(verdict.not_started, "not_started"), (verdict.trial_key_ended, "trial_key_ended")];
    Expected {
        effects: verdict.effects.iter().map(|effect| effect.to_string()).collect(),
        fired: rules(verdict.fired),
        undecided: rules(verdict.undecided),
        unsupported: rules(verdict.unsupported),
        built_in: built_in
            .iter()
            .filter(|(applies, _)| *applies)
            .map(|(_, name)| (*name).to_owned())
            .collect(),
        seats: verdict.seats,
        seats_needed: verdict.seats_needed,
        overage: verdict.overage,
        overage_max: verdict.overage_max,
        seats_left: verdict.seats_left,
        days_left: Some(verdict.days_left),
        users_max: verdict.users_max.map(|count| (count, verdict.users_max_on)),
        next_change: verdict.next_change.map(|next| NextChange {
            day: next.day,
            effect: next.effect.to_string(),
            begins: next.applies,
        }),
        may: Vec::new(),
    }
}
