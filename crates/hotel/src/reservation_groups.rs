//! Groups of reservations.

use ostler_api as api;
use ostler_api::availability_blocks::AvailabilityBlock;
use ostler_api::reservation_groups::{GetReservationGroups, ReservationGroup};
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Find, Snapshot, entity};
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::filters::{at_least_one, given, interval};
use crate::listing;
use crate::operation::Query;
use crate::reply::Reply;

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

impl Query for GetReservationGroups {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<api::reservation_groups::ReservationGroups>, Error> {
        let scopes = context.enterprises(given(self.enterprise_ids.as_ref()))?;
        let ids = given(self.reservation_group_ids.as_ref());
        at_least_one(
            &[ids.is_some(), self.updated_utc.is_some()],
            &["ReservationGroupIds", "UpdatedUtc"],
        )?;
        let find = Find::within(&scopes)
            .during(ReservationGroups::UPDATED, interval(self.updated_utc, "UpdatedUtc")?)
            .ids_maybe(ids);
        listing::plain("ReservationGroups", snapshot, &find, self.limitation)
    }
}
