//! Secrets that are typed, or put in by the shell, where the name of their file is expected.

use crate::common::Dir;

const PRIVATE: &str = "is a private key itself, expected the name of its file";

/// Runs the command with these arguments, in text and in JSON, and checks that the argument of this
/// number is refused and that nothing of the secret is printed.
#[track_caller]
fn refused(dir: &Dir, arguments: &[&str], place: usize, secret: &str) {
    for json in [false, true] {
        let mut arguments: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
        if json {
            arguments.insert(0, "--json".to_owned());
        }
        let place = place + usize::from(json);
        let output = dir.unchanged(|| dir.command(&arguments).output().unwrap());
        let run = crate::common::Run::of("with a private key", output);
        run.says(&[&format!("argument {place} {PRIVATE}")]);
        for line in secret.lines().filter(|line| line.len() >= 20 && !line.starts_with('-')) {
            assert!(!run.err.contains(line) && !run.err.contains(&line[..20]), "{run}");
        }
        if json {
            run.error(2, "key_private");
        } else {
            run.ends(2).says(&["[key_private]", "take it out there"]);
        }
    }
}

/// The ways of the report, and others like them.
#[track_caller]
fn refused_everywhere(dir: &Dir, key: &str) {
    let with = |before: &str| format!("{before}{key}");
    refused(dir, &["license", "issue", "--key", key, "--issuer", "desk.issuer"], 4, key);
    refused(dir, &["license", "issue", &with("--key="), "--out", "x"], 3, key);
    refused(dir, &["issuer", "certify", "--root", key, "--key", "desk.pub"], 4, key);
    refused(dir, &["key", "show", key], 3, key);
    refused(dir, &["explain", key], 2, key);
    refused(dir, &[&with("show=")], 1, key);
    refused(dir, &["show", "n.airlock", "--", key], 4, key);
}

#[test]
fn a_private_key_as_an_argument_is_refused_and_never_printed() {
    let dir = Dir::new();
    dir.write("pass", "correct horse battery\n");
    dir.yes("key new --out locked --passphrase-file pass");
    for file in ["desk.key", "locked.key"] {
        let text = dir.text(file);
        let text = text.trim_end();
        refused_everywhere(&dir, text);
        // `sed -n 2p`: the first line of Base64, alone.
        refused_everywhere(&dir, text.lines().nth(1).unwrap());
    }
}

#[test]
fn what_is_no_private_key_is_not_taken_for_one() {
    let dir = Dir::new();
    let public = dir.text("desk.pub");
    let output = dir.command(&["show".to_owned(), public.trim_end().to_owned()]).output().unwrap();
    let run = crate::common::Run::of("show with a public key", output);
    run.ends(2);
    assert!(!run.err.contains(PRIVATE), "{run}");
}

#[test]
fn a_passphrase_in_the_place_of_its_file_is_never_printed() {
    let dir = Dir::new();
    dir.write("pass", "correct horse battery\n");
    dir.yes("key new --out locked --passphrase-file pass");
    for line in [
        "key new --out pk --passphrase-file 'tr0ub4dor staple'",
        "key public locked.key --out x.pub --passphrase-file 'tr0ub4dor staple'",
        "key show locked.key --passphrase-file 'tr0ub4dor staple'",
        "key new --out pk --passphrase-file 'tr0ub4dor/staple'",
        "key new --out pk --passphrase-file correct tr0ub4dor staple",
        "key new --out pk --passphrase-file=correct tr0ub4dor staple",
        "key new --out pk --passphrase 'tr0ub4dor staple'",
        "key new --out pk --passphrase='tr0ub4dor'",
    ] {
        let run = dir.unchanged(|| dir.run(line));
        run.ends(2);
        assert!(!run.err.contains("tr0ub4dor"), "{run}");
        assert!(run.err.contains("--passphrase-file"), "{run}");
    }
    dir.write("empty", "\n");
    for file in ["empty", "none", "inst"] {
        let run = dir.run(&format!("key new --out pk --passphrase-file {file}"));
        run.ends(2).says(&["the file given with --passphrase-file"]);
    }
}
