//! Prices of stays and products.

use ostler_api::age_categories::{AgeCategory, AgeCategoryClassification};
use ostler_api::objects::Amount;
use ostler_api::rates::{
    AgeCategoryAdjustmentType, GetPricing, RatePricing, ResourceCategoryPricing,
};
use ostler_api::resource_categories::ResourceCategory;
use ostler_api::services::ServiceType;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, Number, UtcInstant};
use ostler_store::{Find, Snapshot, Stored};
use rust_decimal::Decimal;

use crate::age_categories::AgeCategories;
use crate::arithmetic::money::{product, total};
use crate::arithmetic::tax::Taxes;
use crate::arithmetic::time_units::Caps;
use crate::availability::time_units;
use crate::context::Context;
use crate::filters::unknown;
use crate::operation::Query;
use crate::products::Products;
use crate::property::Property;
use crate::rates::{RateHidden, Rates};
use crate::reply::Reply;
use crate::resource_categories::ResourceCategories;
use crate::services::Services;

mod prices;

use prices::{Prices, Range};

/// So many persons of an age category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonCount {
    /// The age category.
    pub age_category_id: Id<AgeCategory>,
    /// How many.
    pub count: u32,
}

/// A stay whose price is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Stay<'a> {
    /// Its service.
    pub service: &'a Stored<Services>,
    /// Its rate.
    pub rate: &'a Stored<Rates>,
    /// The category that is booked.
    pub category: Id<ResourceCategory>,
    /// Starts of its time units.
    pub units: &'a [UtcInstant],
    /// Who stays.
    pub persons: &'a [PersonCount],
}

/// The price of each time unit of the stay. Persons beyond what the category holds cost nothing.
///
/// # Errors
/// 400 for a category that does not exist, for tax rates that are not valid then and for amounts
/// that are too large; 500 where the store fails, 408 past the deadline.
pub fn nights(
    snapshot: &Snapshot<'_>,
    property: &Property,
    stay: &Stay<'_>,
) -> Result<Vec<Amount>, Error> {
    let Some(range) = Range::of(property, stay.service, stay.units)? else {
        return Ok(Vec::new());
    };
    let prices = Prices::load(snapshot, property, stay.rate.id, None, &range)?;
    let category: Option<Stored<ResourceCategories>> =
        snapshot.get(property.scope(), stay.category)?;
    let category = category.ok_or_else(|| unknown("RequestedCategoryId"))?;
    let root = prices.root();
    let children = children(snapshot, property, stay)?;
    let by_persons = adjustment(root, &category, stay.persons, &children)?;
    let taxes = property.taxes()?;
    let amount = |(index, unit): (usize, &UtcInstant)| {
        let price = total(prices.of_category(stay.category, index)?, by_persons)?;
        taxed(&taxes, property, root, price.max(Decimal::ZERO), *unit)
    };
    stay.units.iter().enumerate().map(amount).collect()
}

/// The price of one charging period of the product, taxed as at `at`.
///
/// # Errors
/// 400 for a tax rate that is not valid then.
pub fn product_price(
    _snapshot: &Snapshot<'_>,
    property: &Property,
    product: &Stored<Products>,
    at: UtcInstant,
) -> Result<Amount, Error> {
    let (taxes, price) = (property.taxes()?, &product.price);
    let codes: Vec<&str> = price.tax_values.iter().filter_map(|tax| tax.code.as_deref()).collect();
    taxes.of(taxes.own_value(price), &price.currency, &codes, at)
}

fn taxed(
    taxes: &Taxes,
    property: &Property,
    root: &RateHidden,
    value: Decimal,
    at: UtcInstant,
) -> Result<Amount, Error> {
    taxes.of(value, property.currency(), &root.tax_codes, at)
}

/// The age categories of the persons who do not count as adults.
fn children(
    snapshot: &Snapshot<'_>,
    property: &Property,
    stay: &Stay<'_>,
) -> Result<Vec<Id<AgeCategory>>, Error> {
    let find = Find::within(&[property.scope()]).and(AgeCategories::SERVICE.is(stay.service.id));
    let all = snapshot.find(&find)?;
    let is_child =
        |it: &&Stored<AgeCategories>| it.classification == AgeCategoryClassification::Child;
    Ok(all.iter().filter(is_child).map(|it| it.id).collect())
}

/// What the persons add to the price of a time unit.
///
/// Places up to the capacity are filled with adults first, then with children; whoever comes after
/// them takes the extra places. Whoever comes after those does not count.
fn adjustment(
    rate: &RateHidden,
    category: &ResourceCategory,
    persons: &[PersonCount],
    children: &[Id<AgeCategory>],
) -> Result<Decimal, Error> {
    let (capacity, most) =
        (category.capacity, category.capacity.saturating_add(category.extra_capacity));
    let by_age = |age: Id<AgeCategory>, kind| {
        let mut all = rate.age_category_adjustments.iter();
        let found = all.find(|it| it.age_category_id == age && it.type_ == kind);
        found.map_or(Decimal::ZERO, |it| it.absolute_value.0)
    };
    let mut sum = Decimal::ZERO;
    let mut taken: u32 = 0;
    let (adults, minors): (Vec<&PersonCount>, Vec<&PersonCount>) =
        persons.iter().partition(|it| !children.contains(&it.age_category_id));
    for party in adults.into_iter().chain(minors) {
        let after = taken.saturating_add(party.count).min(most);
        let standard = after.min(capacity).saturating_sub(taken);
        let extra = (after - taken.min(after)) - standard;
        let each_standard =
            by_age(party.age_category_id, AgeCategoryAdjustmentType::StandardOccupancyAdjustment);
        let each_extra = total(
            by_age(party.age_category_id, AgeCategoryAdjustmentType::ExtraOccupancyAdjustment),
            rate.extra_unit_adjustment.0,
        )?;
        sum = total(sum, product(each_standard, Decimal::from(standard))?)?;
        sum = total(sum, product(each_extra, Decimal::from(extra))?)?;
        taken = after;
    }
    // A place that stays empty is one that an adult could have taken.
    let mut missing = rate.age_category_adjustments.iter().filter(|it| {
        it.type_ == AgeCategoryAdjustmentType::NegativeOccupancyAdjustment
            && !children.contains(&it.age_category_id)
    });
    let missing = missing.next().map_or(Decimal::ZERO, |it| it.absolute_value.0);
    let each_empty = total(rate.empty_unit_adjustment.0, missing)?;
    let empty = capacity.saturating_sub(taken);
    total(sum, product(each_empty, Decimal::from(empty))?)
}

impl Query for GetPricing {
    fn run(&self, snapshot: &Snapshot<'_>, context: &Context) -> Result<Reply<RatePricing>, Error> {
        let (property, rate) = rate(snapshot, context, self)?;
        let service = property.service(snapshot, rate.service_id, ServiceType::Bookable)?;
        let first = ("FirstTimeUnitStartUtc", self.first_time_unit_start_utc);
        let last = ("LastTimeUnitStartUtc", self.last_time_unit_start_utc);
        let units = time_units(&property, &service)?.range(first, last, Caps::PRICING)?;
        let listed = match self.product_id {
            Some(id) => {
                let product: Option<Stored<Products>> = snapshot.get(property.scope(), id)?;
                let product = product.filter(|it| it.service_id == service.id);
                Some(product.ok_or_else(|| unknown("ProductId"))?)
            }
            None => None,
        };
        let range = Range::of(&property, &service, &units)?;
        let range = range.ok_or_else(|| unknown("LastTimeUnitStartUtc"))?;
        let prices = Prices::load(snapshot, &property, rate.id, listed.as_ref(), &range)?;
        pricing(snapshot, &property, &service, (&rate, &prices), units)
    }
}

/// The rate with the property in reach whose it is.
fn rate(
    snapshot: &Snapshot<'_>,
    context: &Context,
    request: &GetPricing,
) -> Result<(Property, Stored<Rates>), Error> {
    for member in &context.caller.enterprises {
        let rate: Option<Stored<Rates>> = snapshot.get(member.enterprise, request.rate_id)?;
        if let Some(rate) = rate {
            return Ok((Property::load(snapshot, member.enterprise)?, rate));
        }
    }
    Err(unknown("RateId"))
}

fn pricing(
    snapshot: &Snapshot<'_>,
    property: &Property,
    service: &Stored<Services>,
    (rate, prices): (&Stored<Rates>, &Prices),
    units: Vec<UtcInstant>,
) -> Result<Reply<RatePricing>, Error> {
    let taxes = property.taxes()?;
    let amount = |price: Decimal, unit: UtcInstant| prices.taxed(&taxes, property, price, unit);
    let own = |amounts: &[Amount]| -> Vec<Number> {
        amounts.iter().map(|it| Number(taxes.own_value(it))).collect()
    };
    let mut base = Vec::with_capacity(units.len());
    for (index, unit) in units.iter().enumerate() {
        base.push(amount(prices.base(index)?, *unit)?);
    }
    let find = Find::within(&[property.scope()])
        .and(ResourceCategories::SERVICE.is(service.id))
        .and(ResourceCategories::ACTIVE.is(true));
    let mut categories = snapshot.find(&find)?;
    categories.sort_by_key(|it| (it.ordering, it.id.uuid()));
    let mut category_prices = Vec::with_capacity(categories.len());
    for category in categories {
        let mut amount_prices = Vec::with_capacity(units.len());
        for (index, unit) in units.iter().enumerate() {
            amount_prices.push(amount(prices.of_category(category.id, index)?, *unit)?);
        }
        let prices = own(&amount_prices);
        let category_id = category.id;
        category_prices.push(ResourceCategoryPricing { category_id, amount_prices, prices });
    }
    let none = RateHidden::default();
    let (root, own_settings) =
        if prices.is_of_product() { (&none, &none) } else { (prices.root(), &rate.hidden) };
    Reply::of(&RatePricing {
        currency: property.currency().to_owned(),
        base_prices: own(&base),
        base_amount_prices: base,
        category_prices,
        category_adjustments: root.category_adjustments.clone(),
        age_category_adjustments: root.age_category_adjustments.clone(),
        relative_adjustment: own_settings.relative_adjustment,
        absolute_adjustment: own_settings.absolute_adjustment,
        empty_unit_adjustment: root.empty_unit_adjustment,
        extra_unit_adjustment: root.extra_unit_adjustment,
        dates_utc: Some(units.clone()),
        time_unit_starts_utc: units,
    })
}

#[cfg(test)]
mod tests;
