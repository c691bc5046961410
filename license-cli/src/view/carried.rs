//! An instance's folder that was backed up, restored or moved.

use std::path::Path;

use license_core::Day;
use license_core::day::{rfc3339, unix_text};
use license_core::key::sha256;
use serde_json::{Value, json};

use crate::files::{quoted, shown};
use crate::instance::carried::{Contents, Restored};
use crate::instance::ledger::{Condition, Purpose};
use crate::plural::counted;
use crate::problem::Failure;
use crate::view::answer::{Answer, put};

const SECRET: &str = "It holds the instance's private key: keep it as secret as the folder itself.";

/// That all of a folder was written into a file.
pub(crate) fn backup((path, file): (&Path, &[u8]), contents: &Contents) -> Answer {
    let text = format!(
        "{}{}{SECRET}\n`airlock instance restore {} --instance NEW` makes the folder NEW of it, in \
         an empty place.\n",
        wrote(path, file),
        lines(contents),
        quoted(path)
    );
    Answer::yes(text, written_json((path, file), contents)).wrote(&[path])
}

fn wrote(path: &Path, file: &[u8]) -> String {
    format!("wrote {}: {}\n", shown(path), counted(file.len(), "byte"))
}

fn written_json((path, file): (&Path, &[u8]), contents: &Contents) -> Value {
    let mut json = contents_json(contents);
    put(&mut json, "path", path.to_string_lossy());
    put(&mut json, "bytes", file.len());
    put(&mut json, "sha256", hex::encode(sha256(file)));
    json
}

fn lines(contents: &Contents) -> String {
    let Contents { instance, key, licenses, days, last_figure, last_report, .. } = contents;
    let last = last_figure.map(|day| format!(", the last on {day}")).unwrap_or_default();
    let report = match last_report {
        Some((number, day)) => format!("{number} through {day}"),
        None => "none yet".to_owned(),
    };
    format!(
        "  instance        {instance}\n  instance's key  {}\n  licenses        {licenses} \
         installed\n  figures         on {}{last}\n  last report     {report}\n",
        key.thumbprint(),
        counted(*days, "day")
    )
}

fn contents_json(contents: &Contents) -> Value {
    let (state, since) = match contents.condition {
        Condition::InUse => ("in_use", None),
        Condition::GoesBack(to) => ("goes_back", to),
        Condition::Retired(since) => ("retired", since),
    };
    json!({
        "format": 1,
        "instance": contents.instance.to_string(),
        "key": hex::encode(contents.key.thumbprint().0),
        "licenses": contents.licenses,
        "days": contents.days,
        "last_figure": contents.last_figure.map(|day| day.to_string()),
        "last_report": contents.last_report.map(|(number, _)| number),
        "last_report_day": contents.last_report.map(|(_, day)| day.to_string()),
        "next_number": contents.next_number(),
        "state": state,
        "since": since.map(rfc3339),
    })
}

/// That a folder was made of a file, and how it goes on.
pub(crate) fn restored((file, dir): (&Path, &Path), restored: &Restored) -> Answer {
    let Restored { contents, purpose, made, .. } = restored;
    let of = match purpose {
        Purpose::Backup => "a backup of",
        Purpose::Move | Purpose::MoveAgain => "moved on",
    };
    let text = format!(
        "made {} of {}, {of} {}\n{}{}",
        shown(dir),
        shown(file),
        unix_text(*made),
        lines(contents),
        how_on(contents, *purpose)
    );
    let mut json = contents_json(contents);
    put(&mut json, "dir", dir.to_string_lossy());
    put(
        &mut json,
        "purpose",
        match purpose {
            Purpose::Backup => "backup",
            Purpose::Move => "move",
            Purpose::MoveAgain => "move_again",
        },
    );
    put(&mut json, "made", rfc3339(*made));
    Answer::yes(text, json).done(format!("{} is made", shown(dir)))
}

fn how_on(contents: &Contents, purpose: Purpose) -> String {
    let next = contents.next_number();
    match contents.condition {
        Condition::InUse => format!(
            "It goes on with report {next}. Restore this file nowhere else: two folders would give \
             one number twice.\n"
        ),
        Condition::GoesBack(_) => format!(
            "{}Before a report is made here, it must be known which one left last. Ask the vendor \
             for it:\n  `airlock instance recover --after REPORT` goes on behind it\n  `airlock \
             instance recover --none-since` goes on with report {next}, if none has left \
             since\nThen install again the licenses that came later, and read the usage in.\n",
            twin(purpose)
        ),
        Condition::Retired(_) => "The folder was retired before this backup was made: nothing is \
                                  changed in it. Restore the file of the move.\n"
            .to_owned(),
    }
}

/// That another folder may go on with the same id and key.
fn twin(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Backup => "",
        Purpose::Move | Purpose::MoveAgain => {
            "Another folder may have been made of a file of this move: where one goes on, remove \
             this one.\n"
        }
    }
}

/// What is asked before a folder is moved.
pub(crate) fn moving(contents: &Contents, again: bool) -> String {
    let Contents { instance, .. } = contents;
    if again {
        return format!(
            "The folder of instance {instance} is retired; its file is written again. Two folders \
             that are restored of it would give one number twice: one that is made of this file \
             asks first which report left last."
        );
    }
    format!(
        "The folder of instance {instance} makes its last report and is retired: nothing is \
         changed in it any more. It goes on where the file is restored."
    )
}

/// That the report which was named is not written, as the folder is retired.
pub(crate) fn no_report(path: &Path, last: Option<(u32, Day)>) -> String {
    let last = last.map_or_else(
        || "no report was ever made here".to_owned(),
        |(number, day)| format!("its last report is {number}, through {day}"),
    );
    format!(
        "{} is not written: the folder is retired, and {last}; the next one is made where the file \
         of the move is restored",
        shown(path)
    )
}

/// That a folder was retired, and written into a file, for the first time or again; its last
/// report, or why there is none.
pub(crate) fn moved(
    (path, file, purpose): (&Path, &[u8], Purpose),
    contents: &Contents,
    last: Option<Answer>,
    none: Option<&Failure>,
) -> Answer {
    let mut json = written_json((path, file), contents);
    let (before, warnings) = match last {
        Some(last) => {
            put(&mut json, "report", last.json.get("path").cloned());
            (last.text, last.warnings)
        }
        None => {
            put(&mut json, "report", Value::Null);
            (String::new(), Vec::new())
        }
    };
    let none = none.map(|why| format!("no last report was made: {}", why.message));
    let text = format!(
        "{before}{}{}The folder is retired. {SECRET}\n`airlock instance restore {} --instance NEW` \
         makes the folder NEW of it, which {}.\n",
        wrote(path, file),
        lines(contents),
        quoted(path),
        match purpose {
            Purpose::Backup | Purpose::MoveAgain => {
                "asks first which report left last, and says how to go on".to_owned()
            }
            Purpose::Move => format!("goes on with report {}", contents.next_number()),
        }
    );
    Answer::yes(text, json).wrote(&[path]).warn(warnings).warn(none)
}
