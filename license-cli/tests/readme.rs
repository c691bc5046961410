//! The README's session runs as it stands, and answers what it shows. Ids and fingerprints are
//! random: they are masked.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of a test")]

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

/// Stands between the outputs of two commands.
const MARK: &str = "--- next command ---";

/// Returns each command of the session with the output shown below it.
fn session(readme: &str) -> Vec<(String, String)> {
    let blocks = readme.split("```console\n").skip(1).filter_map(|block| block.split("```").next());
    let mut steps: Vec<(String, String)> = Vec::new();
    for line in blocks.flat_map(str::lines) {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push((command.to_owned(), String::new())),
            (None, Some((_, output))) => writeln!(output, "{line}").unwrap(),
            (None, None) => panic!("output before the first command: {line}"),
        }
    }
    steps
}

/// Puts the same sign for every hexadecimal id, and for every group of a fingerprint.
fn masked(text: &str) -> String {
    let is_random = |word: &str| {
        matches!(word.len(), 4 | 32)
            && word.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let words = |line: &str| {
        line.split(' ')
            .map(|word| if is_random(word.trim_end_matches(':')) { "*" } else { word })
            .collect::<Vec<_>>()
            .join(" ")
    };
    text.lines().map(words).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_session_of_the_readme_runs() {
    let readme =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md"))
            .unwrap();
    let steps = session(&readme);
    assert!(steps.len() >= 12, "found {} commands", steps.len());
    let script = steps.iter().fold("set -euo pipefail\n".to_owned(), |script, (command, _)| {
        format!("{script}{command}\necho '{MARK}'\n")
    });
    let folder = Path::new(env!("CARGO_BIN_EXE_airlock")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let run = Command::new("bash")
        .args(["-c", &script])
        .env("PATH", path)
        .env_remove("AIRLOCK_INSTANCE")
        .output()
        .unwrap();
    let (found, errors) =
        (String::from_utf8(run.stdout).unwrap(), String::from_utf8_lossy(&run.stderr).into_owned());
    assert!(run.status.success(), "{found}\n{errors}");
    for ((command, shown), answered) in steps.iter().zip(found.split(&format!("{MARK}\n"))) {
        if !shown.is_empty() {
            assert_eq!(masked(answered), masked(shown), "$ {command}");
        }
    }
}
