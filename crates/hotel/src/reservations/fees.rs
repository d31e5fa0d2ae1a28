//! Fees for what a guest gives up.

use ostler_api::objects::Amount;
use ostler_api::order_items::{AccountingState, OrderItem, OrderItemType, RevenueType};
use ostler_contract::error::Error;
use ostler_contract::primitives::UtcInstant;
use ostler_store::{Stored, Tx};

use crate::arithmetic::tax;
use crate::cancellation_policies::{self, Cancellation};
use crate::context::Context;
use crate::order_items::OrderItems;
use crate::posting::{self, NewItem, Posting};
use crate::property::Property;
use crate::rates::Rates;
use crate::reservations::{Reservations, ReservedUnit, charges};

/// What a guest gives up.
#[derive(Debug, Clone, Copy)]
pub enum GivenUp<'a> {
    /// The whole reservation.
    Everything,
    /// These time units of it.
    Units(&'a [ReservedUnit]),
}

/// Whether the item is a fee, which outlives its reservation.
#[must_use]
pub fn is_fee(item: &OrderItem) -> bool {
    item.type_ == OrderItemType::CancellationFee
}

/// Charges the fee of the cancellation policies, if there is one. To be called before the items of
/// what is given up are cancelled. Time units of what is not confirmed are given up for nothing:
/// nothing of it counts yet.
///
/// # Errors
/// Those of [`cancellation_policies::fee`] and [`posting::post`].
pub fn charge(
    tx: &mut Tx<'_>,
    context: &Context,
    property: &Property,
    reservation: &Stored<Reservations>,
    given_up: GivenUp<'_>,
) -> Result<(), Error> {
    let is_confirmed = charges::posting_of(reservation.state) == Posting::Open;
    if matches!(given_up, GivenUp::Units(_)) && !is_confirmed {
        return Ok(());
    }
    let rate: Option<Stored<Rates>> = tx.get(property.scope(), reservation.rate_id)?;
    let rate = rate.ok_or_else(|| Error::internal("a reservation without its rate"))?;
    let items = posting::items_of(tx, property, reservation.id.uuid())?;
    let units = match given_up {
        GivenUp::Everything => unit_amounts(&items, &reservation.hidden.units),
        GivenUp::Units(units) => unit_amounts(&items, units),
    };
    let products = match given_up {
        GivenUp::Everything => Some(product_amount(property, &items)?),
        GivenUp::Units(_) => None,
    };
    let cancellation = Cancellation {
        rate_group: rate.group_id,
        created: reservation.created_utc,
        scheduled_start: reservation.scheduled_start_utc,
        units: &units,
        products: products.as_ref(),
    };
    let fee = cancellation_policies::fee(tx, context, property, &cancellation)?;
    let Some(fee) = fee else { return Ok(()) };
    let now: UtcInstant = tx.now();
    let item = NewItem {
        service: reservation.service_id,
        order: reservation.id.uuid(),
        account: (reservation.account_id, reservation.account_type),
        kind: OrderItemType::CancellationFee,
        revenue: RevenueType::Additional,
        data: None,
        name: None,
        unit_count: 1,
        unit_amount: fee,
        start: None,
        consumed: now,
        accounting_category: rate.hidden.accounting_category_id,
        bill: None,
        posting: Posting::Open,
        external_identifier: None,
        notes: None,
        tax_exemption: (rate.tax_exemption_reason, rate.tax_exemption_legal_reference.clone()),
    };
    posting::post(tx, context, property, item)?;
    Ok(())
}

/// What the time units cost, from the first.
fn unit_amounts(items: &[Stored<OrderItems>], units: &[ReservedUnit]) -> Vec<Amount> {
    let amount = |unit: &ReservedUnit| {
        let item = items.iter().find(|item| item.id == unit.item)?;
        Some(item.amount.clone())
    };
    units.iter().filter_map(amount).collect()
}

/// What the products cost.
fn product_amount(property: &Property, items: &[Stored<OrderItems>]) -> Result<Amount, Error> {
    let products = items.iter().filter(|item| {
        let is_product = matches!(item.type_, OrderItemType::ProductOrder | OrderItemType::CityTax);
        is_product && item.accounting_state != AccountingState::Canceled
    });
    let amounts: Vec<Amount> = products.map(|item| item.amount.clone()).collect();
    tax::sum(property.currency(), &amounts)
}
