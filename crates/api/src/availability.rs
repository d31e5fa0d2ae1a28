//! Availability of bookable services, its adjustments, its overbooking limits.
//!
//! Source: `operations/services`, `operations/availabilityadjustments`,
//! `operations/serviceoverbookinglimits`.

use std::collections::BTreeMap;

use ostler_contract::primitives::{Bounded, Id, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Operation;
use crate::availability_blocks::AvailabilityBlock;
use crate::objects::ActivityState;
use crate::resource_categories::ResourceCategory;
use crate::services::Service;

/// Returns how many resources of each category can still be reserved, per time unit.
///
/// What availability blocks hold is not available. Resources that are out of order are.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetAvailability {
    /// The service.
    pub service_id: Id<Service>,
    /// Start of the first time unit.
    pub first_time_unit_start_utc: Option<UtcInstant>,
    /// Start of the last time unit, at most 366 hours or days or 59 months after the first.
    pub last_time_unit_start_utc: Option<UtcInstant>,
    /// A moment in the first time unit; read where `FirstTimeUnitStartUtc` is missing.
    #[schemars(extend("deprecated" = true))]
    pub start_utc: Option<UtcInstant>,
    /// A moment in the last time unit; read where `LastTimeUnitStartUtc` is missing.
    #[schemars(extend("deprecated" = true))]
    pub end_utc: Option<UtcInstant>,
}

impl GetAvailability {
    /// The request with what it cannot do without; everything else is left out.
    #[must_use]
    pub fn new(service_id: Id<Service>) -> Self {
        Self {
            service_id,
            first_time_unit_start_utc: None,
            last_time_unit_start_utc: None,
            start_utc: None,
            end_utc: None,
        }
    }
}

impl Operation for GetAvailability {
    const ADDRESS: &'static str = "services/getAvailability";
    const READS_ONLY: bool = true;
    const PORTFOLIO: bool = false;
    type Response = ServiceAvailability;
}

/// Availability of a service.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ServiceAvailability {
    /// Starts of the time units.
    pub time_unit_starts_utc: Vec<UtcInstant>,
    /// Availability by resource category, in the order of the categories.
    pub category_availabilities: Vec<ResourceCategoryAvailability>,
    /// Starts of the time units.
    #[schemars(extend("deprecated" = true))]
    pub dates_utc: Option<Vec<UtcInstant>>,
}

/// Availability of a resource category; every list has one entry per time unit.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceCategoryAvailability {
    /// The category.
    pub category_id: Id<ResourceCategory>,
    /// How many resources are left; below zero where it is overbooked.
    pub availabilities: Vec<i64>,
    /// By how many resources the property adjusted it by hand.
    pub adjustments: Vec<i64>,
}

/// Returns chosen figures on the resources of each category, per time unit.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetAvailabilityMetrics {
    /// The service.
    pub service_id: Id<Service>,
    /// Start of the first time unit.
    pub first_time_unit_start_utc: UtcInstant,
    /// Start of the last time unit, at most 366 hours or days or 59 months after the first.
    pub last_time_unit_start_utc: UtcInstant,
    /// Which figures.
    pub metrics: Bounded<AvailabilityMetric, 1, 1000>,
}

impl Operation for GetAvailabilityMetrics {
    const ADDRESS: &'static str = "services/getAvailability/2024-01-22";
    const READS_ONLY: bool = true;
    const PORTFOLIO: bool = false;
    type Response = ServiceAvailabilityMetrics;
}

/// A figure on the resources of a category.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum AvailabilityMetric {
    /// Resources that are out of order.
    OutOfOrderBlocks,
    /// Adjustment by hand, blocks aside.
    PublicAvailabilityAdjustment,
    /// Resources that reservations of another service occupy.
    OtherServiceReservationCount,
    /// Reservations, and what availability blocks hold beyond theirs.
    Occupied,
    /// Reservations that are confirmed, started or processed.
    ConfirmedReservations,
    /// Reservations that the guest has not confirmed.
    OptionalReservations,
    /// What availability blocks hold, whether or not it is taken out of availability.
    BlockAvailability,
    /// What availability blocks hold that is taken out of availability.
    AllocatedBlockAvailability,
    /// Active resources that are not out of order.
    UsableResources,
    /// Active resources.
    ActiveResources,
    /// Resources in use by the house itself.
    HouseUse,
}

/// Figures on the resources of a service.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ServiceAvailabilityMetrics {
    /// Starts of the time units.
    pub time_unit_starts_utc: Vec<UtcInstant>,
    /// Figures by resource category, in the order of the categories.
    pub resource_category_availabilities: Vec<ResourceCategoryMetrics>,
}

/// Figures on the resources of a category.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceCategoryMetrics {
    /// The category.
    pub resource_category_id: Id<ResourceCategory>,
    /// The figures that were asked for, each with one entry per time unit.
    pub metrics: BTreeMap<AvailabilityMetric, Vec<i64>>,
}

/// An adjustment of the availability of a resource category over a range of time units.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AvailabilityAdjustment {
    /// Identifier of the adjustment.
    pub id: Id<Self>,
    /// Availability block that it belongs to; null for one of public availability.
    pub availability_block_id: Option<Id<AvailabilityBlock>>,
    /// The category.
    pub resource_category_id: Id<ResourceCategory>,
    /// Start of the first time unit.
    pub first_time_unit_start_utc: UtcInstant,
    /// Start of the last time unit.
    pub last_time_unit_start_utc: UtcInstant,
    /// By how many resources; below zero takes them away.
    pub unit_count: i64,
    /// When it is released, instead of when the block says.
    pub release_override_utc: Option<UtcInstant>,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// Whether it is in force.
    pub is_active: bool,
    /// How many of the resources are for how many persons.
    pub pax_counts: Option<Vec<PaxCount>>,
    /// When its first time unit is released.
    pub first_time_unit_release_utc: Option<UtcInstant>,
    /// Start of the first time unit.
    #[schemars(extend("deprecated" = true))]
    pub start_utc: Option<UtcInstant>,
    /// Start of the last time unit.
    #[schemars(extend("deprecated" = true))]
    pub end_utc: Option<UtcInstant>,
    /// Whether it is in force.
    #[schemars(extend("deprecated" = true))]
    pub activity_state: ActivityState,
}

/// So many resources for so many persons each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct PaxCount {
    /// Persons per resource.
    pub person_count: i64,
    /// Resources.
    pub unit_count: i64,
}

/// How many more reservations than resources a service accepts over a range of time units.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ServiceOverbookingLimit {
    /// Identifier of the limit.
    pub id: Id<Self>,
    /// The service.
    pub service_id: Id<Service>,
    /// Start of the first time unit.
    pub first_time_unit_start_utc: UtcInstant,
    /// Start of the last time unit.
    pub last_time_unit_start_utc: UtcInstant,
    /// How many, over all categories together.
    pub limit: i64,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// Whether it is in force.
    pub is_active: bool,
}
