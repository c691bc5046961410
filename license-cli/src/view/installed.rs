//! Licenses that were installed, or not.

use license_core::Day;
use license_core::key::PublicKey;
use license_core::rule::Effects;
use license_core::value::DocumentId;
use license_core::verify::VerifiedLicense;
use license_core::words;
use serde_json::{Value, json};

use crate::instance::chain::Span;
use crate::instance::install::{Done, Examined, Installation, Outcome, There};
use crate::instance::receipts::Looked;
use crate::instance::role::Role;
use crate::plural::counted;
use crate::problem::Exit;
use crate::view::answer::{Answer, put};
use crate::view::difference;
use crate::view::license_list::unknown;
use crate::view::not_installed::refused;
use crate::view::verdict::{summary, without_figure};
use crate::view::{receipt, role};

/// Licenses of which none was installed: each is there already, or one is refused. Roots that were
/// given beside the trusted ones were not taken, which is said.
pub(crate) fn unchanged(
    (examined, receipts): (&[Examined], &[Looked]),
    further: &[PublicKey],
    trusted: &[PublicKey],
) -> Answer {
    let mut answer = none_installed(examined);
    let refused = answer.exit == Exit::Refused;
    answer.text += &receipts.iter().map(|it| left(it, refused)).collect::<String>();
    put_receipts(&mut answer.json, receipts, &[]);
    if !further.is_empty() {
        answer.text += &format!(
            "  trusted  only {}, as before: the root that --trust gave ({}) was not taken\n",
            listed_roots(trusted),
            listed_roots(further)
        );
    }
    answer
}

fn none_installed(examined: &[Examined]) -> Answer {
    let refusal = |it: &Examined| match it {
        Examined::Refused(license, judgement) => Some(refused(license, judgement)),
        Examined::Already(..) | Examined::Damaged(..) | Examined::Ended(_) | Examined::Fits(..) => {
            None
        }
    };
    let there = |it: &Examined| match it {
        Examined::Already(license, how) => Some(there(license, *how)),
        Examined::Refused(..) | Examined::Damaged(..) | Examined::Ended(_) | Examined::Fits(..) => {
            None
        }
    };
    let refusals: Vec<Answer> = examined.iter().filter_map(refusal).collect();
    if refusals.is_empty() {
        return joined(examined.iter().filter_map(there).collect(), true);
    }
    let count = refusals.len();
    let mut answer = joined(refusals, false).with_exit(Exit::Refused);
    if examined.len() > count {
        let (all, them) = (counted(examined.len(), "license"), counted(count, "license"));
        let is = if count == 1 { "is" } else { "are" };
        answer.text += &format!("none of {all} is installed, because {them} {is} refused\n");
    }
    answer
}

/// What came of installing licenses and taking receipts; of these the ledger did not have `taken`.
pub(crate) fn answer(outcome: &Outcome, receipts: &[Looked], taken: &[DocumentId]) -> Answer {
    let done = match (outcome.installations.len(), taken.len()) {
        (0, 1) => "the receipt is taken",
        (0, _) => "the receipts are taken",
        (1, _) => "the license is installed",
        _ => "the licenses are installed",
    };
    told(outcome, (receipts, taken), false).done(done)
}

/// What would come of it.
pub(crate) fn dry_run(outcome: &Outcome, receipts: &[Looked]) -> Answer {
    let fitting: Vec<DocumentId> =
        receipts.iter().filter_map(|it| it.file().map(|file| file.id)).collect();
    let mut answer = told(outcome, (receipts, &fitting), true);
    let does = if outcome.installations.is_empty() { "takes" } else { "installs" };
    answer.text +=
        &format!("nothing was written: without --dry-run the same command {does} this\n");
    put(&mut answer.json, "dry_run", true);
    answer
}

fn told(outcome: &Outcome, (receipts, taken): (&[Looked], &[DocumentId]), dry: bool) -> Answer {
    let after = outcome.after.spans();
    let answers = outcome.installations.iter().map(|installation| match installation {
        Installation::Already(license, how) => there(license, *how),
        Installation::Mended(license) => mended(license, dry),
        Installation::Covered(license) => covered(license, dry),
        Installation::Done(done) => installed(done, (outcome, &after), dry),
    });
    let mut answer = joined(answers.collect(), true);
    answer.text += &receipts.iter().map(|it| receipt_line(it, taken, dry)).collect::<String>();
    if !outcome.installations.is_empty() {
        answer.text += &difference::text(outcome);
    }
    let print = |root: &PublicKey| root.thumbprint().to_string();
    let roots: Vec<String> = outcome.pinned.iter().map(print).collect();
    answer.text += &pinned_text(&roots, &outcome.trusted);
    put(&mut answer.json, "pinned_roots", roots);
    let (before, after) = difference::json(outcome);
    put(&mut answer.json, "before", before);
    put(&mut answer.json, "after", after);
    put_receipts(&mut answer.json, receipts, taken);
    answer
}

/// What came of a receipt; nothing of one that is not taken, which is warned of.
fn receipt_line(looked: &Looked, taken: &[DocumentId], dry: bool) -> String {
    let it = looked.receipt();
    let what = format!("the receipt for report {}", it.number);
    match looked {
        Looked::Refused(..) => String::new(),
        Looked::Damaged(_) => {
            let is = if dry { "would be" } else { "is" };
            format!("{what} {is} whole again in the ledger: nothing else changes\n")
        }
        Looked::Fits(_) if taken.contains(&it.id()) => format!(
            "{} {what}, through {}: received on {}; {}\n",
            if dry { "would take" } else { "took" },
            it.last_day,
            it.received,
            receipt::owed(it)
        ),
        Looked::Already(_) | Looked::Fits(_) => {
            format!("{what} was taken already: nothing changes\n")
        }
    }
}

/// That a receipt is there already, or stays out because a license beside it is refused.
fn left(looked: &Looked, refused: bool) -> String {
    match looked {
        Looked::Fits(it) | Looked::Damaged(it) if refused => {
            format!("the receipt for report {} is not taken either\n", it.receipt.number)
        }
        Looked::Fits(_) | Looked::Damaged(_) | Looked::Already(_) | Looked::Refused(..) => {
            receipt_line(looked, &[], false)
        }
    }
}

fn put_receipts(json: &mut Value, receipts: &[Looked], taken: &[DocumentId]) {
    if receipts.is_empty() {
        return;
    }
    let object = |looked: &Looked| {
        let it = looked.receipt();
        let refusal = match looked {
            Looked::Refused(_, failure) => Some(failure.problem.name()),
            Looked::Already(_) | Looked::Damaged(_) | Looked::Fits(_) => None,
        };
        let mut json = receipt::object(it);
        put(&mut json, "changed", taken.contains(&it.id()));
        put(&mut json, "refused", refusal);
        json
    };
    put(json, "receipts", receipts.iter().map(object).collect::<Vec<Value>>());
}

/// The roots that were pinned, and where there were others, all that are trusted now.
fn pinned_text(pinned: &[String], trusted: &[PublicKey]) -> String {
    let line =
        |root: &String| format!("  pinned   the root {root}: compare it with the vendor's\n");
    let mut text: String = pinned.iter().map(line).collect();
    if !pinned.is_empty() && trusted.len() > pinned.len() {
        text += &format!("  trusted  now {}\n", listed_roots(trusted));
    }
    text
}

fn listed_roots(roots: &[PublicKey]) -> String {
    let roots: Vec<String> = roots.iter().map(|root| root.thumbprint().to_string()).collect();
    roots.join(", and ")
}

/// What it means to trust these roots beside others, before it is done; and that the licenses are
/// signed under trusted roots already, where they are.
pub(crate) fn further_roots(
    further: &[PublicKey],
    trusted: &[PublicKey],
    under: &[PublicKey],
) -> String {
    let all: Vec<PublicKey> = trusted.iter().chain(further).copied().collect();
    let needless = if under.is_empty() {
        String::new()
    } else {
        format!("The file needs no further root: it is signed under {}. ", listed_roots(under))
    };
    format!(
        "{needless}This instance trusts {}. With {} beside it, whoever holds either root's private \
         key can make licenses for it: compare the fingerprint with the vendor's first. Trusted \
         then: {}.",
        listed_roots(trusted),
        listed_roots(further),
        listed_roots(&all)
    )
}

/// Several answers as one; one stays as it is.
fn joined(mut answers: Vec<Answer>, installed: bool) -> Answer {
    if answers.len() == 1 {
        return answers.remove(0);
    }
    let (mut text, mut licenses, mut warnings) = (String::new(), Vec::new(), Vec::new());
    for answer in answers {
        text += &answer.text;
        licenses.push(answer.json);
        for warning in answer.warnings {
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
    }
    let json = json!({ "format": 1, "installed": installed, "licenses": licenses });
    Answer::yes(text, json).warn(warnings)
}

fn there(license: &VerifiedLicense, how: There) -> Answer {
    let (id, mut json) = (license.id(), installed_json(license, false));
    let text = match how {
        There::Installed => format!("license {id} is installed already: nothing changes\n"),
        There::Removed(day) => {
            let on = day.map(|day| format!(" on {day}")).unwrap_or_default();
            put(&mut json, "removed", day.map(|day| day.to_string()));
            format!(
                "license {id} was installed already, and removed{on}: nothing changes; `airlock \
                 license restore {id}` brings it back\n"
            )
        }
        There::Ended => format!(
            "license {id} is kept already: it has ended (last day {}) and decides nothing; nothing \
             changes\n",
            license.last_day()
        ),
    };
    put(&mut json, "installed", how == There::Installed);
    Answer::yes(text, json)
}

fn mended(license: &VerifiedLicense, dry: bool) -> Answer {
    let (id, is) = (license.id(), if dry { "would be" } else { "is" });
    let text = format!("license {id} {is} whole again in the ledger: nothing else changes\n");
    let mut json = installed_json(license, true);
    put(&mut json, "mended", true);
    Answer::yes(text, json)
}

fn covered(license: &VerifiedLicense, dry: bool) -> Answer {
    let text = format!(
        "{} license {}: it has ended (last day {}) and decides nothing; usage reports cover its \
         term\n",
        if dry { "would keep" } else { "kept" },
        license.id(),
        license.last_day()
    );
    let mut json = installed_json(license, true);
    put(&mut json, "installed", false);
    put(&mut json, "covered", true);
    Answer::yes(text, json)
}

fn installed(done: &Done, (outcome, after): (&Outcome, &[Span]), dry: bool) -> Answer {
    let Done { license, judgement, role, tenure, warnings, .. } = done;
    let (over, waits) = (over(done, outcome.today), license.from > outcome.today);
    let what = if dry { "would be installed" } else { "installed" };
    let turn = match outcome.after.unread() {
        Some(id) => unknown(id),
        None => turn(license, after, outcome.today),
    };
    // That the only instance is billed goes without saying.
    // Nor is one said of a license that decides on no day.
    let decides = after.iter().any(|span| span.license.is_some_and(|it| it.id == license.id()));
    let said = Some(*role).filter(|role| *role != Role::Billed { others: 0 } && decides);
    let role =
        said.and_then(|role| role::words(role, *tenure)).map(|role| format!("  role     {role}\n"));
    let role = role.unwrap_or_default();
    let text = format!(
        "{what}: {}\n{}{}{role}  turn     {turn}\n",
        match (waits, &over) {
            (true, None) if matches!(done.role, Role::Stranger { .. }) => {
                "it waits for its day, and the vendor will refuse this instance's reports"
            }
            (true, None) if is_behind_gap(license, after) => {
                "it waits for its day, and before it no license is in force"
            }
            (true, None) => "all is well, and it waits for its day",
            (true, Some(_)) => "it waits for its day",
            (false, _) => "activation is allowed",
        },
        summary(license, judgement),
        over.as_ref().map(|over| format!("  over     {over}\n")).unwrap_or_default(),
    );
    let mut json = installed_json(license, true);
    put(&mut json, "users_over", judgement.verdict.overage);
    let answer = Answer::yes(text, json).warn(warnings.clone());
    answer.warn(without_figure(judgement))
}

/// That users are over the seats, and what follows from that.
fn over(Done { license, judgement, role, then, .. }: &Done, today: Day) -> Option<String> {
    let over = judgement.verdict.overage.filter(|over| *over > 0)?;
    let users = counted(u64::from(over), "user");
    let is = if over == 1 { "is" } else { "are" };
    let when = match license.from {
        from if from > today => format!("; if they stay, from {from} on "),
        _ => ": ".to_owned(),
    };
    let owed = match role {
        Role::Spare => "what is owed follows from the billed instance".to_owned(),
        Role::Billed { .. } | Role::Stranger { .. } | Role::Unnamed => {
            let kept = license.seats.map(|seats| u64::from(seats.get()) + u64::from(over));
            let users = kept.map_or_else(|| "N".to_owned(), |users| users.to_string());
            format!(
                "each seat over is owed; this keeps no number: on a day of the term `airlock usage \
                 record --users {users}` does, and `airlock status` counts it then"
            )
        }
    };
    let denied = then.iter().filter(|effect| Effects::DENYING.contains(*effect));
    let denied: Vec<String> = denied.map(words::effect).collect();
    let denied = match denied.is_empty() {
        true => "nothing is refused for it".to_owned(),
        false => denied.join(", "),
    };
    Some(format!("{users} {is} over the seats{when}{owed}; {denied}"))
}

/// Whether days without a license lie between one before and this one.
fn is_behind_gap(license: &VerifiedLicense, after: &[Span]) -> bool {
    difference::between(after).any(|gap| gap.until == license.from)
}

/// When the license decides, beside the others.
fn turn(license: &VerifiedLicense, after: &[Span], today: Day) -> String {
    let own = |span: &&Span| span.license.is_some_and(|it| it.id == license.id());
    match after.iter().find(own).map(|span| span.from) {
        Some(from) if from <= today => "it decides from today on".to_owned(),
        Some(from) => {
            let days = counted(from.since(today), "day");
            format!("it takes over by itself on {from}, in {days}; nothing is left to do for that")
        }
        None => "it decides on no day to come: others that were issued later do".to_owned(),
    }
}

fn installed_json(license: &VerifiedLicense, changed: bool) -> Value {
    json!({
        "format": 1,
        "installed": true,
        "changed": changed,
        "license": license.id().to_string(),
        "from": license.from.to_string(),
        "until": license.until.to_string(),
        "pinned_roots": [],
    })
}
