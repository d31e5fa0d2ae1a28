//! Prices of a changed reservation.

use ostler_api::reservations::entity::{Reservation, ReservationState};
use ostler_api::reservations::update::ReservationUpdate;
use ostler_contract::error::Error;
use ostler_contract::primitives::UtcInstant;
use ostler_store::{Stored, Tx};

use crate::context::Context;
use crate::order_items::OrderItems;
use crate::posting;
use crate::reservations::draft::Desk;
use crate::reservations::interval::priced_by;
use crate::reservations::quote::{self, Stated};
use crate::reservations::{Reservations, reorder};

/// Gives the time units the prices that the update states and, where what prices depend on has
/// changed and `reprice` is not false, all others those of the rate. Time units that are past stay
/// as they are once the guests are in the house.
///
/// # Errors
/// 400 for a stated price that does not fit; 500 where the store fails, 408 past the deadline.
pub fn apply(
    tx: &mut Tx<'_>,
    context: &Context,
    desk: &Desk,
    (reservation, before): (&mut Stored<Reservations>, &Reservation),
    (update, reprice): (&ReservationUpdate, Option<bool>),
) -> Result<(), Error> {
    let is_other = depends(before) != depends(reservation);
    let is_repriced = is_other && reprice.unwrap_or(true) || update.time_unit_prices.is_change();
    if reservation.person_counts != before.person_counts {
        reorder::products(tx, context, desk, reservation)?;
    }
    if !is_repriced {
        return Ok(());
    }
    let units: Vec<UtcInstant> = reservation.hidden.units.iter().map(|it| it.start).collect();
    let scheduled = (reservation.scheduled_start_utc, reservation.scheduled_end_utc);
    let (category, rate) = priced_by(tx, &desk.property, reservation)?;
    let single = update.time_unit_prices.set().map(Vec::as_slice).unwrap_or_default();
    let stated = Stated { every: None, single, pointer: "" };
    let stay = desk.stay(&units, scheduled, &reservation.person_counts);
    let prices = quote::units(tx, &stay, (&rate, category.id), stated)?;
    // Prices that are not stated change only where the caller wants that and there is a cause, or
    // where the statement of prices is withdrawn.
    let is_withdrawn = update.time_unit_prices.is_change() && single.is_empty();
    let others = is_other && reprice.unwrap_or(true) || is_withdrawn;
    let now = tx.now();
    let is_in_house = reservation.state == ReservationState::Started;
    let mut reserved = reservation.hidden.units.clone();
    for (unit, price) in reserved.iter_mut().zip(prices) {
        let is_past = is_in_house && unit.end <= now;
        if is_past || !(price.is_stated || others) {
            continue;
        }
        let item: Option<Stored<OrderItems>> = tx.get(desk.property.scope(), unit.item)?;
        if let Some(mut item) = item {
            posting::reprice(tx, context, &desk.property, &mut item, &price.amount)?;
        }
        unit.is_price_stated = price.is_stated;
    }
    reservation.hidden.units = reserved;
    Ok(())
}

/// What the prices of a reservation depend on.
fn depends(it: &Reservation) -> impl PartialEq + use<'_> {
    let scheduled = (it.scheduled_start_utc, it.scheduled_end_utc);
    (scheduled, it.rate_id, it.requested_resource_category_id, &it.person_counts)
}
