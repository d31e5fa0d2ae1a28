//! Availability blocks: resources held for a group or an event. Source: `operations/availabilityblocks`.

use ostler_contract::primitives::{Id, IsoDuration, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::business_segments::BusinessSegment;
use crate::companies::Company;
use crate::customers::Customer;
use crate::enterprises::Enterprise;
use crate::objects::CurrencyValue;
use crate::rates::Rate;
use crate::reservations::entity::{CancellationReason, ReservationPurpose};
use crate::services::Service;
use crate::vouchers::Voucher;

/// Resources held for a group or an event over a range of time units.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AvailabilityBlock {
    /// Identifier of the block.
    pub id: Id<Self>,
    /// Enterprise that holds the resources.
    pub enterprise_id: Id<Enterprise>,
    /// Service whose resources are held.
    pub service_id: Id<Service>,
    /// Rate that reservations of the block use.
    pub rate_id: Id<Rate>,
    /// Voucher that opens the rate.
    pub voucher_id: Option<Id<Voucher>>,
    /// Profile that books for the group.
    pub booker_id: Option<Id<Customer>>,
    /// Company of the group.
    pub company_id: Option<Id<Company>>,
    /// Travel agency that mediated it.
    pub travel_agency_id: Option<Id<Company>>,
    /// What the group may spend; informational.
    pub budget: Option<CurrencyValue>,
    /// State of the block.
    pub state: AvailabilityBlockState,
    /// Purpose of its reservations.
    pub reservation_purpose: Option<ReservationPurpose>,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// Start of the first time unit.
    pub first_time_unit_start_utc: UtcInstant,
    /// Start of the last time unit.
    pub last_time_unit_start_utc: UtcInstant,
    /// When everything that is not picked up returns to public availability.
    pub released_utc: Option<UtcInstant>,
    /// How long before its start each time unit is released; below zero, how long after it.
    pub rolling_release_offset: Option<IsoDuration>,
    /// Identifier in an external system, at most 255 characters.
    pub external_identifier: Option<String>,
    /// Name of the block.
    pub name: Option<String>,
    /// Notes on the block.
    pub notes: Option<String>,
    /// How its reservations are grouped.
    pub pickup_distribution: PickupDistribution,
    /// Whether it is in use.
    pub is_active: bool,
    /// Quote that it came from.
    pub quote_id: Option<Id<Quote>>,
    /// Number of the block.
    pub availability_block_number: String,
    /// How it is released.
    pub release_strategy: ReleaseStrategy,
    /// Number of the group's order, copied to its reservations.
    pub purchase_order_number: Option<String>,
    /// Segment of its reservations.
    pub business_segment_id: Option<Id<BusinessSegment>>,
    /// When it was cancelled.
    pub canceled_utc: Option<UtcInstant>,
    /// Why it was cancelled.
    pub cancellation_reason: Option<CancellationReason>,
    /// Why it was cancelled, in words.
    pub cancellation_reason_detail: Option<String>,
}

/// What the identifier of a quote identifies.
#[derive(Debug)]
pub enum Quote {}

/// State of an availability block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AvailabilityBlockState {
    /// Holds resources and takes reservations.
    Confirmed,
    /// Holds resources, takes no reservations yet.
    Optional,
    /// Neither holds resources nor takes reservations.
    Inquired,
    /// Given up.
    Canceled,
}

/// How reservations of a block are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PickupDistribution {
    /// All in one reservation group.
    AllInOneGroup,
    /// In groups as they come.
    IndividualGroups,
}

/// How a block is released.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ReleaseStrategy {
    /// All at one moment.
    FixedRelease,
    /// Each time unit relative to its start.
    RollingRelease,
    /// Never by itself.
    None,
}
