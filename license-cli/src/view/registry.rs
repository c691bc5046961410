//! What was found in the registry, or done with it.

use std::path::Path;

use serde_json::{Value, json};

use crate::files::shown;
use crate::plural::counted;
use crate::problem::{Exit, Failure};
use crate::registry::{Broken, Chain, Finding, Loose, Verification};
use crate::view::answer::Answer;

/// The answer of verifying: a no where anything is not as it was written.
pub(crate) fn verified(found: &Verification, signatures: bool, sealed: Option<&str>) -> Answer {
    let Verification { chains, events, documents, .. } = found;
    let mut text = format!(
        "{}, {}, {}\n",
        counted(*chains, "chain"),
        counted(*events, "event"),
        counted(*documents, "document")
    );
    text += match signatures {
        true => "signatures: checked\n",
        false => "signatures: not checked; give the roots with --trust\n",
    };
    text += &match sealed {
        Some(made) => format!("seal: of {made}\n"),
        None => "seal: none; what was cut off with its end, or written anew, is not seen\n".into(),
    };
    for finding in &found.findings {
        text += &format!("- {}\n", sentence(finding));
    }
    let more = found.found - found.findings.len() as u64;
    if more > 0 {
        text += &format!("- and {more} more\n");
    }
    let whole = found.found == 0;
    text += match whole {
        true => NOT_COMPARED,
        false if found.findings.iter().all(is_made) => MAKE_ANEW,
        false => GO_ON,
    };
    text += match (whole, signatures && sealed.is_some()) {
        (false, _) => "NOT WHOLE\n",
        (true, true) => "whole: nothing was changed of what was compared\n",
        (true, false) => "no change was seen by what was checked\n",
    };
    let json = json!({
        "format": 1,
        "whole": whole,
        "chains": chains,
        "events": events,
        "documents": documents,
        "signatures": signatures,
        "seal": sealed,
        "found": found.found,
        "findings": found.findings.iter().map(of).collect::<Vec<_>>(),
    });
    Answer::yes(text, json).with_exit(if whole { Exit::Yes } else { Exit::Refused })
}

/// What verifying does not look at.
const NOT_COMPARED: &str = "not compared: whether the file of a license was written; contacts and \
    instances\nof customers whom an older version entered\n";

/// What to do where only what is made from other rows was changed.
const MAKE_ANEW: &str = "what is searched, and what customers are called, is made anew from the \
    rows by\n`airlock desk registry export --out ARCHIVE`, then\n\
    `airlock desk registry import ARCHIVE --registry NEW`\n";

/// Whether it is about what is made from other rows.
fn is_made(finding: &Finding) -> bool {
    matches!(
        finding,
        Finding::Loose(Loose::Searched(_) | Loose::CalledOtherwise(..) | Loose::NotCalled(..))
    )
}

/// What to do where something was changed.
const GO_ON: &str = "copy the registry as it is, then go on from the last archive that was whole:\n\
    `airlock desk registry import ARCHIVE --registry NEW`\n";

fn sentence(finding: &Finding) -> String {
    match finding {
        Finding::Chain(chain, broken) => format!("{chain}: {}", broken_words(broken)),
        Finding::NoEnd(chain) => format!("{chain}: where it ends was removed"),
        Finding::Sealed(chain, broken) => {
            format!("{chain}: {}; the seal has it", broken_words(broken))
        }
        Finding::Bytes(chain, sha256) => {
            format!("{chain}: document {sha256}: its bytes were changed")
        }
        Finding::Row(chain, sha256, column) => {
            format!("{chain}: document {sha256}: {column} is not what the document says")
        }
        Finding::Document(chain, sha256, Failure { message, problem, .. }) => {
            format!("{chain}: document {sha256}: {message} [{}]", problem.name())
        }
        Finding::Loose(loose) => apart(loose),
        Finding::Shape(found) => format!("the tables: {found}"),
        Finding::Unreadable(failure) => failure.message.clone(),
    }
}

/// What has come apart, in words.
fn apart(loose: &Loose) -> String {
    match loose {
        Loose::DocumentGone(chain, number) => {
            format!("{chain}: event {number}: its document was removed")
        }
        Loose::NoEvent(chain, sha256) => {
            format!("{chain}: document {sha256}: no event tells of it")
        }
        Loose::Mark(chain, sha256, column) => {
            format!("{chain}: document {sha256}: {column} is not what the events say")
        }
        Loose::NoCustomer(chain) => format!("{chain}: the customer was removed"),
        Loose::NoSubscription(chain) => {
            format!("{chain}: the subscription was removed")
        }
        Loose::NoInstance(chain, id) => {
            format!("{chain}: instance {id}, which a document names, was removed")
        }
        Loose::End(chain, column) => {
            format!("{chain}: {column} of its end is not what its documents and events say")
        }
        Loose::State(chain) => {
            format!(
                "{chain}: whether the subscription goes on, or how and when it ended, is not what \
                 the events say"
            )
        }
        Loose::Said(chain, what) => {
            format!("{chain}: {what}: not what the events say")
        }
        Loose::Untold(chain, what) => format!("{chain}: {what}: no event tells of it"),
        Loose::Gone(chain, what) => format!("{chain}: {what}: it was removed"),
        Loose::Twice(chain, what) => format!("{chain}: {what}: it is there twice"),
        Loose::Detail(chain, number) => {
            format!("{chain}: event {number}: its detail cannot be read")
        }
        Loose::Searched(chain) => {
            format!("{chain}: what is searched of it is not what its rows say")
        }
        Loose::CalledOtherwise(chain, name) => {
            format!("{chain}: it is looked up by the name {name:?}, which is not its own")
        }
        Loose::NotCalled(chain, name) => {
            format!("{chain}: it is not looked up by its name {name:?}")
        }
    }
}

fn broken_words(broken: &Broken) -> String {
    match broken {
        Broken::Changed(number) => format!("event {number} was changed"),
        Broken::Removed(first, last) if first == last => format!("event {first} was removed"),
        Broken::Removed(first, last) => format!("events {first} to {last} were removed"),
    }
}

fn of(finding: &Finding) -> Value {
    let (kind, chain): (_, Option<&Chain>) = match finding {
        Finding::Chain(chain, _) => ("chain", Some(chain)),
        Finding::NoEnd(chain) => ("end", Some(chain)),
        Finding::Sealed(chain, _) => ("seal", Some(chain)),
        Finding::Bytes(chain, _) => ("bytes", Some(chain)),
        Finding::Row(chain, ..) => ("row", Some(chain)),
        Finding::Document(chain, ..) => ("document", Some(chain)),
        Finding::Loose(loose) => {
            let (kind, chain) = kind_of(loose);
            (kind, Some(chain))
        }
        Finding::Shape(_) => ("table", None),
        Finding::Unreadable(_) => ("unreadable", None),
    };
    json!({
        "kind": kind,
        "customer": chain.map(|chain| chain.customer.to_string()),
        "subscription": chain.map(|chain| chain.subscription.as_str()),
        "message": sentence(finding),
    })
}

/// The kind of what has come apart, and whose it is.
fn kind_of(loose: &Loose) -> (&'static str, &Chain) {
    match loose {
        Loose::DocumentGone(chain, _) => ("document_gone", chain),
        Loose::NoEvent(chain, _) | Loose::Untold(chain, _) => ("no_event", chain),
        Loose::Mark(chain, ..)
        | Loose::End(chain, _)
        | Loose::State(chain)
        | Loose::Said(chain, _)
        | Loose::Twice(chain, _) => ("row", chain),
        Loose::NoCustomer(chain)
        | Loose::NoSubscription(chain)
        | Loose::NoInstance(chain, _)
        | Loose::Gone(chain, _) => ("row_gone", chain),
        Loose::Detail(chain, _) => ("event", chain),
        Loose::Searched(chain) | Loose::CalledOtherwise(chain, _) | Loose::NotCalled(chain, _) => {
            ("made", chain)
        }
    }
}

/// The answer of a file that was written, with how much of what it holds.
pub(crate) fn written(done: &str, path: &Path, count: u64, bytes: u64, what: &str) -> Answer {
    let (count_words, size) = (counted(count, what), counted(bytes, "byte"));
    let text = format!("wrote {}: {done} {count_words}, {size}\n", shown(path));
    let json = json!({
        "format": 1,
        "path": path.to_string_lossy(),
        "count": count,
        "bytes": bytes,
    });
    Answer::yes(text, json).wrote(&[path])
}

/// The answer of a registry that was made.
pub(crate) fn made() -> Answer {
    Answer::yes("made an empty registry\n", json!({ "format": 1 })).done("the registry is made")
}

/// The answer of an archive that was read.
pub(crate) fn imported(rows: u64) -> Answer {
    Answer::yes(
        format!("imported {}\n", counted(rows, "row")),
        json!({ "format": 1, "count": rows }),
    )
    .done("the archive is imported")
}
