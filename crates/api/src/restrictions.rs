//! Restrictions: when rates and categories cannot be booked. Source: `operations/restrictions`.

use ostler_contract::primitives::{Id, IsoDuration, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::objects::CurrencyValue;
use crate::rate_groups::RateGroup;
use crate::rates::Rate;
use crate::resource_categories::{ResourceCategory, ResourceCategoryType};
use crate::services::Service;

/// A restriction: stays that meet its conditions are refused unless they meet its exceptions.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Restriction {
    /// Identifier of the restriction.
    pub id: Id<Self>,
    /// Service whose stays it restricts.
    pub service_id: Id<Service>,
    /// Identifier in an external system.
    pub external_identifier: Option<String>,
    /// Who set it.
    pub origin: RestrictionOrigin,
    /// Which stays it restricts.
    pub conditions: RestrictionConditions,
    /// Which of those are allowed all the same; null for none.
    pub exceptions: Option<RestrictionExceptions>,
}

/// Who set a restriction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RestrictionOrigin {
    /// Staff.
    User,
    /// An integration.
    Integration,
}

/// Which stays a restriction restricts; all conditions hold together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct RestrictionConditions {
    /// What of a stay must lie within the restriction.
    #[serde(rename = "Type")]
    pub type_: RestrictionType,
    /// Only this rate.
    pub exact_rate_id: Option<Id<Rate>>,
    /// Only this rate and those that derive from it.
    pub base_rate_id: Option<Id<Rate>>,
    /// Only rates of this group.
    pub rate_group_id: Option<Id<RateGroup>>,
    /// Only this category.
    pub resource_category_id: Option<Id<ResourceCategory>>,
    /// Only categories of this type.
    pub resource_category_type: Option<ResourceCategoryType>,
    /// Start of the first restricted day; null for ever since.
    pub start_utc: Option<UtcInstant>,
    /// Start of the last restricted day; null for ever after.
    pub end_utc: Option<UtcInstant>,
    /// Only these days of the week.
    pub days: Option<Vec<Weekday>>,
    /// Only these hours of the day.
    pub hours: Option<Hours>,
}

/// What of a stay a restriction is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RestrictionType {
    /// Any of its time units.
    Stay,
    /// Its arrival.
    Start,
    /// Its departure.
    End,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Weekday {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

/// Hours of the day, local time of the property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "the wire has a flag per hour")]
pub struct Hours {
    /// From 0:00.
    pub zero: bool,
    /// From 1:00.
    pub one: bool,
    /// From 2:00.
    pub two: bool,
    /// From 3:00.
    pub three: bool,
    /// From 4:00.
    pub four: bool,
    /// From 5:00.
    pub five: bool,
    /// From 6:00.
    pub six: bool,
    /// From 7:00.
    pub seven: bool,
    /// From 8:00.
    pub eight: bool,
    /// From 9:00.
    pub nine: bool,
    /// From 10:00.
    pub ten: bool,
    /// From 11:00.
    pub eleven: bool,
    /// From 12:00.
    pub twelve: bool,
    /// From 13:00.
    pub thirteen: bool,
    /// From 14:00.
    pub fourteen: bool,
    /// From 15:00.
    pub fifteen: bool,
    /// From 16:00.
    pub sixteen: bool,
    /// From 17:00.
    pub seventeen: bool,
    /// From 18:00.
    pub eighteen: bool,
    /// From 19:00.
    pub nineteen: bool,
    /// From 20:00.
    pub twenty: bool,
    /// From 21:00.
    pub twenty_one: bool,
    /// From 22:00.
    pub twenty_two: bool,
    /// From 23:00.
    pub twenty_three: bool,
}

impl Hours {
    /// Whether the hour that begins at so many o'clock is among them.
    #[must_use]
    pub fn contains(&self, hour: u8) -> bool {
        match hour {
            0 => self.zero,
            1 => self.one,
            2 => self.two,
            3 => self.three,
            4 => self.four,
            5 => self.five,
            6 => self.six,
            7 => self.seven,
            8 => self.eight,
            9 => self.nine,
            10 => self.ten,
            11 => self.eleven,
            12 => self.twelve,
            13 => self.thirteen,
            14 => self.fourteen,
            15 => self.fifteen,
            16 => self.sixteen,
            17 => self.seventeen,
            18 => self.eighteen,
            19 => self.nineteen,
            20 => self.twenty,
            21 => self.twenty_one,
            22 => self.twenty_two,
            23 => self.twenty_three,
            _ => false,
        }
    }
}

/// Which restricted stays are allowed all the same; all that are given must be met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct RestrictionExceptions {
    /// Booked at least so long before the start.
    pub min_advance: Option<IsoDuration>,
    /// Booked at most so long before the start.
    pub max_advance: Option<IsoDuration>,
    /// At least so long.
    pub min_length: Option<IsoDuration>,
    /// At most so long.
    pub max_length: Option<IsoDuration>,
    /// At least so expensive per time unit.
    pub min_price: Option<CurrencyValue>,
    /// At most so expensive per time unit.
    pub max_price: Option<CurrencyValue>,
}
