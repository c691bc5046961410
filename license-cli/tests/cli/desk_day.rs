//! A day at the desk, on a terminal of 80 columns and 24 lines: ten jobs in a row, with wrong
//! answers and Ctrl-C.

use crate::common::{binary, on_terminal};
use crate::json::Json;
use crate::vendor::{Vendor, request};

/// The jobs: each says its number before and its exit status after it.
const JOBS: &str = r"
stty rows 24 cols 80
job() { number=$1; shift; echo == $number; airlock $@; echo == status $number $?; }
sub=A-S00012345
job 1 desk find nordhavn --desk d
job 2 desk resend $sub --text --mail --out again.txt --desk d --today 2026-03-01
job 3 desk change $sub --seats 120 --reason asked --ticket 4711 --out c.airlock --desk d --today 2026-03-01
job 4 desk change $sub --seats 120 --reason asked --ticket 4711 --out c.airlock --desk d --today 2026-03-01
job 5 desk trial extend T-FJORD --until 2026-04-20 --reason tries --out t.airlock --desk d --today 2026-03-01
job 6 desk renew $sub --out next.airlock --desk d --today 2026-09-01
job 7 desk renew $sub --out next.airlock --desk d --today 2026-09-01
job 8 explain bad_signature
job 9 desk show Havn --desk d
job 10 desk revoke T-FJORD --reason refunded --desk d --today 2026-03-02
job 11 desk handover $sub --to Bo --desk d --today 2026-03-02
job 12 desk receive n.request havn.request --desk d --today 2026-03-03
";

/// What is typed, each answer once its question is there: `asked FROM TEXT` waits until the text was shown behind a line with the other.
fn answers(id: &str) -> String {
    let steps = [
        ("== 3", "Sign it?", "\\003"),
        ("== 4", "Sign it?", "maybe\\r"),
        ("== 4", "Invalid answer", "\\177\\177\\177\\177\\177y\\r"),
        ("== 5", "Sign it?", "y\\r"),
        ("== 6", "Sign it?", "n\\r"),
        ("== 7", "Sign it?", "y\\r"),
        ("== 9", "Which one is meant", &format!("{id}\\r")),
        ("== 10", "Revoke it?", "y\\r"),
        ("== 12", "Whose request is it", "\\r"),
        ("== 12", "Havn\" may be one of", ""),
        ("== 12", "Whose request is it (name or id)? (", &format!("{id}\\r")),
    ];
    typed(&steps, "== status 12")
}

/// Types each answer once its question was shown behind a line, then waits for the end.
pub(crate) fn typed(steps: &[(&str, &str, &str)], end: &str) -> String {
    let asked = "asked() { until_is \"sed -n '/$1/,\\$p' .said | grep -aqF -- '$2'\"; }";
    let steps: Vec<String> = steps
        .iter()
        .map(|(from, text, typed)| format!("asked '{from}' '{text}'; printf '{typed}'"))
        .collect();
    format!("{asked}\n{}\nasked '{end}' '{end}'", steps.join("\n"))
}

/// The lines that the terminal showed: where its cursor was moved, a line ends.
fn lines(shown: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut letters = shown.chars().peekable();
    while let Some(letter) = letters.next() {
        let last = lines.last_mut().unwrap();
        match letter {
            '\n' | '\u{8}' => lines.push(String::new()),
            '\u{1b}' => {
                letters.next_if_eq(&'[');
                let end = letters.by_ref().find(char::is_ascii_alphabetic);
                if end != Some('m') {
                    lines.push(String::new());
                }
            }
            letter => last.push(letter),
        }
    }
    lines
}

/// The fixture's customer; one with a trial; two of one name, of whom one sends a request. Gives the
/// id of that one.
fn customers(vendor: &Vendor) -> String {
    let dir = vendor.sold();
    dir.yes(
        "desk trial give --customer Fjord --type msa --company Fjord --name 'Kai Berg' --email \
         kai@fjord.example --plan ultimate --seats 50 --subscription-id T-FJORD --from 2026-02-20 \
         --until 2026-03-20 --desk d --today 2026-02-20 --yes --out trial.airlock",
    );
    request(dir, "havn", "Havn");
    dir.yes("desk enter Havn --desk d --today 2026-02-20");
    let second = dir.yes("desk enter Havn --another --desk d --today 2026-02-20");
    second["customer"]["id"].text().to_owned()
}

#[test]
fn ten_jobs_in_a_row_on_a_terminal() {
    let vendor = Vendor::sqlite();
    let id = customers(&vendor);
    let dir = &vendor.dir;
    let command = JOBS.replace("airlock $@", &format!("'{}' \"$@\"", binary().display()));
    let shown = on_terminal(dir, &command, &answers(&id));
    let lines = lines(&shown);
    let statuses: Vec<&str> =
        lines.iter().filter_map(|line| line.strip_prefix("== status ")).collect();
    let expected =
        ["1 0", "2 0", "3 2", "4 0", "5 0", "6 2", "7 0", "8 0", "9 0", "10 0", "11 0", "12 0"];
    assert_eq!(statuses, expected, "{shown}");
    // What is an error stands in one line, which the terminal breaks.
    let is_error = |line: &&String| line.starts_with("error: ") || line.starts_with("hint: ");
    let text = lines.iter().filter(|line| !is_error(line));
    let wide: Vec<&String> = text.filter(|line| line.chars().count() > 80).collect();
    assert!(wide.is_empty(), "{wide:#?}");
    let known = ["Sign it?", "Revoke it?", "Whose request is it", "Which one is meant"];
    let asked = lines.iter().filter(|line| line.starts_with("? "));
    let other: Vec<&String> =
        asked.filter(|line| !known.iter().any(|known| line.contains(known))).collect();
    assert!(other.is_empty(), "{other:#?}");
    // Ctrl-C and the no have left nothing: the changed license is number 2, the renewal 3.
    let serials: Vec<i64> =
        vendor.licenses("A-S00012345").iter().map(|it| it["serial"].number()).collect();
    assert_eq!(serials, [3, 2, 1]);
    let havn = dir.yes(&format!("desk show {id} --desk d"));
    assert_eq!(havn["received"].items().len(), 1);
    vendor.verify();
}

/// A slip in a name is no new customer; Ctrl-C says which option answers the question.
#[test]
fn a_name_that_is_near_leads_back_to_the_question() {
    let vendor = Vendor::sqlite();
    let dir = vendor.sold();
    let command = format!(
        "stty rows 24 cols 80; echo == 1; '{}' desk issue --desk d --today 2026-03-01; echo == \
         status $?",
        binary().display()
    );
    let steps = [
        ("== 1", "For which customer", "Nordhavm\\r"),
        ("near: Nordhavn", "Of which type", "\\033[A\\r"),
        ("no: it is another name", "For which customer", "\\003"),
    ];
    let shown = on_terminal(dir, &command, &typed(&steps, "== status"));
    assert!(shown.contains("== status 2"), "{shown}");
    assert!(shown.contains("`--customer` answers the question"), "{shown}");
    dir.no("desk find Nordhavm --type offline --plan ultimate --desk d");
}

/// What the rules need is asked for, and stands in the event as if it had been given.
#[test]
fn a_missing_reason_ticket_proof_or_approver_is_asked_for() {
    let vendor = Vendor::sqlite();
    customers(&vendor);
    let dir = &vendor.dir;
    let command = format!(
        "stty rows 24 cols 80\n\
         job() {{ number=$1; shift; echo == $number; '{}' desk \"$@\" --desk d; echo == status \
         $number $?; }}\n\
         sub=A-S00012345\n\
         job 1 change $sub --seats 120 --name 'Bo Lund' --out c.airlock --today 2026-03-01\n\
         job 2 trial extend T-FJORD --until 2026-04-20 --out t.airlock --today 2026-03-01\n\
         job 3 revoke T-FJORD --today 2026-03-02\n\
         job 4 extend $sub --out e.airlock --today 2026-10-17\n\
         job 5 extend $sub --out f.airlock --today 2026-11-18\n\
         job 6 renew $sub --from 2026-10-31 --out r.airlock --today 2026-11-20\n",
        binary().display()
    );
    let steps = [
        ("== 1", "Why is it done?", "more staff\\r"),
        ("== 1", "The ticket?", "\\r"),
        ("== 1", "expected at least one word", "4711\\r"),
        ("== 1", "What was shown as proof", "license\\r"),
        ("== 1", "Sign it?", "y\\r"),
        ("== 2", "Why is it done?", "tries\\r"),
        ("== 2", "Sign it?", "y\\r"),
        ("== 3", "Why is it revoked?", "refunded\\r"),
        ("== 3", "Revoke it?", "y\\r"),
        ("== 4", "Sign it?", "y\\r"),
        ("== 5", "Which manager agreed", "Jo Quist\\r"),
        ("== 5", "Why is it done?", "the order is late\\r"),
        ("== 5", "Sign it?", "y\\r"),
        ("== 6", "Why is it done?", "budget\\r"),
        ("== 6", "Sign it?", "y\\r"),
    ];
    let shown = on_terminal(dir, &command, &typed(&steps, "== status 6"));
    let lines = lines(&shown);
    let statuses: Vec<&str> =
        lines.iter().filter_map(|line| line.strip_prefix("== status ")).collect();
    assert_eq!(statuses, ["1 0", "2 0", "3 0", "4 0", "5 0", "6 0"], "{shown}");
    let history = dir.yes("desk history A-S00012345 --desk d");
    let said: Vec<String> = history["events"]
        .items()
        .iter()
        .map(|event| {
            ["reason", "ticket", "approved_by"]
                .into_iter()
                .filter(|name| event[*name] != Json::Null)
                .map(|name| event[name].text())
                .collect::<Vec<_>>()
                .join(", ")
        })
        .filter(|said| !said.is_empty())
        .collect();
    assert_eq!(said, ["more staff, 4711", "the order is late, manager:Jo Quist", "budget"]);
    vendor.verify();
}

/// A customer with two subscriptions is one name: the verb asks which is meant, and a name that two
/// customers have is asked about again.
#[test]
fn of_two_subscriptions_one_is_chosen() {
    let vendor = Vendor::sqlite();
    let dir = vendor.sold();
    dir.yes(
        "desk issue --customer 'Nordhavn Shipyards A/S' --company Nordhavn --name 'Ida Thorsen' --email \
         ida@nordhavn.example --plan ultimate --seats 5 --subscription-id S-SECOND --policy \
         gitlab-legacy --from 2026-02-20 --until 2027-02-20 --desk d --today 2026-02-20 --yes \
         --out second.airlock",
    );
    let command = format!(
        "stty rows 24 cols 80; echo == 1; '{}' desk change 'Nordhavn Shipyards A/S' --seats 7 --reason asked \
         --ticket 4712 --yes --out more.airlock --desk d --today 2026-03-01; echo == status $?",
        binary().display()
    );
    let down = "\\033[B\\r";
    let steps = [("== 1", "Which subscription of Nordhavn", down)];
    let shown = on_terminal(dir, &command, &typed(&steps, "== status"));
    assert!(shown.contains("== status 0"), "{shown}");
    assert_eq!(vendor.licenses("S-SECOND").len(), 2);
    assert_eq!(vendor.licenses("A-S00012345").len(), 1);
}
