//! Exact decimal numbers.

use std::borrow::Cow;
use std::fmt;

use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An exact decimal number of the wire; never goes through binary floating point.
///
/// Written with a decimal point and without idle zeros: `10000.0`, `0.0`, `-0.07`, `93.46`.
/// Source: recorded bodies.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Number(pub Decimal);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0.normalize();
        if value.scale() == 0 { write!(f, "{value}.0") } else { write!(f, "{value}") }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Decimal> for Number {
    fn from(value: Decimal) -> Self {
        Self(value)
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self(value.into())
    }
}

impl std::str::FromStr for Number {
    type Err = rust_decimal::Error;

    /// Reads a plain decimal such as `-0.07`.
    fn from_str(text: &str) -> Result<Self, rust_decimal::Error> {
        Decimal::from_str_exact(without_idle_zeros(text)).map(Self)
    }
}

/// The same number without zeros at the end of its fraction. They would count as digits, so that a
/// number of all possible digits could not be read as it is written.
fn without_idle_zeros(text: &str) -> &str {
    match text.split_once('.') {
        Some((_, fraction)) if !fraction.is_empty() => {
            text.trim_end_matches('0').trim_end_matches('.')
        }
        _ => text,
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number: serde_json::Number =
            self.to_string().parse().map_err(serde::ser::Error::custom)?;
        number.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = serde_json::Number::deserialize(deserializer)?.to_string();
        let value = if text.contains(['e', 'E']) {
            Decimal::from_scientific(&text)
        } else {
            Decimal::from_str_exact(without_idle_zeros(&text))
        };
        value.map(Self).map_err(|_reason: rust_decimal::Error| {
            D::Error::custom(format!("{text}, expected a number of at most 28 digits"))
        })
    }
}

impl JsonSchema for Number {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number" })
    }
}
