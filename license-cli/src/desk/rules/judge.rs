//! Which of its rules a job does not meet.

use license_core::Day;

use super::Rules;
use super::facts::{Doing, Facts};
use super::job::Job;
use super::limit::{Broken, Limit};
use super::rule::{Given, Lost, Need, Proof, Rule};
use crate::desk::days::months_from;

impl Rules {
    /// Every rule of the job that is not met; a figure that a rule needs and nobody knows does not
    /// meet it.
    pub(crate) fn broken(&self, job: Job, doing: &Doing<'_>, facts: &Facts) -> Vec<Broken> {
        let rule = self.rule(job);
        let people = self.people(rule, doing).into_iter().chain(given(rule, doing, facts));
        let days = length(rule, facts).into_iter().chain(window(rule, doing.today, facts));
        let counts = repeated(rule, doing.today, facts).into_iter().chain(seats(rule, facts));
        people
            .chain(days)
            .chain(counts)
            .chain(self.addressed(rule, facts))
            .map(|limit| Broken { job, title: rule.title.clone(), rule: limit })
            .collect()
    }

    /// Who may do it, and who must have agreed.
    fn people(&self, rule: &Rule, doing: &Doing<'_>) -> Vec<Limit> {
        let may = rule.by.is_empty() || rule.by.iter().any(|role| self.has(role, doing));
        let never = rule.not_by.iter().any(|role| self.is_named_in(role, doing));
        let by = (!may || never)
            .then(|| Limit::By { roles: rule.by.clone(), found: doing.who.to_owned() });
        let agreed = doing.why.approved_by.as_deref();
        let approver = rule.approver.as_deref().filter(|role| !self.agreed(role, agreed));
        let approver = approver.map(|role| Limit::Approver {
            role: role.to_owned(),
            found: agreed.map(str::to_owned),
        });
        by.into_iter().chain(approver).collect()
    }

    /// To whom it is sent.
    fn addressed(&self, rule: &Rule, facts: &Facts) -> Vec<Limit> {
        let Some(to) = &facts.to else { return unaddressed(rule) };
        let is_present = to.is_contact && to.handed.is_none();
        let other = rule.to_contact && !is_present && !to.is_temporary;
        let handed = to.handed.filter(|_| to.is_contact);
        let other = other.then(|| Limit::ToContact { found: to.mail.clone(), handed });
        let excepted = to.customer_type.is_some_and(|kind| rule.except_types.contains(&kind));
        let lists = rule.not_to.iter().filter(|_| !excepted);
        let on = |list: &&String| self.addresses.get(*list).is_some_and(|it| is_on(&to.mail, it));
        let not_to = lists.filter(on);
        let not_to = not_to.map(|list| Limit::NotTo { list: list.clone(), found: to.mail.clone() });
        other.into_iter().chain(not_to).collect()
    }

    /// Whether somebody who works here has a role.
    fn has(&self, role: &str, doing: &Doing<'_>) -> bool {
        let people = self.roles.get(role);
        people.is_some_and(|people| people.is_open() || people.has(doing.who, doing.key))
    }

    /// Whether a role names somebody who works here: an open one names nobody.
    fn is_named_in(&self, role: &str, doing: &Doing<'_>) -> bool {
        self.roles.get(role).is_some_and(|people| people.has(doing.who, doing.key))
    }

    /// Whether one of several `ROLE:NAME` is somebody of that role. A name alone is enough where
    /// the role names its people.
    fn agreed(&self, role: &str, given: Option<&str>) -> bool {
        let (Some(given), Some(people)) = (given, self.roles.get(role)) else {
            return false;
        };
        let is_one = |one: &str| {
            let (named, name) = match one.split_once(':') {
                Some((named, name)) => (Some(named.trim()), name.trim()),
                None => (None, one.trim()),
            };
            let of_role = named.is_none_or(|named| named.eq_ignore_ascii_case(role));
            if people.is_open() {
                return named.is_some() && of_role && !name.is_empty();
            }
            of_role && people.has(name, None)
        };
        given.split(';').any(is_one)
    }
}

/// What an address would have to meet, where nothing is sent.
fn unaddressed(rule: &Rule) -> Vec<Limit> {
    let figure = "to whom it goes";
    let contact = rule.to_contact.then_some("to_contact");
    let lists = (!rule.not_to.is_empty()).then_some("not_to");
    contact.into_iter().chain(lists).map(|key| Limit::NotKnown { key, figure }).collect()
}

/// Whether an address, or its domain, stands in a list.
fn is_on(mail: &str, list: &[String]) -> bool {
    let mail = mail.to_lowercase();
    let domain = mail.rsplit_once('@').map_or("", |(_, domain)| domain);
    list.iter().map(|one| one.to_lowercase()).any(|one| {
        one == mail
            || one == domain
            || domain.strip_suffix(&one).is_some_and(|it| it.ends_with('.'))
    })
}

/// What must be given with it.
fn given(rule: &Rule, doing: &Doing<'_>, facts: &Facts) -> Vec<Limit> {
    let is_given = |text: &Option<String>| text.as_deref().is_some_and(|it| !it.trim().is_empty());
    let missing = |need: &Need| match need {
        Need::Reason => !is_given(&doing.why.reason),
        Need::Ticket => !is_given(&doing.why.ticket),
        Need::Proof => doing.why.proofs.is_empty(),
    };
    let needs = rule.needs.iter().copied().filter(|need| missing(need)).map(Limit::Needs);
    let used = facts.ticket_used.clone().filter(|_| rule.ticket_once);
    let ticket = used.zip(doing.why.ticket.clone());
    let ticket = ticket.map(|(used, ticket)| Limit::TicketOnce { ticket, used });
    needs.chain(proven(rule, doing)).chain(ticket).collect()
}

/// What is missing of the proof, each by itself; nothing is said where nothing was shown.
fn proven(rule: &Rule, doing: &Doing<'_>) -> Vec<Limit> {
    let given = &doing.why.proofs;
    let too_old = |given: &&Given| is_too_old(rule, given, doing.today);
    let counts = |proof: &Proof| given.iter().any(|it| it.proof == *proof && !too_old(&it));
    let mut proofs = rule.proofs.iter();
    let enough = if rule.proofs_all { proofs.all(counts) } else { proofs.any(counts) };
    if given.is_empty() || rule.proofs.is_empty() || enough {
        return Vec::new();
    }
    let old = given.iter().filter(|it| rule.proofs.contains(&it.proof)).find(too_old);
    let old = old.zip(rule.proof_months).map(|(old, most)| {
        let to_come = old.day.is_some_and(|day| doing.today < day);
        Limit::ProofMonths { most, found: old.day, to_come }
    });
    // An invoice of another day is the same proof; what was not shown at all is another one.
    let is_shown = |proof: &Proof| given.iter().any(|it| it.proof == *proof);
    let others = !rule.proofs.iter().all(is_shown) && (rule.proofs_all || old.is_none());
    let expected = rule.proofs.iter().copied().collect();
    let lacks = Limit::Proofs { expected, all: rule.proofs_all, found: given.clone() };
    old.into_iter().chain(others.then_some(lacks)).collect()
}

/// Whether it is an invoice of too many months ago, or nobody said of which day it is.
fn is_too_old(rule: &Rule, given: &Given, today: Day) -> bool {
    let Some(months) = rule.proof_months.filter(|_| given.proof == Proof::Invoice) else {
        return false;
    };
    let good_until = |day: Day| months_from(day, months).unwrap_or(Day::LAST);
    !given.day.is_some_and(|day| day <= today && today <= good_until(day))
}

/// How long the license lasts, and until when.
fn length(rule: &Rule, facts: &Facts) -> Vec<Limit> {
    let not_known = |key, figure| Some(Limit::NotKnown { key, figure });
    let lasts = rule.days.and_then(|most| match facts.term {
        None => not_known("days", "the term"),
        Some((from, until)) => {
            let found = u32::try_from(until.since(from)).unwrap_or(0);
            (found > most).then_some(Limit::Days { most, found })
        }
    });
    let months = rule.months.and_then(|most| match facts.term {
        None => not_known("months", "the term"),
        Some((from, found)) => {
            let latest = months_from(from, most).unwrap_or(Day::LAST);
            (found > latest).then_some(Limit::Months { most, latest, found })
        }
    });
    let ends = rule.days_after_end.and_then(|most| match (facts.term, facts.ends) {
        (Some((_, found)), Some(ends)) => {
            let latest = ends.plus(most).unwrap_or(Day::LAST);
            (found > latest).then_some(Limit::DaysAfterEnd { most, latest, found })
        }
        _ => not_known("days_after_end", "the end of the license before"),
    });
    lasts.into_iter().chain(months).chain(ends).collect()
}

/// When it may be done.
fn window(rule: &Rule, today: Day, facts: &Facts) -> Vec<Limit> {
    let figure = "the end of the license before";
    let opens = rule.opens.and_then(|days| match facts.ends.map(|ends| shifted(ends, days)) {
        None => Some(Limit::NotKnown { key: "opens", figure }),
        Some(first) => (today < first).then_some(Limit::Opens { first, found: today }),
    });
    let closes = rule.closes.and_then(|days| match facts.ends.map(|ends| shifted(ends, days)) {
        None => Some(Limit::NotKnown { key: "closes", figure }),
        Some(last) => (last < today).then_some(Limit::Closes { last, found: today }),
    });
    opens.into_iter().chain(closes).collect()
}

/// The day so many days after another, or before it.
fn shifted(day: Day, days: i32) -> Day {
    let by = days.unsigned_abs();
    if days < 0 { day.minus(by).unwrap_or(Day::FIRST) } else { day.plus(by).unwrap_or(Day::LAST) }
}

/// How often it was done, and whether an extension runs.
fn repeated(rule: &Rule, today: Day, facts: &Facts) -> Vec<Limit> {
    let times = rule.times.and_then(|most| match facts.times {
        None => Some(Limit::NotKnown { key: "times", figure: "how often it was done" }),
        Some(found) => {
            let done_for = facts.done_for.clone();
            (found >= most).then_some(Limit::Times { most, found, done_for })
        }
    });
    let left = |until: Day| u32::try_from(until.since(today)).unwrap_or(0);
    let running = rule.running_days.zip(facts.runs).and_then(|(most, runs)| {
        let found = left(runs.until);
        (found > most).then_some(Limit::RunningDays { most, found, runs })
    });
    times.into_iter().chain(running).collect()
}

/// How many seats, and for whom.
fn seats(rule: &Rule, facts: &Facts) -> Vec<Limit> {
    let most = rule.seats.and_then(|most| match facts.seats {
        None => Some(Limit::NotKnown { key: "seats", figure: "the number of seats" }),
        Some(found) if found.is_none_or(|found| found > most) => Some(Limit::Seats { most, found }),
        Some(_) => None,
    });
    let cover = if rule.seats_cover { covered(facts) } else { None };
    let paid = rule.paid.and_then(|expected| match facts.paid {
        None => Some(Limit::NotKnown { key: "paid", figure: "whether it was paid for" }),
        Some(paid) => (paid != expected).then_some(Limit::Paid { expected }),
    });
    let owed = if rule.owed_paid { owed(facts) } else { Vec::new() };
    let has_add_ons = rule.loses.contains(&Lost::AddOns) && facts.add_ons > 0;
    let loses = has_add_ons.then_some(Limit::Loses { add_ons: facts.add_ons });
    most.into_iter().chain(cover).chain(owed).chain(paid).chain(loses).collect()
}

/// What is owed and not paid.
fn owed(facts: &Facts) -> Vec<Limit> {
    match &facts.owed {
        None => {
            let figure = "what is owed: no report of the last term is held";
            vec![Limit::NotKnown { key: "owed_paid", figure }]
        }
        Some(owed) => {
            let open = owed.iter().filter(|owed| owed.open() > 0).copied();
            let open: Vec<Limit> = open.map(Limit::OwedPaid).collect();
            match facts.open_days.first() {
                Some(first) if open.is_empty() => {
                    vec![Limit::OwedOpen { days: facts.open_days.len(), first: *first }]
                }
                _ => open,
            }
        }
    }
}

/// Whether the seats are enough for the users now and what is owed.
fn covered(facts: &Facts) -> Option<Limit> {
    let figure = match facts.has_users {
        true => "the seats owed: a report or a request of the last term says them",
        false => "the users now: `--users N` says them",
    };
    match (facts.seats, facts.users_and_owed) {
        (Some(None), _) => None,
        (Some(Some(found)), Some(least)) => {
            (u64::from(found) < least).then_some(Limit::SeatsCover { least, found })
        }
        (None, _) | (_, None) => Some(Limit::NotKnown { key: "seats_cover", figure }),
    }
}
