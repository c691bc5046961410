//! Receipts for reports that were received: one for each that has none, drawn up from what is
//! filed, signed, and filed with its event. A report that is named gets a later one in the place of
//! its receipt, where another answer is given.

mod meant;

mod given;

mod open;

mod drawn;
mod of_report;
mod waiting;

pub(crate) use drawn::{Drawn, Filed, draw_up, file, sign};
pub(crate) use given::{InReview, document, in_review, resent};
pub(crate) use meant::Meant;
pub(crate) use of_report::{OfReport, of_report};
pub(crate) use open::{Open, open};
pub(crate) use waiting::{refuse_others, waiting};
