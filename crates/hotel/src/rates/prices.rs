//! Prices of rates that differ from the rate's own in a range of time units.

use ostler_api::products::Product;
use ostler_api::rates::Rate;
use ostler_api::resource_categories::ResourceCategory;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, Number, TimeInterval, UtcInstant};
use ostler_store::{Condition, Find, Snapshot, Tx, Value, entity};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A price that holds from one time unit to before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatePrice {
    /// Identifier of the price.
    pub id: Id<Self>,
    /// Rate whose price it is.
    pub rate_id: Id<Rate>,
    /// What it is the price of.
    pub of: Priced,
    /// Start of the first time unit.
    pub start: UtcInstant,
    /// End of the last time unit.
    pub end: UtcInstant,
    /// The price on the property's side of the tax, in its default currency.
    pub value: Number,
}

/// What a price is the price of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priced {
    /// A resource category; none for the base price.
    pub category: Option<Id<ResourceCategory>>,
    /// A product; none for the stay itself.
    pub product: Option<Id<Product>>,
}

entity! {
    /// Prices that differ from those of their rates. Ranges of one rate and thing do not overlap.
    RatePrices of RatePrice, with (), in "rate_price";
    stamp(document, created, updated) {}
    index RATE "rate": Id<Rate> = |it, hidden| it.rate_id;
    index CATEGORY "category": Option<Id<ResourceCategory>> = |it, hidden| it.of.category;
    index PRODUCT "product": Option<Id<Product>> = |it, hidden| it.of.product;
    index VALUE "value": String = |it, hidden| it.value.to_string();
    index START "start": UtcInstant = |it, hidden| it.start;
    index END "end_": UtcInstant = |it, hidden| it.end;
    lookup Interval { by: &["rate"], start: "start", end: "end_", beside: &[] };
}

/// Visits the prices of the rate that hold somewhere between the two instants, without decoding.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline, and what `visit` answers.
pub fn between(
    snapshot: &Snapshot<'_>,
    scope: Uuid,
    rate: Id<Rate>,
    range: TimeInterval,
    visit: &mut dyn FnMut(RatePrice) -> Result<(), Error>,
) -> Result<(), Error> {
    let columns = ["id", "category", "product", "start", "end_", "value"];
    snapshot.scan(&overlapping(scope, rate, range), &columns, &mut |values| {
        let [Value::Id(id), category, product, start, end, Value::Text(value)] = values else {
            return Err(Error::internal("a price without its value"));
        };
        let (Value::Integer(start), Value::Integer(end)) = (start, end) else {
            return Err(Error::internal("a price without its range"));
        };
        let id_of = |value: &Value| if let Value::Id(id) = value { Some(*id) } else { None };
        let instant = |seconds: i64| UtcInstant::from_seconds(seconds).map_err(Error::internal);
        visit(RatePrice {
            id: Id::new(*id),
            rate_id: rate,
            of: Priced {
                category: id_of(category).map(Id::new),
                product: id_of(product).map(Id::new),
            },
            start: instant(*start)?,
            end: instant(*end)?,
            value: Number(value.parse().map_err(Error::internal)?),
        })
    })
}

fn overlapping(scope: Uuid, rate: Id<Rate>, range: TimeInterval) -> Find<RatePrices> {
    Find::within(&[scope]).and(RatePrices::RATE.is(rate)).overlapping(
        RatePrices::START,
        RatePrices::END,
        Some(range),
    )
}

fn of_category(category: Option<Id<ResourceCategory>>) -> Condition<RatePrices> {
    match category {
        Some(_) => RatePrices::CATEGORY.is(category),
        None => RatePrices::CATEGORY.is_null(),
    }
}

fn of_product(product: Option<Id<Product>>) -> Condition<RatePrices> {
    match product {
        Some(_) => RatePrices::PRODUCT.is(product),
        None => RatePrices::PRODUCT.is_null(),
    }
}

/// Sets the price in a range of time units, `None` returning to the rate's own. What held there is
/// cut out; what held before and after stays.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn set(
    tx: &mut Tx<'_>,
    scope: Uuid,
    (rate, of): (Id<Rate>, Priced),
    range: TimeInterval,
    value: Option<Number>,
) -> Result<(), Error> {
    let find =
        overlapping(scope, rate, range).and(of_category(of.category)).and(of_product(of.product));
    for mut price in tx.find(&find)? {
        let old = price.document;
        if old.end > range.end_utc {
            let id = tx.new_id();
            tx.insert::<RatePrices>(scope, RatePrice { id, start: range.end_utc, ..old }, ())?;
        }
        if old.start < range.start_utc {
            price.end = range.start_utc;
            tx.update(&mut price)?;
        } else {
            tx.delete(price)?;
        }
    }
    if let Some(value) = value {
        let (start, end) = (range.start_utc, range.end_utc);
        let id = tx.new_id();
        tx.insert::<RatePrices>(scope, RatePrice { id, rate_id: rate, of, start, end, value }, ())?;
    }
    Ok(())
}
