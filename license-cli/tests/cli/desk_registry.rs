//! The desk's registry, looked through, sealed and carried; on each database.

use crate::common::{Dir, INSTANCE, Run};

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
    verify(&dir, "--seal seal")
        .ends(0)
        .says(&["whole: nothing was changed of what was compared\n", "not compared: "]);
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
/// knows no more than that nobody tells of the note that was written with it.
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
    let without = verify(&dir, "");
    without.ends(1).says(&[": no event tells of it\n"]);
    assert!(!without.text().contains("event 4"), "{without}");
    let named = "subscription \"A-S00012345\": event 4 was removed; the seal has it\n";
    verify(&dir, "--seal seal").ends(1).says(&[named, "NOT WHOLE\n"]);
}

#[test]
fn whatever_decides_is_compared() {
    let dir = sealed();
    dir.yes("desk receive n.request --desk d --today 2025-10-21");
    let none = "00000000-0000-4000-8000-000000000000";
    let of = |words: &str| format!("subscription \"A-S00012345\": {words}");
    for (table, column, to, back, words) in [
        ("chain", "serial", "serial - 1", "serial + 1", "found a number that is too large".into()),
        ("chain", "serial", "serial + 1", "serial - 1", of("serial of its end is not what")),
        ("chain", "made", "made + 1", "made - 1", of("made of its end is not what")),
        ("subscription", "state", "state + 1", "state - 1", "found a state that is none of".into()),
        (
            "subscription",
            "state",
            "1, state_day = 20000",
            "0, state_day = NULL",
            of("whether the subscription goes on"),
        ),
        ("document", "exception", "2", "0", "found 2, expected 0 or 1".into()),
        ("document", "answered", "2", "0", "found 2, expected 0 or 1".into()),
        ("document", "exception", "1", "0", ": exception is not what the events say".into()),
        ("document", "answered", "1", "0", ": answered is not what the events say".into()),
        ("customer", "id", &format!("'{none}'"), OWN, ": the customer was removed".into()),
        ("subscription", "id", "'x'", "'A-S00012345'", of("the subscription was removed")),
        ("instance", "id", &format!("'{none}'"), &format!("'{INSTANCE}'"), "was removed".into()),
    ] {
        super::by_hand(&dir, "d", &format!("UPDATE {table} SET {column} = {to}"));
        let run = verify(&dir, "--seal seal");
        run.ends(1);
        assert!(run.text().contains(&words), "{table} {column} = {to}: {run}");
        super::by_hand(&dir, "d", &format!("UPDATE {table} SET {column} = {back}"));
    }
    verify(&dir, "--seal seal").ends(0);
}

/// The only customer's id.
const OWN: &str = "(SELECT c.customer FROM chain c LIMIT 1)";

/// Changes a table past the desk, sees that it is named, and takes the change back.
fn by_hand_and_back(dir: &Dir, table: &str, set: &str, words: &str) {
    super::by_hand(dir, "d", &format!("UPDATE {table} SET {set}"));
    let run = verify(dir, "");
    run.ends(1);
    assert!(run.text().contains(words), "{table} {set}: {run}");
    let (column, _) = set.split_once(" = ").unwrap();
    let back = match column {
        "billing_id" | "remind" => "NULL".to_owned(),
        "quarterly" => "1".to_owned(),
        text => format!("substr({text}, 1, length({text}) - 1)"),
    };
    super::by_hand(dir, "d", &format!("UPDATE {table} SET {column} = {back}"));
}

/// What was entered and edited at a desk, and changed past it.
#[test]
fn what_rows_say_is_compared_with_what_the_events_said_last() {
    let dir = sealed();
    let today = "--desk d --today 2025-10-21";
    dir.yes(&format!("desk edit A-S00012345 --contact 'Bo <bo@n.example>' --crm-id c-7 {today}"));
    dir.yes(&format!("desk edit A-S00012345 --contact 'Bo Lund <bo@n.example>' {today}"));
    dir.yes(&format!("desk edit A-S00012345 --subscription-name main --quarterly yes {today}"));
    verify(&dir, "").ends(0);
    for (table, column, words) in [
        ("customer", "name", ": name: not what the events say\n"),
        ("customer", "customer_type", ": type: not what the events say\n"),
        ("customer", "mail_domains", ": mail domains: not what the events say\n"),
        ("customer", "crm_id", ": crm id: not what the events say\n"),
        ("contact", "mail", ": contact Bo Lund <bo@n.example>, "),
        ("subscription", "name", ": subscription name: not what the events say\n"),
        ("note", "content", ": note "),
    ] {
        by_hand_and_back(&dir, table, &format!("{column} = {column} || '!'"), words);
    }
    for (table, to, words) in [
        ("customer", "billing_id = 'eve'", ": billing id: not what the events say\n"),
        ("note", "remind = 20000", ": note "),
        ("subscription", "quarterly = NULL", ": quarterly: not what the events say\n"),
    ] {
        by_hand_and_back(&dir, table, to, words);
    }
    verify(&dir, "--seal seal").ends(0);
    super::by_hand(&dir, "d", "DELETE FROM note");
    verify(&dir, "").ends(1).says(&[": not what the events say\n"]);
}

/// A customer who is entered with the first license, or with a request.
#[test]
fn what_a_customer_was_entered_with_is_compared() {
    for entered in [
        "desk receive n.request --customer Nordhavn --type offline --desk d --today 2025-10-20",
        "desk issue --request n.request --customer Nordhavn --type offline --policy gitlab-legacy \
         --from 2025-11-01 --until 2026-11-01 --previous-users 100 --desk d --yes --out x \
         --today 2025-10-20",
    ] {
        let dir = super::dir();
        dir.yes(&super::init(&dir, "d"));
        dir.yes(entered);
        verify(&dir, "").ends(0);
        dir.yes("desk edit Nordhavn --name Nordhavn2 --desk d --today 2025-10-21");
        verify(&dir, "").ends(0);
        super::by_hand(&dir, "d", "UPDATE customer SET customer_type = 'reseller'");
        verify(&dir, "").ends(1).says(&[": type: not what the events say\n"]);
    }
}

/// A serial that stands too low: the next one would be given twice.
#[test]
fn a_number_that_was_set_back_is_named() {
    let dir = sealed();
    dir.yes(
        "desk change A-S00012345 --seats 5 --reason x --ticket T-1 --desk d --yes --today 2025-10-22 \
         --out x",
    );
    super::by_hand(&dir, "d", &format!("UPDATE chain SET serial = 1 WHERE {CHAIN}"));
    verify(&dir, "").ends(1).says(&["subscription \"A-S00012345\": serial of its end is not what"]);
}

#[test]
fn a_row_that_cannot_be_read_does_not_hide_the_others() {
    let dir = sealed();
    super::by_hand(&dir, "d", &format!("UPDATE event SET made = -1 WHERE {CHAIN} AND number = 2"));
    super::by_hand(
        &dir,
        "d",
        &format!("UPDATE event SET who = 'eve' WHERE {CHAIN} AND number = 4"),
    );
    let run = verify(&dir, "");
    run.ends(1).says(&[", A-S00012345, 2: found a number that is too large or negative\n"]);
    run.says(&["subscription \"A-S00012345\": event 4 was changed\n", "registry import ARCHIVE"]);
    assert!(!run.text().contains("event 2 was removed"), "{run}");
    assert!(!run.text().contains("event 3"), "{run}");
}

/// A request that a change answers, because it has the plan and the seats that were asked for.
#[test]
fn what_the_desk_does_leaves_the_registry_whole() {
    let dir = sealed();
    dir.yes(
        "request new --instance inst --company X --name 'Ida Thorsen' --email ida@nordhavn.example \
         --plan premium --seats 150 --users 81 --today 2026-02-20 --out more.request",
    );
    dir.yes("desk receive n.request more.request --desk d --today 2026-03-01");
    let change = "desk change A-S00012345 --desk d --yes --today 2026-03-01";
    dir.yes(&format!("{change} --seats 150 --reason x --ticket T-1 --out second"));
    verify(&dir, "").ends(0);
    dir.yes(&format!(
        "{change} --seats 160 --flag auto_renew --out third --anyway --reason x --ticket T-2"
    ));
    dir.yes("desk revoke A-S00012345 --desk d --yes --today 2026-03-02 --reason x");
    verify(&dir, "").ends(0);
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
