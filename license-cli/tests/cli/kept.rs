//! What an instance keeps and trusts: licenses that were removed or do not verify any more, further
//! roots, several licenses at once, a lost ledger; and hints, followed as they are printed.

use std::fs::File;
use std::process::Stdio;

use rusqlite::Connection;

use crate::common::{COMPANY, Dir, INSTANCE, Run, binary, tool, words};
use crate::json::Json;

const INSTALL: &str = "license install n.airlock --instance inst --users 81 --today 2025-11-01";

fn id(dir: &Dir, file: &str) -> String {
    dir.show(file)["id"].text().to_owned()
}

/// Issues a license for the instance's request.
fn issue_for(dir: &Dir, file: &str, changed: &str) -> String {
    dir.issue(&format!("--request n.request --out {file} {changed}"));
    id(dir, file)
}

fn import(dir: &Dir, days: &str, today: &str) {
    dir.write("in.csv", days);
    dir.yes(&format!("usage import in.csv --instance inst --today {today}"));
}

fn report(day: &str, file: &str) -> String {
    format!("usage report --anyway --instance inst --today {day} --out {file}")
}

/// The first day of a report, and how many of its days have a figure.
fn made(dir: &Dir, day: &str) -> (String, i64) {
    let file = format!("{day}.usage");
    let with = dir.yes(&report(day, &file))["days_with_data"].number();
    let claims = dir.yes(&format!("usage show {file}"))["claims"].clone();
    (claims["first_day"].text().to_owned(), with)
}

/// Edits the ledger by hand.
fn edit(dir: &Dir, sql: &str) {
    Connection::open(dir.path("inst/ledger.sqlite")).unwrap().execute_batch(sql).unwrap();
}

/// The commands in backquotes of a hint.
fn commands(hint: &str) -> Vec<String> {
    let pieces = hint.split('`').skip(1).step_by(2);
    pieces.filter_map(|piece| piece.strip_prefix("airlock ")).map(str::to_owned).collect()
}

fn warnings(json: &Json) -> String {
    json["warnings"].items().iter().map(|warning| warning.text().to_owned() + "\n").collect()
}

#[test]
fn a_license_removed_for_a_day_before_its_first_stays_covered_if_it_was_in_force() {
    for (days, made_before) in [("2026-03-01,63\n", false), ("", true)] {
        let dir = Dir::installed();
        let old = id(&dir, "n.airlock");
        issue_for(&dir, "next.airlock", "--from 2026-11-01 --until 2027-11-01 --today 2026-10-01");
        if !days.is_empty() {
            import(&dir, days, "2026-10-01");
        }
        if made_before {
            dir.yes(&report("2026-10-01", "before.usage"));
        }
        dir.yes("license install next.airlock --instance inst --users 5 --today 2025-11-01");
        let removed =
            dir.yes(&format!("license remove {old} --instance inst --yes --today 2020-01-01"));
        assert_eq!(removed["covered"], true, "{removed:?}");
        assert_eq!(made(&dir, "2026-11-03").0, "2025-11-01");
    }
}

#[test]
fn a_license_whose_days_come_in_after_it_was_removed_is_covered() {
    let dir = Dir::new();
    dir.yes("license install n.airlock --instance inst --users 81 --today 2025-10-25");
    let old = id(&dir, "n.airlock");
    let line = format!("license remove {old} --instance inst --yes --today 2025-10-26");
    assert_eq!(dir.yes(&line)["covered"], false);
    issue_for(&dir, "next.airlock", "--from 2026-11-01 --until 2027-11-01 --today 2026-10-01");
    dir.yes("license install next.airlock --instance inst --users 5 --today 2026-11-01");
    assert_eq!(made(&dir, "2026-11-03"), ("2026-11-01".to_owned(), 0));
    import(&dir, "2026-03-01,63\n", "2026-11-03");
    assert_eq!(made(&dir, "2026-11-04"), ("2025-11-01".to_owned(), 1));
}

#[test]
fn a_license_that_was_never_in_force_leaves() {
    let dir = Dir::new();
    dir.yes("license install n.airlock --instance inst --users 81 --today 2025-10-25");
    let wrong = id(&dir, "n.airlock");
    dir.run(&format!("license remove {wrong} --instance inst --yes --today 2025-10-31"))
        .ends(0)
        .says(&["it was never in force, so reports do not cover its term"]);
    issue_for(&dir, "right.airlock", "--from 2025-11-10 --until 2026-11-10");
    dir.yes("license install right.airlock --instance inst --users 81 --today 2025-11-10");
    import(&dir, "2025-11-10,81\n2025-11-11,82\n", "2025-11-12");
    assert_eq!(made(&dir, "2025-11-12"), ("2025-11-10".to_owned(), 2));
    // On its first day it is in force.
    dir.yes(&format!("license export {wrong} --instance inst --out again.txt"));
    dir.yes("license install again.txt --instance inst --users 81 --today 2025-11-12");
    assert_eq!(made(&dir, "2025-11-13").0, "2025-11-01");
}

#[test]
fn a_license_that_is_damaged_in_the_ledger_is_not_carried_across_again() {
    let dir = Dir::installed();
    edit(
        &dir,
        "UPDATE license SET bytes = CAST(substr(bytes, 1, length(bytes) - 1) || x'ff' AS BLOB)",
    );
    for line in ["check --instance inst --users 5", "license export --instance inst --out x.txt"] {
        let error = dir.failed(line, "license_unverified");
        let hint = error["hint"].text();
        assert!(hint.starts_with("install its file once more: "), "{hint}");
    }
}

#[test]
fn a_kept_license_that_does_not_verify_any_more_is_named_and_stops_what_rests_on_it() {
    let dir = Dir::installed();
    let old = id(&dir, "n.airlock");
    let next =
        issue_for(&dir, "next.airlock", "--from 2026-11-01 --until 2027-11-01 --today 2026-10-01");
    dir.yes("license install next.airlock --instance inst --users 5 --today 2026-11-01");
    import(&dir, "2026-03-01,63\n", "2026-11-01");
    let break_it = |id: &str| {
        let set = "UPDATE license SET bytes = \
            CAST(substr(bytes, 1, length(bytes) - 1) || x'ff' AS BLOB)";
        edit(&dir, &format!("{set} WHERE hex(id) = '{}'", id.to_uppercase()));
    };
    // The one that would be first.
    break_it(&old);
    let error = dir.failed(&report("2026-11-03", "x.usage"), "license_unverified");
    assert!(error["message"].text().contains(&old), "{error:?}");
    assert!(error["message"].text().contains("[bad_signature]"), "{error:?}");
    dir.failed("check --instance inst --users 5 --today 2026-11-03", "license_unverified");
    // The hint, as it is printed: also where the license has long ended.
    let line = commands(error["hint"].text())[0].replace("FILE", "n.airlock");
    let mended = dir.yes(&format!("{line} --today 2026-11-03"));
    assert_eq!(mended["mended"], true, "{mended:?}");
    assert_eq!(made(&dir, "2026-11-03"), ("2025-11-01".to_owned(), 1));
    // The one that decides.
    break_it(&next);
    dir.failed(&report("2026-11-04", "x.usage"), "license_unverified");
    dir.yes("license install next.airlock --instance inst --users 5 --today 2026-11-04");
    // One that changes nothing of the report is named in its answer.
    let spare =
        issue_for(&dir, "spare.airlock", "--from 2026-11-01 --until 2027-11-01 --today 2026-09-01");
    dir.yes("license install spare.airlock --instance inst --users 5 --today 2026-11-04");
    dir.yes(&format!("license remove {spare} --instance inst --yes --today 2026-11-04"));
    break_it(&spare);
    let answer = dir.yes(&report("2026-11-04", "4.usage"));
    assert!(warnings(&answer).contains(&format!("license {spare} does not verify any more")));
    assert!(warnings(&answer).contains("[bad_signature]"), "{answer:?}");
}

#[test]
fn a_root_that_was_taken_out_is_named_and_the_hint_brings_it_back() {
    let dir = Dir::installed();
    edit(&dir, "DELETE FROM root");
    let error = dir.failed(&report("2025-11-03", "x.usage"), "no_roots");
    let line = commands(error["hint"].text())[0].replace("FILE", "n.airlock");
    assert_eq!(dir.yes(&line)["pinned_roots"].items().len(), 1);
    made(&dir, "2025-11-03");
}

#[test]
fn a_file_in_the_place_of_another_license_is_not_taken_for_it() {
    let dir = Dir::installed();
    issue_for(&dir, "other-n.airlock", "--seats 900");
    let file = hex(&dir.read("other-n.airlock"));
    edit(&dir, &format!("UPDATE license SET bytes = x'{file}'"));
    let listed = dir.yes("license list --instance inst --today 2025-11-02");
    assert_eq!(listed["licenses"].items()[0]["code"], "ledger_damaged");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_further_root_is_asked_about() {
    let dir = Dir::installed();
    let line = "license install other.airlock --instance inst --users 5 --trust root2.pub \
        --history none --today 2025-11-01";
    let error = dir.failed(line, "not_confirmed");
    let (first, second) = (print(&dir, "root.pub"), print(&dir, "root2.pub"));
    let says = error["message"].text();
    assert!(says.contains(&format!("Trusted then: {first}, and {second}.")), "{says}");
    let ask = |answer: &str| {
        let line =
            format!("printf '{answer}\\n' | script -qec '{} {line}' /dev/null", binary().display());
        let run = tool("sh", "dash", &["-c", &line], dir.root());
        String::from_utf8_lossy(&run.stdout).into_owned()
    };
    assert!(dir.unchanged(|| ask("n")).contains("Trust it? [y/N]"));
    let yes = ask("y");
    assert!(yes.contains(&format!("trusted  now {first}, and {second}")), "{yes}");
    // It is pinned, and not asked about again.
    dir.yes(
        "license install loose.airlock --instance inst --users 5 --history none \
        --trust root2.pub --today 2025-11-01",
    );
}

#[test]
fn removed_licenses_are_told_of_where_none_is_installed() {
    let dir = Dir::installed();
    let id = dir.show("n.airlock")["id"].text().to_owned();
    dir.yes(&format!("license remove {id} --instance inst --yes --today 2025-11-02"));
    dir.run("license list --instance inst --today 2025-11-02").ends(0).says(&[
        "no license is installed; 1 was removed: `airlock license list --removed --instance inst`",
        "`airlock license restore ID --instance inst` brings one back",
    ]);
    let error = dir.failed("check --instance inst --users 5 --today 2025-11-02", "no_license");
    assert_eq!(error["message"], "no license is installed");
    assert!(error["hint"].text().contains("airlock license restore ID"), "{error:?}");
}

/// A root that is not taken is not dropped in silence.
#[test]
fn a_root_beside_a_license_that_is_there_is_said_not_to_be_trusted() {
    let dir = Dir::installed();
    let line = "license install n.airlock --instance inst --users 81 --history none --trust \
                root2.pub --yes --today 2025-11-01";
    let (first, second) = (print(&dir, "root.pub"), print(&dir, "root2.pub"));
    dir.run(line).ends(0).says(&[&format!(
        "  trusted  only {first}, as before: the root that --trust gave ({second}) was not taken"
    )]);
}

#[test]
fn a_root_that_the_license_does_not_need_is_said_to_be_needless() {
    let dir = Dir::installed();
    let line = "license install loose.airlock --instance inst --users 5 --history none --trust \
                root2.pub --today 2025-11-01";
    let error = dir.failed(line, "not_confirmed");
    let first = print(&dir, "root.pub");
    let says = format!("The file needs no further root: it is signed under {first}. This instance");
    assert!(error["message"].text().starts_with(&says), "{error:?}");
}

fn print(dir: &Dir, file: &str) -> String {
    let run = dir.run(&format!("key show {file}"));
    run.text().lines().last().unwrap().trim_start_matches("fingerprint ").to_owned()
}

#[test]
fn a_script_says_yes_to_a_further_root() {
    let dir = Dir::installed();
    let answer = dir.yes(
        "license install other.airlock --instance inst --users 5 --trust root2.pub --yes \
         --history none --today 2025-11-01",
    );
    assert_eq!(answer["pinned_roots"].items().len(), 1);
}

#[test]
fn every_license_of_a_text_is_installed_or_none() {
    let dir = Dir::new();
    let second = issue_for(&dir, "second.airlock", "--from 2025-12-01 --until 2026-12-01");
    dir.yes("instance init far --id 00000000-0000-4000-8000-000000000003 --trust root.pub");
    dir.yes(&format!(
        "request new --instance far --company '{COMPANY}' --name Bo --email b@acme.example --plan \
         premium --seats 7 --users 3 --today 2025-10-18 --out far.request"
    ));
    dir.issue("--request far.request --out far.airlock");
    let text = |file: &str| {
        dir.yes(&format!("text {file} --out part.txt --force"));
        dir.text("part.txt")
    };
    let both = text("n.airlock") + &text("second.airlock");
    dir.write("mail.txt", both.clone() + &text("far.airlock") + &text("n.request"));
    let line = "license install mail.txt --instance inst --users 81 --today 2025-11-01";
    let refused = dir.no(&line.replace("81", "111"));
    assert_eq!(refused["installed"], false, "{refused:?}");
    let answer = dir.yes(line);
    assert_eq!(answer["licenses"].items().len(), 2, "{answer:?}");
    assert_eq!(answer["licenses"].items()[1]["license"], second.as_str());
    assert!(warnings(&answer).contains("2 documents of mail.txt passed over"), "{answer:?}");
    let listed = dir.yes("license list --instance inst --today 2025-11-01");
    assert_eq!(listed["licenses"].items().len(), 2);
    dir.run(line).ends(0).says(&["is installed already: nothing changes"]);
    // A damaged one among others stops all.
    let dir = Dir::new();
    let end = both.trim_end().rfind('\n').unwrap() - 2;
    let other = if &both[end..=end] == "A" { "B" } else { "A" };
    dir.write("mail.txt", format!("{}{other}{}", &both[..end], &both[end + 1..]));
    let error = dir.failed(line, "text_damaged");
    assert!(error["message"].text().ends_with("; nothing was installed"), "{error:?}");
    // Alone it is told as it was.
    let one = both.split_inclusive("-----END AIRLOCK LICENSE-----\n").next().unwrap();
    dir.write("mail.txt", one.replacen("A", "B", 30));
    let error = dir.run(&format!("{line} --json"));
    assert!(!error.err.contains("nothing was installed"), "{error}");
}

#[test]
fn figures_of_days_that_the_clock_has_not_reached_are_warned_of() {
    let dir = Dir::installed();
    dir.write("far.csv", "date,count\n2100-01-01,5\n2025-11-01,4\n");
    let line = "usage import far.csv --instance inst --today 2100-01-02";
    let answer = dir.yes(line);
    assert!(warnings(&answer).contains("figures of 1 day that this clock has not reached"));
    dir.write("near.csv", "date,count\n2025-11-01,4\n");
    let near = dir.yes("usage import near.csv --instance inst --today 2100-01-02");
    assert!(!near.keys().contains(&"warnings"), "{near:?}");
}

#[test]
fn the_log_says_when_by_the_clock_and_for_which_day() {
    let dir = Dir::installed();
    let old = id(&dir, "n.airlock");
    dir.yes(&format!("license remove {old} --instance inst --yes --today 2025-11-10"));
    let log = dir.yes("instance log --instance inst");
    let last = log["events"].items().last().unwrap().clone();
    assert_eq!(last["day"], "2025-11-10");
    assert!(!last["at"].text().starts_with("2025-11-10"), "{last:?}");
    let first = &log["events"].items()[0];
    assert!(first["at"].text().starts_with(first["day"].text()), "{first:?}");
    let removed = format!("license_removed: license {old} (done for 2025-11-10)\n");
    dir.run("instance log --instance inst").ends(0).says(&[&removed]);
}

#[test]
fn a_range_without_a_figure_is_refused() {
    let dir = Dir::installed();
    let line = "usage drop --instance inst --reason x --from 2025-11-05 --until 2025-11-07";
    let none = dir.refused(line, "no_figure");
    assert!(none["message"].text().ends_with("none is held at all"), "{none:?}");
    import(&dir, "2025-11-01,5\n2025-11-04,7\n", "2025-11-05");
    assert_eq!(
        dir.refused(line, "no_figure")["message"],
        "no figure is held between 2025-11-05 and 2025-11-06; figures are held from 2025-11-01 to \
         2025-11-04"
    );
}

/// Runs the command with standard output on a full device.
fn on_full(dir: &Dir, line: &str) -> Run {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = dir.command(&words(line)).stdout(full).stderr(Stdio::piped()).output().unwrap();
    Run::of(line, output)
}

#[test]
fn what_was_changed_is_said_where_the_answer_cannot_be_printed() {
    let dir = Dir::new();
    let old = id(&dir, "n.airlock");
    dir.write("in.csv", "2025-11-01,5\n");
    for (line, done) in [
        (INSTALL.to_owned(), "the license is installed".to_owned()),
        (
            format!("license remove {old} --instance inst --yes --today 2025-11-02"),
            format!("license {old} is removed"),
        ),
        (
            format!("license restore {old} --instance inst --today 2025-11-02"),
            format!("license {old} is restored"),
        ),
        ("usage import in.csv --instance inst".to_owned(), "the file is read into".to_owned()),
        (report("2025-11-02", "1.usage"), "report 1 is made and kept".to_owned()),
        (
            "usage drop --instance inst --from 2025-11-01 --until 2025-11-02 --reason x --yes"
                .to_owned(),
            "the figures are taken out".to_owned(),
        ),
        ("instance init new".to_owned(), "new is made".to_owned()),
    ] {
        let run = on_full(&dir, &line);
        run.ends(2).says(&[&done, "; but no space is left for standard output"]);
    }
    // Where nothing was changed, nothing is said of it.
    let run = on_full(&dir, "license list --instance inst");
    assert!(!run.err.contains("; but "), "{run}");
}

#[test]
fn a_lost_ledger_is_made_anew_by_what_the_hints_say() {
    let dir = Dir::installed();
    import(&dir, "2025-11-01,10\n2025-11-02,63\n", "2025-11-03");
    dir.yes(&report("2025-11-03", "1.usage"));
    let key = dir.read("inst/instance.key");
    std::fs::remove_file(dir.path("inst/ledger.sqlite")).unwrap();
    let lost = dir.failed("license list --instance inst", "no_instance");
    let init = dir.failed("instance init inst --trust root.pub", "instance_exists");
    assert_eq!(lost["hint"], init["hint"]);
    let [restore, init] = &commands(lost["hint"].text())[..2] else { panic!("{lost:?}") };
    assert!(restore.starts_with("instance restore BACKUP --instance NEW"), "{lost:?}");
    let line = init.replace("UUID", INSTANCE);
    let run = dir.run(&line);
    run.ends(0);
    let next = commands(run.text())[0].replace("REPORT", "1.usage");
    assert_eq!(dir.yes(&next)["next_number"], 2);
    assert_eq!(dir.read("inst/instance.key"), key);
    assert_eq!(dir.mode("inst/ledger.sqlite"), 0o600);
    dir.yes(INSTALL);
    assert_eq!(made(&dir, "2025-11-04"), ("2025-11-01".to_owned(), 2));
    // Never beside a ledger, and not without a key.
    let again = format!("instance init inst --keep-key --id {INSTANCE}");
    dir.failed(&again, "instance_exists");
    dir.failed(&again.replace("inst ", "nowhere "), "no_instance");
}

#[test]
fn a_journal_of_a_lost_ledger_is_not_left_beside_a_new_one() {
    let dir = Dir::installed();
    std::fs::rename(dir.path("inst/ledger.sqlite"), dir.path("inst/ledger.sqlite-journal"))
        .unwrap();
    let line = format!("instance init inst --keep-key --id {INSTANCE}");
    dir.failed(&line, "instance_leftover");
}

#[test]
fn hints_name_the_folder_that_was_typed_and_work_as_they_are_printed() {
    let dir = Dir::installed();
    let old = id(&dir, "n.airlock");
    let run = dir.run(&format!("license remove {old} --instance inst --yes --today 2025-11-02"));
    let undo = commands(run.text())[0].clone();
    assert_eq!(undo, format!("license restore {old} --instance inst"));
    dir.yes(&undo);
    let error = dir.failed("license remove 0123456 --instance inst --yes", "no_license");
    dir.yes(&commands(error["hint"].text())[0]);
    let error = dir.failed("license restore 0123456 --instance inst", "no_license");
    dir.yes(&commands(error["hint"].text())[0]);
}

#[test]
fn a_clock_that_a_report_contradicts_is_not_sent_to_drop_figures() {
    let dir = Dir::installed();
    import(&dir, "2025-11-01,5\n2025-11-12,7\n2025-11-13,7\n", "2025-11-13");
    // A figure is the cause: the hint takes it out.
    let error = dir.failed(&report("2025-11-10", "x.usage"), "clock_behind");
    let drop = commands(error["hint"].text())[0].clone();
    assert_eq!(dir.yes(&drop)["dropped"].items().len(), 2);
    dir.yes(&report("2025-11-10", "1.usage"));
    // A report is the cause.
    let error = dir.failed(&report("2025-11-08", "x.usage"), "clock_behind");
    assert!(!error["hint"].text().contains("drop"), "{error:?}");
    dir.yes(&format!("{} --accept-clock", report("2025-11-08", "2.usage")));
}

#[test]
fn a_report_that_is_given_again_asks_for_another_only_where_days_are_left() {
    let dir = Dir::installed();
    import(&dir, "2025-11-01,5\n", "2025-11-02");
    // Kept, and not placed.
    dir.run(&report("2025-11-03", "none/1.usage"));
    edit(&dir, "UPDATE report SET state = 0");
    dir.yes(&report("2025-11-03", "1.usage"));
    edit(&dir, "UPDATE report SET state = 0");
    let same = warnings(&dir.yes(&report("2025-11-03", "2.usage")));
    assert!(same.contains("byte for byte") && !same.contains("once more"), "{same}");
    edit(&dir, "UPDATE report SET state = 0");
    let later = warnings(&dir.yes(&report("2025-11-04", "3.usage")));
    assert!(later.contains("once more"), "{later}");
    dir.yes(&report("2025-11-04", "4.usage"));
}
