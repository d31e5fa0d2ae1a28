//! Update values.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What an update says about one property. Put `#[serde(default)]` on its field.
///
/// Absent or null keeps the value, `{ "Value": x }` sets it, `{ "Value": null }` and `{}` clear it.
/// Source: `guidelines/serialization`, update values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum UpdateValue<T> {
    /// The property stays as it is.
    #[default]
    Keep,
    /// The property loses its value.
    Clear,
    /// The property gets this value.
    Set(T),
}

impl<T> UpdateValue<T> {
    /// The new value, if there is one.
    pub fn set(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    /// True unless the property stays as it is.
    pub fn is_change(&self) -> bool {
        !matches!(self, Self::Keep)
    }

    /// Writes the update into a property that may be empty.
    pub fn apply(&self, property: &mut Option<T>)
    where
        T: Clone,
    {
        match self {
            Self::Keep => {}
            Self::Clear => *property = None,
            Self::Set(value) => *property = Some(value.clone()),
        }
    }
}

impl<T> From<T> for UpdateValue<T> {
    /// Sets the property.
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(expecting = "an object with a Value")]
struct Wrapped<T> {
    #[serde(rename = "Value", default = "Option::default")]
    value: Option<T>,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for UpdateValue<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Option::<Wrapped<T>>::deserialize(deserializer)? {
            None => Self::Keep,
            Some(Wrapped { value: None }) => Self::Clear,
            Some(Wrapped { value: Some(value) }) => Self::Set(value),
        })
    }
}

impl<T: Serialize> Serialize for UpdateValue<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let wrapped = match self {
            Self::Keep => None,
            Self::Clear => Some(Wrapped { value: None }),
            Self::Set(value) => Some(Wrapped { value: Some(value) }),
        };
        wrapped.serialize(serializer)
    }
}

impl<T: JsonSchema> JsonSchema for UpdateValue<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("UpdateValue_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<Option<T>>();
        json_schema!({ "type": ["object", "null"], "properties": { "Value": value } })
    }
}
