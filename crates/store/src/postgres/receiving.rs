//! A schema that takes in the world of another database, and the snapshot of one that gives it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ostler_contract::error::{Code, Error};

use super::opening::cannot_be_reached;
use super::schema::{self, REMAINS};
use super::target::Database;
use super::{Phase, Postgres};
use crate::declarations::{Declared, GENERATION_KEY, digest};
use crate::entity::Table;
use crate::link::{Fate, Link, Session};
use crate::rows;
use crate::search::quoted;
use crate::store::OpenError;
use crate::transfer::Receiver;
use crate::value::Value;

/// How long one statement of a transfer may take: an index of a large table takes hours.
const PATIENCE: Duration = Duration::from_secs(20 * 24 * 3600);
/// Lets the transaction wait for the other side, and read whole tables.
const SETTINGS: &str = "SET LOCAL statement_timeout = 0; \
     SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL enable_seqscan = on; \
     SET LOCAL cursor_tuple_fraction = 1";

fn connected(database: &Database) -> Result<Postgres, OpenError> {
    let (shared, health) = (Arc::new(database.clone()), Arc::default());
    let link = Postgres::new(&shared, &health);
    let link = link.and_then(|link| link.try_connect().map(|()| link));
    link.map_err(|error| cannot_be_reached(database, &error))
}

/// A snapshot of the world of a schema, which must be as this version declares it.
pub(crate) fn giving(database: &Database, tables: &[Table]) -> Result<Postgres, OpenError> {
    let link = connected(database)?;
    link.set_deadline(Some(Instant::now() + PATIENCE));
    let begun = link.begin_read().and_then(|()| link.control(SETTINGS));
    begun.map_err(|error| schema::cannot_be_used(&link, &error))?;
    schema::expect(&link, tables)?;
    Ok(link)
}

/// Whether a schema has anything but the remains of an interrupted transfer.
pub(crate) fn is_taken(database: &Database) -> Result<bool, OpenError> {
    let link = connected(database)?;
    schema::is_taken(&link)
}

/// A schema into which a world is written, in one transaction. A mark that stands in it meanwhile
/// keeps servers away, also where the transfer is interrupted.
pub(crate) struct Schema {
    link: Postgres,
    /// Whether it was made for this transfer.
    is_new: bool,
}

impl Schema {
    /// Begins the transaction; gives nothing where the schema has a world. Waits at the most this
    /// long for others who write a world into it, or bring it up to date.
    pub(crate) fn open(
        database: &Database,
        declared: Declared,
        patience: Duration,
    ) -> Result<Option<Self>, OpenError> {
        let Declared { tables, generation } = declared;
        let link = connected(database)?;
        lock(&link, patience)?;
        if schema::is_taken(&link)? {
            return Ok(None);
        }
        let begin = || {
            let name = quoted(database.schema());
            let is_new = !schema::exists(&link)?;
            if is_new {
                link.control(&format!("CREATE SCHEMA {name}"))?;
            }
            link.control(&format!("CREATE TABLE IF NOT EXISTS {name}.\"{REMAINS}\" ()"))?;
            link.set_deadline(Some(Instant::now() + PATIENCE));
            link.control(&format!("BEGIN; {SETTINGS}"))?;
            link.phase.set(Phase::Open);
            schema::make(&link, 0, digest(tables))?;
            rows::set_meta(&link, GENERATION_KEY, generation)?;
            for table in tables {
                link.control(&schema::bare_sql(table))?;
            }
            Ok(is_new)
        };
        let is_new = begin().map_err(|error: Error| schema::cannot_be_used(&link, &error))?;
        Ok(Some(Self { link, is_new }))
    }
}

/// Keeps everyone else from preparing the schema as long as the connection lasts.
fn lock(link: &Postgres, patience: Duration) -> Result<(), OpenError> {
    let (key, schema) = (schema::COPYING, Value::Text(link.database.schema().to_owned()));
    let locked = link.control(&format!("SET lock_timeout = {}", patience.as_millis()));
    let locked = locked.and_then(|()| {
        let sql = format!("SELECT pg_advisory_lock({key}, hashtext($1))::text");
        link.execute(&sql, &[schema]).map(drop)
    });
    match locked.and_then(|()| link.control("SET lock_timeout = 0")) {
        Err(error) if error.code() == Code::Overloaded && link.fate() == Fate::Stands => {
            let database = &link.database;
            Err(OpenError(format!(
                "A world is being copied into the database {database}, or a server prepares it. \
                 Try again when that has ended."
            )))
        }
        outcome => outcome.map_err(|error| schema::cannot_be_used(link, &error)),
    }
}

impl Receiver for Schema {
    fn link(&self) -> &dyn Link {
        &self.link
    }

    fn append(&self, table: &str, columns: &[String], rows: &[Vec<Value>]) -> Result<(), Error> {
        self.link.append(table, columns, rows)
    }

    fn index(&self, table: &Table) -> Result<(), Error> {
        let sql = schema::lookups_sql(table);
        // Its first searches must know how many rows there are.
        self.link.control(&format!("{sql}ANALYZE {}", quoted(table.name)))
    }

    fn seal(self: Box<Self>) -> Result<(), OpenError> {
        let unmarked = self.link.control(&format!("DROP TABLE \"{REMAINS}\""));
        // Apart, so that nothing is committed for a program that is gone.
        self.link.phase.set(Phase::Committing);
        let sealed = unmarked.and_then(|()| self.link.control("COMMIT"));
        sealed.map_err(|error| schema::cannot_be_used(&self.link, &error))
    }

    fn abandon(self: Box<Self>) {
        let name = quoted(self.link.database.schema());
        let mut sql = format!("ROLLBACK; DROP TABLE {name}.\"{REMAINS}\"");
        if self.is_new {
            sql.push_str(&format!("; DROP SCHEMA {name}"));
        }
        // Why it was abandoned is what there is to say; the next attempt begins anew.
        if let Err(error) = self.link.control(&sql) {
            tracing::debug!(?error, "the mark of an interrupted copy stays behind");
        }
    }
}
