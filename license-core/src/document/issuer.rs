//! What an issuing key is good for, said by a root key.

use crate::cbor::{Set, claims};
use crate::day::{Day, unix_text};
use crate::document::claims::{Claims, check_term};
use crate::document::kinds::Kind;
use crate::document::license::License;
use crate::document::named::{Flag, Plan};
use crate::document::receipt::Receipt;
use crate::document::shown::{Claim, ClaimName, Shown, UNTIL, claim_names, count_json, strings};
use crate::error::{Code, Error};
use crate::key::PublicKey;
use crate::limits;
use crate::plural::counted;
use crate::value::{Count, Name};

claim_names! {
    NAME = "name",
    FROM = "from",
    MAX_DAYS = "max_days",
    MAX_SEATS = "max_seats",
    PLANS = "plans",
    TRIALS_ONLY = "trials_only",
    KINDS = "kinds",
    START_DAYS = "start_days",
}

claims! {
    /// An issuing key and its limits. A limit that a later version adds has an even key, so that no
    /// reader passes over it.
    pub struct Issuer {
        /// When this was signed, Unix seconds.
        1 issued: u64,
        /// The issuing key.
        2 key: PublicKey,
        /// Whose key it is, or what for.
        3 name: Name,
        /// The first day on which the key may issue.
        4 from: Day,
        /// The first day on which it may no longer issue.
        5 until: Day,
        /// The longest term of a license, in days.
        6 max_days: u32,
        /// The most seats of a license, add-on seats included.
        7 max_seats: Option<Count>,
        /// The plans that it may issue; all when empty.
        8 plans: Set<Plan, { limits::ISSUER_LIST }>,
        /// Whether it may issue trials only.
        9 trials_only: bool,
        /// The kinds of documents that it may sign; licenses and receipts when empty.
        11 kinds: Set<Kind, { limits::ISSUER_LIST }>,
        /// How many days after its issue a license may begin, where that is more than 90: a reader
        /// that passes over it is the stricter one, so its key is odd.
        15 start_days: Option<Count>,
    }
}

impl Claims for Issuer {
    const AT_A_GLANCE: &'static [ClaimName] = &[NAME, FROM, UNTIL, MAX_DAYS, MAX_SEATS];

    fn check(&self) -> Result<(), Error> {
        check_term(self.from, self.until, "the issuing key")?;
        if self.max_days == 0 || self.max_days > limits::TERM_DAYS {
            let found = format!(
                "found a longest term of {}, expected 1 to {}",
                counted(self.max_days, "day"),
                limits::TERM_DAYS
            );
            return Err(Error::new(Code::Inconsistent, found));
        }
        let (least, most) = (limits::START_AFTER_ISSUE_DAYS + 1, limits::TERM_DAYS);
        if self.start_days.is_some_and(|days| !(least..=most).contains(&days.get())) {
            let found = "found days from issue to first day that are not 91 to 36525";
            return Err(Error::new(Code::Inconsistent, found));
        }
        if let Some(plan) = self.plans.iter().find(|plan| plan.name().is_none()) {
            return Err(Error::new(Code::TooNew, format!("plan {plan} is not known here")));
        }
        if self.kinds[..] == [Kind::License, Kind::Receipt] {
            let found =
                "found the kinds license and receipt, which are written by leaving the claim out";
            return Err(Error::new(Code::PayloadNotCanonical, found));
        }
        Ok(())
    }

    fn shown(&self) -> Vec<Claim> {
        let mut claims = Shown::default();
        claims.issued("issued", self.issued);
        claims.key("issuing key", &self.key);
        claims.text(NAME, "name", &self.name);
        claims.text(FROM, "may issue from", &self.from);
        claims.until("may issue until", self.until);
        claims.add(MAX_DAYS, "longest term", counted(self.max_days, "day"), self.max_days.into());
        let most = self.max_seats.map_or_else(|| "any number".to_owned(), |n| n.to_string());
        claims.add(MAX_SEATS, "most seats", most, count_json(self.max_seats));
        claims.set(PLANS, "plans", strings(&self.plans));
        if self.trials_only {
            claims.add(TRIALS_ONLY, "trials only", "yes".to_owned(), true.into());
        }
        claims.set(KINDS, "kinds", strings(&self.kinds));
        if let Some(days) = self.start_days {
            let words = format!("up to {} after its issue", counted(days.get(), "day"));
            claims.add(START_DAYS, "a license begins", words, days.get().into());
        }
        claims.with_unknown(&self.unknown)
    }
}

impl Issuer {
    /// Returns whether the key may sign documents of this kind.
    #[must_use]
    pub fn may_sign(&self, kind: Kind) -> bool {
        if self.kinds.is_empty() {
            [Kind::License, Kind::Receipt].contains(&kind)
        } else {
            self.kinds.contains(&kind)
        }
    }

    /// How many days after its issue a license may begin.
    #[must_use]
    pub fn starts_within(&self) -> u32 {
        self.start_days.map_or(limits::START_AFTER_ISSUE_DAYS, Count::get)
    }

    /// Checks that the key was allowed to sign this license: the same check at the desk before
    /// signing and in `verify`. Whatever is sold is bounded: seats, plan, term, and each add-on.
    ///
    /// # Errors
    /// The codes of the limits stage, in the order: kind, days of the key, first day, length, plan,
    /// seats, trial, then the add-ons: old ones' quantities, days, trial.
    pub fn allows(&self, license: &License) -> Result<(), Error> {
        self.allows_kind(Kind::License, license.issued)?;
        self.allows_days(license)?;
        self.allows_plan(license.plan)?;
        if let Some(most) = self.max_seats {
            allows_seats(license, most)?;
        }
        if self.trials_only && !license.has(Flag::Trial) {
            return refuse(
                Code::IssuerTrialsOnly,
                "found a license that is no trial, the issuing key may sign trials only".to_owned(),
            );
        }
        self.allows_add_ons(license)
    }

    /// Checks that the key was allowed to sign this receipt. A key for trials signs none: nobody
    /// owes seats of a trial.
    ///
    /// # Errors
    /// The codes of the limits stage, in the order: kind, days of the key, trial.
    pub fn allows_receipt(&self, receipt: &Receipt) -> Result<(), Error> {
        self.allows_kind(Kind::Receipt, receipt.issued)?;
        if self.trials_only {
            return refuse(
                Code::IssuerTrialsOnly,
                "found a receipt, the issuing key may sign trials only".to_owned(),
            );
        }
        Ok(())
    }

    /// Checks that the key may sign documents of this kind, and that one was issued on its days.
    fn allows_kind(&self, kind: Kind, issued: u64) -> Result<(), Error> {
        if !self.may_sign(kind) {
            return refuse(Code::IssuerKind, format!("the issuing key may not sign {kind}s"));
        }
        let day = Day::of_unix(issued).unwrap_or(Day::LAST);
        if day < self.from || day >= self.until {
            let (when, from, until) = (unix_text(issued), self.from, self.until);
            return refuse(
                Code::IssuerNotInForce,
                format!(
                    "issued at {when}, the issuing key is good from {from} until before {until}"
                ),
            );
        }
        Ok(())
    }

    fn allows_plan(&self, plan: Plan) -> Result<(), Error> {
        if self.plans.is_empty() || self.plans.contains(&plan) {
            return Ok(());
        }
        let plans: Vec<String> = self.plans.iter().map(Plan::to_string).collect();
        let plans = plans.join(", ");
        refuse(Code::IssuerPlan, format!("found plan {plan}, the issuing key may sign {plans}"))
    }

    /// Checks the add-ons behind all else: old ones' quantities, then days, then trials.
    fn allows_add_ons(&self, license: &License) -> Result<(), Error> {
        if let Some(most) = self.max_seats {
            allows_legacy_add_ons(license, most)?;
        }
        self.allows_add_on_days(license)?;
        if self.trials_only { allows_trial_add_ons(license) } else { Ok(()) }
    }

    /// An add-on lies within the days for which a license from the same first day could be signed.
    fn allows_add_on_days(&self, license: &License) -> Result<(), Error> {
        let latest = license.from.plus(self.max_days).unwrap_or(Day::LAST);
        for (index, add_on) in license.add_ons.iter().enumerate() {
            let (from, until) = license.days_of(add_on);
            if from < license.from || until > latest {
                return refuse(
                    Code::IssuerDays,
                    format!(
                        "found add-on {} from {from} until before {until}, the issuing key may \
                         sign days from {} until before {latest}",
                        index + 1,
                        license.from
                    ),
                );
            }
        }
        Ok(())
    }

    fn allows_days(&self, license: &License) -> Result<(), Error> {
        let issued = Day::of_unix(license.issued).unwrap_or(Day::LAST);
        let most = self.starts_within();
        let latest = issued.plus(most).unwrap_or(Day::LAST);
        if license.from > latest {
            let from = license.from;
            return refuse(
                Code::StartsTooLate,
                format!(
                    "begins on {from}, expected {latest} at the latest: {} after its issue",
                    counted(most, "day")
                ),
            );
        }
        let days = license.until.since(license.from);
        if days > i64::from(self.max_days) {
            return refuse(
                Code::IssuerDays,
                format!(
                    "found a term of {}, the issuing key may sign at most {}",
                    counted(days, "day"),
                    self.max_days
                ),
            );
        }
        Ok(())
    }
}

/// Seats and add-on seats together; a license without a number of seats is over every limit.
fn allows_seats(license: &License, most: Count) -> Result<(), Error> {
    let Some(seats) = license.seats else {
        return refuse(
            Code::IssuerSeats,
            format!("found unlimited seats, the issuing key may sign at most {most}"),
        );
    };
    let add_ons: u64 = license.add_ons.iter().map(|add_on| u64::from(add_on.quantity.get())).sum();
    let found = u64::from(seats.get()) + add_ons;
    if found > u64::from(most.get()) {
        let what = if add_ons > 0 {
            format!("{} ({add_ons} of them for add-ons)", counted(found, "seat"))
        } else {
            counted(found, "seat")
        };
        return refuse(
            Code::IssuerSeats,
            format!("found {what}, the issuing key may sign at most {most}"),
        );
    }
    Ok(())
}

/// Each add-on of the old kind by itself: such an add-on comes with the license's own seats.
fn allows_legacy_add_ons(license: &License, most: Count) -> Result<(), Error> {
    let Some(add_on) = license.legacy_add_ons.iter().find(|add_on| add_on.quantity > most) else {
        return Ok(());
    };
    let (quantity, name) = (add_on.quantity, &add_on.name);
    refuse(
        Code::IssuerSeats,
        format!(
            "found {quantity} of the old add-on {name}, the issuing key may sign at most {most}"
        ),
    )
}

/// Under a key for trials every add-on is a trial and ends with the license. Old add-ons have no
/// such mark.
fn allows_trial_add_ons(license: &License) -> Result<(), Error> {
    if let Some(add_on) = license.legacy_add_ons.first() {
        return refuse(
            Code::IssuerTrialsOnly,
            format!(
                "found the old add-on {}, which cannot be marked as a trial, the issuing key may \
                 sign trials only",
                add_on.name
            ),
        );
    }
    for (index, add_on) in license.add_ons.iter().enumerate() {
        let (_, until) = license.days_of(add_on);
        if !add_on.trial || until > license.until {
            let what = if add_on.trial { "that outlasts the trial" } else { "that is no trial" };
            return refuse(
                Code::IssuerTrialsOnly,
                format!("found add-on {} {what}, the issuing key may sign trials only", index + 1),
            );
        }
    }
    Ok(())
}

fn refuse(code: Code, message: String) -> Result<(), Error> {
    Err(Error::new(code, message))
}
