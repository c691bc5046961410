//! Daily figures that are given to `check`, `license install` and `reconcile`: empty, of days to
//! come, and of others.

use license_core::Day;

use crate::common::{Dir, data};
use crate::json::Json;
use crate::usage::export_with_key;

/// The warnings of an answer that end with this code.
fn warned(answer: &Json, code: &str) -> Vec<String> {
    if !answer.has("warnings") {
        return Vec::new();
    }
    let code = format!("[{code}]");
    let warnings = answer["warnings"].texts().into_iter();
    warnings.filter(|it| it.ends_with(&code)).map(ToOwned::to_owned).collect()
}

/// The sample export of a month without its figures, and other histories that say nothing.
fn empty_histories(dir: &Dir) -> [&'static str; 5] {
    let month = std::fs::read_to_string(data("license_usage_month1.csv")).unwrap();
    let titles = "Date,Billable User Count\n";
    let head = &month[..month.find(titles).unwrap() + titles.len()];
    dir.write("head.csv", head);
    dir.write("no-count.csv", format!("{head}2025-11-01 12:00:00,\n"));
    dir.write("titles.csv", titles);
    dir.write("nothing.csv", "");
    dir.write("blank.csv", "\n \n");
    ["head.csv", "no-count.csv", "titles.csv", "nothing.csv", "blank.csv"]
}

/// Issue 9, A1: a history given and empty is 0, as in GitLab; the answer warns of it.
#[test]
fn a_history_without_a_figure_is_0_and_warned_of() {
    let dir = Dir::new();
    let files = empty_histories(&dir);
    let check = |history: &str| {
        format!(
            "check n.airlock --activate --users 81 --trust root.pub --today 2025-11-01 {history}"
        )
    };
    for history in files.into_iter().chain(["none"]) {
        let answer = dir.yes(&check(&format!("--history {history}")));
        let told = warned(&answer, "history_empty");
        assert_eq!(told.len(), 1, "{history}: {answer:?}");
        assert!(told[0].contains("no day from 2024-11-01 to 2025-11-01 has a figure"), "{told:?}");
        let text = dir.run(&check(&format!("--history {history}"))).ends(0).err.clone();
        assert!(text.contains("the peak counts as 0"), "{text}");
    }
    // An instance whose ledger is empty.
    let answer = dir.yes(&check("--instance inst"));
    assert_eq!(warned(&answer, "history_empty").len(), 1);
    // Figures, but of other days than those that are compared.
    dir.write("later.csv", "2025-11-02,90\n");
    let answer = dir.yes(&check("--history later.csv"));
    assert_eq!(warned(&answer, "history_empty").len(), 1);
    dir.write("days.csv", "2025-11-01,90\n");
    let answer = dir.yes(&check("--history days.csv"));
    assert!(warned(&answer, "history_empty").is_empty());
}

#[test]
fn an_empty_ledger_is_warned_of_by_install_and_by_every_check() {
    let dir = Dir::new();
    let install = "license install n.airlock --instance inst --users 81 --today 2025-11-01";
    assert_eq!(warned(&dir.yes(install), "history_empty").len(), 1);
    let check = "check --instance inst --users 81 --today 2025-11-02";
    let told = warned(&dir.yes(check), "history_empty");
    assert!(told[0].starts_with("the history holds no day with a figure"), "{told:?}");
    dir.write("days.csv", "2025-11-01,90\n");
    dir.yes("usage import days.csv --instance inst --today 2025-11-02");
    assert!(warned(&dir.yes(check), "history_empty").is_empty());
}

/// The refusal may rest on the history that is not there.
#[test]
fn a_refusal_to_install_warns_of_an_empty_history_too() {
    let dir = Dir::new();
    let refused =
        dir.no("license install n.airlock --instance inst --users 111 --today 2025-11-01");
    assert_eq!(warned(&refused, "history_empty").len(), 1);
}

#[test]
fn an_empty_export_is_a_finding_of_reconcile() {
    let dir = Dir::new();
    for file in empty_histories(&dir) {
        let line =
            format!("reconcile {file} --license n.airlock --trust root.pub --today 2025-12-01");
        let bill = dir.no(&line);
        let findings = bill["findings"].items();
        assert!(findings.iter().any(|it| it["code"] == "history_empty"), "{file}: {bill:?}");
        assert_eq!(bill["seats_owed"], Json::Null);
        dir.run(&line).ends(1).says(&["NOT KNOWN what is owed"]);
    }
}

/// As in an import: a day of grace for the time zones.
#[test]
fn a_history_of_days_to_come_is_refused() {
    let dir = Dir::new();
    dir.write("h.csv", "2025-11-01,90\n2025-11-03,700\n");
    for line in [
        "check n.airlock --users 81 --trust root.pub --history h.csv --today",
        "check n.airlock --users 81 --instance inst --history h.csv --today",
        "license install n.airlock --instance inst --users 81 --history h.csv --today",
    ] {
        let error = dir.failed(&format!("{line} 2025-11-01"), "export_future");
        assert!(error["message"].text().contains("h.csv: line 2"), "{error:?}");
        dir.yes(&format!("{line} 2025-11-02"));
    }
}

#[test]
fn a_history_of_another_license_or_company_is_refused_or_warned_of() {
    let dir = Dir::installed();
    dir.yes("license export --instance inst --today 2025-11-01 --out own.txt");
    dir.yes("text loose.airlock --out loose.txt");
    dir.write("own.csv", export_with_key(&dir.text("own.txt")));
    dir.write("loose.csv", export_with_key(&dir.text("loose.txt")));
    let own = export_with_key(&dir.text("own.txt"));
    dir.write("acme.csv", own.replace("Company,Nordhavn Shipyards A/S", "Company,Acme Inc."));
    let check =
        |license: &str, more: &str| format!("check {license} --users 81 --today 2025-12-01 {more}");
    // On an instance, licenses that it ever had are known.
    dir.refused(&check("n.airlock", "--instance inst --history loose.csv"), "other_license");
    let install = "license install n.airlock --instance inst --users 81 --today 2025-12-01";
    dir.refused(&format!("{install} --history loose.csv"), "other_license");
    // The license before, when its renewal is looked at.
    let renewal = dir.yes(&check("loose.airlock", "--instance inst --history own.csv"));
    assert!(warned(&renewal, "history_of_other").is_empty());
    // Elsewhere it may be of the license before.
    let told = |license: &str, file: &str| {
        let more = format!("--trust root.pub --history {file}");
        warned(&dir.yes(&check(license, &more)), "history_of_other")
    };
    assert!(told("n.airlock", "own.csv").is_empty());
    let other = told("n.airlock", "loose.csv");
    assert!(other[0].contains(dir.show("loose.airlock")["id"].text()), "{other:?}");
    let company = told("n.airlock", "acme.csv");
    assert!(company[0].contains("acme.csv names the company \"Acme Inc.\""), "{company:?}");
    assert_eq!(company.len(), 1);
}

#[test]
fn an_export_of_another_company_is_a_finding_of_reconcile() {
    let dir = Dir::new();
    let month = std::fs::read_to_string(data("license_usage_month1.csv")).unwrap();
    let acme = month.replace("Company,Nordhavn Shipyards A/S", "Company,Acme Inc.");
    assert_ne!(acme, month);
    dir.write("acme.csv", acme);
    dir.write("own.csv", month);
    let codes = |file: &str| {
        let bill = dir.yes(&format!(
            "reconcile {file} --license n.airlock --trust root.pub --today 2025-12-01"
        ));
        let findings = bill["findings"].items().iter();
        findings.map(|it| it["code"].text().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(codes("acme.csv"), ["unsigned", "history_of_other"]);
    assert_eq!(codes("own.csv"), ["unsigned"]);
}

/// A ledger that holds 112 users on two days, and the first line of a question about it.
fn of_112_users() -> (Dir, &'static str) {
    let dir = Dir::installed();
    dir.write("held.csv", "date,count\n2025-11-01,112\n2025-11-02,112\n");
    dir.yes("usage import held.csv --instance inst --today 2025-11-03");
    (dir, "--instance inst --users 5 --today 2025-11-03")
}

/// A refusal that rests on the ledger is no yes because another history is given.
#[test]
fn the_ledgers_larger_figures_count_beside_a_history_that_is_given() {
    let (dir, given) = of_112_users();
    dir.write("given.csv", "date,count\n2025-11-01,5\n");
    for history in ["given.csv", "none"] {
        for line in [
            format!("check loose.airlock --activate {given} --history {history}"),
            format!("license install loose.airlock {given} --history {history}"),
        ] {
            let refused = dir.no(&line);
            let told = warned(&refused, "history_smaller");
            assert!(told[0].starts_with("on 2 days, from 2025-11-01 to 2025-11-02, the ledger"));
        }
    }
}

/// The larger figure of each day counts, whichever side has it.
#[test]
fn the_larger_figure_of_a_day_counts() {
    let (dir, given) = of_112_users();
    let check = format!("check n.airlock {given} --history given.csv");
    dir.write("given.csv", "date,count\n2025-11-01,112\n2025-11-02,113\n");
    let answer = dir.yes(&check);
    assert_eq!(answer["users_max"], 113);
    assert!(warned(&answer, "history_smaller").is_empty(), "{answer:?}");
    dir.write("given.csv", "date,count\n2025-11-01,113\n2025-11-02,111\n");
    let answer = dir.yes(&check);
    assert_eq!(answer["users_max_on"], "2025-11-01");
    assert!(warned(&answer, "history_smaller")[0].starts_with("on 1 day, 2025-11-02, the ledger"));
}

/// 96 users on each day of the year before 2025-11-01, but for the first so many.
fn year_without(days: u32) -> String {
    let first = Day::parse("2024-11-01").unwrap();
    let line = |day| format!("{},96\n", first.plus(day).unwrap());
    format!("date,count\n{}", (days..365).map(line).collect::<String>())
}

/// A day without a figure counts as 0, as in GitLab; the answer says how many there are.
#[test]
fn days_without_a_figure_in_the_period_compared_are_told() {
    let dir = Dir::new();
    let check = "check n.airlock --instance inst --activate --users 96 --today 2025-11-01";
    let told = |dir: &Dir| warned(&dir.yes(check), "history_gaps");
    dir.write("one.csv", "date,count\n2025-10-28,96\n");
    dir.yes("usage import one.csv --instance inst --today 2025-11-01");
    assert!(
        told(&dir)[0].starts_with(
            "no figure is known of 364 of 365 days from 2024-11-01 to \
                                   2025-10-31: such a day counts as 0"
        ),
        "{:?}",
        told(&dir)
    );
    dir.write("most.csv", year_without(1));
    dir.yes("usage import most.csv --instance inst --today 2025-11-01");
    assert!(told(&dir)[0].starts_with("no figure is known of 1 of 365 days"), "{:?}", told(&dir));
    // The day itself need not have one yet.
    dir.write("all.csv", year_without(0));
    dir.yes("usage import all.csv --instance inst --today 2025-11-01");
    assert!(told(&dir).is_empty());
}

#[test]
fn an_installation_tells_of_days_without_a_figure() {
    let dir = Dir::new();
    dir.write("one.csv", "date,count\n2025-10-28,96\n");
    let install = "license install n.airlock --instance inst --users 96 --today 2025-11-01 \
                   --history one.csv";
    assert_eq!(warned(&dir.yes(install), "history_gaps").len(), 1);
}

/// What was sold does not depend on the days before a daily check.
#[test]
fn a_daily_check_does_not_tell_of_days_without_a_figure() {
    let dir = Dir::installed();
    dir.write("one.csv", "date,count\n2025-11-03,96\n");
    dir.yes("usage import one.csv --instance inst --today 2025-11-06");
    let answer = dir.yes("check --instance inst --users 96 --today 2025-11-06");
    assert!(warned(&answer, "history_gaps").is_empty());
}
