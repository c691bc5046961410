//! `airlock key`

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::common::{Dir, Run, binary, on_terminal, terms, tool};

/// A folder with a root key that needs the passphrase in `pass`.
fn locked() -> Dir {
    let dir = Dir::new();
    dir.write("pass", "correct horse\n");
    dir.write("wrong", "battery staple\n");
    dir.yes("key new --out locked --passphrase-file pass");
    dir
}

#[test]
fn a_pair_is_written_the_private_key_for_its_owner_only() {
    let dir = Dir::empty();
    let json = dir.yes("key new --out root --no-passphrase");
    assert_eq!(json.keys(), ["encrypted", "fingerprint", "format", "private", "public"]);
    assert_eq!(json["private"], "root.key");
    assert_eq!(json["public"], "root.pub");
    assert_eq!(json["encrypted"], false);
    assert_eq!((dir.mode("root.key"), dir.tree().len()), (0o600, 2));
    for file in ["root.key", "root.pub"] {
        assert_eq!(dir.yes(&format!("key show {file}"))["fingerprint"], json["fingerprint"]);
    }
    assert!(!dir.run("key new --out more --no-passphrase").ends(0).text().contains("PRIVATE KEY"));
}

#[test]
fn a_fingerprint_is_shown_in_groups_that_can_be_read_out() {
    let dir = Dir::new();
    let hex = dir.yes("key show root.pub")["fingerprint"].text().to_owned();
    let groups: Vec<&str> = (0..8).map(|group| &hex[group * 4..group * 4 + 4]).collect();
    dir.run("key show root.pub").ends(0).says(&[&groups.join(" "), "public key"]);
}

#[test]
fn openssl_derives_the_same_public_key() {
    let dir = locked();
    let public = tool("openssl", "openssl", &["pkey", "-in", "root.key", "-pubout"], dir.root());
    assert_eq!(String::from_utf8(public.stdout).unwrap(), dir.text("root.pub"));
    let public = tool(
        "openssl",
        "openssl",
        &["pkey", "-in", "locked.key", "-passin", "file:pass", "-pubout"],
        dir.root(),
    );
    assert_eq!(String::from_utf8(public.stdout).unwrap(), dir.text("locked.pub"));
}

#[test]
fn the_public_key_is_written_again() {
    let dir = locked();
    let public = "key public locked.key --passphrase-file pass";
    dir.yes(&format!("{public} --out again.pub"));
    assert_eq!(dir.text("again.pub"), dir.text("locked.pub"));
    assert_eq!(dir.run(&format!("{public} --out -")).ends(0).text(), dir.text("locked.pub"));
    dir.failed(&format!("{public} --out again.pub"), "output_exists");
    dir.failed(&format!("{public} --out locked.key --force"), "output_protected");
    dir.failed("key public locked.key --out new.pub", "passphrase_missing");
    dir.failed("key public locked.pub --out new.pub", "key_public");
}

#[test]
fn a_key_of_openssl_is_read() {
    let dir = Dir::empty();
    assert!(
        tool(
            "openssl",
            "openssl",
            &["genpkey", "-algorithm", "ed25519", "-out", "o.key"],
            dir.root()
        )
        .status
        .success()
    );
    assert!(
        tool(
            "openssl",
            "openssl",
            &["pkey", "-in", "o.key", "-pubout", "-out", "o.pub"],
            dir.root()
        )
        .status
        .success()
    );
    assert_eq!(dir.yes("key show o.key")["fingerprint"], dir.yes("key show o.pub")["fingerprint"]);
    assert!(
        tool(
            "openssl",
            "openssl",
            &["genpkey", "-algorithm", "x25519", "-out", "x.key"],
            dir.root()
        )
        .status
        .success()
    );
    dir.failed("key show x.key", "key_algorithm");
}

#[test]
fn a_private_key_is_never_replaced() {
    let dir = Dir::new();
    for force in ["", "--force"] {
        dir.failed(&format!("key new --out root --no-passphrase {force}"), "secret_exists");
    }
    fs::remove_file(dir.path("root.key")).unwrap();
    dir.failed("key new --out root --no-passphrase", "output_exists");
    dir.yes("key new --out root --no-passphrase --force");
    assert_eq!(
        dir.yes("key show root.key")["fingerprint"],
        dir.yes("key show root.pub")["fingerprint"]
    );
}

#[test]
fn wrong_options_of_key_new() {
    let dir = locked();
    dir.failed("key new", "options");
    dir.failed("key new --out - --no-passphrase", "options");
    dir.failed("key new --out x --no-passphrase --passphrase-file pass", "options");
    dir.failed("key new --out no/such/x --no-passphrase", "output_parent");
    dir.failed("key new --out x --passphrase-file none", "input_missing");
    dir.write("empty", "\n");
    dir.failed("key new --out x --passphrase-file empty", "passphrase_empty");
}

#[test]
fn umask_000_still_keeps_keys_to_their_owner() {
    let dir = Dir::empty();
    let run =
        |line| dir.under("sh -c 'umask 000; exec \"$0\" \"$@\"'", "dash", line).ends(0).status;
    run("key new --out root --no-passphrase");
    assert_eq!(dir.mode("root.key"), 0o600);
    run("instance init inst --trust root.pub");
    assert_eq!(
        (dir.mode("inst"), dir.mode("inst/instance.key"), dir.mode("inst/ledger.sqlite")),
        (0o700, 0o600, 0o600)
    );
}

#[test]
fn a_key_open_to_others_is_warned_of() {
    let dir = Dir::new();
    fs::set_permissions(dir.path("root.key"), fs::Permissions::from_mode(0o644)).unwrap();
    dir.run("key show root.key").ends(0).says(&[
        "warning: others than its owner may read or write root.key",
        "`chmod 600 root.key`",
    ]);
    fs::set_permissions(dir.path("desk.key"), fs::Permissions::from_mode(0o640)).unwrap();
    dir.run(&terms(""))
        .ends(0)
        .says(&["warning: others than its owner may read or write desk.key"]);
}

#[test]
fn an_instances_key_open_to_others_is_warned_of_when_it_signs() {
    let dir = Dir::installed();
    dir.write("days.csv", "date,count\n2025-11-01,90\n");
    dir.yes("usage import days.csv --instance inst --today 2025-11-02");
    fs::set_permissions(dir.path("inst/instance.key"), fs::Permissions::from_mode(0o644)).unwrap();
    let warning = "warning: others than its owner may read or write inst/instance.key";
    dir.run("usage report --instance inst --today 2025-11-02 --out r.usage")
        .ends(0)
        .says(&[warning]);
    dir.run(
        "request new --instance inst --company A --name B --email b@a.example --plan premium \
         --seats 5 --users 4 --today 2025-11-02 --out r.request",
    )
    .ends(0)
    .says(&[warning]);
}

#[test]
fn an_encrypted_key_is_shown_with_its_passphrase() {
    let dir = locked();
    assert!(dir.text("locked.key").starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
    let shown = dir.yes("key show locked.key --passphrase-file pass");
    assert_eq!(shown["fingerprint"], dir.yes("key show locked.pub")["fingerprint"]);
    assert!(
        dir.failed("key show locked.key", "passphrase_missing")["hint"]
            .text()
            .contains("--passphrase-file")
    );
    dir.failed("key show locked.key --passphrase-file wrong", "passphrase_wrong");
    dir.failed("key show locked.key --passphrase-file none", "input_missing");
}

#[test]
fn on_a_terminal_the_passphrase_of_an_encrypted_key_is_asked_for() {
    let dir = locked();
    let shown = dir.yes("key show locked.pub")["fingerprint"].text().to_owned();
    let command = format!("{} key show locked.key --json", binary().display());
    let typing = "said 'Passphrase of locked.key: '; echo correct horse; said fingerprint";
    let printed = on_terminal(&dir, &command, typing);
    assert!(printed.contains("Passphrase of locked.key: "), "{printed}");
    assert!(printed.contains(&shown), "{printed}");
}

#[test]
fn a_slip_in_a_passphrase_does_not_end_what_was_begun() {
    let dir = locked();
    let shown = dir.yes("key show locked.pub")["fingerprint"].text().to_owned();
    let command = format!("{} key show locked.key --json", binary().display());
    let again = "said 'That does not open it. Passphrase of locked.key: '";
    let typing = format!(
        "said 'Passphrase of locked.key: '; echo wrong; {again}; echo wrong; {again} 2; echo \
         correct horse; said fingerprint"
    );
    let printed = on_terminal(&dir, &command, &typing);
    assert!(printed.contains(&shown), "{printed}");
    let command = format!("{} key show locked.key --json; echo == $?", binary().display());
    let typing = format!(
        "said 'Passphrase of locked.key: '; echo wrong; {again}; echo wrong; {again} 2; echo \
         wrong; said '== 2'"
    );
    let printed = on_terminal(&dir, &command, &typing);
    assert!(printed.contains("passphrase_wrong"), "{printed}");
    assert!(printed.contains("== 2"), "{printed}");
}

#[test]
fn a_passphrase_is_read_from_standard_input_and_crlf_does_not_belong_to_it() {
    let dir = locked();
    dir.run_with("key show locked.key --passphrase-file - --json", b"correct horse\r\nmore\n")
        .yes();
    dir.run_with("key show locked.key --passphrase-file - --json", b"")
        .error(2, "passphrase_empty");
}

#[test]
fn a_root_and_a_desk_key_take_a_passphrase_file() {
    let dir = locked();
    let certify = "issuer certify --root locked.key --key desk.pub --name D --from 2025-01-01 \
        --until 2026-01-01 --out d.issuer";
    dir.failed(&format!("{certify} --passphrase-file wrong"), "passphrase_wrong");
    dir.yes(&format!("{certify} --passphrase-file pass"));
    dir.yes(
        "issuer certify --root root.key --key locked.pub --name D --from 2025-01-01 --until \
        2026-01-01 --out l.issuer",
    );
    let issue = terms("--key locked.key --issuer l.issuer");
    dir.failed(&format!("{issue} --passphrase-file wrong"), "passphrase_wrong");
    dir.yes(&format!("{issue} --passphrase-file pass"));
}

#[test]
fn without_a_terminal_nobody_is_asked() {
    let dir = locked();
    let line = format!("{} --json", terms("--key locked.key"));
    let run = |line: &str| -> Run { dir.under("setsid --wait", "util-linux", line) };
    assert!(
        dir.unchanged(|| run(&line).error(2, "passphrase_missing"))["hint"]
            .text()
            .contains("--passphrase-file")
    );
    dir.unchanged(|| run("key new --out x --json").error(2, "passphrase_missing"));
}

#[test]
fn other_files_are_no_keys() {
    let dir = Dir::new();
    dir.failed("key show n.airlock", "key_unreadable");
    dir.failed("key show .", "input_directory");
    dir.failed("key show none.pub", "input_missing");
    dir.failed("key show", "options");
    dir.write("empty", "");
    dir.failed("key show empty", "key_unreadable");
    let cut: String = dir.text("root.pub").lines().take(2).collect();
    dir.write("cut.pub", cut);
    dir.failed("key show cut.pub", "key_unreadable");
}

/// Starts a command that asks for a passphrase, on a terminal of its own, does this when it has
/// asked, and leaves the state of the terminal before and after. Returns what the terminal showed.
fn asked(dir: &Dir, meanwhile: &str) -> String {
    fs::remove_file(dir.path("done")).ok();
    let command = format!(
        "trap : INT QUIT; tty >tty; stty -a >before
        sh -c 'echo $$ >pid; exec {} key new --out x'
        stty -a >after; : >done",
        binary().display()
    );
    on_terminal(
        dir,
        &command,
        &format!("said 'New passphrase: '; {meanwhile}; until_is '[ -e done ]'"),
    )
}

#[test]
fn a_signal_leaves_the_terminal_as_it_was() {
    let dir = Dir::empty();
    for meanwhile in [
        "printf '\\003'",
        "printf '\\034'",
        "printf 'half\\003'",
        "kill -INT $(cat pid)",
        "kill -TERM $(cat pid)",
        "kill -HUP $(cat pid)",
        "printf '\\004'",
        "echo one; said 'The same passphrase again: '; echo two",
    ] {
        fs::remove_file(dir.path("after")).ok();
        asked(&dir, meanwhile);
        assert!(dir.text("before").contains(" echo "), "{}", dir.text("before"));
        assert_eq!(dir.text("after"), dir.text("before"), "{meanwhile}");
        assert!(!dir.exists("x.key") && !dir.exists("x.pub"), "{meanwhile}");
    }
}

#[test]
fn a_passphrase_that_is_typed_is_not_shown_also_where_the_command_was_stopped() {
    let dir = Dir::empty();
    let said = asked(
        &dir,
        "printf corr; kill -TSTP $(cat pid); until_is 'grep -q ^State:.T /proc/$(cat pid)/status'; \
         stty -a -F $(cat tty) >stopped; kill -CONT $(cat pid); said 'New passphrase: ' 2; \
         stty -a -F $(cat tty) >again; echo ect; said 'The same passphrase again: '; echo correct",
    );
    assert_eq!(dir.text("stopped"), dir.text("before"));
    assert!(dir.text("again").contains(" -echo "), "{}", dir.text("again"));
    assert_eq!(dir.text("after"), dir.text("before"));
    assert!(said.contains("New passphrase: ") && !said.contains("corr"), "{said}");
    assert_eq!(said.matches("New passphrase: ").count(), 2, "{said}");
    dir.write("pass", "correct\n");
    let fingerprint = |line: &str| dir.yes(line)["fingerprint"].clone();
    assert_eq!(fingerprint("key show x.key --passphrase-file pass"), fingerprint("key show x.pub"));
}
