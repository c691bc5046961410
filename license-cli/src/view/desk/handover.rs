//! A page for a colleague, as text or as Markdown.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::desk::due::{Item, Matter};
use crate::desk::handover::{Handover, Oddity};
use crate::plural::{counted, seats};
use crate::registry::{DocumentRow, Note};
use crate::view::answer::{Answer, printable, put};
use crate::view::desk::filed::{self, short};
use crate::view::desk::{account, due, history};
use crate::view::wrapped::labelled;

/// Columns of a line.
const COLUMNS: usize = 80;

/// What a page is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Markdown,
}

/// A page: a title, and sections with lines.
struct Page {
    title: String,
    sections: Vec<(&'static str, Vec<String>)>,
}

/// The answer that shows the page.
pub(crate) fn answer(handover: &Handover, form: Form) -> Answer {
    let mut json = account::json(&handover.account);
    put(&mut json, "format", 1);
    put(&mut json, "open", handover.open.iter().map(due::json_of).collect::<Vec<_>>());
    put(&mut json, "unusual", handover.unusual.iter().map(odd_json).collect::<Vec<_>>());
    Answer::yes(text(handover, form), json)
}

/// The answer that shows the pages of one who works at the desk.
pub(crate) fn of_mine(who: &str, pages: &[Handover], form: Form) -> Answer {
    let json = json!({
        "format": 1,
        "who": who,
        "pages": pages.iter().map(|page| answer(page, form).json).collect::<Vec<_>>(),
    });
    Answer::yes(text_of_mine(who, pages, form), json)
}

/// The pages, behind a line that counts them.
pub(crate) fn text_of_mine(who: &str, pages: &[Handover], form: Form) -> String {
    let number = counted(pages.len(), "customer");
    let head = printable(&format!("{who} worked last on {number} with something open"));
    let pages: String = pages.iter().map(|page| format!("\n{}", text(page, form))).collect();
    format!("{head}\n{pages}")
}

/// The page.
pub(crate) fn text(handover: &Handover, form: Form) -> String {
    let page = page(handover);
    let sections = page.sections.iter().filter(|(_, lines)| !lines.is_empty());
    let section = |(title, lines): &(&str, Vec<String>)| match form {
        Form::Text => {
            let lines: String = lines.iter().map(|line| indented(line)).collect();
            format!("\n{title}\n{lines}")
        }
        Form::Markdown => {
            let lines: String = lines.iter().map(|line| format!("- {}\n", escaped(line))).collect();
            format!("\n## {title}\n\n{lines}")
        }
    };
    let title = match form {
        Form::Text => printable(&page.title) + "\n",
        Form::Markdown => format!("# {}\n", escaped(&page.title)),
    };
    title + &sections.map(section).collect::<String>()
}

fn indented(line: &str) -> String {
    let text = format!("  {}", printable(line).replace('\n', "\n    "));
    text.lines()
        .map(|line| if line.width() > COLUMNS { broken(line) } else { format!("{line}\n") })
        .collect()
}

/// A line that is too wide, broken between words behind its own indent.
fn broken(line: &str) -> String {
    let indent = line.chars().take_while(|letter| *letter == ' ').count();
    labelled("", indent, line)
}

/// A line as Markdown shows it, whatever signs are in it.
fn escaped(line: &str) -> String {
    let mut text = String::new();
    for letter in printable(&line.replace('\n', " ")).chars() {
        if "\\`*_[]<>#|&".contains(letter) {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}

fn page(handover: &Handover) -> Page {
    let account = &handover.account;
    let record = &account.record;
    let customer = &record.customer;
    let today = account.today;
    let mut who = vec![format!("customer {}, {}", customer.id, customer.customer_type)];
    who.extend(record.contacts.iter().map(account::contact));
    let ids = [("CRM", &customer.crm_id), ("billing", &customer.billing_id)];
    who.extend(ids.iter().filter_map(|(what, id)| Some(format!("{what} id {}", id.as_ref()?))));
    let documents = &record.documents;
    let last = account
        .latest
        .iter()
        .map(|event| history::text(event, documents).lines().next().unwrap_or_default().to_owned());
    Page {
        title: format!("{}, handed over on {today}", customer.name),
        sections: vec![
            ("Who", who),
            ("What they have", has(handover)),
            ("Open", handover.open.iter().map(|item| open(item, today)).collect()),
            ("Promised and noted", account.notes().into_iter().map(promised).collect()),
            ("Unusual", handover.unusual.iter().map(odd).collect()),
            ("Last events", last.collect()),
        ],
    }
}

fn has(handover: &Handover) -> Vec<String> {
    let account = &handover.account;
    let sold = account.subscriptions().flat_map(|sold| {
        let licenses = account.licenses(&sold.id);
        let mut shown: Vec<_> = account.going_on(&sold.id);
        if shown.is_empty() {
            shown.extend(licenses.iter().map(|(row, _)| *row).find(|row| row.revoked.is_none()));
        }
        let standing = |row: &DocumentRow| {
            let own = licenses.iter().find(|(other, _)| other.sha256 == row.sha256);
            own.map_or("", |(_, standing)| filed::standing(*standing))
        };
        let has = |row: &&DocumentRow| {
            let (seats, until) = (seats(row.seats), filed::day(row.until));
            let (plan, id) = (filed::plan(row), short(&row.id));
            let standing = standing(row);
            format!("{}: {plan} with {seats} until {until}, {standing} (license {id})", sold.id)
        };
        let lines: Vec<String> = shown.iter().map(has).collect();
        if lines.is_empty() { vec![format!("{}: no license", sold.id)] } else { lines }
    });
    sold.collect()
}

fn open(item: &Item, today: license_core::Day) -> String {
    let what = due::words(&item.matter, today);
    let whose = match item.subscription.as_str() {
        "" => String::new(),
        subscription => format!(", {subscription}"),
    };
    let promise = item.promise.map(|promise| {
        let late = if promise.is_late { "late: " } else { "" };
        format!("{late}{}\n", due::promised(&promise))
    });
    let promise = promise.unwrap_or_default();
    let said = match &item.matter {
        Matter::Owed(debt) => Some(due::owed(debt)),
        Matter::Ends(_)
        | Matter::Request(_)
        | Matter::Report(_)
        | Matter::Unreceipted(_, _)
        | Matter::Reminder(_)
        | Matter::Question(_, _)
        | Matter::Unsent(_, _) => due::question(item).map(str::to_owned),
    };
    let said = said.map(|said| format!("{said}\n")).unwrap_or_default();
    format!("{} {what}{whose}:\n{said}{promise}{}", item.day, due::next(item))
}

fn promised(note: &Note) -> String {
    match note.remind {
        Some(day) => format!("{day}: {}", note.text),
        None => note.text.clone(),
    }
}

/// What is unusual, in a sentence.
fn odd(oddity: &Oddity) -> String {
    let license = |row: &DocumentRow| format!("license {} of {}", short(&row.id), row.subscription);
    match oddity {
        Oddity::Exception(row) => format!("{} was let pass against a rule", license(row)),
        Oddity::Revoked(row) => format!("{} is revoked", license(row)),
        Oddity::Ended(id, state, after) => {
            let after = after.as_ref().map(|new| format!(": {new} took its place"));
            format!("subscription {id} {}{}", filed::state(*state), after.unwrap_or_default())
        }
        Oddity::NotInstalled(row, named) => format!(
            "{} was never reported as installed: the instance has named {}",
            license(row),
            short(named)
        ),
        Oddity::Unplaced(row) => {
            format!("{} is filed, and its file was never written", license(row))
        }
        Oddity::OtherKey(row) => {
            format!("{} is signed by another key, {}", license(row), row.signed_by)
        }
        Oddity::NoContact => "nobody to write to is known".to_owned(),
    }
}

fn odd_json(oddity: &Oddity) -> Value {
    let (what, license) = match oddity {
        Oddity::Exception(row) => ("exception", Some(row)),
        Oddity::Revoked(row) => ("revoked", Some(row)),
        Oddity::Ended(_, _, _) => ("subscription_ended", None),
        Oddity::NotInstalled(row, _) => ("never_installed", Some(row)),
        Oddity::Unplaced(row) => ("not_written", Some(row)),
        Oddity::OtherKey(row) => ("other_key", Some(row)),
        Oddity::NoContact => ("no_contact", None),
    };
    json!({ "what": what, "license": license.map(|row| row.id.to_string()), "words": odd(oddity) })
}
