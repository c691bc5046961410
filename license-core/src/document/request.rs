//! A request for a license, signed by the instance's own key.

use crate::cbor::claims;
use crate::document::claims::{Claims, OwnKey};
use crate::document::named::Plan;
use crate::document::shown::{Claim, ClaimName, SEATS, Shown, claim_names};
use crate::error::{Code, Error};
use crate::key::PublicKey;
use crate::value::{Count, Email, InstanceId, Name};

claim_names! {
    INSTANCE = "instance",
    NAME = "name",
    EMAIL = "email",
    COMPANY = "company",
    PLAN = "plan",
    USERS = "users",
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
    }
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
            return Err(Error::new(
                Code::Inconsistent,
                "found a request for 0 seats, expected at least 1",
            ));
        }
        Ok(())
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
        claims.with_unknown(&self.unknown)
    }
}
