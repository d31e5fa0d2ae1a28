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

/// The type and the bytes of a value, none where there is no value.
fn raw(row: &tokio_postgres::Row, column: usize) -> Result<(&Type, Option<&[u8]>), Error> {
    let of = row.columns().get(column).map(tokio_postgres::Column::type_);
    let of = of.ok_or_else(|| Error::internal(format!("there is no column {column}")))?;
    let bytes: Option<Raw<'_>> = row.try_get(column).map_err(Error::internal)?;
    Ok((of, bytes.map(|raw| raw.0)))
}

fn present(row: &tokio_postgres::Row, column: usize) -> Result<(&Type, &[u8]), Error> {
    let (of, bytes) = raw(row, column)?;
    let bytes = bytes.ok_or_else(|| damaged(format!("column {column} has no value")))?;
    Ok((of, bytes))
}

fn number(of: &Type, bytes: &[u8]) -> Option<i64> {
    match *of {
        Type::INT8 => Some(i64::from_be_bytes(bytes.try_into().ok()?)),
        Type::INT4 => Some(i32::from_be_bytes(bytes.try_into().ok()?).into()),
        Type::BOOL => Some(bytes.first().copied()?.into()),
        _ => None,
    }
}

/// 500 for a value of another type than the one that is asked for.
fn misplaced(column: usize, of: &Type, wanted: &str) -> Error {
    damaged(format!("column {column} is of type {of}, not {wanted}"))
}

impl Row for tokio_postgres::Row {
    fn text(&self, column: usize) -> Result<&[u8], Error> {
        let (of, bytes) = present(self, column)?;
        match *of {
            Type::TEXT => Ok(bytes),
            _ => Err(misplaced(column, of, "a text")),
        }
    }

    fn value(&self, column: usize) -> Result<Value, Error> {
        let (of, bytes) = raw(self, column)?;
        let Some(bytes) = bytes else { return Ok(Value::Null) };
        Ok(match *of {
            Type::UUID => Value::Id(self.id(column)?),
            Type::TEXT => {
                let text = std::str::from_utf8(bytes).map_err(Error::internal)?;
                let is_escaped = text.contains(ESCAPE);
                Value::Text(if is_escaped { unescaped(text) } else { text.to_owned() })
            }
            _ => Value::Integer(self.integer(column)?),
        })
    }

    fn sum(&self, column: usize, sum: &mut Sum) -> Result<(), Error> {
        match raw(self, column)? {
            (_, None) => sum.null(),
            (&Type::UUID, Some(bytes)) => sum.id(bytes),
            (&Type::TEXT, Some(bytes)) if bytes.contains(&(ESCAPE as u8)) => {
                sum.value(&self.value(column)?);
            }
            (&Type::TEXT, Some(bytes)) => sum.text(bytes),
            (_, Some(_)) => sum.integer(self.integer(column)?),
        }
        Ok(())
    }

    fn integer(&self, column: usize) -> Result<i64, Error> {
        let (of, bytes) = present(self, column)?;
        number(of, bytes).ok_or_else(|| misplaced(column, of, "a number"))
    }

    fn id(&self, column: usize) -> Result<Uuid, Error> {
        let (of, bytes) = present(self, column)?;
        Uuid::from_slice(bytes).map_err(|_length| misplaced(column, of, "an identifier"))
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
