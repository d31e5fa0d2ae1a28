//! A file that takes in the world of another database, and the snapshot of one that gives it.

use std::fs::File;
use std::path::{Path, PathBuf};

use ostler_contract::error::Error;

use super::opening::{beside, remove, rename};
use super::{Durability, Sqlite, failed, schema};
use crate::entity::Table;
use crate::link::Link;
use crate::search::quoted;
use crate::store::OpenError;
use crate::transfer::Receiver;
use crate::value::Value;

/// A snapshot of a world, which must be as this version declares it.
pub(crate) fn giving(file: &Path, tables: &[Table]) -> Result<Sqlite, OpenError> {
    let wrong = |error: Error| schema::cannot_be_read(file, &error);
    let link = Sqlite::open_to_read(file).map_err(wrong)?;
    schema::recognise(&link, file)?;
    link.control("BEGIN").map_err(wrong)?;
    schema::expect(&link, file, tables).map_err(wrong)??;
    Ok(link)
}

/// Where a world stands until it is complete.
pub(crate) fn draft_of(file: &Path) -> PathBuf {
    PathBuf::from(beside(file, ".copying"))
}

/// A draft beside the place of a world.
pub(crate) struct Draft {
    link: Sqlite,
    draft: PathBuf,
    file: PathBuf,
}

impl Draft {
    /// Begins a draft; gives nothing where there is a world. What an interrupted transfer left is
    /// removed.
    pub(crate) fn open(file: &Path, tables: &'static [Table]) -> Result<Option<Self>, OpenError> {
        if file.exists() {
            return Ok(None);
        }
        let draft = draft_of(file);
        let begin = || {
            remove(&draft).map_err(Error::internal)?;
            let link = Sqlite::open(&draft)?;
            // What is interrupted is thrown away.
            let quick = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF";
            link.connection.execute_batch(quick).map_err(failed)?;
            schema::make(&link, 0)?;
            let tables: String =
                tables.iter().map(|table| format!("{}; ", schema::bare_sql(table))).collect();
            link.connection.execute_batch(&tables).map_err(failed)?;
            Ok(link)
        };
        let link = begin().map_err(|error: Error| schema::cannot_be_read(&draft, &error))?;
        Ok(Some(Self { link, draft, file: file.to_owned() }))
    }
}

impl Receiver for Draft {
    fn link(&self) -> &dyn Link {
        &self.link
    }

    fn append(&self, table: &str, columns: &[String], rows: &[Vec<Value>]) -> Result<(), Error> {
        let names: Vec<String> = columns.iter().map(|name| quoted(name)).collect();
        let places: Vec<String> = (1..=columns.len()).map(|number| format!("?{number}")).collect();
        let (table, names, places) = (quoted(table), names.join(", "), places.join(", "));
        let sql = format!("INSERT INTO {table} ({names}) VALUES ({places})");
        self.link.control("BEGIN IMMEDIATE")?;
        rows.iter().try_for_each(|row| self.link.execute(&sql, row).map(drop))?;
        self.link.control("COMMIT")
    }

    fn index(&self, table: &Table) -> Result<(), Error> {
        schema::reconcile(&self.link, table)
    }

    fn seal(self: Box<Self>) -> Result<(), OpenError> {
        let Self { link, draft, file } = *self;
        let wrong = |error: &dyn std::fmt::Display| {
            OpenError(format!("The database {} cannot be written: {error}.", file.display()))
        };
        let closed = link.set_up(Durability::Full).and_then(|()| link.fold_log());
        drop(link);
        closed.map_err(|error| wrong(error.cause().map_or(&error, |cause| cause)))?;
        let placed = File::open(&draft).and_then(|draft| draft.sync_all());
        placed.and_then(|()| rename(&draft, &file)).map_err(|error| wrong(&error))
    }

    fn abandon(self: Box<Self>) {
        let Self { link, draft, .. } = *self;
        drop(link);
        // Why it was abandoned is what there is to say; the next attempt begins anew.
        drop(remove(&draft));
    }
}
