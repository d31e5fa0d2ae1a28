//! Pages and time intervals of requests.

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use super::{Id, UtcInstant};
use crate::error::Error;

/// Which page of a list is wanted.
///
/// Source: `guidelines/pagination`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Limitation {
    /// How many items at the most, 1 to 1000.
    #[serde(deserialize_with = "page_size")]
    #[schemars(range(min = 1, max = 1000))]
    pub count: u32,
    /// Identifier of the item after which the page begins; the newest items without it.
    pub cursor: Option<Id<Cursor>>,
}

impl Default for Limitation {
    /// The first page, of the largest size.
    fn default() -> Self {
        Self::first(Self::COUNT_MAX)
    }
}

/// What a cursor identifies: the last item of the page before.
#[derive(Debug)]
pub enum Cursor {}

impl Limitation {
    /// The most items that a page can have.
    pub const COUNT_MAX: u32 = 1000;

    /// The first page, of at most so many items: 1 to 1000, anything else is refused by the server.
    #[must_use]
    pub const fn first(count: u32) -> Self {
        Self { count, cursor: None }
    }

    /// The position after which the page begins.
    #[must_use]
    pub fn after(&self) -> Option<Uuid> {
        self.cursor.map(Id::uuid)
    }
}

fn page_size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let count = i64::deserialize(deserializer)?;
    let bounded = u32::try_from(count).ok().filter(|it| (1..=Limitation::COUNT_MAX).contains(it));
    bounded.ok_or_else(|| {
        D::Error::custom(format!("{count}, expected 1 to {}", Limitation::COUNT_MAX))
    })
}

/// From one instant, included, to another, excluded; two equal ones mean exactly that instant.
///
/// Source: `operations/_objects`, time interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct TimeInterval {
    /// Start of the interval, included.
    pub start_utc: UtcInstant,
    /// End of the interval, excluded.
    pub end_utc: UtcInstant,
}

impl TimeInterval {
    /// The interval as a filter: start at or before end, and not longer than so many calendar
    /// months and one day.
    ///
    /// # Errors
    /// 400 naming `parameter` when start is after end; 400 `The interval must not exceed 3M1D`
    /// (as recorded) when it is too long.
    pub fn checked(self, parameter: &str, months_max: i32) -> Result<Self, Error> {
        if self.start_utc > self.end_utc {
            return Err(Error::invalid(parameter).expected("a start that is not after the end"));
        }
        let start = self.start_utc.timestamp().to_zoned(jiff::tz::TimeZone::UTC);
        let limit = jiff::Span::new().months(months_max).days(1);
        let latest = start.checked_add(limit).map_err(Error::internal)?;
        if self.end_utc.timestamp() > latest.timestamp() {
            let message = format!("The interval must not exceed {months_max}M1D");
            return Err(Error::invalid(parameter).message(message).expected("a shorter interval"));
        }
        Ok(self)
    }
}
