//! Products of a stay whose time or persons change.

use ostler_api::objects::Amount;
use ostler_api::order_items::{AccountingState, OrderItem};
use ostler_api::reservations::add::StayProductParameters;
use ostler_contract::error::{Code, Error};
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::{Stored, Tx};

use crate::context::Context;
use crate::order_items::OrderItems;
use crate::reservations::draft::Desk;
use crate::reservations::quote::{self, Charge, ProductPrice};
use crate::reservations::{ProductOrder, Reservations, charges};

/// Charges the products of the stay as its time and its persons are now: what is charged already
/// stays, what is too much is cancelled, what is missing is added.
///
/// # Errors
/// 400 for a price that is too large; 500 where the store fails, 408 past the deadline.
pub fn products(
    tx: &mut Tx<'_>,
    context: &Context,
    desk: &Desk,
    reservation: &mut Stored<Reservations>,
) -> Result<(), Error> {
    let scheduled = (reservation.scheduled_start_utc, reservation.scheduled_end_utc);
    let units: Vec<UtcInstant> = reservation.hidden.units.iter().map(|it| it.start).collect();
    let mut orders = std::mem::take(&mut reservation.hidden.products);
    for order in &mut orders {
        let persons = reservation.person_counts.clone();
        let price = quote::product(
            tx,
            &desk.stay(&units, scheduled, &persons),
            &parameters(order, scheduled),
        );
        match price {
            Ok(price) => settle(tx, context, desk, (reservation, order), price)?,
            // The product is no longer sold, or its own time is no longer within the stay: what of
            // it lies within the stay remains as it is.
            Err(error) if error.code() == Code::InvalidParameter => {
                drop_outside(tx, context, desk, order, &units)?;
            }
            Err(error) => return Err(error),
        }
    }
    reservation.hidden.products = orders;
    Ok(())
}

/// The order as a request would state it now; a time that reaches beyond the stay ends with it.
fn parameters(order: &ProductOrder, scheduled: (UtcInstant, UtcInstant)) -> StayProductParameters {
    let within = |it: UtcInstant| it.clamp(scheduled.0, scheduled.1);
    StayProductParameters {
        product_id: order.product,
        count: i32::try_from(order.count).ok(),
        unit_amount: None,
        start_utc: order.start.map(within),
        end_utc: order.end.map(within),
        external_identifier: None,
    }
}

fn settle(
    tx: &mut Tx<'_>,
    context: &Context,
    desk: &Desk,
    (reservation, order): (&Stored<Reservations>, &mut ProductOrder),
    mut price: ProductPrice,
) -> Result<(), Error> {
    let mut charged = live(tx, desk, &order.items)?;
    let known: Option<Amount> = charged.first().map(|it| it.unit_amount.clone());
    price.is_stated = order.is_price_stated;
    price.bounds = (order.start, order.end);
    if let (true, Some(known)) = (order.is_price_stated, known) {
        for charge in &mut price.charges {
            charge.unit_amount = known.clone();
        }
    }
    let mut kept: Vec<Id<OrderItem>> = Vec::new();
    price.charges.retain(|charge| {
        let place = charged.iter().position(|item| is_charged(item, charge));
        match place {
            Some(place) => {
                kept.push(charged.swap_remove(place).id);
                false
            }
            None => true,
        }
    });
    for item in charged {
        charges::drop(tx, context, &desk.property, item.id)?;
    }
    let added = charges::product(tx, context, &desk.property, reservation, &price)?;
    kept.extend(added.items);
    order.items = kept;
    Ok(())
}

/// Whether the item charges exactly that.
fn is_charged(item: &Stored<OrderItems>, charge: &Charge) -> bool {
    item.start_utc == Some(charge.start) && item.unit_count == charge.count
}

/// The items that are not cancelled.
fn live(
    tx: &Tx<'_>,
    desk: &Desk,
    items: &[Id<OrderItem>],
) -> Result<Vec<Stored<OrderItems>>, Error> {
    let mut live = Vec::with_capacity(items.len());
    for id in items {
        let item: Option<Stored<OrderItems>> = tx.get(desk.property.scope(), *id)?;
        live.extend(item.filter(|it| it.accounting_state != AccountingState::Canceled));
    }
    Ok(live)
}

fn drop_outside(
    tx: &mut Tx<'_>,
    context: &Context,
    desk: &Desk,
    order: &mut ProductOrder,
    units: &[UtcInstant],
) -> Result<(), Error> {
    let (inside, outside): (Vec<_>, Vec<_>) = live(tx, desk, &order.items)?
        .into_iter()
        .partition(|it| it.start_utc.is_some_and(|start| units.contains(&start)));
    for item in outside {
        charges::drop(tx, context, &desk.property, item.id)?;
    }
    order.items = inside.iter().map(|it| it.id).collect();
    Ok(())
}
