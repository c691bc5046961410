//! Metrics in the text form of Prometheus, for node_exporter's textfile collector.

use license_core::Day;
use license_core::document::Receipt;
use license_core::rule::Effect;

use crate::instance::role::Role;
use crate::instance::status::Status;
use crate::settling::is_settled;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// The metrics. What is not known has no sample.
pub(super) fn text(status: &Status) -> String {
    let id = status.instance.to_string();
    let mut metrics = Metrics { id, text: String::new() };
    let license = status.license.as_ref();
    metrics.gauge(
        "good",
        "Whether a license is known to be in force and nothing is refused.",
        Some(i64::from(status.is_good())),
    );
    metrics.gauge(
        "billed",
        "Whether what is owed follows from this instance's reports; no sample where the license \
         does not say.",
        license.and_then(|it| billed(it.role)),
    );
    metrics.gauge(
        "contract_days_left",
        "Days to the contract's last day, today included.",
        license.map(|it| (it.contract.last.since(status.today) + 1).max(0)),
    );
    metrics.gauge(
        "seats",
        "Seats of the license; no sample where they are unlimited.",
        license.and_then(|it| it.outlook.seats).map(i64::from),
    );
    metrics.gauge(
        "users",
        "Users as they were counted last.",
        license.and_then(|it| it.users).map(|users| i64::from(users.users)),
    );
    metrics.gauge(
        "peak_users",
        "Most users on a day of the license's term so far.",
        license.and_then(|it| it.outlook.peak).map(|peak| i64::from(peak.users)),
    );
    metrics.gauge(
        "peak_reported_users",
        "Most users on a day of that term in a report, where the ledger has fewer now.",
        license.and_then(|it| it.outlook.reported).map(|it| i64::from(it.on.users)),
    );
    metrics.gauge(
        "seats_owed",
        "Seats owed so far: the peak beyond the seats; at least so many while days have no figure.",
        license.and_then(|it| it.outlook.owed()).map(i64::from),
    );
    let before = &status.before;
    metrics.gauge(
        "seats_owed_before",
        "Most seats owed under a license before, which no receipt has settled.",
        before.iter().filter_map(|it| it.outlook.owed()).max().map(i64::from),
    );
    metrics.gauge(
        "days_without_figure_before",
        "Days without a figure under licenses before, which no receipt has settled.",
        i64::try_from(before.iter().map(|it| it.missing.len()).sum::<usize>())
            .ok()
            .filter(|_| !before.is_empty()),
    );
    metrics.gauge(
        "smallest_renewal_seats",
        "A renewal with fewer seats will be refused.",
        license.and_then(|it| it.outlook.renewal).map(|renewal| i64::from(renewal.seats)),
    );
    metrics.gauge(
        "days_without_figure",
        "Days of the term before today without a figure.",
        license.and_then(|it| i64::try_from(it.missing.len()).ok()),
    );
    let made = status.last_report.as_ref().and_then(|report| report.last_day.plus(1));
    metrics.gauge(
        "days_since_report",
        "Days since the last usage report that left.",
        made.map(|made| status.today.since(made)),
    );
    let receipt = status.settled.as_ref().map(|settled| &settled.receipt);
    metrics.gauge(
        "days_since_receipt",
        "Days since the vendor received the last report that a receipt has come for.",
        receipt.map(|receipt| status.today.since(receipt.received)),
    );
    metrics.gauge(
        "days_since_receipted_day",
        "Days since the last day that a receipt covers.",
        receipt.map(|receipt| status.today.since(receipt.last_day)),
    );
    metrics.gauge(
        "receipt_seats_owed",
        "Seats owed as the last receipt says, 0 where they are paid or waived; no sample where \
         that is not settled.",
        receipt.and_then(|receipt| still_owed(receipt)),
    );
    metrics.gauge(
        "doubts",
        "Reasons why this may be wrong, or reports will be refused; airlock status tells them.",
        i64::try_from(status.doubts.len()).ok(),
    );
    let until = |day: Day| seconds(status, day);
    metrics.gauge(
        "report_due_seconds",
        "Seconds until a usage report is due; 0 where it is.",
        status.due.map(|due| until(due.on)),
    );
    let effects = Effect::KNOWN
        .iter()
        .filter_map(|effect| Some((effect.to_string(), until(status.horizon.first(*effect)?))));
    metrics.labelled(
        "effect_seconds",
        "Seconds until an effect applies if the figures stay as they are; 0 where it does.",
        ("effect", effects.collect()),
    );
    metrics.text
}

/// The seats that are still owed as a receipt says.
fn still_owed(receipt: &Receipt) -> Option<i64> {
    if is_settled(receipt.outcome) {
        return Some(0);
    }
    receipt.owed.map(|owed| i64::from(owed.get()))
}

fn billed(role: Role) -> Option<i64> {
    match role {
        Role::Billed { .. } => Some(1),
        Role::Spare | Role::Stranger { .. } => Some(0),
        Role::Unnamed => None,
    }
}

/// The seconds from now to the first of this day.
fn seconds(status: &Status, day: Day) -> i64 {
    let into_today =
        i64::try_from(status.now).unwrap_or(0) - i64::from(status.today.number()) * DAY;
    (day.since(status.today) * DAY - into_today).max(0)
}

struct Metrics {
    id: String,
    text: String,
}

impl Metrics {
    fn head(&mut self, name: &str, help: &str) {
        self.text += &format!("# HELP airlock_{name} {help}\n# TYPE airlock_{name} gauge\n");
    }

    fn gauge(&mut self, name: &str, help: &str, value: Option<i64>) {
        let Some(value) = value else { return };
        self.head(name, help);
        self.text += &format!("airlock_{name}{{id=\"{}\"}} {value}\n", self.id);
    }

    fn labelled(&mut self, name: &str, help: &str, (label, values): (&str, Vec<(String, i64)>)) {
        if values.is_empty() {
            return;
        }
        self.head(name, help);
        for (text, value) in values {
            let labels = format!("id=\"{}\",{label}=\"{text}\"", self.id);
            self.text += &format!("airlock_{name}{{{labels}}} {value}\n");
        }
    }
}
