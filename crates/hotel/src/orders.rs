//! Orders of products and ad hoc items.

use ostler_api::accounts::{Account, AccountType};
use ostler_api::business_segments::BusinessSegment;
use ostler_api::counters::CounterType;
use ostler_api::orders::ProductServiceOrder;
use ostler_api::reservations::entity::{
    Reservation, ReservationOptions, ReservationOrigin, ReservationState,
};
use ostler_api::services::Service;
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Stored, Tx, entity};

use crate::context::Context;
use crate::counters;
use crate::property::Property;

mod operations;

entity! {
    /// The orders of products and ad hoc items of all properties.
    ProductServiceOrders of ProductServiceOrder, with (), in "product_service_order";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index SERVICE "service": Id<Service> = |it, hidden| it.service_id;
    index ACCOUNT "account": Id<Account> = |it, hidden| it.account_id;
    index STATE "state": &'static str = |it, hidden| it.state.name();
    index LINKED "linked": Option<Id<Reservation>> = |it, hidden| it.linked_reservation_id;
    index NUMBER "number": String = |it, hidden| it.number.clone();
    lookup Columns(&["service"]);
    lookup Columns(&["account"]);
    lookup Columns(&["linked"]);
    lookup Columns(&["number"]);
    lookup Columns(&["updated"]);
}

/// An order to place.
#[derive(Debug, Clone)]
pub struct NewOrder {
    /// Service that is ordered from.
    pub service: Id<Service>,
    /// Account that it is charged to.
    pub account: (Id<Account>, AccountType),
    /// Business segment.
    pub business_segment: Option<Id<BusinessSegment>>,
    /// Reservation that it belongs to.
    pub linked_reservation: Option<Id<Reservation>>,
}

/// Places an order, without items. What is ordered is consumed at once, so it is processed already.
///
/// # Errors
/// 500 where the property has no counter of orders or the store fails, 408 past the deadline.
pub fn place(
    tx: &mut Tx<'_>,
    context: &Context,
    property: &Property,
    order: &NewOrder,
) -> Result<Stored<ProductServiceOrders>, Error> {
    let (_, number) = counters::next(tx, property, CounterType::ServiceOrderCounter)?;
    let (id, now) = (tx.new_id(), tx.now());
    let document = ProductServiceOrder {
        id,
        service_id: order.service,
        account_id: order.account.0,
        account_type: order.account.1,
        creator_profile_id: context.profile(),
        updater_profile_id: context.profile(),
        booker_id: None,
        number,
        state: ReservationState::Processed,
        origin: ReservationOrigin::Connector,
        commander_origin: None,
        origin_details: Some(context.caller.client.clone()),
        created_utc: now,
        updated_utc: now,
        cancelled_utc: None,
        voucher_id: None,
        business_segment_id: order.business_segment,
        linked_reservation_id: order.linked_reservation,
        options: ReservationOptions::default(),
    };
    tx.insert(property.scope(), document, ())
}

#[cfg(test)]
mod tests;
