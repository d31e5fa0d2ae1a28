//! Listing reservations. Source: `operations/reservations`, get all reservations.

use ostler_contract::primitives::{Bounded, Id, Limitation, TimeInterval};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounts::Account;
use crate::availability_blocks::AvailabilityBlock;
use crate::companies::Company;
use crate::enterprises::Enterprise;
use crate::reservation_groups::ReservationGroup;
use crate::reservations::entity::{Reservation, ReservationState};
use crate::resources::Resource;
use crate::services::Service;
use crate::{Operation, paged};

/// Returns reservations, newest first. Filters narrow each other.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetReservations {
    /// Only reservations in these enterprises; in all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// Only these reservations.
    pub reservation_ids: Option<Bounded<Id<Reservation>, 0, 1000>>,
    /// Only reservations of these services.
    pub service_ids: Option<Bounded<Id<Service>, 0, 1000>>,
    /// Only reservations in these groups.
    pub reservation_group_ids: Option<Bounded<Id<ReservationGroup>, 0, 1000>>,
    /// Only reservations of these accounts.
    pub account_ids: Option<Bounded<Id<Account>, 0, 1000>>,
    /// Only reservations on behalf of these companies.
    pub partner_company_ids: Option<Bounded<Id<Company>, 0, 100>>,
    /// Only reservations mediated by these travel agencies.
    pub travel_agency_ids: Option<Bounded<Id<Company>, 0, 100>>,
    /// Only reservations with these confirmation numbers.
    pub numbers: Option<Bounded<String, 0, 1000>>,
    /// Only reservations with these numbers of a sales channel.
    pub channel_numbers: Option<Bounded<String, 0, 100>>,
    /// Only reservations that these resources are assigned to.
    pub assigned_resource_ids: Option<Bounded<Id<Resource>, 0, 1000>>,
    /// Only reservations picked up from these blocks.
    pub availability_block_ids: Option<Bounded<Id<AvailabilityBlock>, 0, 100>>,
    /// Only reservations created in this interval, at most 3 months long.
    pub created_utc: Option<TimeInterval>,
    /// Only reservations that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Only reservations whose scheduled time meets this interval, at most 3 months long.
    pub colliding_utc: Option<TimeInterval>,
    /// Only reservations scheduled to start in this interval, at most 3 months long. Not together
    /// with `ActualStartUtc`.
    pub scheduled_start_utc: Option<TimeInterval>,
    /// Only reservations checked in in this interval, at most 3 months long.
    pub actual_start_utc: Option<TimeInterval>,
    /// Only reservations checked out in this interval, at most 3 months long.
    pub actual_end_utc: Option<TimeInterval>,
    /// Only reservations scheduled to end in this interval, at most 3 months long. Not together
    /// with `ActualEndUtc`.
    pub scheduled_end_utc: Option<TimeInterval>,
    /// Only reservations in these states; in all without it.
    pub states: Option<Bounded<ReservationState, 0, 1000>>,
    /// Which page.
    pub limitation: Limitation,
}

impl Operation for GetReservations {
    const ADDRESS: &'static str = "reservations/getAll/2023-06-06";
    const READS_ONLY: bool = true;
    type Response = Reservations;
}

paged!(GetReservations);

/// A page of reservations.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Reservations {
    /// The reservations.
    pub reservations: Vec<Reservation>,
    /// Identifier of the last one; null on an empty page.
    pub cursor: Option<Id<Reservation>>,
}
