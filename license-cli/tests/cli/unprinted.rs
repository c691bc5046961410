//! A command that wrote its file, and whose answer could not be printed: that is said, and nobody is
//! sent to run it again.

use std::fs::File;
use std::process::Stdio;

use crate::common::{Dir, Run, words};

const REQUEST: &str = "request new --instance inst --company N --name Bo --email b@n.example \
    --plan premium --seats 9 --users 8 --today 2025-10-18";

/// Runs the command with standard output on a full device.
fn on_full(dir: &Dir, line: &str) -> Run {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = dir.command(&words(line)).stdout(full).stderr(Stdio::piped()).output().unwrap();
    Run::of(line, output)
}

/// Checks that the answer says so of this, in text and JSON.
#[track_caller]
fn done(dir: &Dir, line: &str, what: &str) {
    for json in ["", " --json"] {
        let line = format!("{}{json}", line.replace('%', if json.is_empty() { "1" } else { "2" }));
        let what = what.replace('%', if json.is_empty() { "1" } else { "2" });
        on_full(dir, &line).ends(2).says(&[
            &format!("{what}; but no space is left for standard output"),
            "do not run the command again: the work is done",
        ]);
    }
}

#[test]
fn files_that_were_written() {
    let dir = Dir::installed();
    let certify = "issuer certify --root root.key --key desk.pub --name D --from 2025-01-01 \
        --until 2027-01-01 --today 2025-01-01 --out x%.issuer";
    done(&dir, "key new --out k% --no-passphrase", "k%.key and k%.pub are written");
    done(&dir, "key public desk.key --out p%.pub", "p%.pub is written");
    done(&dir, certify, "x%.issuer is written");
    done(&dir, &crate::common::terms("--out l%.airlock"), "l%.airlock is written");
    let export = "license export --instance inst --today 2025-11-02 --out e%.txt";
    done(&dir, export, "e%.txt is written");
    done(&dir, "text n.airlock --out t%.txt", "t%.txt is written");
    done(&dir, "sheet n.airlock --trust root.pub --pdf --out s%.pdf", "s%.pdf is written");
    done(&dir, "qr n.request --png --out q%.png", "q%.png is written");
    dir.yes("qr n.request --png --out one.png");
    done(&dir, "scan one.png --out c%.request", "c%.request is written");
    for file in ["k1.key", "k2.pub", "x1.issuer", "l2.airlock", "e1.txt", "s2.pdf", "c1.request"] {
        assert!(!dir.read(file).is_empty(), "{file}");
    }
}

#[test]
fn a_request_is_written_after_it_was_shown() {
    let dir = Dir::new();
    // What could not be shown is not written, and may be run again.
    let run = dir.unchanged(|| on_full(&dir, &format!("{REQUEST} --out q.request")));
    run.ends(2).says(&["make space there, then run the command again"]);
    // Only the end of the answer found no room: the file is there.
    let shown = dir.run(&format!("{REQUEST} --out q.request")).ends(0).text().to_owned();
    let (claims, wrote) = shown.split_once("wrote q.request: request ").unwrap();
    assert!(claims.contains("b@n.example") && !wrote.contains("b@n.example"), "{shown}");
}

#[test]
fn whoever_is_too_late_with_a_request_does_not_say_that_it_was_written() {
    let dir = Dir::new();
    let runs: Vec<_> = (0..8)
        .map(|_| {
            let mut command = dir.command(&words(&format!("{REQUEST} --out q.request")));
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let ends: Vec<_> = runs.into_iter().map(|run| run.wait_with_output().unwrap()).collect();
    let said = |end: &std::process::Output| {
        (end.status.code(), String::from_utf8_lossy(&end.stdout).contains("wrote"))
    };
    let mut said: Vec<_> = ends.iter().map(said).collect();
    said.sort_unstable();
    assert_eq!(said[0], (Some(0), true));
    assert!(said[1..].iter().all(|said| *said == (Some(2), false)), "{said:?}");
}

#[test]
fn the_gateway_says_last_of_all_where_a_file_goes() {
    let dir = Dir::new();
    let guard = "guard n.request --out x.request";
    let passed = dir.run(guard).ends(0).text().to_owned();
    assert!(passed.ends_with("  goes to    x.request\n"), "{passed}");
    // The name is taken after the file was examined: what is shown first waits for its reader.
    let runs: Vec<_> = (0..8)
        .map(|_| {
            let mut command = dir.command(&words("guard n.request --out y.request"));
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let ends = runs.into_iter().map(|run| run.wait_with_output().unwrap());
    let claimed = ends.filter(|end| {
        let text = String::from_utf8_lossy(&end.stdout);
        let claims = text.ends_with("  goes to    y.request\n");
        assert_eq!(claims, end.status.code() == Some(0), "{text}");
        claims
    });
    assert_eq!(claimed.count(), 1);
}
