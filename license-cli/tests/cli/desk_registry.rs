//! The desk's registry, looked through, sealed and carried; on each database.

use crate::common::{Dir, Run};

/// A desk whose one customer has a license and three notes: five events, four of them in the chain
/// of the subscription; and the registry's seal.
fn sealed() -> Dir {
    let dir = super::dir();
    dir.yes(&super::init(&dir, "d"));
    dir.yes("desk enter --license n.airlock --desk d --today 2025-10-20");
    for text in ["one", "two", "three"] {
        dir.yes(&format!("desk note A-S00012345 {text} --desk d --today 2025-10-21"));
    }
    dir.yes("desk registry seal --desk d --out seal");
    dir
}

fn verify(dir: &Dir, seal: &str) -> Run {
    dir.run(&format!("desk registry verify --desk d {seal}"))
}

/// The subscription's chain.
const CHAIN: &str = "subscription = 'A-S00012345'";

#[test]
fn what_nobody_touched_is_whole() {
    let dir = sealed();
    verify(&dir, "--seal seal").ends(0).says(&["whole: nothing was changed\n"]);
}

#[test]
fn an_event_that_was_changed_by_hand_is_named() {
    let dir = sealed();
    super::by_hand(
        &dir,
        "d",
        &format!("UPDATE event SET who = 'eve' WHERE {CHAIN} AND number = 3"),
    );
    let named = "subscription \"A-S00012345\": event 3 was changed\n";
    verify(&dir, "").ends(1).says(&[named, "NOT WHOLE\n"]);
}

#[test]
fn an_event_that_was_removed_by_hand_is_named() {
    let dir = sealed();
    super::by_hand(&dir, "d", &format!("DELETE FROM event WHERE {CHAIN} AND number = 2"));
    verify(&dir, "").ends(1).says(&["subscription \"A-S00012345\": event 2 was removed\n"]);
}

/// The chain's end is cut off, and the row that says where it ends is mended: the registry alone
/// cannot tell.
#[test]
fn a_chain_that_was_cut_off_by_hand_is_named_against_the_seal() {
    let dir = sealed();
    super::by_hand(&dir, "d", &format!("DELETE FROM event WHERE {CHAIN} AND number = 4"));
    super::by_hand(
        &dir,
        "d",
        &format!(
            "UPDATE chain SET number = 3, hash = (SELECT e.hash FROM event e WHERE e.{CHAIN} AND \
             e.number = 3) WHERE {CHAIN}"
        ),
    );
    verify(&dir, "").ends(0);
    let named = "subscription \"A-S00012345\": event 4 was removed; the seal has it\n";
    verify(&dir, "--seal seal").ends(1).says(&[named, "NOT WHOLE\n"]);
}

#[test]
fn a_registry_is_carried_to_another() {
    let dir = sealed();
    let exported = dir.yes("desk registry export --desk d --out archive");
    let other = super::another(&dir);
    let imported = dir.yes(&format!("desk registry import archive --registry {other}"));
    assert_eq!(imported["count"], exported["count"]);
    let keys = "--key desk.key --issuer desk.issuer --trust root.pub";
    dir.yes(&format!("desk init other {keys} --registry {other}"));
    let told = |desk: &str| dir.run(&format!("desk history A-S00012345 --desk {desk}")).out;
    assert_eq!(told("other"), told("d"));
    dir.run("desk registry verify --desk other --seal seal").ends(0);
}
