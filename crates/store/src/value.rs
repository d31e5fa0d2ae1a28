//! Values of index columns.

use ostler_contract::primitives::{Id, LocalDate, UtcInstant};
use uuid::Uuid;

/// What an index column can hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// No value.
    Null,
    /// A number, a flag or an instant in seconds.
    Integer(i64),
    /// An identifier.
    Id(Uuid),
    /// A text, or the wire name of an enumerated value.
    Text(String),
}

/// The database type of an index column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// 64 bits.
    Integer,
    /// 16 bytes.
    Id,
    /// UTF-8, compared byte by byte.
    Text,
}

/// A type whose values an index column can hold.
pub trait IntoValue {
    /// The database type.
    const TYPE: ColumnType;
    /// Whether there may be no value.
    const OPTIONAL: bool = false;

    /// The value in the column.
    fn into_value(self) -> Value;
}

impl IntoValue for i64 {
    const TYPE: ColumnType = ColumnType::Integer;

    fn into_value(self) -> Value {
        Value::Integer(self)
    }
}

impl IntoValue for bool {
    const TYPE: ColumnType = ColumnType::Integer;

    fn into_value(self) -> Value {
        Value::Integer(i64::from(self))
    }
}

impl IntoValue for UtcInstant {
    const TYPE: ColumnType = ColumnType::Integer;

    fn into_value(self) -> Value {
        Value::Integer(self.seconds())
    }
}

impl IntoValue for LocalDate {
    const TYPE: ColumnType = ColumnType::Text;

    fn into_value(self) -> Value {
        Value::Text(self.to_string())
    }
}

impl IntoValue for Uuid {
    const TYPE: ColumnType = ColumnType::Id;

    fn into_value(self) -> Value {
        Value::Id(self)
    }
}

impl<T: ?Sized> IntoValue for Id<T> {
    const TYPE: ColumnType = ColumnType::Id;

    fn into_value(self) -> Value {
        Value::Id(self.uuid())
    }
}

impl IntoValue for String {
    const TYPE: ColumnType = ColumnType::Text;

    fn into_value(self) -> Value {
        Value::Text(self)
    }
}

impl IntoValue for &str {
    const TYPE: ColumnType = ColumnType::Text;

    fn into_value(self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    const TYPE: ColumnType = T::TYPE;
    const OPTIONAL: bool = true;

    fn into_value(self) -> Value {
        self.map_or(Value::Null, T::into_value)
    }
}
