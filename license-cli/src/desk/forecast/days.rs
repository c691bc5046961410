//! Days, and spans of them.

use license_core::Day;
use license_core::rule::Window;

/// Days from one to another, both included, on which the license may be installed: from today,
/// say, through the last day of its term.
pub(crate) type InstallDays = Window;

/// Each day of a window; none where it ends before it begins.
pub(super) fn each_day(window: Window) -> impl Iterator<Item = Day> {
    (window.from.number()..=window.to.number()).filter_map(Day::new)
}

pub(super) fn within(window: Window, day: Day) -> bool {
    window.from <= day && day <= window.to
}

/// The spans with one more, which goes on with the last where it follows it.
pub(super) fn joined(mut spans: Vec<Window>, next: Window) -> Vec<Window> {
    match spans.last_mut() {
        Some(last) if last.to.plus(1) == Some(next.from) => last.to = next.to,
        _ => spans.push(next),
    }
    spans
}
