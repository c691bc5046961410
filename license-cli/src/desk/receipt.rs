//! A receipt: what it says of a report, and what stands in the way of saying it.

use license_core::Code;
use license_core::Day;
use license_core::document::{Claims, Issuer, Outcome, Receipt};
use license_core::value::Count;

use super::reconcile::{Figures, Reconciled, Report, Standing};
use crate::problem::{Failure, Problem};

/// What somebody says of the seats owed, beside what is worked out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) owed: Option<Count>,
    pub(crate) outcome: Option<Outcome>,
}

/// The seats owed by a report and those before it, as they were worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WorkedOut {
    /// Nothing that was not given could make more of it.
    Known(Count),
    /// So many at least; or nothing is known of it.
    Open(Option<u32>),
    /// The report is a spare instance's: nothing is owed by it.
    Spare,
}

impl WorkedOut {
    /// What reports and licenses come to for this report.
    pub(crate) fn of(report: &Report, reconciled: &Reconciled) -> Self {
        if report.standing == Standing::Further {
            return Self::Spare;
        }
        let seats = reconciled.statement.seats_owed();
        match seats.and_then(Count::new).filter(|_| reconciled.is_complete()) {
            Some(seats) => Self::Known(seats),
            None => Self::Open(seats),
        }
    }

    /// The seats, where they are known.
    pub(crate) fn known(self) -> Option<Count> {
        match self {
            Self::Known(seats) => Some(seats),
            Self::Open(_) => None,
            Self::Spare => Some(Count::ZERO),
        }
    }
}

/// What a receipt says is owed, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settled {
    pub(crate) owed: Option<Count>,
    pub(crate) outcome: Outcome,
}

/// Settles what is owed: what was said, else what was worked out. Nothing is guessed: `open` says
/// what is not known.
///
/// # Errors
/// `receipt_open`; `receipt_outcome` where the seats and what came of them do not fit.
pub(crate) fn settle(said: Said, worked: WorkedOut, open: &str) -> Result<Settled, Failure> {
    let Said { owed, outcome } = said;
    if outcome == Some(Outcome::InReview) {
        return match owed {
            None => Ok(Settled { owed: None, outcome: Outcome::InReview }),
            Some(owed) => Err(unfit(&format!("{owed} owed, and in_review: not settled yet"))),
        };
    }
    let owed = owed.or_else(|| worked.known());
    let Some(owed) = owed else { return Err(Failure::new(Problem::ReceiptOpen, open)) };
    let outcome = match outcome {
        None if owed == Count::ZERO => Outcome::NothingOwed,
        None => {
            return Err(unfit(&format!("{owed} owed, and nothing said of what came of them"))
                .hint("say it: `--came-of billed`, `joins_renewal`, `waived` or `paid`"));
        }
        Some(outcome) if (outcome == Outcome::NothingOwed) != (owed == Count::ZERO) => {
            return Err(unfit(&format!("{owed} owed, and {outcome}")));
        }
        Some(outcome) => outcome,
    };
    Ok(Settled { owed: Some(owed), outcome })
}

fn unfit(found: &str) -> Failure {
    Failure::new(Problem::ReceiptOutcome, format!("found {found}"))
}

/// When a report was received, and when its receipt is issued, in Unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) on: Day,
    pub(crate) issued: u64,
}

/// The receipt for a report, which was checked; not signed yet.
///
/// # Errors
/// `receipt_day` where the report ends after the day on which it was received, or that is to come;
/// those of the issuing key's limits.
pub(crate) fn draw_up(
    (report, figures): (&Report, &Figures),
    settled: Settled,
    received: Received,
    issuer: &Issuer,
) -> Result<Receipt, Failure> {
    let last_day = figures.ends().map_or(received.on, |(_, last)| last);
    let Received { on, issued } = received;
    let issued_on = Day::of_unix(issued).unwrap_or(Day::LAST);
    if last_day > on || on > issued_on {
        let found = format!(
            "found {on} as the day on which the report was received, expected {last_day}, its last \
             day, to {issued_on}, the day of issue"
        );
        return Err(Failure::new(Problem::ReceiptDay, found));
    }
    let receipt = Receipt {
        issued,
        license: report.license,
        report: report.id,
        number: report.number,
        report_key: report.key,
        last_day,
        received: on,
        owed: settled.owed,
        outcome: settled.outcome,
        unknown: Default::default(),
    };
    receipt.check()?;
    check_limits(&receipt, issuer)?;
    Ok(receipt)
}

/// Refuses what the issuing key may not sign, before its passphrase is asked for.
fn check_limits(receipt: &Receipt, issuer: &Issuer) -> Result<(), Failure> {
    issuer.allows_receipt(receipt).map_err(|error| {
        let of_trials = error.code() == Code::IssuerTrialsOnly;
        let failure = Failure::from(error)
            .within(format_args!("the issuing key {:?} may not sign this", issuer.name.as_str()));
        if of_trials {
            return failure.hint("sign it with a key that is not for trials only");
        }
        failure
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seats(number: u32) -> Option<Count> {
        Count::new(number)
    }

    fn settled(owed: Option<u32>, outcome: Option<Outcome>, worked: WorkedOut) -> String {
        let said = Said { owed: owed.and_then(Count::new), outcome };
        match settle(said, worked, "days are missing") {
            Ok(Settled { owed, outcome }) => {
                format!("{} {outcome}", owed.map_or("-".to_owned(), |owed| owed.to_string()))
            }
            Err(failure) => failure.problem.name().to_owned(),
        }
    }

    #[test]
    fn nothing_is_guessed() {
        let none = WorkedOut::Known(Count::ZERO);
        let three = WorkedOut::Known(seats(3).unwrap());
        let open = WorkedOut::Open(Some(3));
        for (owed, outcome, worked, expected) in [
            (None, None, none, "0 nothing_owed"),
            (None, Some(Outcome::NothingOwed), none, "0 nothing_owed"),
            (None, Some(Outcome::Billed), none, "receipt_outcome"),
            (None, None, three, "receipt_outcome"),
            (None, Some(Outcome::Billed), three, "3 billed"),
            (None, Some(Outcome::NothingOwed), three, "receipt_outcome"),
            (None, Some(Outcome::InReview), three, "- in_review"),
            (None, None, open, "receipt_open"),
            (None, Some(Outcome::Billed), open, "receipt_open"),
            (None, Some(Outcome::InReview), open, "- in_review"),
            (Some(2), Some(Outcome::InReview), open, "receipt_outcome"),
            (Some(2), Some(Outcome::Waived), open, "2 waived"),
            (Some(0), None, open, "0 nothing_owed"),
            (Some(4), Some(Outcome::Paid), three, "4 paid"),
            (None, None, WorkedOut::Open(None), "receipt_open"),
            (None, None, WorkedOut::Spare, "0 nothing_owed"),
        ] {
            assert_eq!(settled(owed, outcome, worked), expected, "{owed:?} {outcome:?} {worked:?}");
        }
    }
}
