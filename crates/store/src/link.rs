//! What the rest of the crate asks of a database: one connection, and the few words in which the
//! engines differ.

use std::time::Instant;

use ostler_contract::error::Error;
use ostler_contract::primitives::UtcInstant;
use uuid::Uuid;

use crate::checksum::Sum;
use crate::held::Held;
use crate::identifiers::Identifiers;
use crate::pages::{Mark, Pages};
use crate::plans::Plans;
use crate::segments::{Segments, Stamp};
use crate::value::{ColumnType, Value};

/// One connection. SQL text has the placeholders `$1`, `$2`, … in the order of their appearance.
pub(crate) trait Link {
    /// The words of this engine.
    fn dialect(&self) -> Dialect;

    /// The texts that were built for this connection.
    fn plans(&self) -> &Plans;

    /// Pages that were read before, and the state of all documents when this snapshot was begun,
    /// where this engine can tell and this connection only reads. What the snapshot shows is not
    /// older.
    fn pages(&self) -> Option<(&Pages, Mark)> {
        None
    }

    /// The state that the snapshot shows, where it is known.
    fn mark(&self) -> Result<Option<Mark>, Error> {
        Ok(None)
    }

    /// Documents in memory, where this connection only reads and there may be some.
    fn segments(&self) -> Option<&Segments> {
        None
    }

    /// After which change the segments have the documents of a scope, where that is known without a
    /// question, and not older than this snapshot was when it was asked for.
    fn known_stamp(&self, _scope: Uuid) -> Option<Stamp> {
        None
    }

    /// The same once they are as this snapshot shows them. None where others have made them later
    /// than that.
    fn stamp(&self, _scope: Uuid) -> Result<Option<Stamp>, Error> {
        Ok(None)
    }

    /// Runs a statement and answers how many rows it changed.
    fn execute(&self, sql: &str, values: &[Value]) -> Result<usize, Error>;

    /// What is written and not sent yet, where a group of jobs is under way. Whoever writes or reads
    /// documents asks it first.
    fn held(&self) -> Option<&Held> {
        None
    }

    /// Sends what is held.
    fn send_held(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Runs a query of one table whose answer does not depend on what is held, and visits its rows.
    /// An engine may remember the answer as long as the transaction cannot have changed it.
    fn rows_beside(
        &self,
        _table: &'static str,
        (sql, values): (&str, &[Value]),
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.rows(sql, values, each)
    }

    /// Is told that the transaction makes the epoch rise.
    fn epoch_rises(&self) {}

    /// Lets more identifiers be given out at this time. Where that fails, so does the transaction.
    fn widen(&self, identifiers: &mut Identifiers, now: UtcInstant);

    /// Runs a query and visits its rows.
    fn rows(
        &self,
        sql: &str,
        values: &[Value],
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error>;

    /// Runs a query within a transaction and visits its rows as they come, however many there are.
    fn stream(
        &self,
        sql: &str,
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.rows(sql, &[], each)
    }

    /// Runs a query within a transaction, whose rows `work` takes one by one, whatever else it asks
    /// of the connection meanwhile.
    fn pull(
        &self,
        sql: &str,
        work: &mut dyn FnMut(&mut dyn Pull) -> Result<(), Error>,
    ) -> Result<(), Error>;
}

/// Rows that are taken one by one.
pub(crate) trait Pull {
    /// Visits the next row; false where there is none.
    fn next(&mut self, each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>) -> Result<bool, Error>;
}

/// A connection as the workers have it: with its transactions.
pub(crate) trait Session: Link + Send {
    /// Fails where the database is known to be damaged, by this connection or another one.
    fn intact(&self) -> Result<(), Error>;

    /// From now on statements fail once `deadline` has passed.
    fn set_deadline(&self, deadline: Option<Instant>);

    /// Says when whoever reads next began to ask, where that is known: a page that was read before
    /// must be as it was at some time since then.
    fn asked(&self, _since: Option<Instant>) {}

    /// Takes a snapshot. Nothing can be written until it is let go.
    fn begin_read(&self) -> Result<(), Error>;

    /// Lets the snapshot go.
    fn end_read(&self) -> Result<(), Error>;

    /// Begins a transaction for a group of jobs. Answers the identifiers that it may give out.
    fn begin_write(&self, now: UtcInstant) -> Result<Identifiers, Error>;

    /// Begins a job within the transaction.
    fn begin_job(&self) -> Result<(), Error>;

    /// Ends a job whose writes stay. The database may come to know of them with the commit.
    fn keep_job(&self) -> Result<(), Error>;

    /// Ends a job that leaves nothing.
    fn undo_job(&self) -> Result<(), Error>;

    /// Whether the transaction stands. Some errors end it.
    fn fate(&self) -> Fate;

    /// Makes the transaction durable, which gave out these identifiers.
    fn commit(&self, identifiers: Identifiers) -> Result<(), Error>;

    /// Ends the transaction, if there is one, and leaves nothing of it.
    fn rollback(&self) -> Result<(), Error>;
}

/// What became of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It can go on.
    Stands,
    /// The database ended it because of what one job did; without that job it would have stood.
    Ended,
    /// The database refused what several jobs wrote together. With a transaction for each it shows
    /// whose fault that is.
    Refused,
    /// It lost against another transaction. Run again, it may win.
    Conflict,
    /// The connection was lost before the transaction was to become durable: nothing is left of it.
    Disconnected,
    /// The connection was lost while the transaction became durable: nobody knows whether it did.
    Unknown,
}

/// One row of an answer.
pub(crate) trait Row {
    /// The bytes of a text.
    fn text(&self, column: usize) -> Result<&[u8], Error>;

    /// Any value.
    fn value(&self, column: usize) -> Result<Value, Error>;

    /// Adds a value to a checksum.
    fn sum(&self, column: usize, sum: &mut Sum) -> Result<(), Error>;

    /// A number.
    fn integer(&self, column: usize) -> Result<i64, Error>;

    /// An identifier.
    fn id(&self, column: usize) -> Result<Uuid, Error>;
}

/// The words of an engine where SQL does not suffice.
#[derive(Clone, Copy)]
pub(crate) struct Dialect {
    /// What stands before the number of a place in long statements; `$` is understood everywhere.
    pub(crate) place_mark: char,
    /// The type of a column.
    pub(crate) column_type: fn(of: ColumnType) -> &'static str,
    /// An index has this name where it would have that one.
    pub(crate) index_name: fn(name: String) -> String,
    /// Makes the planner take this index, where the engine can be told.
    pub(crate) index_hint: fn(index: &str) -> String,
    /// The columns by which a row is found again in the fastest way.
    pub(crate) key: &'static [&'static str],
    /// Those columns, ending with the identifier: a search for them reads nothing but its index.
    pub(crate) found: &'static [&'static str],
    /// Ends a search whose rows are sorted afterwards, where the planner must be kept from reading
    /// everything in the wanted order instead.
    pub(crate) fence: Option<&'static str>,
    /// Appended where rows are fetched in the order of an ordered inner query, where the engine
    /// does not keep that order by itself.
    pub(crate) order_again: &'static str,
    /// Whether rows stand in the order of a number `row`, so that neighbours are read in one go.
    pub(crate) has_row_numbers: bool,
}
