//! Whether a file is what was written to it: the engine's own check, and the checksums of all rows.

use std::collections::BTreeMap;
use std::time::Instant;

use ostler_contract::error::{Code, Error};
use rusqlite::Connection;
use uuid::Uuid;

use super::changes::line;
use super::schema::{OWN_COLUMNS, present_columns};
use super::{Sqlite, failed};
use crate::checksum::{Sum, damage, damaged};
use crate::link::{Link, Row};
use crate::rows::{self, CHANGE, STORED};
use crate::search::quoted;
use crate::value::Value;

/// The most complaints of the engine that are asked for.
const COMPLAINTS_MAX: u32 = 20;
/// Rows that are read in one go. A long read would keep the log from being written back.
const BATCH: usize = 10_000;

/// Checks the whole file once, while it is served. Damage is told by the connection.
pub(crate) fn while_served(link: &Sqlite) {
    let began = Instant::now();
    match everything(link) {
        Ok(()) => {
            let duration_ms = began.elapsed().as_millis();
            tracing::info!(duration_ms, "the whole database was checked and is sound");
        }
        Err(error) if error.code() == Code::DeadlinePassed => {
            tracing::debug!("the store closes before it was checked");
        }
        Err(error) if damage(&error).is_none() => {
            tracing::error!(?error, "the database could not be checked");
        }
        Err(error) => link.note(&error),
    }
}

/// Checks everything, table by table, each in a snapshot of its own.
fn everything(link: &Sqlite) -> Result<(), Error> {
    for table in tables(link)? {
        pages(link, Some(&table))?;
    }
    checksums(link)
}

/// Fails where the engine finds anything wrong with the pages and indexes of a table, or of all.
pub(crate) fn pages(link: &Sqlite, table: Option<&str>) -> Result<(), Error> {
    let complaints = complaints(link, table)?;
    if complaints.is_empty() { Ok(()) } else { Err(damaged(complaints.join("; "))) }
}

/// What the engine finds wrong with a table, or with all.
pub(crate) fn complaints(link: &Sqlite, table: Option<&str>) -> Result<Vec<String>, Error> {
    let what = table.map_or_else(|| COMPLAINTS_MAX.to_string(), quoted);
    let mut complaints = Vec::new();
    link.rows(&format!("PRAGMA integrity_check({what})"), &[], &mut |row| {
        let complaint = String::from_utf8_lossy(row.text(0)?).into_owned();
        if complaint != "ok" {
            complaints.push(complaint);
        }
        Ok(())
    })?;
    Ok(complaints)
}

/// Fails where a row does not fit its checksum.
pub(crate) fn checksums(link: &Sqlite) -> Result<(), Error> {
    for table in tables(link)? {
        match table.as_str() {
            "meta" => numbers(link)?,
            "change" => changes(link)?,
            _ => documents(link, &table)?,
        }
    }
    Ok(())
}

/// The tables of the file, declared or not.
fn tables(link: &Sqlite) -> Result<Vec<String>, Error> {
    let list = |connection: &Connection| -> rusqlite::Result<Vec<String>> {
        let sql = "SELECT name FROM sqlite_master WHERE type = 'table' \
             AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name";
        connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
    };
    list(&link.connection).map_err(failed)
}

fn numbers(link: &Sqlite) -> Result<(), Error> {
    let mut keys = Vec::new();
    link.rows("SELECT \"key\" FROM \"meta\"", &[], &mut |row| {
        keys.push(String::from_utf8_lossy(row.text(0)?).into_owned());
        Ok(())
    })?;
    keys.iter().try_for_each(|key| rows::meta(link, key).map(drop))
}

fn changes(link: &Sqlite) -> Result<(), Error> {
    let columns = format!("\"check\", {CHANGE}");
    batches(link, "change", "sequence", &columns, &mut |row| line(row).map(drop))
}

fn documents(link: &Sqlite, table: &str) -> Result<(), Error> {
    let present: BTreeMap<String, String> =
        present_columns(&link.connection, table).map_err(failed)?;
    let index = present.keys().filter(|column| !OWN_COLUMNS.contains(&column.as_str()));
    let columns: Vec<String> =
        STORED.iter().copied().chain(index.map(String::as_str)).map(quoted).collect();
    batches(link, table, "row", &columns.join(", "), &mut |row| {
        rows::hold(&Shifted(row), table, columns.len())
    })
}

/// Visits all rows of a table in the order of a number that comes first in each.
fn batches(
    link: &Sqlite,
    table: &str,
    number: &str,
    columns: &str,
    visit: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
) -> Result<(), Error> {
    let sql = format!(
        "SELECT \"{number}\", {columns} FROM \"{table}\" WHERE \"{number}\" > $1 \
         ORDER BY \"{number}\" LIMIT {BATCH}"
    );
    let mut last = i64::MIN;
    loop {
        let mut count = 0;
        link.rows(&sql, &[Value::Integer(last)], &mut |row| {
            last = row.integer(0)?;
            count += 1;
            visit(row)
        })?;
        if count < BATCH {
            return Ok(());
        }
    }
}

/// A row without its first column.
struct Shifted<'a>(&'a dyn Row);

impl Row for Shifted<'_> {
    fn text(&self, column: usize) -> Result<&[u8], Error> {
        self.0.text(column + 1)
    }

    fn value(&self, column: usize) -> Result<Value, Error> {
        self.0.value(column + 1)
    }

    fn sum(&self, column: usize, sum: &mut Sum) -> Result<(), Error> {
        self.0.sum(column + 1, sum)
    }

    fn integer(&self, column: usize) -> Result<i64, Error> {
        self.0.integer(column + 1)
    }

    fn id(&self, column: usize) -> Result<Uuid, Error> {
        self.0.id(column + 1)
    }
}
