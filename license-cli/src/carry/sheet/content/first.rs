//! The first page: what the file is, for whom, what most readers look for, and what to do with it.

use license_core::Day;
use license_core::document::{Issuer, License, Receipt, Request, Usage};
use license_core::value::Count;
use license_core::verify::{Inspected, Unverified};

use crate::carry::checked_file::{Assurance, CheckedFile};
use crate::carry::sheet::content::block::{Glance, grouped};
use crate::carry::sheet::content::dates;
use crate::carry::sheet::content::usage::Figures;
use crate::plural::counted;

/// The first page.
#[derive(Debug, Clone)]
pub(crate) struct First {
    /// What kind of file it is: `License`.
    pub(crate) kind: String,
    /// Whose it is, or of which days.
    pub(crate) title: String,
    /// What the page is and for whom, in a sentence.
    pub(crate) lead: String,
    pub(crate) glance: Vec<Glance>,
    pub(crate) steps: Vec<Step>,
    pub(crate) status: Status,
    /// What stands on the pages behind.
    pub(crate) behind: String,
    /// What stands as numbers, where something does.
    pub(crate) escapes: String,
}

/// What the person who holds the page does next.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) words: String,
    /// A command to run; may be empty.
    pub(crate) command: String,
    /// Digits to compare; may be empty.
    pub(crate) digits: String,
}

/// Whether the file was checked when the page was made.
#[derive(Debug, Clone)]
pub(crate) struct Status {
    pub(crate) is_verified: bool,
    pub(crate) words: String,
}

impl Status {
    /// The status in a word or three.
    pub(crate) fn head(&self) -> &'static str {
        if self.is_verified { "Verified" } else { "Not checked here" }
    }
}

impl First {
    /// The first page of a file of so many codes.
    pub(super) fn of(file: &CheckedFile, codes: usize, figures: Option<&Figures>) -> Self {
        let last = file.documents.last();
        let (kind, title, lead, glance) = match last.map(|last| (&last.claims, last)) {
            None => Default::default(),
            Some((claims, last)) => told(claims, last, figures),
        };
        Self {
            kind,
            title,
            lead,
            glance,
            steps: last.map(|last| steps(last, codes)).unwrap_or_default(),
            status: status(file.assurance),
            behind: behind(file),
            escapes: String::new(),
        }
    }

    /// Every text that may hold what a document says.
    pub(super) fn texts_mut(&mut self) -> Vec<&mut String> {
        let mut texts = vec![&mut self.kind, &mut self.title, &mut self.lead];
        let glance = self.glance.iter_mut();
        texts.extend(glance.flat_map(|it| [&mut it.label, &mut it.value, &mut it.exact]));
        texts
    }
}

type Told = (String, String, String, Vec<Glance>);

fn told(claims: &Unverified, part: &Inspected, figures: Option<&Figures>) -> Told {
    match claims {
        Unverified::License(license) => of_license(license),
        Unverified::Issuer(issuer) => of_issuer(issuer),
        Unverified::Request(request) => of_request(request),
        Unverified::Usage(usage) => of_usage(usage, figures),
        Unverified::Receipt(receipt) => of_receipt(receipt),
        Unverified::Other => {
            let kind = format!("Airlock file of kind {}", part.kind);
            let lead = "This version does not read what it says; its code carries it unchanged.";
            (kind, grouped(&eight(part)), lead.to_owned(), Vec::new())
        }
    }
}

fn glance(label: &str, value: impl Into<String>) -> Glance {
    Glance { label: label.to_owned(), value: value.into(), exact: String::new() }
}

/// What is compared, not read: in small letters of one width.
fn id(label: &str, exact: String) -> Glance {
    Glance { label: label.to_owned(), value: String::new(), exact }
}

fn days(label: &str, days: (Day, Day)) -> Glance {
    Glance { label: label.to_owned(), value: dates::span(days), exact: dates::iso(days) }
}

/// From the first day through the last one that is still good.
fn valid(from: Day, until: Day) -> Glance {
    days("valid", (from, until.minus(1).unwrap_or(from)))
}

fn seats(seats: Option<Count>) -> Glance {
    glance("seats", seats.map_or_else(|| "unlimited".to_owned(), |seats| seats.to_string()))
}

fn of_license(license: &License) -> Told {
    let instances: Vec<String> = license.instances.iter().map(ToString::to_string).collect();
    let mut glances = vec![
        glance("plan", license.plan.to_string()),
        seats(license.seats),
        valid(license.from, license.until),
    ];
    if !instances.is_empty() {
        let label = if instances.len() == 1 { "instance" } else { "instances" };
        glances.push(id(label, instances.join(", ")));
    }
    let lead = "For whoever runs the GitLab instance: this page carries its license to a machine \
                without a network.";
    ("License".to_owned(), license.company.to_string(), lead.to_owned(), glances)
}

fn of_issuer(issuer: &Issuer) -> Told {
    let most = issuer.max_seats.map_or_else(|| "any".to_owned(), |seats| seats.to_string());
    let glances = vec![
        valid(issuer.from, issuer.until),
        glance("longest term", counted(issuer.max_days, "day")),
        glance("most seats", most),
    ];
    let lead = "For whoever keeps the root key or the desk: this page carries the certificate of a \
                key that signs licenses.";
    ("Issuing key".to_owned(), issuer.name.to_string(), lead.to_owned(), glances)
}

fn of_request(request: &Request) -> Told {
    let glances = vec![
        glance("plan", request.plan.to_string()),
        seats(request.seats),
        glance("users now", request.users.to_string()),
        id("instance", request.instance.to_string()),
    ];
    let lead = "For the vendor's license desk: this page carries a request for a license.";
    ("License request".to_owned(), request.company.to_string(), lead.to_owned(), glances)
}

fn of_usage(usage: &Usage, figures: Option<&Figures>) -> Told {
    let period = usage.period();
    let company = figures.and_then(Figures::company);
    let title = company.map_or_else(|| dates::span(period), str::to_owned);
    let mut glances = vec![days("days", period)];
    glances.extend(figures.map(Figures::glance).unwrap_or_default());
    let lead = "For the vendor's license desk: this page carries the users that a GitLab instance \
                counted each day.";
    (format!("Usage report {}", usage.number), title, lead.to_owned(), glances)
}

fn of_receipt(receipt: &Receipt) -> Told {
    let owed = receipt.owed.map_or_else(|| "not settled yet".to_owned(), |owed| owed.to_string());
    let glances = vec![
        days("received", (receipt.received, receipt.received)),
        glance("outcome", receipt.outcome.to_string().replace('_', " ")),
        glance("seats owed", owed),
    ];
    let lead = "For whoever runs the GitLab instance: the vendor has its usage report, and says \
                what came of it.";
    let title = format!("for report {}, through {}", receipt.number, dates::day(receipt.last_day));
    ("Receipt".to_owned(), title, lead.to_owned(), glances)
}

/// The first eight digits of a document's id, which every command prints.
pub(super) fn eight(part: &Inspected) -> String {
    part.id.to_string().chars().take(8).collect()
}

fn steps(last: &Inspected, codes: usize) -> Vec<Step> {
    let kind = last.kind;
    let step = |words: String, command: String, digits: String| Step { words, command, digits };
    let picture = match codes {
        1 => "Photograph the code from straight above, or scan this page.".to_owned(),
        _ => format!(
            "Photograph or scan all {}, on this page and the next; one may be missing.",
            counted(codes, "code")
        ),
    };
    let run = "Run this on a machine that has airlock and the pictures:".to_owned();
    let compare = format!(
        "Compare these eight digits: the {kind} id that the command prints begins with them. If \
         it does not, it read another file."
    );
    vec![
        step(picture, String::new(), String::new()),
        step(run, format!("airlock scan PICTURES --out {kind}.airlock"), String::new()),
        step(compare, String::new(), grouped(&eight(last))),
    ]
}

fn status(assurance: Assurance) -> Status {
    let words = match assurance {
        Assurance::Verified => {
            "When this page was made, the file was signed under a trusted root, and within the \
             issuing key's limits."
        }
        Assurance::SelfSigned => {
            "The file is signed by the key that it contains; whose key that is, this page does not \
             say."
        }
        Assurance::Unverified => {
            "No signature was checked when this page was made: anybody may have written what it \
             says."
        }
    };
    let words = format!("{words} Paper proves nothing: the file is checked where it arrives.");
    Status { is_verified: assurance == Assurance::Verified, words }
}

fn behind(file: &CheckedFile) -> String {
    let is = |wanted: fn(&Unverified) -> bool| file.documents.iter().any(|it| wanted(&it.claims));
    let mut parts = vec!["all that the file says"];
    if is(|claims| matches!(claims, Unverified::Usage(_))) {
        parts.insert(0, "the users as a curve and by month");
    }
    if is(|claims| matches!(claims, Unverified::License(_))) {
        parts.push("the rules that decide");
    }
    format!(
        "Behind this page: {}, its fingerprints, and its text form, to type in where there is no \
         camera.",
        parts.join(", ")
    )
}
