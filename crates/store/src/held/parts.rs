//! Columns of rows in memory.

use ostler_contract::error::Error;
use uuid::Uuid;

use super::HeldRow;
use crate::checksum::Sum;
use crate::entity::Table;
use crate::link::Row;
use crate::value::Value;

/// Which column of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Scope,
    Id,
    Version,
    Created,
    Updated,
    Check,
    /// The index column of this position.
    Index(usize),
    Body,
    Hidden,
}

impl Place {
    /// The column of this name among those that are declared; none where there is none.
    pub(crate) fn declared(name: &str, table: &Table) -> Option<Self> {
        Self::own(name).or_else(|| {
            Some(Self::Index(table.columns.iter().position(|column| column.name == name)?))
        })
    }

    /// The columns of these names in a table with these index columns.
    pub(crate) fn all(names: &[String], index: &[String]) -> Vec<Self> {
        let position = |name: &str| index.iter().position(|column| column == name);
        let place = |name: &str| Self::own(name).or_else(|| position(name).map(Self::Index));
        names.iter().filter_map(|name| place(name)).collect()
    }

    fn own(name: &str) -> Option<Self> {
        Some(match name {
            "scope" => Self::Scope,
            "id" => Self::Id,
            "version" => Self::Version,
            "created" => Self::Created,
            "updated" => Self::Updated,
            "check" => Self::Check,
            "body" => Self::Body,
            "hidden" => Self::Hidden,
            _ => return None,
        })
    }
}

/// A value, borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part<'a> {
    Null,
    Integer(i64),
    Id(Uuid),
    Text(&'a str),
}

impl<'a> Part<'a> {
    pub(crate) fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Integer(number) => Self::Integer(*number),
            Value::Id(id) => Self::Id(*id),
            Value::Text(text) => Self::Text(text),
        }
    }
}

impl HeldRow {
    /// The value of a column.
    pub(crate) fn part(&self, place: Place) -> Part<'_> {
        match place {
            Place::Scope => Part::Id(self.scope),
            Place::Id => Part::Id(self.id),
            Place::Version => Part::Integer(self.version),
            Place::Created => Part::Integer(self.created),
            Place::Updated => Part::Integer(self.updated),
            Place::Check => Part::Integer(self.check),
            Place::Index(position) => self.index.get(position).map_or(Part::Null, Part::of),
            Place::Body => Part::Text(&self.body),
            Place::Hidden => Part::Text(&self.hidden),
        }
    }

    /// The values of some columns.
    pub(crate) fn parts(&self, places: &[Place]) -> Parts<'_> {
        Parts(places.iter().map(|place| self.part(*place)).collect())
    }
}

/// Some columns of a row, in the order in which they are wanted.
pub(crate) struct Parts<'a>(pub(crate) Vec<Part<'a>>);

impl Parts<'_> {
    fn part(&self, column: usize) -> Result<Part<'_>, Error> {
        let part = self.0.get(column).copied();
        part.ok_or_else(|| Error::internal(format!("there is no column {column}")))
    }
}

fn misplaced(column: usize, wanted: &str) -> Error {
    Error::internal(format!("column {column} is not {wanted}"))
}

impl Row for Parts<'_> {
    fn text(&self, column: usize) -> Result<&[u8], Error> {
        match self.part(column)? {
            Part::Text(text) => Ok(text.as_bytes()),
            _ => Err(misplaced(column, "a text")),
        }
    }

    fn value(&self, column: usize) -> Result<Value, Error> {
        Ok(match self.part(column)? {
            Part::Null => Value::Null,
            Part::Integer(number) => Value::Integer(number),
            Part::Id(id) => Value::Id(id),
            Part::Text(text) => Value::Text(text.to_owned()),
        })
    }

    fn sum(&self, column: usize, sum: &mut Sum) -> Result<(), Error> {
        match self.part(column)? {
            Part::Null => sum.null(),
            Part::Integer(number) => sum.integer(number),
            Part::Id(id) => sum.id(id.as_bytes()),
            Part::Text(text) => sum.text(text.as_bytes()),
        }
        Ok(())
    }

    fn integer(&self, column: usize) -> Result<i64, Error> {
        match self.part(column)? {
            Part::Integer(number) => Ok(number),
            _ => Err(misplaced(column, "a number")),
        }
    }

    fn id(&self, column: usize) -> Result<Uuid, Error> {
        match self.part(column)? {
            Part::Id(id) => Ok(id),
            _ => Err(misplaced(column, "an identifier")),
        }
    }
}
