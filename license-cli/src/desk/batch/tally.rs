//! What all rows come to, and which of them are in each other's way. Some bytes are kept of each
//! row, whatever it holds.

use std::collections::HashMap;

use license_core::Day;
use license_core::document::Flag;
use license_core::value::{Count, DocumentId};

use super::fault::Fault;
use super::look::LeftOut;
use crate::desk::make::{Owner, Proposal, marks};
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, Customer, DocumentRow, Sha256, folded};

/// So many orders are shown.
const EXAMPLES: usize = 3;
/// So many of what looks like a slip are shown.
const ODD: usize = 10;
/// So many of those left out are shown before the others are counted.
const LEFT_OUT: usize = 100;

/// An order that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Example {
    pub(crate) row: u64,
    pub(crate) customer: String,
    pub(crate) is_new: bool,
    pub(crate) subscription: String,
    pub(crate) plan: String,
    pub(crate) seats: Option<u32>,
    pub(crate) from: Day,
    pub(crate) until: Day,
}

/// What is kept of a row until it is added.
pub(super) enum Seen {
    New(Box<New>),
    /// With the license itself, where it was made in the place of another one.
    Before(u64, Box<DocumentRow>, Option<DocumentId>),
    LeftOut(LeftOut),
    Wrong(Vec<Fault>),
}

/// An order that nothing was made of yet.
pub(super) struct New {
    example: Example,
    chain: Chain,
    /// The hash of what the row says.
    row: Sha256,
    entered: Option<Customer>,
    /// Whether it begins a subscription.
    is_first: bool,
    /// Whether it takes something of what is known of its customer.
    leans: bool,
    is_trial: bool,
    /// Of a trial that a customer has once: by what others are known to be of the same customer.
    marks: Vec<(&'static str, String)>,
    /// A ticket that is used for one license alone.
    ticket: Option<String>,
    /// The license that is made anew: a subscription may have one for each of several terms.
    anew: Option<DocumentId>,
    objections: usize,
    odd: Vec<String>,
}

impl New {
    /// What is kept of a proposal; whether a trial is one that a customer has once.
    pub(super) fn of(
        (row, leans, once): (u64, bool, bool),
        proposal: &Proposal,
        (odd, ticket, anew): (Vec<String>, Option<String>, Option<DocumentId>),
    ) -> Self {
        let (license, customer) = (&proposal.license, proposal.draft.owner.customer());
        let is_trial = license.has(Flag::Trial);
        let entered = match &proposal.draft.owner {
            Owner::New(customer) => Some(customer.clone()),
            Owner::Known(_) => None,
        };
        Self {
            example: Example {
                row,
                customer: customer.name.clone(),
                is_new: entered.is_some(),
                subscription: proposal.chain.subscription.clone(),
                plan: license.plan.to_string(),
                seats: license.seats.map(Count::get),
                from: license.from,
                until: license.until,
            },
            chain: proposal.chain.clone(),
            row: proposal.draft.row.map_or_else(Sha256::default, |row| row.hash),
            entered,
            is_first: proposal.draft.base.is_none(),
            leans,
            is_trial,
            marks: if once && is_trial { marks(license) } else { Vec::new() },
            ticket,
            anew,
            objections: proposal.objections().len(),
            odd,
        }
    }
}

/// What all rows come to.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Licenses that are to be made.
    pub(crate) orders: u64,
    /// Rows of which a license was made before.
    pub(crate) before: u64,
    pub(crate) left_out: u64,
    /// The first of those.
    pub(crate) named_left_out: Vec<LeftOut>,
    pub(crate) new_customers: u64,
    /// The seats of all that have a number of them.
    pub(crate) seats: u64,
    /// Licenses for any number of seats.
    pub(crate) unlimited: u64,
    pub(crate) first: Option<Day>,
    pub(crate) last: Option<Day>,
    pub(crate) examples: Vec<Example>,
    /// What looks like a slip of typing, with its row.
    pub(crate) odd: Vec<(u64, String)>,
    pub(crate) all_odd: u64,
    /// Orders that something stands against.
    pub(crate) exceptions: u64,
    /// The row of each subscription, and the beginning of its order's hash.
    chains: HashMap<u64, (u32, u32)>,
    /// The first row of each new customer, and the beginning of a hash of what it enters.
    entered: HashMap<u64, (u32, u32)>,
    /// The first row of each customer, and whether it takes something of what is known of them.
    customers: HashMap<u64, (u32, bool)>,
    /// The first row that enters a CRM or billing id, and whose it is.
    ids: HashMap<u64, (u32, u64)>,
    trials: HashMap<u64, u32>,
    /// The first trial with each of its marks.
    marks: HashMap<u64, u32>,
    tickets: HashMap<u64, u32>,
}

impl Tally {
    /// The rows that are no faults.
    pub(crate) fn rows(&self) -> usize {
        let all = self.orders + self.before + self.left_out;
        usize::try_from(all).unwrap_or(usize::MAX)
    }

    /// Adds a row; its faults, also those beside the rows before it.
    pub(super) fn add(&mut self, seen: Seen) -> Vec<Fault> {
        match seen {
            Seen::Wrong(faults) => faults,
            Seen::LeftOut(left_out) => {
                self.left_out += 1;
                if self.named_left_out.len() < LEFT_OUT {
                    self.named_left_out.push(left_out);
                }
                Vec::new()
            }
            Seen::Before(row, document, anew) => {
                self.before += 1;
                let order = document.order.unwrap_or_default();
                self.once(row, (&document.chain(), anew), order).into_iter().collect()
            }
            Seen::New(new) => self.add_new(*new),
        }
    }

    fn add_new(&mut self, new: New) -> Vec<Fault> {
        let row = new.example.row;
        let mut faults: Vec<Fault> =
            self.once(row, (&new.chain, new.anew), new.row).into_iter().collect();
        if let Some(customer) = &new.entered {
            faults.extend(self.enter(row, customer));
            faults.extend(self.own_ids(row, customer));
        }
        faults.extend(self.alone(&new));
        if new.is_trial {
            let customer = new.chain.customer.to_string();
            let other = first_of(&mut self.trials, row, &customer);
            let found = |other| format!("row {other} is a trial of the same customer already");
            match other {
                Some(other) => faults.push(fault(row, "customer", found(other))),
                None => faults.extend(self.alike(&new)),
            }
        }
        if let Some(ticket) = &new.ticket {
            let other = first_of(&mut self.tickets, row, ticket);
            let found = |other| format!("row {other} has ticket {ticket} too, and it is for one");
            faults.extend(other.map(|other| fault(row, "ticket", found(other))));
        }
        self.count(new);
        faults
    }

    /// That no row before it is a trial of the same customer by another name.
    fn alike(&mut self, new: &New) -> Option<Fault> {
        let row = new.example.row;
        let others: Vec<(&str, u32)> = new
            .marks
            .iter()
            .filter_map(|(name, value)| {
                let other = first_of(&mut self.marks, row, &format!("{name}\n{value}"))?;
                Some((*name, other))
            })
            .collect();
        let (name, other) = others.first()?;
        let found = format!(
            "row {other} is a trial with the same {name}, and a customer has one: leave one of \
             them out; in a table that is made after this one, `--anyway` with a reason lets it \
             pass"
        );
        Some(fault(row, "customer", found))
    }

    /// The sums.
    fn count(&mut self, new: New) {
        let New { example, odd, .. } = new;
        self.orders += 1;
        match example.seats {
            Some(seats) => self.seats = self.seats.saturating_add(u64::from(seats)),
            None => self.unlimited += 1,
        }
        self.first = Some(self.first.map_or(example.from, |first| first.min(example.from)));
        self.last = Some(self.last.map_or(example.until, |last| last.max(example.until)));
        self.exceptions += u64::from(new.objections > 0);
        self.all_odd += u64::try_from(odd.len()).unwrap_or(u64::MAX);
        let room = ODD.saturating_sub(self.odd.len());
        self.odd.extend(odd.into_iter().take(room).map(|it| (example.row, it)));
        if self.examples.len() < EXAMPLES {
            self.examples.push(example);
        }
    }

    /// That no other row is of this subscription; of licenses that are made anew, that none is of
    /// this one.
    fn once(
        &mut self,
        row: u64,
        (chain, anew): (&Chain, Option<DocumentId>),
        order: Sha256,
    ) -> Option<Fault> {
        let anew = anew.map(|license| format!("\n{license}")).unwrap_or_default();
        let key = key(&(chain.subscription.to_lowercase() + &anew));
        let now = (short(row), beginning(order));
        let (other, same) = *self.chains.entry(key).or_insert(now);
        if other == now.0 {
            return None;
        }
        let found = match same == now.1 {
            true => format!("row {other} says the same"),
            false if !anew.is_empty() => format!("row {other} is of the same license"),
            false => format!(
                "row {other} is of the same subscription, {}: one file makes one license of it",
                chain.subscription
            ),
        };
        Some(Fault::of_row(row, found))
    }

    /// That no row takes something of its customer which another row may change.
    fn alone(&mut self, new: &New) -> Option<Fault> {
        if !new.is_first {
            return None;
        }
        let now = (short(new.example.row), new.leans);
        let (other, leans) =
            *self.customers.entry(key(&new.chain.customer.to_string())).or_insert(now);
        let found = format!(
            "row {other} is of the same customer: give each of them its subscription-id, name and \
             email"
        );
        (other != now.0 && (leans || now.1)).then(|| fault(new.example.row, "customer", found))
    }

    /// That all rows of a new customer say the same of them.
    fn enter(&mut self, row: u64, customer: &Customer) -> Option<Fault> {
        let said = customer.fields().map(|(_, field)| field.unwrap_or_default()).join("\n");
        let now = (short(row), beginning(Sha256::of(said.as_bytes())));
        let (other, same) =
            *self.entered.entry(key(&customer.id.to_string())).or_insert_with(|| {
                self.new_customers += 1;
                now
            });
        let found = format!(
            "row {other} enters this customer with another spelling, type, CRM or billing id"
        );
        (same != now.1).then(|| fault(row, "customer", found))
    }

    /// That no row enters another customer with the same CRM or billing id.
    fn own_ids(&mut self, row: u64, customer: &Customer) -> Option<Fault> {
        let whose = key(&customer.id.to_string());
        let ids = [("crm-id", &customer.crm_id), ("billing-id", &customer.billing_id)];
        ids.into_iter().find_map(|(column, id)| {
            let id = id.as_ref()?;
            let (other, owner) = *self.ids.entry(key(&folded(id))).or_insert((short(row), whose));
            let found = format!("row {other} enters another customer with {id}");
            (owner != whose).then(|| fault(row, column, found))
        })
    }
}

/// The first row that has this; `None` where it is this one.
fn first_of(rows: &mut HashMap<u64, u32>, row: u64, what: &str) -> Option<u32> {
    let first = *rows.entry(key(what)).or_insert(short(row));
    (first != short(row)).then_some(first)
}

fn fault(row: u64, column: &str, message: String) -> Fault {
    let failure = Failure::new(Problem::OrdersCell, message);
    Fault::of_failure(row, Some(column), &failure)
}

/// A row's number, as it is kept.
fn short(row: u64) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

fn key(text: &str) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = Sha256::of(text.as_bytes()).0;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

fn beginning(hash: Sha256) -> u32 {
    let [a, b, c, d, ..] = hash.0;
    u32::from_be_bytes([a, b, c, d])
}
