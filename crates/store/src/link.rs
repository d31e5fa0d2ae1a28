//! What the rest of the crate asks of a database: one connection, and the few words in which the
//! engines differ.

use ostler_contract::error::Error;
use uuid::Uuid;

use crate::checksum::Sum;
use crate::value::Value;

/// One connection. SQL text has the placeholders `$1`, `$2`, … in the order of their appearance.
pub(crate) trait Link {
    /// The words of this engine.
    fn dialect(&self) -> Dialect;

    /// Runs a statement and answers how many rows it changed.
    fn execute(&self, sql: &str, values: &[Value]) -> Result<usize, Error>;

    /// Runs a query and visits its rows.
    fn rows(
        &self,
        sql: &str,
        values: &[Value],
        each: &mut dyn FnMut(&dyn Row) -> Result<(), Error>,
    ) -> Result<(), Error>;
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
    /// Makes the planner take this index, where the engine can be told.
    pub(crate) index_hint: fn(index: &str) -> String,
    /// Appended where rows are fetched in the order of an ordered inner query, where the engine
    /// does not keep that order by itself.
    pub(crate) order_again: &'static str,
}
