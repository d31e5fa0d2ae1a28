//! Groups of reservations that were booked together. Source: `operations/reservationgroups`.

use ostler_contract::primitives::Id;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::enterprises::Enterprise;

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
