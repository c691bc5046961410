//! A customer on one screen.

use license_core::document::Kind;
use serde_json::{Value, json};

use crate::desk::account::Account;
use crate::desk::standing::Standing;
use crate::plural::counted;
use crate::registry::{Contact, DocumentRow, Instance, Note, Subscription};
use crate::view::answer::printable;
use crate::view::answer::{Answer, put};
use crate::view::desk::filed::{self, short};
use crate::view::desk::{history, note, sent};
use crate::view::table::{self, Column};

/// Licenses of a subscription that a screen shows.
const LICENSES: usize = 4;
/// What was received that a screen shows.
const RECEIVED: usize = 3;

const OF_LICENSES: [Column; 7] = [
    Column::text("  license", 10),
    Column::number("no", 3),
    Column::text("plan", 8),
    Column::number("seats", 8),
    Column::text("from", 10),
    Column::text("until", 10),
    Column::text("", 10),
];

/// The answer that shows it.
pub(crate) fn answer(account: &Account) -> Answer {
    let mut json = json(account);
    put(&mut json, "format", 1);
    Answer::yes(text(account), json)
}

fn text(account: &Account) -> String {
    let mut text = head(account);
    for sold in account.subscriptions() {
        text += &subscription(account, sold);
    }
    text += &received(account);
    text += &receipts(account);
    text += &notes(account);
    if !account.latest.is_empty() {
        text += "last events\n";
        let documents = &account.record.documents;
        let lines = account.latest.iter().map(|event| {
            let whole = history::text(event, documents);
            format!("  {}\n", whole.lines().next().unwrap_or_default())
        });
        text += &lines.collect::<String>();
    }
    text
}

fn head(account: &Account) -> String {
    let record = &account.record;
    let customer = &record.customer;
    let mut lines = vec![
        ("customer", customer.id.to_string()),
        ("type", customer.customer_type.clone()),
        ("mail", customer.mail_domains.join(", ")),
        ("CRM id", customer.crm_id.clone().unwrap_or_default()),
        ("billing id", customer.billing_id.clone().unwrap_or_default()),
    ];
    lines.extend(record.contacts.iter().map(|it| ("contact", contact(it))));
    lines.extend(record.instances.iter().map(|it| ("instance", instance(it))));
    let lines = lines.into_iter().filter(|(_, value)| !value.is_empty());
    let lines = lines.map(|(name, value)| printable(&format!("  {name:<10}  {value}")) + "\n");
    printable(&customer.name) + "\n" + &lines.collect::<String>()
}

/// Whom to write to.
pub(super) fn contact(contact: &Contact) -> String {
    format!("{} <{}>", contact.name, contact.mail)
}

fn instance(instance: &Instance) -> String {
    let label = instance.label.as_ref().map(|label| format!(", {label}")).unwrap_or_default();
    let key = instance.report_key.map_or("no report key", |_| "with a report key");
    format!("{}{label}, {key}", instance.id)
}

fn subscription(account: &Account, sold: &Subscription) -> String {
    let name = sold.name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
    let quarterly = match sold.quarterly {
        Some(true) => ", reconciled quarterly",
        Some(false) => ", not reconciled quarterly",
        None => "",
    };
    let state = filed::state(sold.state);
    let head = printable(&format!("subscription {}{name}, {state}{quarterly}", sold.id)) + "\n";
    let licenses = account.licenses(&sold.id);
    if licenses.is_empty() {
        return head + "  no license yet\n";
    }
    let shown = licenses.iter().take(LICENSES);
    let rows: String = shown.clone().map(|(row, standing)| license(row, *standing)).collect();
    let went: String = shown.filter_map(|(row, _)| sent_line(account, row)).collect();
    let more = more(licenses.len(), LICENSES, "license");
    head + &table::head(&OF_LICENSES) + &rows + &more + &went
}

/// The line that says how a license went.
fn sent_line(account: &Account, row: &DocumentRow) -> Option<String> {
    let sent = account.sent(row)?;
    Some(printable(&format!("  {} {}", short(&row.id), sent::words(&sent))) + "\n")
}

fn license(row: &DocumentRow, standing: Standing) -> String {
    let exception = if row.exception { " !" } else { "" };
    table::row(
        &OF_LICENSES,
        [
            format!("  {}", short(&row.id)),
            row.serial.map(|serial| serial.to_string()).unwrap_or_default(),
            filed::plan(row),
            filed::seats(row),
            filed::day(row.from),
            filed::day(row.until),
            format!("{}{exception}", filed::standing(standing)),
        ],
    )
}

fn more(all: usize, shown: usize, what: &str) -> String {
    let more = all.saturating_sub(shown);
    let one = format!("older {what}");
    if more == 0 { String::new() } else { format!("  and {}\n", counted(more, &one)) }
}

fn received(account: &Account) -> String {
    let line = |row: &DocumentRow| {
        let open = match row.kind {
            Kind::Request if !row.answered => ", not answered",
            Kind::Usage if row.answered => ", with its receipt",
            Kind::Request
            | Kind::Usage
            | Kind::License
            | Kind::Issuer
            | Kind::Receipt
            | Kind::Approval
            | Kind::Revocation
            | Kind::Other(_) => "",
        };
        let days = match (row.from, row.until.and_then(|day| day.minus(1))) {
            (Some(first), Some(last)) => format!(", {first} to {last}"),
            _ => String::new(),
        };
        format!("  {} {} of {}{days}{open}\n", row.kind, short(&row.id), filed::on(row.issued))
    };
    let rows: Vec<&DocumentRow> = account.received().collect();
    if rows.is_empty() {
        return String::new();
    }
    let lines: String = rows.iter().take(RECEIVED).map(|row| line(row)).collect();
    format!("received\n{lines}{}", more(rows.len(), RECEIVED, "document"))
}

fn receipts(account: &Account) -> String {
    let line = |row: &DocumentRow| {
        let through = row.until.and_then(|day| day.minus(1));
        let owed = match row.seats {
            None => "not settled yet".to_owned(),
            Some(0) => "nothing owed".to_owned(),
            Some(seats) => format!("{} owed", counted(u64::from(seats), "seat")),
        };
        let (id, on) = (short(&row.id), filed::on(row.issued));
        let later = if row.answered { "; a later one has taken its place" } else { "" };
        format!("  receipt {id} of {on}, through {}: {owed}{later}\n", filed::day(through))
    };
    let rows: Vec<&DocumentRow> = account.receipts().collect();
    if rows.is_empty() {
        return String::new();
    }
    let lines: String = rows.iter().take(RECEIVED).map(|row| line(row)).collect();
    format!("receipts\n{lines}{}", more(rows.len(), RECEIVED, "receipt"))
}

fn notes(account: &Account) -> String {
    let notes = account.notes();
    if notes.is_empty() {
        return String::new();
    }
    let line = |note: &&Note| {
        let remind = note.remind.map(|day| format!("on {day}: ")).unwrap_or_default();
        let text = note.text.replace('\n', "\n            ");
        printable(&format!("  {}  {remind}{text}", short(&note.id))) + "\n"
    };
    format!("notes\n{}", notes.iter().map(line).collect::<String>())
}

/// All of an account, for programs.
pub(super) fn json(account: &Account) -> Value {
    let record = &account.record;
    let sold = account.subscriptions().map(|sold| of_subscription(account, sold));
    json!({
        "customer": filed::customer(&record.customer),
        "contacts": record.contacts.iter().map(of_contact).collect::<Vec<_>>(),
        "instances": record.instances.iter().map(of_instance).collect::<Vec<_>>(),
        "subscriptions": sold.collect::<Vec<_>>(),
        "received": account.received().map(filed::json).collect::<Vec<_>>(),
        "receipts": account.receipts().map(filed::json).collect::<Vec<_>>(),
        "notes": account.notes().into_iter().map(note::object).collect::<Vec<_>>(),
        "events": account.latest.iter()
            .map(|event| history::json(event, &record.documents)).collect::<Vec<_>>(),
    })
}

fn of_contact(contact: &Contact) -> Value {
    json!({ "name": contact.name, "mail": contact.mail, "company": contact.company })
}

fn of_instance(instance: &Instance) -> Value {
    json!({
        "id": instance.id.to_string(),
        "report_key": instance.report_key.map(|key| hex::encode(key.0)),
        "label": instance.label,
    })
}

fn of_subscription(account: &Account, sold: &Subscription) -> Value {
    let licenses = account.licenses(&sold.id).into_iter().map(|(row, standing)| {
        let mut json = filed::json(row);
        put(&mut json, "standing", filed::standing(standing).replace(' ', "_"));
        put(&mut json, "sent", sent::json(account.sent(row).as_ref()));
        json
    });
    json!({
        "id": sold.id,
        "name": sold.name,
        "state": filed::state(sold.state),
        "quarterly": sold.quarterly,
        "licenses": licenses.collect::<Vec<_>>(),
    })
}
