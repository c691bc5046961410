//! What is to be done next, as a command.

use license_core::document::Plan;

use crate::desk::make::{Debt, Pays};
use crate::desk::receive::{Owned, Step};
use crate::view::desk::filed::{self, short};

/// What is to be done, as a command where there is one.
pub(super) fn command(step: &Step, owned: Option<&Owned>) -> String {
    match step {
        Step::Issue { request, elsewhere: false } => {
            format!("airlock desk issue --request {}", short(request))
        }
        Step::Issue { request, elsewhere: true } => format!(
            "call the customer by the number that you have: is this instance theirs, with the key \
             that `airlock show` shows on both sides? If so: airlock desk issue --request {}",
            short(request)
        ),
        Step::Change { license, plan, seats } => {
            format!(
                "airlock desk change {}{} --reason TEXT --ticket TICKET",
                short(license),
                terms(*plan, *seats)
            )
        }
        Step::Pay(debt) => true_up(debt),
        Step::Renew { license, plan, seats } => {
            format!("airlock desk renew {}{}", short(license), terms(*plan, *seats))
        }
        Step::Convert { license } => format!("airlock desk trial convert {}", short(license)),
        Step::Resend { license } => {
            format!("airlock desk resend {} --out FILE", short(license))
        }
        Step::TakeIn { customer: Some(customer), .. } => {
            format!("airlock desk edit {customer} --license FILE")
        }
        Step::TakeIn { customer: None, file } => format!("airlock desk enter --license {file}"),
        Step::AskForReports { missing } => ask(missing, owned),
        Step::Show { subscription } => format!("airlock desk show {subscription}"),
    }
}

fn terms(plan: Option<Plan>, seats: Option<u32>) -> String {
    let plan = plan.map(|plan| format!(" --plan {plan}")).unwrap_or_default();
    let seats = seats.map(|seats| format!(" --seats {seats}")).unwrap_or_default();
    format!("{plan}{seats}")
}

fn ask(missing: &[(u32, u32)], owned: Option<&Owned>) -> String {
    let spans = missing.iter().map(|(first, last)| {
        if first == last { first.to_string() } else { format!("{first} to {last}") }
    });
    let spans: Vec<String> = spans.collect();
    let whom = match owned.and_then(|owned| owned.contact.as_ref()) {
        Some(contact) => format!("{} <{}>", contact.name, contact.mail),
        None => "the customer".to_owned(),
    };
    format!("ask {whom} for the reports of number {}", spans.join(", "))
}

/// The command that pays for what is owed of a term that is over.
pub(super) fn true_up(debt: &Debt) -> String {
    let last = debt.row.until.and_then(|until| until.minus(1));
    let paid = format!(
        "--true-up {} --true-up-from {} --true-up-to {}",
        debt.owed.open() + debt.owed.paid,
        filed::day(debt.row.from),
        filed::day(last)
    );
    match &debt.pays {
        Pays::InForce(id) => {
            format!("airlock desk change {} {paid} --reason TEXT --ticket TICKET", short(id))
        }
        Pays::Renewal(id) => format!("airlock desk renew {} {paid}", short(id)),
        // It is billed by the statement, and no license says that it is paid.
        Pays::Nothing(subscription) => format!("airlock desk statement {subscription}"),
    }
}
