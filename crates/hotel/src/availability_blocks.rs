//! Availability blocks.

use ostler_api::availability_blocks::{AvailabilityBlock, AvailabilityBlockState};
use ostler_api::rates::Rate;
use ostler_api::services::Service;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::entity;

use crate::availability::range_end;

entity! {
    /// The availability blocks of all bookable services.
    AvailabilityBlocks of AvailabilityBlock, with (), in "availability_block";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index SERVICE "service": Id<Service> = |it, hidden| it.service_id;
    index RATE "rate": Id<Rate> = |it, hidden| it.rate_id;
    index STATE "state": &'static str = |it, hidden| state_name(it.state);
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    index START "start": UtcInstant = |it, hidden| it.first_time_unit_start_utc;
    index END "end_": UtcInstant = |it, hidden| range_end(it.last_time_unit_start_utc);
    index EXTERNAL "external": Option<String> = |it, hidden| it.external_identifier.clone();
    lookup Columns(&["service"]);
    lookup Columns(&["rate"]);
    lookup Columns(&["created"]);
    lookup Columns(&["updated"]);
    lookup Interval { by: &["service"], start: "start", end: "end_", beside: &[] };
}

/// The wire's name of a block's state.
const fn state_name(state: AvailabilityBlockState) -> &'static str {
    match state {
        AvailabilityBlockState::Confirmed => "Confirmed",
        AvailabilityBlockState::Optional => "Optional",
        AvailabilityBlockState::Inquired => "Inquired",
        AvailabilityBlockState::Canceled => "Canceled",
    }
}
