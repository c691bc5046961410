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
    /// What is read of it, where that is more than its columns.
    from: Option<&'static str>,
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
        Self { name, from: None, key, columns, insert: OnceLock::new(), put: OnceLock::new() }
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
        format!("SELECT {} FROM {} t", self.columns_of("t"), self.from.unwrap_or(self.name))
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
        ("issued", Number),
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

/// What customers and subscriptions are called: made from their rows.
pub(super) static CALLED: Table =
    Table::new("called", 3, &[("customer", Text), ("subscription", Text), ("name", Text)]);

/// What is searched: made from the rows; and whether the index has it.
const fn searched(from: &'static str) -> Table {
    let columns =
        &[("customer", Text), ("subscription", Text), ("content", Text), ("indexed", Number)];
    Table {
        name: "search",
        from: Some(from),
        key: 2,
        columns,
        insert: OnceLock::new(),
        put: OnceLock::new(),
    }
}

/// The index of SQLite keeps no text: it is looked at only whether it has one of this number.
pub(super) static SEARCHED_FTS5: Table = searched(
    "(SELECT s.customer, s.subscription, s.content, \
        EXISTS (SELECT 1 FROM search_words_docsize w WHERE w.id = s.number) \
        AND EXISTS (SELECT 1 FROM search_middle_docsize m WHERE m.id = s.number) AS indexed \
     FROM search s)",
);

/// A text that the database would not read as a list of words is none of ours: one with marks that
/// mean something in it (`'`, `:` and a backslash), one with a word far longer than any of ours, or
/// one of a megabyte.
pub(super) static SEARCHED_TRIGRAMS: Table = searched(
    "(SELECT s.customer, s.subscription, s.content, \
        CASE WHEN translate(s.content, chr(39) || chr(58) || chr(92), '') <> s.content THEN 0 \
            WHEN octet_length(s.content) > 2000 AND (octet_length(s.content) > 1000000 \
                OR translate(s.content, chr(10), ' ') ~ '[^ ]{255}[^ ]{255}') THEN 0 \
            WHEN s.words = translate(s.content, chr(10), ' ')::tsvector THEN 1 \
            ELSE 0 END::bigint AS indexed \
     FROM search s)",
);

/// Every table that is kept, in the order in which an archive has them. What is searched is made
/// anew from them.
pub(super) static TABLES: [&Table; 8] =
    [&CUSTOMER, &CONTACT, &SUBSCRIPTION, &INSTANCE, &NOTE, &DOCUMENT, &CHAIN, &EVENT];
