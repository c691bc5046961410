//! A document that was received, in lines of at most 80 columns.

use license_core::document::Kind;
use license_core::value::Count;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::desk::receive::{
    By, Findings, Likely, Meaning, Note, Outcome, Owned, Reported, Requested, SentBack, Told,
    Unowned,
};
use crate::desk::settled;
use crate::plural::{counted, seats};
use crate::view::answer::printable;
use crate::view::desk::filed::{self, short};
use crate::view::desk::step;
use crate::view::reconciled::remarks;
use crate::view::wrapped::labelled;

/// Columns of a line.
const COLUMNS: usize = 80;
/// Columns of a label.
const LABEL: usize = 13;
/// Columns of a file's name.
const FILE: usize = 78;

/// What came of a document, in lines.
pub(crate) fn text(told: &Told) -> String {
    let mut text = format!("\n{}\n", file(&told.file));
    text += &line(kind(told), &what(told));
    if let Some(owned) = &told.owned {
        text += &line("customer", &whose(owned));
    }
    text += &outcome(&told.outcome);
    for note in &told.notes {
        text += &line("note", &note_words(note));
    }
    if let Some(findings) = &told.findings {
        text += &findings_text(findings);
    }
    if let Some(step) = &told.next {
        text += &command(&step::command(step, told.owned.as_ref()));
    }
    text
}

/// A document before it is asked whose it is.
pub(crate) fn asked(unowned: &Unowned, likely: Option<&Likely>) -> String {
    let reason = unowned.reason();
    let told = unowned.left(reason.clone());
    format!("\n{}\n", file(&told.file))
        + &line(kind(&told), &what(&told))
        + &line("mail", unowned.request.email.as_str())
        + &line("whose", &reason.message)
        + &likely.map(|likely| line("", &likely.words)).unwrap_or_default()
}

fn line(label: &str, text: &str) -> String {
    labelled(&format!("  {label}"), LABEL, &printable(text))
}

/// What comes next; a command that has no room beside the label stands in a line of its own.
fn command(next: &str) -> String {
    let next = printable(next);
    if next.starts_with("airlock ") && LABEL + next.width() > COLUMNS {
        return format!("  next\n  {next}\n");
    }
    line("next", &next)
}

/// A file's name, the end of one that is too long.
fn file(name: &str) -> String {
    let name = printable(name);
    if name.width() <= FILE {
        return name;
    }
    let mut kept: Vec<char> = Vec::new();
    let mut width = 1;
    for letter in name.chars().rev() {
        width += letter.width().unwrap_or(0);
        if width > FILE {
            break;
        }
        kept.push(letter);
    }
    kept.push('…');
    kept.iter().rev().collect()
}

fn kind(told: &Told) -> &'static str {
    match told.what {
        Some((Kind::Request, _)) => "request",
        Some((Kind::Usage, _)) => "report",
        Some((Kind::License, _)) => "license",
        Some((
            Kind::Issuer | Kind::Receipt | Kind::Approval | Kind::Revocation | Kind::Other(_),
            _,
        ))
        | None => "file",
    }
}

fn what(told: &Told) -> String {
    let id = told.what.map(|(_, id)| short(&id)).unwrap_or_default();
    match &told.meaning {
        Some(Meaning::Request(it)) => format!("{id}: {}", request(it)),
        Some(Meaning::Report(it)) => format!("{id}: {}", report(it)),
        Some(Meaning::License(it)) => format!("{id}: {}", license(it)),
        None if id.is_empty() => "not read".to_owned(),
        None => id,
    }
}

fn request(it: &Requested) -> String {
    let Requested { request, license } = it;
    let has = match license {
        Some(row) => format!("has {} until {}", seats(row.seats), filed::day(row.until)),
        None => "has no license yet".to_owned(),
    };
    format!(
        "{} asks for {}, {}; {} on {}; {has}",
        request.company,
        request.plan,
        seats(request.seats.map(Count::get)),
        counted(request.users.get(), "user"),
        filed::on(request.issued)
    )
}

fn report(it: &Reported) -> String {
    let days = it.days_with + it.days_without;
    let peak = match it.peak {
        Some((peak, day)) => format!("most users {peak} on {day}"),
        None => "no day with a figure".to_owned(),
    };
    let over = it.peak.zip(it.license.seats);
    let over = over
        .map(|((peak, _), seats)| peak.saturating_sub(seats))
        .filter(|over| *over > 0 && !it.is_spare);
    let bought = seats(it.license.seats);
    let whose = if it.is_spare { " of a spare instance" } else { "" };
    let over = over.map_or_else(
        || format!("; it has {bought}"),
        |over| format!(", {over} over; it has {bought}"),
    );
    format!(
        "number {}{whose}, under license {}; {} to {}: {} of {} with a figure; {peak}{over}",
        it.number,
        short(&it.license.id),
        it.first,
        it.last,
        it.days_with,
        counted(days, "day"),
    )
}

fn license(it: &SentBack) -> String {
    let serial = it.filed.as_ref().and_then(|(row, _)| row.serial);
    let serial = serial.map(|it| format!(", number {it}")).unwrap_or_default();
    let stands = it.filed.as_ref().map(|(_, standing)| filed::standing(*standing));
    let stands = stands.map(|it| format!("; {it}")).unwrap_or_default();
    let SentBack { company, plan, from, until, .. } = it;
    format!("{company}: {plan}, {}, {from} until {until}{serial}{stands}", seats(it.seats))
}

fn whose(owned: &Owned) -> String {
    let subscription = match owned.subscription.as_str() {
        "" => String::new(),
        id => format!(", subscription {id}"),
    };
    let by = match owned.by {
        _ if owned.is_new => " (entered now)",
        Some(By::License) => " (by its license)",
        Some(By::Instance) => " (by its instance)",
        Some(By::Key) => " (by its key)",
        Some(By::Named) => " (as you said)",
        None => "",
    };
    format!("{}{subscription}{by}", owned.name)
}

fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Filed => line("filed", "now"),
        Outcome::FiledAlready { on, by } => {
            line("filed", &format!("already received on {}, by {by}", filed::day(*on)))
        }
        Outcome::Twice { file } => {
            line("filed", &format!("already received: the same stands in {file}"))
        }
        Outcome::Ours => line("ours", "it is filed"),
        Outcome::OursElsewhere => {
            line("ours", "a key of ours signed it, and the registry does not have it")
        }
        Outcome::NotFiled(failure) => {
            let hint = failure.hint.as_deref().map(|hint| line("hint", hint)).unwrap_or_default();
            line("NOT FILED", &format!("{} [{}]", failure.message, failure.problem.name())) + &hint
        }
        Outcome::Nothing => String::new(),
    }
}

/// A note in words.
pub(super) fn note_words(note: &Note) -> String {
    match note {
        Note::OtherKey { before } => format!(
            "the instance had the key {before} before: its folder was made anew, or this is \
             another instance under the same id, such as a spare; ask by phone which"
        ),
        Note::LicenseUnknown(id) => {
            format!("it names license {id} as installed, which the registry does not have")
        }
        Note::BeforeLicense(day) => {
            format!("it was made before the license that they have, which was issued on {day}")
        }
        Note::OtherCompany(company) => {
            format!("it names the company {company}, under which the registry has nobody here")
        }
        Note::Moved { from } => format!("it was filed under {from}, where it is not open any more"),
        Note::Revoked(day) => format!("its license was revoked on {day}"),
    }
}

fn findings_text(findings: &Findings) -> String {
    let statement = &findings.statement;
    let remarks = findings.remarks.iter().map(|remark| line("note", &remarks::words(remark)));
    let remarks: String = remarks.collect();
    if findings.is_spare {
        return line("billed", "never: it is of a spare instance, and compared only") + &remarks;
    }
    let owed = statement.seats_owed().map(|owed| counted(owed, "seat"));
    let owed = match owed {
        Some(owed) => {
            let least = if findings.complete { "" } else { "at least " };
            format!("{least}{owed}, by the reports held{}", is_paid(findings))
        }
        None => "not known: no day with a figure counts".to_owned(),
    };
    line("owed", &owed) + &remarks
}

/// What has paid for what is owed: receipts of the desk's, or a later license.
fn is_paid(findings: &Findings) -> String {
    let owed = findings.statement.seats_owed().filter(|owed| *owed > 0);
    let by_receipt = findings.settled.map(|it| format!("; {}", settled::words(it)));
    let by_license = || "; a later license pays for it".to_owned();
    match (owed, by_receipt) {
        (None, _) => String::new(),
        (Some(_), Some(by_receipt)) => by_receipt,
        (Some(_), None) if findings.open.is_empty() => by_license(),
        (Some(_), None) => String::new(),
    }
}
