//! What a license compares when it is installed.

use license_core::document::License;
use license_core::rule::{Act, Fact, Rule, Window};

/// The rules that can refuse to install the license.
pub(super) fn refusing(license: &License) -> impl Iterator<Item = &Rule> {
    license.rules.iter().filter(|rule| rule.effect.denies().contains(&Act::Activate))
}

/// The periods whose most users can refuse it, each once.
pub(super) fn periods(license: &License) -> Vec<Window> {
    let conditions = refusing(license).flat_map(|rule| &rule.conditions);
    let windows = conditions.filter(|condition| condition.fact == Fact::UsersMax);
    windows.fold(Vec::new(), |mut periods, condition| {
        let period = condition.window.unwrap_or_else(|| license.term());
        if !periods.contains(&period) {
            periods.push(period);
        }
        periods
    })
}
