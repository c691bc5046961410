use std::path::Path;

use license_core::Day;
use license_core::document::{Flag, Issuer, Plan, sign as sign_document};
use license_core::key::{Signer, SigningKey};
use license_core::trust::TrustAnchors;
use license_core::value::{Count, Email, Identifier, Name};
use tempfile::TempDir;

use super::choice::Choice;
use super::orders::{changed, renewed};
use super::*;
use crate::carry::incoming::IssuerFile;
use crate::desk::folder::Desk;
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::order::{AddOns, Order, References, Seats, Term};
use crate::desk::shelf::Shelf;
use crate::desk::subject;
use crate::desk::types::CustomerType;
use crate::desk::wanted::Wanted;
use crate::problem::{Failure, Problem};
use crate::registry::{self, What};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// Signs one.
fn sign(desk: &mut OpenDesk, proposal: &Proposal, key: &SigningKey) -> Result<Made, Failure> {
    let mut made = sign_all(desk, std::slice::from_ref(proposal), key)?;
    Ok(made.remove(0))
}

fn count(number: u32) -> Count {
    Count::new(number).unwrap()
}

/// A vendor: a folder with a registry, a root and a desk's key.
struct Vendor {
    folder: TempDir,
    root: SigningKey,
    key: SigningKey,
}

impl Vendor {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = SigningKey::from_seed(&[1; 32]).unwrap();
        let key = SigningKey::from_seed(&[2; 32]).unwrap();
        let vendor = Self { folder, root, key };
        drop(vendor.place().create().unwrap());
        vendor
    }

    fn place(&self) -> registry::Place {
        registry::Place::File(self.folder.path().join("registry.sqlite"))
    }

    /// Somebody at the desk on this day.
    fn desk(&self, who: &str, today: &str) -> OpenDesk {
        let claims = Issuer {
            issued: 0,
            key: self.key.public(),
            name: Name::new("Desk 1").unwrap(),
            from: day("2026-01-01"),
            until: day("2030-01-01"),
            max_days: 400,
            max_seats: Some(count(5000)),
            plans: Default::default(),
            trials_only: false,
            kinds: Default::default(),
            start_days: None,
            unknown: Default::default(),
        };
        let bytes = sign_document(&claims, &self.root).unwrap();
        let desk = Desk {
            folder: self.folder.path().to_owned(),
            key: Path::new("desk.key").to_owned(),
            issuer: IssuerFile { bytes, claims },
            anchors: TrustAnchors::new([self.root.public()]),
            registry: self.place(),
            types: None,
            rules: None,
            prices: None,
            shelf: Shelf::default(),
        };
        let registry = desk.registry.open().unwrap();
        let (now, today) = (day(today).unix(), day(today));
        OpenDesk { desk, registry, who: who.to_owned(), now, today, known: None }
    }

    /// Signs, and says that the file was written.
    fn make(&self, desk: &mut OpenDesk, draft: Draft) -> Result<Made, Failure> {
        let proposal = propose(desk, draft)?;
        let made = sign(desk, &proposal, &self.key)?;
        desk.registry.placed(&[made.sha256]).unwrap();
        Ok(made)
    }

    /// A first license of 100 seats from 2026-10-15 on.
    fn first(&self, desk: &mut OpenDesk) -> Made {
        let draft = first(desk, &year());
        self.make(desk, draft).unwrap()
    }
}

fn year() -> Wanted {
    Wanted {
        company: Some(Name::new("Nordhavn Shipyards A/S").unwrap()),
        name: Some(Name::new("Ida Thorsen").unwrap()),
        email: Some(Email::new("ida.thorsen@nordhavn.example").unwrap()),
        policy: Some("gitlab-legacy".to_owned()),
        plan: Some(Plan::Premium),
        seats: Some(Seats::Number(count(100))),
        from: Some(day("2026-10-15")),
        until: Some(day("2027-10-15")),
        references: References {
            subscription_id: Some(Identifier::new("A-S1").unwrap()),
            ..References::default()
        },
        ..Wanted::default()
    }
}

fn owner(desk: &mut OpenDesk) -> Owner {
    match subject::find(desk.registry.as_mut(), "Nordhavn") {
        Ok(subject) => Owner::Known(Box::new(subject)),
        Err(failure) => {
            assert_eq!(failure.problem, Problem::DeskNotFound);
            Owner::New(enter("Nordhavn", CustomerType::Offline).unwrap())
        }
    }
}

fn first(desk: &mut OpenDesk, wanted: &Wanted) -> Draft {
    let order = wanted.order(desk.now, None, None).unwrap();
    let choice = Choice::with(None, wanted).unwrap();
    let owner = owner(desk);
    draft(What::Issued, (owner, None), order, choice)
}

fn draft(what: What, (owner, base): (Owner, Option<Base>), order: Order, choice: Choice) -> Draft {
    Draft::new(what, (owner, base), order, choice, Vec::new())
}

fn base(desk: &mut OpenDesk) -> Result<(Owner, Base), Failure> {
    let subject = subject::find(desk.registry.as_mut(), "Nordhavn").unwrap();
    let base = Base::of(desk, &subject)?;
    Ok((Owner::of(subject, &base), base))
}

fn change(desk: &mut OpenDesk, wanted: &Wanted) -> Draft {
    let (owner, base) = base(desk).unwrap();
    let order = changed(&base, wanted, desk.now);
    let choice = base.next_choice(wanted).unwrap();
    let why =
        Why { reason: Some("asked".to_owned()), ticket: Some("T-1".to_owned()), ..Why::default() };
    Draft { why, ..draft(What::Changed, (owner, Some(base)), order, choice) }
}

fn seats(number: u32) -> Wanted {
    Wanted { seats: Some(Seats::Number(count(number))), ..Wanted::default() }
}

#[test]
fn what_is_not_changed_stays() {
    let vendor = Vendor::new();
    let mut desk = vendor.desk("anna", "2026-10-05");
    let before = vendor.first(&mut desk);
    let mut desk = vendor.desk("anna", "2026-11-05");
    let draft = change(&mut desk, &seats(120));
    let proposal = propose(&mut desk, draft).unwrap();
    let changed: Vec<String> =
        proposal.difference.as_ref().unwrap().changed().map(|line| line.name.to_string()).collect();
    assert_eq!(changed, ["seats", "rule peak_over_seats", "rule few_seats_left"]);
    assert_eq!(proposal.license.email, before.license.email);
    assert_eq!(proposal.chain.subscription, "A-S1");
}

/// DOMAIN: the previous period of a license is the whole term of the one that is then current.
#[test]
fn a_license_that_runs_is_the_period_before_the_changed_one() {
    let vendor = Vendor::new();
    vendor.first(&mut vendor.desk("anna", "2026-10-05"));
    for (today, compared) in [("2026-10-14", "2025-10-15"), ("2026-10-15", "2026-10-15")] {
        let mut desk = vendor.desk("anna", today);
        let draft = change(&mut desk, &seats(120));
        let proposal = propose(&mut desk, draft).unwrap();
        let conditions = proposal.license.rules.iter().flat_map(|rule| &rule.conditions);
        let mut peaks = conditions.filter(|it| it.fact == license_core::rule::Fact::UsersMax);
        let window = peaks.next().unwrap().window.unwrap_or(proposal.license.term());
        assert_eq!(window.from, day(compared), "{today}");
    }
}

#[test]
fn an_add_on_of_none_ends_it() {
    let vendor = Vendor::new();
    let mut desk = vendor.desk("anna", "2026-10-05");
    let add_on = |quantity| license_core::document::AddOn {
        product: license_core::document::Product::new("duo_pro").unwrap(),
        quantity: count(quantity),
        from: None,
        until: None,
        purchase: None,
        trial: false,
        unknown: Default::default(),
    };
    let with = |quantity| {
        let add_ons = AddOns { products: vec![add_on(quantity)], legacy: Vec::new() };
        Wanted { add_ons, ..Wanted::default() }
    };
    let wanted = Wanted { add_ons: with(20).add_ons, ..year() };
    let draft = first(&mut desk, &wanted);
    vendor.make(&mut desk, draft).unwrap();
    for (quantity, left) in [(30, vec![30]), (0, vec![])] {
        let draft = change(&mut desk, &with(quantity));
        let license = propose(&mut desk, draft).unwrap().license;
        let sold: Vec<u32> = license.add_ons.iter().map(|it| it.quantity.get()).collect();
        assert_eq!(sold, left);
    }
}

#[test]
fn a_renewal_begins_where_the_last_ends() {
    let vendor = Vendor::new();
    vendor.first(&mut vendor.desk("anna", "2026-10-05"));
    let mut desk = vendor.desk("anna", "2027-09-01");
    let (owner, base) = base(&mut desk).unwrap();
    let wanted = Wanted::default();
    let term = Term { from: base.license.from, until: base.license.until };
    let order = renewed((&base, &base, term), &wanted, desk.now).unwrap();
    let choice = base.next_choice(&wanted).unwrap();
    let draft = draft(What::Renewed, (owner, Some(base)), order, choice);
    let license = vendor.make(&mut desk, draft).unwrap().license;
    assert_eq!((license.from, license.until), (day("2027-10-15"), day("2028-10-15")));
    assert_eq!(license.previous_users, Some(count(100)));
}

#[test]
fn values_of_the_policy_stay_changed() {
    let vendor = Vendor::new();
    let mut desk = vendor.desk("anna", "2026-10-05");
    let wanted = Wanted { set: vec!["tolerance_percent=20".to_owned()], ..year() };
    let draft = first(&mut desk, &wanted);
    vendor.make(&mut desk, draft).unwrap();
    let draft = change(&mut desk, &seats(200));
    assert_eq!(draft.choice.set, ["tolerance_percent=20"]);
    let license = propose(&mut desk, draft).unwrap().license;
    let bounds: Vec<i64> =
        license.rules.iter().flat_map(|it| &it.conditions).map(|it| it.bound).collect();
    assert!(bounds.contains(&240), "{bounds:?}");
}

#[test]
fn what_was_filed_and_not_written_is_given_again() {
    let vendor = Vendor::new();
    let mut desk = vendor.desk("anna", "2026-10-05");
    let mut wanted = year();
    wanted.references = References::default();
    let draft = first(&mut desk, &wanted);
    let proposal = propose(&mut desk, draft).unwrap();
    let made = sign(&mut desk, &proposal, &vendor.key).unwrap();
    assert!(proposal.chain.subscription.starts_with("S-"));
    let mut later = vendor.desk("anna", "2026-10-05");
    let draft = first(&mut later, &wanted);
    let proposal = propose(&mut later, draft).unwrap();
    let row = proposal.waiting().unwrap().clone();
    let given = again(&mut later, &row).unwrap();
    assert_eq!((given.file, given.making), (made.file, Making::Again));
    assert_eq!(given.serial, 1);
    later.registry.placed(&[made.sha256]).unwrap();
    let draft = first(&mut later, &wanted);
    let proposal = propose(&mut later, draft).unwrap();
    assert!(proposal.waiting().is_none());
    assert_eq!(proposal.objections(), [Against::Same(made.license.id())]);
}

#[test]
fn a_change_that_was_not_written_is_given_again_too() {
    let vendor = Vendor::new();
    vendor.first(&mut vendor.desk("anna", "2026-10-05"));
    let mut desk = vendor.desk("anna", "2026-11-05");
    let wanted = Wanted { until: Some(day("2027-10-20")), ..seats(120) };
    let draft = change(&mut desk, &wanted);
    let proposal = propose(&mut desk, draft).unwrap();
    let made = sign(&mut desk, &proposal, &vendor.key).unwrap();
    let draft = change(&mut desk, &wanted);
    let proposal = propose(&mut desk, draft).unwrap();
    assert_eq!(proposal.waiting().unwrap().sha256, made.sha256);
    let draft = change(&mut desk, &seats(121));
    let proposal = propose(&mut desk, draft).unwrap();
    assert!(proposal.waiting().is_none());
    assert_eq!(proposal.unplaced[0].sha256, made.sha256);
}

#[test]
fn who_was_slower_is_told_who_was_faster() {
    let vendor = Vendor::new();
    vendor.first(&mut vendor.desk("anna", "2026-10-05"));
    let (mut anna, mut bob) = (vendor.desk("anna", "2026-11-05"), vendor.desk("bob", "2026-11-05"));
    let draft = change(&mut anna, &seats(120));
    let slow = propose(&mut anna, draft).unwrap();
    let draft = change(&mut bob, &seats(130));
    let fast = propose(&mut bob, draft).unwrap();
    sign(&mut bob, &fast, &vendor.key).unwrap();
    let failure = sign(&mut anna, &slow, &vendor.key).err().unwrap();
    assert_eq!(failure.problem, Problem::RegistryConflict);
    assert!(failure.message.contains("bob was first (changed"), "{}", failure.message);
    let subject = subject::find(anna.registry.as_mut(), "Nordhavn").unwrap();
    assert_eq!(subject.licenses().count(), 2);
}

#[test]
fn what_a_type_does_not_have_is_filed_as_an_exception() {
    let vendor = Vendor::new();
    let mut desk = vendor.desk("anna", "2026-10-05");
    vendor.first(&mut desk);
    let wanted = Wanted { flags: vec![Flag::AutoRenew], ..Wanted::default() };
    let why = Why { reason: Some("by contract".to_owned()), ..Why::default() };
    let draft = Draft { why, ..change(&mut desk, &wanted) };
    let proposal = propose(&mut desk, draft).unwrap();
    assert_eq!(proposal.objections()[0].code(), "auto_renewal");
    let made = sign(&mut desk, &proposal, &vendor.key).unwrap();
    let filed = desk.registry.document(made.sha256).unwrap().unwrap();
    assert!(filed.exception);
    let events = desk.registry.events(&proposal.chain, 1, 10).unwrap();
    assert_eq!(events[0].what, What::Changed);
    assert_eq!(events[1].what, What::Excepted);
    assert_eq!(events[1].document, Some(made.sha256));
    assert_eq!(events[1].reason.as_deref(), Some("by contract"));
    assert!(events[1].detail.as_deref().unwrap().contains("auto_renewal"));
}

#[test]
fn a_first_license_does_not_overlap_another() {
    let vendor = Vendor::new();
    let mut desk = vendor.desk("anna", "2026-10-05");
    let made = vendor.first(&mut desk);
    for (from, until, overlaps) in
        [("2027-10-14", "2028-10-14", true), ("2027-10-15", "2028-10-15", false)]
    {
        let wanted = Wanted { from: Some(day(from)), until: Some(day(until)), ..year() };
        let mut desk = vendor.desk("anna", "2027-09-01");
        let draft = first(&mut desk, &wanted);
        let against = propose(&mut desk, draft).unwrap().objections();
        let expected = if overlaps { vec![Against::Overlaps(made.license.id())] } else { vec![] };
        assert_eq!(against, expected, "{from}");
    }
}

/// DOMAIN: a trial never ends before today, by UTC.
#[test]
fn a_trial_ends_today_or_later_and_later_than_before() {
    let refused = |until, ends, today| {
        refuse_past(day(until), day(ends), day(today)).map_err(|failure| failure.problem).err()
    };
    let end = Some(Problem::DeskTrialEnd);
    assert_eq!(refused("2026-11-30", "2026-11-15", "2026-12-01"), end);
    assert_eq!(refused("2026-12-01", "2026-11-15", "2026-12-01"), None);
    assert_eq!(refused("2026-12-15", "2026-12-15", "2026-12-01"), end);
    assert_eq!(refused("2026-12-16", "2026-12-15", "2026-12-01"), None);
}

#[test]
fn nothing_follows_what_was_revoked() {
    let vendor = Vendor::new();
    let mut desk = vendor.desk("anna", "2026-10-05");
    vendor.first(&mut desk);
    let mut desk = vendor.desk("anna", "2026-11-05");
    let subject = subject::find(desk.registry.as_mut(), "A-S1").unwrap();
    let taken = revocation(&mut desk, &subject, &Why::default()).unwrap();
    assert_eq!(taken.licenses.len(), 1);
    revoke(&mut desk, &subject, &taken, &Why::default()).unwrap();
    let subject = subject::find(desk.registry.as_mut(), "A-S1").unwrap();
    assert_eq!(Base::of(&mut desk, &subject).err().unwrap().problem, Problem::DeskRevoked);
    let again = revocation(&mut desk, &subject, &Why::default()).err().unwrap();
    assert_eq!(again.problem, Problem::DeskRevoked);
}
