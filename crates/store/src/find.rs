//! Searches: conditions on index columns, newest first.

use std::marker::PhantomData;

use ostler_contract::primitives::{TimeInterval, UtcInstant};
use uuid::Uuid;

use crate::entity::{Column, Entity};
use crate::value::Value;

/// How a column is compared.
#[derive(Debug, Clone)]
pub enum Operator {
    /// Equal to one of these.
    In(Vec<Value>),
    /// This or above.
    AtLeast(Value),
    /// Below this.
    Below(Value),
    /// Without a value.
    IsNull,
    /// The interval from this column to the named one overlaps `[from, to)`, in seconds.
    Overlaps {
        /// The column of the end.
        end: &'static str,
        /// First second of the searched interval.
        from: i64,
        /// First second after the searched interval.
        to: i64,
    },
}

/// One condition of a search.
pub struct Condition<E: ?Sized> {
    pub(crate) column: &'static str,
    pub(crate) operator: Operator,
    of: PhantomData<fn() -> Box<E>>,
}

impl<E: ?Sized> Condition<E> {
    pub(crate) fn new(column: &'static str, operator: Operator) -> Self {
        Self { column, operator, of: PhantomData }
    }
}

/// A search for documents of one kind: all conditions hold, newest first.
pub struct Find<E: ?Sized> {
    pub(crate) scopes: Vec<Uuid>,
    pub(crate) conditions: Vec<(&'static str, Operator)>,
    pub(crate) ids: Option<Vec<Uuid>>,
    of: PhantomData<fn() -> Box<E>>,
}

impl<E: Entity> Find<E> {
    /// All documents of these scopes.
    #[must_use]
    pub fn within(scopes: &[Uuid]) -> Self {
        let mut scopes = scopes.to_vec();
        scopes.sort_unstable();
        scopes.dedup();
        Self { scopes, conditions: Vec::new(), ids: None, of: PhantomData }
    }

    /// Only those for which `condition` holds too.
    #[must_use]
    pub fn and(mut self, condition: Condition<E>) -> Self {
        let Condition { column, mut operator, of: _ } = condition;
        if let Operator::In(values) = &mut operator {
            values.sort_unstable();
            values.dedup();
        }
        self.conditions.push((column, operator));
        self
    }

    /// Only those for which `condition` holds too, where there is one.
    #[must_use]
    pub fn and_maybe(self, condition: Option<Condition<E>>) -> Self {
        match condition {
            Some(condition) => self.and(condition),
            None => self,
        }
    }

    /// Only those with one of these identifiers. Called twice, only those in both.
    #[must_use]
    pub fn ids<I: Into<Uuid> + Copy>(mut self, ids: &[I]) -> Self {
        let mut wanted: Vec<Uuid> = ids.iter().map(|id| (*id).into()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        if let Some(before) = self.ids.take() {
            wanted.retain(|id| before.binary_search(id).is_ok());
        }
        self.ids = Some(wanted);
        self
    }

    /// Only those with one of these identifiers, where any are given.
    #[must_use]
    pub fn ids_maybe<I: Into<Uuid> + Copy>(self, ids: Option<&[I]>) -> Self {
        match ids {
            Some(ids) => self.ids(ids),
            None => self,
        }
    }

    /// Only those whose instant lies in the interval: `start <= x < end`, or `x = start` where
    /// both bounds are equal.
    #[must_use]
    pub fn during(self, column: Column<E, UtcInstant>, interval: Option<TimeInterval>) -> Self {
        self.during_name(column.name(), interval)
    }

    /// The same for a column whose documents may lack the instant; those without are not found.
    #[must_use]
    pub fn during_optional(
        self,
        column: Column<E, Option<UtcInstant>>,
        interval: Option<TimeInterval>,
    ) -> Self {
        self.during_name(column.name(), interval)
    }

    fn during_name(mut self, column: &'static str, interval: Option<TimeInterval>) -> Self {
        let Some(interval) = interval else { return self };
        let (start, end) = (interval.start_utc.seconds(), interval.end_utc.seconds());
        if start == end {
            self.conditions.push((column, Operator::In(vec![Value::Integer(start)])));
        } else {
            self.conditions.push((column, Operator::AtLeast(Value::Integer(start))));
            self.conditions.push((column, Operator::Below(Value::Integer(end))));
        }
        self
    }

    /// Only those whose interval `[start, end)` overlaps the given one; touching ends do not.
    /// Two equal bounds mean the one second that begins there.
    #[must_use]
    pub fn overlapping(
        mut self,
        start: Column<E, UtcInstant>,
        end: Column<E, UtcInstant>,
        interval: Option<TimeInterval>,
    ) -> Self {
        let Some(interval) = interval else { return self };
        let from = interval.start_utc.seconds();
        let to = interval.end_utc.seconds().max(from + 1);
        self.conditions.push((start.name(), Operator::Overlaps { end: end.name(), from, to }));
        self
    }
}
