//! Groups of reservations that were booked together. Source: `operations/reservationgroups`.

use ostler_contract::primitives::{Bounded, Id, Limitation, TimeInterval};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::enterprises::Enterprise;
use crate::{Operation, paged};

/// Returns groups of reservations, newest first. Identifiers or the interval are needed.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetReservationGroups {
    /// Only groups in these enterprises; in all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// Only these groups.
    pub reservation_group_ids: Option<Bounded<Id<ReservationGroup>, 0, 1000>>,
    /// Only groups that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Which page.
    pub limitation: Limitation,
}

impl Operation for GetReservationGroups {
    const ADDRESS: &'static str = "reservationGroups/getAll";
    const READS_ONLY: bool = true;
    type Response = ReservationGroups;
}

paged!(GetReservationGroups);

/// A page of groups.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ReservationGroups {
    /// The groups.
    pub reservation_groups: Vec<ReservationGroup>,
    /// Identifier of the last one; null on an empty page.
    pub cursor: Option<Id<ReservationGroup>>,
}

/// A group of reservations; every reservation belongs to one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ReservationGroup {
    /// Identifier of the group.
    pub id: Id<Self>,
    /// Name of the group; may be empty and is not unique.
    pub name: Option<String>,
    /// Name of the channel manager that the group came from.
    pub channel_manager: Option<String>,
    /// Number of the group in the system of the channel manager.
    pub channel_manager_group_number: Option<String>,
    /// Enterprise of the group's reservations.
    pub enterprise_id: Id<Enterprise>,
}
