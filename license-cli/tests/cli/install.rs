//! `airlock license install`: a look before, several licenses at once, and what changes.

use crate::common::Dir;
use crate::ledger::{kill, kills, moment};

const SPARE: &str = "00000000-0000-4000-8000-000000000002";

/// A folder with the licenses of three years, `1.airlock` to `3.airlock`, none of them installed:
/// 50, 60 and 60 seats, from 2026-10-15 on.
fn contract() -> Dir {
    let dir = Dir::new();
    dir.yes(
        "issuer certify --root root.key --key desk.pub --name Desk --from 2026-01-01 --until \
         2030-01-01 --start-days 800 --today 2026-01-01 --out desk.issuer --force",
    );
    for (year, seats) in [(1, 50), (2, 60), (3, 60)] {
        let (from, until) = (2025 + year, 2026 + year);
        dir.issue(&format!(
            "--request n.request --seats {seats} --previous-users 50 --from {from}-10-15 --until \
             {until}-10-15 --today 2026-10-05 --out {year}.airlock"
        ));
    }
    dir
}

fn install(what: &str) -> String {
    format!("license install {what} --instance inst --users 48 --history none --today 2026-10-12")
}

/// The licenses of these files in one mail.
fn mail(dir: &Dir, files: &[&str]) {
    let text = |file: &&str| {
        dir.yes(&format!("text {file} --out text.tmp --force"));
        dir.text("text.tmp")
    };
    let blocks: Vec<String> = files.iter().map(text).collect();
    dir.write("mail.txt", format!("Dear Ida,\n\nyour licenses:\n\n{}", blocks.join("\n")));
}

fn id(dir: &Dir, file: &str) -> String {
    dir.show(file)["id"].text().to_owned()
}

fn installed(dir: &Dir) -> usize {
    dir.yes("license list --instance inst --today 2026-10-12")["licenses"].items().len()
}

#[test]
fn a_look_writes_nothing_and_ends_as_the_real_one_would() {
    let dir = Dir::new();
    let line = |users: u32| {
        format!("license install n.airlock --instance inst --users {users} --today 2025-11-01")
    };
    let look = |users: u32| format!("{} --dry-run", line(users));
    let told = dir.unchanged(|| dir.yes(&look(81)));
    assert_eq!(told["dry_run"], true);
    let text = dir.unchanged(|| dir.run(&look(81)));
    text.ends(0).says(&["would be installed: activation is allowed", "nothing was written"]);
    dir.unchanged(|| dir.run(&look(111)).ends(1).text().to_owned());
    dir.failed(&look(81).replace("n.airlock", "nothing.airlock"), "input_missing");
    let done = dir.yes(&line(81));
    assert!(!done.has("dry_run"));
    for name in ["before", "after", "license", "installed", "changed"] {
        assert_eq!(told[name], done[name], "{name}");
    }
    let again = dir.unchanged(|| dir.yes(&look(81)));
    assert_eq!(again["changed"], false);
}

#[test]
fn a_look_with_a_further_root_trusts_nothing() {
    let dir = Dir::new();
    let line = "license install other.airlock --instance inst --users 81 --today 2025-11-01 \
                --trust root2.pub --dry-run";
    dir.failed(line, "not_confirmed");
    let told = dir.unchanged(|| dir.yes(&format!("{line} --yes")));
    assert_eq!(told["pinned_roots"].items().len(), 1);
    dir.refused(&line.replace(" --trust root2.pub", ""), "unknown_key");
}

#[test]
fn what_changes_is_told_before_and_after() {
    let dir = Dir::installed();
    let old = id(&dir, "n.airlock");
    dir.issue(
        "--request n.request --seats 150 --until 2026-12-01 --today 2025-10-25 --out more.airlock",
    );
    let new = id(&dir, "more.airlock");
    let line = "license install more.airlock --instance inst --users 81 --today 2025-11-02";
    dir.run(&format!("{line} --dry-run")).ends(0).says(&[
        &format!(
            "  before   license {old} is in force, 100 seats; the contract ends with 2026-10-31\n"
        ),
        &format!(
            "  after    license {new} is in force, 150 seats; the contract ends with 2026-11-30\n"
        ),
        "  changes  another license decides today; seats today: 100 seats -> 150 seats; contract's \
         end: 2026-10-31 -> 2026-11-30\n",
    ]);
    let told = dir.yes(line);
    assert_eq!(told["before"]["license"], old.as_str());
    assert_eq!(told["after"]["license"], new.as_str());
    assert_eq!(told["after"]["seats"], 150);
    assert_eq!(told["after"]["contract_last_day"], "2026-11-30");
}

#[test]
fn a_renewal_ends_what_its_missing_refused() {
    let dir = Dir::installed();
    dir.issue("--request n.request --from 2026-11-01 --until 2027-11-01 --today 2026-10-20");
    let line = "license install new.airlock --instance inst --users 81 --today 2026-11-20";
    let told = dir.run(line);
    told.ends(0).says(&[
        "  before   no license is in force any more\n",
        "today: the instance is read-only",
        "-> nothing is refused\n",
    ]);
}

#[test]
fn a_license_that_others_were_issued_after_decides_nothing() {
    let dir = Dir::new();
    dir.issue("--request n.request --seats 150 --today 2025-10-25 --out more.airlock");
    let line =
        "license install more.airlock n.airlock --instance inst --users 81 --today 2025-11-02";
    dir.run(line).ends(0).says(&[
        "  turn     it decides from today on\n",
        "  turn     it decides on no day to come: others that were issued later do\n",
    ]);
}

/// That it waits, and that users are over its seats, are both told.
#[test]
fn users_over_the_seats_are_told_with_what_follows() {
    let dir = contract();
    let line = |file: &str, users: u32, day: &str| {
        format!(
            "license install {file} --instance inst --users {users} --history none --today {day}"
        )
    };
    let waits = dir.run(&line("1.airlock", 53, "2026-10-12"));
    waits.ends(0).says(&[
        "installed: it waits for its day\n",
        "  over     3 users are over the seats; if they stay, from 2026-10-15 on each seat over is \
         owed; this keeps no number: on a day of the term `airlock usage record --users 53 \
         --instance inst` does, and `airlock status --instance inst` counts it then; nothing is \
         refused for it\n",
    ]);
    assert!(!waits.text().contains("all is well"), "{waits}");
    dir.issue(
        "--request n.request --seats 50 --previous-users 50 --set hard_stop=true --from \
         2026-10-15 --until 2027-10-15 --today 2026-10-06 --out hard.airlock",
    );
    let told = dir.run(&line("hard.airlock", 51, "2026-10-20"));
    told.ends(0).says(&[
        "installed: activation is allowed\n",
        "  over     1 user is over the seats: each seat over is owed; this keeps no number: on a \
         day of the term `airlock usage record --users 51 --instance inst` does, and `airlock status \
         --instance inst` counts it then; no user can be added\n",
    ]);
    let json = dir.yes(&format!("{} --dry-run", line("3.airlock", 61, "2026-10-20")));
    assert_eq!(json["users_over"], 1);
}

#[test]
fn the_years_of_a_mail_are_installed_at_once_and_each_waits_for_its_day() {
    let dir = contract();
    mail(&dir, &["3.airlock", "1.airlock", "2.airlock"]);
    let run = dir.run(&install("mail.txt"));
    let waits = "installed: all is well, and it waits for its day";
    assert_eq!(run.ends(0).text().matches(waits).count(), 3, "{run}");
    run.says(&[
        "it takes over by itself on 2026-10-15, in 3 days; nothing is left to do for that\n",
        "it takes over by itself on 2027-10-15, in 368 days; nothing is left to do for that\n",
        "it takes over by itself on 2028-10-15, in 734 days; nothing is left to do for that\n",
        "begins on 2026-10-15, 50 seats; the contract ends with 2029-10-14, with 3 licenses\n",
    ]);
    let list = dir.yes("license list --instance inst --today 2026-10-12");
    let status = dir.no("status --instance inst --today 2026-10-12");
    assert_eq!(status["chain"], list["chain"]);
    assert_eq!(status["contract_last_day"], "2029-10-14");
    assert_eq!(status["contract_licenses"], 3);
    dir.run("status --instance inst --today 2026-10-12").ends(1).says(&[
        "NOT YET: the license is installed, and begins by itself on 2026-10-15\n",
        "  chain     to 2027-10-14 50 seats, then to 2028-10-14 60 seats, then to\n            \
         2029-10-14 60 seats\n",
    ]);
    dir.run("status --instance inst --users 48 --today 2027-11-01")
        .ends(0)
        .says(&["  chain     to 2028-10-14 60 seats, then to 2029-10-14 60 seats\n"]);
}

#[test]
fn a_gap_in_the_chain_ends_the_contract_and_is_told() {
    let dir = contract();
    dir.yes(&install("1.airlock 3.airlock"));
    let status = dir.yes("status --instance inst --today 2026-10-20");
    assert_eq!(status["contract_last_day"], "2027-10-14");
    dir.run("status --instance inst --today 2026-10-20")
        .ends(0)
        .says(&["  chain     to 2027-10-14 50 seats, then to 2028-10-14 no license, then to\n"]);
    // The one that ended is the one that decides, whatever begins later.
    let after = dir.no("status --instance inst --today 2027-11-01");
    assert_eq!(after["contract_last_day"], "2027-10-14");
}

#[test]
fn a_license_that_takes_over_in_between_is_counted_once() {
    let dir = contract();
    dir.issue(
        "--request n.request --seats 80 --from 2027-01-01 --until 2027-03-01 --today 2026-10-06 \
         --out between.airlock",
    );
    dir.yes(&install("1.airlock between.airlock"));
    let status = dir.yes("status --instance inst --today 2026-10-20");
    assert_eq!(status["contract_last_day"], "2027-10-14");
    assert_eq!((status["contract_licenses"].number(), status["chain"].items().len()), (2, 3));
}

#[test]
fn one_bad_license_among_three_and_none_is_installed() {
    let dir = contract();
    dir.issue("--key desk2.key --issuer desk2.issuer --today 2025-10-20 --out bad.airlock");
    mail(&dir, &["1.airlock", "bad.airlock", "3.airlock"]);
    let error = dir.refused(&install("mail.txt"), "unknown_key");
    let message = error["message"].text();
    assert!(message.starts_with("mail.txt: file 2 of 3: "), "{message}");
    assert!(message.ends_with("; nothing was installed"), "{message}");
    let error = dir.refused(&install("1.airlock bad.airlock 3.airlock"), "unknown_key");
    let message = error["message"].text();
    assert!(message.starts_with("bad.airlock: "), "{message}");
    assert!(message.ends_with("; nothing was installed"), "{message}");
    assert_eq!(installed(&dir), 0);
}

#[test]
fn one_license_that_is_refused_keeps_the_others_out() {
    let dir = contract();
    dir.issue(
        "--request n.request --seats 40 --previous-users 50 --from 2027-10-15 --until 2028-10-15 \
         --today 2026-10-05 --out few.airlock",
    );
    let line = install("1.airlock few.airlock 3.airlock");
    let refused = dir.unchanged(|| dir.run(&line));
    refused.ends(1).says(&[
        &format!("license  {}", id(&dir, "few.airlock")),
        "none of 3 licenses is installed, because 1 license is refused\n",
    ]);
    assert_eq!(dir.no(&line)["license"], id(&dir, "few.airlock").as_str());
}

#[test]
fn a_file_that_holds_nothing_for_this_instance_is_named() {
    let dir = contract();
    dir.issue(&format!("--bind {SPARE} --today 2026-10-05 --out foreign.airlock"));
    for (file, code) in [("foreign.airlock", "other_instance"), ("n.request", "wrong_kind")] {
        let run = dir.run(&format!("{} --json", install(&format!("1.airlock {file}"))));
        let error = run.error(run.status.unwrap(), code);
        let message = error["message"].text();
        assert!(message.starts_with(&format!("{file}: ")), "{message}");
        assert!(message.ends_with("; nothing was installed"), "{message}");
    }
    assert_eq!(installed(&dir), 0);
}

#[test]
fn the_same_license_in_two_files_is_one() {
    let dir = contract();
    mail(&dir, &["1.airlock", "2.airlock"]);
    let done = dir.yes(&install("mail.txt 2.airlock 2.airlock"));
    assert_eq!(done["licenses"].items().len(), 2);
}

#[test]
fn an_install_that_was_killed_is_whole_or_absent_and_the_same_command_ends_it() {
    let dir = contract();
    mail(&dir, &["1.airlock", "2.airlock", "3.airlock"]);
    for round in 0..kills() {
        let acknowledged = kill(&dir, &install("mail.txt"), moment(7_000 + round));
        let found = installed(&dir);
        assert!(found == 3 || found == 0 && !acknowledged, "{found} {acknowledged}");
        let done = dir.yes(&install("mail.txt"));
        assert_eq!(done["installed"], true);
        assert_eq!(installed(&dir), 3);
        let ids = dir.yes("license list --instance inst --today 2026-10-12");
        for license in ids["licenses"].items() {
            let id = license["license"].text();
            dir.yes(&format!("license remove {id} --instance inst --yes --today 2026-10-12"));
        }
    }
}

#[test]
fn of_the_same_day_the_chain_is_the_one_that_was_issued_last() {
    let dir = contract();
    dir.issue(
        "--seats 90 --from 2027-10-15 --until 2028-10-15 --today 2026-10-07 --out new.airlock",
    );
    dir.yes(&install("1.airlock 2.airlock 3.airlock new.airlock"));
    let status = dir.yes("status --instance inst --today 2026-10-20");
    assert_eq!(status["contract_licenses"], 3);
    assert_eq!(status["chain"].items()[1]["license"], id(&dir, "new.airlock").as_str());
}

#[test]
fn without_a_license_that_has_begun_nothing_licensed_works() {
    let dir = contract();
    let line = install("1.airlock 2.airlock").replace("--today 2026-10-12", "--today 2026-10-15");
    let early = dir.yes(&format!("{} --dry-run", install("1.airlock 2.airlock")));
    assert_eq!(early["after"]["effects"].texts(), ["inactive"]);
    let told = dir.yes(&line);
    assert_eq!(told["before"]["effects"].texts(), ["inactive"]);
    assert!(!told["after"]["effects"].texts().contains(&"inactive"), "{told:?}");
}

#[test]
fn a_look_at_an_instance_that_was_moved_is_refused_as_the_real_one() {
    let dir = Dir::installed();
    dir.yes("instance move --instance inst --yes --out moved --today 2025-11-02");
    let line = "license install loose.airlock --instance inst --users 81 --today 2025-11-02";
    dir.refused(line, "instance_retired");
    dir.refused(&format!("{line} --dry-run"), "instance_retired");
}

/// What is behind a license's end is not signed: such a file is refused as a whole, and each that
/// is not taken is named.
#[test]
fn of_files_that_are_broken_each_is_named_and_nothing_is_installed() {
    let dir = contract();
    dir.write("cut.airlock", &dir.read("2.airlock")[..300]);
    dir.write("more.airlock", [&dir.read("2.airlock")[..], b"junk"].concat());
    let line = install("1.airlock cut.airlock more.airlock 3.airlock");
    let run = dir.unchanged(|| dir.run(&line));
    assert_ne!(run.status, Some(0), "{run}");
    run.says(&["cut.airlock: ", "more.airlock: ", "`airlock license install 1.airlock 3.airlock"]);
    assert_eq!(installed(&dir), 0);
    dir.yes(&install("1.airlock 3.airlock"));
}

/// Of a mail with the years of a contract one is missing: the days without a license are told when
/// the others are installed.
#[test]
fn a_year_that_is_missing_of_what_came_is_told() {
    let dir = contract();
    dir.yes(&install("1.airlock"));
    for (more, would) in [(" --dry-run", "would be "), ("", "")] {
        let run = dir.run(&format!("{}{more}", install("3.airlock")));
        run.ends(0).says(&[
            &format!(
                "{would}installed: it waits for its day, and before it no license is in force"
            ),
            "  gap      2027-10-15 to 2028-10-14: no license is in force then; install",
            "`airlock request new --instance inst`",
        ]);
    }
    let told = dir.yes(&install("2.airlock 3.airlock"));
    assert!(told["after"]["gaps"].items().is_empty(), "{told:?}");
    // Without it, the days are there for programs.
    let dir = contract();
    let told = dir.yes(&install("1.airlock 3.airlock"));
    let gap = &told["after"]["gaps"].items()[0];
    assert!(gap["from"] == "2027-10-15" && gap["until"] == "2028-10-15", "{told:?}");
}

/// A license that decides on no day to come has no role.
#[test]
fn of_a_license_that_decides_nothing_no_role_is_told() {
    let dir = Dir::new();
    dir.yes(&format!("instance init spare --id {SPARE} --trust root.pub"));
    dir.yes(
        "request new --instance spare --company Nordhavn --name Ida --email i@n.example --plan \
         premium --seats 100 --users 20 --today 2025-10-19 --out s.request",
    );
    let both = "--request n.request --request s.request --seats 100";
    dir.issue(&format!("{both} --today 2025-10-20 --out old.airlock"));
    dir.issue(&format!("{both} --today 2025-10-25 --out new.airlock"));
    let line = |file: &str| {
        format!("license install {file} --instance spare --users 20 --today 2025-11-01")
    };
    dir.run(&line("new.airlock")).ends(0).says(&["  role     spare: "]);
    let run = dir.run(&line("old.airlock"));
    run.ends(0).says(&["it decides on no day to come"]);
    assert!(!run.text().contains("  role "), "{run}");
}

/// The same question has one answer in `check` and `status`: a next license that is installed
/// takes over before the end of this one does anything.
#[test]
fn the_check_knows_the_license_that_takes_over() {
    let dir = contract();
    dir.yes(&install("1.airlock 2.airlock"));
    let next = id(&dir, "2.airlock");
    let check = "check --instance inst --users 48 --today 2027-10-14";
    let says = format!("  next     2027-10-15: from then on, license {next} decides\n");
    dir.run(check).ends(0).says(&[&says]);
    let told = dir.yes(check);
    assert!(told["next_change"]["license"] == next.as_str(), "{told:?}");
    assert_eq!(told["next_change"]["day"], "2027-10-15");
    // A file alone knows no other.
    dir.run("check 1.airlock --trust root.pub --users 48 --today 2027-10-14")
        .ends(0)
        .says(&["  next     2027-10-15: from then on, the instance is read-only\n"]);
}
