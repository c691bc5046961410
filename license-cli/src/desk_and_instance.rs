//! Desk and instance meet: what the desk forecasts is what a real instance's folder answers.

use std::collections::BTreeMap;

use license_core::document::{Issuer, License, Plan, Request, TrueUp, Usage, sign};
use license_core::key::{Signer, SigningKey};
use license_core::rule::Window;
use license_core::trust::TrustAnchors;
use license_core::value::{Count, Email, InstanceId, Name};
use license_core::verify::{VerifiedLicense, verify_license, verify_usage};
use license_core::{Day, Set};
use tempfile::TempDir;
use test_vectors::soak;
use zeroize::Zeroizing;

use crate::clock::When;
use crate::desk::forecast::{Forecast, Held, Most, Outcome, Warning, forecast};
use crate::desk::issue::draw_up;
use crate::desk::order::{
    AddOns, Binding, Licensee, Order, Previous, References, Renewed, Seats, Term,
};
use crate::desk::policies;
use crate::instance::facts::Given;
use crate::instance::install::{Candidate, Examined, changes, examine};
use crate::instance::ledger::{Instance, LicenseFile};
use crate::instance::report::{AsOf, last_number, next};
use crate::instance::term::TermSoFar;

/// A whole run (`scripts/soak forecast`).
const ROUNDS: usize = 10_000;
/// The instance's key.
const INSTANCE: u8 = 3;

/// Numbers that look random and are the same in each run (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from((self.0 >> 16) % u64::from(end.max(1))).unwrap()
    }

    fn one_in(&mut self, n: u32) -> bool {
        self.below(n) == 0
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(u32::try_from(all.len()).unwrap()) as usize]
    }

    /// Numbers at the seats and at their tolerated number, each side of both.
    fn near(&mut self, seats: u32) -> u32 {
        let tolerated = seats + seats / 10;
        let edges = [0, seats - 1, seats, seats + 1, tolerated, tolerated + 1, seats * 2];
        if self.one_in(3) { self.below(seats * 2) } else { self.of(&edges) }
    }
}

fn day(number: u32) -> Day {
    Day::new(20_000 + number).unwrap()
}

fn count(number: u32) -> Count {
    Count::new(number).unwrap()
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32]).unwrap()
}

fn instance_id() -> InstanceId {
    InstanceId::from_random([7; 16])
}

fn issuer(trials_only: bool) -> Issuer {
    Issuer {
        issued: day(0).unix(),
        key: key(2).public(),
        name: Name::new("Desk").unwrap(),
        from: day(0),
        until: day(3_000),
        max_days: 3_000,
        max_seats: None,
        plans: Set::default(),
        trials_only,
        kinds: Set::default(),
        start_days: None,
        unknown: Default::default(),
    }
}

fn anchors() -> TrustAnchors {
    TrustAnchors::new([key(1).public()])
}

/// A license file, verified.
fn signed(license: &License, issuer: &Issuer) -> (VerifiedLicense, Vec<u8>) {
    let file = [sign(issuer, &key(1)).unwrap(), sign(license, &key(2)).unwrap()].concat();
    (verify_license(&file, &anchors()).unwrap(), file)
}

fn order(issued: Day, from: Day, until: Day, seats: Seats) -> Order {
    Order {
        issued: issued.unix(),
        licensee: Licensee {
            company: Name::new("Nordhavn Shipyards A/S").unwrap(),
            name: Name::new("Ida Thorsen").unwrap(),
            email: Email::new("ida.thorsen@nordhavn.example").unwrap(),
        },
        plan: Plan::Premium,
        seats,
        term: Term { from, until },
        references: References::default(),
        binding: Binding::default(),
        previous: Previous::default(),
        add_ons: AddOns::default(),
        flags: Vec::new(),
    }
}

/// A folder in memory where there is one: a ledger waits for the disk at each change.
fn folder() -> TempDir {
    TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).unwrap()
}

fn new_instance(dir: &TempDir, name: &str) -> Instance {
    let root = key(1).public();
    Instance::create(
        &dir.path().join(name),
        instance_id(),
        &[root],
        &Zeroizing::new([INSTANCE; 32]),
    )
    .unwrap()
}

/// The license that is in force before, of a year from day 0 on.
fn before() -> (VerifiedLicense, Vec<u8>) {
    let order = order(day(0), day(0), day(365), Seats::Unlimited);
    let policy = policies::load("gitlab-legacy", &[]).unwrap();
    signed(&draw_up(&order, &policy).unwrap(), &issuer(false))
}

/// Some days of the year with figures.
fn figures(chance: &mut Chance, last: u32, seats: u32) -> BTreeMap<Day, Count> {
    let gaps = chance.of(&[0, 1, 30]);
    let mut days = BTreeMap::new();
    for number in 0..last {
        if gaps == 0 || !chance.one_in(gaps + 1) {
            days.insert(day(number), count(chance.below(seats)));
        }
    }
    if let Some(peak) = days.keys().copied().nth(chance.below(last) as usize) {
        days.insert(peak, count(chance.near(seats)));
    }
    days
}

/// A request as the instance makes it; a plain one says nothing of the term.
fn request(instance: &Instance, made: Day, users: u32, plain: bool) -> Request {
    let term = TermSoFar::of(instance, made).unwrap().filter(|_| !plain);
    Request {
        issued: made.unix(),
        key: key(INSTANCE).public(),
        instance: instance_id(),
        name: Name::new("Ida Thorsen").unwrap(),
        email: Email::new("ida.thorsen@nordhavn.example").unwrap(),
        company: Name::new("Nordhavn Shipyards A/S").unwrap(),
        plan: Plan::Premium,
        seats: Some(count(100)),
        users: count(users),
        license: term.map(|term| term.license),
        peak: term.and_then(|term| term.peak).map(|(count, _)| count),
        peak_day: term.and_then(|term| term.peak).map(|(_, day)| day),
        days_counted: term.map(|term| term.counted),
        days_missing: term.map(|term| term.missing),
        gitlab_version: None,
        unknown: Default::default(),
    }
}

fn report(instance: &mut Instance, today: Day) -> Usage {
    let as_of = AsOf { today, accept_clock: true, anyway: true };
    let seen = last_number(instance).unwrap();
    let report = next(instance, as_of, today.unix(), seen).unwrap();
    instance.report_placed(report.claims.number).unwrap();
    (*verify_usage(&report.bytes, &TrustAnchors::default()).unwrap()).clone()
}

/// What is compared, by chance: nothing said, previous users, a true-up, settled, other days.
fn previous(chance: &mut Chance, seats: u32, license: &VerifiedLicense) -> Previous {
    let window = Window { from: day(chance.below(200)), to: day(200 + chance.below(300)) };
    Previous {
        users: chance.one_in(2).then(|| count(chance.near(seats))),
        renews: chance.one_in(2).then(|| Renewed::from(license)),
        period: chance.one_in(2).then_some(window),
        true_up: chance.one_in(5).then(|| TrueUp {
            quantity: Some(count(chance.below(seats))),
            from: Some(window.from),
            to: Some(window.to),
            base: chance.one_in(2).then(|| count(chance.near(seats))),
            unknown: Default::default(),
        }),
        reconciled: chance.one_in(8),
    }
}

/// A draft, and the issuer document of its key.
fn draft(chance: &mut Chance, today: Day, before: &VerifiedLicense) -> (License, Issuer) {
    let seats = chance.of(&[1, 9, 10, 50, 100, 1_000]);
    let from = day((today.number() - 20_000 + chance.below(60)).saturating_sub(30));
    let until = from.plus(chance.of(&[5, 30, 365, 366])).unwrap();
    let wanted = if chance.one_in(12) { Seats::Unlimited } else { Seats::Number(count(seats)) };
    let mut order = order(today, from, until, wanted);
    order.previous = previous(chance, seats, before);
    if chance.one_in(2) {
        let id = if chance.one_in(8) { InstanceId::from_random([8; 16]) } else { instance_id() };
        order.binding.instances = vec![id];
    }
    let name =
        chance.of(&["gitlab-legacy", "gitlab-legacy", "gitlab-offline-cloud", "gitlab-trial"]);
    let set = chance.of(&["tolerance_percent=10", "tolerance_percent=0", "refuse_ended=false"]);
    let policy = policies::load(name, &[set.to_owned()]).unwrap();
    let trials_only = name == "gitlab-trial" && chance.one_in(2);
    (draw_up(&order, &policy).unwrap(), issuer(trials_only))
}

/// Whether the instance installs the license, which is kept nowhere.
fn installs(
    instance: &Instance,
    (license, file): &(VerifiedLicense, Vec<u8>),
    users: u32,
    today: Day,
) -> bool {
    if license.check_instance(Some(&instance.id())).is_err() {
        return false;
    }
    let candidate = Candidate { license: license.clone(), bytes: file.clone() };
    let given = Given { users: Some(count(users)), history: None };
    let examined = examine(instance, vec![candidate], &given, today).unwrap();
    // It has ended and is refused; that it is kept for the reports to come allows nothing.
    if matches!(examined.as_slice(), [Examined::Ended(_)]) {
        return false;
    }
    let fits = matches!(examined.as_slice(), [Examined::Fits(..)]);
    assert_eq!(changes(&examined, &[]), fits, "it was there already");
    fits
}

/// Installs a license on the first day.
fn install(instance: &mut Instance, (license, file): &(VerifiedLicense, Vec<u8>)) {
    let file = LicenseFile::Install(license.id(), file.clone());
    instance.take(&[], (&[file], &[]), at(day(0))).unwrap();
}

/// The first second of a day.
fn at(day: Day) -> When {
    When { clock: day.unix(), day }
}

/// An instance that holds what the desk holds.
fn same_figures(dir: &TempDir, made: &Forecast, before: &(VerifiedLicense, Vec<u8>)) -> Instance {
    let mut instance = new_instance(dir, "same");
    install(&mut instance, before);
    instance.import(&made.days, false, "desk", at(day(0))).unwrap();
    instance
}

/// Whether nothing is unknown that a compared period needs.
fn all_seen(made: &Forecast) -> bool {
    !made.warnings.iter().any(|warning| match warning {
        Warning::UsersUnknown | Warning::DaysUnreported { .. } => true,
        Warning::DaysWithoutFigure { .. }
        | Warning::TermIncomplete { .. }
        | Warning::InForceUnknown(_)
        | Warning::InstanceUnknown => false,
    })
}

/// What came of a round.
#[derive(Default)]
struct Tally {
    installed: usize,
    refused: usize,
    /// Rounds in which the real instance was asked too.
    all_seen: usize,
}

fn round(chance: &mut Chance, before: &(VerifiedLicense, Vec<u8>), tally: &mut Tally) {
    let dir = folder();
    let mut real = new_instance(&dir, "real");
    install(&mut real, before);
    let (made, asked_on) = (30 + chance.below(400), 30 + chance.below(400));
    let held_days = figures(chance, made.max(asked_on), 100);
    real.import(&held_days, false, "export", at(day(0))).unwrap();
    let users = chance.near(100);
    let plain = chance.one_in(3);
    let request = request(&real, day(asked_on), users, plain);
    let reports: Vec<Usage> =
        if chance.one_in(3) { Vec::new() } else { vec![report(&mut real, day(made))] };
    let held = Held {
        request: (reports.is_empty() || !chance.one_in(5)).then_some(&request),
        reports: reports.iter().collect(),
        elsewhere: Vec::new(),
        in_force: Some((before.0.id(), &before.0)),
    };
    let today = day(made.max(asked_on) + chance.below(3));
    let (license, issuer) = draft(chance, today, &before.0);
    let asked = Window { from: today, to: license.until.plus(3).unwrap().max(today) };
    let forecast = forecast(&license, &issuer, &held, asked).unwrap();
    check(chance, &dir, &real, &forecast, before, &signed(&license, &issuer), tally);
}

fn check(
    chance: &mut Chance,
    dir: &TempDir,
    real: &Instance,
    made: &Forecast,
    before: &(VerifiedLicense, Vec<u8>),
    license: &(VerifiedLicense, Vec<u8>),
    tally: &mut Tally,
) {
    let Some(users) = made.users else {
        assert!(made.warnings.contains(&Warning::UsersUnknown));
        return;
    };
    if made.warnings.contains(&Warning::InstanceUnknown) {
        return;
    }
    let (users, today) = (users.number.get(), made.asked.from);
    let same = same_figures(dir, made, before);
    let done = installs(&same, license, users, today);
    assert_eq!(done, made.objections.is_empty(), "{made:#?}");
    assert_eq!(done, made.outcome == Outcome::Installs, "{made:#?}");
    let later = today.plus(chance.below(u32::try_from(made.asked.to.since(today)).unwrap() + 1));
    let later = later.unwrap();
    let forecast = made.installs.iter().any(|days| days.from <= later && later <= days.to);
    assert_eq!(installs(&same, license, users, later), forecast, "{later} {made:#?}");
    if !made.objections.iter().any(|it| it.code() == "other_instance") {
        let most = match made.most_users {
            Most::Any => Some(u32::from(u16::MAX)),
            Most::UpTo(most) => Some(most),
            Most::None => None,
        };
        let too_many = most.map_or(0, |most| most + 1);
        assert!(most.is_none_or(|most| installs(&same, license, most, today)), "{made:#?}");
        let refused = made.most_users == Most::Any || !installs(&same, license, too_many, today);
        assert!(refused, "{made:#?}");
    }
    if all_seen(made) {
        assert_eq!(installs(real, license, users, today), done, "{made:#?}");
        tally.all_seen += 1;
    }
    tally.installed += usize::from(done);
    tally.refused += usize::from(!done);
}

/// Each license without an objection installs on an instance with the figures that the desk holds,
/// each one with an objection is refused there; on the days that were named, and up to the number
/// of users that was named. Where no figure was missing, the instance that made request and report
/// answers the same.
#[test]
fn what_is_forecast_comes_true() {
    let (rounds, mut chance) = (soak::rounds(ROUNDS), Chance(soak::state(31)));
    let (before, mut tally) = (before(), Tally::default());
    for _ in 0..rounds {
        round(&mut chance, &before, &mut tally);
    }
    // Else one of the answers was never put to the test.
    println!("{} installed, {} refused", tally.installed, tally.refused);
    for seen in [tally.installed, tally.refused, tally.all_seen] {
        assert!(seen >= rounds / 20, "{} {} {}", tally.installed, tally.refused, tally.all_seen);
    }
}

/// The smallest renewal that the instance names is the smallest one against which the desk's
/// forecast has nothing: one seat less is refused, by the same figures.
#[test]
fn the_smallest_renewal_is_the_same_on_both_sides() {
    let mut chance = Chance(soak::state(57));
    let (mut named, mut of_peak) = (0, 0);
    for _ in 0..60 {
        let seats = chance.of(&[1, 9, 10, 19, 50, 100, 1_000]);
        let policy = policies::load("gitlab-legacy", &[]).unwrap();
        let mut order = order(day(0), day(0), day(365), Seats::Number(count(seats)));
        order.previous.users = chance.one_in(2).then(|| count(chance.near(seats)));
        let before = signed(&draw_up(&order, &policy).unwrap(), &issuer(false));
        let dir = folder();
        let mut instance = new_instance(&dir, "one");
        install(&mut instance, &before);
        let made = 30 + chance.below(300);
        instance.import(&figures(&mut chance, made, seats), false, "x", at(day(0))).unwrap();
        let (users, today) = (chance.near(seats), day(made));
        let term = TermSoFar::of(&instance, today).unwrap().unwrap();
        let outlook = term.outlook(count(users), today);
        let Some(smallest) = outlook.renewal else { panic!("{outlook:?}") };
        let request = request(&instance, today, users, false);
        let held = Held {
            request: Some(&request),
            reports: Vec::new(),
            elsewhere: Vec::new(),
            in_force: Some((before.0.id(), &before.0)),
        };
        let fewest = smallest.seats;
        for wanted in [fewest - 1, fewest, fewest + 1].into_iter().filter(|seats| *seats > 0) {
            let mut next = self::order(today, day(365), day(730), Seats::Number(count(wanted)));
            next.previous.users = Some(count(seats));
            next.previous.renews = Some(Renewed::from(&before.0));
            let next = draw_up(&next, &policy).unwrap();
            let made = forecast(&next, &issuer(false), &held, Window { from: today, to: today });
            let refused = !made.unwrap().objections.is_empty();
            assert_eq!(refused, wanted < fewest, "{wanted} {outlook:?} {request:?}");
            assert_eq!(refused, outlook.refuses(Some(wanted)));
        }
        named += 1;
        of_peak += i32::from(smallest.is_of_peak());
    }
    assert!(of_peak > 10 && of_peak < named - 10, "{of_peak} of {named}");
}
