//! The mail to send: what was found, what the customer does now, and what we ask.

use license_core::document::{Kind, License};
use license_core::verify::Unverified;
use license_core::{Code, Stage};

use super::content::{Carrier, Content, Document, ReportOf, Signer};
use super::diagnosis::{Before, Diagnosis};
use super::fate;
use super::report::spans;
use crate::carry::checked_file::Assurance;
use crate::plural::counted;
use crate::problem::{DELETE, Entry, Failure, Group, Problem};

/// The mail. Nothing in it needs a network on the instance's side.
pub(crate) fn mail(found: &Diagnosis) -> String {
    let mut parts = vec!["Hello,".to_owned()];
    match found.faults.first() {
        Some(fault) => parts.extend(faulty(fault, found)),
        None if found.contents.is_empty() => parts.extend(messages(found)),
        None => parts.extend(thanks_for_all(&found.contents)),
    }
    parts.extend(found.before.iter().filter_map(Before::answer));
    parts.push("Kind regards".to_owned());
    parts.join("\n\n") + "\n"
}

/// What is wrong, what to do, what we ask.
fn faulty(fault: &Failure, found: &Diagnosis) -> Vec<String> {
    if fault.problem == Problem::UnknownCode {
        let mut parts = messages(found);
        parts.push(format!("About the message: we {}.", fault.message));
        parts.push("Please tell us what `airlock --version` prints there.".to_owned());
        return parts;
    }
    if is_about_fate(fault) {
        return fates(found);
    }
    let mut parts = vec![
        format!("Thank you for your file. We could not use it: {}.", sentence(&fault.message)),
        remedy(fault, found),
    ];
    if !found.is_to_resend() && fault.problem != Problem::KeyPrivate {
        parts.extend(found.questions().first().map(|question| asked(question)));
    }
    parts
}

/// A message of ours as part of a sentence.
fn sentence(message: &str) -> String {
    message.strip_prefix("found ").map_or(message.to_owned(), |what| format!("we found {what}"))
}

fn asked(question: &str) -> String {
    format!("If that does not help, please tell us: {question}")
}

/// What the customer does about it. The hints of a failure are for the desk.
fn remedy(fault: &Failure, found: &Diagnosis) -> String {
    if let Some(hint) = fault.hint.as_deref().filter(|hint| hint.starts_with(DELETE)) {
        return format!("What to do: {hint}.");
    }
    if found.is_to_resend() {
        return "We make or send that file again. Please use the new one, and delete the one that \
                you have; there is nothing else that you need to do."
            .to_owned();
    }
    if found.carrier == Carrier::Picture && fault.problem != Problem::KeyPrivate {
        return picture();
    }
    if spoils_exports(fault.problem) {
        return export();
    }
    let fixed: [(Problem, fn() -> String); 5] = [
        (Problem::KeyPrivate, lost_key),
        (Problem::Core(Code::OtherKey), other_key),
        (Problem::Core(Code::UnknownKey), stranger),
        (Problem::Core(Code::TooNew), newer),
        (Problem::Core(Code::Empty), empty),
    ];
    if let Some((_, words)) = fixed.iter().find(|(problem, _)| *problem == fault.problem) {
        return words();
    }
    if is_damage(fault) {
        return damaged();
    }
    if fault.problem == Problem::Core(Code::NotAirlock) {
        return foreign();
    }
    if made_wrong(fault) {
        return "Please make it again on your instance (`airlock request new --out NEW`, or \
                `airlock usage report --out NEW`), and attach that file."
            .to_owned();
    }
    let advice = fault.hint.as_deref().unwrap_or(fault.problem.entry().advice);
    format!("What to do: {}.", in_our_voice(advice))
}

/// What is said of the vendor, as the vendor says it.
fn in_our_voice(text: &str) -> String {
    let phrases = [
        ("ask the vendor", "ask us"),
        ("asks the vendor", "asks us"),
        ("tell the vendor", "tell us"),
        ("to the vendor", "to us"),
        ("reach the vendor", "reach us"),
        ("if the vendor has", "if we have"),
        ("the vendor answers", "we answer"),
        ("the vendor sends", "we send"),
        ("the vendor or ", "we or "),
        ("the vendor's", "our"),
    ];
    phrases.iter().fold(text.to_owned(), |text, (theirs, ours)| text.replace(theirs, ours))
}

/// Whether an export is refused for what a program did to it on its way.
fn spoils_exports(problem: Problem) -> bool {
    [
        Problem::ExportCount,
        Problem::ExportCut,
        Problem::ExportHeader,
        Problem::ExportRow,
        Problem::ExportSpreadsheet,
        Problem::ExportText,
        Problem::ExportTime,
    ]
    .contains(&problem)
}

fn export() -> String {
    "Please download it again in GitLab (Admin > Subscription > Export license usage file), and \
     attach that file as it is. Do not open it in a spreadsheet or another program before: that \
     rewrites its dates. A list that you write yourself has one row for each day: \
     `YYYY-MM-DD,count`."
        .to_owned()
}

fn damaged() -> String {
    "The file was changed on its way. Please send it again, from the machine on which it was made: \
     attach the file itself, and do not open it in another program or paste its content into the \
     mail. If your mail changes attachments, `airlock text FILE --out NEW` on that machine writes \
     the file as text, and `airlock sheet FILE --pdf --out NEW` as a page to print and scan."
        .to_owned()
}

fn picture() -> String {
    "Please photograph each code straight from above, close enough to fill half of the picture, in \
     even light without glare, and send all pictures in one mail. If a file may leave, attach the \
     file that airlock wrote: that is surer."
        .to_owned()
}

fn other_key() -> String {
    "The report was made in another instance folder than those that your license names. If it is \
     of a spare or staging instance, or of a folder that was lost and made anew, send us the \
     request that `airlock request new --out NEW` makes there, and say which it is: we then make a \
     license that names it. Else make the report with the folder of your licensed instance: \
     `airlock usage report --instance DIR --out NEW`."
        .to_owned()
}

fn stranger() -> String {
    "No key of ours that we checked it with has signed it. Please do not install it, and tell us \
     from whom you have it."
        .to_owned()
}

fn empty() -> String {
    "Please send it again: attach the file itself, or paste the whole message.".to_owned()
}

fn newer() -> String {
    "It was made by a newer version of airlock than the one that we looked at it with. We look at \
     it again; there is nothing that you need to do."
        .to_owned()
}

fn foreign() -> String {
    "Please attach the file that airlock wrote on your instance (`airlock request new`, or \
     `airlock usage report`), as it is. If only paper can leave, set the scanner to JPEG or PNG, \
     one picture for each page, and attach those."
        .to_owned()
}

fn lost_key() -> String {
    "What you sent holds a private key. Nobody may have it but the machine that it was made on, so \
     please treat it as lost: delete the mail and the file wherever they lie. If it is an \
     instance's key, make a new instance folder with `airlock instance init DIR`, and send us the \
     request that `airlock request new` makes there."
        .to_owned()
}

/// Whether the fault is of a kind that only a damaged file has.
fn is_damage(fault: &Failure) -> bool {
    if let Problem::Core(Code::NotAirlock | Code::WrongKind | Code::Empty) = fault.problem {
        return false;
    }
    match fault.problem.entry().group {
        Group::File(stage) => match stage {
            Stage::Text
            | Stage::Size
            | Stage::Envelope
            | Stage::Header
            | Stage::File
            | Stage::Signature => true,
            Stage::Key
            | Stage::Payload
            | Stage::Kind
            | Stage::Limits
            | Stage::Instance
            | Stage::Rules => false,
        },
        Group::Command
        | Group::Guard
        | Group::Beside
        | Group::Reconcile
        | Group::Forecast
        | Group::Verdict => false,
    }
}

/// Whether who made the file made it wrong.
fn made_wrong(fault: &Failure) -> bool {
    let group = fault.problem.entry().group;
    let stages = [Stage::Payload, Stage::Kind, Stage::Limits];
    stages.iter().any(|stage| group == Group::File(*stage))
        && fault.problem != Problem::Core(Code::TooNew)
}

impl Diagnosis {
    /// Whether it is a file of the vendor's that the customer has in a form that is of no use: the
    /// vendor makes or sends it again.
    pub(crate) fn is_to_resend(&self) -> bool {
        let Some(fault) = self.faults.first() else { return false };
        let is_bare = self.contents.iter().any(|content| match content {
            Content::Document(document) => document.lacks_issuer,
            Content::Damaged(_)
            | Content::Export(_)
            | Content::BrokenExport
            | Content::PublicKey(_)
            | Content::PrivateKey
            | Content::Ledger => false,
        });
        let useless = made_wrong(fault) || is_damage(fault) && self.carrier != Carrier::Picture;
        is_bare || useless && self.contents.iter().any(vendors)
    }
}

/// Whether the vendor makes files of this kind.
fn vendors(content: &Content) -> bool {
    match content {
        Content::Document(document) => match document.kind {
            Kind::License | Kind::Issuer | Kind::Receipt | Kind::Approval | Kind::Revocation => {
                true
            }
            Kind::Request | Kind::Usage | Kind::Other(_) => false,
        },
        Content::Damaged(word) => word != "request" && word != "usage",
        Content::Export(_)
        | Content::BrokenExport
        | Content::PublicKey(_)
        | Content::PrivateKey
        | Content::Ledger => false,
    }
}

/// Whether it is wrong by what became of it, and by nothing in it.
fn is_about_fate(fault: &Failure) -> bool {
    [Problem::DeskRevoked, Problem::DeskPassedOn, Problem::LicenseReplaced, Problem::LicenseEnded]
        .contains(&fault.problem)
}

/// What became of each license, each sentence once.
fn fates(found: &Diagnosis) -> Vec<String> {
    let documents = found.contents.iter().filter_map(Content::document);
    let told = documents.filter_map(|it| Some(fate::told(it.fate.as_ref()?, &of(it))));
    told.fold(Vec::new(), |mut all, told| {
        if !all.contains(&told) {
            all.push(told);
        }
        all
    })
}

/// Whose it is, as part of a sentence.
fn of(document: &Document) -> String {
    document.owner.as_ref().map(|owner| format!(" of {owner}")).unwrap_or_default()
}

/// What we say of files that are well; several licenses are told together.
fn thanks_for_all(contents: &[Content]) -> Vec<String> {
    let licenses: Vec<&Document> =
        contents.iter().filter_map(Content::document).filter(|it| is_license(it)).collect();
    if licenses.len() < 2 {
        return contents.iter().map(thanks).collect();
    }
    let others = contents.iter().filter(|content| !content.document().is_some_and(is_license));
    std::iter::once(thanks_for_several(&licenses)).chain(others.map(thanks)).collect()
}

fn is_license(document: &Document) -> bool {
    document.kind == Kind::License && document.assurance == Some(Assurance::Verified)
}

/// What we say of the licenses of several years, which are installed together.
fn thanks_for_several(licenses: &[&Document]) -> String {
    let each = licenses.iter().map(|document| {
        let owner = of(document);
        let gone = document.fate.as_ref().map(fate::briefly).unwrap_or_default();
        format!("{}{owner}{}{gone}", seats(document), days(document))
    });
    format!(
        "The file that you sent holds {}, and we found nothing wrong with it: {}. \
         `airlock license install FILE --users N` on your instance installs them together, and \
         each takes over on its first day. N is the number of billable users that GitLab shows.",
        counted(licenses.len(), "license"),
        each.collect::<Vec<_>>().join("; ")
    )
}

fn terms(document: &Document) -> Option<&License> {
    match &document.inspected.as_ref()?.claims {
        Unverified::License(license) => Some(license),
        Unverified::Request(_)
        | Unverified::Usage(_)
        | Unverified::Issuer(_)
        | Unverified::Receipt(_)
        | Unverified::Other => None,
    }
}

fn seats(document: &Document) -> String {
    let seats = terms(document).and_then(|license| license.seats);
    seats.map_or("any number of seats".to_owned(), |seats| counted(seats.get(), "seat"))
}

/// The days for which a license is good, as part of a sentence.
fn days(document: &Document) -> String {
    let days = terms(document).map(|license| {
        let last = license.until.minus(1).unwrap_or(license.until);
        format!(" for {} to {last}", license.from)
    });
    days.unwrap_or_default()
}

/// What we say of a file that is well.
fn thanks(content: &Content) -> String {
    match content {
        Content::Document(document) => thanks_for(document),
        Content::Export(_) => "We have received your usage export. A signed report proves more, \
                               and nobody can change it on its way: `airlock usage import FILE`, \
                               then `airlock usage report --out NEW` on your instance make one."
            .to_owned(),
        Content::PublicKey(thumbprint) => format!(
            "We have received your public key. Its fingerprint is {thumbprint}; please compare it \
             with the one that `airlock key show FILE` prints on your side."
        ),
        Content::Damaged(_) | Content::BrokenExport | Content::PrivateKey | Content::Ledger => {
            "We have received your file.".to_owned()
        }
    }
}

fn thanks_for(document: &Document) -> String {
    let of = of(document);
    match document.kind {
        Kind::Request => format!(
            "We have received the request for a license{of}. It is whole. The license follows."
        ),
        Kind::Usage => document.report.as_ref().map_or_else(received, thanks_for_report),
        Kind::License if document.assurance == Some(Assurance::Verified) => format!(
            "The file that you sent is a license{of}{}, and we found nothing wrong with it. \
             `airlock check FILE --activate --users N` on your instance says what it allows there, \
             and `airlock license install FILE --users N` installs it. N is the number of billable \
             users that GitLab shows.",
            days(document)
        ),
        Kind::License => format!(
            "The file that you sent says that it is a license{of}. We have not checked its \
             signature yet; your instance does so before it installs it: \
             `airlock license install FILE --users N`, where N is the number of billable users \
             that GitLab shows."
        ),
        Kind::Issuer => "The file that you sent certifies one of our keys, and is no license. \
                         The license that we sent you holds it already."
            .to_owned(),
        Kind::Receipt => "The file that you sent says that it is a receipt for one of your usage \
                          reports. `airlock license install FILE` on your instance checks it and \
                          keeps it."
            .to_owned(),
        Kind::Approval | Kind::Revocation | Kind::Other(_) => {
            format!("We have received your file of the kind {}.", document.kind)
        }
    }
}

fn received() -> String {
    "We have received your usage report.".to_owned()
}

/// What we say of a report: its days, and what we still need.
fn thanks_for_report(report: &ReportOf) -> String {
    let days = counted(report.days, "day");
    let mut parts = vec![format!(
        "We have received your usage report of {} to {}: {days} with a figure.",
        report.first, report.last
    )];
    if let Some((users, day)) = report.peak {
        parts.push(format!("The most is {} on {day}.", counted(users, "user")));
    }
    if report.signer == Signer::Unchecked {
        parts.push("We have not checked yet whose key signed it.".to_owned());
    }
    if !report.missing.is_empty() {
        parts.push(format!(
            "We still need the days {}. If the instance has figures of them: `airlock usage import \
             license_usage.csv`, then `airlock usage report --out NEW`, and send us that report. \
             If it has none, tell us why: was it switched off?",
            spans(&report.missing)
        ));
    }
    let is_known = report.signer != Signer::Unchecked;
    if let Some(owed) = &report.owed {
        parts.push(format!(
            "That is {} more than the {} of your license. You hear from us about them; there is \
             nothing that you need to change on your instance.",
            counted(owed.seats, "user"),
            counted(owed.bought, "seat")
        ));
    } else if report.missing.is_empty() && is_known {
        parts.push("Nothing is missing, and there is nothing that you need to do.".to_owned());
    }
    parts.join(" ")
}

/// What the messages mean that the customer pasted.
fn messages(found: &Diagnosis) -> Vec<String> {
    let codes = found.codes.iter().filter(|entry| !is_told_by_another(entry, &found.codes));
    codes.flat_map(|entry| message(entry, found)).collect()
}

fn message(entry: &Entry, found: &Diagnosis) -> Vec<String> {
    let said = found.said.iter().find(|said| said.code == entry.name);
    let words = said.map(|said| format!(" {}", said.words)).unwrap_or_default();
    let mut parts = vec![
        format!("The message with the code {} means: {}{words}", entry.name, entry.meaning),
        format!("What to do: {}.", in_our_voice(advice(entry))),
    ];
    let question = found.question(entry).map(in_our_voice);
    parts.extend(question.map(|question| match said {
        Some(_) => format!("Please tell us: {question}"),
        None => asked(&question),
    }));
    parts
}

/// What the customer does about a message.
fn advice(entry: &Entry) -> &'static str {
    if entry.name == Problem::Core(Code::OtherInstance).name() {
        return "install the license on the instance that it is for; if another instance is to \
                have it, send us the request that `airlock request new --out NEW` makes there, \
                and we make a license for that one";
    }
    if entry.name == "peak_over_seats" {
        return "a true-up for that period, or more seats, settle it; tell us which it shall be";
    }
    entry.advice
}

/// Whether a message only warns of what another one refuses.
fn is_told_by_another(entry: &Entry, codes: &[Entry]) -> bool {
    let refusals: &[&str] = match entry.name {
        "few_seats_left" => &["users_over_seats", "peak_over_seats", "no_seat_left"],
        "ends_soon" | "ends_soon_for_users" => &["ended", "features_ended"],
        _ => &[],
    };
    codes.iter().any(|other| refusals.contains(&other.name))
}
