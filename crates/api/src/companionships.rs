//! Companionships: who stays together. Source: `operations/companionships`.

use ostler_contract::primitives::{Bounded, Id, Limitation, TimeInterval};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::customers::Customer;
use crate::enterprises::Enterprise;
use crate::reservation_groups::ReservationGroup;
use crate::reservations::entity::{Reservation, ReservationVer2017};
use crate::{Operation, paged};

/// Returns companionships, newest first.
///
/// Companionships, reservations, customers or groups must be named.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetCompanionships {
    /// Only companionships of these enterprises; of all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// Only these companionships.
    pub companionship_ids: Option<Bounded<Id<Companionship>, 0, 1000>>,
    /// What the response contains beside the companionships.
    pub extent: CompanionshipExtent,
    /// Only companionships of these reservations.
    pub reservation_ids: Option<Bounded<Id<Reservation>, 0, 1000>>,
    /// Only companionships of these customers.
    pub customer_ids: Option<Bounded<Id<Customer>, 0, 1000>>,
    /// Only companionships of these groups.
    pub reservation_group_ids: Option<Bounded<Id<ReservationGroup>, 0, 1000>>,
    /// Only companionships that changed in this interval, at most 3 months long; only beside
    /// another filter.
    pub updated_utc: Option<TimeInterval>,
    /// Which page.
    pub limitation: Limitation,
}

impl Operation for GetCompanionships {
    const ADDRESS: &'static str = "companionships/getAll";
    const READS_ONLY: bool = true;
    type Response = Companionships;
}

paged!(GetCompanionships);

/// What a response about companionships contains beside them.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct CompanionshipExtent {
    /// Whether it contains the reservations.
    pub reservations: Option<bool>,
    /// Whether it contains the groups.
    pub reservation_groups: Option<bool>,
    /// Whether it contains the customers.
    pub customers: Option<bool>,
}

/// A page of companionships.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Companionships {
    /// The companionships.
    pub companionships: Option<Vec<Companionship>>,
    /// Their reservations; null unless the extent asks for them.
    pub reservations: Option<Vec<ReservationVer2017>>,
    /// Their groups; null unless the extent asks for them.
    pub reservation_groups: Option<Vec<ReservationGroupVer2017>>,
    /// Their customers; null unless the extent asks for them.
    pub customers: Option<Vec<Customer>>,
    /// Identifier of the last companionship; null on an empty page.
    pub cursor: Option<Id<Companionship>>,
}

/// A group of reservations, as earlier versions had it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ReservationGroupVer2017 {
    /// Identifier of the group.
    pub id: Id<ReservationGroup>,
    /// Name of the group; may be empty and is not unique.
    pub name: Option<String>,
}

/// A customer's part in a reservation, or only in a group of reservations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Companionship {
    /// Identifier of the companionship.
    pub id: Id<Self>,
    /// The customer.
    pub customer_id: Id<Customer>,
    /// The group of reservations.
    pub reservation_group_id: Id<ReservationGroup>,
    /// The reservation; null where the customer is known to the group only.
    pub reservation_id: Option<Id<Reservation>>,
}
