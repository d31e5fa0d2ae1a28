//! The prices of a rate over a range of time units, before adjustments for persons.

use std::collections::HashMap;

use ostler_api::objects::Amount;
use ostler_api::products::Product;
use ostler_api::rates::{Rate, ResourceCategoryAdjustment};
use ostler_api::resource_categories::ResourceCategory;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, TimeInterval, UtcInstant};
use ostler_store::{Snapshot, Stored};
use rust_decimal::Decimal;

use crate::arithmetic::money::{product, total};
use crate::arithmetic::tax::Taxes;
use crate::availability::time_units;
use crate::products::Products;
use crate::property::Property;
use crate::rates::prices::{self, Priced};
use crate::rates::{RateHidden, Rates, chain};
use crate::services::Services;

/// Time units whose prices are wanted.
pub(super) struct Range<'a> {
    units: &'a [UtcInstant],
    interval: TimeInterval,
}

impl<'a> Range<'a> {
    /// The range of these units; none where there are none.
    pub(super) fn of(
        property: &Property,
        service: &Stored<Services>,
        units: &'a [UtcInstant],
    ) -> Result<Option<Self>, Error> {
        let (Some(first), Some(last)) = (units.first(), units.last()) else { return Ok(None) };
        let end_utc = time_units(property, service)?.next(*last)?;
        Ok(Some(Self { units, interval: TimeInterval { start_utc: *first, end_utc } }))
    }
}

/// The prices of a rate and what they derive from.
pub(super) struct Prices {
    /// The rate, then the one that it derives from, up to the one with prices of its own.
    chain: Vec<Stored<Rates>>,
    root: RateHidden,
    /// Prices that differ from the rate's own, per time unit; the base price's under no category.
    overrides: HashMap<Option<Id<ResourceCategory>>, Vec<Option<Decimal>>>,
    /// The product whose prices they are, with the codes of its tax rates; none for the stay.
    listed: Option<Listed>,
}

struct Listed {
    value: Decimal,
    tax_codes: Vec<String>,
}

impl Prices {
    pub(super) fn load(
        snapshot: &Snapshot<'_>,
        property: &Property,
        rate: Id<Rate>,
        listed: Option<&Stored<Products>>,
        range: &Range<'_>,
    ) -> Result<Self, Error> {
        let scope = property.scope();
        let chain = chain(snapshot, scope, rate)?;
        let root = chain.last().ok_or_else(|| Error::internal("a rate without itself"))?;
        let wanted: Option<Id<Product>> = listed.map(|it| it.id);
        let mut overrides: HashMap<_, Vec<Option<Decimal>>> = HashMap::new();
        prices::between(snapshot, scope, root.id, range.interval, &mut |price| {
            let Priced { category, product } = price.of;
            if product == wanted {
                let values =
                    overrides.entry(category).or_insert_with(|| vec![None; range.units.len()]);
                let from = range.units.partition_point(|unit| *unit < price.start);
                let to = range.units.partition_point(|unit| *unit < price.end);
                let values = values.iter_mut().take(to).skip(from);
                values.for_each(|value| *value = Some(price.value.0));
            }
            Ok(())
        })?;
        let taxes = property.taxes()?;
        let listed = listed.map(|it| Listed {
            value: taxes.own_value(&it.price),
            tax_codes: it.price.tax_values.iter().filter_map(|tax| tax.code.clone()).collect(),
        });
        let root = root.hidden.clone();
        Ok(Self { chain, root, overrides, listed })
    }

    /// The settings of the rate with prices of its own.
    pub(super) fn root(&self) -> &RateHidden {
        &self.root
    }

    /// Whether they are the prices of a product rather than of the stay.
    pub(super) fn is_of_product(&self) -> bool {
        self.listed.is_some()
    }

    /// The base price of the time unit at this place of the range.
    pub(super) fn base(&self, unit: usize) -> Result<Decimal, Error> {
        self.derived(self.root_base(unit))
    }

    /// The price of the category in the time unit at this place of the range.
    pub(super) fn of_category(
        &self,
        category: Id<ResourceCategory>,
        unit: usize,
    ) -> Result<Decimal, Error> {
        self.derived(self.root_of_category(category, unit)?)
    }

    /// The price with the taxes of what it is the price of.
    pub(super) fn taxed(
        &self,
        taxes: &Taxes,
        property: &Property,
        price: Decimal,
        at: UtcInstant,
    ) -> Result<Amount, Error> {
        let codes = self.listed.as_ref().map_or(&self.root.tax_codes, |it| &it.tax_codes);
        taxes.of(price.max(Decimal::ZERO), property.currency(), codes, at)
    }

    fn root_base(&self, unit: usize) -> Decimal {
        let own = self.listed.as_ref().map_or(self.root.amount.0, |it| it.value);
        self.overridden(None, unit).unwrap_or(own)
    }

    fn root_of_category(
        &self,
        category: Id<ResourceCategory>,
        unit: usize,
    ) -> Result<Decimal, Error> {
        // From the category up to the price that it derives from, then back down.
        let mut steps: Vec<&ResourceCategoryAdjustment> = Vec::new();
        let mut above = Some(category);
        let mut price = loop {
            let Some(category) = above else { break self.root_base(unit) };
            if let Some(price) = self.overridden(Some(category), unit) {
                break price;
            }
            let mut all = self.root.category_adjustments.iter();
            let step = all.find(|it| it.category_id == category && self.listed.is_none());
            let Some(step) = step else { break self.root_base(unit) };
            if steps.iter().any(|it| it.category_id == category) {
                return Err(Error::internal(format!("category {category} derives from itself")));
            }
            steps.push(step);
            above = step.parent_category_id;
        };
        while let Some(step) = steps.pop() {
            price = raised(price, step.relative_value.0, step.absolute_value.0)?;
        }
        Ok(price)
    }

    fn overridden(&self, category: Option<Id<ResourceCategory>>, unit: usize) -> Option<Decimal> {
        self.overrides.get(&category)?.get(unit).copied().flatten()
    }

    /// The price of the rate where this is the price of the one with prices of its own.
    fn derived(&self, mut price: Decimal) -> Result<Decimal, Error> {
        if self.listed.is_some() {
            return Ok(price);
        }
        // The last one has prices of its own.
        for rate in self.chain.iter().rev().skip(1) {
            let hidden = &rate.hidden;
            price = raised(price, hidden.relative_adjustment.0, hidden.absolute_adjustment.0)?;
        }
        Ok(price)
    }
}

/// The price raised by a share of it, then by a value.
fn raised(price: Decimal, share: Decimal, value: Decimal) -> Result<Decimal, Error> {
    total(total(price, product(price, share)?)?, value)
}
