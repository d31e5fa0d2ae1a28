//! Cancellation policies: what cancelling costs. Source: `operations/cancellationpolicies`.

use ostler_contract::primitives::{Id, IsoDuration, Number, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rate_groups::RateGroup;

/// What cancelling a reservation of a rate group costs from some moment on.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct CancellationPolicy {
    /// Identifier of the policy.
    pub id: Id<Self>,
    /// Rate group under the policy.
    pub rate_group_id: Id<RateGroup>,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// Moment that the offset counts from.
    pub applicability: CancellationPolicyApplicability,
    /// What the relative fee is a share of.
    pub fee_extent: Vec<CancellationFeeExtent>,
    /// From that moment to the one the policy applies from: after a creation, before a start.
    pub applicability_offset: IsoDuration,
    /// How many time units count, from the first; null for all.
    pub fee_maximum_time_units: Option<u32>,
    /// Fixed part of the fee.
    pub absolute_fee: AbsoluteFee,
    /// Share of what the fee extends to: 0.1 is 10 %.
    pub relative_fee: Number,
    /// Whether it is in force.
    pub is_active: bool,
}

/// Moment that the offset of a cancellation policy counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CancellationPolicyApplicability {
    /// The creation of the reservation.
    Creation,
    /// The scheduled start of the reservation.
    Start,
    /// Midnight of the day on which the reservation is scheduled to start.
    StartDate,
}

/// What a relative cancellation fee is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum CancellationFeeExtent {
    /// Prices of the time units.
    TimeUnits,
    /// Prices of the products.
    Products,
}

/// A fixed fee with its currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AbsoluteFee {
    /// ISO 4217 code of the currency.
    pub currency: String,
    /// The fee.
    pub value: Number,
}
