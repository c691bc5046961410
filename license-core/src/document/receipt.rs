//! A receipt: what came of a usage report, said by an issuing key.

use crate::cbor::claims;
use crate::codes::codes;
use crate::day::Day;
use crate::document::claims::Claims;
use crate::document::shown::{Claim, ClaimName, Shown, claim_names, count_json};
use crate::error::{Code, Error};
use crate::value::{Count, DocumentId, Thumbprint};

claim_names! {
    LICENSE = "license",
    REPORT = "report",
    NUMBER = "number",
    LAST_DAY = "last_day",
    RECEIVED = "received",
    OWED = "seats_owed",
    OUTCOME = "outcome",
}

codes! {
    /// What came of a report. An unknown even one makes the receipt too new.
    Outcome, "outcome":
    /// No seats are owed.
    NothingOwed = 1, "nothing_owed";
    /// The seats owed are billed.
    Billed = 2, "billed";
    /// The seats owed join the renewal.
    JoinsRenewal = 3, "joins_renewal";
    /// The seats owed are not billed.
    Waived = 4, "waived";
    /// The seats owed were bought.
    Paid = 5, "paid";
    /// What is owed is not settled yet: a person looks at it.
    InReview = 6, "in_review";
}

claims! {
    /// That the vendor has a usage report, and what came of it. It ends the duty to report the days
    /// through the report's last one; it never shortens a later report.
    pub struct Receipt {
        /// When this was signed, Unix seconds.
        1 issued: u64,
        /// The license that the report is about.
        2 license: DocumentId,
        /// The report.
        3 report: DocumentId,
        /// The report's number.
        4 number: u32,
        /// The key that signed the report.
        5 report_key: Thumbprint,
        /// The last day of the report's period.
        6 last_day: Day,
        /// The day on which the report was received.
        7 received: Day,
        /// The seats owed by the report and those before it; absent where that is not settled yet.
        8 owed: Option<Count>,
        /// What came of it.
        9 outcome: Outcome,
    }
}

impl Claims for Receipt {
    const AT_A_GLANCE: &'static [ClaimName] = &[NUMBER, LAST_DAY, RECEIVED, OWED, OUTCOME];

    fn check(&self) -> Result<(), Error> {
        let inconsistent = |what: &str| Err(Error::new(Code::Inconsistent, what));
        if self.outcome.is_too_new() {
            let found = format!("outcome {} is not known here", self.outcome);
            return Err(Error::new(Code::TooNew, found));
        }
        if self.number == 0 {
            return inconsistent("found the report number 0, the first is 1");
        }
        let fits = match self.outcome {
            Outcome::NothingOwed => self.owed == Some(Count::ZERO),
            Outcome::Billed | Outcome::JoinsRenewal | Outcome::Waived | Outcome::Paid => {
                self.owed > Some(Count::ZERO)
            }
            Outcome::InReview => self.owed.is_none(),
            Outcome::Other(_) => true,
        };
        if !fits {
            return inconsistent("found seats owed that do not fit the outcome");
        }
        if self.last_day > self.received {
            return inconsistent("found a report that was received before its last day");
        }
        if Day::of_unix(self.issued).is_some_and(|issued| self.received > issued) {
            return inconsistent("found a receipt that was issued before the report was received");
        }
        Ok(())
    }

    fn shown(&self) -> Vec<Claim> {
        let mut claims = Shown::default();
        claims.issued("issued", self.issued);
        claims.text(LICENSE, "license", &self.license);
        claims.text(REPORT, "report", &self.report);
        claims.add(NUMBER, "report number", self.number.to_string(), self.number.into());
        claims.report_key("signed by key", &self.report_key);
        claims.text(LAST_DAY, "last day", &self.last_day);
        claims.text(RECEIVED, "received on", &self.received);
        let owed = self.owed.map_or_else(|| "not settled yet".to_owned(), |owed| owed.to_string());
        claims.add(OWED, "seats owed", owed, count_json(self.owed));
        claims.text(OUTCOME, "what came of it", &self.outcome);
        claims.with_unknown(&self.unknown)
    }
}
