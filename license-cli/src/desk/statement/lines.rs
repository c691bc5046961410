//! The lines of a statement: what was used, what was bought, and what the difference costs.

use license_core::Day;
use license_core::document::Plan;
use license_core::value::DocumentId;

use super::basis::{Agreed, Receipted, Stop, Waived};
use super::money::{Money, Share};
use super::prices::{Found, Price, Prices};
use super::sold::{Paid, Sold, Term};
use crate::problem::Failure;
use crate::settling::seats_settled;

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// A quarter of the term, counted from 1.
    Quarter(u32),
    /// What is over the seats at the term's end.
    TrueUp,
    /// What was over the fewer seats of another plan on the day that it began.
    AtOnce,
}

/// Why a person decides what a line comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    SeveralPlans,
    SeatsBought,
    FewerSeats,
}

/// What becomes of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    /// Its days are over: it is billed.
    Due,
    /// Its days are not over: what it comes to so far.
    SoFar,
    /// It is not billed, and raises what the renewal proposes.
    InRenewal,
    /// It costs nothing, and raises what the renewal proposes.
    CostsNothing,
    ToPerson(Reason),
    /// It is looked at again at the end of the term.
    Stopped(Stop, Agreed),
    Refunded(Agreed),
}

/// Seats of a line that are not billed, or that were paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Credit {
    Waived(u32, Agreed),
    /// By the true-up of a license.
    Paid(u32, DocumentId),
    /// A license says that the overage before it is settled.
    Settled(u32, DocumentId),
    /// By a receipt, for the report of this number.
    Receipted {
        seats: u32,
        number: u32,
        waived: bool,
    },
}

impl Credit {
    /// How many seats it is.
    pub(crate) fn seats(&self) -> u32 {
        match self {
            Self::Waived(seats, _) | Self::Paid(seats, _) | Self::Settled(seats, _) => *seats,
            Self::Receipted { seats, .. } => *seats,
        }
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) what: What,
    pub(crate) from: Day,
    /// The first day no longer in it.
    pub(crate) until: Day,
    /// The most users in subscription and the first day that has them.
    pub(crate) peak: Option<(u32, Day)>,
    /// Days before today without a figure.
    pub(crate) missing: usize,
    /// The seats that the peak is compared with; `None` for any number.
    pub(crate) seats: Option<u32>,
    pub(crate) plan: Plan,
    /// Users over license.
    pub(crate) over: u32,
    pub(crate) credits: Vec<Credit>,
    /// How much of twelve months is billed, in quarters.
    pub(crate) quarters: u32,
    pub(crate) price: Option<Price>,
    /// The price that counts, where it is in another currency than the statement.
    pub(crate) other_currency: Option<Money>,
    /// What it comes to; `None` where no price is known, or a person decides.
    pub(crate) share: Option<Share>,
    pub(crate) state: State,
}

/// The quarters of twelve months.
pub(crate) const QUARTERS: u32 = 4;

impl Line {
    /// Seats owed: users over license without what is waived or paid.
    pub(crate) fn owed(&self) -> u32 {
        let credits: u32 = self.credits.iter().map(Credit::seats).sum();
        match self.state {
            State::Due | State::SoFar => self.over.saturating_sub(credits),
            State::InRenewal
            | State::CostsNothing
            | State::ToPerson(_)
            | State::Stopped(_, _)
            | State::Refunded(_) => 0,
        }
    }

    /// Works out what it costs by this price.
    ///
    /// # Errors
    /// `money_overflow`.
    pub(super) fn priced(mut self, found: Found) -> Result<Self, Failure> {
        let owed = self.owed();
        self.price = found.price().filter(|_| owed > 0);
        self.other_currency = found.other().filter(|_| owed > 0);
        self.share = match &self.price {
            Some(price) => Some(price.money.for_seats(owed, (self.quarters, QUARTERS))?),
            None => None,
        };
        Ok(self)
    }

    /// Whether it costs something, and no price is known.
    pub(crate) fn lacks_price(&self) -> bool {
        self.owed() > 0 && self.share.is_none()
    }

    /// What it comes to, where that is known.
    pub(crate) fn money(&self, prices: &Prices) -> Option<Money> {
        match &self.share {
            Some(share) => Some(share.money),
            None => (self.owed() == 0).then(|| Money::none(prices.currency)),
        }
    }
}

/// What pays for seats: true-ups of licenses, each once in all terms, and what was waived of a
/// term.
pub(super) struct Credits<'a> {
    sold: &'a [Sold],
    /// What is left of each waiver.
    waived: Vec<(u32, Agreed)>,
    /// What is left of each true-up, by the days that it has paid.
    paid: Vec<PaidUp>,
    /// The receipts of the term, each with the most users through its last day.
    receipted: Vec<(Receipted, u32)>,
    /// The seats that other credits than these have settled in the term.
    settled: u32,
}

/// A true-up, with what is left of it.
struct PaidUp {
    of: Paid,
    license: DocumentId,
}

impl<'a> Credits<'a> {
    pub(super) fn of(sold: &'a [Sold]) -> Self {
        let (waived, receipted) = (Vec::new(), Vec::new());
        Self { sold, waived, paid: paid(sold), receipted, settled: 0 }
    }

    /// The same for the next term, with what was waived of that, and its receipts.
    pub(super) fn of_term(&mut self, waived: &[Waived], receipted: Vec<(Receipted, u32)>) {
        (self.receipted, self.settled) = (receipted, 0);
        self.waived = waived.iter().map(|it| (it.seats, it.agreed.clone())).collect();
    }

    /// The credits of an overage beyond so many seats on this day, in a term. Receipts tell of what
    /// true-ups and waivers settle too: they settle what is more than that.
    pub(super) fn take(
        &mut self,
        (over, seats): (u32, Option<u32>),
        on: Day,
        term: &Term,
    ) -> Vec<Credit> {
        let mut credits = self.agreed(over, on, term);
        let settled: u32 = credits.iter().map(Credit::seats).sum();
        let receipted = self.by_receipt((over, settled), seats);
        credits.extend(receipted);
        self.settled += credits.iter().map(Credit::seats).sum::<u32>();
        credits
    }

    /// What the receipt that settles most says beside so many seats that are settled already.
    fn by_receipt(&self, (over, settled): (u32, u32), seats: Option<u32>) -> Option<Credit> {
        let seats = seats?;
        let of = |(it, most): &(Receipted, u32)| {
            let left = it.seats.saturating_sub(self.settled);
            let more = seats_settled(left, most.saturating_sub(seats)).min(over);
            let more = more.saturating_sub(settled);
            (more, it.number, it.waived)
        };
        let most = self.receipted.iter().map(of).filter(|(seats, ..)| *seats > 0).max();
        most.map(|(seats, number, waived)| Credit::Receipted { seats, number, waived })
    }

    /// The credits of true-ups, and of what was agreed.
    fn agreed(&mut self, over: u32, on: Day, term: &Term) -> Vec<Credit> {
        let mut left = over;
        let mut credits = Vec::new();
        let mut add = |credit: Option<Credit>| {
            credits.extend(credit.into_iter().filter(|it| it.seats() > 0));
        };
        let settled = self.sold.iter().find(|it| it.settles && on < it.from && term.from < it.from);
        if let Some(license) = settled {
            add(Some(Credit::Settled(left, license.id)));
            return credits;
        }
        let of_day = self.paid.iter_mut().filter(|it| it.of.has(on));
        if let Some(paid) = of_day.max_by_key(|it| it.of.seats) {
            let seats = paid.of.seats.min(left);
            paid.of.seats -= seats;
            left -= seats;
            add(Some(Credit::Paid(seats, paid.license)));
        }
        for (seats, agreed) in &mut self.waived {
            let taken = (*seats).min(left);
            *seats -= taken;
            left -= taken;
            add(Some(Credit::Waived(taken, agreed.clone())));
        }
        credits
    }
}

/// The true-ups, each once: a license that was changed says again what was paid for the same days,
/// and the most that is said of them is what was paid.
fn paid(sold: &[Sold]) -> Vec<PaidUp> {
    let mut all: Vec<PaidUp> = Vec::new();
    for (of, license) in sold.iter().filter_map(|it| Some((it.true_up?, it.id))) {
        let is_same = |held: &&mut PaidUp| held.of.days() == of.days();
        match all.iter_mut().find(is_same) {
            None => all.push(PaidUp { of, license }),
            Some(held) if held.of.seats < of.seats => *held = PaidUp { of, license },
            Some(_) => {}
        }
    }
    all
}
