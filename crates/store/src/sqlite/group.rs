//! The writes of a group of jobs: held in memory, and done with the commit or when something is
//! asked that depends on them.

use ostler_contract::error::{Code, Error};
use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};

use super::Sqlite;
use crate::held::{Batch, Change, Part, Sending};
use crate::link::Link;

/// Appends a line to the change log.
const CHANGE_SQL: &str = "INSERT INTO \"change\" (\"entity\", \"scope\", \"id\", \"version\", \
     \"request\", \"time\", \"body\", \"hidden\", \"check\") \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

impl Sqlite {
    /// Does what is held, so that the database answers with it.
    pub(super) fn settle(&self) -> Result<(), Error> {
        if !self.is_writing.get() {
            return Ok(());
        }
        self.settle_kept()?;
        let own = self.held.take_own();
        if own.is_empty() {
            return Ok(());
        }
        self.begin_own()?;
        self.done(&own)
    }

    /// Does what the jobs before this one wrote.
    pub(super) fn settle_kept(&self) -> Result<(), Error> {
        let outcome = self.done(&self.held.take_kept());
        // Whose fault it is shows when each job has a transaction of its own.
        self.is_refused.set(self.is_refused.get() || outcome.is_err());
        outcome
    }

    /// From here on the job's own writes can be undone by themselves. Most jobs need no savepoint: the
    /// engine would copy every page that they change.
    pub(super) fn begin_own(&self) -> Result<(), Error> {
        if !self.has_savepoint.replace(true) {
            self.control("SAVEPOINT job")?;
        }
        Ok(())
    }

    fn done(&self, batch: &Batch) -> Result<(), Error> {
        let run = || {
            batch.tables.iter().try_for_each(|sending| self.write_rows(sending))?;
            batch.changes.iter().try_for_each(|change| self.write_change(change))
        };
        self.noted(run())
    }

    fn write_rows(&self, sending: &Sending) -> Result<(), Error> {
        let plan = self.plans().table(&sending.table);
        for row in &sending.inserts {
            self.run(&plan.insert, &row.parts(&plan.written).0)?;
        }
        for (row, version) in &sending.updates {
            let mut parts = row.parts(&plan.written).0;
            parts.push(Part::Integer(*version));
            self.change_one(&plan.update, &parts)?;
        }
        for (scope, id, version) in &sending.deletes {
            let key = [Part::Id(*scope), Part::Id(*id), Part::Integer(*version)];
            self.change_one(&plan.delete, &key)?;
        }
        Ok(())
    }

    fn write_change(&self, change: &Change) -> Result<(), Error> {
        self.run(CHANGE_SQL, &change.parts()).map(drop)
    }

    /// 409 where no row has the version that the group has seen.
    fn change_one(&self, sql: &str, parts: &[Part<'_>]) -> Result<(), Error> {
        if self.run(sql, parts)? == 0 {
            return Err(Error::new(Code::DataChanged));
        }
        Ok(())
    }
}

impl ToSql for Part<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Id(id) => ValueRef::Blob(id.as_bytes()),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}
