//! What a stay costs: its time units and its products.

use ostler_api::objects::{Amount, AmountParameters};
use ostler_api::products::{ProductChargingMode, ProductConsumptionMoment, ProductPostingMode};
use ostler_api::rates::Rate;
use ostler_api::reservations::add::{StayProductParameters, TimeUnitAmountParameters};
use ostler_api::reservations::entity::AgeCategoryParameters;
use ostler_api::resource_categories::ResourceCategory;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::{Snapshot, Stored};

use crate::arithmetic::tax::{self, Taxes};
use crate::arithmetic::time_units::TimeUnits;
use crate::filters::unknown;
use crate::posting::to_accounting;
use crate::pricing::{self, PersonCount};
use crate::products::Products;
use crate::property::Property;
use crate::rates::Rates;
use crate::services::Services;

/// What the prices of a stay depend on.
#[derive(Clone, Copy)]
pub struct Stay<'a> {
    /// The property.
    pub property: &'a Property,
    /// The bookable service.
    pub service: &'a Stored<Services>,
    /// The time units of the service.
    pub time_units: &'a TimeUnits,
    /// The starts of the time units of the stay.
    pub units: &'a [UtcInstant],
    /// The scheduled start and end.
    pub scheduled: (UtcInstant, UtcInstant),
    /// Who stays.
    pub persons: &'a [AgeCategoryParameters],
}

/// The price of one time unit.
#[derive(Debug, Clone)]
pub struct UnitPrice {
    /// Start of the time unit.
    pub start: UtcInstant,
    /// End of the time unit.
    pub end: UtcInstant,
    /// The price.
    pub amount: Amount,
    /// Whether the price was stated rather than computed from the rate.
    pub is_stated: bool,
}

/// The charges of an ordered product.
pub struct ProductPrice {
    /// The product.
    pub product: Stored<Products>,
    /// How many per charging period.
    pub count: u32,
    /// The bounds of the time in which it is charged, as they were stated.
    pub bounds: (Option<UtcInstant>, Option<UtcInstant>),
    /// Identifier in an external system.
    pub external_identifier: Option<String>,
    /// What is charged.
    pub charges: Vec<Charge>,
    /// Whether the price was stated rather than that of the product.
    pub is_stated: bool,
}

/// One charge of a product.
#[derive(Debug, Clone)]
pub struct Charge {
    /// Start of the time unit that it is for.
    pub start: UtcInstant,
    /// When the product is consumed.
    pub consumed: UtcInstant,
    /// How many.
    pub count: i32,
    /// Price of one.
    pub unit_amount: Amount,
}

/// Prices that a request states for time units.
#[derive(Clone, Copy)]
pub struct Stated<'a> {
    /// The price of every unit.
    pub every: Option<&'a AmountParameters>,
    /// Prices of single units, which go first.
    pub single: &'a [TimeUnitAmountParameters],
    /// Where they stand in the request.
    pub pointer: &'a str,
}

/// The prices of the time units: stated for the unit, else stated for all, else those of the rate.
///
/// # Errors
/// 400 for a stated price that does not fit the property or a unit outside the stay; 500 where the
/// store fails, 408 past the deadline.
pub fn units(
    snapshot: &Snapshot<'_>,
    stay: &Stay<'_>,
    (rate, category): (&Stored<Rates>, Id<ResourceCategory>),
    stated: Stated<'_>,
) -> Result<Vec<UnitPrice>, Error> {
    let taxes = stay.property.taxes()?;
    let own = stated_prices(stay, &taxes, stated)?;
    let by_rate = if own.iter().all(Option::is_some) {
        Vec::new()
    } else {
        let persons: Vec<PersonCount> = stay
            .persons
            .iter()
            .map(|it| PersonCount { age_category_id: it.age_category_id, count: it.count })
            .collect();
        let priced = pricing::Stay {
            service: stay.service,
            rate,
            category,
            units: stay.units,
            persons: &persons,
        };
        pricing::nights(snapshot, stay.property, &priced)?
    };
    let mut by_rate = by_rate.into_iter();
    let mut prices = Vec::with_capacity(stay.units.len());
    for (start, own) in stay.units.iter().zip(own) {
        let (start, end) = (*start, stay.time_units.next(*start)?);
        let computed = by_rate.next();
        let is_stated = own.is_some();
        let amount = own
            .or(computed)
            .ok_or_else(|| Error::internal(format!("the rate {} has no price", id(rate))))?;
        prices.push(UnitPrice { start, end, amount, is_stated });
    }
    Ok(prices)
}

fn id(rate: &Rate) -> Id<Rate> {
    rate.id
}

/// The stated price of each time unit, where there is one.
fn stated_prices(
    stay: &Stay<'_>,
    taxes: &Taxes,
    stated: Stated<'_>,
) -> Result<Vec<Option<Amount>>, Error> {
    let mut prices: Vec<Option<Amount>> = Vec::with_capacity(stay.units.len());
    for unit in stay.units {
        let price = stated.every.map(|it| amount(stay.property, taxes, it, *unit));
        let price = price.transpose();
        prices.push(price.map_err(|it| under(it, &format!("{}/TimeUnitAmount", stated.pointer)))?);
    }
    let mut seen = Vec::new();
    for (position, single) in stated.single.iter().enumerate() {
        let pointer = format!("{}/TimeUnitPrices/{position}", stated.pointer);
        let index = usize::try_from(single.index).map_err(Error::internal)?;
        let place = stay.units.get(index).zip(prices.get_mut(index));
        let Some((unit, price)) = place.filter(|_| !seen.contains(&index)) else {
            return Err(Error::invalid("Index")
                .at(format!("{pointer}/Index"))
                .expected(format!("each time unit once, from 0 to {}", stay.units.len() - 1))
                .got(index));
        };
        seen.push(index);
        if let Some(sent) = &single.amount {
            let sent = amount(stay.property, taxes, sent, *unit);
            *price = Some(sent.map_err(|it| under(it, &format!("{pointer}/Amount")))?);
        }
    }
    Ok(prices)
}

/// The amount that a request states, in the currency of the property's accounting.
///
/// # Errors
/// 400 where it does not fit the property, 403 where its currency has no exchange rate.
pub fn amount(
    property: &Property,
    taxes: &Taxes,
    sent: &AmountParameters,
    at: UtcInstant,
) -> Result<Amount, Error> {
    if property.accepted_currency(&sent.currency).is_none() {
        return Err(Error::invalid("Currency")
            .expected("a currency that the property accepts")
            .got(&sent.currency));
    }
    to_accounting(property, taxes, &taxes.amount(sent, at)?)
}

/// The error with its pointer below another one.
#[must_use]
pub fn under(error: Error, pointer: &str) -> Error {
    let within = error.details().map(|it| it.pointer.clone()).unwrap_or_default();
    error.at(format!("{pointer}{within}"))
}

/// The charges of the ordered products.
///
/// # Errors
/// 400 for a product that the service does not have, a count that is not positive or a time that
/// does not fit; 500 where the store fails, 408 past the deadline.
pub fn products(
    snapshot: &Snapshot<'_>,
    stay: &Stay<'_>,
    orders: &[StayProductParameters],
    pointer: &str,
) -> Result<Vec<ProductPrice>, Error> {
    let mut prices = Vec::with_capacity(orders.len());
    for (index, order) in orders.iter().enumerate() {
        let price = product(snapshot, stay, order);
        prices.push(price.map_err(|it| under(it, &format!("{pointer}/ProductOrders/{index}")))?);
    }
    Ok(prices)
}

/// The charges of one ordered product, whose parameters are named from their own object.
///
/// # Errors
/// As for [`products`].
pub fn product(
    snapshot: &Snapshot<'_>,
    stay: &Stay<'_>,
    order: &StayProductParameters,
) -> Result<ProductPrice, Error> {
    let product: Option<Stored<Products>> =
        snapshot.get(stay.property.scope(), order.product_id)?;
    let product = product
        .filter(|it| it.is_active && it.service_id == stay.service.id)
        .ok_or_else(|| unknown("ProductId"))?;
    let count = match order.count {
        None => Some(1),
        Some(count) => u32::try_from(count).ok().filter(|it| *it > 0),
    };
    let count = count.ok_or_else(|| Error::invalid("Count").expected("a positive number"))?;
    let bounds = (order.start_utc, order.end_utc);
    let units = charged_units(stay, product.charging_mode, bounds)?;
    let stated = order.unit_amount.as_ref();
    let charges = charges(snapshot, stay, &product, (count, stated), &units)?;
    Ok(ProductPrice {
        product,
        count,
        bounds,
        external_identifier: order.external_identifier.clone(),
        charges,
        is_stated: stated.is_some(),
    })
}

/// The time units that a product is charged for; one for a product that is not charged by unit.
fn charged_units(
    stay: &Stay<'_>,
    mode: ProductChargingMode,
    (start, end): (Option<UtcInstant>, Option<UtcInstant>),
) -> Result<Vec<UtcInstant>, Error> {
    let outside = |name| Error::invalid(name).expected("a time within the stay");
    let by_unit = match mode {
        ProductChargingMode::Once | ProductChargingMode::PerPerson => false,
        ProductChargingMode::PerTimeUnit | ProductChargingMode::PerPersonPerTimeUnit => true,
    };
    if by_unit {
        let (from, to) = (start.unwrap_or(stay.scheduled.0), end.unwrap_or(stay.scheduled.1));
        let mut units = stay.time_units.of_stay(from, to)?;
        units.retain(|unit| stay.units.contains(unit));
        return if units.is_empty() { Err(outside("StartUtc")) } else { Ok(units) };
    }
    let at = match (start, end) {
        (Some(start), Some(end)) if start != end => {
            return Err(Error::invalid("EndUtc")
                .expected("the same as StartUtc: the product is not charged by time unit")
                .got(end));
        }
        (Some(at), _) | (None, Some(at)) => Some(at),
        (None, None) => None,
    };
    let Some(at) = at else { return Ok(stay.units.first().copied().into_iter().collect()) };
    let unit = stay.time_units.containing(at)?;
    let last = stay.units.last().copied();
    let departure = last.map(|last| stay.time_units.next(last)).transpose()?;
    if stay.units.contains(&unit) {
        Ok(vec![unit])
    } else if departure == Some(unit) {
        // What is consumed on the day of departure belongs to the last unit.
        Ok(last.into_iter().collect())
    } else {
        Err(outside("StartUtc"))
    }
}

fn charges(
    snapshot: &Snapshot<'_>,
    stay: &Stay<'_>,
    product: &Stored<Products>,
    (count, stated): (u32, Option<&AmountParameters>),
    units: &[UtcInstant],
) -> Result<Vec<Charge>, Error> {
    let persons: u32 = stay.persons.iter().map(|it| it.count).sum();
    let each = match product.charging_mode {
        ProductChargingMode::Once | ProductChargingMode::PerTimeUnit => 1,
        ProductChargingMode::PerPerson | ProductChargingMode::PerPersonPerTimeUnit => persons,
    };
    let too_many = || Error::invalid("Count").expected("a number that can be charged");
    let each = count.checked_mul(each).ok_or_else(too_many)?;
    let (starts, each) = match (product.posting_mode, units.first()) {
        (ProductPostingMode::Once, Some(first)) => {
            let units = u32::try_from(units.len()).map_err(Error::internal)?;
            (vec![*first], each.checked_mul(units).ok_or_else(too_many)?)
        }
        (ProductPostingMode::PerTimeUnit, _) | (ProductPostingMode::Once, None) => {
            (units.to_vec(), each)
        }
    };
    let count = i32::try_from(each).ok().filter(|it| *it < i32::MAX).ok_or_else(too_many)?;
    let taxes = stay.property.taxes()?;
    let mut charges = Vec::with_capacity(starts.len());
    for start in starts {
        let unit_amount = match stated {
            Some(sent) => {
                amount(stay.property, &taxes, sent, start).map_err(|it| under(it, "/UnitAmount"))?
            }
            None => {
                let price = pricing::product_price(snapshot, stay.property, product, start)?;
                to_accounting(stay.property, &taxes, &price)?
            }
        };
        let consumed = consumed(stay, product.consumption_moment, start)?;
        charges.push(Charge { start, consumed, count, unit_amount });
    }
    Ok(charges)
}

fn consumed(
    stay: &Stay<'_>,
    moment: ProductConsumptionMoment,
    unit: UtcInstant,
) -> Result<UtcInstant, Error> {
    match moment {
        ProductConsumptionMoment::ServiceOrderStart => Ok(stay.scheduled.0),
        ProductConsumptionMoment::ServiceOrderEnd => Ok(stay.scheduled.1),
        ProductConsumptionMoment::PostingTimeUnit => Ok(unit),
        ProductConsumptionMoment::NextTimeUnit => stay.time_units.next(unit),
    }
}

/// The price of all time units and products.
///
/// # Errors
/// 400 where it is too large.
pub fn total(
    property: &Property,
    units: &[UnitPrice],
    products: &[ProductPrice],
) -> Result<Amount, Error> {
    let taxes = property.taxes()?;
    let mut amounts: Vec<Amount> = units.iter().map(|it| it.amount.clone()).collect();
    for charge in products.iter().flat_map(|it| &it.charges) {
        amounts.push(taxes.multiply(&charge.unit_amount, i64::from(charge.count))?);
    }
    tax::sum(property.currency(), &amounts)
}
