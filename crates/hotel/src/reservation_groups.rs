//! Groups of reservations.

use ostler_api::reservation_groups::ReservationGroup;
use ostler_api::reservations::references::AvailabilityBlock;
use ostler_contract::primitives::Id;
use ostler_store::entity;
use serde::{Deserialize, Serialize};

/// What the wire does not show of a group.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReservationGroupHidden {
    /// The block whose only group this is.
    pub availability_block_id: Option<Id<AvailabilityBlock>>,
}

entity! {
    /// The groups of all reservations.
    ReservationGroups of ReservationGroup, with ReservationGroupHidden, in "reservation_group";
    stamp(document, created, updated) {}
    index BLOCK "block": Option<Id<AvailabilityBlock>> = |it, hidden| hidden.availability_block_id;
    lookup Columns(&["block"]);
    lookup Columns(&["updated"]);
}
