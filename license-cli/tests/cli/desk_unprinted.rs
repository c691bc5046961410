//! A verb of the desk that did its work, and whose answer could not be printed.

use std::fs::File;
use std::process::Stdio;

use crate::common::{Dir, Run, words};

const INIT: &str = "--key desk.key --issuer desk.issuer --trust root.pub";

/// Runs the verb with standard output on a full device; its answer says what was done.
#[track_caller]
fn done(dir: &Dir, line: &str, what: &str) {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let line = format!("desk {line}");
    let output = dir.command(&words(&line)).stdout(full).stderr(Stdio::piped()).output().unwrap();
    Run::of(&line, output).ends(2).says(&[
        &format!("{what}; but no space is left for standard output"),
        "do not run the command again: the work is done",
    ]);
}

#[test]
fn what_the_desk_did_is_said() {
    let dir = Dir::new();
    let desk = "--desk d --today 2025-10-20";
    done(&dir, &format!("init d {INIT}"), "the desk in d is made");
    let enter = format!("enter --license n.airlock {desk}");
    done(&dir, &enter, "the customer Nordhavn Shipyards A/S is entered");
    let edit = format!("edit A-S00012345 --crm-id 7 {desk}");
    done(&dir, &edit, "the change of Nordhavn Shipyards A/S is kept");
    done(&dir, &format!("note A-S00012345 'call them' {desk}"), "the note is kept");
    let note = dir.yes(&format!("desk note A-S00012345 'and again' {desk}"));
    let id = note["note"].text().to_owned();
    done(&dir, &format!("note A-S00012345 --done {id} {desk}"), "the note is done");
    done(&dir, &format!("resend A-S00012345 --out r.airlock {desk}"), "r.airlock is written");
    done(&dir, &format!("handover A-S00012345 --out h.txt {desk}"), "h.txt is written");
    done(&dir, &format!("handover A-S00012345 --to Bo {desk}"), "the handover is kept");
    let change = format!("change A-S00012345 --seats 110 --yes --anyway --reason x {desk}");
    let made = "the license is filed, and m.airlock is written";
    done(&dir, &format!("{change} --out m.airlock"), made);
    done(&dir, "registry seal --desk d --out seal", "seal is written");
    done(&dir, "registry export --desk d --out archive", "archive is written");
    done(&dir, "registry import archive --registry new", "the archive is imported");
    done(&dir, "registry new --registry other", "the registry is made");
    let revoke = format!("revoke A-S00012345 --reason wrong --yes {desk}");
    done(&dir, &revoke, "the revocation is kept");
    for file in ["r.airlock", "h.txt", "m.airlock", "seal", "archive"] {
        assert!(dir.exists(file), "{file}");
    }
    // Where nothing was changed, nothing is said of it.
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut command = dir.command(&words("desk handover A-S00012345 --desk d"));
    let output = command.stdout(full).stderr(Stdio::piped()).output().unwrap();
    let run = Run::of("desk handover", output);
    assert!(!run.ends(2).err.contains("; but "), "{run}");
}
