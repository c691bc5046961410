//! What came of a document that was received, as plain values.

use license_core::Day;
use license_core::document::{Kind, Plan, Request};
use license_core::reconcile::Statement;
use license_core::value::{DocumentId, Thumbprint};

use super::whose::By;
use crate::desk::make::Debt;
use crate::desk::reconcile::Remark;
use crate::desk::standing::Standing;
use crate::desk::statement::Receipted;
use crate::desk::whom::Whom;
use crate::problem::Failure;
use crate::registry::{Customer, DocumentRow, RecordId};

/// A document that was received: what it is, whose, what came of it, and what is to be done.
pub(crate) struct Told {
    /// The file that it stood in.
    pub(crate) file: String,
    pub(crate) what: Option<(Kind, DocumentId)>,
    /// Whose it is, once that is known.
    pub(crate) owned: Option<Owned>,
    pub(crate) meaning: Option<Meaning>,
    pub(crate) outcome: Outcome,
    pub(crate) notes: Vec<Note>,
    /// What all reports that are held say, once this one is among them.
    pub(crate) findings: Option<Findings>,
    pub(crate) next: Option<Step>,
}

/// Whose a document is.
#[derive(Debug, Clone)]
pub(crate) struct Owned {
    pub(crate) customer: RecordId,
    pub(crate) name: String,
    /// Empty where it belongs to none.
    pub(crate) subscription: String,
    pub(crate) by: Option<By>,
    /// Whom to write to.
    pub(crate) contact: Option<Whom>,
    /// Whether the customer is entered with it.
    pub(crate) is_new: bool,
}

impl Owned {
    /// Of this customer.
    pub(super) fn of(customer: &Customer, subscription: &str, by: impl Into<Option<By>>) -> Self {
        Self {
            customer: customer.id,
            name: customer.name.clone(),
            subscription: subscription.to_owned(),
            by: by.into(),
            contact: None,
            is_new: false,
        }
    }
}

/// What came of a document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    Filed,
    /// It was filed before, on this day, by this user.
    FiledAlready {
        on: Option<Day>,
        by: String,
    },
    /// The same stood in another file of this run.
    Twice {
        file: String,
    },
    /// A license of ours: it is filed.
    Ours,
    /// A license of an issuing key of ours, which the registry does not have.
    OursElsewhere,
    NotFiled(Failure),
    /// Nothing of ours in a file of a folder.
    Nothing,
}

/// What a document says, beside what is held.
pub(crate) enum Meaning {
    Request(Requested),
    Report(Reported),
    License(SentBack),
}

/// A request, and the license that its customer has.
pub(crate) struct Requested {
    pub(crate) request: Box<Request>,
    /// The last license of the subscription that was handed out and not revoked.
    pub(crate) license: Option<DocumentRow>,
}

/// A report, under the license that it names.
pub(crate) struct Reported {
    pub(crate) number: u32,
    pub(crate) first: Day,
    pub(crate) last: Day,
    pub(crate) days_with: usize,
    pub(crate) days_without: usize,
    pub(crate) peak: Option<(u32, Day)>,
    pub(crate) license: DocumentRow,
    /// Whether the license names its key as that of a spare instance.
    pub(crate) is_spare: bool,
}

/// A license that came back.
pub(crate) struct SentBack {
    pub(crate) company: String,
    pub(crate) plan: Plan,
    pub(crate) seats: Option<u32>,
    pub(crate) from: Day,
    pub(crate) until: Day,
    /// What the registry has of it, and where that stands.
    pub(crate) filed: Option<(DocumentRow, Standing)>,
}

/// What support should know beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Note {
    /// The instance had another key before.
    OtherKey { before: Thumbprint },
    /// The request names a license that the registry does not have.
    LicenseUnknown(DocumentId),
    /// The request was made before the license that its customer has, which was issued on this day.
    BeforeLicense(Day),
    /// The request names another company than the customer's.
    OtherCompany(String),
    /// It was filed under this customer before, by name and id.
    Moved { from: String },
    /// The license of a report, or the one that came back, was revoked on this day.
    Revoked(Day),
}

/// What follows from all reports of one key that are held.
pub(crate) struct Findings {
    pub(crate) statement: Statement,
    pub(crate) remarks: Vec<Remark>,
    /// Whether nothing that is not held could make more of what is owed.
    pub(crate) complete: bool,
    /// Whether the key is that of a spare instance: nothing is owed by its reports.
    pub(crate) is_spare: bool,
    /// What is owed and not paid.
    pub(crate) open: Vec<Debt>,
    /// The seats that a receipt says are paid or waived, and which that is.
    pub(crate) settled: Option<(u32, Receipted)>,
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A license for the request; `elsewhere` where it is of another instance or key than the last
    /// license names, so that somebody has to ask first.
    Issue { request: DocumentId, elsewhere: bool },
    /// A license with other terms than this one.
    Change { license: DocumentId, plan: Option<Plan>, seats: Option<u32> },
    /// A license that pays for what is owed of a term that is over.
    Pay(Box<Debt>),
    /// The license for the next term.
    Renew { license: DocumentId, plan: Option<Plan>, seats: Option<u32> },
    /// The paid license after a trial.
    Convert { license: DocumentId },
    /// The same license again.
    Resend { license: DocumentId },
    /// The license has to be taken in first.
    TakeIn { customer: Option<RecordId>, file: String },
    /// These reports are to be asked for.
    AskForReports { missing: Vec<(u32, u32)> },
    /// What is held is to be looked at.
    Show { subscription: String },
}
