//! A license: who may use what, for how long, and the rules that say what its limits mean.

use minicbor::Decoder;

use crate::cbor::{self, List, Set, Sink, Value, claims};
use crate::day::Day;
use crate::document::claims::check_term;
use crate::document::named::{Flag, Plan, PolicyName, Product};
use crate::error::{Code, Error};
use crate::limits;
use crate::plural::counted;
use crate::rule::{self, Condition, Fact, Rules, Window};
use crate::value::{Count, Email, Identifier, InstanceId, Name, Thumbprint};

/// Which policy the rules were compiled from: it explains, the rules decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRef {
    /// The policy's name.
    pub name: PolicyName,
    /// Its version.
    pub version: u32,
    /// Whether the desk changed one of its values for this license.
    pub changed: bool,
}

/// `[name, version, ? 1]`
impl Value for PolicyRef {
    fn write(&self, sink: &mut Sink) {
        sink.array(if self.changed { 3 } else { 2 });
        self.name.write(sink);
        self.version.write(sink);
        if self.changed {
            sink.unsigned(1);
        }
    }

    fn read(source: &mut Decoder<'_>) -> Result<Self, Error> {
        let length = cbor::array(source)?;
        if !(2..=3).contains(&length) {
            return Err(cbor::malformed(format!(
                "found a list of {length}, expected name, version and whether it was changed"
            )));
        }
        let (name, version) = (PolicyName::read(source)?, u32::read(source)?);
        let changed = length == 3 && <bool as cbor::Claim>::read(source)?;
        Ok(Self { name, version, changed })
    }

    fn unknown(&self) -> Option<String> {
        self.name.unknown()
    }
}

claims! {
    /// Seats paid for after a period in which there were more users than seats.
    pub struct TrueUp {
        /// Seats paid for.
        1 quantity: Option<Count>,
        /// The period's first day.
        2 from: Option<Day>,
        /// The period's last day counted.
        3 to: Option<Day>,
        /// The seats of that period; where absent, the previous users.
        4 base: Option<Count>,
    }
}

claims! {
    /// An add-on product.
    pub struct AddOn {
        /// The product.
        1 product: Product,
        /// Its seats.
        2 quantity: Count,
        /// Its first day; the license's where absent.
        3 from: Option<Day>,
        /// The first day on which it is no longer good; the license's where absent.
        4 until: Option<Day>,
        /// The id of the purchase.
        5 purchase: Option<Identifier>,
        /// Whether it is a trial.
        6 trial: bool,
    }
}

/// An add-on of the old kind: a name and a number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LegacyAddOn {
    /// The name.
    pub name: Identifier,
    /// How many.
    pub quantity: Count,
}

/// `[name, quantity]`
impl Value for LegacyAddOn {
    fn write(&self, sink: &mut Sink) {
        sink.array(2);
        self.name.write(sink);
        self.quantity.write(sink);
    }

    fn read(source: &mut Decoder<'_>) -> Result<Self, Error> {
        match cbor::array(source)? {
            2 => Ok(Self { name: Identifier::read(source)?, quantity: Count::read(source)? }),
            other => {
                Err(cbor::malformed(format!("found a list of {other}, expected name and quantity")))
            }
        }
    }
}

claims! {
    /// The claims of a license.
    pub struct License {
        /// When this was signed, Unix seconds.
        1 issued: u64,
        /// The licensee's contact.
        2 name: Name,
        /// The contact's mail address.
        3 email: Email,
        /// The licensee's company.
        4 company: Name,
        /// The plan.
        5 plan: Plan,
        /// The seats bought; unlimited when absent.
        6 seats: Option<Count>,
        /// The first day.
        7 from: Day,
        /// The first day no longer good (GitLab's `expires_at`).
        8 until: Day,
        /// The policy that the rules were compiled from.
        9 policy: PolicyRef,
        /// What decides.
        10 rules: Rules,
        /// The subscription's name.
        11 subscription: Option<Identifier>,
        /// The subscription's id.
        12 subscription_id: Option<Identifier>,
        /// The users of the period before (GitLab's `previous_user_count`).
        13 previous_users: Option<Count>,
        /// What was paid for a period in which there were more users than seats.
        14 true_up: Option<TrueUp>,
        /// What the license is, or has had done.
        15 flags: Set<Flag, { limits::FLAGS }>,
        /// Add-on products.
        16 add_ons: List<AddOn, { limits::ADD_ONS }>,
        /// Add-ons of the old kind.
        17 legacy_add_ons: Set<LegacyAddOn, { limits::ADD_ONS }>,
        /// The instances that may use it; any when empty.
        18 instances: Set<InstanceId, { limits::INSTANCES }>,
        /// The thumbprint of the key that signs the usage reports of the billed instance.
        19 report_key: Option<Thumbprint>,
        /// The thumbprints of the keys that sign the reports of its spare, standby and staging
        /// instances: these are taken and compared, and nothing is owed for them.
        20 further_report_keys: Set<Thumbprint, { limits::FURTHER_REPORT_KEYS }>,
        /// GitLab's id of the license (`restrictions.id`).
        21 restriction_id: Option<Identifier>,
    }
}

impl License {
    /// Returns whether the license has this flag.
    #[must_use]
    pub fn has(&self, flag: Flag) -> bool {
        self.flags.contains(&flag)
    }

    /// Returns the days over which the term's maximum is taken: its first through its `until`, as
    /// GitLab counts.
    #[must_use]
    pub fn term(&self) -> Window {
        Window { from: self.from, to: self.until }
    }

    /// An add-on's first day and the first day on which it is no longer good: its own, else the
    /// license's.
    #[must_use]
    pub fn days_of(&self, add_on: &AddOn) -> (Day, Day) {
        (add_on.from.unwrap_or(self.from), add_on.until.unwrap_or(self.until))
    }

    /// Returns the keys of the instances that it names, the billed one's first: what they report is
    /// taken.
    pub fn report_keys(&self) -> impl Iterator<Item = Thumbprint> {
        self.report_key.into_iter().chain(self.further_report_keys.iter().copied())
    }

    /// Returns whether it names the instance with this key.
    #[must_use]
    pub fn names_key(&self, key: Thumbprint) -> bool {
        self.report_keys().any(|named| named == key)
    }

    /// Returns whether a report that this key has signed is taken: the license names it, or none.
    #[must_use]
    pub fn takes_reports_of(&self, key: Thumbprint) -> bool {
        self.report_key.is_none() || self.names_key(key)
    }

    /// Returns the last day on which the license is good.
    #[must_use]
    pub fn last_day(&self) -> Day {
        self.until.minus(1).unwrap_or(Day::FIRST)
    }

    /// Checks that this version knows every effect and fact that it may not ignore. Asked when a
    /// license is installed, and never again: an installed license stays readable.
    ///
    /// # Errors
    /// [`Code::TooNew`], naming the rule.
    pub fn check_understood(&self) -> Result<(), Error> {
        for (index, rule) in self.rules.iter().enumerate() {
            if let Some(what) = rule.too_new() {
                return Err(Error::new(
                    Code::TooNew,
                    format!("rule {}: {what} is not known here and may not be ignored", index + 1),
                ));
            }
        }
        Ok(())
    }

    /// Checks that the license is for this instance.
    ///
    /// # Errors
    /// [`Code::OtherInstance`] where it names others; [`Code::InstanceMissing`] where it names some
    /// and none is given.
    pub fn check_instance(&self, instance: Option<&InstanceId>) -> Result<(), Error> {
        if self.instances.is_empty() {
            return Ok(());
        }
        let named =
            || self.instances.iter().map(InstanceId::to_string).collect::<Vec<_>>().join(", ");
        match instance {
            Some(instance) if self.instances.contains(instance) => Ok(()),
            Some(instance) => Err(Error::new(
                Code::OtherInstance,
                format!("the license is for instance {}, this is {instance}", named()),
            )),
            None => Err(Error::new(
                Code::InstanceMissing,
                format!("the license is for instance {}, and no instance id was given", named()),
            )),
        }
    }

    /// Returns whether a seat rule's bound is unusual: under the seats, or more than a fifth above.
    #[must_use]
    pub fn is_unusual(&self, condition: &Condition) -> bool {
        let Some(seats) = self.seats else { return false };
        let seats = i64::from(seats.get());
        condition.fact == Fact::UsersNow
            && (condition.bound < seats || condition.bound > seats + seats / 5)
    }

    fn check_codes(&self) -> Result<(), Error> {
        let too_new =
            |what: String| Err(Error::new(Code::TooNew, format!("{what} is not known here")));
        if self.plan.name().is_none() {
            return too_new(format!("plan {}", self.plan));
        }
        if let Some(flag) = self.flags.iter().find(|flag| flag.is_too_new()) {
            return too_new(format!("flag {flag}"));
        }
        let coded = self.add_ons.iter().filter_map(|add_on| {
            if let Product::Coded(code) = add_on.product { Some(code) } else { None }
        });
        coded
            .into_iter()
            .find(|code| code.name().is_none())
            .map_or(Ok(()), |code| too_new(format!("add-on product {code}")))
    }

    fn check_report_keys(&self) -> Result<(), Error> {
        let inconsistent = |what: &str| Err(Error::new(Code::Inconsistent, what));
        match self.report_key {
            None if !self.further_report_keys.is_empty() => inconsistent(
                "found further report keys, expected the report key of the billed instance too",
            ),
            Some(key) if self.further_report_keys.contains(&key) => inconsistent(
                "found the report key of the billed instance among the further ones, \
                 expected it once",
            ),
            Some(_) | None => Ok(()),
        }
    }

    fn check_add_ons(&self) -> Result<(), Error> {
        for add_on in self.add_ons.iter() {
            let what = format!("add-on {}", add_on.product);
            let (from, until) = self.days_of(add_on);
            check_term(from, until, &what)?;
            if add_on.from == Some(self.from) || add_on.until == Some(self.until) {
                return Err(Error::new(
                    Code::PayloadNotCanonical,
                    format!("{what}: found the license's own day, expected none"),
                ));
            }
        }
        Ok(())
    }
}

impl License {
    /// Checks what the claims must satisfy among themselves.
    pub(super) fn check_claims(&self) -> Result<(), Error> {
        let inconsistent = |what: String| Err(Error::new(Code::Inconsistent, what));
        self.check_codes()?;
        check_term(self.from, self.until, "the license")?;
        if self.until.since(self.from) > i64::from(limits::TERM_DAYS) {
            let days = self.until.since(self.from);
            return inconsistent(format!(
                "found a term of {}, expected at most {}",
                counted(days, "day"),
                limits::TERM_DAYS
            ));
        }
        if self.seats.is_some_and(|seats| seats.get() == 0) {
            return inconsistent(
                "found 0 seats, expected at least 1, or none for unlimited".to_owned(),
            );
        }
        if self.has(Flag::CloudLicensing) != self.has(Flag::OfflineCloudLicensing) {
            return inconsistent(
                "found one of the flags cloud_licensing and offline_cloud_licensing, expected both \
                    or none".to_owned(),
            );
        }
        if let Some(TrueUp { from: Some(from), to: Some(to), .. }) = self.true_up
            && to < from
        {
            return inconsistent(format!(
                "found a true-up period that ends on {to}, before it begins on {from}"
            ));
        }
        if self.true_up.as_ref().is_some_and(TrueUp::is_empty) {
            return Err(Error::new(
                Code::PayloadNotCanonical,
                "found an empty true-up, expected none",
            ));
        }
        self.check_add_ons()?;
        self.check_report_keys()?;
        rule::check(&self.rules, self.term())
    }
}

impl TrueUp {
    fn is_empty(&self) -> bool {
        let Self { quantity, from, to, base, unknown } = self;
        quantity.is_none() && from.is_none() && to.is_none() && base.is_none() && unknown.is_empty()
    }
}
