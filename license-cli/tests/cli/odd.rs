//! What looks like a slip of typing is asked about; where no terminal is, `--yes` says it is meant.

use crate::common::{Dir, terms, tool};

/// The message of a refusal that waits for a yes.
#[track_caller]
fn asked(dir: &Dir, line: &str) -> String {
    let error = dir.failed(line, "not_confirmed");
    assert_eq!(error["hint"], "correct it; if it is meant, give `--yes`");
    error["message"].text().to_owned()
}

fn request(email: &str) -> String {
    format!(
        "request new --instance inst --company A --name B --email {email} --plan premium \
         --seats 5 --users 4 --out r.request"
    )
}

#[test]
fn a_mail_address_without_both_its_parts_is_asked_about() {
    let dir = Dir::new();
    for email in ["ida.thorsen", "@nordhavn.example", "ida@"] {
        let expected = format!("{email:?} is no mail address: expected NAME@DOMAIN.");
        assert!(asked(&dir, &request(email)).starts_with(&expected));
        assert!(asked(&dir, &terms(&format!("--email {email}"))).starts_with(&expected));
    }
    dir.yes(&format!("{} --yes", request("ida.thorsen")));
    dir.yes(&terms("--email ida.thorsen --yes"));
    dir.yes(&format!("{} --force", request("i@n")));
}

#[test]
fn an_add_on_product_that_is_not_known_is_asked_about() {
    let dir = Dir::new();
    let said = asked(&dir, &terms("--add-on duo_por:20"));
    assert!(said.starts_with("The add-on product \"duo_por\" is not known here"), "{said}");
    assert!(said.contains("duo_pro, duo_enterprise"), "{said}");
    dir.issue("--add-on duo_pro:20");
    dir.issue("--add-on duo_por:20 --yes --force");
}

#[test]
fn on_a_terminal_the_answer_decides() {
    let dir = Dir::new();
    for (answer, status, written) in [("n", 2, false), ("y", 0, true)] {
        let line = request("ida.thorsen");
        let binary = crate::common::binary();
        let command = format!("{} {line}; echo status=$?", binary.display());
        let command = format!("printf '{answer}\\n' | script -qec '{command}' /dev/null");
        let output = tool("sh", "dash", &["-c", &command], dir.root());
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(printed.contains("Is that meant? [y/N]"), "{printed}");
        assert!(printed.contains(&format!("status={status}")), "{printed}");
        assert_eq!(dir.exists("r.request"), written);
    }
}
