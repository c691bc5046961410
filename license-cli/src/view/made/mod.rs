//! A license that the desk makes: before and after, what stands against it, and where its file is.

mod beside;
pub(super) mod filed;
mod json;
mod revoked;
mod succession;
mod table;
mod words;

use license_core::document::{Claims, Issuer};
use license_core::value::Count;

use crate::carry::outgoing::Written;
use crate::desk::make::{self, Against, Made, Making, Proposal, Remedy};
use crate::desk::opened::Why;
use crate::plural::{counted, seats};
use crate::problem::Exit;
use crate::registry::{DocumentRow, What};
use crate::view::answer::{Answer, printable, put};
use crate::view::wrapped::labelled;
use crate::view::{forecast, written};

pub(super) use json::of as json_of;
use revoked::times as times_of;
pub(crate) use revoked::{revocable, revocation, revoked, trials};
pub(crate) use words::against;
pub(super) use words::line;
use words::{never_installed, of_row, unsendable, warning};

/// What is to be signed, in words, for 80 columns.
pub(crate) fn text(proposals: &[Proposal]) -> String {
    proposals.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn one(proposal: &Proposal) -> String {
    let succession = proposal.draft.succession.as_ref();
    let succession = succession.map(|it| succession::text(it, proposal));

    let types = proposal.refused.iter().map(|it| line("objection", &it.to_string()));
    let rules = proposal.broken.iter().map(|it| line("objection", &it.to_string()));
    let rules = rules.chain(proposal.narrower.iter().map(|it| line("or", &it.to_string())));
    let same = proposal.like().into_iter().map(|it| line("objection", &against(&it)));
    let sold = proposal.sold().iter().map(|it| line("objection", &against(it)));
    let strangers = proposal.strangers.iter().cloned().map(Against::Stranger);
    let strangers = strangers.map(|it| line("objection", &against(&it)));
    let remedy = remedy(proposal).map(|it| line("or", &it));
    let alike = proposal.overlapping.iter().map(|row| line("alike", &alike(row)));
    let waiting = proposal.unplaced.iter().map(|row| line("waiting", &waiting(row)));
    let unusual = proposal.unusual.iter().map(|it| line("warning", &warning(it, proposal)));
    let extended = proposal.draft.times_extended.iter();
    let before = |times: &u32| match times {
        0 => "not before".to_owned(),
        times => format!("{} before", times_of(*times)),
    };
    let extended = extended.map(|times| line("extended", &before(times)));
    let contract = proposal.draft.contract.iter();
    let contract = contract.map(|it| line("contract", &words::contract(it, proposal)));
    let said = proposal.draft.users_said.iter();
    let said = said.map(|users| line("said", &format!("{} now", counted(users.get(), "user"))));
    let owed = proposal.owed.iter().map(|it| line("owed", &it.to_string()));
    let uninstalled = proposal.uninstalled.iter();
    let uninstalled =
        uninstalled.map(|it| line("warning", &never_installed(it, &proposal.draft.what)));
    let kept = proposal.unsendable.iter().map(|it| line("warning", &unsendable(it)));
    let others = proposal.beside.iter().map(|it| line("beside", &beside::beside(it)));
    let later = proposal.later_years.iter();
    let later = later.map(|it| line("warning", &beside::later_year(it)));
    let lines = extended
        .chain(said)
        .chain(contract)
        .chain(owed)
        .chain(uninstalled)
        .chain(kept)
        .chain(others)
        .chain(later)
        .chain(alike)
        .chain(waiting)
        .chain(types)
        .chain(rules)
        .chain(strangers)
        .chain(same)
        .chain(sold)
        .chain(remedy)
        .chain(unusual);
    head(proposal)
        + &succession.unwrap_or_default()
        + &terms(proposal)
        + &line("key", &limits(&proposal.issuer))
        + &why_it_is(&proposal.draft.why)
        + &lines.collect::<String>()
        + &will_answer(proposal)
}

/// Why it is done, who agreed, and what was shown.
fn why_it_is(why: &Why) -> String {
    let proofs: Vec<String> = why.proofs.iter().map(ToString::to_string).collect();
    let proofs = (!proofs.is_empty()).then(|| proofs.join(", "));
    let said = [
        ("reason", why.reason.clone()),
        ("ticket", why.ticket.clone()),
        ("approver", why.approved_by.clone()),
        ("proof", proofs),
    ];
    said.into_iter().filter_map(|(label, text)| Some(line(label, &text?))).collect()
}

/// Whose it is, and what is done.
fn head(proposal: &Proposal) -> String {
    let customer = proposal.draft.owner.customer();
    let new = if proposal.draft.owner.subject().is_none() { ", a new customer" } else { "" };
    let subscription = &proposal.chain.subscription;
    let done = doing(&proposal.draft.what);
    let before = proposal.draft.base.as_ref().map(|base| format!(", after {}", base.row.id));
    let whose = format!(
        "{done} for {} ({}{new}), subscription {subscription}{}",
        customer.name,
        customer.customer_type,
        before.unwrap_or_default()
    );
    labelled("", 0, &printable(&whose))
}

/// What is made, in words.
fn doing(what: &What) -> &'static str {
    match what {
        What::Changed => "license with other terms",
        What::Renewed => "license for the next term",
        What::TrialGiven => "trial",
        What::TrialExtended => "longer trial",
        What::TrialConverted => "license after a trial",
        What::Extended => "temporary license",
        What::Followed => "license of a new subscription",
        What::Issued
        | What::Entered
        | What::Edited
        | What::Revoked
        | What::Resent
        | What::Sent
        | What::Received
        | What::Moved
        | What::Answered
        | What::Stated
        | What::Agreed
        | What::Receipted
        | What::Noted
        | What::ToDecide
        | What::SalesAsked
        | What::CustomerTold
        | What::Decided
        | What::HandedOver
        | What::TakenOver
        | What::PassedOn
        | What::Excepted
        | What::Other(_) => "license",
    }
}

/// Before and after; of a first license all that it says.
pub(super) fn terms(proposal: &Proposal) -> String {
    if let Some(difference) = &proposal.difference {
        return table::text(difference);
    }
    let shown = proposal.license.shown();
    let width = shown.iter().map(|claim| claim.label().len()).max().unwrap_or(0) + 4;
    let claims = shown.iter().filter(|claim| claim.name().as_str() != make::ISSUED);
    let one = |label: &str, words: &str| labelled(&format!("  {label}"), width, &printable(words));
    claims.map(|claim| one(claim.label(), claim.words())).collect()
}

/// What the key may sign.
fn limits(issuer: &Issuer) -> String {
    let at_most = if issuer.max_seats.is_some() { "at most " } else { "" };
    let seats = format!("{at_most}{}", seats(issuer.max_seats.map(Count::get)));
    let plans: Vec<String> = issuer.plans.iter().map(ToString::to_string).collect();
    let plans = if plans.is_empty() { "any plan".to_owned() } else { plans.join(", ") };
    let trials = if issuer.trials_only { "; trials only" } else { "" };
    let ahead = issuer
        .start_days
        .map(|days| format!("; begins up to {} after its issue", counted(days.get(), "day")));
    let ahead = ahead.unwrap_or_default();
    format!(
        "{} may sign until {}: terms of at most {}, {seats}, {plans}{trials}{ahead}",
        issuer.name,
        issuer.until,
        counted(issuer.max_days.try_into().unwrap_or(usize::MAX), "day"),
    )
}

/// A license with days in common.
fn alike(row: &DocumentRow) -> String {
    format!("license {} has days in common: {}", row.id, of_row(row))
}

/// A license whose file was perhaps never written.
fn waiting(row: &DocumentRow) -> String {
    format!("license {} was filed, and its file perhaps never written: {}", row.id, of_row(row))
}

fn will_answer(proposal: &Proposal) -> String {
    proposal.forecast.as_ref().map_or_else(
        || {
            line(
                "forecast",
                "no request and no report is held: what the instance will answer is \
                             not known",
            )
        },
        forecast::text,
    )
}

/// What would make the instance take what it will refuse.
pub(crate) fn remedy(proposal: &Proposal) -> Option<String> {
    let Remedy { seats, true_up } = proposal.remedy?;
    let seats = seats.map(|seats| format!("with `--seats {seats}`"));
    let paid = true_up.map(|owed| {
        format!("once the overage of {} is paid, with `--true-up {owed}`", counted(owed, "seat"))
    });
    let ways: Vec<String> = seats.into_iter().chain(paid).collect();
    Some(format!("it installs {}", ways.join("; or, ")))
}

/// What is missing where nobody can say what the instance will answer.
pub(crate) fn unknown(proposal: &Proposal) -> Option<String> {
    let missing = match &proposal.forecast {
        None => Some("no request and no report is held".to_owned()),
        Some(made) => forecast::unknown(made),
    };
    missing.map(|missing| format!("what the instance will answer is not known: {missing}"))
}

/// The answer where nothing was to be signed; `anyway` says that it would be, whatever stands
/// against it.
pub(crate) fn drawn(proposals: &[Proposal], anyway: bool) -> Answer {
    let good = proposals.iter().all(|proposal| proposal.objections().is_empty());
    let (exit, end) = not_signed(good, anyway);
    let json = match proposals {
        [only] => json::of(only),
        several => json::parts(&several.iter().map(json::of).collect::<Vec<_>>()),
    };
    Answer::yes(text(proposals) + end, json).with_exit(exit)
}

/// How a run ends that signs nothing, and what it says.
pub(super) fn not_signed(nothing_against: bool, anyway: bool) -> (Exit, &'static str) {
    match (nothing_against, anyway) {
        (true, _) => (Exit::Yes, "not signed: --dry-run\n"),
        (false, true) => (Exit::Yes, "not signed: --dry-run; with --anyway it is an exception\n"),
        (false, false) => {
            (Exit::Refused, "not signed: --dry-run; without --anyway it would be refused\n")
        }
    }
}

/// The answer where a license was made, or is given again; what was asked about is not shown twice.
pub(crate) fn answer(proposal: &Proposal, made: &Made, file: &Written, shown: bool) -> Answer {
    let filed = match made.making {
        Making::Now => "filed as",
        Making::Again => "it was filed before as",
    };
    let done = format!(
        "{filed} license {} of subscription {}\n{}",
        made.serial,
        proposal.chain.subscription,
        again(made)
    );
    let mut answer = written::answer(file, &done);
    let again = made.making == Making::Again;
    if !shown && !again {
        answer.text = one(proposal) + &answer.text;
    }
    json::put_all(&mut answer.json, json::of(proposal));
    put(&mut answer.json, "serial", made.serial);
    put(&mut answer.json, "again", again);
    match &answer.done {
        Some(written) => {
            let done = format!("the license is filed, and {written}");
            answer.done(done)
        }
        None => answer,
    }
}

/// The answers of licenses that were made together, as one.
pub(crate) fn together(mut answers: Vec<Answer>) -> Answer {
    if answers.len() == 1
        && let Some(only) = answers.pop()
    {
        return only;
    }
    let texts: Vec<String> = answers.iter().map(|it| it.text.clone()).collect();
    let done: Vec<String> = answers.iter().filter_map(|it| it.done.clone()).collect();
    let parts: Vec<_> = answers.into_iter().map(|it| it.json).collect();
    let json = json::parts(&parts);
    Answer::yes(texts.join("\n"), json).done(done.join("; "))
}

pub(super) fn again(made: &Made) -> &'static str {
    match made.making {
        Making::Now => "",
        Making::Again => {
            "nothing was signed now: these are the bytes that were signed for this order before\n"
        }
    }
}
