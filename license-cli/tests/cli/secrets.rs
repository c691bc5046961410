//! Keys stay keys, and ledgers ledgers: what no command, no option and no name writes over; and
//! where a private key may go.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::common::{Dir, INSTANCE, data, terms, tool, unshare};
use crate::json::Json;
use crate::ledger::{kill, kills, moment};

/// A command that writes a file of this name, whatever is there.
fn writers(out: &str) -> Vec<String> {
    vec![
        format!("text n.airlock --out {out} --force"),
        format!("text n.airlock --out {out}"),
        format!("pouch n.airlock n.request --out {out} --force"),
        terms(&format!("--out {out} --force")),
        format!("license export --instance inst --today 2025-11-01 --out {out} --force"),
        format!("usage report --instance inst --today 2025-11-09 --out {out} --force"),
        format!("guard n.airlock --out {out} --force"),
        format!("guard n.airlock --out clean --log {out}"),
        format!("sheet n.airlock --pdf --out {out} --force"),
        format!("sheet n.airlock --html --out {out} --force"),
        format!("qr n.airlock --png --out {out} --force"),
        format!("qr n.airlock --svg --out {out} --force"),
        format!("scan code.png --out {out} --force"),
        format!(
            "reconcile {} --license n.airlock --trust root.pub --statement --list-price 1 \
             --today 2026-11-01 --out {out} --force",
            data("license_usage.csv")
        ),
        format!(
            "issuer certify --root root.key --key desk.pub --name D --from 2025-01-01 --until \
             2026-01-01 --today 2025-01-01 --out {out} --force"
        ),
        format!(
            "request new --instance inst --company C --name N --email n@c.example --plan premium \
             --seats 1 --users 1 --today 2025-11-09 --out {out} --force"
        ),
        format!("key public root.key --out {out} --force"),
        format!(
            "receipt issue r.usage --license n.airlock --trust root.pub --key desk.key --issuer \
             desk.issuer --came-of in_review --today 2025-11-09 --out {out} --force"
        ),
        format!("desk resend A-S00012345 --desk d --out {out} --force"),
        format!("desk handover A-S00012345 --desk d --out {out} --force"),
        format!("desk statement A-S00012345 --desk d --today 2025-11-09 --out {out} --force"),
        format!("desk registry seal --desk d --out {out} --force"),
        format!("desk registry export --desk d --out {out} --force"),
        desk(&format!("issue --customer A-S00012345 --subscription-id S-9 {ORDER} {ANYWAY}"), out),
        desk("change A-S00012345 --seats 120 --reason asked --ticket 1", out),
        desk("renew A-S00012345", out).replace("2025-11-09", "2026-10-01"),
        desk("extend A-S00012345", out).replace("2025-11-09", "2026-10-20"),
        desk(
            &format!("trial give --customer A-S00012345 --subscription-id S-8 {ORDER} {ANYWAY}"),
            out,
        ),
        desk("trial extend S-T --until 2025-12-15 --reason tries", out),
        desk("trial convert S-T", out),
        desk("receipt A-S00012345 --came-of in_review", out),
        desk("follow A-S00012345 --into S-7 --reason agreed", out),
    ]
}

/// The customer has a trial.
const ANYWAY: &str = "--anyway --reason agreed";
const ORDER: &str = "--name N --email n@c.example --plan premium --seats 5 --policy gitlab-trial \
    --from 2025-11-09 --until 2025-12-09";

/// A verb of the desk that makes a license.
fn desk(verb: &str, out: &str) -> String {
    format!("desk {verb} --desk d --today 2025-11-09 --yes --out {out} --force")
}

/// Every command that clap gives an option for a file to write, but one that holds a private key:
/// that goes into a new file only.
#[test]
fn every_command_that_writes_is_among_the_writers() {
    let dir = Dir::empty();
    let mut leaves = std::collections::BTreeSet::new();
    let mut groups = vec![String::new()];
    while let Some(group) = groups.pop() {
        let help = dir.run(&format!("{group} --help"));
        let text = help.text();
        let Some((_, commands)) = text.split_once("Commands:\n") else {
            leaves.insert((
                group.trim().to_owned(),
                text.contains(" --out <") || text.contains(" --log <"),
            ));
            continue;
        };
        let names = commands.lines().take_while(|line| !line.is_empty());
        let names = names.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
        let names = names.filter_map(|line| line.split_whitespace().next());
        groups.extend(names.filter(|name| *name != "help").map(|name| format!("{group} {name}")));
    }
    let listed = writers("OUT");
    for (command, writes) in leaves {
        let is_listed =
            listed.iter().any(|line| format!("{line} ").starts_with(&format!("{command} ")));
        // What `desk batch` names is a folder.
        let is_private = ["key new", "instance backup", "instance move", "desk batch"];
        let is_private = is_private.contains(&command.as_str());
        assert_eq!(is_listed, writes && !is_private, "{command}");
    }
}

/// What stood there stays, or the new file is there, whole: by each command that writes a file and
/// keeps nothing else (the others are killed beside their ledger and their registry).
#[test]
fn killed_writers_leave_the_file_before_or_a_whole_one() {
    let dir = holding();
    let elsewhere = |line: &String| {
        line.starts_with("desk ") || line.starts_with("usage ") || !line.ends_with("--force")
    };
    for line in writers("OUT").into_iter().filter(|line| !elsewhere(line)) {
        let line = line.replace("guard ", "guard --allow license ");
        dir.run(&line).ends(0);
        let whole = dir.read("OUT");
        let started = std::time::Instant::now();
        dir.run(&line).ends(0);
        let takes = u64::try_from(started.elapsed().as_micros()).unwrap();
        // A key pair or a date of its own makes each run's file another one.
        let is_same = dir.read("OUT") == whole;
        for round in 0..kills() {
            dir.write("OUT", "before");
            let yes = kill(&dir, &line, moment(round) * takes / 30_000);
            let found = dir.read("OUT");
            let is_new = found != b"before";
            assert!(is_new || !yes, "{line}: said to be written");
            assert!(!is_new || !is_same || found == whole, "{line}: half a file");
            if is_new && !is_same {
                let is_page = found.ends_with(b"</html>\n");
                assert!(is_page || dir.run("show OUT").status == Some(0), "{line}: half a file");
            }
        }
    }
}

fn holding() -> Dir {
    let dir = Dir::installed();
    dir.yes(&format!(
        "usage import {} --instance inst --today 2027-01-01",
        data("license_usage.csv")
    ));
    dir.yes(
        "usage report --anyway --accept-clock --instance inst --today 2025-11-05 --out r.usage",
    );
    dir.yes("qr n.airlock --png --out code.png");
    dir.yes("desk init d --key desk.key --issuer desk.issuer --trust root.pub");
    dir.yes("desk enter --license n.airlock --desk d --today 2025-10-20");
    dir.yes("desk receive r.usage --desk d --today 2025-11-06");
    dir.yes(
        "desk trial give --customer A-S00012345 --subscription-id S-T --name N --email \
         n@c.example --plan premium --seats 5 --desk d --today 2025-10-20 --yes --out trial",
    );
    dir
}

#[test]
fn the_public_key_of_an_instance_is_not_written_over() {
    let dir = Dir::new();
    dir.unchanged(|| {
        let line = "text n.airlock --out inst/instance.pub --force";
        dir.failed(line, "output_protected");
    });
}

/// Private keys as mails, forms and editors leave them: each with its name.
fn without_line_ends(key: &str) -> Vec<(&'static str, String)> {
    let forms = [("joined", ""), ("spaced", " "), ("returns", "\r"), ("literal", "\\n")];
    forms.map(|(name, between)| (name, key.replace('\n', between))).to_vec()
}

/// Commands that take a key from `{key}`, or a file that may be one.
const KEY_READERS: [&str; 19] = [
    "key show {key}",
    "key public {key} --out -",
    "show n.airlock --trust {key}",
    "show {key}",
    "explain {key}",
    "text {key} --out -",
    "pouch n.airlock {key} --out -",
    "instance restore {key} --instance new",
    "guard n.airlock --signer {key} --out -",
    "instance init new --trust {key}",
    "issuer certify --root {key} --key desk.pub --name D --from 2026-01-01 --until 2027-01-01 \
     --out -",
    "issuer certify --root root.key --key {key} --name D --from 2026-01-01 --until 2027-01-01 \
     --out -",
    "desk init new --key {key} --issuer desk.issuer --trust root.pub",
    "usage import {key} --instance inst",
    "check --instance inst --users 3 --history {key}",
    "reconcile {key} --license {key} --trust root.pub",
    "scan {key}",
    "desk batch {key} --out o --yes",
    "desk batch n.request --template {key} --out o --yes",
];

/// Nothing of the key, in a few letters of its Base64, is in what is printed.
#[track_caller]
fn shows_nothing_of(dir: &Dir, line: &str, key: &str) {
    for line in [line.to_owned(), format!("{line} --json")] {
        let run = dir.run(&line);
        let printed = format!("{}{}", String::from_utf8_lossy(&run.out), run.err);
        for secret in key.lines().filter(|line| !line.starts_with('-')) {
            let pieces = secret.as_bytes().chunks(12).filter(|piece| piece.len() == 12);
            for piece in pieces.map(|piece| std::str::from_utf8(piece).unwrap()) {
                assert!(!printed.contains(piece), "found {piece} of the key: {run}");
            }
        }
    }
}

#[test]
fn a_private_key_whose_line_ends_are_gone_is_not_shown() {
    let dir = Dir::new();
    dir.write("pass", "correct horse\n");
    dir.yes("key new --out locked --passphrase-file pass");
    for pair in ["root", "locked"] {
        let key = dir.text(&format!("{pair}.key"));
        for (name, text) in without_line_ends(&key) {
            dir.write(name, text);
            for line in KEY_READERS {
                shows_nothing_of(&dir, &line.replace("{key}", name), &key);
            }
            let error = dir.failed(&format!("key show {name}"), "key_unreadable");
            let message = error["message"].text();
            assert!(message.contains("found a private key whose line ends are gone"), "{message}");
            assert!(error["hint"].text().contains("lines of 64 characters"), "{error:?}");
        }
    }
    let public = dir.text("root.pub").replace('\n', "");
    dir.write("joined.pub", public);
    let fingerprint = |file: &str| dir.yes(&format!("key show {file}"))["fingerprint"].clone();
    assert_eq!(fingerprint("joined.pub"), fingerprint("root.pub"));
}

#[test]
fn an_instances_key_whose_line_ends_are_gone_is_not_shown() {
    let dir = Dir::installed();
    let key = dir.text("inst/instance.key");
    for (_, text) in without_line_ends(&key) {
        dir.write("inst/instance.key", text);
        for line in [
            "usage report --instance inst --today 2025-12-01 --out new.usage",
            "request new --instance inst --company C --name N --email n@c.example --plan premium \
             --seats 3 --today 2025-12-01 --out new.request",
            "instance show --instance inst",
        ] {
            shows_nothing_of(&dir, line, &key);
        }
    }
}

#[test]
fn the_base64_of_a_private_key_is_not_written_over() {
    let dir = Dir::new();
    dir.write("pass", "correct horse\n");
    dir.yes("key new --out locked --passphrase-file pass");
    for pair in ["root", "locked"] {
        let key = dir.text(&format!("{pair}.key"));
        let base64: String = key.lines().filter(|line| !line.starts_with('-')).collect();
        let without_begin = key.split_once('\n').unwrap().1;
        for text in [&base64, without_begin] {
            dir.write("bare", text);
            dir.failed("text n.airlock --out bare --force", "output_protected");
            let error = dir.failed("key show bare", "key_unreadable");
            let message = error["message"].text();
            assert!(message.contains("a private key without a -----BEGIN line"), "{message}");
        }
    }
    let public = dir.text("root.pub");
    dir.write("bare", public.lines().nth(1).unwrap());
    dir.yes("text n.airlock --out bare --force");
}

#[test]
fn no_command_writes_over_a_key_or_a_ledger() {
    let dir = holding();
    fs::hard_link(dir.path("root.key"), dir.path("hard")).unwrap();
    symlink("root.key", dir.path("link")).unwrap();
    symlink("inst/ledger.sqlite", dir.path("ledger")).unwrap();
    fs::create_dir(dir.path("sub")).unwrap();
    symlink("../link", dir.path("sub/far")).unwrap();
    for out in
        ["root.key", "inst/instance.key", "inst/ledger.sqlite", "d/registry.sqlite", "sub/far"]
    {
        for line in writers(out) {
            let error = dir.failed(&line, "output_protected");
            assert!(error["hint"].text().contains("another name"), "{error:?}");
        }
    }
    for out in ["hard", "link", "ledger", "./inst/../root.key", "/proc/self/cwd/root.key"] {
        dir.failed(&format!("text n.airlock --out {out} --force"), "output_protected");
    }
    for name in ["ledger.sqlite-journal", "ledger.sqlite-wal", "ledger.sqlite-shm"] {
        for line in writers(&format!("inst/{name}")) {
            dir.failed(&line, "output_protected");
        }
    }
    // Public keys and what airlock wrote are replaced as ever.
    dir.yes("text n.airlock --out root2.pub --force");
    dir.yes("text n.airlock --out root2.pub --force");
}

#[test]
fn keys_of_other_programs_are_known_too() {
    let dir = Dir::new();
    let openssl = |arguments: &[&str]| {
        assert!(
            tool("openssl", "openssl", arguments, dir.root()).status.success(),
            "{arguments:?}"
        );
    };
    openssl(&["pkey", "-in", "root.key", "-outform", "DER", "-out", "pkcs8.der"]);
    openssl(&["genrsa", "-out", "rsa.pem", "2048"]);
    openssl(&["rsa", "-in", "rsa.pem", "-traditional", "-out", "pkcs1.pem"]);
    openssl(&["rsa", "-in", "rsa.pem", "-traditional", "-outform", "DER", "-out", "pkcs1.der"]);
    openssl(&["ecparam", "-name", "prime256v1", "-genkey", "-out", "ec.pem"]);
    openssl(&["ec", "-in", "ec.pem", "-outform", "DER", "-out", "sec1.der"]);
    let encrypt = |version: &[&str], form: &str, out: &str| {
        let line = ["pkcs8", "-topk8", "-in", "root.key", "-passout", "pass:x", "-outform", form];
        openssl(&[&line[..], &["-out", out], version].concat());
    };
    encrypt(&["-v2", "aes256"], "DER", "pbes2.der");
    encrypt(&["-v2", "aes256"], "PEM", "pbes2.pem");
    encrypt(&["-v1", "PBE-SHA1-3DES"], "DER", "pkcs12-pbe.der");
    let subject = ["req", "-new", "-x509", "-key", "rsa.pem", "-subj", "/CN=x", "-out", "cert.pem"];
    openssl(&subject);
    openssl(&[
        "pkcs12", "-export", "-inkey", "rsa.pem", "-in", "cert.pem", "-passout", "pass:x", "-out",
        "both.p12",
    ]);
    let ssh = ["-q", "-t", "ed25519", "-N", "", "-f", "ssh"];
    assert!(tool("ssh-keygen", "openssh-client", &ssh, dir.root()).status.success());
    dir.write("chain.pem", dir.text("cert.pem") + &dir.text("rsa.pem"));
    let wide: Vec<u8> = dir.text("root.key").encode_utf16().flat_map(u16::to_be_bytes).collect();
    dir.write("wide.txt", wide);
    for key in [
        "pkcs8.der",
        "rsa.pem",
        "pkcs1.pem",
        "pkcs1.der",
        "ec.pem",
        "sec1.der",
        "pbes2.der",
        "pbes2.pem",
        "pkcs12-pbe.der",
        "both.p12",
        "ssh",
        "chain.pem",
        "wide.txt",
    ] {
        dir.failed(&format!("text n.airlock --out {key} --force"), "output_protected");
    }
    openssl(&["x509", "-in", "cert.pem", "-outform", "DER", "-out", "cert.der"]);
    openssl(&["rsa", "-in", "rsa.pem", "-pubout", "-outform", "DER", "-out", "public.der"]);
    for public in ["cert.pem", "cert.der", "public.der", "ssh.pub"] {
        dir.yes(&format!("text n.airlock --out {public} --force"));
    }
}

#[test]
fn a_public_key_does_not_replace_a_private_one() {
    let dir = Dir::new();
    fs::rename(dir.path("root.key"), dir.path("new.pub")).unwrap();
    dir.failed("key new --out new --no-passphrase --force", "output_protected");
    fs::remove_file(dir.path("new.pub")).unwrap();
    symlink("inst/ledger.sqlite", dir.path("new.pub")).unwrap();
    dir.failed("key new --out new --no-passphrase --force", "output_protected");
}

/// What the shell opened is not written over either.
#[test]
fn standard_output_is_no_way_around() {
    let dir = Dir::new();
    let airlock = crate::common::binary().display().to_string();
    for line in [
        "text n.airlock --out - 1<>root.key",
        "text n.airlock --out - >>root.key",
        "text n.airlock --out /dev/fd/3 3<>root.key",
        "text n.airlock --out /dev/fd/3 --force 3<>inst/ledger.sqlite",
        "guard n.airlock --out clean --log /dev/fd/3 3>>root.key",
    ] {
        let run =
            dir.unchanged(|| tool("sh", "dash", &["-c", &format!("{airlock} {line}")], dir.root()));
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        assert_eq!(run.status.code(), Some(2), "{line}: {said}");
        assert!(said.contains("output_protected"), "{line}: {said}");
    }
}

#[test]
fn a_private_key_goes_into_a_new_file_only() {
    let dir = Dir::new();
    let plant = |shell: &str| {
        fs::remove_file(dir.path("x.key")).ok();
        assert!(tool("sh", "dash", &["-c", shell], dir.root()).status.success(), "{shell}");
    };
    for shell in [
        "mkfifo x.key",
        "mkfifo fifo; ln -s fifo x.key",
        "ln -s nothing x.key",
        "ln -s x.key x.key",
        "ln -s /dev/stdout x.key",
        "ln -s /dev/null x.key",
        "ln -s empty x.key; : >empty",
        ": >x.key",
        "ln root.pub x.key",
    ] {
        plant(shell);
        for force in ["", "--force"] {
            // Nobody reads the pipe: a run that opened it would wait for ever.
            let run = dir.unchanged(|| {
                dir.under(
                    "timeout 20",
                    "coreutils",
                    &format!("key new --out x --no-passphrase {force}"),
                )
            });
            run.ends(2).says(&["secret_exists"]);
        }
        assert!(!dir.exists("x.pub"));
    }
}

#[test]
fn an_empty_file_that_a_cut_off_run_left_is_told() {
    let dir = Dir::empty();
    dir.write("x.key", "");
    let error = dir.failed("key new --out x --no-passphrase", "secret_exists");
    assert!(error["message"].text().contains("empty"), "{error:?}");
    assert!(error["hint"].text().contains("cut off"), "{error:?}");
}

#[test]
fn a_key_without_its_public_key_is_completed() {
    let dir = Dir::new();
    let public = dir.text("root.pub");
    fs::rename(dir.path("root.key"), dir.path("it's.key")).unwrap();
    let certify = "--from 2026-01-01 --until 2027-01-01 --today 2026-01-01 --out x.issuer --json";
    let mut certify: Vec<String> = certify.split(' ').map(str::to_owned).collect();
    certify.splice(
        0..0,
        ["issuer", "certify", "--root=desk.key", "--key=it's.pub", "--name=x"].map(str::to_owned),
    );
    let new = ["key", "new", "--json", "--no-passphrase", "--out", "it's"].map(str::to_owned);
    for arguments in [new.to_vec(), certify] {
        fs::remove_file(dir.path("it's.pub")).ok();
        let output = dir.command(&arguments).output().unwrap();
        let error = Json::read(&String::from_utf8(output.stderr).unwrap());
        let hint = error["error"]["hint"].text().to_owned();
        let airlock = crate::common::binary().display().to_string();
        let command = hint.split('`').nth(1).unwrap().replacen("airlock", &airlock, 1);
        assert!(tool("bash", "bash", &["-c", &command], dir.root()).status.success(), "{hint}");
        assert_eq!(dir.text("it's.pub"), public);
    }
}

/// Nobody writes into the pipe: a run that waited for it would be ended by `timeout`.
#[test]
fn a_key_is_read_from_a_file_and_no_pipe_is_waited_for() {
    let dir = Dir::new();
    assert!(tool("mkfifo", "coreutils", &["pipe"], dir.root()).status.success());
    dir.yes("license install n.airlock --instance inst --users 81 --today 2025-11-01");
    let certify = "--from 2026-01-01 --until 2027-01-01 --today 2026-01-01 --out x.issuer";
    for line in [
        "key show pipe".to_owned(),
        "key public pipe --out x.pub".to_owned(),
        format!("issuer certify --root pipe --key desk.pub --name x {certify}"),
        format!("issuer certify --root root.key --key pipe --name x {certify}"),
        "show n.airlock --trust pipe".to_owned(),
        "instance init other --trust pipe".to_owned(),
        terms("--out x.airlock --force").replace("desk.key", "pipe"),
    ] {
        let run = dir.unchanged(|| dir.under("timeout 20", "coreutils", &line));
        run.ends(2).says(&["pipe is a pipe, expected a file", "input_unreadable"]);
    }
    // What the shell opened is read.
    let airlock = crate::common::binary().display().to_string();
    for line in
        ["key show <(cat root.key)", "key show - <root.key", "key show /dev/stdin <root.key"]
    {
        let run = tool("bash", "bash", &["-c", &format!("{airlock} {line}")], dir.root());
        assert!(run.status.success(), "{line}: {}", String::from_utf8_lossy(&run.stderr));
    }
}

#[test]
fn a_name_that_is_a_folder_is_refused() {
    let dir = Dir::new();
    fs::create_dir(dir.path("keys")).unwrap();
    for name in ["keys/", "keys/.", "keys//", ".", "..", "keys/..", "''", "/"] {
        dir.unchanged(|| dir.failed(&format!("key new --out {name} --no-passphrase"), "options"));
    }
    dir.yes("key new --out keys/.hidden --no-passphrase");
    // A folder's name without a stroke behind it is a name like any other.
    dir.yes("key new --out keys --no-passphrase");
    assert!(dir.exists("keys.key") && !dir.exists("keys/.key"));
}

/// A wrong file is easily given: nothing of a secret is repeated on a terminal, which somebody
/// copies into a ticket.
#[test]
fn no_error_repeats_a_secret() {
    let dir = Dir::new();
    dir.write("words", "Correct-horse,battery staple\n");
    dir.write("word", "xyzzy42 = \"plugh\"; 9\n");
    dir.write("number", "83719465\n");
    dir.yes("key new --out locked --passphrase-file word");
    let issue = terms("").replace("gitlab-legacy", "FILE");
    let import = "usage import FILE --instance inst --today 2026-01-01";
    let lines = [
        import,
        "reconcile FILE --license n.airlock --trust root.pub",
        "check n.airlock --trust root.pub --users 1 --history FILE --today 2025-11-02",
        "license install FILE --instance inst --users 1 --today 2025-11-02",
        "show FILE",
        "usage show FILE",
        "guard FILE --out clean",
        "text FILE",
        "check FILE --trust root.pub --today 2025-11-02",
        "check n.airlock --trust FILE --users 1 --history none --today 2025-11-02",
        &issue,
    ];
    for line in lines {
        for file in ["words", "word", "number", "root.key", "locked.key"] {
            let run = dir.unchanged(|| dir.run(&line.replace("FILE", file)));
            let body = dir.text(file);
            let secret = body.lines().filter(|line| !line.starts_with("-----"));
            let said = format!("{}{}", run.err, String::from_utf8_lossy(&run.out));
            for part in secret.flat_map(|line| line.split([',', ' ', '=', '"', ';'])) {
                assert!(part.len() < 2 || !said.contains(part), "{line} {file}: {part}: {run}");
            }
        }
        if !line.starts_with("guard") {
            for key in ["root.key", "locked.key"] {
                dir.failed(&line.replace("FILE", key), "key_private");
            }
        }
    }
    let error = dir.failed(&import.replace("FILE", "number"), "export_cut");
    assert!(error["message"].text().contains("one line of 8 characters"), "{error:?}");
    let error = dir.failed(&issue.replace("FILE", "word"), "policy_unreadable");
    assert!(error["message"].text().ends_with("line 1, of 20 characters, is no TOML"), "{error:?}");
    // What is an export all the same is still told by its cells.
    dir.write("day.csv", "2025-11-01,many\n");
    let error = dir.failed(&import.replace("FILE", "day.csv"), "export_count");
    assert!(error["message"].text().contains("many"), "{error:?}");
}

/// Runs the command and kills it right before it makes this call of the system for the n-th time.
fn kill_before(dir: &Dir, calls: &str, when: u32, line: &str) {
    let wrapper = format!(
        "strace --quiet=all -f -o calls -e trace={calls} -e inject={calls}:signal=KILL:when={when}"
    );
    let run = dir.under(&wrapper, "strace", line);
    assert_eq!(run.status, None, "{run}");
    fs::remove_file(dir.path("calls")).unwrap();
}

/// Returns the names in this folder.
fn names(dir: &Dir) -> Vec<String> {
    dir.tree().keys().map(|name| name.display().to_string()).collect()
}

#[test]
fn a_kill_between_the_two_names_leaves_no_private_key_and_the_next_run_says_what_to_do() {
    let dir = Dir::empty();
    let line = "key new --out x --no-passphrase";
    kill_before(&dir, "linkat", 1, line);
    assert!(names(&dir).is_empty());
    kill_before(&dir, "linkat", 2, line);
    assert_eq!(names(&dir), ["x.pub"]);
    let lone = dir.read("x.pub");
    let error = dir.failed(line, "output_exists");
    let hint = error["hint"].text().to_owned();
    assert!(hint.starts_with("x.key is not there"), "{hint}");
    let again = hint.split('`').find_map(|word| word.strip_prefix("airlock ")).unwrap();
    dir.yes(&format!("{again} --no-passphrase"));
    assert_eq!(names(&dir), ["x.key", "x.pub"]);
    assert_ne!(dir.read("x.pub"), lone);
    same_fingerprint(&dir);
    // A key that is replaced is not left beside another one's private key either.
    fs::remove_file(dir.path("x.key")).unwrap();
    kill_before(&dir, "linkat", 1, &format!("{line} --force"));
    assert_eq!(names(&dir), ["x.pub"]);
}

fn same_fingerprint(dir: &Dir) {
    let fingerprint = |file: &str| dir.yes(&format!("key show {file}"))["fingerprint"].clone();
    assert_eq!(fingerprint("x.key"), fingerprint("x.pub"));
}

#[test]
fn a_kill_right_before_the_folder_is_renamed_leaves_what_the_next_run_clears_away() {
    let dir = Dir::empty();
    kill_before(&dir, "?rename,?renameat,?renameat2", 1, "instance init x");
    assert!(dir.exists(".x.airlock-new/instance.key") && !dir.exists("x"));
    let made = dir.yes("instance init x");
    let warning = made["warnings"].items()[0].text().to_owned();
    assert!(warning.contains(".x.airlock-new, which a run that was cut off"), "{warning}");
    assert!(!dir.exists(".x.airlock-new"));
}

#[test]
fn a_killed_run_that_keeps_the_key_leaves_no_other_one() {
    let dir = Dir::installed();
    fs::remove_file(dir.path("inst/ledger.sqlite")).unwrap();
    let line = format!("instance init inst --keep-key --id {INSTANCE}");
    // The ledger is made, and has not got its name yet.
    kill_before(&dir, "?link,?linkat,?rename,?renameat,?renameat2", 1, &line);
    let rest = ".ledger.sqlite.airlock-new";
    assert!(dir.exists(&format!("inst/{rest}/ledger.sqlite")), "{:?}", names(&dir));
    assert!(!dir.exists("inst/ledger.sqlite"));
    let keys = names(&dir).into_iter().filter(|name| name.ends_with("instance.key"));
    assert_eq!(keys.collect::<Vec<_>>(), ["inst/instance.key"]);
    let made = dir.yes(&line);
    assert!(made["warnings"].items()[0].text().contains(rest), "{made:?}");
    assert!(!dir.exists(&format!("inst/{rest}")));
}

/// Wherever a kill comes: no file, or the pair, or the public key alone; never a private key
/// alone, a part of one, or another name.
#[test]
fn a_killed_run_leaves_no_key_under_another_name_and_no_private_key_alone() {
    let dir = Dir::empty();
    let line = "key new --out x --no-passphrase";
    let (mut killed, mut finished, mut halves) = (0, 0, 0);
    for run in 0..10 * kills() {
        // A run of which nobody is sure that it comes to its end, and now and then one that does.
        let done = if run % 10 == 9 {
            dir.yes(line);
            true
        } else {
            // Such a run takes some three milliseconds.
            kill(&dir, line, moment(run) % 4_000)
        };
        finished += u64::from(done);
        killed += u64::from(!done);
        let names = names(&dir);
        if names == ["x.pub"] {
            halves += 1;
            dir.failed(line, "output_exists");
            dir.yes(&format!("{line} --force"));
        } else {
            assert!(names.is_empty() || names == ["x.key", "x.pub"], "{names:?}");
        }
        if !names.is_empty() {
            same_fingerprint(&dir);
            fs::remove_file(dir.path("x.key")).unwrap();
            fs::remove_file(dir.path("x.pub")).unwrap();
        }
    }
    assert!(finished >= kills(), "{killed} killed, {finished} finished");
    assert!(killed >= kills(), "{killed} killed, {finished} finished");
    println!("key new: {killed} killed, {finished} finished, {halves} public keys alone");
}

#[test]
fn a_read_only_file_system_is_named() {
    let dir = holding();
    dir.write("usage.csv", "date,count\n2026-10-15,108\n");
    let script = "mkdir -p ro && mount --bind . ro && mount -o remount,ro,bind ro || exit 97; \
                  exec \"$0\" \"$@\"";
    for line in [
        "usage import usage.csv --instance ro/inst",
        "license install n.airlock --instance ro/inst --users 81 --today 2025-11-01",
        "usage report --instance ro/inst --today 2025-12-01 --out new.usage",
        "instance init ro/new --trust root.pub",
        "key new --out ro/new --no-passphrase",
        "text n.airlock --out ro/new",
        "text n.airlock --out ro/root.pub --force",
        "qr n.airlock --png --out ro/new.png",
        "guard n.airlock --out clean --log ro/new.log",
    ] {
        let wrapper = format!("{} sh -c '{script}'", unshare());
        let run = dir.under(&wrapper, "util-linux", line);
        run.ends(2).says(&["the file system is read-only", "findmnt -T ro"]);
    }
}

#[test]
fn a_path_in_a_hint_is_one_word_of_the_shell() {
    let dir = Dir::empty();
    for name in
        ["a b", "it's", "a;touch b", "$(touch b)", "`touch b`", "new\nline", "-rf", "*", "\u{202e}"]
    {
        let arguments =
            ["license", "list", "--json", &format!("--instance={name}")].map(str::to_owned);
        let output = dir.command(&arguments).output().unwrap();
        let error = Json::read(&String::from_utf8(output.stderr).unwrap());
        let hint = error["error"]["hint"].text().to_owned();
        let command = hint.split("airlock instance init ").nth(1).unwrap();
        let word = command.split(" --trust root.pub`").next().unwrap();
        let printed = tool("bash", "bash", &["-c", &format!("printf %s {word}")], dir.root());
        let printed = String::from_utf8(printed.stdout).unwrap();
        assert_eq!(Path::new(&printed), dir.path(name), "{hint}");
        assert!(!printed.starts_with('-'), "{hint}");
        assert!(!dir.exists("b"), "{hint}");
    }
}

/// JSON is read on terminals too.
#[test]
fn json_shows_no_character_that_cannot_be_seen() {
    let dir = Dir::new();
    for name in ["a\u{202e}b", "a\u{7f}b", "a\u{9b}b", "a\u{e0001}b"] {
        let run = dir.run(&format!("text n.airlock --out {name} --json"));
        assert_eq!(run.yes()["path"].text(), name);
        assert!(run.text().trim_end().chars().all(license_core::visible::is_visible), "{run}");
        let run = dir.run(&format!("show missing{name} --json"));
        run.error(2, "input_missing");
        assert!(run.err.trim_end().chars().all(license_core::visible::is_visible), "{run}");
    }
}
