//! Moving a world from one database to another, whatever their engines.

use std::path::Path;
use std::time::Duration;

use ostler_contract::error::{Code, Error};
use sha2::{Digest as _, Sha256};

use crate::checksum::{Sum, damaged};
use crate::declarations::{DIGEST_KEY, Declared, digest};
use crate::entity::Table;
use crate::link::{Link, Row, Session};
use crate::postgres::receiving::{self as schema, Schema};
use crate::postgres::schema::said;
use crate::postgres::target::Database;
use crate::queue::locked;
use crate::rows::{self, EPOCH, IDENTIFIER, SEED, stored_columns};
use crate::search::{page_index, quoted};
use crate::sqlite::receiving::{self as file, Draft};
use crate::store::{OpenError, Place, Store};
use crate::value::Value;
use crate::verification::Progress;

/// Rows that are written at once, at the most.
const BATCH: usize = 1000;
/// Bytes of texts after which rows are written, too.
const BATCH_BYTES: usize = 4 << 20;
/// Rows between two reports of the progress.
const REPORT_ROWS: u64 = 1000;

/// The columns of the change log but its number, which the other side gives out anew.
const CHANGES: [&str; 9] =
    ["entity", "scope", "id", "version", "request", "time", "body", "hidden", "check"];
/// The numbers of a world that move with it. The others are those of its database.
const NUMBERS: [&str; 3] = [SEED, IDENTIFIER, EPOCH];

/// What became of a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transfer {
    /// The world stands in its new place, too.
    Done(Transferred),
    /// There is a world in that place already, which was left as it is.
    Occupied,
}

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transferred {
    /// How many documents.
    pub documents: u64,
    /// How many entries of the change log.
    pub changes: u64,
    /// The SHA-256 of everything, in hexadecimal digits: the same on both sides.
    pub digest: String,
}

/// Takes in a world. Nothing of it can be seen or served before it is sealed.
pub(crate) trait Receiver {
    /// What reads back what was written.
    fn link(&self) -> &dyn Link;

    /// Appends rows to a table.
    fn append(&self, table: &str, columns: &[String], rows: &[Vec<Value>]) -> Result<(), Error>;

    /// Makes the indexes of a table that has all its rows.
    fn index(&self, table: &Table) -> Result<(), Error>;

    /// Makes the world durable and lets it be served.
    fn seal(self: Box<Self>) -> Result<(), OpenError>;

    /// Leaves nothing behind, as far as that is possible.
    fn abandon(self: Box<Self>);
}

/// Copies a world to a place of the same engine or the other one, which must have none: every
/// document with its columns and checksum, the change log in its order, the seed and the last number
/// of the identifiers. Both are a file or a schema of a database.
///
/// The source may be served meanwhile; what is committed after the transfer began is not moved. Each
/// row is held against its checksum. In the end both sides are digested as they stand, and only where
/// the digests agree is there a world in the new place. What an interrupted transfer left there is
/// refused by servers and overwritten by the next transfer.
///
/// Waits `patience` at the most for others who write into the same schema.
///
/// # Errors
/// Says what is wrong with either side, and on which. There is no world in the new place then.
pub fn transfer(
    from: &Place,
    to: &Place,
    declared: Declared,
    patience: Duration,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Transfer, OpenError> {
    let tables = declared.tables;
    let (session, shown): (Box<dyn Session>, String) = match from {
        Place::File(file) => (Box::new(file::giving(file, tables)?), file.display().to_string()),
        Place::Database(database) => {
            (Box::new(schema::giving(database, tables)?), database.to_string())
        }
        _ => return Err(passing()),
    };
    let source = Source { session: &*session, shown };
    source.transfer(to, declared, patience, progress)
}

/// Whether there is anything in a schema but the remains of an interrupted transfer.
///
/// # Errors
/// Says why the database cannot be reached or cannot hold a world.
pub fn has_world(database: &Database) -> Result<bool, OpenError> {
    schema::is_taken(database)
}

/// Whether a transfer to this file was interrupted and not run again.
#[must_use]
pub fn has_remains(file: &Path) -> bool {
    !file.exists() && file::draft_of(file).exists()
}

fn passing() -> OpenError {
    OpenError("A world that goes with its program cannot be copied from or to.".to_owned())
}

impl Store {
    /// Moves what is committed in this store, which is one in memory or in a file; see
    /// [`transfer`].
    ///
    /// # Errors
    /// As [`transfer`].
    pub fn transfer_to(
        &self,
        to: &Place,
        declared: Declared,
        patience: Duration,
    ) -> Result<Transfer, OpenError> {
        let link = locked(self.file().ok_or_else(passing)?);
        let source = Source { session: &*link, shown: "memory".to_owned() };
        link.begin_read().map_err(|error| source.failed(&error))?;
        let outcome = source.transfer(to, declared, patience, &mut |_| ());
        link.end_read().map_err(|error| source.failed(&error))?;
        outcome
    }
}

/// The snapshot that is moved.
struct Source<'a> {
    session: &'a dyn Session,
    /// Where it is, in words.
    shown: String,
}

impl Source<'_> {
    fn failed(&self, error: &Error) -> OpenError {
        OpenError(format!("The world in {} cannot be copied: {}.", self.shown, said(error)))
    }

    fn transfer(
        &self,
        to: &Place,
        declared: Declared,
        patience: Duration,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<Transfer, OpenError> {
        let tables = declared.tables;
        let (receiver, shown): (Option<Box<dyn Receiver>>, String) = match to {
            Place::File(file) => {
                let draft = Draft::open(file, tables)?;
                (draft.map(|it| Box::new(it) as Box<dyn Receiver>), file.display().to_string())
            }
            Place::Database(database) => {
                let schema = Schema::open(database, declared, patience)?;
                (schema.map(|it| Box::new(it) as Box<dyn Receiver>), database.to_string())
            }
            _ => return Err(passing()),
        };
        let Some(receiver) = receiver else { return Ok(Transfer::Occupied) };
        let parts = tables.iter().map(Part::documents).chain([Part::changes()]).collect();
        let mut mover =
            Mover { source: self.session, target: &*receiver, parts, progress, total: 0, done: 0 };
        match mover.run(tables) {
            Ok(transferred) => {
                receiver.seal()?;
                Ok(Transfer::Done(transferred))
            }
            Err(failure) => {
                receiver.abandon();
                Err(match failure {
                    Failure::Source(error) => self.failed(&error),
                    Failure::Target(error) => OpenError(format!(
                        "The world cannot be copied to {shown}: {}.",
                        said(&error)
                    )),
                })
            }
        }
    }
}

/// What went wrong, and on which side.
enum Failure {
    Source(Error),
    Target(Error),
}

/// A table that is moved.
pub(crate) struct Part {
    name: &'static str,
    columns: Vec<String>,
    of: Of,
}

/// What the rows of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Documents,
    Changes,
}

impl Part {
    pub(crate) fn documents(table: &Table) -> Self {
        Self { name: table.name, columns: stored_columns(table), of: Of::Documents }
    }

    pub(crate) fn changes() -> Self {
        let columns = CHANGES.iter().map(|name| (*name).to_owned()).collect();
        Self { name: "change", columns, of: Of::Changes }
    }

    fn count(&self, link: &dyn Link) -> Result<u64, Error> {
        let mut count = 0;
        link.rows(&format!("SELECT count(*) FROM {}", quoted(self.name)), &[], &mut |row| {
            count = u64::try_from(row.integer(0)?).map_err(Error::internal)?;
            Ok(())
        })?;
        Ok(count)
    }

    /// Visits all rows, documents by scope and identifier, changes as they were made, each held
    /// against its checksum.
    pub(crate) fn read(
        &self,
        link: &dyn Link,
        each: &mut dyn FnMut(Vec<Value>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let names: Vec<String> = self.columns.iter().map(|name| quoted(name)).collect();
        let (hint, order) = match self.of {
            Of::Documents => {
                let hint = (link.dialect().index_hint)(&page_index(self.name));
                (hint, "\"scope\", \"id\"")
            }
            Of::Changes => (String::new(), "\"sequence\""),
        };
        let (names, table) = (names.join(", "), quoted(self.name));
        let sql = format!("SELECT {names} FROM {table}{hint} ORDER BY {order}");
        link.stream(&sql, &mut |row| {
            match self.of {
                Of::Documents => rows::hold(row, self.name, self.columns.len())?,
                Of::Changes => hold_change(row)?,
            }
            let values: Result<Vec<Value>, Error> =
                (0..self.columns.len()).map(|column| row.value(column)).collect();
            each(values?)
        })
    }
}

/// Holds an entry of the change log against its checksum.
fn hold_change(row: &dyn Row) -> Result<(), Error> {
    let (mut sum, last) = (Sum::new(), CHANGES.len() - 1);
    (0..last).try_for_each(|column| row.sum(column, &mut sum))?;
    if row.integer(last)? == i64::from(sum.finish()) {
        return Ok(());
    }
    let (id, version) = (row.id(2)?, row.integer(3)?);
    Err(damaged(format!("change of {id} to version {version}: it does not fit its checksum")))
}

/// One transfer.
struct Mover<'a> {
    source: &'a dyn Session,
    target: &'a dyn Receiver,
    parts: Vec<Part>,
    progress: &'a mut dyn FnMut(Progress<'_>),
    /// The rows to write and to compare.
    total: u64,
    done: u64,
}

impl Mover<'_> {
    fn run(&mut self, tables: &[Table]) -> Result<Transferred, Failure> {
        let parts = std::mem::take(&mut self.parts);
        let counts: Result<Vec<u64>, Error> =
            parts.iter().map(|part| part.count(self.source)).collect();
        let counts = counts.map_err(Failure::Source)?;
        let rows: u64 = counts.iter().sum();
        self.total = rows.saturating_mul(2);
        let mut given = Digest::default();
        for (part, count) in parts.iter().zip(&counts) {
            self.copy(part, *count, &mut given)?;
        }
        for table in tables {
            self.report(&format!("indexes of {}", table.name));
            self.target.index(table).map_err(Failure::Target)?;
        }
        let link = self.target.link();
        for key in NUMBERS {
            let number = rows::meta(self.source, key).map_err(Failure::Source)?;
            given.number(number);
            rows::set_meta(link, key, number).map_err(Failure::Target)?;
        }
        rows::set_meta(link, DIGEST_KEY, digest(tables)).map_err(Failure::Target)?;
        let (given, taken) = (given.finish(), self.read_back(&parts).map_err(Failure::Target)?);
        if given != taken {
            let what = format!("what stands there has the digest {taken}, the source has {given}");
            return Err(Failure::Target(Error::internal(what)));
        }
        let changes = counts.last().copied().unwrap_or_default();
        Ok(Transferred { documents: rows - changes, changes, digest: given })
    }

    /// Copies one table.
    fn copy(&mut self, part: &Part, count: u64, digest: &mut Digest) -> Result<(), Failure> {
        let (target, source) = (self.target, self.source);
        let (mut batch, mut bytes, mut copied) = (Vec::with_capacity(BATCH), 0, 0);
        let mut refused = None;
        digest.part(part, count);
        self.report(&format!("copying {}", part.name));
        let read = part.read(source, &mut |row| {
            digest.row(&row);
            bytes += row.iter().map(text_bytes).sum::<usize>();
            batch.push(row);
            copied += 1;
            self.step(part, "copying");
            if batch.len() < BATCH && bytes < BATCH_BYTES {
                return Ok(());
            }
            let written = target.append(part.name, &part.columns, &batch);
            (batch, bytes) = (Vec::with_capacity(BATCH), 0);
            written.map_err(|error| {
                refused = Some(error);
                // It only ends the reading.
                Error::new(Code::DataChanged)
            })
        });
        if let Some(error) = refused {
            return Err(Failure::Target(error));
        }
        read.map_err(Failure::Source)?;
        if copied != count {
            let what = format!("{} has {count} rows, {copied} were found", part.name);
            return Err(Failure::Source(damaged(what)));
        }
        if batch.is_empty() {
            return Ok(());
        }
        target.append(part.name, &part.columns, &batch).map_err(Failure::Target)
    }

    /// The digest of what stands in the target.
    fn read_back(&mut self, parts: &[Part]) -> Result<String, Error> {
        let link = self.target.link();
        let mut taken = Digest::default();
        for part in parts {
            self.report(&format!("comparing {}", part.name));
            taken.part(part, part.count(link)?);
            part.read(link, &mut |row| {
                taken.row(&row);
                self.step(part, "comparing");
                Ok(())
            })?;
        }
        for key in NUMBERS {
            taken.number(rows::meta(link, key)?);
        }
        Ok(taken.finish())
    }

    fn step(&mut self, part: &Part, doing: &str) {
        self.done += 1;
        if self.done.is_multiple_of(REPORT_ROWS) {
            self.report(&format!("{doing} {}", part.name));
        }
    }

    fn report(&mut self, part: &str) {
        (self.progress)(Progress { part, done: self.done, total: self.total });
    }
}

fn text_bytes(value: &Value) -> usize {
    if let Value::Text(text) = value { text.len() } else { 0 }
}

/// The digest of a world in the making: values with their types and lengths, so that none can pass
/// for another.
#[derive(Default)]
struct Digest(Sha256);

impl Digest {
    fn part(&mut self, part: &Part, count: u64) {
        self.value(&Value::Text(part.name.to_owned()));
        self.number(count.cast_signed());
    }

    fn row(&mut self, values: &[Value]) {
        values.iter().for_each(|value| self.value(value));
    }

    fn number(&mut self, number: i64) {
        self.0.update([1]);
        self.0.update(number.to_le_bytes());
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.0.update([0]),
            Value::Integer(number) => self.number(*number),
            Value::Id(id) => {
                self.0.update([2]);
                self.0.update(id.as_bytes());
            }
            Value::Text(text) => {
                self.0.update([3]);
                self.0.update((text.len() as u64).to_le_bytes());
                self.0.update(text);
            }
        }
    }

    fn finish(self) -> String {
        format!("{:x}", self.0.finalize())
    }
}
