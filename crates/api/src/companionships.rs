//! Companionships: who stays together. Source: `operations/companionships`.

use ostler_contract::primitives::Id;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::customers::Customer;
use crate::reservation_groups::ReservationGroup;
use crate::reservations::entity::Reservation;

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
