use license_core::Day;
use license_core::document::{AddOn, Issuer, License, Plan, Product, Request, Usage};
use license_core::key::{PublicKey, Signer, SigningKey};
use license_core::series::Series;
use license_core::value::{DocumentId, Email, InstanceId, Name};
use license_core::{List, Set};

use super::*;
use crate::desk::forecast::{Held, forecast};
use crate::desk::issue::draw_up;
use crate::desk::order::{AddOns, Binding, Licensee, Order, Previous, References, Seats, Term};
use crate::desk::policies;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn count(number: u32) -> Count {
    Count::new(number).unwrap()
}

fn key() -> PublicKey {
    SigningKey::from_seed(&[3; 32]).unwrap().public()
}

fn issuer() -> Issuer {
    Issuer {
        issued: 0,
        key: SigningKey::from_seed(&[2; 32]).unwrap().public(),
        name: Name::new("Desk").unwrap(),
        from: Day::FIRST,
        until: Day::LAST,
        max_days: 3_000,
        max_seats: None,
        plans: Set::default(),
        trials_only: false,
        kinds: Set::default(),
        start_days: None,
        unknown: Default::default(),
    }
}

/// The sample year of docs/GITLAB.md: 100 seats, previous users 100, T(100) = 110.
fn license(seats: u32, plan: Plan) -> License {
    let order = Order {
        issued: day("2026-10-20").unix(),
        licensee: Licensee {
            company: Name::new("Nordhavn Shipyards A/S").unwrap(),
            name: Name::new("Ida Thorsen").unwrap(),
            email: Email::new("ida.thorsen@nordhavn.example").unwrap(),
        },
        plan,
        seats: Seats::Number(count(seats)),
        term: Term { from: day("2026-11-01"), until: day("2027-11-01") },
        references: References::default(),
        binding: Binding::default(),
        previous: Previous {
            users: Some(count(100)),
            period: Some(Window { from: day("2025-11-01"), to: day("2026-11-01") }),
            ..Previous::default()
        },
        add_ons: AddOns::default(),
        flags: Vec::new(),
    };
    draw_up(&order, &policies::load("gitlab-legacy", &[]).unwrap()).unwrap()
}

fn request(users: u32, seats: u32) -> Request {
    Request {
        issued: day("2026-10-18").unix(),
        key: key(),
        instance: InstanceId::from_random([7; 16]),
        name: Name::new("Ida Thorsen").unwrap(),
        email: Email::new("ida.thorsen@nordhavn.example").unwrap(),
        company: Name::new("Nordhavn Shipyards A/S").unwrap(),
        plan: Plan::Premium,
        seats: Some(count(seats)),
        users: count(users),
        license: None,
        peak: None,
        peak_day: None,
        days_counted: None,
        days_missing: None,
        gitlab_version: None,
        unknown: Default::default(),
    }
}

const IN_FORCE: DocumentId = DocumentId([5; 16]);

/// A report of the year so far: 90 users a day, so many on 2026-05-03, no figure on 2026-06-01.
fn report(peak: u32) -> Usage {
    let period = (day("2025-11-01"), day("2026-10-17"));
    let series = Series::of_period(period.0, period.1, |on| match on {
        on if on == day("2026-05-03") => Some(count(peak)),
        on if on == day("2026-06-01") => None,
        _ => Some(count(90)),
    });
    Usage::new(key(), IN_FORCE, 1, period, &series.unwrap(), None)
}

fn asked() -> Window {
    Window { from: day("2026-10-20"), to: day("2027-10-31") }
}

fn shown(license: &License, held: &Held<'_>) -> String {
    text(&forecast(license, &issuer(), held, asked()).unwrap())
}

#[test]
fn what_installs_says_until_when_and_with_how_many() {
    let (request, report) = (request(96, 100), report(110));
    let held = Held { request: Some(&request), reports: vec![&report], ..Held::default() };
    assert_eq!(
        shown(&license(100, Plan::Premium), &held),
        "\
INSTALLS from 2026-10-20 to 2027-10-31, IF no day of the period before that has
no figure here had more than 110 users
  users      96 on 2026-10-18, by the request; any number will do on the day of
             installation
  other days a day that is compared and has no figure here may have up to 110
             users
  warning    the instance names license 05050505050505050505050505050505 as the
             one in force, which is not held here
  warning    no report for 2 days (2026-10-18 to 2026-10-19); 2025-11-01 to
             2026-11-01 is compared
  warning    no figure for 1 day (2026-06-01); 2025-11-01 to 2026-11-01 is
             compared
  note       the most users from 2025-11-01 through 2026-11-01 are compared
  note       of these, 2026-10-20 to 2026-11-01 is still to come
  note       users on the day of installation are compared with 110, if there
             were at most 100 before
"
    );
}

/// The days of the request are the last ones: nothing that is compared is missing.
#[test]
fn an_answer_without_missing_days_is_sure() {
    let request = request(96, 100);
    let held = Held { request: Some(&request), ..Held::default() };
    let mut made = forecast(&license(100, Plan::Premium), &issuer(), &held, asked()).unwrap();
    assert!(text(&made).starts_with("INSTALLS from 2026-10-20"), "{}", text(&made));
    made.warnings.clear();
    assert!(text(&made).starts_with("INSTALLS from 2026-10-20"), "{}", text(&made));
}

#[test]
fn a_peak_above_what_is_tolerated_is_an_objection() {
    let (request, report) = (request(96, 100), report(111));
    let held = Held { request: Some(&request), reports: vec![&report], ..Held::default() };
    let shown = shown(&license(100, Plan::Premium), &held);
    let begins = "\
REFUSED: the instance will not install it
  users      96 on 2026-10-18, by the request; it installs with no number
  objection  peak_over_seats: the most users from 2025-11-01 through 2026-11-01
             are more than 110 (they are 111, on 2026-05-03)
";
    assert!(shown.starts_with(begins), "{shown}");
}

#[test]
fn the_same_for_programs() {
    let (request, report) = (request(111, 500), report(100));
    let held = Held { request: Some(&request), reports: vec![&report], ..Held::default() };
    let json = json(&forecast(&license(100, Plan::Premium), &issuer(), &held, asked()).unwrap());
    assert_eq!(json["outcome"], "refused");
    assert_eq!(json["most_users"], 110);
    assert_eq!(json["objections"][0]["code"], "users_over_seats");
    assert_eq!(json["objections"][0]["finding"]["conditions"][2]["observed"], 111);
    assert_eq!(json["differences"][0]["code"], "seats_differ");
    assert_eq!(json["differences"][0]["message"], "500 seats asked for, 100 seats ordered");
    assert_eq!(json["users"]["source"], "request");
    assert_eq!(json["installs"], serde_json::json!([]));
}

/// GitLab's section 2, step 4: from the license's end on it is refused as expired.
#[test]
fn an_ended_license_does_not_install() {
    let (request, report) = (request(96, 100), report(100));
    let held = Held { request: Some(&request), reports: vec![&report], ..Held::default() };
    let asked = Window { from: day("2027-10-30"), to: day("2027-11-05") };
    let made = forecast(&license(100, Plan::Premium), &issuer(), &held, asked).unwrap();
    assert_eq!(made.installs, [Window { from: day("2027-10-30"), to: day("2027-10-31") }]);
}

#[test]
fn what_is_lost_and_what_changes_is_noted() {
    let premium = license(100, Plan::Premium);
    let add_on = |seats, until: Option<Day>| AddOn {
        product: Product::new("duo_pro").unwrap(),
        quantity: count(seats),
        from: None,
        until,
        purchase: None,
        trial: false,
        unknown: Default::default(),
    };
    let before = License {
        until: day("2026-10-25"),
        from: day("2025-10-25"),
        add_ons: List::new(vec![add_on(20, None)]).unwrap(),
        ..premium.clone()
    };
    let after = license(50, Plan::Ultimate);
    let held = Held { in_force: Some((IN_FORCE, &before)), ..Held::default() };
    let shown = shown(&after, &held);
    for expected in [
        "fewer seats than before: 100 seats before, 50 seats now",
        "another plan than before: premium before, ultimate now",
        "duo_pro ends: 20 seats of it",
        "no license is in force on 2026-10-25 to 2026-10-31",
        "no request and no figure is held",
    ] {
        assert!(shown.contains(expected), "{expected}: {shown}");
    }
    assert!(shown.starts_with("NOT KNOWN"), "{shown}");
    let bought = License { add_ons: List::new(vec![add_on(5, None)]).unwrap(), ..after };
    assert!(
        text(&forecast(&bought, &issuer(), &held, asked()).unwrap())
            .contains("duo_pro has another number of seats: 20 before, 5 now")
    );
}

#[test]
fn lines_fit_80_columns() {
    let (request, report) = (request(111, 500), report(150));
    let held = Held { request: Some(&request), reports: vec![&report], ..Held::default() };
    let shown = shown(&license(100, Plan::Ultimate), &held);
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
}
