//! The mail to send: what was found, what the customer does now, and what we ask.

use license_core::document::Kind;
use license_core::{Code, Stage};

use super::content::{Carrier, Content, Document};
use super::diagnosis::Diagnosis;
use crate::carry::checked_file::Assurance;
use crate::problem::{Entry, Failure, Group, Problem};

/// The mail. Nothing in it needs a network on the instance's side.
pub(crate) fn mail(found: &Diagnosis) -> String {
    let mut parts = vec!["Hello,".to_owned()];
    match found.faults.first() {
        Some(fault) => parts.extend(faulty(fault, found)),
        None if found.contents.is_empty() => parts.extend(messages(&found.codes)),
        None => parts.extend(found.contents.iter().map(thanks)),
    }
    parts.push("Kind regards".to_owned());
    parts.join("\n\n") + "\n"
}

/// What is wrong, what to do, what we ask.
fn faulty(fault: &Failure, found: &Diagnosis) -> Vec<String> {
    let mut parts = vec![
        format!("Thank you for your file. We could not use it: {}.", sentence(&fault.message)),
        remedy(fault, found),
    ];
    if !is_ours(fault, found) && fault.problem != Problem::KeyPrivate {
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

/// What the customer does about it.
fn remedy(fault: &Failure, found: &Diagnosis) -> String {
    if fault.problem == Problem::KeyPrivate {
        return lost_key();
    }
    if is_ours(fault, found) {
        return "The fault is on our side. We make the file again and send it to you; there is \
                nothing that you need to do."
            .to_owned();
    }
    if is_damage(fault) {
        return "The file was changed on its way. Please send it again, from the machine on which \
                it was made: attach the file itself, and do not open it in another program or \
                paste its content into the mail. If your mail changes attachments, \
                `airlock text FILE --out NEW` on that machine writes the file as text, and \
                `airlock sheet FILE --pdf --out NEW` as a page to print and scan."
            .to_owned();
    }
    if let Carrier::Foreign(_) = found.carrier {
        return foreign();
    }
    format!("What to do: {}.", fault.hint.as_deref().unwrap_or(fault.problem.entry().advice))
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
    if let Problem::Core(Code::NotAirlock | Code::WrongKind) = fault.problem {
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

/// Whether who made the file has to make it again, and that is the vendor.
fn is_ours(fault: &Failure, found: &Diagnosis) -> bool {
    let group = fault.problem.entry().group;
    let made_wrong = [Stage::Payload, Stage::Kind, Stage::Limits]
        .iter()
        .any(|stage| group == Group::File(*stage));
    made_wrong && fault.problem != Problem::Core(Code::TooNew) && found.contents.iter().any(vendors)
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
        Content::Damaged(_)
        | Content::Export(_)
        | Content::BrokenExport
        | Content::PublicKey(_)
        | Content::PrivateKey
        | Content::Ledger => false,
    }
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
    let of = document.owner.as_ref().map(|owner| format!(" of {owner}")).unwrap_or_default();
    match document.kind {
        Kind::Request => format!(
            "We have received the request for a license{of}. It is whole. The license follows."
        ),
        Kind::Usage => "We have received your usage report. It is whole, and there is nothing \
                        that you need to do."
            .to_owned(),
        Kind::License if document.assurance == Some(Assurance::Verified) => format!(
            "The file that you sent is a license{of}, and we found nothing wrong with it. \
             `airlock check FILE --activate` on your instance says what it allows there, and \
             `airlock license install FILE` installs it."
        ),
        Kind::License => format!(
            "The file that you sent says that it is a license{of}. We have not checked its \
             signature yet; your instance does so before it installs it: \
             `airlock license install FILE`."
        ),
        Kind::Issuer => "The file that you sent certifies one of our keys, and is no license. \
                         The license that we sent you holds it already."
            .to_owned(),
        Kind::Receipt | Kind::Approval | Kind::Revocation | Kind::Other(_) => {
            format!("We have received your file of the kind {}.", document.kind)
        }
    }
}

/// What the messages mean that the customer pasted.
fn messages(codes: &[Entry]) -> Vec<String> {
    let one = |entry: &Entry| {
        [
            format!("The message with the code {} means: {}", entry.name, entry.meaning),
            format!("What to do: {}.", entry.advice),
            asked(entry.support_asks),
        ]
    };
    codes.iter().flat_map(one).collect()
}
