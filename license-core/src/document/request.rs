//! A request for a license, signed by the instance's own key.

use crate::cbor::{self, claims};
use crate::day::Day;
use crate::document::claims::{Claims, OwnKey};
use crate::document::named::Plan;
use crate::document::shown::{Claim, ClaimName, SEATS, Shown, claim_names};
use crate::error::{Code, Error};
use crate::key::PublicKey;
use crate::limits;
use crate::plural::counted;
use crate::value::{Count, DocumentId, Email, Identifier, InstanceId, Name};

claim_names! {
    INSTANCE = "instance",
    NAME = "name",
    EMAIL = "email",
    COMPANY = "company",
    PLAN = "plan",
    USERS = "users",
    LICENSE = "license",
    PEAK = "peak",
    PEAK_DAY = "peak_day",
    DAYS_COUNTED = "days_counted",
    DAYS_MISSING = "days_missing",
    GITLAB_VERSION = "gitlab_version",
}

claims! {
    /// What an admin asks for, and the key that will sign the instance's reports.
    pub struct Request {
        /// When this was signed, Unix seconds, by the instance's clock.
        1 issued: u64,
        /// The instance's key, which signs this request.
        2 key: PublicKey,
        /// The instance's id.
        3 instance: InstanceId,
        /// The contact's name.
        4 name: Name,
        /// The contact's mail address.
        5 email: Email,
        /// The company.
        6 company: Name,
        /// The plan that is wanted.
        7 plan: Plan,
        /// The seats that are wanted; unlimited when absent.
        8 seats: Option<Count>,
        /// Billable users now.
        9 users: Count,
        /// The id of the license in force. With it stand the figures of its term so far: of the
        /// days from its first through the day before this request.
        13 license: Option<DocumentId>,
        /// The largest daily count of the term so far.
        15 peak: Option<Count>,
        /// The first day that has this count.
        17 peak_day: Option<Day>,
        /// How many days of the term so far have a count.
        19 days_counted: Option<u32>,
        /// How many have none.
        21 days_missing: Option<u32>,
        /// The version of GitLab that the instance runs.
        23 gitlab_version: Option<Identifier>,
    }
}

impl Request {
    /// The days of the term so far, with and without a count; `None` without a license in force.
    fn days(&self) -> Option<u64> {
        Some(u64::from(self.days_counted?) + u64::from(self.days_missing?))
    }

    fn check_term(&self) -> Result<(), Error> {
        let license = self.license.is_some();
        if self.days_counted.is_some() != license || self.days_missing.is_some() != license {
            return inconsistent(
                "found the license in force or the days of its term so far, \
                 expected the license, the days with and the days without a count, or none",
            );
        }
        let counted = self.days_counted.is_some_and(|days| days > 0);
        if self.peak.is_some() != counted || self.peak_day.is_some() != counted {
            return inconsistent(
                "expected the peak and its day exactly where a day of the term so far has a count",
            );
        }
        let days = self.days().unwrap_or(0);
        if days > u64::from(limits::TERM_DAYS) {
            return Err(cbor::over(days, limits::TERM_DAYS.into(), "days of a term"));
        }
        match self.peak_day {
            Some(day) => self.check_peak_day(day, days),
            None => Ok(()),
        }
    }

    /// Checks that the day of the peak is one of the term's days before this request.
    fn check_peak_day(&self, day: Day, days: u64) -> Result<(), Error> {
        let made = i128::from(self.issued / 86_400);
        let day_number = i128::from(day.number());
        if (made - i128::from(days)..made).contains(&day_number) {
            return Ok(());
        }
        inconsistent(&format!(
            "found the peak on {day}, expected it at most {} before the request",
            counted(days, "day")
        ))
    }
}

fn inconsistent(what: &str) -> Result<(), Error> {
    Err(Error::new(Code::Inconsistent, what))
}

impl OwnKey for Request {
    fn own_key(&self) -> PublicKey {
        self.key
    }
}

impl Claims for Request {
    const AT_A_GLANCE: &'static [ClaimName] = &[COMPANY, PLAN, SEATS, USERS, INSTANCE];

    fn check(&self) -> Result<(), Error> {
        if self.plan.name().is_none() {
            return Err(Error::new(Code::TooNew, format!("plan {} is not known here", self.plan)));
        }
        if self.seats.is_some_and(|seats| seats.get() == 0) {
            return inconsistent("found a request for 0 seats, expected at least 1");
        }
        self.check_term()
    }

    fn shown(&self) -> Vec<Claim> {
        let mut claims = Shown::default();
        claims.issued("made", self.issued);
        claims.key("instance's key", &self.key);
        claims.text(INSTANCE, "instance", &self.instance);
        claims.text(NAME, "contact", &self.name);
        claims.text(EMAIL, "mail", &self.email);
        claims.text(COMPANY, "company", &self.company);
        claims.text(PLAN, "plan", &self.plan);
        claims.seats(self.seats);
        claims.add(USERS, "users now", self.users.to_string(), self.users.get().into());
        self.show_term(&mut claims);
        claims.identifier(GITLAB_VERSION, "version of GitLab", self.gitlab_version.as_ref());
        claims.with_unknown(&self.unknown)
    }
}

impl Request {
    fn show_term(&self, claims: &mut Shown) {
        if let Some(license) = &self.license {
            claims.text(LICENSE, "license in force", license);
        }
        if let Some(peak) = self.peak {
            claims.add(PEAK, "most users so far", peak.to_string(), peak.get().into());
        }
        if let Some(day) = &self.peak_day {
            claims.text(PEAK_DAY, "first on", day);
        }
        let days = [
            (DAYS_COUNTED, "days with a count", self.days_counted),
            (DAYS_MISSING, "days without", self.days_missing),
        ];
        for (name, label, days) in days {
            if let Some(days) = days {
                claims.add(name, label, days.to_string(), days.into());
            }
        }
    }
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "what `claims!` defines is public")]
mod tests {
    use super::*;
    use crate::cbor::Value;
    use crate::key::{Signer, SigningKey};

    claims! {
        /// A request as a reader knows it that was built before the figures of the term.
        pub struct OldRequest {
            /// When it was signed.
            1 issued: u64,
            /// The instance's key.
            2 key: PublicKey,
            /// The instance's id.
            3 instance: InstanceId,
            /// The contact's name.
            4 name: Name,
            /// The contact's mail address.
            5 email: Email,
            /// The company.
            6 company: Name,
            /// The plan.
            7 plan: Plan,
            /// The seats.
            8 seats: Option<Count>,
            /// Billable users.
            9 users: Count,
        }
    }

    /// A request on the fourth day of a term: a count on two days, none on one.
    fn request() -> Request {
        Request {
            issued: 20_396 * 86_400,
            key: SigningKey::from_seed(&[5; 32]).unwrap().public(),
            instance: InstanceId([1; 16]),
            name: Name::new("Ida Thorsen").unwrap(),
            email: Email::new("ida.thorsen@nordhavn.example").unwrap(),
            company: Name::new("Nordhavn Shipyards A/S").unwrap(),
            plan: Plan::Premium,
            seats: None,
            users: Count::default(),
            license: Some(DocumentId([2; 16])),
            peak: Count::new(112),
            peak_day: Day::new(20_394),
            days_counted: Some(2),
            days_missing: Some(1),
            gitlab_version: Some(Identifier::new("18.6.1-ee").unwrap()),
            unknown: Default::default(),
        }
    }

    /// SPEC E5: the new claims are odd and plain, so an older reader keeps and shows them.
    #[test]
    fn a_reader_that_does_not_know_the_figures_passes_over_them() {
        let payload = cbor::encode(&request());
        let old: OldRequest = cbor::decode(&payload).unwrap();
        let keys: Vec<u64> = old.unknown.iter().map(|(key, _)| *key).collect();
        assert_eq!(keys, [13, 15, 17, 19, 21, 23]);
        assert_eq!(cbor::encode(&old), payload);
    }

    /// The guard lets through only what it knows, so a guard of an older version refuses them.
    #[test]
    fn a_guard_that_does_not_know_the_figures_refuses_them() {
        let payload = cbor::encode(&request());
        let old: OldRequest = cbor::decode(&payload).unwrap();
        assert_eq!(Value::unknown(&old), Some("claim 13".to_owned()));
        assert_eq!(Value::unknown(&request()), None);
    }

    /// SPEC V9: the day of the peak is one of the days of the term before the request.
    #[test]
    fn the_peak_is_on_one_of_the_days_before_the_request() {
        let on = |day| Request { peak_day: Day::new(day), ..request() }.check();
        for day in 20_393..=20_395 {
            assert_eq!(on(day), Ok(()), "{day}");
        }
        for day in [20_392, 20_396] {
            assert_eq!(on(day).unwrap_err().code(), Code::Inconsistent, "{day}");
        }
    }
}
