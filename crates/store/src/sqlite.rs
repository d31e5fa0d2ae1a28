//! SQLite: the connections and how they are set up.

pub(crate) mod schema;
pub(crate) mod verification;
pub(crate) mod workers;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ostler_contract::error::{Code, Error, Origin};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, ToSql};
use uuid::Uuid;

use crate::link::{Dialect, Link, Row};
use crate::value::Value;

/// Prepared statements kept by each connection.
const STATEMENTS_MAX: usize = 512;
/// How long a connection waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Steps of the virtual machine between two looks at the time, some ten microseconds.
const PROGRESS_STEPS: i32 = 1000;
/// Bytes of the file that are read without a copy into the cache.
const MAPPED_BYTES: i64 = 1 << 30;
/// The cache of a connection, in KiB as SQLite wants it: negative.
const CACHE_KIBIBYTES: i64 = -16_384;
/// Pages of the log after which it is written back to the file.
const CHECKPOINT_PAGES: i64 = 4000;

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
    index_hint: |index| format!(" INDEXED BY \"{index}\""),
    // The inner query is the outer loop of a nested-loop join, whose order is kept.
    order_again: "",
};

/// One connection to a database file.
pub(crate) struct Sqlite {
    connection: Connection,
    deadline: Arc<Deadline>,
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
    pub(crate) fn open(file: &Path) -> rusqlite::Result<Self> {
        Self::open_as(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
    }

    fn open_as(file: &Path, flags: OpenFlags) -> rusqlite::Result<Self> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(file, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        let deadline = Arc::new(Deadline { since: Instant::now(), at: AtomicU64::new(u64::MAX) });
        let watched = Arc::clone(&deadline);
        connection.progress_handler(PROGRESS_STEPS, Some(move || watched.passed()))?;
        Ok(Self { connection, deadline })
    }

    /// Opens a file that exists, to read it only. What stands beside it is left as it was.
    pub(crate) fn open_to_read(file: &Path) -> rusqlite::Result<Self> {
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        let has_log = Path::new(&log).exists();
        // A connection that may not write would leave the log behind that it has to make.
        let link = Self::open_as(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        link.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, has_log)?;
        link.connection.execute_batch("PRAGMA query_only = ON")?;
        Ok(link)
    }

    /// Makes the connection ready for use, after [`schema`] found that the file is ours.
    pub(crate) fn set_up(&self, durability: Durability) -> rusqlite::Result<()> {
        let synchronous = match durability {
            Durability::Full => "FULL",
            Durability::None => "OFF",
        };
        self.connection.execute_batch(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; \
             PRAGMA temp_store = MEMORY; PRAGMA cache_size = {CACHE_KIBIBYTES}; \
             PRAGMA mmap_size = {MAPPED_BYTES}; PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES};"
        ))
    }

    /// Writes a consistent copy of the database to a new file.
    pub(crate) fn copy_to(&self, file: &Path) -> Result<(), Error> {
        let name = file.to_str().ok_or_else(|| Error::internal("the file's name is no text"))?;
        self.connection.execute("VACUUM INTO ?1", [name]).map(drop).map_err(failed)
    }

    /// From now on statements fail once `deadline` has passed.
    pub(crate) fn set_deadline(&self, deadline: Option<Instant>) {
        self.deadline.set(deadline);
    }

    /// Whether a transaction is open. Some errors end it by themselves.
    pub(crate) fn in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    /// Runs a statement that begins or ends something.
    pub(crate) fn control(&self, sql: &str) -> Result<(), Error> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        statement.raw_execute().map_err(failed)?;
        Ok(())
    }

    fn bound(&self, sql: &str, values: &[Value]) -> Result<CachedStatement<'_>, Error> {
        // The progress handler sees long statements only; many short ones must end as well.
        if self.deadline.passed() {
            return Err(Error::new(Code::DeadlinePassed));
        }
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        for (value, position) in values.iter().zip(1_usize..) {
            statement.raw_bind_parameter(position, value).map_err(failed)?;
        }
        Ok(statement)
    }
}

impl Link for Sqlite {
    fn dialect(&self) -> Dialect {
        DIALECT
    }

    fn execute(&self, sql: &str, values: &[Value]) -> Result<usize, Error> {
        self.bound(sql, values)?.raw_execute().map_err(failed)
    }

    fn rows(
        &self,
        sql: &str,
        values: &[Value],
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut statement = self.bound(sql, values)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(failed)? {
            each(row)?;
        }
        Ok(())
    }
}

impl Row for rusqlite::Row<'_> {
    fn text(&self, column: usize) -> Result<&[u8], Error> {
        match self.get_ref(column).map_err(failed)? {
            ValueRef::Text(bytes) => Ok(bytes),
            other => {
                let of = other.data_type();
                Err(Error::internal(format!("column {column} is {of}, not a text")))
            }
        }
    }

    fn value(&self, column: usize) -> Result<Value, Error> {
        let value = self.get_ref(column).map_err(failed)?;
        Ok(match value {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Integer(number),
            ValueRef::Text(bytes) => {
                Value::Text(std::str::from_utf8(bytes).map_err(Error::internal)?.to_owned())
            }
            ValueRef::Blob(bytes) => Value::Id(Uuid::from_slice(bytes).map_err(Error::internal)?),
            ValueRef::Real(number) => {
                return Err(Error::internal(format!("column {column} is the fraction {number}")));
            }
        })
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Id(id) => ValueRef::Blob(id.as_bytes()),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

/// The file is not what was written to it. The text says where.
#[derive(Debug)]
pub(crate) struct Damage(pub(crate) String);

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Damage {}

/// What is damaged, where an error says so.
pub(crate) fn damage(error: &Error) -> Option<&str> {
    let cause = std::error::Error::source(error)?;
    cause.downcast_ref::<Damage>().map(|damage| damage.0.as_str())
}

/// The error of the table for an error of the database. Only the progress handler interrupts.
pub(crate) fn failed(error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            let origin = Origin { kind: "database: damaged".into(), place: None };
            Error::internal(Damage(error.to_string())).originating(origin)
        }
        Some(ErrorCode::OperationInterrupted) => Error::new(Code::DeadlinePassed),
        Some(ErrorCode::DatabaseBusy) => Error::new(Code::Overloaded),
        Some(code) => {
            let kind = format!("database: {code:?}").into();
            Error::internal(error).originating(Origin { kind, place: None })
        }
        None => Error::internal(error),
    }
}
