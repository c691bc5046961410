//! JSON values of what is said.

use serde_json::Value;

use crate::day::Day;
use crate::value::Count;

/// Returns a JSON object. One function fills every map, so that each of ours takes little code in
/// the C library.
pub(super) fn json(members: &mut [(&str, Value)]) -> Value {
    let mut object = serde_json::Map::new();
    for (name, value) in members {
        object.insert((*name).to_owned(), value.take());
    }
    object.into()
}

/// Returns a day as JSON: null where there is none.
pub(super) fn day_json(day: Option<Day>) -> Value {
    day.map(|day| day.to_string()).into()
}

pub(super) fn count_json(count: Option<Count>) -> Value {
    count.map(Count::get).into()
}
