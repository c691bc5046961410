//! A row of the rules, as it is written.

use std::collections::BTreeSet;
use std::fmt;

use license_core::Day;
use license_core::value::Thumbprint;
use serde::Deserialize;

use crate::desk::types::CustomerType;

/// Something that must be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Need {
    Reason,
    Ticket,
    Proof,
}

impl Need {
    /// Its name in a row.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Reason => "reason",
            Self::Ticket => "ticket",
            Self::Proof => "proof",
        }
    }

    /// The option that gives it.
    pub(crate) fn option(self) -> &'static str {
        match self {
            Self::Reason => "--reason",
            Self::Ticket => "--ticket",
            Self::Proof => "--proof",
        }
    }
}

/// Something of the license before that the new one has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Lost {
    AddOns,
    PreviousUsers,
    /// The period before, whose most users are compared.
    PreviousPeriod,
    TrueUp,
    /// The seats that are owed.
    Debt,
}

impl Lost {
    /// Everything that may be lost.
    pub(crate) const ALL: [Self; 5] =
        [Self::AddOns, Self::PreviousUsers, Self::PreviousPeriod, Self::TrueUp, Self::Debt];

    /// What this name means.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace('-', "_");
        Self::ALL.into_iter().find(|it| it.name() == text)
    }

    /// Its name in a row.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AddOns => "add_ons",
            Self::PreviousUsers => "previous_users",
            Self::PreviousPeriod => "previous_period",
            Self::TrueUp => "true_up",
            Self::Debt => "debt",
        }
    }

    /// What is lost, in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::AddOns => "the add-ons",
            Self::PreviousUsers => "the previous users",
            Self::PreviousPeriod => "the previous period",
            Self::TrueUp => "the true-up",
            Self::Debt => "the seats owed",
        }
    }
}

/// What counts as proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Proof {
    /// The present owner agrees.
    Consent,
    /// An earlier contract.
    Contract,
    /// An invoice.
    Invoice,
    /// The last license, as a text or a file.
    License,
    /// A report that the instance's key has signed.
    Report,
    /// A receipt for a report.
    Receipt,
    /// A document of a court or a register.
    Legal,
}

impl Proof {
    /// Every proof, in the order in which they are named.
    pub(crate) const ALL: [Self; 7] = [
        Self::Consent,
        Self::Contract,
        Self::Invoice,
        Self::License,
        Self::Report,
        Self::Receipt,
        Self::Legal,
    ];

    /// Its name in a row, and as it is typed.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Contract => "contract",
            Self::Invoice => "invoice",
            Self::License => "license",
            Self::Report => "report",
            Self::Receipt => "receipt",
            Self::Legal => "legal",
        }
    }
}

/// Something that was shown as proof, and the day that it is of, where that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) proof: Proof,
    pub(crate) day: Option<Day>,
}

impl Given {
    /// `invoice:2026-03-01`, or a proof alone.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (name, day) = match text.split_once(':') {
            Some((name, day)) => (name, Some(Day::parse(day)?)),
            None => (text, None),
        };
        let proof = Proof::ALL.into_iter().find(|proof| proof.name() == name)?;
        Some(Self { proof, day })
    }
}

impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.proof.name())?;
        self.day.map_or(Ok(()), |day| write!(f, ":{day}"))
    }
}

/// For whom a job is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Per {
    /// Ever.
    #[default]
    Customer,
    /// Since the last paid license of the subscription.
    License,
}

/// What a job needs, and how far it goes. What a row leaves out has no limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Rule {
    /// The job in words.
    pub(crate) title: String,
    /// The roles that may do it; everybody where there are none.
    pub(crate) by: Vec<String>,
    /// The roles that never do it, whatever other role they have.
    pub(crate) not_by: Vec<String>,
    pub(crate) needs: BTreeSet<Need>,
    /// The role that must have agreed.
    pub(crate) approver: Option<String>,
    /// A ticket may be used for one license only.
    pub(crate) ticket_once: bool,
    /// The license lasts at most so many days.
    pub(crate) days: Option<u32>,
    /// It lasts at most so many months of the calendar.
    pub(crate) months: Option<u32>,
    /// It ends at most so many days after the one before.
    pub(crate) days_after_end: Option<u32>,
    /// The first day on which it may be done, in days after that end; negative for days before.
    pub(crate) opens: Option<i32>,
    /// The last day on which it may be done, likewise.
    pub(crate) closes: Option<i32>,
    /// How often it may be done.
    pub(crate) times: Option<u32>,
    pub(crate) per: Per,
    /// Not while an extension has more days left.
    pub(crate) running_days: Option<u32>,
    /// At most so many seats.
    pub(crate) seats: Option<u32>,
    /// At least as many seats as users now and seats owed.
    pub(crate) seats_cover: bool,
    /// Not while seats are owed that no true-up has paid.
    pub(crate) owed_paid: bool,
    /// Whether the license before must have been paid for.
    pub(crate) paid: Option<bool>,
    pub(crate) loses: BTreeSet<Lost>,
    /// What counts as proof.
    pub(crate) proofs: BTreeSet<Proof>,
    /// Whether each of them is needed; else one is enough.
    pub(crate) proofs_all: bool,
    /// How old an invoice may be.
    pub(crate) proof_months: Option<u32>,
    /// Whether a paid license goes to the contact in it only.
    pub(crate) to_contact: bool,
    /// The lists of addresses to which it never goes.
    pub(crate) not_to: Vec<String>,
    /// The types of customers for whom that does not hold.
    pub(crate) except_types: Vec<CustomerType>,
    /// Within how many hours it is answered.
    pub(crate) hours: Option<u32>,
}

impl Rule {
    /// The keys of a row.
    pub(super) const KEYS: [&'static str; 26] = [
        "title",
        "by",
        "not_by",
        "needs",
        "approver",
        "ticket_once",
        "days",
        "months",
        "days_after_end",
        "opens",
        "closes",
        "times",
        "per",
        "running_days",
        "seats",
        "seats_cover",
        "owed_paid",
        "paid",
        "loses",
        "proofs",
        "proofs_all",
        "proof_months",
        "to_contact",
        "not_to",
        "except_types",
        "hours",
    ];

    /// A rule without any limit.
    pub(super) const NONE: Self = Self {
        title: String::new(),
        by: Vec::new(),
        not_by: Vec::new(),
        needs: BTreeSet::new(),
        approver: None,
        ticket_once: false,
        days: None,
        months: None,
        days_after_end: None,
        opens: None,
        closes: None,
        times: None,
        per: Per::Customer,
        running_days: None,
        seats: None,
        seats_cover: false,
        owed_paid: false,
        paid: None,
        loses: BTreeSet::new(),
        proofs: BTreeSet::new(),
        proofs_all: false,
        proof_months: None,
        to_contact: false,
        not_to: Vec::new(),
        except_types: Vec::new(),
        hours: None,
    };
}

/// Who has a role: users of the operating system, and keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct People(pub(crate) Vec<String>);

/// What stands before a key's thumbprint in the list of a role.
pub(super) const KEY: &str = "key:";

impl People {
    /// Whether nobody is named, so that the role is open.
    pub(crate) fn is_open(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the user, or whoever signs with this key, is among them.
    pub(super) fn has(&self, user: &str, key: Option<Thumbprint>) -> bool {
        self.0.iter().any(|one| match one.strip_prefix(KEY) {
            Some(text) => key.is_some() && thumbprint(text) == key,
            None => one == user,
        })
    }
}

/// The fingerprint of a key, however its digits are written.
pub(super) fn thumbprint(text: &str) -> Option<Thumbprint> {
    Thumbprint::typed(text)
}
