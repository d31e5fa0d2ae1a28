//! Instants and plain dates.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant in UTC, exact to the second.
///
/// Read from ISO 8601 with `Z` or an offset, a fraction is cut off; written as
/// `YYYY-MM-DDThh:mm:ssZ`. Source: `guidelines/serialization`; whole seconds as recorded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcInstant(Timestamp);

impl UtcInstant {
    /// The instant so many seconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// Where the seconds lie outside the years -9999 to 9999.
    pub fn from_seconds(seconds: i64) -> Result<Self, jiff::Error> {
        Timestamp::from_second(seconds).map(Self)
    }

    /// The instant, cut to the second.
    #[must_use]
    pub fn from_timestamp(timestamp: Timestamp) -> Self {
        // Cutting the fraction off cannot leave the range.
        Self(Timestamp::from_second(timestamp.as_second()).unwrap_or(timestamp))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.as_second()
    }

    /// The instant for calendar arithmetic.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        self.0
    }
}

impl fmt::Display for UtcInstant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m-%dT%H:%M:%SZ"))
    }
}

impl fmt::Debug for UtcInstant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for UtcInstant {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // jiff also reads blanks for the `T` and zone names in brackets, which ISO 8601 does not.
        let iso = text.as_bytes().get(10) == Some(&b'T') && !text.contains(['[', ' ']);
        let parsed = if iso { text.parse::<Timestamp>().ok() } else { None };
        parsed.map(Self::from_timestamp).ok_or_else(|| format!("{text:?} is not a UTC datetime"))
    }
}

impl Serialize for UtcInstant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UtcInstant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|_reason: String| {
            D::Error::invalid_value(
                Unexpected::Str(&text),
                &"a datetime such as 2026-01-31T15:00:00Z",
            )
        })
    }
}

impl JsonSchema for UtcInstant {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "UtcInstant".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// A plain date, `YYYY-MM-DD`; a datetime at midnight UTC is read as its date.
///
/// Source: `operations/customers` and `operations/bills`, plain dates.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDate(pub Date);

impl fmt::Display for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for LocalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for LocalDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LocalDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let midnight = |text: &str| {
            let (date, time) = text.split_once('T')?;
            let zero = time.trim_end_matches('Z').chars().all(|c| matches!(c, '0' | ':' | '.'));
            (zero && text.parse::<UtcInstant>().is_ok()).then(|| date.parse().ok()).flatten()
        };
        let date = if text.len() == 10 { text.parse().ok() } else { midnight(&text) };
        date.map(Self).ok_or_else(|| {
            D::Error::invalid_value(Unexpected::Str(&text), &"a date such as 2026-01-31")
        })
    }
}

impl JsonSchema for LocalDate {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "LocalDate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}
