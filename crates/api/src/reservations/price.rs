//! Prices of reservations before they are made. Source: `operations/reservations`, price.

use ostler_contract::primitives::{Bounded, Id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Operation;
use crate::enterprises::Enterprise;
use crate::objects::{Amount, CurrencyValue};
use crate::reservations::add::ReservationParameters;
use crate::services::Service;

/// Returns what reservations would cost: their time units and their products.
///
/// Neither availability nor restrictions are checked; more persons than the category holds are
/// priced like as many as it holds.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct PriceReservations {
    /// Enterprise of the service, for portfolio tokens.
    pub enterprise_id: Option<Id<Enterprise>>,
    /// Bookable service that would be reserved.
    pub service_id: Id<Service>,
    /// The reservations.
    pub reservations: Bounded<ReservationParameters, 1, 1000>,
}

impl Operation for PriceReservations {
    const ADDRESS: &'static str = "reservations/price";
    const READS_ONLY: bool = true;
    type Response = ReservationPrices;
}

/// Prices of reservations.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ReservationPrices {
    /// The prices, in the order of the request.
    pub reservation_prices: Vec<ReservationPrice>,
}

/// The price of a reservation.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ReservationPrice {
    /// The text that the request told it apart by.
    pub identifier: Option<String>,
    /// The price of all time units and products.
    pub total_amount: Amount,
    /// The same price without its taxes one by one.
    #[schemars(extend("deprecated" = true))]
    pub total: Option<CurrencyValue>,
}
