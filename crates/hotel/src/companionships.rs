//! Companionships: who stays together.

mod get_all;
pub(crate) mod stays;

use ostler_api::companionships::Companionship;
use ostler_api::customers::Customer;
use ostler_api::reservation_groups::ReservationGroup;
use ostler_api::reservations::entity::Reservation;
use ostler_contract::primitives::Id;
use ostler_store::entity;

entity! {
    /// The companionships of all reservations and groups.
    Companionships of Companionship, with (), in "companionship";
    stamp(document, created, updated) {}
    index CUSTOMER "customer": Id<Customer> = |it, hidden| it.customer_id;
    index RESERVATION "reservation": Option<Id<Reservation>> = |it, hidden| it.reservation_id;
    index GROUP "group_": Id<ReservationGroup> = |it, hidden| it.reservation_group_id;
    lookup Columns(&["customer"]);
    lookup Columns(&["reservation"]);
    lookup Columns(&["group_"]);
}

#[cfg(test)]
mod tests;
