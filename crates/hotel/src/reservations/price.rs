//! Prices of reservations before they are made.

use ostler_api::objects::{Amount, CurrencyValue};
use ostler_api::reservations::price::{PriceReservations, ReservationPrice, ReservationPrices};
use ostler_api::services::Service;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, Number};
use ostler_store::Snapshot;
use rust_decimal::Decimal;

use crate::context::Context;
use crate::filters::unknown;
use crate::operation::Query;
use crate::property::Property;
use crate::reply::Reply;
use crate::reservations::draft::Desk;
use crate::reservations::quote;
use crate::services::Services;

impl Query for PriceReservations {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<ReservationPrices>, Error> {
        let property = property(snapshot, context, self)?;
        let desk = Desk::open(snapshot, property, self.service_id)?;
        let mut reservation_prices = Vec::with_capacity(self.reservations.len());
        for (index, request) in self.reservations.iter().enumerate() {
            let draft = desk.draft(snapshot, index, request)?;
            let total = quote::total(&desk.property, &draft.unit_prices, &draft.products)?;
            reservation_prices.push(ReservationPrice {
                identifier: request.identifier.clone(),
                total: Some(value(&total)),
                total_amount: total,
            });
        }
        Reply::of(&ReservationPrices { reservation_prices })
    }
}

/// The property that is asked; a portfolio token may leave it to the service to say.
fn property(
    snapshot: &Snapshot<'_>,
    context: &Context,
    request: &PriceReservations,
) -> Result<Property, Error> {
    if context.caller.portfolio.is_none() || request.enterprise_id.is_some() {
        return Property::load(snapshot, context.enterprise(request.enterprise_id)?.enterprise);
    }
    let service: Id<Service> = request.service_id;
    for member in &context.caller.enterprises {
        if snapshot.get::<Services>(member.enterprise, service)?.is_some() {
            return Property::load(snapshot, member.enterprise);
        }
    }
    Err(unknown("ServiceId"))
}

/// The amount as earlier versions had it; its tax rate only where a single one applies to it all.
fn value(amount: &Amount) -> CurrencyValue {
    let (net, gross) = (amount.net_value.0, amount.gross_value.0);
    let tax = gross - net;
    let rate = tax.checked_div(net).map(|it| it.round_dp(4));
    let rate = rate.filter(|_| amount.tax_values.len() == 1 && net != Decimal::ZERO);
    CurrencyValue {
        currency: amount.currency.clone(),
        value: Some(amount.gross_value),
        net: Some(amount.net_value),
        tax: Some(Number(tax)),
        tax_rate: rate.map(Number),
    }
}
