//! With how many seats a license installs that is refused, and whether a true-up helps.

use serde_json::{Value, json};

use crate::instance::enough::Enough;
use crate::plural::counted;

/// What to ask the vendor for. A true-up that is there, or helps nothing, is not advised.
pub(crate) fn words(enough: Enough) -> String {
    let Enough { seats, is_paid, true_up, with_true_up } = enough;
    let at_least = |seats: u32| format!("at least {}", counted(u64::from(seats), "seat"));
    let seats = seats.map(at_least);
    let true_up = true_up.map(|paid| format!("a true-up of {}", at_least(paid)));
    match (is_paid, seats, true_up) {
        (true, Some(seats), None) => format!("with {seats}, and what it says is paid as it is"),
        (true, Some(seats), Some(true_up)) => format!("with {seats}, and {true_up}"),
        (true, None, Some(true_up)) => format!("with {true_up}"),
        (false, Some(seats), _) => match with_true_up {
            Some(least) => format!(
                "with {seats}; or, where the overage is paid, with a true-up and {}",
                at_least(least)
            ),
            None => format!("with {seats}"),
        },
        (_, None, _) => "with more seats, with a true-up, or with the overage settled".to_owned(),
    }
}

/// The same for programs.
pub(crate) fn object(enough: Enough) -> Value {
    let Enough { seats, true_up, with_true_up, is_paid: _ } = enough;
    json!({ "seats": seats, "true_up": true_up, "seats_with_true_up": with_true_up })
}
