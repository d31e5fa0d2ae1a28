//! Reading and writing more than fits into memory.

use std::pin::pin;

use ostler_contract::error::Error;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;

use super::Postgres;
use crate::link::{Link, Row};
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
        self.ready()?;
        // The statement that fetches is kept with the columns that it gives, so each query has its own.
        let digest = sql.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |digest, byte| {
            (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let cursor = format!("\"stream_{digest:016x}\"");
        self.control(&format!("DECLARE {cursor} NO SCROLL CURSOR FOR {sql}"))?;
        let fetch = format!("FETCH {BATCH} FROM {cursor}");
        loop {
            let mut count = 0;
            self.rows(&fetch, &[], &mut |row| {
                count += 1;
                each(row)
            })?;
            if count < BATCH {
                break;
            }
        }
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
