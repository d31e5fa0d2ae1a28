//! The declarations of tables, as far as they are the same on every engine.

use std::collections::BTreeMap;

use ostler_contract::error::Error;

use crate::checksum::fingerprint;
use crate::entity::{Lookup, Table};
use crate::link::{Dialect, Row};
use crate::plans::TablePlan;
use crate::rows::{self, Written, index_columns, index_values};
use crate::search::{lookup_columns, lookup_index, quoted};
use crate::store::OpenError;
use crate::value::{ColumnType, Value};

/// The key of the number that tells by which declarations the tables were made.
pub(crate) const DIGEST_KEY: &str = "declarations";
/// The key of the number that tells which generation of declarations that was.
pub(crate) const GENERATION_KEY: &str = "generation";

/// The declarations of a program.
#[derive(Debug, Clone, Copy)]
pub struct Declared {
    /// Every table that it knows.
    pub tables: &'static [Table],
    /// Which of all its declarations these are; see [`crate::Options::generation`].
    pub generation: i64,
}

/// Refuses declarations that cannot become tables: a fault of the program.
pub(crate) fn check(tables: &[Table]) -> Result<(), OpenError> {
    for table in tables {
        let known = |name: &str| {
            table.columns.iter().any(|column| column.name == name)
                || matches!(name, "created" | "updated")
        };
        let mut ends: BTreeMap<&str, &str> = BTreeMap::new();
        for lookup in table.lookups {
            let (names, interval, beside): (&[&str], _, &[&str]) = match lookup {
                Lookup::Columns(names) => (names, None, &[]),
                Lookup::Interval { by, start, end, beside } => (by, Some((*start, *end)), beside),
            };
            let (start, end) = interval.unzip();
            let mut all = names.iter().chain(beside).copied().chain(start).chain(end);
            if let Some(name) = all.find(|it| !known(it)) {
                let table = table.name;
                return Err(OpenError(format!("A lookup of {table} names no column: {name}.")));
            }
            if let Some((start, end)) = interval
                && *ends.entry(start).or_insert(end) != end
            {
                let table = table.name;
                return Err(OpenError(format!("Two intervals of {table} begin with {start}.")));
            }
        }
    }
    Ok(())
}

/// A number that differs where the declarations differ.
#[must_use]
pub fn digest(tables: &[Table]) -> i64 {
    let mut text = String::new();
    for table in tables {
        let Table { name, columns, lookups, reindex: _ } = table;
        text.push_str(&format!("{name} {columns:?} {lookups:?};"));
    }
    fingerprint(&text).cast_signed()
}

/// The index columns with their types in the database.
pub(crate) fn declared_columns(dialect: Dialect, table: &Table) -> Vec<(String, &'static str)> {
    let types = table.columns.iter().map(|column| (dialect.column_type)(column.of));
    let number = (dialect.column_type)(ColumnType::Integer);
    index_columns(table).into_iter().zip(types.chain(std::iter::repeat(number))).collect()
}

/// The lookups by the names of their indexes, with their statements.
pub(crate) fn lookup_indexes(dialect: Dialect, table: &Table) -> BTreeMap<String, String> {
    let mut indexes = BTreeMap::new();
    for lookup in table.lookups {
        let name = (dialect.index_name)(lookup_index(table, lookup));
        let columns: Vec<String> =
            lookup_columns(lookup).iter().map(|column| quoted(column)).collect();
        let (of, columns) = (table.name, columns.join(", "));
        let mut sql = format!("CREATE INDEX \"{name}\" ON \"{of}\" (\"scope\", {columns}, \"id\")");
        if let Some(first) = table.sparse(lookup) {
            sql.push_str(&format!(" WHERE {} IS NOT NULL", quoted(first)));
        }
        indexes.insert(name, sql);
    }
    indexes
}

/// The index columns and checksums of a row of [`rows::STORED`] columns.
pub(crate) fn filled(table: &Table, row: &dyn Row) -> Result<Vec<Value>, Error> {
    let text = |column| std::str::from_utf8(row.text(column)?).map_err(Error::internal);
    let (body, hidden) = (text(4)?, text(5)?);
    let computed = (table.reindex)(body, hidden).map_err(|error| {
        Error::internal(format!("a row of {} cannot be read: {error}", table.name))
    })?;
    let mut values = index_values(table, computed.index);
    let written = Written {
        scope: row.id(0)?,
        id: row.id(6)?,
        version: row.integer(1)?,
        created: rows::instant(row, 2)?,
        updated: rows::instant(row, 3)?,
        index: Vec::new(),
        body: body.to_owned(),
        hidden: hidden.to_owned(),
    };
    let check = rows::check_of(&TablePlan::of(table), &written, &values);
    values.push(Value::Integer(check));
    Ok(values)
}
