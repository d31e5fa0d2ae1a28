//! Values on their way to and from the server, in its binary form.

use std::error::Error as StdError;

use bytes::{BufMut, BytesMut};
use ostler_contract::error::Error;
use tokio_postgres::types::{FromSql, IsNull, Kind, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use crate::checksum::{Sum, damaged};
use crate::held::Part;
use crate::link::Row;
use crate::value::Value;

/// Stands before a character that the server's texts cannot hold, and before itself.
const ESCAPE: char = '\u{1}';

impl ToSql for Value {
    fn to_sql(
        &self,
        of: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        Part::of(self).to_sql(of, out)
    }

    fn accepts(_of: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl ToSql for Part<'_> {
    fn to_sql(
        &self,
        _of: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => return Ok(IsNull::Yes),
            Self::Integer(number) => out.put_i64(*number),
            Self::Id(id) => out.put_slice(id.as_bytes()),
            Self::Text(text) if text.contains(['\0', ESCAPE]) => {
                out.put_slice(escaped(text).as_bytes());
            }
            Self::Text(text) => out.put_slice(text.as_bytes()),
        }
        Ok(IsNull::No)
    }

    fn accepts(_of: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// What a place of a statement gets.
#[derive(Debug)]
pub(super) enum Parameter<'a> {
    /// One value.
    One(Part<'a>),
    /// An array of values.
    Many(Vec<Part<'a>>),
}

impl ToSql for Parameter<'_> {
    fn to_sql(
        &self,
        of: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        let values = match self {
            Self::One(value) => return value.to_sql(of, out),
            Self::Many(values) => values,
        };
        let Kind::Array(member) = of.kind() else {
            return Err(format!("{of} is no array").into());
        };
        // One dimension, whether there are nulls, of what, how many, from 1.
        out.put_i32(1);
        out.put_i32(i32::from(values.contains(&Part::Null)));
        out.put_u32(member.oid());
        out.put_i32(i32::try_from(values.len())?);
        out.put_i32(1);
        for value in values {
            let start = out.len();
            out.put_i32(-1);
            if matches!(value.to_sql(member, out)?, IsNull::No) {
                let length = i32::try_from(out.len() - start - 4)?;
                if let Some(place) = out.get_mut(start..start + 4) {
                    place.copy_from_slice(&length.to_be_bytes());
                }
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_of: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The text with what the server's texts cannot hold written otherwise.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\0' => escaped.extend([ESCAPE, '0']),
            ESCAPE => escaped.extend([ESCAPE, '1']),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The text that was escaped.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        plain.push(match character {
            ESCAPE if characters.next() == Some('0') => '\0',
            other => other,
        });
    }
    plain
}

/// The bytes of a value as they came.
struct Raw<'a>(&'a [u8]);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_of: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self(raw))
    }

    fn accepts(_of: &Type) -> bool {
        true
    }
}

/// One value of a row.
pub(super) struct Cell<'a> {
    pub(super) column: usize,
    pub(super) of: &'a Type,
    /// None where there is no value.
    pub(super) bytes: Option<&'a [u8]>,
}

impl<'a> Cell<'a> {
    fn present(&self) -> Result<&'a [u8], Error> {
        self.bytes.ok_or_else(|| damaged(format!("column {} has no value", self.column)))
    }

    /// 500 for a value of another type than the one that is asked for.
    fn misplaced(&self, wanted: &str) -> Error {
        damaged(format!("column {} is of type {}, not {wanted}", self.column, self.of))
    }

    pub(super) fn text(&self) -> Result<&'a [u8], Error> {
        let bytes = self.present()?;
        if *self.of == Type::TEXT { Ok(bytes) } else { Err(self.misplaced("a text")) }
    }

    pub(super) fn value(&self) -> Result<Value, Error> {
        let Some(bytes) = self.bytes else { return Ok(Value::Null) };
        Ok(match *self.of {
            Type::UUID => Value::Id(self.id()?),
            Type::TEXT => {
                let text = std::str::from_utf8(bytes).map_err(Error::internal)?;
                let is_escaped = text.contains(ESCAPE);
                Value::Text(if is_escaped { unescaped(text) } else { text.to_owned() })
            }
            _ => Value::Integer(self.integer()?),
        })
    }

    pub(super) fn sum(&self, sum: &mut Sum) -> Result<(), Error> {
        match (self.of, self.bytes) {
            (_, None) => sum.null(),
            (&Type::UUID, Some(bytes)) => sum.id(bytes),
            (&Type::TEXT, Some(bytes)) if bytes.contains(&(ESCAPE as u8)) => {
                sum.value(&self.value()?);
            }
            (&Type::TEXT, Some(bytes)) => sum.text(bytes),
            (_, Some(_)) => sum.integer(self.integer()?),
        }
        Ok(())
    }

    pub(super) fn integer(&self) -> Result<i64, Error> {
        number(self.of, self.present()?).ok_or_else(|| self.misplaced("a number"))
    }

    pub(super) fn id(&self) -> Result<Uuid, Error> {
        let bytes = self.present()?;
        Uuid::from_slice(bytes).map_err(|_length| self.misplaced("an identifier"))
    }
}

fn number(of: &Type, bytes: &[u8]) -> Option<i64> {
    match *of {
        Type::INT8 => Some(i64::from_be_bytes(bytes.try_into().ok()?)),
        Type::INT4 => Some(i32::from_be_bytes(bytes.try_into().ok()?).into()),
        Type::BOOL => Some(bytes.first().copied()?.into()),
        _ => None,
    }
}

/// One value of a row of the driver.
fn cell(row: &tokio_postgres::Row, column: usize) -> Result<Cell<'_>, Error> {
    let of = row.columns().get(column).map(tokio_postgres::Column::type_);
    let of = of.ok_or_else(|| Error::internal(format!("there is no column {column}")))?;
    let bytes: Option<Raw<'_>> = row.try_get(column).map_err(Error::internal)?;
    Ok(Cell { column, of, bytes: bytes.map(|raw| raw.0) })
}

impl Row for tokio_postgres::Row {
    fn text(&self, column: usize) -> Result<&[u8], Error> {
        cell(self, column)?.text()
    }

    fn value(&self, column: usize) -> Result<Value, Error> {
        cell(self, column)?.value()
    }

    fn sum(&self, column: usize, sum: &mut Sum) -> Result<(), Error> {
        cell(self, column)?.sum(sum)
    }

    fn integer(&self, column: usize) -> Result<i64, Error> {
        cell(self, column)?.integer()
    }

    fn id(&self, column: usize) -> Result<Uuid, Error> {
        cell(self, column)?.id()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back() {
        for text in ["", "a", "\0", "\u{1}", "\u{1}0", "a\0b\u{1}\u{1}1c"] {
            let escaped = escaped(text);
            assert!(!escaped.contains('\0'), "{escaped:?}");
            assert_eq!(unescaped(&escaped), text);
        }
    }
}
