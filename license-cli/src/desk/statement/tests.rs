//! The worked examples of the documentation, to the cent, and the edges beside them.

use license_core::Day;
use license_core::document::Plan;
use license_core::value::DocumentId;

use super::sold::Paid;
use super::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

const TERM: (&str, &str) = ("2025-11-01", "2026-11-01");

/// License number `id` of a term, issued on a day.
fn sold(id: u8, seats: u32, term: (&str, &str), issued: &str) -> Sold {
    Sold {
        id: DocumentId([id; 16]),
        from: day(term.0),
        until: day(term.1),
        issued: day(issued).unix(),
        seats: Some(seats),
        plan: Plan::Premium,
        standing: Standing::Paid,
        true_up: None,
        settles: false,
    }
}

fn year(seats: u32) -> Sold {
    sold(1, seats, TERM, TERM.0)
}

/// So many users on each day of a term, and more on these days.
fn users(each: u32, more: &[(&str, u32)]) -> Counted {
    users_of(TERM, each, more)
}

fn users_of((from, until): (&str, &str), each: u32, more: &[(&str, u32)]) -> Counted {
    let days = (day(from).number()..day(until).number()).filter_map(Day::new);
    let mut counted: Counted = days.map(|day| (day, each)).collect();
    counted.extend(more.iter().map(|(on, users)| (day(on), *users)));
    counted
}

fn usd(price: &str) -> Prices {
    let currency = Currency::parse("USD").unwrap();
    Prices::none(currency).with_list(None, Money::parse(price, currency).unwrap())
}

fn stated(sold: &[Sold], counted: &Counted, method: Method, price: &str) -> Bill {
    on("2026-11-01", sold, counted, &Basis::of(method), price)
}

fn on(today: &str, sold: &[Sold], counted: &Counted, basis: &Basis, price: &str) -> Bill {
    bill((sold, &[]), (counted, day(today)), (basis, &usd(price))).unwrap()
}

fn due(bill: &Bill) -> String {
    bill.due.unwrap().to_string()
}

/// What each line of the last term comes to, and its owed seats.
fn lines(bill: &Bill) -> Vec<(u32, String)> {
    let money = |line: &Line| line.share.as_ref().map(|it| it.money.plain());
    let lines = bill.terms.last().unwrap().lines.iter();
    lines.map(|line| (line.owed(), money(line).unwrap_or_default())).collect()
}

fn agreed(on: &str) -> Agreed {
    Agreed { on: day(on), by: Some("executive:Mia".to_owned()), ticket: Some("T-1".to_owned()) }
}

/// Q1 peaks at 110, Q2 at 105, Q3 at 120, Q4 at 118.
fn example() -> Counted {
    let peaks =
        [("2025-12-24", 110), ("2026-03-01", 105), ("2026-07-31", 120), ("2026-08-01", 118)];
    users(95, &peaks)
}

#[test]
fn the_documented_quarters() {
    let bill = stated(&[year(100)], &example(), Method::Quarterly, "100");
    let expected = [(10, "750.00"), (0, ""), (10, "250.00"), (0, "")];
    assert_eq!(lines(&bill), expected.map(|(seats, sum)| (seats, sum.to_owned())));
    assert_eq!(due(&bill), "USD 1,000.00");
    assert_eq!(bill.terms[0].proposal, Some(120));
    assert!(bill.is_complete());
}

#[test]
fn the_documented_year() {
    let bill = stated(&[year(100)], &example(), Method::Annual, "100");
    assert_eq!(lines(&bill), [(20, "2000.00".to_owned())]);
    assert_eq!(due(&bill), "USD 2,000.00");
    assert_eq!(bill.terms[0].lines[0].peak, Some((120, day("2026-07-31"))));
}

#[test]
fn ten_bought_and_a_peak_of_thirteen() {
    let bill = stated(&[year(10)], &users(13, &[]), Method::Annual, "1");
    assert_eq!((bill.owed(), bill.terms[0].over()), (3, 3));
}

#[test]
fn the_first_day_of_a_quarter_is_not_of_the_one_before() {
    for (on, quarter) in [("2026-01-31", 0), ("2026-02-01", 1), ("2026-04-30", 1)] {
        let bill = stated(&[year(100)], &users(1, &[(on, 104)]), Method::Quarterly, "100");
        let owed: Vec<u32> = bill.terms[0].lines.iter().map(Line::owed).collect();
        let at = owed.iter().position(|owed| *owed == 4);
        assert_eq!(at, Some(quarter), "{on}: {owed:?}");
    }
}

#[test]
fn the_last_quarter_joins_the_renewal() {
    let last = users(90, &[("2026-10-31", 130)]);
    let bill = stated(&[year(100)], &last, Method::Quarterly, "100");
    assert_eq!((due(&bill).as_str(), bill.owed()), ("USD 0.00", 0));
    assert_eq!(bill.terms[0].proposal, Some(130));
    assert_eq!(bill.terms[0].lines[3].state, State::InRenewal);
}

#[test]
fn a_quarter_that_is_not_over_is_not_due() {
    let basis = Basis::of(Method::Quarterly);
    let counted = users_of(("2025-11-01", "2026-01-31"), 110, &[]);
    let before = on("2026-01-31", &[year(100)], &counted, &basis, "100");
    assert_eq!(
        (due(&before), before.so_far.unwrap().plain()),
        ("USD 0.00".into(), "750.00".into())
    );
    let after = on("2026-02-01", &[year(100)], &counted, &basis, "100");
    assert_eq!(due(&after), "USD 750.00");
    assert_eq!(after.terms[0].missing, [day("2026-01-31")]);
    assert!(!after.is_complete());
}

#[test]
fn seats_added_in_mid_term_are_billed_by_calendar_day() {
    let later = sold(2, 110, TERM, "2026-05-08");
    let bill = stated(&[year(100), later], &users(95, &[]), Method::Annual, "228");
    let addition = &bill.terms[0].additions[0];
    assert_eq!((addition.seats, addition.days), (10, (177, 365)));
    assert_eq!(addition.share.as_ref().unwrap().money.to_string(), "USD 1,105.64");
    assert_eq!(due(&bill), "USD 0.00");
}

#[test]
fn seats_bought_late_lower_the_true_up() {
    let later = sold(2, 115, TERM, "2026-10-31");
    let bill = stated(&[year(100), later], &example(), Method::Annual, "100");
    assert_eq!(due(&bill), "USD 500.00");
}

#[test]
fn fewer_seats_of_a_higher_plan_are_owed_at_once() {
    let first = sold(1, 50, TERM, TERM.0);
    let upgrade =
        Sold { plan: Plan::Ultimate, ..sold(2, 25, ("2026-05-01", TERM.1), "2026-05-01") };
    let counted = users_of((TERM.0, "2026-05-01"), 40, &[("2026-03-01", 48)]);
    let basis = Basis::of(Method::Annual);
    let bill = on("2026-05-01", &[first, upgrade], &counted, &basis, "100");
    assert_eq!(lines(&bill), [(23, "2300.00".to_owned())]);
    let line = &bill.terms[0].lines[0];
    assert_eq!((line.what, line.plan, &line.state), (What::AtOnce, Plan::Ultimate, &State::Due));
}

#[test]
fn overage_is_billed_on_the_plan_under_which_it_arose() {
    let currency = Currency::parse("USD").unwrap();
    let money = |price| Money::parse(price, currency).unwrap();
    let prices = Prices::none(currency)
        .with_list(Some(Plan::Premium), money("100"))
        .with_list(Some(Plan::Ultimate), money("1000"));
    let first = sold(1, 50, TERM, TERM.0);
    let upgrade =
        Sold { plan: Plan::Ultimate, ..sold(2, 50, ("2026-05-01", TERM.1), "2026-05-01") };
    let stated = |peaks: &[(&str, u32)]| {
        let sold = [first.clone(), upgrade.clone()];
        let counted = users(40, peaks);
        let basis = Basis::of(Method::Annual);
        let bill = bill((&sold, &[]), (&counted, day("2026-11-01")), (&basis, &prices)).unwrap();
        due(&bill)
    };
    assert_eq!(stated(&[("2026-04-30", 52)]), "USD 200.00");
    assert_eq!(stated(&[("2026-05-01", 52)]), "USD 2,000.00");
    assert_eq!(stated(&[("2026-04-30", 52), ("2026-05-01", 53)]), "USD 1,200.00");
    assert_eq!(stated(&[("2026-04-30", 53), ("2026-05-01", 52)]), "USD 300.00");
}

#[test]
fn a_renewal_to_another_plan_changes_nothing_of_the_term_before() {
    let renewal =
        Sold { plan: Plan::Ultimate, ..sold(2, 100, ("2026-11-01", "2027-11-01"), "2026-10-01") };
    let bill = stated(&[year(100), renewal], &example(), Method::Annual, "100");
    assert_eq!(bill.terms.len(), 2);
    assert_eq!(bill.terms[0].lines[0].plan, Plan::Premium);
    assert_eq!(due(&bill), "USD 2,000.00");
}

#[test]
fn the_list_price_is_that_of_the_terms_end() {
    let file = "currency = \"USD\"\n[[list]]\nprice = \"100\"\n[[list]]\nprice = \"300\"\n\
                from = 2026-11-01\n[[list]]\nprice = \"900\"\nfrom = 2026-11-02";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("prices.toml");
    std::fs::write(&path, file).unwrap();
    let prices = Prices::read(&path, None).unwrap();
    let basis = Basis::of(Method::Annual);
    let of = |today: &str| {
        let bill = bill((&[year(119)], &[]), (&example(), day(today)), (&basis, &prices)).unwrap();
        (bill.due.unwrap().minor, bill.so_far.unwrap().minor)
    };
    assert_eq!(of("2026-10-31"), (0, 10_000));
    assert_eq!(of("2026-11-01"), (30_000, 0));
    assert_eq!(of("2027-01-01"), (30_000, 0));
}

#[test]
fn seats_bought_or_another_plan_within_a_quarter_go_to_a_person() {
    let reason = |other: Sold, peak: (&str, u32)| {
        let bill = stated(&[year(100), other], &users(90, &[peak]), Method::Quarterly, "100");
        assert_eq!(bill.is_complete(), !bill.terms[0].waits());
        bill.terms[0].lines.iter().find_map(|line| {
            let State::ToPerson(reason) = &line.state else { return None };
            Some((line.what, *reason))
        })
    };
    let bought = |issued| sold(2, 105, TERM, issued);
    let (second, peak) = (What::Quarter(2), ("2026-02-02", 108));
    assert_eq!(reason(bought("2026-04-30"), peak), Some((second, Reason::SeatsBought)));
    assert_eq!(reason(bought("2026-05-01"), peak), None);
    assert_eq!(reason(bought("2026-02-01"), peak), None);
    assert_eq!(reason(bought("2026-02-02"), ("2026-02-02", 100)), None);
    let plan = Sold { plan: Plan::Ultimate, ..bought("2026-03-01") };
    assert_eq!(reason(plan, peak), Some((second, Reason::SeveralPlans)));
    let fewer = sold(2, 80, TERM, "2026-03-01");
    assert_eq!(reason(fewer, ("2026-02-02", 95)), Some((second, Reason::FewerSeats)));
}

#[test]
fn a_license_of_what_a_quarter_has_billed_brings_no_further_seats() {
    let follows = sold(2, 110, TERM, "2026-02-10");
    let bill = stated(&[year(100), follows], &example(), Method::Quarterly, "100");
    assert_eq!(due(&bill), "USD 1,000.00");
    assert!(bill.terms[0].additions.is_empty());
}

#[test]
fn a_term_of_another_length_is_trued_up_at_its_end() {
    let term = ("2025-11-01", "2026-10-31");
    let counted = users_of(term, 110, &[]);
    let bill = stated(&[sold(1, 100, term, term.0)], &counted, Method::Quarterly, "100");
    let term = &bill.terms[0];
    assert_eq!((term.method, term.not_a_year), (Method::Annual, true));
    assert_eq!(due(&bill), "USD 1,000.00");
}

#[test]
fn what_was_paused_is_trued_up_at_the_end() {
    let stop = |stop, lifted: Option<&str>| {
        let stopped = Stopped { stop, agreed: agreed("2026-02-02"), lifted: lifted.map(day) };
        let basis = Basis { stopped: vec![stopped], ..Basis::of(Method::Quarterly) };
        on("2026-11-01", &[year(100)], &example(), &basis, "100")
    };
    let paused = stop(Stop::Pause, None);
    assert_eq!(due(&paused), "USD 1,750.00");
    let held = stop(Stop::CreditHold, Some("2026-06-01"));
    assert_eq!(due(&held), "USD 1,000.00");
    let held = stop(Stop::SupportHold, Some("2026-08-02"));
    assert_eq!(due(&held), "USD 1,750.00");
}

/// The last quarter is never billed, whenever a hold is noted and however long it lasts.
#[test]
fn a_hold_bills_nothing_of_the_last_quarter() {
    let last = [("2025-12-24", 110), ("2026-07-31", 120), ("2026-09-01", 140)];
    let held = |stop, on_day: &str| {
        let stopped = Stopped { stop, agreed: agreed(on_day), lifted: None };
        let basis = Basis { stopped: vec![stopped], ..Basis::of(Method::Quarterly) };
        on("2026-11-09", &[year(100)], &users(95, &last), &basis, "100")
    };
    for stop in [Stop::Pause, Stop::CreditHold, Stop::SupportHold] {
        for (on_day, expected) in [
            ("2026-08-02", "USD 1,000.00"),
            ("2026-10-31", "USD 1,000.00"),
            ("2026-11-01", "USD 1,000.00"),
            ("2026-11-02", "USD 1,000.00"),
            // The second and the third are trued up: 120 - 110 for twelve months.
            ("2026-02-02", "USD 1,750.00"),
        ] {
            let bill = held(stop, on_day);
            assert_eq!(due(&bill), expected, "{stop:?} {on_day}");
            assert_eq!(bill.terms[0].lines[3].state, State::InRenewal, "{stop:?} {on_day}");
            assert_eq!(bill.terms[0].proposal, Some(140));
        }
    }
}

#[test]
fn overage_that_costs_nothing_joins_the_renewal() {
    let bill = stated(&[year(100)], &example(), Method::Joins, "100");
    assert_eq!((due(&bill).as_str(), bill.owed()), ("USD 0.00", 0));
    assert_eq!((bill.terms[0].over(), bill.terms[0].proposal), (20, Some(120)));
}

#[test]
fn waived_seats_are_an_order_of_nothing() {
    let waived = Waived { seats: 12, term: day("2026-10-31"), agreed: agreed("2026-11-03") };
    let of = |method| {
        let basis = Basis { waived: vec![waived.clone()], ..Basis::of(method) };
        on("2026-11-09", &[year(100)], &example(), &basis, "100")
    };
    assert_eq!(due(&of(Method::Annual)), "USD 800.00");
    assert_eq!(due(&of(Method::Quarterly)), "USD 200.00");
}

/// What was waived of a running term is seen before anything is due.
#[test]
fn seats_waived_in_a_running_term_are_taken_off_what_is_so_far() {
    let waived = Waived { seats: 7, term: day(TERM.0), agreed: agreed("2026-08-02") };
    let of = |method, today: &str| {
        let basis = Basis { waived: vec![waived.clone()], ..Basis::of(method) };
        let mut counted = example();
        counted.split_off(&day(today));
        let bill = on(today, &[year(100)], &counted, &basis, "100");
        assert_eq!(bill.terms[0].waived, std::slice::from_ref(&waived));
        (due(&bill), bill.so_far.unwrap().plain())
    };
    let expected = |due: &str, so_far: &str| (due.to_owned(), so_far.to_owned());
    assert_eq!(of(Method::Annual, "2026-08-02"), expected("USD 0.00", "1300.00"));
    assert_eq!(of(Method::Annual, "2025-11-02"), expected("USD 0.00", "0.00"));
    assert_eq!(of(Method::Quarterly, "2026-01-01"), expected("USD 0.00", "225.00"));
    // The first quarter has used them up.
    assert_eq!(of(Method::Quarterly, "2026-07-31"), expected("USD 225.00", "0.00"));
    let fewer = Sold { plan: Plan::Ultimate, ..sold(2, 90, ("2026-05-01", TERM.1), "2026-05-01") };
    let basis = Basis { waived: vec![waived.clone()], ..Basis::of(Method::Annual) };
    let counted = users_of((TERM.0, "2026-06-01"), 80, &[("2026-03-01", 102), ("2026-05-03", 110)]);
    let bill = on("2026-06-01", &[year(100), fewer], &counted, &basis, "100");
    // 2 arose under the first plan, 10 more are owed at once, and of those 7 are waived.
    let owed: Vec<u32> = bill.terms[0].lines.iter().map(Line::owed).collect();
    assert_eq!((due(&bill).as_str(), owed), ("USD 300.00", vec![2, 3, 8]));
}

#[test]
fn more_is_waived_than_owed_and_the_bill_is_nothing() {
    let waived = Waived { seats: u32::MAX, term: day("2026-10-31"), agreed: agreed("2026-11-03") };
    let basis = Basis { waived: vec![waived], ..Basis::of(Method::Annual) };
    let bill = on("2026-11-09", &[year(100)], &example(), &basis, "100");
    assert_eq!((due(&bill).as_str(), bill.owed()), ("USD 0.00", 0));
}

#[test]
fn a_refund_is_of_the_whole_subscription() {
    for method in [Method::Annual, Method::Quarterly] {
        let refunded = vec![Refunded { term: day(TERM.0), agreed: agreed("2026-11-03") }];
        let basis = Basis { refunded, ..Basis::of(method) };
        let bill = on("2026-11-09", &[year(100)], &example(), &basis, "100");
        assert_eq!((due(&bill).as_str(), bill.terms[0].proposal), ("USD 0.00", None));
    }
}

/// A refund is of the term that it was agreed for: what follows is another sale.
#[test]
fn a_refund_is_of_its_own_term() {
    let next = ("2026-11-01", "2027-11-01");
    let renewal = sold(2, 100, next, "2026-10-01");
    let mut counted = example();
    counted.extend(users_of(next, 95, &[("2026-12-24", 110)]));
    for method in [Method::Annual, Method::Quarterly] {
        let of = |term: &str| {
            let refunded = vec![Refunded { term: day(term), agreed: agreed("2026-12-01") }];
            let basis = Basis { refunded, ..Basis::of(method) };
            let sold = [year(100), renewal.clone()];
            let bill = on("2027-11-01", &sold, &counted, &basis, "100");
            [0, 1].map(|term: usize| bill.terms[term].owed())
        };
        assert_eq!(of("2025-11-01"), [0, 10], "{method:?}");
        assert_eq!(of("2026-11-01"), [20, 0], "{method:?}");
    }
}

/// What was paid for a quarter is not billed again, and pays for no other.
#[test]
fn a_quarter_that_was_paid_is_not_billed_again() {
    let paid = |id, seats, issued, (from, to): (&str, &str), quantity| Sold {
        true_up: Some(Paid { seats: quantity, from: Some(day(from)), to: day(to) }),
        ..sold(id, seats, TERM, issued)
    };
    let (first, third) = (("2025-11-01", "2026-01-31"), ("2026-05-01", "2026-07-31"));
    let of = |licenses: &[Sold], method| {
        let all = [&[year(100)], licenses].concat();
        due(&stated(&all, &example(), method, "100"))
    };
    let one = paid(2, 110, "2026-02-10", first, 10);
    let both = [one.clone(), paid(3, 120, "2026-08-10", third, 10)];
    assert_eq!(of(std::slice::from_ref(&one), Method::Quarterly), "USD 250.00");
    assert_eq!(of(&both, Method::Quarterly), "USD 0.00");
    let some = [one.clone(), paid(3, 120, "2026-08-10", third, 4)];
    assert_eq!(of(&some, Method::Quarterly), "USD 150.00");
    // A license that was changed says once more what was paid: that is one payment.
    let year = ("2025-11-01", "2026-10-31");
    let again = [paid(2, 110, "2026-02-10", year, 10), paid(3, 111, "2026-02-11", year, 10)];
    assert_eq!(of(&again, Method::Quarterly), "USD 225.00");
    let all = [paid(2, 100, "2026-08-10", year, 20)];
    assert_eq!(of(&all, Method::Quarterly), "USD 0.00");
    assert_eq!(of(&all, Method::Annual), "USD 0.00");
}

#[test]
fn the_true_up_of_the_renewal_has_paid() {
    let renewal = |seats, settles| Sold {
        true_up: Some(Paid { seats, from: None, to: day("2026-10-31") }),
        settles,
        ..sold(2, 120, ("2026-11-01", "2027-11-01"), "2026-10-20")
    };
    let of = |renewal| due(&stated(&[year(100), renewal], &example(), Method::Annual, "100"));
    assert_eq!(of(renewal(15, false)), "USD 500.00");
    assert_eq!(of(renewal(21, false)), "USD 0.00");
    assert_eq!(of(renewal(1, true)), "USD 0.00");
}

#[test]
fn days_under_a_trial_or_an_extension_are_named_so() {
    let trial = Sold {
        standing: Standing::Trial,
        ..sold(7, 30, ("2025-10-01", "2025-11-05"), "2025-10-01")
    };
    let extension = Sold {
        standing: Standing::Extension,
        ..sold(8, 100, ("2026-10-20", "2026-11-22"), "2026-10-20")
    };
    let counted =
        users_of(("2025-10-03", "2026-11-05"), 99, &[("2025-10-05", 140), ("2026-11-02", 150)]);
    let bill =
        on("2026-11-06", &[year(100), trial, extension], &counted, &Basis::of(Method::Annual), "1");
    let of = |at: usize| {
        let apart = &bill.apart[at];
        (apart.standing, apart.from.to_string(), apart.to.to_string(), apart.peak)
    };
    let peak = |users, on| Some((users, day(on)));
    let first =
        (Standing::Trial, "2025-10-01".into(), "2025-10-31".into(), peak(140, "2025-10-05"));
    let last =
        (Standing::Extension, "2026-11-01".into(), "2026-11-05".into(), peak(150, "2026-11-02"));
    assert_eq!((of(0), of(1), bill.apart.len()), (first, last, 2));
    assert_eq!(due(&bill), "USD 0.00");
}

#[test]
fn a_figure_of_the_day_of_the_end_counts_unless_another_term_begins() {
    let counted = users(90, &[("2026-11-01", 103)]);
    let alone = stated(&[year(100)], &counted, Method::Annual, "100");
    assert_eq!((alone.owed(), alone.is_complete()), (3, true));
    let renewal = sold(2, 200, ("2026-11-01", "2027-11-01"), "2026-10-01");
    assert_eq!(stated(&[year(100), renewal], &counted, Method::Annual, "100").owed(), 0);
}

#[test]
fn missing_days_are_named_and_not_guessed() {
    let mut counted = example();
    counted.remove(&day("2026-10-31"));
    counted.insert(day("2026-11-01"), 121);
    let bill = stated(&[year(100)], &counted, Method::Annual, "100");
    assert_eq!(bill.terms[0].missing, [day("2026-10-31")]);
    assert_eq!((due(&bill).as_str(), bill.is_complete()), ("USD 2,100.00", false));
}

#[test]
fn without_a_price_the_sum_is_not_known() {
    let prices = Prices::none(Currency::parse("USD").unwrap());
    let basis = Basis::of(Method::Annual);
    let of = |seats| {
        bill((&[year(seats)], &[]), (&example(), day("2026-11-01")), (&basis, &prices)).unwrap()
    };
    assert_eq!((of(100).due, of(100).owed(), of(100).is_complete()), (None, 20, false));
    assert_eq!((of(120).due.map(|it| it.minor), of(120).is_complete()), (Some(0), true));
}

#[test]
fn unlimited_seats_owe_nothing() {
    let any = Sold { seats: None, ..year(1) };
    for method in [Method::Annual, Method::Quarterly] {
        let bill = stated(std::slice::from_ref(&any), &example(), method, "100");
        assert_eq!((bill.owed(), due(&bill).as_str()), (0, "USD 0.00"));
    }
}

#[test]
fn an_earlier_renewal_ends_the_term() {
    let early = sold(2, 150, ("2026-07-01", "2027-07-01"), "2026-06-20");
    let bill = stated(&[year(100), early], &example(), Method::Annual, "100");
    let ends: Vec<String> = bill.terms.iter().map(|it| it.term.until.to_string()).collect();
    assert_eq!(ends, ["2026-07-01", "2027-07-01"]);
    assert_eq!((bill.terms[0].owed(), bill.owed()), (10, 10));
}

#[test]
fn a_license_that_was_corrected_says_when_the_term_ends() {
    let wrong = sold(1, 100, ("2025-11-01", "2026-12-01"), "2025-10-20");
    let right = sold(2, 120, TERM, "2025-10-21");
    let bill = stated(&[wrong, right], &example(), Method::Annual, "100");
    let term = &bill.terms[0].term;
    assert_eq!((term.until, term.steps.len(), bill.owed()), (day("2026-11-01"), 1, 0));
}

#[test]
fn a_sum_that_is_too_large_is_refused() {
    let most = "184467440737095516.15";
    let basis = Basis::of(Method::Annual);
    let of =
        |seats| bill((&[year(seats)], &[]), (&example(), day("2026-11-01")), (&basis, &usd(most)));
    assert_eq!(of(119).map(|bill| bill.due.unwrap().minor), Ok(u64::MAX));
    assert_eq!(of(118).unwrap_err().problem.name(), "money_overflow");
}
