//! Tables of orders: their columns are called as the options of `airlock desk issue`, and their
//! cells are read as those.

mod options;

mod columns;

mod template;

mod row;

pub(crate) use columns::Columns;
pub(crate) use row::{Table, read};
pub(crate) use template::Template;
