//! Licenses in bulk beside raw signing and raw insertion of the same rows (`scripts/bench`).

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use license_core::document::Plan;
use license_core::key::SigningKey;
use license_core::value::{Count, Email, Name, Text};
use ring::signature::Ed25519KeyPair;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::file::{Done, Ready, Signed, Writer};
use super::lanes::{self, Work};
use super::look::{Looked, Reader, look};
use super::order::{Follows, Ordered};
use super::sheet::{Row, Sheet};
use crate::desk::bed::{Bed, TODAY, day};
use crate::desk::make::{Proposal, draw_alone};
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::order::{References, Seats};
use crate::desk::types::CustomerType;
use crate::desk::wanted::Wanted;
use crate::registry::Place;
use crate::registry::tests::ratios::row;
use crate::registry::tests::timing::time;

/// Orders of a round.
const ORDERS: usize = 5_000;
/// Rounds of all three in turn.
const ROUNDS: usize = 3;
/// Orders of one transaction, as the command files them.
const TOGETHER: usize = 256;

/// What a row orders: each of a customer of its own.
fn ordered(number: u64) -> Ordered {
    let name = |text: &str| Name::new(text.to_owned()).unwrap();
    let seats = Count::new(100 + u32::try_from(number % 900).unwrap()).unwrap();
    let subscription = Text::new(format!("S-{number}")).unwrap();
    let wanted = Wanted {
        name: Some(name("Ida Thorsen")),
        email: Some(Email::new(format!("ida@c{number}.example")).unwrap()),
        policy: Some("gitlab-legacy".to_owned()),
        plan: Some(Plan::Premium),
        seats: Some(Seats::Number(seats)),
        from: Some(day("2026-12-01")),
        until: Some(day("2027-12-01")),
        references: References { subscription_id: Some(subscription), ..References::default() },
        ..Wanted::default()
    };
    let cells = BTreeMap::from([("subscription-id".to_owned(), format!("S-{number}"))]);
    Ordered {
        row: number,
        customer: Some(format!("Customer {number}")),
        kind: Some(CustomerType::Offline),
        crm_id: None,
        billing_id: None,
        follows: Follows::Nothing,
        asked: Vec::new(),
        wanted,
        recipe: None,
        why: Why::default(),
        shares_ticket: false,
        cells,
    }
}

/// Orders that were looked at, and wait to be signed.
struct Orders {
    sheet: Sheet,
    proposals: Vec<Mutex<Option<Box<Proposal>>>>,
}

impl Orders {
    fn of(reader: &Reader<'_>) -> Self {
        let mut table = "customer\n".to_owned();
        for number in 0..ORDERS {
            writeln!(table, "{number}").unwrap();
        }
        let mut sheet = Sheet::read(table.as_bytes()).unwrap();
        let mut desk = (reader.desk)().unwrap();
        let proposed = |row: Row| match look(&mut desk, reader, &row).unwrap() {
            Looked::Proposed { proposal, .. } => Mutex::new(Some(proposal)),
            Looked::Wrong(faults) => panic!("{faults:?}"),
            Looked::Before(_) | Looked::LeftOut(_) => panic!("row {}", row.number),
        };
        let proposals = sheet.rows(ORDERS).unwrap().into_iter().map(proposed).collect();
        Self { sheet, proposals }
    }

    /// Signs them on all cores and files them by one writer, as the command does.
    fn make(&mut self, reader: &Reader<'_>, key: &SigningKey) {
        let proposals = &self.proposals;
        let each = |desk: &mut OpenDesk, row: Row| {
            let place = usize::try_from(row.number).unwrap() - 2;
            let proposal = proposals[place].lock().unwrap().take().unwrap();
            let drawn = draw_alone(desk, &proposal, key)?;
            Ok(Ready::New(Box::new(Signed { row, chain: proposal.chain, drawn })))
        };
        let work = Work { open: reader.desk, each: &each };
        let mut desk = (reader.desk)().unwrap();
        let entered = HashSet::new();
        let mut writer = Writer { desk: &mut desk, reader, key: Some(key), entered };
        let mut made = 0;
        self.sheet.rewind().unwrap();
        lanes::each(&mut self.sheet, &work, &mut |rows| {
            made += writer.file(rows)?.iter().filter(|done| Done::is_new(done)).count();
            Ok(())
        })
        .unwrap();
        assert_eq!(made, ORDERS);
    }
}

/// How long ring takes, on all cores, to sign so many messages as long as a license.
fn raw_signing(count: usize) -> Duration {
    let key = Ed25519KeyPair::from_seed_unchecked(&[5; 32]).unwrap();
    let threads = thread::available_parallelism().unwrap().get();
    time(|| {
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    for number in 0..count.div_ceil(threads) {
                        let message = number.to_be_bytes().repeat(37);
                        std::hint::black_box(key.sign(&message));
                    }
                });
            }
        });
    })
}

/// The tables that an order writes into, and what of them.
const TABLES: [(&str, &str); 10] = [
    ("customer", "*"),
    ("contact", "*"),
    ("subscription", "*"),
    ("document", "*"),
    ("event", "*"),
    ("chain", "*"),
    ("search", "*"),
    ("called", "*"),
    ("search_words", "rowid, content"),
    ("search_middle", "rowid, content"),
];

/// How long it takes to write the rows of this registry into the same tables of an empty one, as
/// many orders in one transaction as the command files together.
fn raw_insertion(registry: &Path, orders: usize) -> Duration {
    let full = Connection::open(registry).unwrap();
    let read = |(table, columns): (&'static str, &str)| {
        let source = if table.starts_with("search_") { "search" } else { table };
        let columns = columns.replace("rowid", "number");
        let sql = format!("SELECT {columns} FROM {source} ORDER BY rowid");
        let mut statement = full.prepare(&sql).unwrap();
        let width = statement.column_count();
        let rows = statement.query_map([], |row| (0..width).map(|at| row.get(at)).collect());
        let rows: Vec<Vec<Value>> = rows.unwrap().map(Result::unwrap).collect();
        (table, columns.replace("number", "rowid"), width, rows)
    };
    let tables: Vec<_> = TABLES.into_iter().map(read).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("registry.sqlite");
    drop(Place::File(path.clone()).create().unwrap());
    let mut empty = Connection::open(path).unwrap();
    empty.pragma_update(None, "synchronous", "FULL").unwrap();
    let parts = orders.div_ceil(TOGETHER);
    time(|| {
        for part in 0..parts {
            let change = empty.transaction().unwrap();
            for (table, columns, width, rows) in &tables {
                let columns = if columns == "*" { String::new() } else { format!("({columns})") };
                let marks = vec!["?"; *width].join(", ");
                let sql = format!("INSERT INTO {table} {columns} VALUES ({marks})");
                let mut insert = change.prepare_cached(&sql).unwrap();
                let share = rows.len().div_ceil(parts);
                for row in rows.iter().skip(part * share).take(share) {
                    insert.execute(params_from_iter(row)).unwrap();
                }
            }
            change.commit().unwrap();
        }
    })
}

/// One round: how long it takes to make the licenses, to sign as many messages, and to write as many
/// rows.
fn round() -> [Duration; 3] {
    let bed = Bed::new();
    let open = || Ok(bed.open(TODAY));
    let read = |_: &mut OpenDesk, row: &Row| Ok(Ok(ordered(row.number)));
    let reader = Reader {
        read: &read,
        words: |_| String::new(),
        odd: |_| Vec::new(),
        desk: &open,
        anyway: false,
        reissue: false,
    };
    let mut orders = Orders::of(&reader);
    let made = time(|| orders.make(&reader, bed.key()));
    [made, raw_signing(ORDERS), raw_insertion(bed.registry_file().unwrap(), ORDERS)]
}

#[test]
#[ignore = "run by scripts/bench"]
fn making_licenses_beside_raw_signing_and_insertion() {
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let [made, signing, insertion] = round().map(|took| took.as_secs_f64() * 1e3);
            println!(
                "  {ORDERS} licenses signed and filed in {made:.0} ms; raw signing {signing:.0} ms, \
                 raw insertion {insertion:.0} ms"
            );
            signing.max(insertion) / made
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios[ROUNDS / 2];
    let met =
        row("licenses in bulk / slower of signing, insertion", ratio, ">= 0.80", ratio >= 0.8);
    assert!(met, "a target is missed");
}
