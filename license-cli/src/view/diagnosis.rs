//! What somebody's file is, what is wrong with it, and the answer to send.

use std::path::Path;

use license_core::Day;
use license_core::verify::Inspected;
use license_core::words;
use serde_json::{Value, json};

use crate::carry::checked_file::Assurance;
use crate::diagnose::{Content, Diagnosis, Document, ExportOf, Fate, Owed, ReportOf, answer_mail};
use crate::files;
use crate::plural::counted;
use crate::problem::{Exit, Failure};
use crate::view::answer::{Answer, printable};
use crate::view::code;
use crate::view::wrapped::{labelled, paragraphs};

/// Columns before a text.
const INDENT: usize = 9;

/// The answer that says so.
pub(crate) fn answer(path: &Path, found: &Diagnosis) -> Answer {
    let exit = if found.is_well() { Exit::Yes } else { Exit::Refused };
    Answer::yes(printable(&text(path, found)), json(path, found)).with_exit(exit)
}

fn text(path: &Path, found: &Diagnosis) -> String {
    let name = if path == Path::new("-") { "standard input".into() } else { files::shown(path) };
    let carrier = found.carrier.words();
    let head = labelled("", 0, &format!("{name}: {}, as {carrier}", what(found)));
    let contents: String = found.contents.iter().map(content).collect();
    let faults: String = found.faults.iter().map(fault).collect();
    let open: String = found.open.iter().map(|open| labelled("  open", INDENT, open)).collect();
    let notes: String = found.notes.iter().map(|note| labelled("  note", INDENT, note)).collect();
    let questions = found.questions().into_iter().map(|ask| labelled("  ask", INDENT, ask));
    let codes: String =
        found.codes.iter().map(|entry| format!("\n{}", code::text(entry))).collect();
    let mail = paragraphs(&answer_mail(found), 2);
    format!(
        "{head}{contents}{faults}{open}{notes}{}{codes}\nThe answer to send:\n\n{mail}",
        questions.collect::<String>()
    )
}

/// What it is in a few words.
fn what(found: &Diagnosis) -> String {
    if found.contents.is_empty() && !found.codes.is_empty() {
        return format!("{} of airlock", counted(found.codes.len(), "message"));
    }
    match found.contents.as_slice() {
        [] => "nothing that airlock reads".to_owned(),
        [one] => name(one),
        several => counted(several.len(), "file"),
    }
}

fn name(content: &Content) -> String {
    match content {
        Content::Document(document) => format!("{} file", document.kind),
        Content::Damaged(kind) => format!("{kind} file that is damaged"),
        Content::Export(_) => "usage export".to_owned(),
        Content::BrokenExport => "usage export that cannot be read".to_owned(),
        Content::PublicKey(_) => "public key".to_owned(),
        Content::PrivateKey => "PRIVATE KEY".to_owned(),
        Content::Ledger => "ledger of an instance".to_owned(),
    }
}

fn content(content: &Content) -> String {
    match content {
        Content::Document(document) => document_text(document),
        Content::Export(export) => export_text(export),
        Content::PublicKey(thumbprint) => format!("  fingerprint {thumbprint}\n"),
        Content::PrivateKey => {
            let words = "Nothing of it is shown, and it belongs in no mail. Where somebody sent it \
                         to you, delete it, and do not pass it on.";
            labelled("  ", 2, words)
        }
        Content::Damaged(_) | Content::BrokenExport | Content::Ledger => String::new(),
    }
}

fn document_text(document: &Document) -> String {
    let assurance = document.assurance.map_or("REFUSED: see below", Assurance::words);
    let id = document.inspected.as_ref();
    let id = id.map(|part| format!("  {} {}\n", part.kind, part.id)).unwrap_or_default();
    let report = document.report.as_ref().map(report_text).unwrap_or_default();
    labelled("  ", 2, assurance) + &id + &claims(document.inspected.as_ref()) + &report
}

fn report_text(report: &ReportOf) -> String {
    let missing = counted(report.missing.len(), "day");
    let days = format!("  days       {} with a figure, {missing} without\n", report.days);
    let most = |(users, day)| format!("  most       {} on {day}\n", counted(users, "user"));
    days + &report.peak.map(most).unwrap_or_default()
        + &labelled("  key", INDENT + 4, report.signer.words())
        + &report.owed.map(owed_text).unwrap_or_default()
}

fn owed_text(owed: Owed) -> String {
    let owed = format!(
        "{} beyond the {} of the license, by this report alone; `airlock desk receive FILE` \
         compares it with the others",
        counted(owed.seats, "user"),
        owed.bought
    );
    labelled("  owed", INDENT + 4, &owed)
}

fn claims(part: Option<&Inspected>) -> String {
    part.map(|part| words::lines(&part.claims.at_a_glance())).unwrap_or_default()
}

fn export_text(export: &ExportOf) -> String {
    let company = export.company.as_ref().map(|company| format!("  company  {company}\n"));
    let days = match (export.first, export.last) {
        (Some(first), Some(last)) => {
            format!("  days     {first} to {last}, {} with a figure\n", export.days)
        }
        (None, _) | (_, None) => "  days     none with a figure\n".to_owned(),
    };
    let most = |(users, day)| format!("  most     {} on {day}\n", counted(users, "user"));
    let peak = export.peak.map(most);
    company.unwrap_or_default() + &days + &peak.unwrap_or_default()
}

fn fault(failure: &Failure) -> String {
    let Failure { problem, message, hint, .. } = failure;
    let hint = hint.as_ref().map(|hint| labelled("  do", INDENT, hint)).unwrap_or_default();
    labelled("  wrong", INDENT, &format!("{message} [{}]", problem.name())) + &hint
}

fn json(path: &Path, found: &Diagnosis) -> Value {
    json!({
        "format": 1,
        "path": path.to_string_lossy(),
        "bytes": found.bytes,
        "carrier": found.carrier.name(),
        "carrier_words": found.carrier.words(),
        "well": found.is_well(),
        "contents": found.contents.iter().map(content_json).collect::<Vec<_>>(),
        "faults": found.faults.iter().map(fault_json).collect::<Vec<_>>(),
        "open": found.open,
        "notes": found.notes,
        "questions": found.questions(),
        "codes": found.codes.iter().map(code::json).collect::<Vec<_>>(),
        "answer": answer_mail(found),
    })
}

fn fault_json(failure: &Failure) -> Value {
    json!({
        "code": failure.problem.name(),
        "message": failure.message,
        "hint": failure.hint,
    })
}

/// A content for programs; what it has not is null.
fn content_json(content: &Content) -> Value {
    let (document, export) = match content {
        Content::Document(document) => (Some(document), None),
        Content::Export(export) => (None, Some(export)),
        Content::Damaged(_)
        | Content::BrokenExport
        | Content::PublicKey(_)
        | Content::PrivateKey
        | Content::Ledger => (None, None),
    };
    let fingerprint = match content {
        Content::PublicKey(thumbprint) => Some(hex::encode(thumbprint.0)),
        Content::Document(_)
        | Content::Export(_)
        | Content::Damaged(_)
        | Content::BrokenExport
        | Content::PrivateKey
        | Content::Ledger => None,
    };
    let part = document.and_then(|document| document.inspected.as_ref());
    let report = document.and_then(|document| document.report.as_ref());
    let period = report.map(|report| (report.first, report.last));
    let first = export.and_then(|export| export.first).or(period.map(|(first, _)| first));
    let last = export.and_then(|export| export.last).or(period.map(|(_, last)| last));
    let peak = export.and_then(|export| export.peak).or(report.and_then(|report| report.peak));
    let missing = |report: &ReportOf| report.missing.iter().map(Day::to_string).collect::<Vec<_>>();
    let owner = document.and_then(|document| document.owner.clone());
    json!({
        "what": word(content),
        "kind": document.map(|document| document.kind.to_string()),
        "id": part.map(|part| part.id.to_string()),
        "trust": document.and_then(|document| document.assurance).map(Assurance::name),
        "owner": owner.or_else(|| export.and_then(|export| export.company.clone())),
        "instances": document.map(|document| document.instances.clone()),
        "fate": document.and_then(|document| document.fate.as_ref()).map(Fate::name),
        "fingerprint": fingerprint,
        "first_day": first.map(|day| day.to_string()),
        "last_day": last.map(|day| day.to_string()),
        "days": export.map(|export| export.days).or(report.map(|report| report.days)),
        "days_missing": report.map(missing),
        "peak": peak.map(|(users, _)| users),
        "seats_owed": report.and_then(|report| report.owed).map(|owed| owed.seats),
        "signer": report.map(|report| report.signer.name()),
    })
}

fn word(content: &Content) -> &'static str {
    match content {
        Content::Document(_) => "document",
        Content::Damaged(_) => "damaged",
        Content::Export(_) => "export",
        Content::BrokenExport => "broken_export",
        Content::PublicKey(_) => "public_key",
        Content::PrivateKey => "private_key",
        Content::Ledger => "ledger",
    }
}
