//! The tables, column by column: what `sqlite.sql` and `postgres.sql` make, as values. A test
//! compares them.

use std::sync::OnceLock;

/// What may stand in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnType {
    Number,
    OptionalNumber,
    Text,
    OptionalText,
    Bytes,
    OptionalBytes,
}

impl ColumnType {
    /// Whether the column may be empty.
    pub(super) fn is_optional(self) -> bool {
        matches!(self, Self::OptionalNumber | Self::OptionalText | Self::OptionalBytes)
    }
}

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    /// How many of the columns, from the first on, are the primary key.
    pub(super) key: usize,
    pub(super) columns: &'static [(&'static str, ColumnType)],
    insert: OnceLock<String>,
    put: OnceLock<String>,
}

impl Table {
    const fn new(
        name: &'static str,
        key: usize,
        columns: &'static [(&'static str, ColumnType)],
    ) -> Self {
        Self { name, key, columns, insert: OnceLock::new(), put: OnceLock::new() }
    }

    fn names(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.columns.iter().map(|(name, _)| *name)
    }

    /// Its columns, each behind this letter and a full stop.
    pub(super) fn columns_of(&self, letter: &str) -> String {
        self.names().map(|name| format!("{letter}.{name}")).collect::<Vec<_>>().join(", ")
    }

    /// Reads whole rows; what is added says which. The table is called `t`.
    pub(super) fn select(&self) -> String {
        format!("SELECT {} FROM {} t", self.columns_of("t"), self.name)
    }

    /// Enters a row; where the key is taken, nothing.
    pub(super) fn insert(&self) -> &str {
        self.insert.get_or_init(|| {
            let numbers: Vec<_> = (1..=self.columns.len()).map(|n| format!("?{n}")).collect();
            format!(
                "INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO NOTHING",
                self.name,
                self.names().collect::<Vec<_>>().join(", "),
                numbers.join(", "),
                self.key_names().collect::<Vec<_>>().join(", ")
            )
        })
    }

    /// Enters a row; where the key is taken, replaces the others of its columns.
    pub(super) fn put(&self) -> &str {
        self.put.get_or_init(|| {
            let fields =
                self.names().skip(self.key).map(|name| format!("{name} = excluded.{name}"));
            let fields = fields.collect::<Vec<_>>().join(", ");
            self.insert().replace("DO NOTHING", &format!("DO UPDATE SET {fields}"))
        })
    }

    fn key_names(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.names().take(self.key)
    }

    /// Reads so many rows in the order of the key, after the row of the key that stands in the
    /// statement's first values, or from the first row on.
    pub(super) fn page(&self, after: bool, rows: u32) -> String {
        let keys: Vec<_> = self.key_names().map(|name| format!("t.{name}")).collect();
        let keys = keys.join(", ");
        let values: Vec<_> = (1..=self.key).map(|n| format!("?{n}")).collect();
        let condition = format!(" WHERE ({keys}) > ({})", values.join(", "));
        let condition = if after { condition } else { String::new() };
        format!("{}{condition} ORDER BY {keys} LIMIT {rows}", self.select())
    }
}

use ColumnType::{Bytes, Number, OptionalBytes, OptionalNumber, OptionalText, Text};

pub(super) static CUSTOMER: Table = Table::new(
    "customer",
    1,
    &[
        ("id", Text),
        ("name", Text),
        ("mail_domains", Text),
        ("customer_type", Text),
        ("crm_id", OptionalText),
        ("billing_id", OptionalText),
    ],
);

pub(super) static CONTACT: Table = Table::new(
    "contact",
    2,
    &[("customer", Text), ("id", Text), ("name", Text), ("mail", Text), ("company", Text)],
);

pub(super) static SUBSCRIPTION: Table = Table::new(
    "subscription",
    2,
    &[
        ("customer", Text),
        ("id", Text),
        ("name", OptionalText),
        ("quarterly", OptionalNumber),
        ("state", Number),
        ("state_day", OptionalNumber),
    ],
);

pub(super) static INSTANCE: Table = Table::new(
    "instance",
    2,
    &[("customer", Text), ("id", Text), ("report_key", OptionalBytes), ("label", OptionalText)],
);

/// The bytes stand last, so that rows can be read without them.
pub(super) static DOCUMENT: Table = Table::new(
    "document",
    2,
    &[
        ("customer", Text),
        ("sha256", Bytes),
        ("subscription", Text),
        ("kind", Number),
        ("id", Text),
        ("serial", OptionalNumber),
        ("first_day", OptionalNumber),
        ("end_day", OptionalNumber),
        ("plan", OptionalNumber),
        ("seats", OptionalNumber),
        ("issued", Number),
        ("signed_by", Bytes),
        ("policy", OptionalText),
        ("order_sha256", OptionalBytes),
        ("exception", Number),
        ("placed", Number),
        ("answered", Number),
        ("revoked", OptionalNumber),
        ("bytes", Bytes),
    ],
);

/// What of a document's row follows from the events.
pub(super) static MARKS: Table = Table::new(
    "document",
    2,
    &[
        ("customer", Text),
        ("sha256", Bytes),
        ("subscription", Text),
        ("kind", Number),
        ("id", Text),
        ("serial", OptionalNumber),
        ("order_sha256", OptionalBytes),
        ("exception", Number),
        ("answered", Number),
        ("revoked", OptionalNumber),
    ],
);

pub(super) static NOTE: Table = Table::new(
    "note",
    2,
    &[
        ("customer", Text),
        ("id", Text),
        ("subscription", Text),
        ("content", Text),
        ("remind", OptionalNumber),
    ],
);

pub(super) static EVENT: Table = Table::new(
    "event",
    3,
    &[
        ("customer", Text),
        ("subscription", Text),
        ("number", Number),
        ("previous", Bytes),
        ("hash", Bytes),
        ("who", Text),
        ("signer", OptionalBytes),
        ("made", Number),
        ("what", Text),
        ("document", OptionalBytes),
        ("reason", OptionalText),
        ("ticket", OptionalText),
        ("approved_by", OptionalText),
        ("detail", OptionalText),
    ],
);

/// The heads: the number and hash of each chain's last event, when it was made, and the serial of
/// the last license.
pub(super) static CHAIN: Table = Table::new(
    "chain",
    2,
    &[
        ("customer", Text),
        ("subscription", Text),
        ("number", Number),
        ("hash", Bytes),
        ("made", Number),
        ("serial", Number),
    ],
);

/// Every table that is kept, in the order in which an archive has them. What is searched is made
/// anew from them.
pub(super) static TABLES: [&Table; 8] =
    [&CUSTOMER, &CONTACT, &SUBSCRIPTION, &INSTANCE, &NOTE, &DOCUMENT, &CHAIN, &EVENT];
