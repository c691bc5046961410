//! `airlock instance`, `airlock request`, and what `airlock license` does on an instance.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::DirBuilderExt;

use crate::common::{Dir, INSTANCE, data, terms, tool, unshare};
use crate::json::Json;

const REQUEST: &str = "request new --instance inst --company Acme --name Bo --email b@acme.example \
    --plan ultimate --users 5 --today 2025-10-18 --out new.request";
/// Installs the license of the fixture.
const INSTALL: &str = "license install n.airlock --instance inst --users 81 --today 2025-11-01";

/// Returns each listed license's state by its id.
fn states(list: &Json) -> BTreeMap<String, String> {
    let pair =
        |license: &Json| (license["license"].text().to_owned(), license["state"].text().to_owned());
    list["licenses"].items().iter().map(pair).collect()
}

fn state(list: &BTreeMap<String, String>, id: &str) -> String {
    list.get(id).cloned().unwrap_or_else(|| panic!("no {id} in {list:?}"))
}

/// Issues a license for the instance's request and returns its id.
fn issue_for(dir: &Dir, file: &str, changed: &str) -> String {
    let json = dir.issue(&format!("--request n.request --out {file} {changed}"));
    json["id"].text().to_owned()
}

#[test]
fn init_makes_a_folder_for_its_owner_only() {
    let dir = Dir::new();
    let json =
        dir.yes(&format!("instance init new --id {INSTANCE} --trust root.pub --trust root2.pub"));
    assert_eq!(json["instance"], INSTANCE);
    assert_eq!(json["dir"], "new");
    let roots: Vec<Json> = ["root.pub", "root2.pub"]
        .map(|root| dir.yes(&format!("key show {root}"))["fingerprint"].clone())
        .into();
    assert_eq!(json["roots"].items(), roots);
    assert_eq!(json["key"], dir.yes("key show new/instance.pub")["fingerprint"]);
    assert_eq!(dir.mode("new"), 0o700);
    for file in ["instance.key", "ledger.sqlite"] {
        assert_eq!(dir.mode(&format!("new/{file}")), 0o600, "{file}");
    }
    dir.run("instance init more --trust root.pub").ends(0).says(&["trusted root", "Compare"]);
    dir.run("instance init none").ends(0).says(&["No root is trusted yet"]);
}

#[test]
fn a_random_id_is_a_uuid_and_new_each_time() {
    let dir = Dir::new();
    let ids = ["a", "b"]
        .map(|name| dir.yes(&format!("instance init {name}"))["instance"].text().to_owned());
    assert_ne!(ids[0], ids[1]);
    assert!(ids.iter().all(|id| id.len() == 36 && id.as_bytes()[14] == b'4'), "{ids:?}");
}

#[test]
fn init_takes_an_empty_folder_and_nothing_else() {
    let dir = Dir::new();
    dir.failed("instance init inst", "instance_exists");
    dir.write("file", "x");
    dir.failed("instance init file", "instance_folder");
    fs::create_dir(dir.path("full")).unwrap();
    dir.write("full/other", "x");
    dir.failed("instance init full", "instance_folder");
    dir.failed("instance init no/such/folder", "output_parent");
    dir.failed("instance init", "options");
    dir.failed("instance init x --id 5f0a2f6e", "options");
    dir.failed("instance init x --trust root.key", "key_private");
    dir.failed("instance init x --trust none.pub", "input_missing");
    fs::DirBuilder::new().mode(0o700).create(dir.path("empty")).unwrap();
    dir.yes("instance init empty --trust root.pub");
}

#[test]
fn a_request_says_what_was_asked_for() {
    let dir = Dir::new();
    let json = dir.yes(&format!("{REQUEST} --seats 7"));
    assert_eq!(json["kind"], "request");
    assert_eq!(json["path"], "new.request");
    let shown = dir.yes("show new.request");
    assert!(shown["trust"] == "self_signed");
    let claims = dir.show("new.request")["claims"].clone();
    assert_eq!(claims["company"], "Acme");
    assert_eq!(claims["name"], "Bo");
    assert_eq!(claims["email"], "b@acme.example");
    assert_eq!(claims["plan"], "ultimate");
    assert_eq!(claims["seats"], 7);
    assert_eq!(claims["users"], 5);
    assert_eq!(claims["instance"], INSTANCE);
    assert_eq!(claims["issued"], 1_760_745_600);
    dir.yes(&format!("{REQUEST} --unlimited --force"));
    assert_eq!(dir.show("new.request")["claims"]["seats"], Json::Null);
    dir.run(&format!("{REQUEST} --seats 7 --force")).ends(0).says(&["Carry it to the vendor"]);
}

#[test]
fn a_wrong_request_is_not_written() {
    let dir = Dir::new();
    dir.failed(REQUEST, "options");
    dir.failed(&format!("{REQUEST} --seats 7 --unlimited"), "options");
    dir.failed(&format!("{REQUEST} --seats x"), "options");
    dir.failed("request new --instance inst", "options");
    dir.failed(
        &REQUEST.replace("ultimate", "gold").replace("--users", "--seats 7 --users"),
        "options",
    );
    dir.failed(&format!("{} --seats 7", REQUEST.replace("Acme", "'A\u{202e}cme'")), "bad_text");
    dir.failed(
        &format!("{} --seats 7", REQUEST.replace("instance inst", "instance none")),
        "no_instance",
    );
    dir.failed(
        &format!("{} --seats 7", REQUEST.replace("new.request", "n.request")),
        "output_exists",
    );
}

#[test]
fn a_license_is_installed_and_the_same_again_changes_nothing() {
    let dir = Dir::new();
    let first = dir.yes(INSTALL);
    assert_eq!(first["installed"], true);
    assert_eq!(first["changed"], true);
    assert_eq!(first["from"], "2025-11-01");
    assert_eq!(first["until"], "2026-11-01");
    dir.unchanged(|| {
        let again = dir.yes(INSTALL);
        assert_eq!(again["installed"], true);
        assert_eq!(again["changed"], false);
        // It is not activating again, so that nothing is asked and the users do not matter.
        dir.yes("license install n.airlock --instance inst --users 500 --today 2026-12-01");
        dir.yes("license install n.airlock --instance inst");
    });
    dir.run("license install n.airlock --instance inst")
        .ends(0)
        .says(&["installed already", "nothing changes"]);
}

#[test]
fn a_license_that_may_not_be_activated_is_not_installed() {
    let dir = Dir::new();
    let refused =
        dir.no("license install n.airlock --instance inst --users 111 --today 2025-11-01");
    assert_eq!(refused["installed"], false);
    assert_eq!(refused["findings"].items()[0]["code"], "users_over_seats");
    dir.run("license install n.airlock --instance inst --users 111 --today 2025-11-01")
        .ends(1)
        .says(&["NO", "111", "110"]);
    dir.no("license install n.airlock --instance inst --users 81 --today 2026-11-01");
    dir.failed("license install n.airlock --instance inst --today 2025-11-01", "fact_missing");
    assert!(dir.yes("license list --instance inst")["licenses"].items().is_empty());
    dir.yes("license install n.airlock --instance inst --users 110 --today 2026-10-31");
}

#[test]
fn a_refused_installation_always_says_why() {
    let dir = Dir::new();
    dir.yes(
        "issuer certify --root root.key --key desk.pub --name T --from 2025-01-01 --until \
        2027-01-01 --trials-only --today 2025-01-01 --out t.issuer",
    );
    dir.issue(
        "--issuer t.issuer --policy gitlab-trial --set inactive_days=off --set \
        refuse_ended=false --until 2025-12-01",
    );
    let line = "license install new.airlock --instance inst --users 5 --today 2025-12-01";
    assert!(
        dir.no(line)["findings"].items().iter().any(|finding| finding["code"] == "trial_key_ended")
    );
}

#[test]
fn the_usual_folder_is_taken_where_none_is_named() {
    let dir = Dir::installed();
    let run = |line: &str| {
        let script = "mount -t tmpfs none /var/lib && cp -r inst /var/lib/airlock || exit 97; exec \
            \"$0\" \"$@\"";
        dir.under(&format!("{} sh -c '{script}'", unshare()), "util-linux", line)
    };
    assert_eq!(run("license list --json").yes()["licenses"].items().len(), 1);
    assert!(run("check --users 81 --today 2025-11-01 --json").yes()["instance_checked"] == true);
    assert!(
        run("check n.airlock --users 81 --today 2025-11-01 --json").yes()["instance_checked"]
            == true
    );
    run("usage report --anyway --today 2025-12-01 --out x.usage --json").yes();
}

#[test]
fn the_report_key_of_a_license_is_the_fingerprint_of_the_instances_key() {
    let dir = Dir::new();
    assert_eq!(
        dir.show("n.airlock")["claims"]["report_key"],
        dir.yes("key show inst/instance.pub")["fingerprint"]
    );
}

#[test]
fn install_takes_the_history_that_is_given() {
    let dir = Dir::new();
    dir.write("peak.csv", "2025-03-01,111\n");
    dir.no("license install n.airlock --instance inst --users 81 --history peak.csv --today \
        2025-11-01");
    dir.yes(
        "license install n.airlock --instance inst --users 81 --history none --today 2025-11-01",
    );
}

#[test]
fn a_license_for_others_is_not_installed() {
    let dir = Dir::new();
    dir.yes("instance init elsewhere --trust root.pub");
    dir.refused(
        "license install n.airlock --instance elsewhere --users 81 --today 2025-11-01",
        "other_instance",
    );
    dir.refused(
        "license install other.airlock --instance inst --history none --today 2025-11-01",
        "unknown_key",
    );
    dir.yes("instance init rootless");
    dir.failed(
        "license install loose.airlock --instance rootless --users 81 --today 2025-11-01",
        "no_roots",
    );
}

#[test]
fn a_root_given_at_installation_is_pinned_only_if_it_is_installed() {
    let dir = Dir::new();
    dir.yes("instance init rootless");
    dir.no(
        "license install loose.airlock --instance rootless --trust root.pub --users 111 --today \
        2025-11-01",
    );
    let json = dir.yes(
        "license install loose.airlock --instance rootless --trust root.pub --users \
        81 --today 2025-11-01",
    );
    assert_eq!(json["pinned_roots"].items().len(), 1);
    dir.yes("check --instance rootless --users 81 --today 2025-11-01");
}

#[test]
fn a_future_license_is_kept_and_takes_over_on_its_day() {
    let dir = Dir::installed();
    let old = dir.show("n.airlock")["id"].text().to_owned();
    let new = issue_for(
        &dir,
        "next.airlock",
        "--seats 120 --from 2026-11-01 --until 2027-11-01 --today 2026-10-01",
    );
    let run = dir.run("license install next.airlock --instance inst --users 81 --today 2026-10-02");
    run.ends(0).says(&["it takes over by itself on 2026-11-01"]);
    let listed =
        |day: &str| states(&dir.yes(&format!("license list --instance inst --today {day}")));
    for (day, old_state, new_state) in
        [("2026-10-31", "in_force", "not_started"), ("2026-11-01", "ended", "in_force")]
    {
        assert_eq!(
            (state(&listed(day), &old), state(&listed(day), &new)),
            (old_state.to_owned(), new_state.to_owned()),
            "{day}"
        );
    }
    let seats = |day: &str| {
        dir.yes(&format!("check --instance inst --users 81 --today {day}"))["seats"].number()
    };
    assert_eq!((seats("2026-10-31"), seats("2026-11-01")), (100, 120));
}

#[test]
fn before_its_first_day_the_only_license_says_when_it_begins() {
    let dir = Dir::new();
    let line = "check --instance inst --users 81 --today 2025-10-21";
    dir.run("check n.airlock --instance inst --users 81 --today 2025-10-21")
        .ends(1)
        .says(&["NOT YET: the license begins on 2025-11-01; it is not installed\n"]);
    dir.run("license install n.airlock --instance inst --users 81 --today 2025-10-21")
        .ends(0)
        .says(&["2025-11-01"]);
    dir.run(line).ends(1).says(&[
        "NOT YET: the license begins on 2025-11-01; it is installed, and until then no license is \
         in force\n",
    ]);
    let verdict = dir.no(line);
    assert!(verdict["findings"].items()[0]["code"] == "not_started");
    dir.yes("check --instance inst --users 81 --today 2025-11-01");
}

#[test]
fn before_its_first_day_a_renewal_says_what_holds_until_then() {
    let dir = Dir::installed();
    let old = dir.show("n.airlock")["id"].text().to_owned();
    issue_for(&dir, "next.airlock", "--from 2026-11-01 --until 2027-11-01 --today 2026-10-01");
    dir.yes("license install next.airlock --instance inst --users 81 --today 2026-10-02");
    let line = "check next.airlock --instance inst --users 81 --today 2026-10-31";
    dir.run(line).ends(1).says(&[&format!(
        "NOT YET: the license begins on 2026-11-01; it is installed, and until then license {old} \
         is in force\n"
    )]);
    // What is refused at activation is said first.
    dir.run("check next.airlock --instance inst --users 81 --today 2026-11-01 --activate").ends(0);
    dir.run(&format!("{line} --fail-on refuse_activation"))
        .ends(0)
        .says(&["YES: no effect of --fail-on applies; but no licensed feature works"]);
}

#[test]
fn removing_needs_a_yes_and_is_undone() {
    let dir = Dir::installed();
    let id = dir.show("n.airlock")["id"].text().to_owned();
    let error = dir.failed(&format!("license remove {id} --instance inst"), "not_confirmed");
    assert!(error["hint"].text().contains("--yes"));
    assert!(error["message"].text().contains("reports go on covering"), "{error:?}");
    // On a terminal it asks.
    let ask = |answer: &str| {
        let line = format!(
            "printf '{answer}\\n' | script -qec '{} license remove {id} --instance inst' /dev/null",
            crate::common::binary().display()
        );
        let run = tool("sh", "dash", &["-c", &line], dir.root());
        String::from_utf8_lossy(&run.stdout).into_owned()
    };
    assert!(ask("n").contains("Remove it? [y/N]"));
    assert_eq!(dir.yes("license list --instance inst")["licenses"].items().len(), 1);
    assert!(ask("y").contains("removed license"));
    assert!(dir.yes("license list --instance inst")["licenses"].items().is_empty());
    let all = dir.yes("license list --removed --instance inst --today 2026-01-01");
    let listed = &all["licenses"].items()[0];
    assert_eq!(listed["state"], "removed");
    assert_eq!(listed["removed_on"].text().len(), 10);
    dir.run("license list --removed --instance inst").ends(0).says(&["removed on 20"]);
    dir.failed(&format!("license remove {id} --instance inst --yes"), "no_license");

    let restored = dir.yes(&format!("license restore {} --instance inst", &id[..6]));
    assert_eq!(restored["restored"], id.as_str());
    assert_eq!(restored["decides"], id.as_str());
    dir.failed(&format!("license restore {id} --instance inst"), "no_license");
    dir.yes("check --instance inst --users 81 --today 2025-11-01");
    // Installing it again says how, and leaves it out.
    dir.yes(&format!("license remove {id} --instance inst --yes"));
    assert!(dir.yes(INSTALL)["changed"] == false);
    dir.yes(&format!("license restore {id} --instance inst"));
    dir.yes("check --instance inst --users 81 --today 2025-11-01");
    let events = dir.yes("instance log --instance inst");
    let what: Vec<&str> =
        events["events"].items().iter().map(|event| event["what"].text()).collect();
    assert_eq!(
        what[2..],
        [
            "license_installed",
            "license_removed",
            "license_restored",
            "license_removed",
            "license_restored"
        ]
    );
}

#[test]
fn a_removed_license_goes_on_being_reported() {
    let dir = Dir::installed();
    let old = dir.show("n.airlock")["id"].text().to_owned();
    dir.write("peak.csv", "2026-03-01,63\n2026-11-02,5\n");
    dir.yes("usage import peak.csv --instance inst --today 2027-01-01");
    issue_for(&dir, "next.airlock", "--from 2026-11-01 --until 2027-11-01 --today 2026-10-01");
    dir.yes("license install next.airlock --instance inst --users 5 --today 2026-10-02");
    dir.yes(&format!("license remove {old} --instance inst --yes --today 2026-11-03"));
    let report = "usage report --anyway --instance inst --today 2026-11-04 --out";
    dir.yes(&format!("{report} n.usage"));
    let shown = dir.yes("usage show n.usage");
    assert_eq!(shown["claims"]["first_day"], "2025-11-01");
    assert_eq!(shown["days"].items()[120]["users"], 63);
    let bill =
        dir.no("reconcile n.usage --license n.airlock --license next.airlock --trust root.pub");
    assert!(bill["licenses"].items().len() == 2, "{bill:?}");
    // Without any license that is installed, what happened is still reported.
    let next = dir.show("next.airlock")["id"].text().to_owned();
    dir.yes(&format!("license remove {next} --instance inst --yes --today 2026-11-03"));
    dir.yes(&format!("{report} m.usage"));
    assert!(dir.yes("usage show m.usage")["claims"]["license"] == next.as_str());
}

#[test]
fn a_restored_backup_goes_on_behind_the_report_that_the_desk_has() {
    let dir = Dir::installed();
    let copy = |from: &str, to: &str| {
        tool("cp", "coreutils", &["-a", from, to], dir.root());
    };
    let report = |instance: &str, day: &str, file: &str| {
        dir.yes(&format!("usage report --anyway --instance {instance} --today {day} --out {file}"));
        dir.yes(&format!("usage show {file}"))["claims"].clone()
    };
    dir.write("a.csv", "2025-11-01,10\n");
    dir.write("b.csv", "2025-11-02,63\n2025-11-03,20\n");
    dir.yes("usage import a.csv --instance inst --today 2027-01-01");
    report("inst", "2025-11-02", "1.usage");
    copy("inst", "backup");
    dir.yes("usage import b.csv --instance inst --today 2027-01-01");
    for (day, file) in [("2025-11-03", "2.usage"), ("2025-11-04", "3.usage")] {
        report("inst", day, file);
    }
    let recovered = dir.yes("instance recover --after 3.usage --instance backup");
    assert_eq!(recovered["changed"], true, "{recovered:?}");
    assert_eq!(recovered["next_number"], 4, "{recovered:?}");
    assert_eq!(recovered["added"], 2, "{recovered:?}");
    let again = dir.yes("instance recover --after 3.usage --instance backup");
    assert_eq!(again["changed"], false);
    assert_eq!(again["next_number"], 4);
    dir.run("instance recover --after 1.usage --instance backup")
        .ends(0)
        .says(&["nothing to recover: the ledger is at report 3, and the next one is 4"]);
    let fourth = report("backup", "2025-11-05", "4.usage");
    assert_eq!(fourth["number"], 4);
    assert_eq!(fourth["last_day"], "2025-11-04");
    assert_eq!(fourth["previous"], dir.yes("usage show 3.usage")["id"]);
    assert!(dir.yes("usage show 4.usage")["days"].items()[1]["users"] == 63);
    // One that went on without it has used the number.
    copy("inst", "fork");
    report("fork", "2025-11-06", "fork.usage");
    let error = dir.failed("instance recover --after 4.usage --instance fork", "report_conflict");
    assert!(error["message"].text().contains("report 4"), "{error:?}");
    dir.yes(&format!("instance init other --id {INSTANCE} --trust root.pub"));
    dir.refused("instance recover --after 3.usage --instance other", "other_key");
    dir.failed("instance recover --after n.airlock --instance inst", "wrong_kind");
}

/// A report is signed by the instance itself: to go on behind one, no root is needed. A receipt
/// needs it, and what pins one is named.
#[test]
fn a_new_ledger_without_a_root_goes_on_behind_a_report() {
    let dir = Dir::installed();
    dir.write("1.csv", "2025-11-01,90\n2025-11-02,91\n");
    dir.yes("usage import 1.csv --instance inst --today 2025-11-03");
    dir.yes("usage report --instance inst --today 2025-11-03 --out 1.usage");
    dir.yes(
        "receipt issue 1.usage --license n.airlock --trust root.pub --key desk.key --issuer \
         desk.issuer --came-of nothing_owed --received 2025-11-04 --today 2025-11-04 --out 1.receipt",
    );
    fs::remove_file(dir.path("inst/ledger.sqlite")).unwrap();
    let made = dir.run(&format!("instance init inst --keep-key --id {INSTANCE}"));
    made.ends(0).says(&["`airlock instance recover --after REPORT --instance inst`"]);
    let none = dir.failed("instance recover --after 1.receipt --instance inst", "no_roots");
    let hint = none["hint"].text();
    assert!(hint.contains("give the report itself, which needs no root"), "{hint}");
    assert!(hint.contains("`airlock license install FILE --trust root.pub"), "{hint}");
    assert!(!hint.contains("recover --trust"), "{hint}");
    assert_eq!(dir.yes("instance recover --after 1.usage --instance inst")["next_number"], 2);
}

/// Issue 9, B: nothing that bills is lost, nor with a ledger.
#[test]
fn a_ledger_made_anew_reports_the_term_that_has_ended() {
    let dir = Dir::installed();
    dir.write("a.csv", "2025-11-01,10\n2026-10-20,163\n");
    dir.yes("usage import a.csv --instance inst --today 2027-01-01");
    dir.yes("usage report --anyway --instance inst --today 2026-10-30 --out 1.usage");
    dir.issue(
        "--request n.request --seats 163 --from 2026-11-01 --until 2027-11-01 --today 2026-10-20 \
         --out renewal.airlock",
    );
    fs::remove_file(dir.path("inst/ledger.sqlite")).unwrap();
    dir.yes(&format!("instance init inst --keep-key --id {INSTANCE} --trust root.pub"));
    // Without a trace of its term an ended license stays out, and more seats would not help.
    let ended = "license install n.airlock --instance inst --users 81 --today 2026-11-05";
    let refused = dir.run(ended);
    assert!(!refused.ends(1).text().contains("more seats"), "{}", refused.text());
    dir.yes("instance recover --after 1.usage --instance inst");
    dir.run("license install renewal.airlock --instance inst --users 81 --today 2026-11-05")
        .ends(0)
        .says(&["  before   no license is installed\n"]);
    let report = "usage report --anyway --instance inst --today 2026-11-05";
    let lost = dir.yes(&format!("{report} --dry-run"));
    assert_eq!(lost["claims"]["first_day"], "2025-11-01");
    assert!(lost["warnings"].items()[0].text().contains("install the earlier one too"));
    let kept = dir.yes(ended);
    assert_eq!(kept["covered"], true, "{kept:?}");
    let listed = dir.yes("license list --instance inst --today 2026-11-05");
    assert_eq!(listed["licenses"].items().len(), 1, "{listed:?}");
    let whole = dir.yes(&format!("{report} --out 2.usage"));
    let warnings = whole["warnings"].texts();
    assert!(warnings.iter().all(|it| it.ends_with("[report_gaps]")), "{whole:?}");
    assert_eq!(dir.yes("usage show 2.usage")["claims"]["first_day"], "2025-11-01");
    assert_eq!(whole["days_outside"], 0);
}

#[test]
fn of_several_in_force_the_one_issued_last_decides() {
    let dir = Dir::installed();
    let new = issue_for(&dir, "more.airlock", "--seats 150 --today 2025-10-25");
    dir.run("license install more.airlock --instance inst --users 81 --today 2025-11-02")
        .ends(0)
        .says(&["it decides from today on"]);
    assert!(
        dir.yes("check --instance inst --users 81 --today 2025-11-02")["license"] == new.as_str()
    );
    let listed =
        |day: &str| states(&dir.yes(&format!("license list --instance inst --today {day}")));
    assert_eq!(state(&listed("2025-11-02"), &new), "in_force");
    assert_eq!(state(&listed("2025-11-02"), dir.show("n.airlock")["id"].text()), "superseded");
    assert_eq!(state(&listed("2027-01-01"), &new), "ended_but_deciding");
}

#[test]
fn a_license_is_removed_by_its_id_or_the_beginning_of_it() {
    let dir = Dir::installed();
    let id = dir.show("n.airlock")["id"].text().to_owned();
    for wrong in ["12345", "xyzxyzxyz", ""] {
        dir.failed(&format!("license remove '{wrong}' --instance inst"), "options");
    }
    dir.failed(&format!("license remove {id}0 --instance inst"), "no_license");
    dir.failed("license remove 000000 --instance inst", "no_license");
    dir.failed("license remove --instance inst", "options");
    let line = format!("license remove {} --yes --instance inst", id[..6].to_uppercase());
    assert!(dir.yes(&line)["removed"] == id.as_str());
    assert!(dir.yes("license list --instance inst")["licenses"].items().is_empty());
    dir.run("license list --instance inst").ends(0).says(&["no license is installed"]);
    dir.yes(&format!("license restore {id} --instance inst"));
    dir.run(&format!("license remove {id} --instance inst --yes")).ends(0).says(&[
        "removed license",
        "no license is in force any more",
        "reports go on covering its term",
        &format!("airlock license restore {id}"),
    ]);
}

#[test]
fn an_export_is_the_text_that_gitlab_takes() {
    let dir = Dir::installed();
    let id = dir.show("n.airlock")["id"].text().to_owned();
    let json = dir.yes("license export --instance inst --today 2025-11-01 --out x.gitlab-license");
    assert_eq!(json["kind"], "license");
    assert_eq!(json["id"], id.as_str());
    let text = dir.text("x.gitlab-license");
    assert!(text.starts_with("-----BEGIN AIRLOCK LICENSE-----\n"));
    assert!(text.ends_with("-----END AIRLOCK LICENSE-----\n"));
    assert!(!text.contains('\r'));
    assert!(text.lines().all(|line| line.len() <= 52), "{text}");
    assert_eq!(dir.show("x.gitlab-license")["id"], json["id"]);
    let sum = tool("sha256sum", "coreutils", &["x.gitlab-license"], dir.root());
    assert_eq!(
        String::from_utf8(sum.stdout).unwrap().split(' ').next().unwrap(),
        json["sha256"].text()
    );
    dir.failed("license export --instance inst --out x.gitlab-license", "output_exists");
    dir.yes(&format!(
        "license export {} --instance inst --out x.gitlab-license --force --text",
        &id[..8]
    ));
    assert_eq!(dir.text("x.gitlab-license"), text);
    dir.failed("license export 000000 --instance inst --out y.txt", "no_license");
    dir.failed("license export --instance inst", "options");
    assert_eq!(dir.run("license export --instance inst --out -").ends(0).text(), text);
    dir.run("license export --instance inst --out y.txt")
        .ends(0)
        .says(&["Admin > Settings > General > Add license"]);
}

#[test]
fn a_name_that_gitlab_refuses_is_warned_of() {
    let dir = Dir::installed();
    let warned = |name: &str| {
        let run = dir.run(&format!("license export --instance inst --out {name}"));
        run.ends(0);
        run.err.contains(&format!("warning: GitLab's upload refuses the name {name}"))
    };
    for name in ["a.lic", "b.txt.airlock", "txt", "gitlab-license", "c.gitlab-licence"] {
        assert!(warned(name), "{name}");
    }
    for name in ["a.txt", "b.gitlab-license", "c.gitlab_license", ".gitlab-license", "-"] {
        assert!(!warned(name), "{name}");
    }
}

#[test]
fn an_export_without_an_id_is_of_the_license_in_force_that_day() {
    let dir = Dir::installed();
    let new =
        issue_for(&dir, "next.airlock", "--from 2026-11-01 --until 2027-11-01 --today 2026-10-01");
    dir.yes("license install next.airlock --instance inst --users 81 --today 2026-10-02");
    let id = |day: &str| {
        dir.yes(&format!("license export --instance inst --today {day} --out x.txt --force"))["id"]
            .text()
            .to_owned()
    };
    assert_eq!(id("2026-10-31"), dir.show("n.airlock")["id"].text());
    assert_eq!(id("2026-11-01"), new);
}

#[test]
fn today_is_a_what_if_that_keeps_nothing() {
    let dir = Dir::installed();
    dir.yes(&format!(
        "usage import {} --instance inst --today 2027-01-01",
        data("license_usage_month1.csv")
    ));
    dir.unchanged(|| {
        dir.run("check --instance inst --users 81 --today 2029-01-01").ends(1);
        dir.yes("license list --instance inst --today 2029-01-01");
        dir.yes("usage report --instance inst --today 2026-05-01 --dry-run");
    });
    // An installation in the far future leaves no trace of that day.
    issue_for(&dir, "more.airlock", "--today 2025-10-25");
    dir.yes("license install more.airlock --instance inst --users 81 --today 2026-10-01");
    dir.yes("check --instance inst --users 81 --today 2025-11-01");
}

#[test]
fn commands_on_an_instance_need_one() {
    let dir = Dir::new();
    for line in [
        "license install n.airlock --users 1",
        "license list",
        "license remove 123456",
        "license export --out x.txt",
        "check",
        "usage import x.csv",
        "usage report --out x.usage",
        "usage report --dry-run",
    ] {
        let error = dir.failed(&format!("{line} --instance none"), "no_instance");
        assert!(error["hint"].text().contains("airlock instance init"), "{line}");
    }
    dir.write("file", "x");
    dir.failed("license list --instance file", "no_instance");
}

#[test]
fn a_damaged_instance_is_named() {
    let dir = Dir::installed();
    let ledger = dir.read("inst/ledger.sqlite");
    dir.write("inst/ledger.sqlite", &ledger[..ledger.len() / 2]);
    for line in
        ["license list --instance inst", "check --instance inst --users 1 --today 2025-11-01"]
    {
        let run = dir.run(&format!("{line} --json"));
        assert_eq!(run.status, Some(2), "{run}");
        assert!(run.err.contains("ledger_damaged"), "{run}");
    }
    dir.write("inst/ledger.sqlite", "not a database");
    dir.failed("license list --instance inst", "ledger_unreadable");
    dir.write("inst/ledger.sqlite", &ledger);
    fs::remove_file(dir.path("inst/instance.key")).unwrap();
    dir.failed(
        "usage report --anyway --instance inst --today 2025-12-01 --out x.usage",
        "instance_key_missing",
    );
    fs::copy(dir.path("root.key"), dir.path("inst/instance.key")).unwrap();
    dir.failed(
        "usage report --anyway --instance inst --today 2025-12-01 --out x.usage",
        "instance_key_changed",
    );
    dir.yes("license list --instance inst");
}

/// A backup that could not be restored would be found out when it is too late.
#[test]
fn a_ledger_that_is_damaged_somewhere_is_not_backed_up() {
    let dir = Dir::installed();
    let ledger = dir.read("inst/ledger.sqlite");
    // The page of the log, of which no other command reads a byte.
    let log = "SELECT rootpage FROM sqlite_schema WHERE name = 'event'";
    let file = rusqlite::Connection::open(dir.path("inst/ledger.sqlite")).unwrap();
    let page: u32 = file.query_row(log, [], |row| row.get(0)).unwrap();
    let page = page as usize;
    drop(file);
    let mut damaged = ledger.clone();
    damaged[(page - 1) * 4096..page * 4096].fill(0xff);
    dir.write("inst/ledger.sqlite", &damaged);
    dir.yes("license list --instance inst");
    for line in ["instance backup --out b", "instance move --out b --yes"] {
        let error = dir.failed(&format!("{line} --instance inst"), "ledger_damaged");
        assert!(error["message"].text().contains("the database is damaged"), "{error:?}");
        assert!(!dir.exists("b"));
    }
    dir.write("inst/ledger.sqlite", &ledger);
    dir.yes("instance move --out b --yes --instance inst");
}

#[test]
fn an_issued_license_of_a_request_fits_its_instance() {
    let dir = Dir::new();
    dir.yes(&terms("--request n.request"));
    dir.yes(
        "license install new.airlock --instance inst --history none --users 81 --today 2025-11-01",
    );
}
