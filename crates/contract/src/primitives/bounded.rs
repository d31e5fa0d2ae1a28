//! Lists and texts with limits.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A list of at least `MIN` and at most `MAX` items, as a request carries it.
///
/// An empty list counts as missing where `MIN` is 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounded<T, const MIN: usize, const MAX: usize>(Vec<T>);

impl<T, const MIN: usize, const MAX: usize> Bounded<T, MIN, MAX> {
    /// The items.
    #[must_use]
    pub fn into_inner(self) -> Vec<T> {
        self.0
    }
}

impl<T, const MIN: usize, const MAX: usize> TryFrom<Vec<T>> for Bounded<T, MIN, MAX> {
    type Error = OutOfBounds;

    /// # Errors
    /// Where the list is shorter or longer than its bounds allow.
    fn try_from(items: Vec<T>) -> Result<Self, OutOfBounds> {
        if items.len() < MIN || items.len() > MAX {
            return Err(OutOfBounds { unit: "items", length: items.len(), min: MIN, max: MAX });
        }
        Ok(Self(items))
    }
}

impl<T, const LENGTH: usize, const MIN: usize, const MAX: usize> From<[T; LENGTH]>
    for Bounded<T, MIN, MAX>
{
    /// An array whose length is out of bounds does not compile.
    fn from(items: [T; LENGTH]) -> Self {
        const { assert!(MIN <= LENGTH && LENGTH <= MAX, "the length is out of bounds") };
        Self(items.into())
    }
}

/// A list or a text that is shorter or longer than its type allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfBounds {
    /// What is counted.
    unit: &'static str,
    /// How many there are.
    length: usize,
    /// How few there may be.
    min: usize,
    /// How many there may be.
    max: usize,
}

impl fmt::Display for OutOfBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { unit, length, min, max } = self;
        match min {
            0 => write!(f, "{length} {unit}, expected at most {max} {unit}"),
            _ => write!(f, "{length} {unit}, expected {min} to {max} {unit}"),
        }
    }
}

impl std::error::Error for OutOfBounds {}

impl<T, const MIN: usize, const MAX: usize> Deref for Bounded<T, MIN, MAX> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<'a, T, const MIN: usize, const MAX: usize> IntoIterator for &'a Bounded<T, MIN, MAX> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'de, T: Deserialize<'de>, const MIN: usize, const MAX: usize> Deserialize<'de>
    for Bounded<T, MIN, MAX>
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer)?.try_into().map_err(D::Error::custom)
    }
}

impl<T: Serialize, const MIN: usize, const MAX: usize> Serialize for Bounded<T, MIN, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<T: JsonSchema, const MIN: usize, const MAX: usize> JsonSchema for Bounded<T, MIN, MAX> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("{}_{MIN}_{MAX}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let items = generator.subschema_for::<T>();
        json_schema!({ "type": "array", "items": items, "minItems": MIN, "maxItems": MAX })
    }
}

/// A text of at most `MAX` characters, as a request carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// The text.
    #[must_use]
    pub fn into_inner(self) -> String {
        self.0
    }
}

impl<const MAX: usize> TryFrom<String> for Text<MAX> {
    type Error = OutOfBounds;

    /// # Errors
    /// Where the text has more characters than it may.
    fn try_from(text: String) -> Result<Self, OutOfBounds> {
        let length = text.chars().count();
        if length > MAX {
            return Err(OutOfBounds { unit: "characters", length, min: 0, max: MAX });
        }
        Ok(Self(text))
    }
}

impl<const MAX: usize> TryFrom<&str> for Text<MAX> {
    type Error = OutOfBounds;

    /// # Errors
    /// Where the text has more characters than it may.
    fn try_from(text: &str) -> Result<Self, OutOfBounds> {
        text.to_owned().try_into()
    }
}

impl<const MAX: usize> Deref for Text<MAX> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.try_into().map_err(D::Error::custom)
    }
}

impl<const MAX: usize> Serialize for Text<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<const MAX: usize> JsonSchema for Text<MAX> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Text_{MAX}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "maxLength": MAX })
    }
}
