//! What happens to a reservation until its guests have left. Source: `operations/reservations`.

use ostler_contract::primitives::{Bounded, Id, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::companionships::Companionship;
use crate::customers::Customer;
use crate::enterprises::Enterprise;
use crate::objects::AmountParameters;
use crate::order_items::OrderItem;
use crate::products::Product;
use crate::reservations::entity::Reservation;
use crate::{Empty, Operation};

/// Confirms optional reservations, which then charge their items.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ConfirmReservations {
    /// Enterprise of the reservations, for portfolio tokens.
    pub enterprise_id: Option<Id<Enterprise>>,
    /// The reservations; all of them are confirmed or none.
    pub reservation_ids: Bounded<Id<Reservation>, 1, 1000>,
    /// Whether the guests are sent a confirmation; true without it.
    pub send_confirmation_email: Option<bool>,
}

impl ConfirmReservations {
    /// The request with what it cannot do without; everything else is left out.
    #[must_use]
    pub fn new(reservation_ids: impl Into<Bounded<Id<Reservation>, 1, 1000>>) -> Self {
        Self {
            enterprise_id: None,
            reservation_ids: reservation_ids.into(),
            send_confirmation_email: None,
        }
    }
}

impl Operation for ConfirmReservations {
    const ADDRESS: &'static str = "reservations/confirm";
    type Response = ChangedReservations;
}

/// Cancels reservations and gives their availability back.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct CancelReservations {
    /// Enterprise of the reservations, for portfolio tokens.
    pub enterprise_id: Option<Id<Enterprise>>,
    /// The reservations; all of them are cancelled or none.
    pub reservation_ids: Option<Bounded<Id<Reservation>, 0, 1000>>,
    /// Whether the fee of the cancellation policies is charged; false without it.
    pub post_cancellation_fee: Option<bool>,
    /// Whether the guests are told; true without it.
    pub send_email: Option<bool>,
    /// Why they are cancelled.
    pub notes: Option<String>,
    /// The one reservation; used where `ReservationIds` is absent.
    #[schemars(extend("deprecated" = true))]
    pub reservation_id: Option<Id<Reservation>>,
}

impl Operation for CancelReservations {
    const ADDRESS: &'static str = "reservations/cancel";
    type Response = ChangedReservations;
}

/// The reservations that were changed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ChangedReservations {
    /// Identifiers of the reservations, in the order of the request.
    pub reservation_ids: Vec<Id<Reservation>>,
}

/// Checks the guests of a reservation in.
///
/// It must be confirmed, its first time unit begun, a usable resource assigned and nobody else in
/// it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct StartReservation {
    /// Enterprise of the reservation, for portfolio tokens.
    pub enterprise_id: Option<Id<Enterprise>>,
    /// The reservation.
    pub reservation_id: Id<Reservation>,
}

impl Operation for StartReservation {
    const ADDRESS: &'static str = "reservations/start";
    type Response = Empty;
}

/// Checks the guests of a reservation out.
///
/// It must be checked in, its last day come, the profiles of its guests complete and their bills
/// settled.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ProcessReservation {
    /// Enterprise of the reservation, for portfolio tokens.
    pub enterprise_id: Option<Id<Enterprise>>,
    /// The reservation.
    pub reservation_id: Id<Reservation>,
    /// Whether the guests' balanced bills are closed; false without it, then they must be closed
    /// already.
    pub close_bills: Option<bool>,
    /// Whether the guests may leave without having settled their bills; false without it.
    pub allow_open_balance: Option<bool>,
    /// Why they may; required with `AllowOpenBalance`.
    pub notes: Option<String>,
}

impl ProcessReservation {
    /// The request with what it cannot do without; everything else is left out.
    #[must_use]
    pub fn new(reservation_id: Id<Reservation>) -> Self {
        Self {
            enterprise_id: None,
            reservation_id,
            close_bills: None,
            allow_open_balance: None,
            notes: None,
        }
    }
}

impl Operation for ProcessReservation {
    const ADDRESS: &'static str = "reservations/process";
    type Response = Empty;
}

/// Adds a customer to the guests of a reservation.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AddCompanion {
    /// Enterprise of the reservation, for portfolio tokens.
    pub enterprise_id: Option<Id<Enterprise>>,
    /// The reservation.
    pub reservation_id: Id<Reservation>,
    /// The customer.
    pub customer_id: Id<Customer>,
}

impl Operation for AddCompanion {
    const ADDRESS: &'static str = "reservations/addCompanion";
    type Response = AddedCompanion;
}

/// The relation between a reservation and its new guest.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AddedCompanion {
    /// Identifier of the relation; that of the existing one where the customer was a guest already.
    pub companionship_id: Id<Companionship>,
}

/// Removes a customer from the guests of a reservation; the profile stays.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteCompanion {
    /// Enterprise of the reservation, for portfolio tokens.
    pub enterprise_id: Option<Id<Enterprise>>,
    /// The reservation.
    pub reservation_id: Id<Reservation>,
    /// The customer.
    pub customer_id: Id<Customer>,
}

impl Operation for DeleteCompanion {
    const ADDRESS: &'static str = "reservations/deleteCompanion";
    type Response = Empty;
}

/// Orders a product with a reservation.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AddReservationProduct {
    /// The reservation.
    pub reservation_id: Id<Reservation>,
    /// The product, one of the reserved service.
    pub product_id: Id<Product>,
    /// How many per charging period.
    pub count: i32,
    /// Price of one, instead of the configured one.
    pub unit_amount: Option<AmountParameters>,
    /// Start of the time in which it is charged; that of the stay without it. Equal to the end for
    /// products that are not charged by time unit.
    pub start_utc: Option<UtcInstant>,
    /// End of the time in which it is charged; that of the stay without it.
    pub end_utc: Option<UtcInstant>,
}

impl AddReservationProduct {
    /// The request with what it cannot do without; everything else is left out.
    #[must_use]
    pub fn new(reservation_id: Id<Reservation>, product_id: Id<Product>, count: i32) -> Self {
        Self {
            reservation_id,
            product_id,
            count,
            unit_amount: None,
            start_utc: None,
            end_utc: None,
        }
    }
}

impl Operation for AddReservationProduct {
    const ADDRESS: &'static str = "reservations/addProduct";
    const PORTFOLIO: bool = false;
    type Response = AddedReservationProduct;
}

/// The items that charge an ordered product.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AddedReservationProduct {
    /// Identifiers of the items.
    pub item_ids: Option<Vec<Id<OrderItem>>>,
}

/// Moves the start or the end of a reservation. Time units that stay keep their price, new ones are
/// priced by the rate.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateReservationInterval {
    /// Enterprise of the reservation, for portfolio tokens.
    pub enterprise_id: Option<Id<Enterprise>>,
    /// The reservation.
    pub reservation_id: Id<Reservation>,
    /// The new start; it stays without it.
    pub start_utc: Option<UtcInstant>,
    /// The new end; it stays without it.
    pub end_utc: Option<UtcInstant>,
    /// Whether the fee of the cancellation policies is charged for dropped time units.
    pub charge_cancellation_fee: bool,
}

impl UpdateReservationInterval {
    /// The request with what it cannot do without; everything else is left out or false.
    #[must_use]
    pub fn new(reservation_id: Id<Reservation>) -> Self {
        Self {
            enterprise_id: None,
            reservation_id,
            start_utc: None,
            end_utc: None,
            charge_cancellation_fee: false,
        }
    }
}

impl Operation for UpdateReservationInterval {
    const ADDRESS: &'static str = "reservations/updateInterval";
    type Response = Empty;
}
