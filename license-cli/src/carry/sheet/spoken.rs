//! Words within a page of HTML.

use license_core::Day;
use maud::{Markup, html};

/// A text whose days are not broken at their hyphens.
pub(crate) fn spoken(text: &str) -> Markup {
    let is_day = |word: &str| word.get(..10).is_some_and(|day| Day::parse(day).is_some());
    html! {
        @for (place, word) in text.split(' ').enumerate() {
            @if place > 0 { " " }
            @if is_day(word) { span.day { (word) } } @else { (word) }
        }
    }
}
