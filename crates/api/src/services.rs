//! Services: what a property offers. Source: `operations/services`.

use ostler_contract::primitives::{
    Bounded, Id, IsoDuration, Limitation, LocalizedText, TimeInterval, UtcInstant,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::enterprises::Enterprise;
use crate::objects::ActivityState;
use crate::{Operation, paged};

/// Returns services, newest first.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetServices {
    /// Only services of these enterprises; of all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// Only these services.
    pub service_ids: Option<Bounded<Id<Service>, 0, 1000>>,
    /// Only services of this kind.
    pub service_type: Option<ServiceType>,
    /// Only services that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Only services in one of these states; active ones without it.
    pub activity_states: Option<Bounded<ActivityState, 0, 1000>>,
    /// Which page.
    pub limitation: Limitation,
}

impl Operation for GetServices {
    const ADDRESS: &'static str = "services/getAll";
    const READS_ONLY: bool = true;
    type Response = Services;
}

paged!(GetServices);

/// A page of services.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Services {
    /// The services.
    pub services: Vec<Service>,
    /// Identifier of the last one; null on an empty page.
    pub cursor: Option<Id<Service>>,
}

/// A service: accommodation and the like is bookable, everything else additional.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Service {
    /// Identifier of the service.
    pub id: Id<Self>,
    /// Enterprise that offers it.
    pub enterprise_id: Id<Enterprise>,
    /// Whether it is offered.
    pub is_active: bool,
    /// Name in the language that was asked for.
    #[schemars(extend("deprecated" = true))]
    pub name: String,
    /// Names by language.
    pub names: LocalizedText,
    /// Start of the service within a day, of a bookable one.
    #[schemars(extend("deprecated" = true))]
    pub start_time: Option<IsoDuration>,
    /// End of the service within a day, of a bookable one.
    #[schemars(extend("deprecated" = true))]
    pub end_time: Option<IsoDuration>,
    /// Options of the service.
    pub options: ServiceOptions,
    /// When it is promoted, of an additional one.
    #[schemars(extend("deprecated" = true))]
    pub promotions: Option<Promotions>,
    /// `Reservable` or `Orderable`.
    #[serde(rename = "Type")]
    #[schemars(extend("deprecated" = true))]
    pub type_: Option<String>,
    /// Position among the services.
    pub ordering: i32,
    /// What depends on the kind of service.
    pub data: ServiceData,
    /// Identifier in an external system.
    pub external_identifier: Option<String>,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
}

/// Options of a service.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ServiceOptions {
    /// Whether its products show as one line on the bill.
    pub bill_as_package: bool,
}

/// The kind of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ServiceType {
    /// Reserved in time units.
    Bookable,
    /// Ordered.
    Additional,
}

/// What depends on the kind of service.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "Discriminator", content = "Value")]
pub enum ServiceData {
    /// A service that is reserved.
    Bookable(BookableServiceData),
    /// A service that is ordered.
    Additional(AdditionalServiceData),
}

impl ServiceData {
    /// The kind.
    #[must_use]
    pub fn kind(&self) -> ServiceType {
        match self {
            Self::Bookable(_) => ServiceType::Bookable,
            Self::Additional(_) => ServiceType::Additional,
        }
    }
}

/// Times of a service that is reserved.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BookableServiceData {
    /// From the start of a time unit to the start of the service.
    pub start_offset: IsoDuration,
    /// From the end of a time unit to the end of the service.
    pub end_offset: IsoDuration,
    /// From the start of a time unit to the moment from which a resource counts as occupied.
    pub occupancy_start_offset: IsoDuration,
    /// From the end of a time unit to the moment until which a resource counts as occupied.
    pub occupancy_end_offset: IsoDuration,
    /// Length of a time unit.
    pub time_unit_period: TimeUnitPeriod,
    /// Length of a time unit.
    #[schemars(extend("deprecated" = true))]
    pub time_unit: TimeUnitPeriod,
}

/// Length of a time unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TimeUnitPeriod {
    /// From local midnight to the next one.
    Day,
    /// From local midnight of a 1st to the next one.
    Month,
    /// A clock hour.
    Hour,
}

/// Data of a service that is ordered.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AdditionalServiceData {
    /// When it is promoted.
    pub promotions: Promotions,
}

/// Moments of a stay at which something is offered.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "the wire has six flags")]
pub struct Promotions {
    /// Before check-in.
    pub before_check_in: bool,
    /// After check-in.
    pub after_check_in: bool,
    /// During the stay.
    pub during_stay: bool,
    /// Before check-out.
    pub before_check_out: bool,
    /// After check-out.
    pub after_check_out: bool,
    /// During check-out.
    pub during_check_out: bool,
}
