//! Holds the documents, the change log and the identifiers of a database against each other.

use std::path::Path;

use ostler_contract::error::Error;
use uuid::Uuid;

use crate::checksum::{Sum, damage};
use crate::entity::Table;
use crate::identifiers::Identifiers;
use crate::link::{Link, Pull, Row};
use crate::postgres::receiving as server;
use crate::postgres::schema::said;
use crate::postgres::target::Database;
use crate::rows::{self, IDENTIFIER, SEED, index_columns, index_values};
use crate::search::{page_index, quoted};
use crate::sqlite::{Sqlite, check, schema};
use crate::store::OpenError;
use crate::transfer::Part;
use crate::value::Value;
use crate::verification::{Problem, Progress, Verification};

/// Rows between two reports of the progress.
const REPORT_ROWS: u64 = 1000;

/// The entries of the log for each document, in the order of tables, scopes and identifiers. Texts
/// are left out of the sorting, which goes to a temporary file where it grows large; the checksum
/// stands for them.
const LOG_SQL: &str = "SELECT \"entity\", \"scope\", \"id\", \"version\", \"body\" IS NULL, \
     \"request\", \"time\", \"check\" FROM \"change\" \
     ORDER BY \"entity\", \"scope\", \"id\", \"sequence\"";

/// As [`crate::verify`].
pub(crate) fn verify(
    file: &Path,
    tables: &'static [Table],
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Verification, OpenError> {
    let name = file.display();
    let wrong = |error: Error| {
        let cause = error.cause().map_or_else(|| error.to_string(), ToString::to_string);
        OpenError(format!("The database {name} cannot be verified: {cause}."))
    };
    let link = Sqlite::open_to_read(file).map_err(wrong)?;
    schema::recognise(&link, file)?;
    link.control("BEGIN").map_err(wrong)?;
    let mut verifier = Verifier::new(&link, progress);
    let outcome = verifier.of_file(&link, file, tables);
    verifier.end(outcome).map_err(wrong)?
}

/// As [`crate::verify_in`].
pub(crate) fn verify_in(
    database: &Database,
    tables: &'static [Table],
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Verification, OpenError> {
    let link = server::giving(database, tables)?;
    let mut verifier = Verifier::new(&link, progress);
    let outcome = verifier.of_server(tables).map(Ok);
    verifier.end(outcome).map_err(|error| {
        OpenError(format!("The database {database} cannot be verified: {}.", said(&error)))
    })?
}

struct Verifier<'a> {
    link: &'a dyn Link,
    progress: &'a mut dyn FnMut(Progress<'_>),
    found: Verification,
    /// The rows of all tables.
    total: u64,
    /// The rows that were looked at.
    done: u64,
}

/// Where a document stands.
type Key = (Uuid, Uuid);

/// What the change log says of one document.
struct Logged {
    key: Key,
    version: i64,
    is_removed: bool,
    /// What the last entry has beside the document.
    beside: Beside,
    /// The first version that is not the one before and one more.
    gap: Option<i64>,
}

/// What an entry of the log has beside the document.
#[derive(Clone, Copy)]
struct Beside {
    request: Uuid,
    time: i64,
    /// The checksum of all of the entry.
    check: i64,
}

/// What is compared of a row.
struct Held<'r> {
    key: Key,
    version: i64,
    /// The texts are its columns [`BODY`] and [`HIDDEN`].
    row: &'r dyn Row,
}

/// Where a document stands in the rows that are compared with the log.
const BODY: usize = 3;
const HIDDEN: usize = 4;

impl<'a> Verifier<'a> {
    fn new(link: &'a dyn Link, progress: &'a mut dyn FnMut(Progress<'_>)) -> Self {
        Self { link, progress, found: Verification::default(), total: 0, done: 0 }
    }

    /// What was found. What the engine cannot read is a finding, not a failure of the search.
    fn end(
        mut self,
        outcome: Result<Result<(), OpenError>, Error>,
    ) -> Result<Result<Verification, OpenError>, Error> {
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(refusal)) => return Ok(Err(refusal)),
            Err(error) => match damage(&error) {
                Some(what) => self.add("database", None, what),
                None => return Err(error),
            },
        }
        Ok(Ok(self.found))
    }

    fn of_file(
        &mut self,
        link: &Sqlite,
        file: &Path,
        tables: &'static [Table],
    ) -> Result<Result<(), OpenError>, Error> {
        self.engine(link)?;
        if !self.found.is_sound() {
            return Ok(Ok(()));
        }
        if let Err(refusal) = schema::expect(link, file, tables)? {
            return Ok(Err(refusal));
        }
        self.log()?;
        self.documents(tables).map(Ok)
    }

    /// A server looks after its pages by itself, and numbers of transactions that failed are lost to
    /// its change log.
    fn of_server(&mut self, tables: &'static [Table]) -> Result<(), Error> {
        self.report("checksums");
        for part in tables.iter().map(Part::documents).chain([Part::changes()]) {
            part.read(self.link, &mut |_| Ok(()))?;
        }
        self.found.changes = self.count("change")?;
        self.documents(tables)
    }

    /// Documents, change log and identifiers against each other.
    fn documents(&mut self, tables: &'static [Table]) -> Result<(), Error> {
        let identifiers = Identifiers {
            seed: rows::meta(self.link, SEED)?.cast_unsigned(),
            last: rows::meta(self.link, IDENTIFIER)?.cast_unsigned(),
            limit: u64::MAX,
        };
        let mut sorted: Vec<&Table> = tables.iter().collect();
        sorted.sort_unstable_by_key(|table| table.name);
        for table in &sorted {
            self.total += self.count(table.name)?;
        }
        self.link.pull(LOG_SQL, &mut |rows| {
            let mut log = Log { rows, next: None };
            log.advance()?;
            sorted.iter().try_for_each(|table| self.table(table, identifiers, &mut log))
        })
    }

    fn add(&mut self, table: &str, id: Option<Uuid>, what: impl Into<String>) {
        self.found.add(Problem { table: table.to_owned(), id, what: what.into() });
    }

    fn report(&mut self, part: &str) {
        (self.progress)(Progress { part, done: self.done, total: self.total });
    }

    fn count(&self, table: &str) -> Result<u64, Error> {
        let mut count = 0;
        self.link.rows(&format!("SELECT count(*) FROM \"{table}\""), &[], &mut |row| {
            count = u64::try_from(row.integer(0)?).map_err(Error::internal)?;
            Ok(())
        })?;
        Ok(count)
    }

    /// The engine's own check of pages and indexes, and the checksums of all rows.
    fn engine(&mut self, link: &Sqlite) -> Result<(), Error> {
        self.report("pages and indexes");
        for complaint in check::complaints(link, None)? {
            self.add("database", None, complaint);
        }
        if !self.found.is_sound() {
            return Ok(());
        }
        self.report("checksums");
        check::checksums(link)
    }

    /// The numbers of the change log: from 1 without a gap.
    fn log(&mut self) -> Result<(), Error> {
        self.report("change log");
        let (mut first, mut last) = (None, 0);
        let sql = "SELECT min(\"sequence\"), max(\"sequence\") FROM \"change\"";
        self.link.rows(sql, &[], &mut |row| {
            if row.value(0)? != Value::Null {
                first = Some(row.integer(0)?);
                last = row.integer(1)?;
            }
            Ok(())
        })?;
        let count = self.count("change")?;
        self.found.changes = count;
        if first.is_some_and(|first| first != 1) || u64::try_from(last) != Ok(count) {
            let first = first.unwrap_or_default();
            let what = format!("{count} entries are numbered from {first} to {last}");
            self.add("change", None, what);
        }
        Ok(())
    }

    /// Every document of a table, beside what the log says of it.
    fn table(
        &mut self,
        table: &Table,
        identifiers: Identifiers,
        log: &mut Log<'_>,
    ) -> Result<(), Error> {
        self.report(table.name);
        while log.next.as_ref().is_some_and(|next| next.entity.as_str() < table.name) {
            // Of a table that this version does not have.
            log.take()?;
        }
        let index = index_columns(table);
        let columns: Vec<String> = index.iter().map(|column| quoted(column)).collect();
        let sql = format!(
            "SELECT \"scope\", \"id\", \"version\", \"body\", \"hidden\"{}{} FROM \"{}\"{} \
             ORDER BY \"scope\", \"id\"",
            if columns.is_empty() { "" } else { ", " },
            columns.join(", "),
            table.name,
            (self.link.dialect().index_hint)(&page_index(table.name)),
        );
        self.link.stream(&sql, &mut |row| {
            let held = Held { key: (row.id(0)?, row.id(1)?), version: row.integer(2)?, row };
            let stored: Result<Vec<Value>, Error> =
                (0..index.len()).map(|column| row.value(column + 5)).collect();
            self.document(table, &held, &stored?)?;
            if identifiers.is_ahead(held.key.1) {
                self.add(table.name, Some(held.key.1), "its identifier was never given out");
            }
            self.entries(table, Some(&held), log)?;
            self.found.documents += 1;
            self.done += 1;
            if self.done.is_multiple_of(REPORT_ROWS) {
                self.report(table.name);
            }
            Ok(())
        })?;
        self.entries(table, None, log)
    }

    /// A document against its identifier and its index columns.
    fn document(&mut self, table: &Table, held: &Held<'_>, stored: &[Value]) -> Result<(), Error> {
        let id = Some(held.key.1);
        let texts = (held.row.text(BODY)?, held.row.text(HIDDEN)?);
        let texts = (std::str::from_utf8(texts.0), std::str::from_utf8(texts.1));
        let (Ok(body), Ok(hidden)) = texts else {
            self.add(table.name, id, "the document is not a text");
            return Ok(());
        };
        let computed = match (table.reindex)(body, hidden) {
            Ok(computed) => computed,
            Err(error) => {
                self.add(table.name, id, format!("the document cannot be read: {error}"));
                return Ok(());
            }
        };
        if Some(computed.id) != id {
            self.add(table.name, id, format!("the document says that it is {}", computed.id));
        }
        let wanted = index_values(table, computed.index);
        if stored != wanted {
            let names = index_columns(table);
            let differs = names.iter().zip(stored.iter().zip(&wanted));
            let differs = differs.filter(|(_, (stored, wanted))| stored != wanted);
            let names: Vec<&str> = differs.map(|(name, _)| name.as_str()).collect();
            let names = names.join(", ");
            self.add(table.name, id, format!("the document and its columns disagree: {names}"));
        }
        Ok(())
    }

    /// The log up to this document, or to the end of the table.
    fn entries(
        &mut self,
        table: &Table,
        held: Option<&Held<'_>>,
        log: &mut Log<'_>,
    ) -> Result<(), Error> {
        while let Some(next) = &log.next
            && next.entity == table.name
            && held.is_none_or(|held| (next.scope, next.id) <= held.key)
        {
            let Some(logged) = log.take()? else { break };
            let id = Some(logged.key.1);
            if let Some(gap) = logged.gap {
                self.add(table.name, id, format!("the change log lacks versions before {gap}"));
            }
            match held.filter(|held| held.key == logged.key) {
                Some(held) => {
                    self.last_entry(table, held, &logged)?;
                    return Ok(());
                }
                None if logged.is_removed => {}
                None => {
                    let version = logged.version;
                    let what = format!("the change log has its version {version}, no row has it");
                    self.add(table.name, id, what);
                }
            }
        }
        if let Some(held) = held {
            self.add(table.name, Some(held.key.1), "the change log does not know it");
        }
        Ok(())
    }

    /// A document against the last entry of the log.
    fn last_entry(&mut self, table: &Table, held: &Held<'_>, logged: &Logged) -> Result<(), Error> {
        let id = Some(held.key.1);
        if logged.is_removed {
            self.add(table.name, id, "the change log says that it was removed");
            return Ok(());
        }
        if logged.version != held.version {
            let (row, log) = (held.version, logged.version);
            let what = format!("the row has version {row}, the change log {log}");
            self.add(table.name, id, what);
            return Ok(());
        }
        // The entries were held against their checksums before: what has the same is the same.
        let mut sum = Sum::new();
        sum.text(table.name.as_bytes());
        sum.id(held.key.0.as_bytes());
        sum.id(held.key.1.as_bytes());
        sum.integer(held.version);
        sum.id(logged.beside.request.as_bytes());
        sum.integer(logged.beside.time);
        held.row.sum(BODY, &mut sum)?;
        held.row.sum(HIDDEN, &mut sum)?;
        let agrees = i64::from(sum.finish()) == logged.beside.check;
        if !agrees {
            self.add(table.name, id, "the row and the last entry of the change log disagree");
        }
        Ok(())
    }
}

/// The sorted change log.
struct Log<'s> {
    rows: &'s mut dyn Pull,
    next: Option<Entry>,
}

/// One entry of the change log.
struct Entry {
    entity: String,
    scope: Uuid,
    id: Uuid,
    version: i64,
    is_removed: bool,
    beside: Beside,
}

impl Log<'_> {
    fn advance(&mut self) -> Result<Option<Entry>, Error> {
        let mut next = None;
        self.rows.next(&mut |row| {
            next = Some(Entry {
                entity: String::from_utf8_lossy(row.text(0)?).into_owned(),
                scope: row.id(1)?,
                id: row.id(2)?,
                version: row.integer(3)?,
                is_removed: row.integer(4)? != 0,
                beside: Beside {
                    request: row.id(5)?,
                    time: row.integer(6)?,
                    check: row.integer(7)?,
                },
            });
            Ok(())
        })?;
        Ok(std::mem::replace(&mut self.next, next))
    }

    /// All entries of the next document.
    fn take(&mut self) -> Result<Option<Logged>, Error> {
        let Some(mut entry) = self.advance()? else { return Ok(None) };
        let mut gap = (entry.version != 1).then_some(entry.version);
        while let Some(next) = &self.next
            && (&next.entity, next.scope, next.id) == (&entry.entity, entry.scope, entry.id)
        {
            // What was removed may be made anew, and begins anew.
            let wanted = if entry.is_removed { 1 } else { entry.version + 1 };
            if next.version != wanted && gap.is_none() {
                gap = Some(next.version);
            }
            if let Some(taken) = self.advance()? {
                entry = taken;
            }
        }
        let Entry { scope, id, version, is_removed, beside, .. } = entry;
        Ok(Some(Logged { key: (scope, id), version, is_removed, beside, gap }))
    }
}
