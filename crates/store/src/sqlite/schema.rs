//! Holds the declarations against the database when it is opened.

use std::collections::BTreeMap;
use std::path::Path;

use ostler_contract::error::Error;
use rusqlite::{Connection, params};

use super::check::checksums;
use super::{DIALECT, Sqlite, failed};
use crate::checksum::{damage, damaged};
use crate::declarations::{DIGEST_KEY, check, declared_columns, digest, filled, lookup_indexes};
use crate::entity::Table;
use crate::link::Link;
use crate::rows::{self, EPOCH, IDENTIFIER, SEED, STORED, index_columns};
use crate::search::{page_index, quoted};
use crate::store::OpenError;
use crate::value::Value;

/// Marks the file as a database of Ostler: `OSTL`.
const APPLICATION: i64 = 0x4f53_544c;
/// The layout of the tables beneath the declarations, in the header of the file. The first one had
/// no checksums; up to the third, pages were small and bodies stood last.
const LAYOUT: i64 = 4;
/// Rows that are filled at once where a column was added.
const BATCH: i64 = 1000;

/// Bodies stand before the index columns: whoever reads a page need not go through those.
const COLUMNS: &str = "\"row\" INTEGER PRIMARY KEY, \"scope\" BLOB NOT NULL, \
     \"id\" BLOB NOT NULL, \"version\" INTEGER NOT NULL, \"created\" INTEGER NOT NULL, \
     \"updated\" INTEGER NOT NULL, \"check\" INTEGER NOT NULL, \"body\" TEXT NOT NULL, \
     \"hidden\" TEXT NOT NULL";
pub(crate) const OWN_COLUMNS: [&str; 9] =
    ["row", "scope", "id", "version", "created", "updated", "check", "body", "hidden"];

const BASE: &str = "CREATE TABLE \"meta\" (\"key\" TEXT PRIMARY KEY, \"value\" INTEGER NOT NULL, \
     \"check\" INTEGER NOT NULL); \
     CREATE TABLE \"change\" (\"sequence\" INTEGER PRIMARY KEY, \"entity\" TEXT NOT NULL, \
     \"scope\" BLOB NOT NULL, \"id\" BLOB NOT NULL, \"version\" INTEGER NOT NULL, \
     \"request\" BLOB NOT NULL, \"time\" INTEGER NOT NULL, \"body\" TEXT, \"hidden\" TEXT, \
     \"check\" INTEGER NOT NULL);";

/// Refuses a file that is not ours, before anything in it is changed.
pub(crate) fn recognise(link: &Sqlite, file: &Path) -> Result<(), OpenError> {
    let name = file.display();
    let number = |sql: &str| link.connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let looks = || -> rusqlite::Result<(i64, i64, i64)> {
        Ok((
            number("PRAGMA application_id")?,
            number("PRAGMA user_version")?,
            number("SELECT count(*) FROM sqlite_master")?,
        ))
    };
    let (application, layout, objects) = looks().map_err(|error| {
        if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) {
            return OpenError(format!(
                "The file {name} is not a database of Ostler, or its beginning is damaged."
            ));
        }
        cannot_be_read(file, &failed(error))
    })?;
    match layout {
        _ if application == 0 && objects == 0 => {
            Err(OpenError::damaged(file, "it is empty; a database never is"))
        }
        _ if application != APPLICATION => {
            Err(OpenError(format!("The file {name} is a database, but not one of Ostler.")))
        }
        LAYOUT => Ok(()),
        newer if newer > LAYOUT => Err(OpenError(format!(
            "The database {name} was written by a newer Ostler (layout {newer}, this one knows \
             {LAYOUT}). Start that version instead."
        ))),
        older => Err(OpenError(format!(
            "The database {name} was written before the first release of Ostler (layout {older}, \
             this one knows {LAYOUT}) and cannot be read any more. Move it away to begin anew."
        ))),
    }
}

/// Why a database that is ours does not open.
pub(crate) fn cannot_be_read(file: &Path, error: &Error) -> OpenError {
    if let Some(what) = damage(error) {
        return OpenError::damaged(file, what);
    }
    let cause = error.cause().map_or_else(|| error.to_string(), ToString::to_string);
    let driver = std::error::Error::source(error).and_then(|it| it.downcast_ref());
    let hint = match driver.and_then(rusqlite::Error::sqlite_error_code) {
        // The engine does not say why the system refused.
        Some(rusqlite::ErrorCode::CannotOpen) => {
            " (does the folder exist, with the right to write, and are there enough file handles?)"
        }
        _ => "",
    };
    OpenError(format!("The database {} cannot be opened: {cause}{hint}.", file.display()))
}

/// Writes the first tables of a new database.
pub(crate) fn make(link: &Sqlite, seed: u64) -> Result<(), Error> {
    link.control("BEGIN IMMEDIATE")?;
    let sql =
        format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {LAYOUT}; {BASE}");
    link.connection.execute_batch(&sql).map_err(failed)?;
    rows::set_meta(link, DIGEST_KEY, 0)?;
    rows::set_meta(link, SEED, seed.cast_signed())?;
    rows::set_meta(link, IDENTIFIER, 0)?;
    rows::set_meta(link, EPOCH, 0)?;
    link.control("COMMIT")
}

/// Adds what the declarations have and the database lacks. Answers the seed of the identifiers.
pub(crate) fn prepare(
    link: &Sqlite,
    file: &Path,
    tables: &'static [Table],
) -> Result<u64, OpenError> {
    check(tables)?;
    let digest = digest(tables);
    let outcome = (|| {
        link.control("BEGIN IMMEDIATE")?;
        if rows::meta(link, DIGEST_KEY)? != digest {
            // Damage must not get new checksums.
            checksums(link)?;
            for table in tables {
                reconcile(link, table)?;
            }
            rows::set_meta(link, DIGEST_KEY, digest)?;
        }
        let seed = rows::meta(link, SEED)?.cast_unsigned();
        link.control("COMMIT")?;
        Ok(seed)
    })();
    outcome.map_err(|error: Error| cannot_be_read(file, &error))
}

/// Refuses a database that another version left, without changing it, and one whose tables are not
/// as declared.
pub(crate) fn expect(
    link: &Sqlite,
    file: &Path,
    tables: &[Table],
) -> Result<Result<(), OpenError>, Error> {
    let name = file.display();
    if rows::meta(link, DIGEST_KEY)? != digest(tables) {
        return Ok(Err(OpenError(format!(
            "The database {name} was left by another version of Ostler. Start a server of this \
             version on it first, which brings it up to date."
        ))));
    }
    for table in tables {
        let columns = present_columns(&link.connection, table.name).map_err(failed)?;
        let declared = declared_columns(DIALECT, table);
        let is_declared = |(name, of): (&String, &String)| {
            OWN_COLUMNS.contains(&name.as_str())
                || declared.iter().any(|(wanted, type_name)| wanted == name && type_name == of)
        };
        let mut indexes = present_indexes(&link.connection, table.name).map_err(failed)?;
        indexes.sort_unstable();
        if columns.len() != OWN_COLUMNS.len() + declared.len()
            || !columns.iter().all(is_declared)
            || !indexes.iter().eq(declared_indexes(table).keys())
        {
            let table = table.name;
            let what = format!("the table {table} lacks a column or an index");
            return Err(damaged(what));
        }
    }
    Ok(Ok(()))
}

fn exists(connection: &Connection, table: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?1";
    connection.query_row(sql, [table], |row| Ok(row.get::<_, i64>(0)? > 0))
}

/// The lookups by the names of their indexes, with their statements.
fn declared_indexes(table: &Table) -> BTreeMap<String, String> {
    let mut indexes = BTreeMap::new();
    let page = page_index(table.name);
    let sql = format!("CREATE UNIQUE INDEX \"{page}\" ON \"{}\" (\"scope\", \"id\")", table.name);
    indexes.insert(page, sql);
    indexes.append(&mut lookup_indexes(DIALECT, table));
    indexes
}

/// Makes a table without its indexes.
pub(crate) fn bare_sql(table: &Table) -> String {
    let mut sql = format!("CREATE TABLE \"{}\" ({COLUMNS}", table.name);
    for (column, of) in declared_columns(DIALECT, table) {
        sql.push_str(&format!(", \"{column}\" {of}"));
    }
    sql.push(')');
    sql
}

/// Brings one table in line with its declaration.
pub(crate) fn reconcile(link: &Sqlite, table: &Table) -> Result<(), Error> {
    let connection = &link.connection;
    let run = |sql: &str| connection.execute_batch(sql).map_err(failed);
    let name = table.name;
    let columns = declared_columns(DIALECT, table);
    let indexes = declared_indexes(table);
    if !exists(connection, name).map_err(failed)? {
        run(&bare_sql(table))?;
        return indexes.values().try_for_each(|sql| run(sql));
    }
    let present = present_columns(connection, name).map_err(failed)?;
    let stale: Vec<&String> = present
        .iter()
        .filter(|(column, of)| {
            !OWN_COLUMNS.contains(&column.as_str())
                && !columns.iter().any(|(name, wanted)| name == *column && wanted == *of)
        })
        .map(|(column, _)| column)
        .collect();
    let missing: Vec<&(String, &str)> = columns
        .iter()
        .filter(|(column, of)| present.get(column).is_none_or(|present| present != of))
        .collect();
    let altered = !stale.is_empty() || !missing.is_empty();
    let mut kept = Vec::new();
    for index in present_indexes(connection, name).map_err(failed)? {
        // Filling is faster without indexes, and a column in an index cannot be dropped.
        if indexes.contains_key(&index) && (!altered || index == page_index(name)) {
            kept.push(index);
        } else {
            run(&format!("DROP INDEX \"{index}\""))?;
        }
    }
    for column in stale {
        run(&format!("ALTER TABLE \"{name}\" DROP COLUMN \"{column}\""))?;
    }
    for (column, of) in &missing {
        run(&format!("ALTER TABLE \"{name}\" ADD COLUMN \"{column}\" {of}"))?;
    }
    if altered {
        fill(link, table)?;
    }
    indexes.iter().filter(|(index, _)| !kept.contains(index)).try_for_each(|(_, sql)| run(sql))
}

pub(crate) fn present_columns(
    connection: &Connection,
    table: &str,
) -> rusqlite::Result<BTreeMap<String, String>> {
    let mut statement = connection.prepare("SELECT name, type FROM pragma_table_info(?1)")?;
    let rows = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

fn present_indexes(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM sqlite_master \
         WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL";
    let mut statement = connection.prepare(sql)?;
    statement.query_map(params![table], |row| row.get(0))?.collect()
}

/// Computes the index columns of all rows anew, from the stored texts, and the checksums.
fn fill(link: &Sqlite, table: &Table) -> Result<(), Error> {
    let name = table.name;
    let mut columns = index_columns(table);
    columns.push("check".to_owned());
    let sets: Vec<String> = columns
        .iter()
        .zip(1..)
        .map(|(column, number)| format!("\"{column}\" = ${number}"))
        .collect();
    let row_place = columns.len() + 1;
    let update = format!("UPDATE \"{name}\" SET {} WHERE \"row\" = ${row_place}", sets.join(", "));
    let stored: Vec<String> = STORED.iter().map(|column| quoted(column)).collect();
    let select = format!(
        "SELECT {}, \"row\" FROM \"{name}\" WHERE \"row\" > $1 ORDER BY \"row\" LIMIT {BATCH}",
        stored.join(", ")
    );
    let mut last = i64::MIN;
    loop {
        let mut batch = Vec::new();
        link.rows(&select, &[Value::Integer(last)], &mut |row| {
            last = row.integer(STORED.len())?;
            let mut values = filled(table, row)?;
            values.push(Value::Integer(last));
            batch.push(values);
            Ok(())
        })?;
        if batch.is_empty() {
            return Ok(());
        }
        for values in batch {
            link.execute(&update, &values)?;
        }
    }
}
