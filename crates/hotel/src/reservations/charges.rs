//! The items that a reservation charges.

use ostler_api::accounting_categories::AccountingCategory;
use ostler_api::order_items::{OrderItem, OrderItemData, OrderItemType, RevenueType};
use ostler_api::products::Product;
use ostler_api::reservations::entity::{Reservation, ReservationState};
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Stored, Tx};
use rust_decimal::Decimal;

use crate::arithmetic::tax::untaxed;
use crate::context::Context;
use crate::order_items::OrderItems;
use crate::posting::{self, CanceledWith, NewItem, Posting};
use crate::property::Property;
use crate::rates::Rates;
use crate::reservations::quote::{ProductPrice, UnitPrice};
use crate::reservations::{ProductOrder, ReservedUnit};
use crate::resource_categories::ResourceCategories;

/// Charges the time units, one item each.
///
/// # Errors
/// Those of [`posting::post`].
pub fn units(
    tx: &mut Tx<'_>,
    context: &Context,
    property: &Property,
    reservation: &Reservation,
    (category, rate): (&Stored<ResourceCategories>, &Stored<Rates>),
    prices: &[UnitPrice],
) -> Result<Vec<ReservedUnit>, Error> {
    let accounting_category =
        category.accounting_category_id.or(rate.hidden.accounting_category_id);
    let mut units = Vec::with_capacity(prices.len());
    for price in prices {
        let item = NewItem {
            service: reservation.service_id,
            order: reservation.id.uuid(),
            account: (reservation.account_id, reservation.account_type),
            kind: OrderItemType::SpaceOrder,
            revenue: RevenueType::Service,
            data: None,
            name: property.text(&category.names),
            unit_count: 1,
            unit_amount: price.amount.clone(),
            start: Some(price.start),
            consumed: price.end,
            accounting_category,
            bill: None,
            posting: posting_of(reservation.state),
            external_identifier: None,
            notes: None,
            tax_exemption: (rate.tax_exemption_reason, rate.tax_exemption_legal_reference.clone()),
        };
        let item = posting::post(tx, context, property, item)?;
        units.push(ReservedUnit {
            start: price.start,
            end: price.end,
            item: item.id,
            is_price_stated: price.is_stated,
        });
    }
    Ok(units)
}

/// Charges an ordered product.
///
/// # Errors
/// Those of [`posting::post`].
pub fn product(
    tx: &mut Tx<'_>,
    context: &Context,
    property: &Property,
    reservation: &Reservation,
    price: &ProductPrice,
) -> Result<ProductOrder, Error> {
    let product: &Product = &price.product;
    let accounting_category: Option<Id<AccountingCategory>> = product.accounting_category_id;
    let (kind, revenue) = if product.classifications.city_tax {
        (OrderItemType::CityTax, RevenueType::Additional)
    } else {
        (OrderItemType::ProductOrder, RevenueType::Product)
    };
    let mut items = Vec::with_capacity(price.charges.len());
    for charge in &price.charges {
        let item = NewItem {
            service: reservation.service_id,
            order: reservation.id.uuid(),
            account: (reservation.account_id, reservation.account_type),
            kind,
            revenue,
            data: Some(OrderItemData::product(product.id, None)),
            name: property.text(&product.names),
            unit_count: charge.count,
            unit_amount: charge.unit_amount.clone(),
            start: Some(charge.start),
            consumed: charge.consumed,
            accounting_category,
            bill: None,
            posting: posting_of(reservation.state),
            external_identifier: price.external_identifier.clone(),
            notes: None,
            tax_exemption: (
                product.tax_exemption_reason,
                product.tax_exemption_legal_reference.clone(),
            ),
        };
        items.push(posting::post(tx, context, property, item)?.id);
    }
    Ok(ProductOrder {
        product: product.id,
        count: price.count,
        start: price.bounds.0,
        end: price.bounds.1,
        items,
        is_price_stated: price.is_stated,
    })
}

/// Takes back what an item charges: one on no closed bill is cancelled, one on a closed bill is
/// rebated.
///
/// # Errors
/// Those of [`posting::reprice`].
pub fn drop(
    tx: &mut Tx<'_>,
    context: &Context,
    property: &Property,
    item: Id<OrderItem>,
) -> Result<(), Error> {
    let item: Option<Stored<OrderItems>> = tx.get(property.scope(), item)?;
    let Some(mut item) = item else { return Ok(()) };
    if item.closed_utc.is_none() {
        return posting::cancel(tx, context, &mut item, CanceledWith::Nothing);
    }
    let nothing = untaxed(Decimal::ZERO, property.currency());
    posting::reprice(tx, context, property, &mut item, &nothing).map(|_| ())
}

/// Items count once both sides have confirmed.
pub(crate) fn posting_of(state: ReservationState) -> Posting {
    match state {
        ReservationState::Confirmed | ReservationState::Started | ReservationState::Processed => {
            Posting::Open
        }
        ReservationState::Inquired
        | ReservationState::Requested
        | ReservationState::Optional
        | ReservationState::Canceled => Posting::Inactive,
    }
}
