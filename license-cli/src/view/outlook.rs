//! What follows from the figures of a term: the seats owed so far, and the smallest renewal.

use license_core::value::Count;
use serde_json::{Value, json};

use crate::instance::before::Before;
use crate::instance::outlook::{Outlook, Renewal, ReportedPeak, Smaller, UsersOn, WasBilled};
use crate::instance::settlement::{By, Reply};
use crate::plural::counted;
use crate::view::answer::{Answer, put};
use crate::view::receipt::{self, not_settled, users_count};
use crate::view::spans::spans;
use crate::view::wrapped::labelled;

/// Columns of the labels below a request.
const LABEL: usize = 12;
/// Spans of days that are told.
const SPANS: usize = 3;

/// The seats owed so far, where that is known.
pub(crate) fn owed(outlook: &Outlook) -> Option<String> {
    if outlook.is_spare {
        let nothing = "nothing by this instance: what is owed follows from the billed one";
        return Some(
            outlook.was_billed.map_or_else(|| nothing.to_owned(), |was| of_before(outlook, was)),
        );
    }
    let others = outlook.billed_from().filter(|_| outlook.seats.is_some()).map(|day| {
        let then = "by the one billed then";
        let here = as_spare(outlook).unwrap_or_default();
        format!("; not in it: what is owed of the days before {day}, {then}{here}")
    });
    let Some((seats, difference)) = sum(outlook) else {
        return others.map(|others| format!("not known without a figure{others}"));
    };
    let so_far = format!("{seats} so far{difference}");
    let open = open(outlook.missing).map(|open| format!("at least {so_far}; {open}"));
    Some(open.unwrap_or(so_far) + &others.unwrap_or_default())
}

/// Users beyond the seats that were counted here while another instance was billed.
fn as_spare(outlook: &Outlook) -> Option<String> {
    let over = |it: &UsersOn| Some(it.users) > outlook.seats;
    let UsersOn { users, day } = outlook.since_billed?.as_spare.filter(over)?;
    let users = counted(u64::from(users), "user");
    Some(format!(", and {users} here on {day}, when this one was a spare"))
}

/// The seats owed, and how they come about.
fn sum(outlook: &Outlook) -> Option<(String, String)> {
    let (owed, peak, seats) = (outlook.owed()?, outlook.billed()?.users, outlook.seats?);
    let settled = match outlook.off()? {
        0 => String::new(),
        settled => format!(" - {settled} settled"),
    };
    let difference = match owed {
        0 if peak <= seats => String::new(),
        _ => format!(": {peak} - {seats}{settled}"),
    };
    Some((counted(u64::from(owed), "seat"), difference))
}

/// What is owed of the days on which a spare instance was billed.
fn of_before(outlook: &Outlook, was: WasBilled) -> String {
    let of = format!("of the time to {}, when this instance was billed", was.last_day);
    let then = "of later days it follows from the one billed now";
    let open = open(was.missing).map(|open| format!("; {open}")).unwrap_or_default();
    match sum(outlook) {
        Some((seats, difference)) => {
            let least = if was.missing == 0 { "" } else { "at least " };
            format!("{least}{seats} {of}{difference}{open}; {then}")
        }
        None if outlook.seats.is_none() => format!("nothing {of}; {then}"),
        None => format!("not known {of}{open}; {then}"),
    }
}

/// That a report has more users than the ledger: what is owed follows from it.
pub(crate) fn reported(outlook: &Outlook) -> Option<String> {
    let ReportedPeak { on, report, reply, held } = outlook.reported?;
    let held = match held {
        Some(peak) => format!("the ledger has at most {}, on {}", peak.users, peak.day),
        None => "the ledger has no figure of the term".to_owned(),
    };
    let answered = match reply {
        None if outlook.owed() == Some(0) => String::new(),
        None => "; if it is wrong, tell the vendor, whose receipt then says `waived`".to_owned(),
        Some(reply) => format!("; {}", answered(reply, outlook.owed())),
    };
    Some(format!(
        "{} on {}, in report {report}; {held}: the vendor counts the larger{answered}",
        counted(u64::from(on.users), "user"),
        on.day
    ))
}

/// What the vendor has answered for a day, and what is left to come where that ends nothing.
fn answered(reply: Reply, owed: Option<u32>) -> String {
    let said = receipt::came_of(reply.outcome, reply.owed);
    let left = match owed {
        Some(1..) => "; a receipt that says `paid` or `waived` for all of it ends that",
        Some(0) | None => "",
    };
    format!("its receipt for report {} says: {said}{left}", reply.report)
}

/// The same, for programs.
pub(crate) fn reported_json(outlook: &Outlook) -> Value {
    outlook.reported.map_or(Value::Null, |ReportedPeak { on, report, reply, .. }| {
        let reply = reply.map(|it| {
            let (owed, outcome) = (it.owed.map(Count::get), it.outcome.to_string());
            json!({ "report": it.report, "seats_owed": owed, "outcome": outcome })
        });
        let day = on.day.to_string();
        json!({ "users": on.users, "day": day, "report": report, "reply": reply })
    })
}

/// What the licenses before have left, beside the seats owed under this one: that of one license,
/// and how many more there are.
pub(crate) fn before(before: &[Before], owed_now: Option<u32>) -> Option<String> {
    // One that owes is told before one of which nothing is known.
    let owes = |it: &&Before| it.outlook.owed().is_some_and(|owed| owed > 0);
    let first = before.iter().find(owes).or(before.first())?;
    let missing = match first.missing.as_slice() {
        [] => String::new(),
        days => format!("; no figure on {}", spans(days, SPANS)),
    };
    let more = match before.len() - 1 {
        0 => String::new(),
        1 => "; the time of 1 license before it is open too".to_owned(),
        more => format!("; the times of {more} licenses before it are open too"),
    };
    let least = if first.missing.is_empty() { "" } else { "at least " };
    let Outlook { peak, seats, settled, .. } = first.outlook;
    let owed = first.outlook.owed().filter(|owed| *owed > 0);
    let what = match (owed.zip(peak), first.by.zip(seats)) {
        (None, _) => "is not settled: nothing known to be owed".to_owned(),
        (Some((owed, peak)), Some((by, seats))) => {
            let seats = u64::from(seats) + u64::from(settled);
            let (by, users) = (settled_by(by), users_count(peak));
            let open = not_settled(owed);
            format!("is settled for {} by {by}; {users}: {least}{open}", counted(seats, "seat"))
        }
        (Some((owed, peak)), None) => format!(
            "is not settled: {least}{} owed, by {} on {}",
            counted(u64::from(owed), "seat"),
            counted(u64::from(peak.users), "user"),
            peak.day
        ),
    };
    // As the vendor works it out (docs/DESK.md 6).
    let both = owed.is_some() && owed_now > Some(0);
    let both = if both { "; not added to `owed`: the largest of them is owed" } else { "" };
    Some(format!("the time to {} {what}{both}{missing}{more}", first.last_day))
}

/// What settles a part.
fn settled_by(by: By) -> String {
    match by {
        By::Receipt(report) => format!("the receipt for report {report}"),
        By::TrueUp(license) => format!("the true-up of license {license}"),
    }
}

/// What settles a part, for programs.
pub(crate) fn settled_by_json(by: By) -> Value {
    match by {
        By::Receipt(report) => json!({ "report": report, "license": null }),
        By::TrueUp(license) => json!({ "report": null, "license": license.to_string() }),
    }
}

/// That days have no figure.
fn open(missing: u32) -> Option<String> {
    let have = if missing == 1 { "has" } else { "have" };
    (missing > 0).then(|| format!("{} {have} no figure", counted(u64::from(missing), "day")))
}

/// Below how many seats a renewal will be refused, and what a smaller one has to say.
pub(crate) fn renewal(outlook: &Outlook) -> String {
    let Some(Renewal { seats, because, smaller }) = outlook.renewal else {
        return match (outlook.tolerated, outlook.peak) {
            (None, _) => "no number of seats will be refused, by the rules of this license",
            (Some(_), _) => "not known without a figure",
        }
        .to_owned();
    };
    if seats == 1 {
        return "any number of seats installs, on the figures held".to_owned();
    }
    let users = counted(u64::from(because.users), "user");
    let why = match smaller {
        Some(_) if outlook.is_spare => format!("{users} here on {}", because.day),
        Some(smaller) if smaller.seats.is_none_or(|least| least < seats) => {
            format!("{users} on {}, unless {}", because.day, says(smaller))
        }
        // With so many users now a true-up makes no smaller one install.
        Some(_) => format!("{users} on {}", because.day),
        None => format!("{users} on {}, if they stay", because.day),
    };
    format!("below {} it will be refused, because of {why}", counted(u64::from(seats), "seat"))
}

/// That the license itself says that seats are paid: a receipt is nothing that it is judged by.
fn says(Smaller { true_up, is_settled, seats }: Smaller) -> String {
    let over = counted(u64::from(true_up), "seat");
    let has = match is_settled {
        true => format!("it has the true-up of the {over} that are settled"),
        false => format!("it has a true-up of {over}"),
    };
    match seats {
        Some(seats) => format!("{has}; with that, from {}", counted(u64::from(seats), "seat")),
        None => format!("{has}, and enough seats for the users then"),
    }
}

/// Users on a day, for programs.
pub(crate) fn on(UsersOn { users, day }: UsersOn) -> Value {
    json!({ "users": users, "day": day.to_string() })
}

/// The smallest renewal, for programs.
pub(crate) fn smallest(renewal: Renewal) -> Value {
    let Renewal { seats, because, smaller } = renewal;
    let with_true_up = smaller
        .map(|it| json!({ "true_up": it.true_up, "settled": it.is_settled, "seats": it.seats }));
    json!({
        "seats": seats,
        "because": on(because),
        "of_peak": renewal.is_of_peak(),
        "with_true_up": with_true_up,
    })
}

/// What the vendor will conclude from a request that asks for so many seats.
pub(crate) fn of_request(outlook: &Outlook, earlier: &[Before], wanted: Option<Count>) -> String {
    let wanted = wanted.map(Count::get);
    let fits = match outlook.is_enough(wanted) {
        Some(false) => match outlook.installs_with(wanted) {
            Some(smaller) => format!("too few, unless the license {}", carries(smaller)),
            None => "too few".to_owned(),
        },
        Some(true) => "enough".to_owned(),
        None => {
            let open = open(outlook.missing).unwrap_or_default();
            format!("enough by the figures held; {open}")
        }
    };
    let asked = wanted.map_or_else(
        || "any number of seats".to_owned(),
        |seats| counted(u64::from(seats), "seat"),
    );
    let lines = [
        ("owed", owed(outlook)),
        ("reported", reported(outlook)),
        ("before", before(earlier, outlook.owed())),
        ("renewal", Some(renewal(outlook))),
        ("asked", Some(format!("{asked}: {fits}"))),
    ];
    let lines = lines.map(|(label, what)| {
        what.map(|what| labelled(&format!("  {label}"), LABEL, &what)).unwrap_or_default()
    });
    format!("From these figures the vendor will conclude:\n{}", lines.concat())
}

/// The answer with the same for programs, and a warning where too few seats are asked for, or where
/// that is not known.
pub(crate) fn beside(mut answer: Answer, outlook: &Outlook, wanted: Option<Count>) -> Answer {
    let enough = outlook.is_enough(wanted.map(Count::get));
    let json = json!({
        "seats_owed": outlook.owed(),
        "peak_reported": reported_json(outlook),
        "days_without_data": outlook.missing,
        "smallest_renewal": outlook.renewal.map(smallest),
        "enough": enough,
    });
    put(&mut answer.json, "outlook", json);
    answer.warn(doubts(outlook, wanted))
}

/// That too few seats are asked for, or that this is not known.
pub(crate) fn doubts(outlook: &Outlook, wanted: Option<Count>) -> Vec<String> {
    let enough = outlook.is_enough(wanted.map(Count::get));
    let open = open(outlook.missing).filter(|_| enough.is_none()).map(|open| {
        format!(
            "{open}: whether so many seats are enough is not known; `airlock usage import FILE` \
             reads them in, then ask anew"
        )
    });
    too_few(outlook, wanted).into_iter().chain(open).collect()
}

/// That too few seats are asked for, where that is so.
fn too_few(outlook: &Outlook, wanted: Option<Count>) -> Option<String> {
    if !outlook.refuses(wanted.map(Count::get)) {
        return None;
    }
    let asked = counted(wanted.map_or(0, |seats| u64::from(seats.get())), "seat");
    Some(match outlook.installs_with(wanted.map(Count::get)) {
        Some(smaller) => format!(
            "{asked}: the next license installs with so few only where it {}: ask the vendor for \
             one that does, and look with `airlock license install FILE --dry-run`",
            carries(smaller)
        ),
        None => {
            format!("{asked}: too few are asked for; the next license: {}", renewal(outlook))
        }
    })
}

/// That a license has a true-up of seats that are settled.
fn carries(smaller: Smaller) -> String {
    let over = counted(u64::from(smaller.true_up), "seat");
    format!("has the true-up of the {over} that a receipt says are settled")
}
