//! Commands and options that are called otherwise lead to the right place.

use crate::common::{Dir, terms};

/// The hint of a command line that is spelt otherwise.
#[track_caller]
fn hint(line: &str) -> String {
    Dir::empty().failed(line, "options")["hint"].text().to_owned()
}

#[test]
fn another_word_for_a_command_leads_to_it() {
    for (typed, command) in [
        ("install x.airlock", "`airlock license install FILE`"),
        ("extend", "`airlock license issue --renews FILE`"),
        ("renew", "`airlock license issue --renews FILE`"),
        ("verify x", "`airlock show FILE --trust root.pub`"),
        ("import x.csv", "`airlock usage import CSV`"),
        ("report --out x", "`airlock usage report --out FILE`"),
        ("Install x", "`airlock license install FILE`"),
        ("license renew", "`airlock license issue --renews FILE`"),
        ("license new", "`airlock license issue`"),
        ("license show x", "`airlock show FILE`"),
        ("usage export", "`airlock usage report --out FILE`"),
        ("instance create x", "`airlock instance init DIR`"),
        ("key generate", "`airlock key new --out NAME`"),
        ("usage list", "`airlock instance log` lists what was read in"),
        ("request list", "requests are not kept; `airlock show FILE`"),
        ("trust root.pub", "`airlock license install FILE --trust ROOT.PUB`"),
        ("root add root.pub", "`airlock license install FILE --trust ROOT.PUB`"),
        ("instance trust root.pub", "`airlock license install FILE --trust ROOT.PUB`"),
        ("backup", "airlock instance backup --out FILE"),
    ] {
        assert!(hint(typed).contains(command), "{typed}: {}", hint(typed));
    }
}

#[test]
fn another_word_for_an_option_leads_to_it() {
    for (typed, option) in [
        ("check --verbose", "`check --explain`"),
        ("-v", "`--version`"),
        ("check x -v", "`check --explain`"),
        ("show x --root=root.pub", "`--trust ROOT.PUB`"),
        ("text x -o y", "`--out FILE`"),
    ] {
        assert!(hint(typed).contains(option), "{typed}: {}", hint(typed));
    }
}

/// Whoever gave the seats as users would get a yes that nobody may rely on.
#[test]
fn seats_are_not_taken_for_users() {
    for typed in ["license install x --seats 100", "check x --seats 100", "check --seat=9"] {
        let hint = hint(typed);
        assert!(hint.starts_with("the seats stand in the license; `--users N` are"), "{hint}");
    }
}

#[test]
fn a_number_below_zero_is_answered_by_its_option() {
    let error = Dir::empty().failed("check x --new -5", "options");
    let expected = "expected a whole number from 0 to 16777215";
    assert!(error["message"].text().ends_with(expected), "{error:?}");
}

#[test]
fn the_hint_of_a_wrong_value_names_the_command_that_was_typed() {
    let hint = hint("--json license install x --users many");
    assert!(hint.contains("`airlock license install --help`"), "{hint}");
}

#[test]
fn paper_is_taken_in_upper_and_lower_case() {
    let dir = Dir::new();
    dir.yes("sheet n.airlock --pdf --paper Letter --out a.pdf");
    dir.yes("sheet n.airlock --pdf --paper letter --out b.pdf");
    assert_eq!(dir.read("a.pdf"), dir.read("b.pdf"));
}

#[test]
fn people_read_the_same() {
    let run = Dir::empty().run("extend n.airlock");
    run.ends(2).says(&["error: there is no command \"extend\" [options]\nhint: "]);
}

#[test]
fn revocation_is_said_not_to_exist_yet_and_what_to_do_instead() {
    for line in ["revoke n.airlock", "license revoke n.airlock", "issuer revoke desk"] {
        let error = Dir::empty().failed(line, "options");
        assert!(error["message"].text().contains("no file carries that across yet"), "{error:?}");
        assert!(error["hint"].text().contains("`airlock license remove ID`"), "{error:?}");
    }
}

#[test]
fn a_slip_of_typing_is_still_answered_with_the_nearest_word() {
    Dir::empty().run("license instal x").ends(2).says(&["similar subcommand", "'install'"]);
}

#[test]
fn a_plan_is_taken_in_upper_and_lower_case() {
    let dir = Dir::new();
    dir.issue("--plan Premium --out a.airlock");
    dir.issue("--plan PREMIUM --out b.airlock");
    assert_eq!(dir.read("a.airlock"), dir.read("b.airlock"));
    dir.yes(
        "issuer certify --root root.key --key desk.pub --name D --from 2025-01-01 \
         --until 2027-01-01 --today 2025-01-01 --plans Premium,ULTIMATE --out p.issuer",
    );
    let plans = dir.yes("show p.issuer")["documents"].items()[0]["claims"]["plans"].clone();
    assert_eq!(plans.items().len(), 2);
    dir.yes(
        "request new --instance inst --company A --name B --email b@a.example --plan Ultimate \
         --seats 5 --users 4 --out r.request",
    );
    dir.failed(&terms("--plan gold"), "options");
}
