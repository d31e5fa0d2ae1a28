//! Reading and writing more than fits into memory.

use std::pin::pin;
use std::vec::IntoIter;

use ostler_contract::error::Error;
use tokio_postgres::Statement;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;

use super::Postgres;
use crate::checksum::fingerprint;
use crate::link::{Pull, Row};
use crate::search::quoted;
use crate::value::Value;

/// Rows that are fetched at once.
const BATCH: usize = 500;

impl Postgres {
    /// Visits the rows of a query, some hundreds of which are here at once.
    pub(super) fn streamed(
        &self,
        sql: &str,
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.pulled(sql, &mut |rows| {
            while rows.next(each)? {}
            Ok(())
        })
    }

    /// Lets the rows of a query be taken one by one, some hundreds of which are here at once.
    pub(super) fn pulled(
        &self,
        sql: &str,
        work: &mut dyn FnMut(&mut dyn Pull) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.ready()?;
        // The statement that fetches is kept with the columns that it gives, so each query has its own.
        let digest = fingerprint(sql);
        let cursor = format!("\"stream_{digest:016x}\"");
        self.control(&format!("DECLARE {cursor} NO SCROLL CURSOR FOR {sql}"))?;
        let fetch = self.prepared(&format!("FETCH {BATCH} FROM {cursor}"))?;
        let mut fetched =
            Fetched { link: self, fetch, rows: Vec::new().into_iter(), is_last: false };
        work(&mut fetched).inspect_err(|error| self.health.note(error))?;
        self.control(&format!("CLOSE {cursor}"))
    }

    /// Appends rows to a table in the fastest way.
    pub(super) fn append(
        &self,
        table: &str,
        columns: &[String],
        rows: &[Vec<Value>],
    ) -> Result<(), Error> {
        self.ready()?;
        let names: Vec<String> = columns.iter().map(|name| quoted(name)).collect();
        let (table, names) = (quoted(table), names.join(", "));
        let described = self.prepared(&format!("SELECT {names} FROM {table}"))?;
        let types: Vec<Type> = described.columns().iter().map(|it| it.type_().clone()).collect();
        let sql = format!("COPY {table} ({names}) FROM STDIN BINARY");
        let outcome = match self.client.borrow().as_ref() {
            None => Err(None),
            Some(client) => self.wait(async {
                let sink = client.copy_in(&sql).await?;
                let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
                for row in rows {
                    writer.as_mut().write_raw(row).await?;
                }
                writer.finish().await
            }),
        };
        outcome.map(drop).map_err(|failure| self.told(failure))
    }
}

/// The rows of a cursor.
struct Fetched<'a> {
    link: &'a Postgres,
    fetch: Statement,
    rows: IntoIter<tokio_postgres::Row>,
    /// Whether the cursor has no more than these.
    is_last: bool,
}

impl Pull for Fetched<'_> {
    fn next(&mut self, each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>) -> Result<bool, Error> {
        if self.rows.len() == 0 && !self.is_last {
            let rows = self.link.send(Some((&self.fetch, &[])), "")?.rows;
            self.is_last = rows.len() < BATCH;
            self.rows = rows.into_iter();
        }
        match self.rows.next() {
            None => Ok(false),
            Some(row) => each(&row).map(|()| true),
        }
    }
}
