//! SQLite: the connections and how they are set up.

mod changes;
pub(crate) mod check;
mod group;
pub(crate) mod index;
mod keeper;
pub(crate) mod log;
pub(crate) mod opening;
pub(crate) mod receiving;
pub(crate) mod schema;

use std::cell::Cell;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ostler_contract::error::{Code, Error, Origin};
use ostler_contract::primitives::UtcInstant;
use rusqlite::config::DbConfig;
use rusqlite::hooks::Wal;
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags};
use uuid::Uuid;

use crate::checksum::{Sum, damaged};
use crate::health::Health;
use crate::held::{Held, Part};
use crate::identifiers::Identifiers;
use crate::link::{Dialect, Fate, Link, Pull, Row, Session};
use crate::opening::Memory;
use crate::pages::{Mark, Pages};
use crate::plans::Plans;
use crate::rows::{self, IDENTIFIER};
use crate::segments::{Segments, Stamp};
use crate::sqlite::opening::beside;
use crate::value::{ColumnType, Value};

use index::{KnownEpoch, LogIndex};
use keeper::Keeper;

/// Prepared statements kept by each connection.
const STATEMENTS_MAX: usize = 512;
/// How long a connection waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Steps of the virtual machine between two looks at the time, some ten microseconds.
const PROGRESS_STEPS: i32 = 1000;
/// Bytes of the file that are read without a copy into the cache: all of it. A build without the
/// repository's flags for SQLite maps its first 2 GiB.
const MAPPED_BYTES: i64 = 1 << 44;
/// The cache of a connection, in KiB as SQLite wants it: negative.
const CACHE_KIBIBYTES: i64 = -16_384;
/// Bytes of a page of a new file. Most documents are a little larger than half the engine's own
/// size, so that it would fit one to a page.
const PAGE_BYTES: i64 = 8192;
/// Pages of the log after which it is written back to the file, some 32 MB. The more there are, the
/// more of them are the same page again, which is written back once.
const CHECKPOINT_PAGES: u32 = 4000;
/// What the log keeps on the disk once it begins anew, in bytes. It grows beyond only as long as one
/// read goes on, or writes come faster than the disk takes what is written back.
pub(crate) const LOG_BYTES_MAX: u64 = 64 << 20;
/// How long the writer waits for readers, so that the log can begin anew.
const READERS_TIMEOUT: Duration = Duration::from_millis(20);

/// Where the data stands and how much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// What was committed survives a loss of power.
    Full,
    /// Nothing survives the process anyway.
    None,
}

const DIALECT: Dialect = Dialect {
    // `$1` is a name here, and each name is compared with all before it.
    place_mark: '?',
    column_type: |of| match of {
        ColumnType::Integer => "INTEGER",
        ColumnType::Id => "BLOB",
        ColumnType::Text => "TEXT",
    },
    index_name: |name| name,
    key: &["row"],
    found: &["row", "id"],
    // The planner is told the index.
    fence: None,
    index_hint: |index| format!(" INDEXED BY \"{index}\""),
    // The inner query is the outer loop of a nested-loop join, whose order is kept.
    order_again: "",
    has_row_numbers: true,
};

/// One connection to a database file.
pub(crate) struct Sqlite {
    connection: Connection,
    /// Keeps the log short, of the connection that writes a file.
    keeper: Option<Keeper>,
    deadline: Arc<Deadline>,
    health: Arc<Health>,
    /// The seed of the identifiers.
    seed: Cell<u64>,
    /// The number of the last identifier before the writer's transaction, while one is under way.
    last_before: Cell<Option<u64>>,
    plans: Plans,
    /// None for connections that write.
    memory: Option<Arc<Memory>>,
    /// Tells the state of all documents.
    index: Option<LogIndex>,
    /// That state when the snapshot was begun, or when the right to write was taken.
    begun: Cell<Option<Mark>>,
    /// When whoever reads next began to ask.
    since: Cell<Option<Instant>>,
    /// Whether the snapshot is to be taken with the next statement.
    is_due: Cell<bool>,
    /// What becomes known to others of the writer's commits.
    known: Arc<KnownEpoch>,
    /// Whether the transaction leaves the epoch alone.
    keeps_epoch: Cell<bool>,
    /// What the group of jobs has written and read so far.
    held: Held,
    is_writing: Cell<bool>,
    /// Whether the job's own writes can be undone by themselves.
    has_savepoint: Cell<bool>,
    /// Whether the database refused what jobs wrote that are done.
    is_refused: Cell<bool>,
}

/// Ends what a connection does, from another thread.
pub(crate) struct Interrupt(Arc<Deadline>);

impl Interrupt {
    /// From now on every statement fails.
    pub(crate) fn interrupt(&self) {
        self.0.at.store(0, Ordering::Relaxed);
    }
}

/// When the statements of a connection give up.
struct Deadline {
    since: Instant,
    /// Nanoseconds after `since`.
    at: AtomicU64,
}

impl Deadline {
    fn set(&self, deadline: Option<Instant>) {
        let at = deadline.map_or(u64::MAX, |deadline| {
            let nanoseconds = deadline.saturating_duration_since(self.since).as_nanos();
            nanoseconds.try_into().unwrap_or(u64::MAX)
        });
        self.at.store(at, Ordering::Relaxed);
    }

    fn passed(&self) -> bool {
        let at = self.at.load(Ordering::Relaxed);
        at != u64::MAX && self.since.elapsed().as_nanos() >= u128::from(at)
    }
}

impl Sqlite {
    /// Opens the file and sets nothing that would change it.
    pub(crate) fn open(file: &Path) -> Result<Self, Error> {
        Self::open_as(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
    }

    fn open_as(file: &Path, flags: OpenFlags) -> Result<Self, Error> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(file, flags).map_err(failed)?;
        connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        // A plan that looked at the values of its parameters would be made anew for each other value.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(failed)?;
        let deadline = Arc::new(Deadline { since: Instant::now(), at: AtomicU64::new(u64::MAX) });
        let watched = Arc::clone(&deadline);
        let interrupted = move || watched.passed();
        connection.progress_handler(PROGRESS_STEPS, Some(interrupted)).map_err(failed)?;
        Ok(Self {
            connection,
            keeper: None,
            deadline,
            health: Arc::default(),
            seed: Cell::new(0),
            last_before: Cell::new(None),
            plans: Plans::default(),
            memory: None,
            index: None,
            begun: Cell::new(None),
            since: Cell::new(None),
            is_due: Cell::new(false),
            known: Arc::default(),
            keeps_epoch: Cell::new(true),
            held: Held::default(),
            is_writing: Cell::new(false),
            has_savepoint: Cell::new(false),
            is_refused: Cell::new(false),
        })
    }

    /// Tells of damage to this one, and asks it.
    pub(crate) fn watched_by(mut self, health: &Arc<Health>) -> Self {
        self.health = Arc::clone(health);
        self
    }

    /// Only reads from now on, and shares what it reads.
    pub(crate) fn sharing(mut self, memory: Option<&Arc<Memory>>, index: Option<LogIndex>) -> Self {
        self.memory = memory.map(Arc::clone);
        self.index = index;
        self
    }

    /// Tells what is known of the epoch after its commits.
    pub(crate) fn telling(&mut self, known: &Arc<KnownEpoch>, index: Option<LogIndex>) {
        self.known = Arc::clone(known);
        self.index = index;
    }

    fn state(&self) -> Option<Mark> {
        self.index.as_ref().and_then(LogIndex::mark)
    }

    /// Gives out identifiers of this seed.
    pub(crate) fn set_seed(&self, seed: u64) {
        self.seed.set(seed);
    }

    /// Tells of damage that was found in what this connection read.
    pub(crate) fn note(&self, error: &Error) {
        self.health.note(error);
    }

    /// What ends this connection's statements from another thread.
    pub(crate) fn interrupt(&self) -> Interrupt {
        Interrupt(Arc::clone(&self.deadline))
    }

    fn noted<T>(&self, outcome: Result<T, Error>) -> Result<T, Error> {
        outcome.inspect_err(|error| self.health.note(error))
    }

    fn visit(
        &self,
        sql: &str,
        values: &[Value],
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut statement = self.bound(sql, &parts(values))?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(failed)? {
            each(row)?;
        }
        Ok(())
    }

    /// Opens a file that exists, to read it only. What stands beside it is left as it was.
    pub(crate) fn open_to_read(file: &Path) -> Result<Self, Error> {
        let has_log = Path::new(&beside(file, "-wal")).exists();
        // A connection that may not write would leave the log behind that it has to make.
        let link = Self::open_as(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let connection = &link.connection;
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, has_log)
            .and_then(|_| connection.execute_batch("PRAGMA query_only = ON"))
            .map_err(failed)?;
        Ok(link)
    }

    /// Makes the connection ready for use, after [`schema`] found that the file is ours.
    pub(crate) fn set_up(&self, durability: Durability) -> Result<(), Error> {
        let synchronous = match durability {
            Durability::Full => "FULL",
            Durability::None => "OFF",
        };
        let settings = format!(
            "PRAGMA page_size = {PAGE_BYTES}; PRAGMA journal_mode = WAL; \
             PRAGMA synchronous = {synchronous}; \
             PRAGMA temp_store = MEMORY; PRAGMA cache_size = {CACHE_KIBIBYTES}; \
             PRAGMA mmap_size = {MAPPED_BYTES}; PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}; \
             PRAGMA journal_size_limit = {LOG_BYTES_MAX};"
        );
        self.connection.execute_batch(&settings).map_err(failed)
    }

    /// Lets go of the mapped pages that were read: what a check reads once counts as memory in use
    /// as long as it is mapped.
    pub(crate) fn unmap(&self) -> Result<(), Error> {
        let again = format!("PRAGMA mmap_size = 0; PRAGMA mmap_size = {MAPPED_BYTES};");
        self.connection.execute_batch(&again).map_err(failed)
    }

    /// Opens a file that exists.
    pub(crate) fn open_existing(file: &Path) -> Result<Self, Error> {
        Self::open_as(file, OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    /// Whether the system lets the file be read only.
    pub(crate) fn is_read_only(&self) -> Result<bool, Error> {
        self.connection.is_readonly("main").map_err(failed)
    }

    /// Takes the log into the file; with the last connection it goes.
    pub(crate) fn fold_log(&self) -> Result<(), Error> {
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(failed)
    }

    /// Takes what a server that was killed left in the log into the file, unless somebody else has
    /// it open and reads: a log that only ever grew would be read as a whole at each start.
    pub(crate) fn fold_left_over(&self) -> Result<(), Error> {
        self.checkpoint("PRAGMA wal_checkpoint(TRUNCATE)", READERS_TIMEOUT).map(drop)
    }

    /// From now on the log is written back by a thread of its own; see [`Self::keep_log_short`].
    pub(crate) fn keep_log(&mut self, file: &Path) -> Result<(), Error> {
        let link = Self::open_existing(file)?.watched_by(&self.health);
        self.keeper = Some(Keeper::start(&mut self.connection, link)?);
        Ok(())
    }

    /// Lets the log begin anew where that is due and no reader needs what it has. To be called
    /// between transactions.
    pub(crate) fn keep_log_short(&self) {
        if self.keeper.as_ref().is_some_and(Keeper::is_written_back) {
            let outcome = self.checkpoint("PRAGMA wal_checkpoint(RESTART)", READERS_TIMEOUT);
            if let Err(error) = self.noted(outcome) {
                tracing::warn!(?error, "the log could not begin anew");
            }
        }
    }

    /// Whether all of the log was written back, and nobody kept it from that for so long.
    fn checkpoint(&self, sql: &str, timeout: Duration) -> Result<bool, Error> {
        self.connection.busy_timeout(timeout).map_err(failed)?;
        let outcome = self.connection.query_row(sql, [], |row| {
            let (busy, pages, done): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(busy == 0 && pages == done)
        });
        self.connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
        match outcome {
            // Another connection writes the log back right now.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(false),
            outcome => outcome.map_err(failed),
        }
    }

    /// Writes a consistent copy of the database to a new file.
    pub(crate) fn copy_to(&self, file: &Path) -> Result<(), Error> {
        let name = file.to_str().ok_or_else(|| Error::internal("the file's name is no text"))?;
        // The copy is made by this connection, which may be one that only reads otherwise.
        self.connection.execute_batch("PRAGMA query_only = OFF").map_err(failed)?;
        let copied = self.connection.execute("VACUUM INTO ?1", [name]).map(drop);
        self.noted(copied.map_err(failed))
    }

    /// Runs a statement that begins or ends something.
    pub(crate) fn control(&self, sql: &str) -> Result<(), Error> {
        let run = || self.connection.prepare_cached(sql)?.raw_execute();
        self.noted(run().map(drop).map_err(failed))
    }

    /// 408 past the deadline.
    fn in_time(&self) -> Result<(), Error> {
        if self.deadline.passed() { Err(Error::new(Code::DeadlinePassed)) } else { Ok(()) }
    }

    /// Runs a statement as it is and answers how many rows it changed.
    fn run(&self, sql: &str, values: &[Part<'_>]) -> Result<usize, Error> {
        self.bound(sql, values)?.raw_execute().map_err(failed)
    }

    /// Whether a transaction is open.
    fn in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    /// Takes the snapshot, where that is due.
    fn snapshot(&self) -> Result<(), Error> {
        if self.is_due.take() { self.control("BEGIN") } else { Ok(()) }
    }

    fn bound(&self, sql: &str, values: &[Part<'_>]) -> Result<CachedStatement<'_>, Error> {
        // The progress handler sees long statements only; many short ones must end as well.
        self.in_time()?;
        self.snapshot()?;
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        for (value, position) in values.iter().zip(1_usize..) {
            statement.raw_bind_parameter(position, value).map_err(failed)?;
        }
        Ok(statement)
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            // The hook holds the other end of what the thread waits for.
            let none: Option<fn(&mut Wal, std::ffi::c_int) -> rusqlite::Result<()>> = None;
            if let Err(error) = self.connection.wal_hook(none) {
                tracing::error!(%error, "the connection keeps watching its log");
                return;
            }
            keeper.end();
        }
    }
}

impl Link for Sqlite {
    fn dialect(&self) -> Dialect {
        DIALECT
    }

    fn plans(&self) -> &Plans {
        &self.plans
    }

    fn pages(&self) -> Option<(&Pages, Mark)> {
        Some((&self.memory.as_ref()?.pages, self.begun.get()?))
    }

    fn segments(&self) -> Option<&Segments> {
        self.memory.as_ref().map(|memory| &memory.segments)
    }

    fn known_stamp(&self, _scope: Uuid) -> Option<Stamp> {
        self.segments()?.change_at(self.begun.get()?, None)
    }

    fn stamp(&self, _scope: Uuid) -> Result<Option<Stamp>, Error> {
        self.segments().map_or(Ok(None), |segments| self.take_in_changes(segments))
    }

    fn mark(&self) -> Result<Option<Mark>, Error> {
        // Nothing was committed since before the snapshot was taken: it shows what there is.
        let begun = self.begun.get();
        Ok(self.state().filter(|mark| Some(*mark) == begun))
    }

    fn execute(&self, sql: &str, values: &[Value]) -> Result<usize, Error> {
        if self.is_writing.get() {
            self.settle()?;
            self.begin_own()?;
            self.held.written_apart();
        }
        self.noted(self.run(sql, &parts(values)))
    }

    fn held(&self) -> Option<&Held> {
        self.is_writing.get().then_some(&self.held)
    }

    fn send_held(&self) -> Result<(), Error> {
        self.settle()
    }

    fn epoch_rises(&self) {
        self.keeps_epoch.set(false);
    }

    fn widen(&self, identifiers: &mut Identifiers, _now: UtcInstant) {
        // All numbers are this server's.
        identifiers.limit = u64::MAX;
    }

    fn rows(
        &self,
        sql: &str,
        values: &[Value],
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.settle()?;
        self.noted(self.visit(sql, values, each))
    }

    fn rows_beside(
        &self,
        _table: &'static str,
        (sql, values): (&str, &[Value]),
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.noted(self.visit(sql, values, each))
    }

    fn pull(
        &self,
        sql: &str,
        work: &mut dyn FnMut(&mut dyn Pull) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.snapshot()?;
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let mut rows = statement.raw_query();
        self.noted(work(&mut rows))
    }
}

impl Session for Sqlite {
    fn intact(&self) -> Result<(), Error> {
        self.health.intact()
    }

    fn set_deadline(&self, deadline: Option<Instant>) {
        self.deadline.set(deadline);
    }

    fn asked(&self, since: Option<Instant>) {
        self.since.set(since);
    }

    fn begin_read(&self) -> Result<(), Error> {
        let state = |index: &LogIndex| match self.since.take() {
            Some(since) => index.since(since),
            None => index.mark(),
        };
        self.begun.set(self.index.as_ref().and_then(state));
        // What is in memory needs no statement.
        self.is_due.set(true);
        Ok(())
    }

    fn end_read(&self) -> Result<(), Error> {
        self.is_due.set(false);
        if self.in_transaction() { self.control("COMMIT") } else { Ok(()) }
    }

    fn begin_write(&self, _now: UtcInstant) -> Result<Identifiers, Error> {
        // Now everybody has the answers of the last group.
        self.keep_log_short();
        // IMMEDIATE takes the write lock at once: a deferred one could fail half-way.
        self.control("BEGIN IMMEDIATE")?;
        self.begun.set(self.state());
        self.keeps_epoch.set(true);
        // Another process may have made identifiers since the last group.
        let last = rows::meta(self, IDENTIFIER)?.cast_unsigned();
        self.last_before.set(Some(last));
        let identifiers = Identifiers { seed: self.seed.get(), last, limit: u64::MAX };
        self.held.begin(identifiers);
        self.is_writing.set(true);
        Ok(identifiers)
    }

    fn begin_job(&self) -> Result<(), Error> {
        Ok(())
    }

    fn keep_job(&self) -> Result<(), Error> {
        self.in_time()?;
        self.held.keep();
        if self.has_savepoint.take() { self.control("RELEASE job") } else { Ok(()) }
    }

    fn undo_job(&self) -> Result<(), Error> {
        self.held.undo();
        if self.has_savepoint.take() {
            self.control("ROLLBACK TO job")?;
            self.control("RELEASE job")?;
        }
        Ok(())
    }

    fn fate(&self) -> Fate {
        // Some errors make the engine roll back by itself. A conflict cannot happen: there is one
        // writer.
        let is_ended = self.last_before.get().is_some() && !self.in_transaction();
        match self.is_refused.get() {
            _ if is_ended => Fate::Ended,
            true => Fate::Refused,
            false => Fate::Stands,
        }
    }

    fn commit(&self, identifiers: Identifiers) -> Result<(), Error> {
        self.settle_kept()?;
        self.is_writing.set(false);
        self.held.end();
        // From here on the group shares its end.
        if self.last_before.take() != Some(identifiers.last) {
            rows::set_meta(self, IDENTIFIER, identifiers.last.cast_signed())?;
        }
        self.control("COMMIT")?;
        if self.keeps_epoch.get()
            && let (Some(before), Some(after)) = (self.begun.get(), self.state())
        {
            self.known.pass_on(before, after);
        }
        Ok(())
    }

    fn rollback(&self) -> Result<(), Error> {
        self.is_writing.set(false);
        self.has_savepoint.set(false);
        self.is_refused.set(false);
        self.held.end();
        self.last_before.set(None);
        if self.in_transaction() { self.control("ROLLBACK") } else { Ok(()) }
    }
}

impl Pull for rusqlite::Rows<'_> {
    fn next(&mut self, each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>) -> Result<bool, Error> {
        match rusqlite::Rows::next(self).map_err(failed)? {
            None => Ok(false),
            Some(row) => each(row).map(|()| true),
        }
    }
}

impl Row for rusqlite::Row<'_> {
    fn text(&self, column: usize) -> Result<&[u8], Error> {
        match self.get_ref(column).map_err(failed)? {
            ValueRef::Text(bytes) => Ok(bytes),
            other => Err(misplaced(column, other, "a text")),
        }
    }

    fn id(&self, column: usize) -> Result<Uuid, Error> {
        match self.get_ref(column).map_err(failed)? {
            ValueRef::Blob(bytes) => identifier(column, bytes),
            other => Err(misplaced(column, other, "an identifier")),
        }
    }

    fn integer(&self, column: usize) -> Result<i64, Error> {
        match self.get_ref(column).map_err(failed)? {
            ValueRef::Integer(number) => Ok(number),
            other => Err(misplaced(column, other, "a number")),
        }
    }

    fn value(&self, column: usize) -> Result<Value, Error> {
        let value = self.get_ref(column).map_err(failed)?;
        Ok(match value {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Integer(number),
            ValueRef::Text(bytes) => {
                let text = std::str::from_utf8(bytes).map_err(|error| strange(column, &error))?;
                Value::Text(text.to_owned())
            }
            ValueRef::Blob(bytes) => Value::Id(identifier(column, bytes)?),
            ValueRef::Real(_) => return Err(strange(column, &"a fraction")),
        })
    }

    fn sum(&self, column: usize, sum: &mut Sum) -> Result<(), Error> {
        match self.get_ref(column).map_err(failed)? {
            ValueRef::Null => sum.null(),
            ValueRef::Integer(number) => sum.integer(number),
            ValueRef::Text(bytes) => sum.text(bytes),
            ValueRef::Blob(bytes) => sum.id(bytes),
            ValueRef::Real(_) => return Err(strange(column, &"a fraction")),
        }
        Ok(())
    }
}

fn identifier(column: usize, bytes: &[u8]) -> Result<Uuid, Error> {
    Uuid::from_slice(bytes).map_err(|error| strange(column, &error))
}

/// 500 for a value of another type than the column's.
fn misplaced(column: usize, value: ValueRef<'_>, wanted: &str) -> Error {
    damaged(format!("column {column} is {}, not {wanted}", value.data_type()))
}

/// 500 for a value that nobody wrote.
fn strange(column: usize, what: &dyn fmt::Display) -> Error {
    damaged(format!("column {column} has a value that was never written: {what}"))
}

/// The values as they are bound.
fn parts(values: &[Value]) -> Vec<Part<'_>> {
    values.iter().map(Part::of).collect()
}

/// The error of the table for an error of the database. Only the progress handler interrupts.
pub(crate) fn failed(error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => damaged(error.to_string()),
        Some(ErrorCode::OperationInterrupted) => Error::new(Code::DeadlinePassed),
        Some(ErrorCode::DatabaseBusy) => Error::new(Code::Overloaded),
        Some(code) => {
            let kind = format!("database: {code:?}").into();
            Error::internal(error).originating(Origin { kind, place: None })
        }
        None => Error::internal(error),
    }
}
