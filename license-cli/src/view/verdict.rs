//! What an instance may do, and why.

use license_core::Day;
use license_core::document::License;
use license_core::rule::{Effect, Effects, Fact};
use license_core::value::DocumentId;
use license_core::verdict::{Finding, NextChange, Status};
use license_core::verify::VerifiedLicense;
use license_core::words;
use serde_json::{Value, json};

use crate::instance::judgement::{Judgement, NoFigure};
use crate::plural::counted;
use crate::problem::{Exit, Notice};
use crate::view::answer::{Answer, put, value};

/// A license judged, and what the answer turns on.
pub(crate) struct Judged<'a> {
    pub(crate) license: &'a VerifiedLicense,
    pub(crate) judgement: &'a Judgement,
    /// The effects on which the exit status turns.
    pub(crate) line: Effects,
    /// Users of the users now that are about to be added.
    pub(crate) adding: u32,
    /// Whether every rule is shown, not only those that apply.
    pub(crate) explain: bool,
    /// Whether the license is for this instance; `None` where it is bound to none.
    pub(crate) instance_checked: Option<bool>,
    /// How it stands on an instance before its first day.
    pub(crate) before_begin: BeforeBegin,
    /// The license that takes over from it, where both are installed, and the day.
    pub(crate) successor: Option<(Day, DocumentId)>,
    /// Whether it names the report keys of other instances: the vendor will refuse the reports of
    /// this one.
    pub(crate) is_of_others: bool,
}

/// A license on an instance before its first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BeforeBegin {
    /// No instance was looked at, or the license has begun.
    Unknown,
    NotInstalled,
    /// Installed; until its first day the license of this id is in force, or none is.
    Installed(Option<DocumentId>),
}

/// The answer that says so.
pub(crate) fn answer(judged: &Judged<'_>) -> Answer {
    let effects = judged.judgement.verdict.effects;
    let exit = if effects.intersects(judged.line) { Exit::Refused } else { Exit::Yes };
    let unchecked = (judged.instance_checked == Some(false)).then(|| {
        "the license is bound to instances, and this was not checked: give `--instance DIR`"
            .to_owned()
    });
    let answer = Answer::yes(text(judged), json(judged)).with_exit(exit).warn(unchecked);
    answer.warn(without_figure(judged.judgement))
}

/// The warnings that days count as 0 in a peak because they have no figure.
pub(crate) fn without_figure(judgement: &Judgement) -> Vec<String> {
    no_figure(judgement).into_iter().chain(gaps(judgement)).collect()
}

fn no_figure(judgement: &Judgement) -> Option<String> {
    let found = match judgement.no_figure.as_ref()? {
        NoFigure::Of(windows) => {
            let windows = windows.iter().map(|days| format!("{} to {}", days.from, days.to));
            let windows: Vec<String> = windows.collect();
            format!("no day from {} has a figure", windows.join(", and none from "))
        }
        NoFigure::All => "the history holds no day with a figure".to_owned(),
    };
    let give =
        if judgement.history_given { "" } else { "; give `--history FILE` where there is one" };
    let sentence = format!("{found}: the peak counts as 0, as in GitLab{give}");
    Some(Notice::HistoryEmpty.warning(&sentence))
}

fn gaps(judgement: &Judgement) -> Option<String> {
    let days = judgement.gaps.iter().map(|gap| {
        let (without, all) = (gap.length() - gap.with_figure, counted(gap.length(), "day"));
        format!("{without} of {all} from {} to {}", gap.days.from, gap.days.to)
    });
    let days: Vec<String> = days.collect();
    if days.is_empty() {
        return None;
    }
    let give = if judgement.history_given {
        "give the whole export"
    } else {
        "read the whole export in with `airlock usage import FILE`"
    };
    let sentence = format!(
        "no figure is known of {}: such a day counts as 0 in the peak, as in GitLab; {give}",
        days.join(", and of ")
    );
    Some(Notice::HistoryGaps.warning(&sentence))
}

fn json(judged: &Judged<'_>) -> Value {
    let Judged { license, judgement, .. } = judged;
    let Judgement { verdict, findings, today, .. } = judgement;
    let json = words::verdict_json(license.id(), license, *today, verdict, findings);
    let mut json = value(&json);
    put(&mut json, "instance_checked", judged.instance_checked);
    if let Some((day, license)) = takes_over(judged) {
        let next = json!({ "day": day.to_string(), "license": license.to_string() });
        put(&mut json, "next_change", next);
    }
    json
}

fn text(judged: &Judged<'_>) -> String {
    let Judged { license, judgement, explain, .. } = judged;
    let shown: Vec<&Finding> =
        if *explain { judgement.findings.iter().collect() } else { judgement.applying().collect() };
    let findings: String = shown.into_iter().map(words::finding).collect();
    let more = if *explain { String::new() } else { undecided(judgement) };
    format!(
        "{}\n{}{}{}{}{findings}{more}",
        headline(judged),
        summary(license, judgement),
        added(judged),
        early(judged),
        next(judged)
    )
}

/// The answer in one line. It says NO, or NOT YET, exactly where the exit status is 1.
fn headline(judged: &Judged<'_>) -> String {
    let (effects, line) = (judged.judgement.verdict.effects, judged.line);
    let words = |effects: Vec<Effect>| effects.into_iter().map(words::effect).collect::<Vec<_>>();
    let (hit, rest): (Vec<Effect>, Vec<Effect>) =
        effects.iter().partition(|effect| line.contains(*effect));
    if !hit.is_empty() {
        if hit == [Effect::Inactive] && judged.judgement.verdict.not_started {
            return not_yet(judged);
        }
        return joined("NO", &words(hit), &words(rest));
    }
    let (denied, told): (Vec<Effect>, Vec<Effect>) =
        rest.into_iter().partition(|effect| Effects::DENYING.contains(*effect));
    let (denied, mut told) = (words(denied), words(told));
    if judged.is_of_others {
        told.push("but the vendor will refuse this instance's reports".to_owned());
    }
    if denied.is_empty() {
        return joined("YES", &["nothing is refused".to_owned()], &told);
    }
    let answer = format!("no effect of --fail-on applies; but {}", denied.join(", "));
    joined("YES", &[answer], &told)
}

fn joined(answer: &str, first: &[String], more: &[String]) -> String {
    let more = if more.is_empty() { String::new() } else { format!("; {}", more.join(", ")) };
    format!("{answer}: {}{more}", first.join(", "))
}

/// That all is well and only the first day is still to come.
fn not_yet(judged: &Judged<'_>) -> String {
    let from = judged.license.from;
    let stands = match judged.before_begin {
        BeforeBegin::Unknown => String::new(),
        BeforeBegin::NotInstalled => "; it is not installed".to_owned(),
        BeforeBegin::Installed(None) => {
            "; it is installed, and until then no license is in force".to_owned()
        }
        BeforeBegin::Installed(Some(id)) => {
            format!("; it is installed, and until then license {id} is in force")
        }
    };
    format!("NOT YET: the license begins on {from}{stands}")
}

/// Who, until when, and the seats in one line each.
pub(crate) fn summary(license: &VerifiedLicense, judgement: &Judgement) -> String {
    format!(
        "  license  {} {}, {}\n  term     {}\n  seats    {}\n",
        license.id(),
        license.company,
        license.plan,
        term(license, judgement),
        seats(judgement)
    )
}

fn term(license: &License, judgement: &Judgement) -> String {
    let (from, last, today) = (license.from, license.last_day(), judgement.today);
    match judgement.verdict.days_left {
        _ if today < from => format!(
            "begins on {from}, {} from {today}; {last} is its last day",
            counted(from.since(today), "day")
        ),
        0 => format!("ended: {last} was its last day, today is {today}"),
        1 => format!("from {from}; today, {last}, is its last day"),
        left => {
            let left = counted(left, "day");
            format!("from {from}; {last} is its last day; {left} left with today, {today}")
        }
    }
}

fn seats(judgement: &Judgement) -> String {
    let v = &judgement.verdict;
    let mut parts = vec![v.seats.map_or_else(|| "unlimited".to_owned(), |seats| seats.to_string())];
    if let Some(users) = v.users_now {
        parts.push(format!("{} now{}", counted(users, "user"), beyond(v.overage)));
    }
    if let (Some(users), Some(day)) = (v.users_max, v.users_max_on) {
        parts.push(format!("at most {users} in this term, on {day}{}", beyond(v.overage_max)));
    }
    parts.join("; ")
}

fn beyond(over: Option<u32>) -> String {
    over.filter(|over| *over > 0).map(|over| format!(", {over} over the seats")).unwrap_or_default()
}

/// Says that the users now are not all there yet.
fn added(Judged { adding, judgement, .. }: &Judged<'_>) -> String {
    match (*adding, judgement.verdict.users_now) {
        (0, _) => String::new(),
        (adding, Some(_)) => {
            format!("           {adding} of the users now are those about to be added\n")
        }
        (adding, None) => format!(
            "           {} to be added; how many there are now was not given\n",
            counted(adding, "user")
        ),
    }
}

/// Says that a license that has not begun, and is not installed, may be installed all the same.
fn early(Judged { license, judgement, before_begin, .. }: &Judged<'_>) -> String {
    let installed = match before_begin {
        BeforeBegin::Installed(_) => true,
        BeforeBegin::Unknown | BeforeBegin::NotInstalled => false,
    };
    if judgement.verdict.not_started && !judgement.verdict.refuses_install && !installed {
        return format!("  install  allowed now: it takes over on {}\n", license.from);
    }
    String::new()
}

/// The license that takes over before anything else changes, or on the same day.
fn takes_over(Judged { judgement, successor, .. }: &Judged<'_>) -> Option<(Day, DocumentId)> {
    let change = judgement.verdict.next_change.map(|change| change.day);
    successor.filter(|(day, _)| change.is_none_or(|change| *day <= change))
}

fn next(judged: &Judged<'_>) -> String {
    if let Some((day, license)) = takes_over(judged) {
        return format!("  next     {day}: from then on, license {license} decides\n");
    }
    let judgement = judged.judgement;
    let Some(NextChange { day, effect, applies }) = judgement.verdict.next_change else {
        return String::new();
    };
    let what = if applies { "from then on" } else { "until then only" };
    format!("  next     {day}: {what}, {}\n", words::effect(effect))
}

fn undecided(judgement: &Judgement) -> String {
    let missing = |finding: &&Finding| finding.status == Status::FactMissing;
    let open: Vec<&Finding> = judgement.findings.iter().filter(missing).collect();
    let lacks = |fact| open.iter().flat_map(|finding| finding.missing()).any(|it| it == fact);
    let options = [(Fact::UsersNow, "`--users N`"), (Fact::UsersMax, "`--history CSV`")];
    let needed = options.into_iter().filter(|(fact, _)| lacks(*fact)).map(|(_, option)| option);
    let needed: Vec<&str> = needed.collect();
    if open.is_empty() {
        return String::new();
    }
    format!(
        "  {} not decided without {}: `--explain` says which\n",
        counted(open.len(), "rule"),
        needed.join(" and ")
    )
}
