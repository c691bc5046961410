//! The money once more, in plain integers, straight from the rules: for 20,000 random
//! subscriptions both come to the same.

use license_core::Day;
use license_core::document::Plan;
use license_core::value::DocumentId;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use super::sold::Paid;
use super::*;

/// How many subscriptions are tried.
const CASES: u32 = 20_000;

/// A subscription of twelve months, as somebody would write it down.
#[derive(Debug, Clone)]
struct Written {
    start: (i32, u8, u8),
    seats: u32,
    /// The day of the term, counted from 0, on which seats were added, and how many.
    added: Vec<(usize, u32)>,
    /// The users of each day; `None` without a figure.
    users: Vec<Option<u32>>,
    /// In minor units.
    list: u64,
    order: u64,
    currency: &'static str,
    /// Days since the start, today.
    today: usize,
    waived: u32,
    /// The seats that true-ups have paid for each of the first three quarters.
    paid: [u32; 3],
}

/// Days of a month.
fn month(year: i64, month: i64) -> i64 {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => 31,
    }
}

/// How many days after the start the same day of the month comes round, so many months later.
fn days_after(start: (i32, u8, u8), months: i64) -> usize {
    let (mut year, mut now) = (i64::from(start.0), i64::from(start.1));
    let mut first_of_month = 1 - i64::from(start.2);
    for _ in 0..months {
        first_of_month += month(year, now);
        now += 1;
        if now > 12 {
            (year, now) = (year + 1, 1);
        }
    }
    usize::try_from(first_of_month + i64::from(start.2).min(month(year, now)) - 1).unwrap()
}

impl Written {
    fn length(&self) -> usize {
        days_after(self.start, 12)
    }

    /// The seats of a day, of the licenses alone.
    fn bought(&self, day: usize) -> i128 {
        let added = self.added.iter().filter(|(on, _)| *on <= day).map(|(_, more)| *more);
        i128::from(self.seats) + added.map(i128::from).sum::<i128>()
    }

    fn peak(&self, from: usize, until: usize) -> i128 {
        let days = self.users.get(from..until.min(self.users.len())).unwrap_or_default();
        days.iter().flatten().copied().max().map_or(0, i128::from)
    }

    /// What the true-up comes to, in minor units.
    fn annual(&self) -> i128 {
        let length = self.length();
        if self.today < length {
            return 0;
        }
        let peak = self.peak(0, length);
        let over = (peak - self.bought(length)).max(0);
        // The true-up of the quarter with the first day of the peak has paid for it.
        let is_peak = |users: &Option<u32>| users.is_some_and(|it| i128::from(it) == peak);
        let day = self.users.iter().position(is_peak).unwrap_or(length);
        let paid = (0..3).find(|quarter| day < days_after(self.start, 3 * *quarter + 3));
        let paid = paid.map_or(0, |quarter| self.paid_for(quarter));
        (over - paid - i128::from(self.waived)).max(0) * i128::from(self.list)
    }

    fn paid_for(&self, quarter: i64) -> i128 {
        i128::from(self.paid[usize::try_from(quarter).unwrap()])
    }

    /// What the quarters that are over come to.
    fn quarterly(&self) -> i128 {
        let (mut sum, mut most, mut waived) = (0_i128, 0_i128, i128::from(self.waived));
        for quarter in 0..3_i64 {
            let from = days_after(self.start, 3 * quarter);
            let until = days_after(self.start, 3 * quarter + 3);
            if self.today < until {
                break;
            }
            let seats = self.bought(from).max(most);
            let peak = self.peak(from, until);
            let meanwhile = (from + 1..until).map(|day| self.bought(day)).max().unwrap_or(0);
            let over = (peak - seats).max(0);
            if over > 0 && meanwhile > seats {
                // A person decides.
                most = most.max(peak);
                continue;
            }
            if over > 0 {
                most = most.max(peak);
                let paid = self.paid_for(quarter).min(over);
                let free = waived.min(over - paid);
                waived -= free;
                let quarters = i128::from(3 - quarter);
                sum += rounded((over - paid - free) * i128::from(self.order) * quarters, 4);
            }
        }
        sum
    }

    /// What the seats come to that were added in mid-term, without quarters.
    fn additions(&self) -> i128 {
        let length = i128::try_from(self.length()).unwrap();
        let each = self.added.iter().map(|(on, more)| {
            let left = length - i128::try_from(*on).unwrap();
            rounded(i128::from(*more) * i128::from(self.order) * left, length)
        });
        each.sum()
    }

    fn term(&self) -> (Day, Day) {
        let from = Day::from_ymd(self.start.0, self.start.1, self.start.2).unwrap();
        (from, from.plus(u32::try_from(self.length()).unwrap()).unwrap())
    }

    fn sold(&self) -> Vec<Sold> {
        let (from, until) = self.term();
        let on = |day: usize| from.plus(u32::try_from(day).unwrap()).unwrap();
        let license = |number: usize, seats: i128, issued: Day| Sold {
            id: DocumentId([u8::try_from(number).unwrap(); 16]),
            from,
            until,
            issued: issued.unix(),
            seats: Some(u32::try_from(seats).unwrap()),
            plan: Plan::Premium,
            standing: Standing::Paid,
            true_up: None,
            settles: false,
        };
        let first = license(0, i128::from(self.seats), from);
        let later = self.added.iter().enumerate();
        let later = later.map(|(place, (day, _))| license(place + 1, self.bought(*day), on(*day)));
        // A license that brings no seats says what was paid, and another one says it again.
        let paid = (0..3_i64).filter(|quarter| self.paid_for(*quarter) > 0).flat_map(|quarter| {
            let from = days_after(self.start, 3 * quarter);
            let until = days_after(self.start, 3 * quarter + 3);
            let seats = u32::try_from(self.paid_for(quarter)).unwrap();
            let true_up = Some(Paid { seats, from: Some(on(from)), to: on(until - 1) });
            let place = 100 + 10 * usize::try_from(quarter).unwrap();
            let license = license(place, self.bought(until), on(until));
            let again =
                Sold { id: DocumentId([u8::try_from(place + 1).unwrap(); 16]), ..license.clone() };
            [license, again].map(|license| Sold { true_up, ..license })
        });
        std::iter::once(first).chain(later).chain(paid).collect()
    }

    fn counted(&self) -> Counted {
        let (from, _) = self.term();
        let on = |day: usize| from.plus(u32::try_from(day).unwrap()).unwrap();
        let days = self.users.iter().take(self.length()).enumerate();
        days.filter_map(|(day, users)| Some((on(day), (*users)?))).collect()
    }

    fn bill(&self, method: Method) -> Bill {
        let currency = Currency::parse(self.currency).unwrap();
        let money = |minor| Money { minor, currency };
        let prices = Prices::none(currency)
            .with_list(None, money(self.list))
            .with_order(None, money(self.order));
        let (from, _) = self.term();
        let today = from.plus(u32::try_from(self.today).unwrap()).unwrap();
        let agreed = Agreed { on: from, by: None, ticket: None };
        let waived = vec![Waived { seats: self.waived, term: from, agreed }];
        let basis = Basis { waived, ..Basis::of(method) };
        bill((&self.sold(), &[]), (&self.counted(), today), (&basis, &prices)).unwrap()
    }
}

/// To the nearest whole number, a half upwards.
fn rounded(number: i128, by: i128) -> i128 {
    (2 * number + by) / (2 * by)
}

fn subscriptions() -> impl Strategy<Value = Written> {
    let start = (2020..2032, 1..=12_u8, 1..=31_u8).prop_map(|(year, now, day)| {
        let most = u8::try_from(month(i64::from(year), i64::from(now))).unwrap();
        (year, now, day.min(most))
    });
    let seats = prop_oneof![1..30_u32, 1..3_000_u32];
    let added = proptest::collection::btree_map(1..360_usize, 1..40_u32, 0..4);
    // A few levels rather than noise: then every quarter may have its own peak.
    let levels = proptest::collection::vec((0..366_usize, 0..60_u32, 1..9_usize), 0..9);
    let gaps = proptest::collection::vec(0..366_usize, 0..5);
    let price = prop_oneof![0..1_000_u64, 1_000..1_000_000_u64, 0..1_000_000_000_000_u64];
    let currency = prop_oneof![Just("JPY"), Just("USD"), Just("EUR"), Just("KWD")];
    let some = || prop_oneof![3 => Just(0), 1 => 0..30_u32];
    let times = (1..400_usize, some(), [some(), some(), some()]);
    (start, seats, added, levels, gaps, (price.clone(), price), currency, times).prop_map(
        |(start, seats, added, levels, gaps, (list, order), currency, (today, waived, paid))| {
            // Few days have a figure: the maxima are what matters, and 20,000 take their time.
            let usual = |day: usize| day.is_multiple_of(20).then(|| seats.saturating_sub(3));
            let mut users: Vec<Option<u32>> = (0..366).map(usual).collect();
            for (from, more, length) in levels {
                users.iter_mut().skip(from).take(length).for_each(|it| *it = Some(seats + more));
            }
            gaps.iter().for_each(|gap| users[*gap] = None);
            users.truncate(today);
            let added = added.into_iter().collect();
            Written { start, seats, added, users, list, order, currency, today, waived, paid }
        },
    )
}

fn minor(money: Option<Money>) -> i128 {
    i128::from(money.unwrap().minor)
}

#[test]
fn the_money_is_what_the_rules_say() {
    let mut runner = TestRunner::new(Config { cases: CASES, ..Config::default() });
    let (mut billed, mut rounded) = (0_u32, 0_u32);
    let tried = runner.run(&subscriptions(), |written| {
        let (annual, quarterly) = (written.bill(Method::Annual), written.bill(Method::Quarterly));
        prop_assert_eq!(minor(annual.due), written.annual());
        prop_assert_eq!(minor(quarterly.due), written.quarterly());
        let additions = annual.terms[0].additions.iter();
        let additions = additions.map(|it| i128::from(it.share.as_ref().unwrap().money.minor));
        prop_assert_eq!(additions.sum::<i128>(), written.additions());
        Ok(())
    });
    tried.unwrap();
    // The strategy reaches what it is there for.
    let mut runner = TestRunner::deterministic();
    for _ in 0..500 {
        let written = subscriptions().new_tree(&mut runner).unwrap().current();
        let bill = written.bill(Method::Quarterly);
        billed += u32::from(minor(bill.due) > 0);
        let lines = bill.terms[0].lines.iter().filter_map(|line| line.share.as_ref());
        rounded += u32::from(lines.into_iter().any(|share| share.rounded.is_some()));
    }
    assert!(billed > 50 && rounded > 20, "{billed} billed, {rounded} rounded");
}

/// A line is rounded where, and only where, it says so.
#[test]
fn no_line_is_rounded_in_silence() {
    let mut runner = TestRunner::new(Config { cases: 2_000, ..Config::default() });
    let tried = runner.run(&subscriptions(), |written| {
        let bill = written.bill(Method::Quarterly);
        for line in &bill.terms[0].lines {
            let Some((share, price)) = line.share.as_ref().zip(line.price) else { continue };
            let exact =
                i128::from(line.owed()) * i128::from(price.money.minor) * i128::from(line.quarters);
            let twice = 4 * i128::from(share.money.minor) - exact;
            prop_assert!((-2 < twice) && (twice <= 2));
            let up = share.rounded.as_ref().map(|rounded| rounded.up);
            let expected = match twice.signum() {
                0 => None,
                sign => Some(sign > 0),
            };
            prop_assert_eq!(up, expected);
        }
        Ok(())
    });
    tried.unwrap();
}
