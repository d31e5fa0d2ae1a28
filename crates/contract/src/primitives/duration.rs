//! ISO 8601 durations.

use std::borrow::Cow;
use std::fmt;

use jiff::{Span, ToSpan};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A duration in calendar months, days and seconds, all of one sign.
///
/// Any ISO 8601 duration is read; written in the recorded long form `P0M0DT15H0M0S`, a negative one
/// with a leading minus. Source: `guidelines/serialization`; the form as recorded.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct IsoDuration {
    /// Calendar months, a year being twelve.
    pub months: i32,
    /// Calendar days, a week being seven.
    pub days: i32,
    /// Hours, minutes and seconds, in seconds.
    pub seconds: i64,
}

impl IsoDuration {
    /// So many hours.
    #[must_use]
    pub const fn hours(hours: i64) -> Self {
        Self { months: 0, days: 0, seconds: hours * 3600 }
    }

    /// So many calendar days.
    #[must_use]
    pub const fn days(days: i32) -> Self {
        Self { months: 0, days, seconds: 0 }
    }

    /// So many calendar months.
    #[must_use]
    pub const fn months(months: i32) -> Self {
        Self { months, days: 0, seconds: 0 }
    }

    /// The duration for calendar arithmetic.
    #[must_use]
    pub fn span(self) -> Span {
        self.months.months().days(self.days).seconds(self.seconds)
    }

    /// True for a duration below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.months < 0 || self.days < 0 || self.seconds < 0
    }

    /// True for a duration above zero.
    #[must_use]
    pub const fn is_positive(self) -> bool {
        self.months > 0 || self.days > 0 || self.seconds > 0
    }
}

impl fmt::Display for IsoDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negative() { "-" } else { "" };
        let (months, days) = (self.months.unsigned_abs(), self.days.unsigned_abs());
        let seconds = self.seconds.unsigned_abs();
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{sign}P{months}M{days}DT{hours}H{minutes}M{seconds}S")
    }
}

impl fmt::Debug for IsoDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for IsoDuration {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("{text:?} is not an ISO 8601 duration");
        // jiff also reads its own friendly format, which ISO 8601 does not have.
        if !text.trim_start_matches(['-', '+']).starts_with('P') {
            return Err(refused());
        }
        let span: Span = text.parse().map_err(|_reason: jiff::Error| refused())?;
        let months = i32::from(span.get_years()) * 12 + span.get_months();
        let days = span.get_weeks() * 7 + span.get_days();
        let seconds =
            i64::from(span.get_hours()) * 3600 + span.get_minutes() * 60 + span.get_seconds();
        Ok(Self { months, days, seconds })
    }
}

impl Serialize for IsoDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for IsoDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|_reason: String| {
            D::Error::invalid_value(Unexpected::Str(&text), &"a duration such as P0M1DT0H0M0S")
        })
    }
}

impl JsonSchema for IsoDuration {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "IsoDuration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "duration" })
    }
}
