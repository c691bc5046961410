//! The second look: rows are drawn up again and signed on all cores; one writer files them, some at
//! a time in one transaction, then writes their files.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use license_core::key::SigningKey;

use super::lanes::{self, Work};
use super::look::{LeftOut, Looked, Reader, look};
use super::sheet::{Row, Sheet};
use crate::carry::outgoing::Outgoing;
use crate::carry::plain_name::license_name;
use crate::desk::make::{self, Drawn, Made, Making, draw_alone, still_together};
use crate::desk::opened::OpenDesk;
use crate::plural::counted;
use crate::problem::{Failure, Problem};
use crate::progress::Progress;
use crate::registry::{Appended, Chain, Change, RecordId, RegistryError};

/// How often a row is looked at again because another desk was faster.
const TRIES: u32 = 24;
/// Threads that write files: each waits for the disk.
const WRITERS: usize = 8;

/// Where the files go.
pub(crate) struct Placing<'a> {
    pub(crate) folder: &'a Path,
    /// Whether they are texts.
    pub(crate) text: bool,
}

impl Placing<'_> {
    /// Writes a file; where another batch has written it, with these very bytes, it stays.
    fn write(&self, path: &Path, file: &[u8]) -> Result<(), Failure> {
        let out = Outgoing { path, text: self.text, force: false };
        match out.write_again(file) {
            Err(failure) if failure.problem == Problem::OutputExists && out.is_written(file) => {
                Ok(())
            }
            written => written.map(drop),
        }
    }
}

/// A row of which a license was made, now or before, and whose file is there.
pub(crate) struct Filed {
    pub(crate) row: u64,
    pub(crate) customer: RecordId,
    pub(crate) made: Made,
    pub(crate) path: PathBuf,
}

/// What came of a row.
pub(crate) enum Done {
    Filed(Box<Filed>),
    LeftOut(LeftOut),
}

/// A row on its way to the writer.
pub(super) enum Ready {
    /// It is signed.
    New(Box<Signed>),
    Before(u64, Chain, Box<Made>),
    LeftOut(LeftOut),
}

pub(super) struct Signed {
    pub(super) row: Row,
    pub(super) chain: Chain,
    pub(super) drawn: Drawn,
}

/// What is told of each row, in their order.
type Told<'a> = dyn FnMut(&Done) -> Result<(), Failure> + 'a;

/// Makes the licenses of all rows, and writes their files. What is made stays made, wherever it
/// ends: the same again goes on from there.
///
/// # Errors
/// Those of the registry and of the files, with what is made; `desk_objection` where something
/// stands against a row that did not before.
pub(crate) fn file(
    desk: &mut OpenDesk,
    sheet: &mut Sheet,
    (reader, key): (&Reader<'_>, Option<&SigningKey>),
    (placing, progress): (&Placing<'_>, &Progress),
    told: &mut Told<'_>,
) -> Result<(), Failure> {
    let each = |desk: &mut OpenDesk, row: Row| ready(desk, reader, key, row);
    let work = Work { open: reader.desk, each: &each };
    let mut writer = Writer { desk, reader, key, entered: HashSet::new() };
    let mut made = 0;
    sheet.rewind()?;
    let done = lanes::each(sheet, &work, &mut |rows| {
        let filed = writer.file(rows)?;
        made += filed.iter().filter(|done| done.is_new()).count();
        let placed = place(placing, filed);
        for done in &placed.done {
            told(done)?;
            progress.done();
        }
        let hashes: Vec<_> = placed.done.iter().filter_map(Done::sha256).collect();
        writer.desk.registry.placed(&hashes)?;
        placed.failure.map_or(Ok(()), Err)
    });
    done.map_err(|failure| but(made, failure))
}

/// A failure, with what was made all the same.
fn but(made: usize, failure: Failure) -> Failure {
    let hint = failure.hint.clone().unwrap_or_default();
    let again = format!("{hint}; then run the same command again: no license is made twice");
    match made {
        0 => failure.hint(again),
        made => {
            let made = counted(made, "license");
            failure.within(format!("{made} made, then")).hint(again)
        }
    }
}

impl Done {
    /// Whether a license was made of it now.
    pub(crate) fn is_new(&self) -> bool {
        match self {
            Self::Filed(filed) => filed.made.making == Making::Now,
            Self::LeftOut(_) => false,
        }
    }

    fn sha256(&self) -> Option<crate::registry::Sha256> {
        match self {
            Self::Filed(filed) => Some(filed.made.sha256),
            Self::LeftOut(_) => None,
        }
    }
}

/// Looks at a row again, and signs it.
fn ready(
    desk: &mut OpenDesk,
    reader: &Reader<'_>,
    key: Option<&SigningKey>,
    row: Row,
) -> Result<Ready, Failure> {
    match look(desk, reader, &row)? {
        Looked::Proposed { proposal, .. } => {
            let key = key.ok_or_else(|| {
                let found = format!("row {} was made before, and is no longer there", row.number);
                Failure::new(Problem::RegistryConflict, found)
            })?;
            let drawn = draw_alone(desk, &proposal, key)?;
            Ok(Ready::New(Box::new(Signed { row, chain: proposal.chain, drawn })))
        }
        Looked::Before(document) => {
            let made = make::again(desk, &document)?;
            Ok(Ready::Before(row.number, document.chain(), Box::new(made)))
        }
        Looked::LeftOut(left_out) => Ok(Ready::LeftOut(left_out)),
        Looked::Wrong(faults) => {
            let why = faults.first().map_or("", |fault| fault.message.as_str());
            let found = format!("row {}: {why}, which was not so before", row.number);
            Err(Failure::new(Problem::DeskObjection, found))
        }
    }
}

/// The one writer.
pub(super) struct Writer<'a> {
    pub(super) desk: &'a mut OpenDesk,
    pub(super) reader: &'a Reader<'a>,
    pub(super) key: Option<&'a SigningKey>,
    /// The customers that were entered: the rows that are looked at ahead do not see them yet.
    pub(super) entered: HashSet<RecordId>,
}

impl Writer<'_> {
    /// Files rows in one transaction; where another desk was faster, one by one.
    pub(super) fn file(&mut self, mut rows: Vec<Ready>) -> Result<Vec<Done>, Failure> {
        let mut entered = HashSet::new();
        let mut changes: Vec<Change> = Vec::new();
        let mut makings = Vec::new();
        let mut own = Vec::new();
        for signed in rows.iter_mut().filter_map(Ready::signed_mut) {
            let skipped = usize::from(self.is_entered(signed, &mut entered));
            let begin = changes.len();
            makings.push(begin + signed.drawn.making.saturating_sub(skipped));
            // A row that is looked at again is drawn up again.
            changes.extend(std::mem::take(&mut signed.drawn.changes).into_iter().skip(skipped));
            own.push(begin..changes.len());
        }
        let appended = match changes.is_empty() {
            true => Ok(Vec::new()),
            false => {
                let drawn = rows.iter().filter_map(Ready::signed).map(|signed| &signed.drawn);
                let own = own.into_iter().map(|own| changes.get(own).unwrap_or_default());
                let still = still_together(drawn.map(|it| it.still.as_slice()).zip(own), &changes);
                self.desk.registry.append_while(&changes, &still)
            }
        };
        match appended {
            Ok(appended) => {
                self.entered.extend(entered);
                let mut serials = makings.into_iter().map(|place| serial(&appended, place));
                rows.into_iter().map(|row| done(row, || serials.next().flatten())).collect()
            }
            Err(error) if is_faster(&error) => {
                rows.into_iter().map(|row| self.alone(row)).collect()
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the first change of a row enters a customer whom another row has entered.
    fn is_entered(&self, signed: &Signed, entered: &mut HashSet<RecordId>) -> bool {
        let customer = signed.chain.customer;
        let first = signed.drawn.changes.first();
        let enters = first.is_some_and(|first| first.chain == Chain::own(customer));
        let is_new = !self.entered.contains(&customer) && entered.insert(customer);
        enters && !is_new
    }

    /// Files a row by itself, looking at it again as long as another desk is faster.
    fn alone(&mut self, ready: Ready) -> Result<Done, Failure> {
        let row = match ready {
            Ready::New(signed) => signed.row,
            other @ (Ready::Before(..) | Ready::LeftOut(_)) => return done(other, || None),
        };
        let mut tried = 0;
        loop {
            tried += 1;
            let again = self::ready(self.desk, self.reader, self.key, row.clone())?;
            let Ready::New(signed) = again else { return done(again, || None) };
            let Drawn { changes, still, .. } = &signed.drawn;
            match self.desk.registry.append_while(changes, still) {
                Ok(appended) => {
                    let serial = serial(&appended, signed.drawn.making);
                    return done(Ready::New(signed), || serial);
                }
                Err(error) if is_faster(&error) && tried < TRIES => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl Ready {
    fn signed(&self) -> Option<&Signed> {
        match self {
            Self::New(signed) => Some(signed),
            Self::Before(..) | Self::LeftOut(_) => None,
        }
    }

    fn signed_mut(&mut self) -> Option<&mut Signed> {
        match self {
            Self::New(signed) => Some(signed),
            Self::Before(..) | Self::LeftOut(_) => None,
        }
    }
}

/// Whether another desk has changed a chain meanwhile, or filed one of the documents.
fn is_faster(error: &RegistryError) -> bool {
    match error {
        RegistryError::Conflict(_) => true,
        RegistryError::Failed(failure) => failure.problem == Problem::RegistryHasDocument,
    }
}

fn serial(appended: &[Appended], place: usize) -> Option<u32> {
    appended.get(place).and_then(|appended| appended.serial)
}

/// What came of a row, once it is filed with this serial.
fn done(ready: Ready, serial: impl FnOnce() -> Option<u32>) -> Result<Done, Failure> {
    let (row, chain, made) = match ready {
        Ready::LeftOut(left_out) => return Ok(Done::LeftOut(left_out)),
        Ready::Before(row, chain, made) => (row, chain, *made),
        Ready::New(signed) => {
            let Signed { row, chain, drawn } = *signed;
            let Drawn { license, file, sha256, .. } = drawn;
            let serial = serial().ok_or_else(|| {
                let found = format!("license {} is filed without its number", license.id());
                Failure::new(Problem::RegistryDamaged, found)
            })?;
            (row.number, chain, Made { license, file, sha256, serial, making: Making::Now })
        }
    };
    let path = PathBuf::from(&chain.subscription);
    Ok(Done::Filed(Box::new(Filed { row, customer: chain.customer, made, path })))
}

/// Rows whose files are written, and why not all of them are.
struct Placed {
    done: Vec<Done>,
    failure: Option<Failure>,
}

/// Writes the files, several at once: each waits for the disk.
fn place(placing: &Placing<'_>, rows: Vec<Done>) -> Placed {
    let written = lanes::spread(rows, WRITERS, &|done| write(placing, done));
    let mut placed = Placed { done: Vec::new(), failure: None };
    for one in written {
        match one {
            Ok(done) => placed.done.push(done),
            Err(failure) => placed.failure = placed.failure.or(Some(failure)),
        }
    }
    placed
}

/// Writes the file of a row. Where another one has its name, the license's id stands in it too.
fn write(placing: &Placing<'_>, done: Done) -> Result<Done, Failure> {
    let Done::Filed(mut filed) = done else { return Ok(done) };
    let Made { license, file, serial, .. } = &filed.made;
    let subscription = filed.path.to_string_lossy().into_owned();
    let id: String = license.id().to_string().chars().take(8).collect();
    let named = |subscription: &str| {
        let name = license_name(license.company.as_str(), (subscription, *serial), placing.text);
        placing.folder.join(name)
    };
    let path = named(&subscription);
    let path = match placing.write(&path, file) {
        Err(failure) if failure.problem == Problem::OutputExists => {
            let path = named(&format!("{subscription}-{id}"));
            placing.write(&path, file).map(|()| path)
        }
        written => written.map(|()| path),
    };
    filed.path = path.map_err(|failure| {
        let found = format!("license {} is filed, its file was not written", license.id());
        failure.within(found)
    })?;
    Ok(Done::Filed(filed))
}
