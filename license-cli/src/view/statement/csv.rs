//! A statement as a table for a spreadsheet (RFC 4180, with a line feed alone at each line's end).

use super::content::{amount, day, plain};
use super::json::{credits, source, state, what};
use crate::desk::statement::{Addition, Line, Stated, TermBill};

/// The columns.
const HEAD: [&str; 23] = [
    "company",
    "subscription",
    "term_first_day",
    "term_last_day",
    "what",
    "state",
    "first_day",
    "last_day",
    "plan",
    "users_in_subscription",
    "on",
    "seats",
    "users_over_license",
    "waived",
    "paid",
    "seats_owed",
    "part",
    "price",
    "price_from",
    "amount",
    "rounded_from",
    "currency",
    "complete",
];

/// The statement, a row for each line; seats that were bought are rows of their own, and the sum is
/// the last one.
pub(crate) fn csv(stated: &Stated) -> String {
    let mut rows = vec![HEAD.map(str::to_owned).to_vec()];
    let terms = stated.bill.terms.iter().filter(|_| !stated.is_of_rivals());
    for bill in terms {
        rows.extend(bill.additions.iter().map(|it| bought(stated, bill, it)));
        rows.extend(bill.lines.iter().map(|it| line(stated, bill, it)));
    }
    rows.push(sum(stated));
    rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(",") + "\n").collect()
}

/// A cell: one that a spreadsheet would take for a formula has an apostrophe before it, and what
/// has a comma or a quote stands in quotes.
fn cell(text: &String) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', ';', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.clone() };
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

fn head(stated: &Stated, bill: Option<&TermBill>) -> Vec<String> {
    let last = bill.and_then(|bill| bill.term.until.minus(1));
    vec![
        stated.company.clone(),
        stated.subscription.clone().unwrap_or_default(),
        bill.map(|bill| day(bill.term.from)).unwrap_or_default(),
        last.map(day).unwrap_or_default(),
    ]
}

fn some(text: Option<impl ToString>) -> String {
    text.map(|text| text.to_string()).unwrap_or_default()
}

fn end(stated: &Stated) -> [String; 2] {
    [stated.prices.currency.to_string(), stated.is_complete().to_string()]
}

fn line(stated: &Stated, bill: &TermBill, line: &Line) -> Vec<String> {
    let (waived, paid) = credits(line);
    let rounded = line.share.as_ref().and_then(|it| it.rounded.as_ref());
    let own = [
        what(line),
        state(line).to_owned(),
        day(line.from),
        some(line.until.minus(1)),
        line.plan.to_string(),
        some(line.peak.map(|(users, _)| users)),
        some(line.peak.map(|(_, on)| on)),
        some(line.seats),
        line.over.to_string(),
        waived.to_string(),
        paid.to_string(),
        line.owed().to_string(),
        format!("{}/4", line.quarters),
        some(plain(line.price)),
        some(source(line)),
        some(amount(line.money(&stated.prices))),
        some(rounded.map(|it| it.exact.replace(',', ""))),
    ];
    head(stated, Some(bill)).into_iter().chain(own).chain(end(stated)).collect()
}

fn bought(stated: &Stated, bill: &TermBill, it: &Addition) -> Vec<String> {
    let (left, year) = it.days;
    let rounded = it.share.as_ref().and_then(|it| it.rounded.as_ref());
    let none = String::new;
    let own = [
        "bought".to_owned(),
        "ordered".to_owned(),
        day(it.since),
        some(bill.term.until.minus(1)),
        it.plan.to_string(),
        none(),
        none(),
        it.seats.to_string(),
        none(),
        none(),
        none(),
        none(),
        format!("{left}/{year}"),
        some(plain(it.price)),
        none(),
        some(it.share.as_ref().map(|share| share.money.plain())),
        some(rounded.map(|it| it.exact.replace(',', ""))),
    ];
    head(stated, Some(bill)).into_iter().chain(own).chain(end(stated)).collect()
}

fn sum(stated: &Stated) -> Vec<String> {
    let mut row = head(stated, None);
    let is_known = !stated.is_of_rivals();
    let state = if is_known { "due" } else { "not_known" };
    row.extend(["sum".to_owned(), state.to_owned()]);
    row.extend(std::iter::repeat_n(String::new(), 9));
    row.push(some(is_known.then(|| stated.bill.owed())));
    row.extend(std::iter::repeat_n(String::new(), 3));
    row.push(some(amount(stated.bill.due).filter(|_| is_known)));
    row.push(String::new());
    row.extend(end(stated));
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_no_formula_and_one_cell() {
        let cells = ["=1+1", "a,b", "say \"x\"", "plain", "-5", "two\nlines"];
        let cells = cells.map(|text| cell(&text.to_owned()));
        let expected = ["'=1+1", "\"a,b\"", "\"say \"\"x\"\"\"", "plain", "'-5", "\"two\nlines\""];
        assert_eq!(cells, expected);
    }
}
