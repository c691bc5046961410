//! What to do next, as a command; and what is due, in words.

use license_core::Day;

use crate::instance::chain::Span;
use crate::instance::due::{Due, Why};
use crate::instance::licenses::Removed;
use crate::instance::outlook::is_recent;
use crate::instance::role::Role;
use crate::instance::status::Status;
use crate::plural::counted;
use crate::problem::{Failure, Problem};
use crate::view::due::without_receipt;

/// What to do next: each thing on a line of its own, as a command where it is one.
pub(super) fn next(status: &Status) -> Vec<String> {
    let waits = status.due.is_some_and(|due| matches!(due.why, Why::Waits(_)));
    let mut next = Vec::new();
    if status.is_retired() {
        return vec!["work in the folder that was restored from the file of the move".to_owned()];
    }
    if status.condition.doubt().is_some() {
        next.push("`airlock instance recover --after REPORT`, the vendor's last one".to_owned());
        next.push("if none has left since, `airlock instance recover --none-since`".to_owned());
    }
    if let Some(doubt) = &status.clock_behind {
        next.push("`date -u` shows this machine's clock: set it, if it is wrong".to_owned());
        let when = std::iter::once("if it is right: ").chain(std::iter::repeat("then "));
        let waiting = "`airlock usage report` writes the report that waits".to_owned();
        let steps = std::iter::once(waiting).filter(|_| waits).chain(doubt.steps());
        next.extend(when.zip(steps).map(|(when, step)| format!("{when}{step}")));
    }
    if status.undecided {
        next.push("`airlock license install FILE` mends a license that does not verify".to_owned());
    } else {
        next.extend(status.removed.iter().map(removed));
    }
    if !status.undecided && status.license.is_none() {
        next.push(format!("{} asks for a license", ask(status, "")));
        next.push("`airlock license install FILE` installs what comes".to_owned());
    }
    if let Some(failure) = &status.key_fails {
        next.extend(key(failure));
    }
    let told = status.clock_behind.is_some_and(|doubt| doubt.imports());
    if status.wants_figures() && !waits && !told {
        next.push("`airlock usage import FILE`".to_owned());
    } else if status.ask && status.has_gaps() && !waits && !told {
        // The next license follows from the figures; but GitLab may never have counted then.
        next.push("`airlock usage import FILE`, if GitLab has the missing days".to_owned());
    }
    if status.is_last_day() {
        next.push("late today: `airlock usage import FILE`".to_owned());
    }
    let stranger = stranger(status);
    let reports = status.clock_behind.is_some_and(|doubt| doubt.imports());
    if status.is_due() && status.key_fails.is_none() && stranger.is_none() && !reports {
        next.push("`airlock usage report`".to_owned());
    }
    next.extend(status.due.filter(|_| status.is_due()).and_then(lost));
    next.extend(stranger.or_else(|| renewal(status)));
    next.extend(status.gap.map(|gap| without_license(status, gap)));
    if next.is_empty() {
        let until = status.next_duty().map(|day| format!(" until {day}")).unwrap_or_default();
        next.push(format!("nothing{until}"));
    }
    next
}

/// How a removed license comes back.
fn removed(removed: &Removed) -> String {
    let id = removed.license;
    match removed.was_in_force {
        true => format!("`airlock license restore {id}` brings back the one that was removed"),
        false => {
            format!(
                "`airlock license export {id} --out FILE` writes the one that was removed, to be \
                 installed"
            )
        }
    }
}

/// What helps where the last report was lost on its way, which may be why no receipt has come.
fn lost(due: Due) -> Option<String> {
    let number = due.why.without_receipt()?;
    Some(format!("or, if report {number} was lost: `airlock usage report --again {number}`"))
}

/// The command that asks for a license, with all that the instance does not know by itself.
fn ask(status: &Status, seats: &str) -> String {
    let licensee = match &status.license {
        Some(_) => "",
        None => " --company NAME --name NAME --email ADDRESS --plan PLAN --seats N",
    };
    // The ledger says the users now where its last figure is recent.
    let recent = status.last_figure.is_some_and(|day| is_recent(day, status.today));
    let users = if recent { "" } else { " --users N" };
    format!("`airlock request new{licensee}{seats}{users}`")
}

/// The way out where the folder's key cannot be used.
fn key(failure: &Failure) -> Vec<String> {
    if failure.problem != Problem::InstanceKeyMissing {
        return failure.hint.iter().cloned().collect();
    }
    let lines = [
        "`airlock instance restore BACKUP --instance NEW` brings the key back",
        "without one: `airlock instance init NEW --id UUID --trust root.pub`",
    ];
    lines.map(str::to_owned).to_vec()
}

/// How to ask for a license that names this instance, where the one in force names others.
fn stranger(status: &Status) -> Option<String> {
    let license = status.license.as_ref()?;
    match license.role {
        Role::Stranger { .. } => {
            Some(format!("{} asks for a license that names this instance", ask(status, "")))
        }
        Role::Billed { .. } | Role::Spare | Role::Unnamed => None,
    }
}

/// How to ask for a license for days between two.
fn without_license(status: &Status, gap: Span) -> String {
    let (from, last) = (gap.from, gap.last());
    let asks = ask(status, &seats(status));
    format!("no license is in force from {from} to {last}: {asks} asks for one")
}

/// How to ask for the license that follows, where it is time.
fn renewal(status: &Status) -> Option<String> {
    status.license.as_ref().filter(|_| status.ask)?;
    Some(format!("{} asks to renew", ask(status, &seats(status))))
}

/// The option with the fewest seats that the next license may have, where those of this one are
/// too few.
fn seats(status: &Status) -> String {
    let outlook = status.license.as_ref().map(|it| &it.outlook);
    let too_few = outlook.filter(|it| it.refuses(it.seats));
    let smallest = too_few.and_then(|it| it.renewal).map(|it| it.seats);
    smallest.map(|seats| format!(" --seats {seats}")).unwrap_or_default()
}

/// The next duty.
pub(super) fn duty(due: Due, today: Day) -> String {
    let Due { on, why, unreceipted } = due;
    let when = if on <= today { format!("due since {on}") } else { format!("due on {on}") };
    let reason = match why {
        Why::Waits(number) => {
            format!("report {number} is made and kept, and waits to be written")
        }
        Why::Days(days) => {
            format!("a usage report is {when}, {} after the one before", counted(days, "day"))
        }
        Why::First(days) => {
            format!("a usage report is {when}, {} after the first day", counted(days, "day"))
        }
        Why::Begun(days, first) => {
            let days = counted(days, "day");
            format!("a usage report is {when}, {days} after {first}, when this spare began")
        }
        Why::Came(days, first) => {
            let days = counted(days, "day");
            format!(
                "a usage report is {when}, {days} after {first}, when this instance became the \
                 billed one"
            )
        }
        Why::TermOver(last) => {
            format!("a usage report is {when}, when {last}, the term's last day, is over")
        }
        Why::NoReceipt(number) => format!(
            "a usage report is {when}, as no receipt has come for report {number}: ask the vendor \
             whether it came"
        ),
    };
    reason + &unreceipted.map(without_receipt).unwrap_or_default()
}
