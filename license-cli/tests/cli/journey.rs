//! An admin who makes no trip for nothing: what the instance says before the way is what the
//! vendor, and the instance itself, will say after it.

use crate::common::Dir;
use crate::json::Json;

/// Reads days in, whatever the ledger has of them.
fn figures(dir: &Dir, days: &str) -> Json {
    dir.write("f.csv", format!("date,count\n{days}"));
    dir.yes("usage import f.csv --instance inst --accept-changes --today 2027-01-01")
}

/// The warnings of an answer, as one text.
fn warnings(json: &Json) -> String {
    if json.has("warnings") { json["warnings"].texts().join("\n") } else { String::new() }
}

/// The commands of a sentence or of lines, each without what stands before `airlock`.
fn commands(text: &str) -> Vec<String> {
    let pieces = text.split('`').skip(1).step_by(2);
    pieces.filter_map(|piece| Some(piece.strip_prefix("airlock ")?.to_owned())).collect()
}

/// The fixture, with a report of one day with so many users.
fn reported(users: u32) -> Dir {
    let dir = Dir::installed();
    figures(&dir, &format!("2025-11-01,{users}\n"));
    dir.yes("usage report --instance inst --today 2025-11-02 --out 1.usage");
    dir
}

/// The vendor counts the largest figure of a day that was reported (DESK.md, history_changed): the
/// instance knows its reports, and says the same.
#[test]
fn a_figure_that_was_reported_and_corrected_since_is_owed_all_the_same() {
    let dir = reported(130);
    let drop =
        "usage drop --instance inst --from 2025-11-01 --until 2025-11-02 --reason test --yes";
    let dropped = warnings(&dir.yes(drop));
    let said = "report 1 has said 130 users on 2025-11-01: the vendor counts the largest";
    assert!(dropped.contains(said), "{dropped}");
    figures(&dir, "2025-11-01,81\n2025-11-02,80\n");
    dir.yes("usage report --instance inst --today 2025-11-03 --out 2.usage");
    dir.run("reconcile 1.usage 2.usage --license n.airlock --trust root.pub --today 2025-11-03")
        .ends(0)
        .says(&["30 owed"]);
    let status = "status --instance inst --today 2025-11-03";
    let told = dir.yes(status);
    assert!(told["seats_owed"] == 30 && told["peak"]["users"] == 81, "{told:?}");
    let reported = &told["peak_reported"];
    assert!(reported["users"] == 130 && reported["report"] == 1, "{told:?}");
    assert_eq!(reported["day"], "2025-11-01");
    // The instance judges a renewal by its ledger: T(73) = 80.
    assert_eq!(told["smallest_renewal"]["seats"], 73);
    dir.run(status).ends(0).says(&[
        "  owed      30 seats so far: 130 - 100\n",
        "  reported  130 users on 2025-11-01, in report 1; the ledger has at most 81, on\n",
    ]);
    dir.run(&format!("{status} --prometheus")).ends(0).says(&[
        "airlock_peak_users{id=\"5f0a2f6e-8f2b-4f0c-9a53-2f9f0f6a6d11\"} 81\n",
        "airlock_peak_reported_users{id=\"5f0a2f6e-8f2b-4f0c-9a53-2f9f0f6a6d11\"} 130\n",
        "airlock_seats_owed{id=\"5f0a2f6e-8f2b-4f0c-9a53-2f9f0f6a6d11\"} 30\n",
    ]);
    let new = "request new --instance inst --company A --name B --email b@a.example --plan \
        premium --seats 100 --users 80 --today 2025-11-03 --out new.request";
    let outlook = dir.yes(new)["outlook"].clone();
    assert!(outlook["seats_owed"] == 30 && outlook["peak_reported"]["users"] == 130, "{outlook:?}");
    // Once the ledger has as many, there is nothing to say.
    figures(&dir, "2025-11-01,130\n");
    assert_eq!(dir.yes(status)["peak_reported"], Json::Null);
}

/// A debt of a term that is over does not go away by a correction either.
#[test]
fn a_correction_takes_nothing_of_what_a_term_before_was_reported_with() {
    let dir = reported(130);
    let corrected = warnings(&figures(&dir, "2025-11-01,81\n"));
    assert!(corrected.contains("report 1 has said 130 users on 2025-11-01"), "{corrected}");
    dir.issue(
        "--request n.request --from 2026-11-01 --until 2027-11-01 --seats 120 --today 2026-11-01 \
         --out next.airlock",
    );
    let install = "license install next.airlock --instance inst --users 80 --history none";
    dir.yes(&format!("{install} --today 2026-11-01"));
    let told = dir.yes("status --instance inst --today 2026-11-02");
    let before = &told["before"].items()[0];
    assert!(before["seats_owed"] == 30 && before["peak"]["users"] == 130, "{told:?}");
}

/// A folder that is retired makes no report: what was asked for in vain is named.
#[test]
fn a_retired_folder_says_that_it_writes_no_report() {
    let dir = reported(81);
    figures(&dir, "2025-11-02,82\n");
    let day = "--instance inst --yes --today 2025-11-03";
    let first = dir.run(&format!("instance move --out m --report last.usage {day}"));
    first.ends(0).says(&["which goes on with report 3.\n"]);
    // The same command again ends a move that was cut off, and its report is there.
    let again = dir.yes(&format!("instance move --out m --report last.usage {day}"));
    assert_eq!(warnings(&again), "");
    for (out, says) in [
        ("m", "which goes on with report 3.\n"),
        ("m2", "which asks first which report left last, and says how to go on.\n"),
    ] {
        let run = dir.run(&format!("instance move --out {out} --report other.usage {day}"));
        run.ends(0).says(&[
            "other.usage is not written: the folder is retired, and its last report is 2, through",
            says,
        ]);
        assert!(!dir.exists("other.usage"));
    }
}

/// ADMIN.md: what is wrong with a receipt holds up no license that came with it in a mail.
#[test]
fn a_receipt_whose_text_is_damaged_holds_up_no_license_beside_it() {
    let dir = reported(112);
    dir.yes(&crate::receipt::issue("1", "--came-of billed --today 2025-11-07"));
    dir.issue("--seats 120 --previous-users 112 --out more.airlock");
    dir.yes("text 1.receipt --out r.txt");
    dir.yes("text more.airlock --out l.txt");
    let (receipt, license) = (dir.text("r.txt"), dir.text("l.txt"));
    let lines: Vec<&str> = receipt.lines().collect();
    let altered = {
        let mut changed = receipt.clone();
        let at = receipt.find('\n').unwrap() + 3;
        let other = if &receipt[at..=at] == "A" { "B" } else { "A" };
        changed.replace_range(at..=at, other);
        changed
    };
    let without_end = lines[..lines.len() - 1].join("\n") + "\n";
    let without_line = [&lines[..2], &lines[3..]].concat().join("\n") + "\n";
    let install = "license install mail.txt --instance inst --users 81 --today 2025-11-07";
    for damaged in [&altered, &without_end, &without_line] {
        for mail in [format!("Hello,\n{damaged}\n{license}"), format!("{license}\n{damaged}")] {
            dir.write("mail.txt", &mail);
            let run = dir.run(&format!("{install} --dry-run"));
            run.ends(0).says(&["would be installed", "a receipt is not taken: mail.txt: "]);
        }
        // A license that is damaged still keeps all out, and a damaged receipt alone is refused.
        dir.write("mail.txt", format!("{damaged}\n{}", license.replacen("\n", "\nAAAA", 1)));
        dir.run(install).ends(2);
        dir.write("mail.txt", damaged);
        dir.run(install).ends(2);
    }
    dir.write("mail.txt", format!("{altered}\n{license}"));
    let told = dir.yes(install);
    assert_eq!(told["license"], dir.show("more.airlock")["id"]);
    assert!(warnings(&told).contains("[text_damaged]"), "{told:?}");
}

/// What install says of a number that is given to it is true: nobody keeps it, until it is recorded
/// with the command that it names.
#[test]
fn users_that_are_given_to_an_install_are_kept_by_the_command_that_it_names() {
    let dir = Dir::new();
    let run = dir.run("license install n.airlock --instance inst --users 108 --today 2025-11-01");
    let text = run.ends(0).text().to_owned();
    assert!(text.contains("8 users are over the seats: each seat over is owed"), "{text}");
    let status = "status --instance inst --today 2025-11-01";
    assert_eq!(dir.yes(status)["seats_owed"], Json::Null);
    let record = commands(&text).into_iter().find(|it| it.starts_with("usage record")).unwrap();
    dir.yes(&format!("{record} --today 2025-11-01"));
    assert_eq!(dir.yes(status)["seats_owed"], 8);
}

/// The command that `status` prints works as it is printed: the license says who asks for what.
#[test]
fn the_request_that_status_prints_works_as_printed() {
    let dir = Dir::installed();
    figures(&dir, "2026-09-28,112\n2026-09-29,97\n");
    let text = dir.run("status --instance inst --today 2026-09-30").ends(0).text().to_owned();
    let request = commands(&text).into_iter().find(|it| it.starts_with("request new")).unwrap();
    assert_eq!(request, "request new --seats 102 --instance inst");
    let told = dir.yes(&format!("{request} --today 2026-09-30"));
    let name = "nordhavn-shipyards-a-s_5f0a2f6e_2026-09-30.request";
    assert_eq!(told["path"], name);
    assert!(
        warnings(&told).contains("users now: 97, the last figure of the ledger, of 2026-09-29")
    );
    let claims = dir.show(name)["claims"].clone();
    for (claim, value) in [
        ("company", "Nordhavn Shipyards A/S"),
        ("name", "Ida Thorsen"),
        ("email", "ida.thorsen@nordhavn.example"),
        ("plan", "premium"),
    ] {
        assert!(claims[claim] == value, "{claims:?}");
    }
    assert!(claims["seats"] == 102 && claims["users"] == 97, "{claims:?}");
    // What is typed counts; the seats are those of the license else.
    let other = "request new --instance inst --users 90 --company Other --out o --today 2026-09-30";
    dir.yes(other);
    let claims = dir.show("o")["claims"].clone();
    assert!(claims["company"] == "Other" && claims["seats"] == 100, "{claims:?}");
    // An old figure is none of now; without a license all that is missing is named at once.
    let old = dir.failed("request new --instance inst --today 2026-12-01 --out x", "options");
    assert!(old["message"].text().starts_with("`--users` is missing"), "{old:?}");
    let none = Dir::new().failed("request new --instance inst --seats 5 --out x", "options");
    let all = "`--company`, `--name`, `--email`, `--plan`, `--users` are missing";
    assert!(none["message"].text().starts_with(all), "{none:?}");
}

/// Several terms in one text: `check` takes one, and says which command takes them all.
#[test]
fn several_licenses_in_one_text_are_judged_by_the_command_that_check_names() {
    let dir = Dir::installed();
    let mut text = String::new();
    for (from, until) in [("2026-11-01", "2026-12-01"), ("2026-12-01", "2027-01-01")] {
        let renews = "--renews n.airlock --trust root.pub --today 2026-10-20";
        dir.issue(&format!(
            "--request n.request --from {from} --until {until} {renews} --out y.airlock --force"
        ));
        dir.yes("text y.airlock --out y.txt --force");
        text += &dir.text("y.txt");
    }
    dir.write("terms.txt", text);
    let error = dir.failed("check terms.txt --instance inst --users 81", "text_several");
    let command = commands(error["hint"].text())[0].replace("--users N", "--users 81");
    let told = dir.yes(&format!("{command} --history none --today 2026-10-20"));
    assert_eq!(told["licenses"].items().len(), 2, "{told:?}");
}

/// A clock that was ahead and is right again: the first refusal names the whole way out, which is
/// gone as it is printed, and nothing is refused after it.
#[test]
fn the_way_out_of_a_clock_that_was_ahead_is_named_at_once() {
    for (far_figure, far_report) in [(true, true), (true, false), (false, true)] {
        let dir = reported(81);
        if far_figure {
            dir.yes("usage record --instance inst --users 82 --today 2026-03-01");
        }
        if far_report {
            dir.yes("usage report --instance inst --anyway --today 2026-03-02 --out far.usage");
        }
        let day = "--today 2025-11-05";
        let record = format!("usage record --instance inst --users 80 {day}");
        let error = dir.failed(&record, "clock_behind");
        let way = commands(error["hint"].text());
        let status = dir.no(&format!("status --instance inst {day}"));
        let told = commands(&status["do"].texts().join("\n"));
        assert_eq!(told[..way.len()], way[..], "{told:?}");
        // What is read in behind the report would be missing in it.
        let imports =
            |all: &[String]| all.iter().filter(|it| it.starts_with("usage import")).count();
        assert_eq!((imports(&way), imports(&told)), (usize::from(far_report), 1), "{told:?}");
        let words = |it: &String| it.split(' ').nth(1).unwrap().to_owned();
        let order: Vec<String> = way.iter().map(words).collect();
        let drops = far_figure.then_some("drop");
        let reports = far_report.then_some(["import", "report"]);
        let expected: Vec<&str> = drops.into_iter().chain(reports.into_iter().flatten()).collect();
        assert_eq!(order, expected, "{way:?}");
        dir.write("f.csv", "date,count\n2025-11-02,81\n2025-11-03,83\n2025-11-04,82\n");
        for command in &told[..way.len() + usize::from(!far_report)] {
            let command = command.replace("FILE", "f.csv");
            let dated = if command.starts_with("usage drop") { "--yes" } else { day };
            let told = dir.yes(&format!("{command} {dated}"));
            if command.starts_with("usage report") {
                assert!(told["days_without_data"] == 0 && told["days_with_data"] == 4, "{told:?}");
            }
        }
        dir.yes(&record);
        dir.run(&format!("usage due --instance inst {day}")).ends(1);
        figures(&dir, "2025-11-05,81\n");
        let next = dir.yes("usage report --instance inst --today 2025-11-06 --out next.usage");
        assert_eq!(next["days_without_data"], 0, "{next:?}");
    }
}

/// A license that names the keys of others is no good news for this instance.
#[test]
fn a_license_for_the_keys_of_others_is_not_called_good() {
    let dir = Dir::new();
    dir.issue("--request n.request --out theirs.airlock");
    dir.yes("instance init second --id 5f0a2f6e-8f2b-4f0c-9a53-2f9f0f6a6d11 --trust root.pub");
    let check = "check theirs.airlock --instance second --users 81 --history none";
    dir.run(&format!("{check} --today 2025-11-01")).ends(0).says(&[
        "YES: nothing is refused; but the vendor will refuse this instance's reports\n",
        "names report key",
    ]);
    let install = "license install theirs.airlock --instance second --users 81 --history none";
    let run = dir.run(&format!("{install} --today 2025-10-25"));
    assert!(!run.ends(0).text().contains("all is well"), "{}", run.text());
}
