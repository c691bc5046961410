//! Damaged files, full disks, endless input, closed output: exit status 1 or 2, and nothing half
//! done.

use std::fs::{self, File};

use crate::common::{Dir, Run, data, terms, tool, unshare};
use crate::misuse::{full, refused_everywhere};

/// Checks that a run ended with 1 or 2 and an error.
#[track_caller]
fn refused(run: &Run) {
    assert!(matches!(run.status, Some(1 | 2)), "{run}");
    assert!(run.err.starts_with("{\"error\""), "{run}");
}

#[test]
fn a_license_with_one_bit_flipped_is_refused_wherever_the_bit_is() {
    let dir = Dir::new();
    dir.write("h.csv", "2025-11-01,5\n");
    let good = dir.read("n.airlock");
    for bit in (0..good.len() * 8).step_by(23) {
        let mut altered = good.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        dir.write("altered.airlock", altered);
        for line in [
            "check altered.airlock --instance inst --users 81 --today 2025-11-01",
            "license install altered.airlock --instance inst --users 81 --today 2025-11-01",
            "reconcile h.csv --license altered.airlock --trust root.pub",
        ] {
            dir.unchanged(|| refused(&dir.run(&format!("{line} --json"))));
        }
    }
}

#[test]
fn a_flipped_bit_in_the_signed_claims_is_a_refusal() {
    let dir = Dir::new();
    let mut altered = dir.read("n.airlock");
    let last = altered.len() - 1;
    altered[last] ^= 1;
    dir.write("altered.airlock", altered);
    let error = dir.refused(
        "check altered.airlock --instance inst --users 81 --today 2025-11-01",
        "bad_signature",
    );
    assert!(error["hint"].text().contains("carry it across again"));
    dir.refused(
        "license install altered.airlock --instance inst --users 81 --today 2025-11-01",
        "bad_signature",
    );
    dir.refused("show altered.airlock --trust root.pub", "bad_signature");
}

#[test]
fn a_report_with_one_bit_flipped_is_refused() {
    let dir = full();
    let good = dir.read("n.usage");
    for bit in (0..good.len() * 8).step_by(13) {
        let mut altered = good.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        dir.write("altered.usage", altered);
        refused(&dir.run("reconcile altered.usage --license n.airlock --trust root.pub --json"));
        refused(&dir.run("usage show altered.usage --json"));
    }
}

#[test]
fn a_cut_or_lengthened_file_is_refused() {
    let dir = full();
    for name in ["n.airlock", "n.usage", "n.request"] {
        let good = dir.read(name);
        for length in (0..good.len()).step_by(11) {
            dir.write("cut", &good[..length]);
            for line in [
                "show cut",
                "check cut --instance inst",
                "usage show cut",
                "reconcile n.usage --license cut --trust root.pub",
            ] {
                refused(&dir.run(&format!("{line} --json")));
            }
        }
        dir.write("long", [&good[..], b"\0"].concat());
        dir.write("twice", [&good[..], &good[..]].concat());
        for file in ["long", "twice"] {
            refused(&dir.run(&format!("show {file} --json")));
        }
    }
}

#[test]
fn an_instance_with_a_flipped_bit_in_its_ledger_never_panics() {
    let dir = Dir::installed();
    dir.yes(&format!(
        "usage import {} --instance inst --today 2027-01-01",
        data("license_usage_month1.csv")
    ));
    let good = dir.read("inst/ledger.sqlite");
    for bit in (0..good.len() * 8).step_by(4001) {
        let mut altered = good.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        dir.write("inst/ledger.sqlite", altered);
        for line in [
            "check --instance inst --users 81 --today 2025-11-01",
            "license list --instance inst",
            "usage report --instance inst --today 2025-12-01 --dry-run",
        ] {
            let run = dir.run(&format!("{line} --json"));
            assert!(matches!(run.status, Some(0..=2)), "{run}");
        }
    }
}

#[test]
fn endless_and_huge_files_are_refused_within_512_mb() {
    let dir = full();
    File::create(dir.path("sparse")).unwrap().set_len(1 << 30).unwrap();
    for place in [
        "show FILE",
        "check FILE --trust root.pub",
        "key show FILE",
        "usage import FILE --instance inst",
        "usage show FILE",
        "reconcile FILE --license n.airlock --trust root.pub",
    ] {
        for file in ["sparse", "/dev/zero"] {
            let line = format!("{} --json", place.replace("FILE", file));
            // A key is read from a file, and from no device.
            let device = place.starts_with("key") && file == "/dev/zero";
            let code = if device { "input_unreadable" } else { "input_large" };
            dir.unchanged(|| {
                dir.under("prlimit --as=536870912", "util-linux", &line).error(2, code)
            });
        }
    }
    refused_everywhere(&dir, "sparse", "input_large");
}

#[test]
fn a_file_that_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let dir = full();
    for name in ["n.airlock", "root.key", "n.usage", "root.pub", "n.request", "desk.issuer", "pass"]
    {
        fs::set_permissions(dir.path(name), fs::Permissions::from_mode(0o000)).unwrap();
    }
    // Root without its capabilities is a user like others.
    let run = |line: &str, code: &str| {
        let run = dir.unchanged(|| {
            dir.under(
                "setpriv --bounding-set=-all --inh-caps=-all",
                "util-linux",
                &format!("{line} --json"),
            )
        });
        run.error(2, code)["message"].text().to_owned()
    };
    for line in [
        "show n.airlock",
        "key show root.key",
        "key show locked.key --passphrase-file pass",
        "check loose.airlock --trust root.pub",
        "check n.airlock --instance inst",
        "license install n.airlock --instance inst",
        "usage import n.usage --instance inst",
        "usage show n.usage",
        "reconcile n.usage --license other.airlock --trust root2.pub",
    ] {
        assert!(run(line, "input_unreadable").contains("permission denied"), "{line}");
    }
    run(&terms("--issuer desk.issuer"), "input_unreadable");
    run(&terms("--request n.request"), "input_unreadable");
}

#[test]
fn an_instance_that_may_not_be_read_or_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let dir = Dir::installed();
    let run = |line: &str, code: &str| {
        dir.unchanged(|| {
            dir.under(
                "setpriv --bounding-set=-all --inh-caps=-all",
                "util-linux",
                &format!("{line} --json"),
            )
            .error(2, code)
        })
    };
    fs::set_permissions(dir.path("inst/ledger.sqlite"), fs::Permissions::from_mode(0o400)).unwrap();
    fs::set_permissions(dir.path("inst"), fs::Permissions::from_mode(0o500)).unwrap();
    run(
        &format!(
            "usage import {} --instance inst --today 2027-01-01",
            data("license_usage_month1.csv")
        ),
        "instance_unwritable",
    );
    run(
        "usage report --anyway --instance inst --today 2025-12-01 --out x.usage",
        "instance_unwritable",
    );
    dir.under(
        "setpriv --bounding-set=-all --inh-caps=-all",
        "util-linux",
        "license list --instance inst --json",
    )
    .yes();
    fs::set_permissions(dir.path("inst"), fs::Permissions::from_mode(0o000)).unwrap();
    run("license list --instance inst", "instance_unreadable");
    fs::set_permissions(dir.path("inst"), fs::Permissions::from_mode(0o700)).unwrap();
}

/// Runs the command with everything in `small`, a disk of 64 KiB that is full but for `free` bytes,
/// and checks that it says `disk_full` and that no file there has changed.
#[track_caller]
fn on_a_full_disk(dir: &Dir, copy: &str, line: &str) {
    fs::create_dir_all(dir.path("small")).unwrap();
    let script = format!(
        "mount -t tmpfs -o size=64k none small || exit 97; {copy}; cat /dev/zero > small/fill \
            2>/dev/null; \
         find small -type f | sort | xargs sha256sum > before; \"$0\" \"$@\"; code=$?; \
         find small -type f | sort | xargs sha256sum > after; cmp -s before after || exit 98; exit \
         $code"
    );
    let run = dir.under(
        &format!("{} sh -c '{script}'", unshare()),
        "util-linux",
        &format!("{line} --json"),
    );
    assert_ne!(run.status, Some(97), "cannot mount a tmpfs of 64 KiB: {run}");
    assert_ne!(run.status, Some(98), "a file on the full disk was changed, or one was left: {run}");
    run.error(2, "disk_full");
}

#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let dir = full();
    for line in [
        "key new --no-passphrase --out small/x".to_owned(),
        "issuer certify --root root.key --key desk.pub --name D --from 2025-01-01 --until \
            2026-01-01 --out small/x"
            .to_owned(),
        terms("--out small/x"),
        "request new --instance inst --company A --name B --email c@d --plan premium --seats 1 \
            --users 1 --out small/x"
            .to_owned(),
        "license export --instance inst --today 2025-11-01 --out small/x.txt".to_owned(),
        "instance init small/inst".to_owned(),
    ] {
        on_a_full_disk(&dir, "true", &line);
    }
    // A file that is there stays as it was.
    on_a_full_disk(&dir, "cp n.airlock small/old", &terms("--out small/old --force"));
}

#[test]
fn a_full_disk_leaves_the_ledger_as_it_was() {
    let dir = Dir::new();
    dir.write("year.csv", fs::read(data("license_usage.csv")).unwrap());
    let copy = "cp -r inst small/inst";
    on_a_full_disk(&dir, copy, "usage import year.csv --instance small/inst --today 2027-01-01");
    on_a_full_disk(
        &dir,
        copy,
        "license install n.airlock --instance small/inst --users 81 --today 2025-11-01",
    );
}

#[test]
fn a_report_for_which_there_was_no_space_is_given_again() {
    let dir = Dir::installed();
    on_a_full_disk(
        &dir,
        "true",
        "usage report --anyway --instance inst --today 2025-12-01 --out small/x.usage",
    );
    let made = dir.yes("usage report --anyway --instance inst --today 2025-12-01 --out x.usage");
    assert!(made["again"] == true);
    assert!(dir.yes("usage show x.usage")["claims"]["number"] == 1);
}

/// Runs the command with its standard output somewhere else.
fn with_output(dir: &Dir, to: &str, line: &str) -> Run {
    dir.under(&format!("sh -c 'exec \"$0\" \"$@\" {to}'"), "dash", line)
}

#[test]
fn a_full_standard_output_is_a_failure() {
    let dir = Dir::installed();
    for line in [
        "show n.airlock",
        "key show root.pub",
        "license list --instance inst",
        "check --instance inst --users 81 --today 2025-11-01",
        "--help",
    ] {
        with_output(&dir, "> /dev/full", line).ends(2);
    }
    with_output(&dir, "> /dev/full", &terms("--out -")).ends(2).says(&["error: "]);
    let report = "usage report --anyway --instance inst --today 2025-12-01 --out";
    with_output(&dir, "> /dev/full", &format!("{report} -"))
        .ends(2)
        .says(&["the report is kept, and is given again byte for byte"]);
    assert!(dir.yes(&format!("{report} x.usage"))["again"] == true);
}

#[test]
fn a_full_standard_output_is_told_in_json_where_json_was_asked_for() {
    let dir = Dir::installed();
    let run = with_output(&dir, "> /dev/full", "show n.airlock --json");
    run.ends(2);
    assert!(run.err.starts_with("{\"error\":{\"code\":"), "{run}");
}

#[test]
fn a_reader_that_leaves_is_no_panic() {
    let dir = Dir::installed();
    for line in
        ["show n.airlock", "--help", "license issue --help", "license list --instance inst --json"]
    {
        let script = format!(
            "{{ sleep 0.05; '{}' {line}; echo $? >&2; }} | true",
            crate::common::binary().display()
        );
        let run = tool("sh", "dash", &["-c", &script], dir.root());
        let err = String::from_utf8(run.stderr).unwrap();
        assert!(!err.contains("panicked"), "{line}: {err}");
        assert!(err.ends_with("2\n"), "{line}: {err}");
    }
}

#[test]
fn a_closed_standard_output_is_no_panic_and_harms_no_file() {
    let dir = Dir::installed();
    let before = dir.tree();
    for line in [
        "show n.airlock",
        "license list --instance inst",
        "key show root.pub --json",
        "usage show none",
        "--help",
    ] {
        let run = with_output(&dir, ">&-", line);
        assert!(matches!(run.status, Some(0 | 2)), "{run}");
        let run = with_output(&dir, ">&- 2>&- <&-", line);
        assert!(matches!(run.status, Some(0 | 2)), "{run}");
    }
    assert!(dir.tree() == before);
}

#[test]
fn output_in_the_place_of_a_folder_is_named() {
    let dir = Dir::installed();
    for line in [
        terms("--out inst --force"),
        "license export --instance inst --today 2025-11-01 --out inst --force".to_owned(),
        "issuer certify --root root.key --key desk.pub --name D --from 2025-01-01 --until \
            2026-01-01 --out inst"
            .to_owned(),
        "request new --instance inst --company A --name B --email c@d --plan premium --seats 1 \
            --users 1 --out inst"
            .to_owned(),
    ] {
        dir.failed(&line, "output_directory");
    }
}
