//! Rates: conditions and prices of stays.

use ostler_api as api;
use ostler_api::accounting_categories::AccountingCategory;
use ostler_api::objects::ActivityState;
use ostler_api::rate_groups::RateGroup;
use ostler_api::rates::{
    AgeCategoryAdjustment, GetRates, Rate, RateExtent, RateGroupOfRates, RateRestrictionResult,
    ResourceCategoryAdjustment,
};
use ostler_api::services::Service;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, LocalizedText, Number};
use ostler_store::{Find, Page, Snapshot, Stored, entity};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::context::Context;
use crate::filters::{given, interval};
use crate::listing::{self, Localize, text_in};
use crate::operation::Query;
use crate::rate_groups::{EVERY_STATE, RateGroups};
use crate::reply::{Reply, Splice};

pub mod prices;
#[cfg(test)]
pub(crate) mod testing;

/// Prices and settings of a rate that the list of rates does not show.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RateHidden {
    /// Base price of a time unit, on the property's side of the tax, in its default currency; of a
    /// rate with prices of its own.
    pub amount: Number,
    /// Codes of the tax rates of the price; of a rate with prices of its own.
    pub tax_codes: Vec<String>,
    /// How prices of resource categories derive; a category without an entry has the base price.
    pub category_adjustments: Vec<ResourceCategoryAdjustment>,
    /// How the price depends on the age of persons.
    pub age_category_adjustments: Vec<AgeCategoryAdjustment>,
    /// Value for each place that stays empty; below zero a discount.
    pub empty_unit_adjustment: Number,
    /// Value for each person beyond the capacity.
    pub extra_unit_adjustment: Number,
    /// Share by which a dependent rate is above its base rate.
    pub relative_adjustment: Number,
    /// Value by which a dependent rate is above its base rate.
    pub absolute_adjustment: Number,
    /// Accounting category of the time units.
    pub accounting_category_id: Option<Id<AccountingCategory>>,
    /// Short names by language.
    pub short_names: Option<LocalizedText>,
}

entity! {
    /// The rates of all bookable services.
    Rates of Rate, with RateHidden, in "rate";
    stamp(document, created, updated) {
        document.updated_utc = updated;
    }
    index SERVICE "service": Id<Service> = |it, hidden| it.service_id;
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    index GROUP "group_": Id<RateGroup> = |it, hidden| it.group_id;
    index BASE "base": Option<Id<Rate>> = |it, hidden| it.base_rate_id;
    index EXTERNAL "external": Option<String> = |it, hidden| it.external_identifier.clone();
    lookup Columns(&["service"]);
    lookup Columns(&["base"]);
    lookup Columns(&["external"]);
    lookup Columns(&["updated"]);
}

/// The rate, then the one that it derives from, up to the one with prices of its own.
///
/// # Errors
/// 500 where rates derive from one another in a circle or the store fails, 408 past the deadline.
pub fn chain(
    snapshot: &Snapshot<'_>,
    scope: Uuid,
    rate: Id<Rate>,
) -> Result<Vec<Stored<Rates>>, Error> {
    let mut chain: Vec<Stored<Rates>> = Vec::new();
    let mut next = Some(rate);
    while let Some(id) = next {
        if chain.iter().any(|it| it.id == id) {
            return Err(Error::internal(format!("rate {id} derives from itself")));
        }
        let rate: Option<Stored<Rates>> = snapshot.get(scope, id)?;
        let rate = rate.ok_or_else(|| Error::internal(format!("rate {id} is missing")))?;
        next = rate.base_rate_id;
        chain.push(rate);
    }
    Ok(chain)
}

impl Localize for Rate {
    fn localize(&mut self, languages: &[&str]) {
        if let Some(name) = text_in(&self.names, languages) {
            self.name = Some(name.clone());
        }
    }
}

impl Query for GetRates {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<api::rates::Rates>, Error> {
        let scopes = context.enterprises(given(self.enterprise_ids.as_ref()))?;
        let active = ActivityState::flags(self.activity_states.as_deref(), EVERY_STATE);
        let external = given(self.external_identifiers.as_ref());
        let find = Find::within(&scopes)
            .and(Rates::SERVICE.one_of(self.service_ids.iter().copied()))
            .and(Rates::ACTIVE.one_of(active.iter().copied()))
            .and_maybe(external.map(|it| Rates::EXTERNAL.one_of(it.iter().cloned().map(Some))))
            .during(Rates::UPDATED, interval(self.updated_utc, "UpdatedUtc")?)
            .ids_maybe(given(self.rate_ids.as_ref()));
        let (wants_rates, wants_groups) = wanted(self.extent);
        let mut page = Page::default();
        if wants_rates {
            let (after, count) = (self.limitation.after(), self.limitation.count);
            page = listing::localized_page(snapshot, context, &find, after, count)?;
        }
        let mut groups = Vec::new();
        if wants_groups {
            let find = Find::within(&scopes)
                .and(RateGroups::SERVICE.one_of(self.service_ids.iter().copied()))
                .and(RateGroups::ACTIVE.one_of(active));
            groups = groups_of(snapshot, context, &find)?;
        }
        Splice::new()
            .documents("Rates", &page)
            .cursor(page.cursor)?
            .property("RateGroups", &groups)?
            .property("RateRestrictions", &RateRestrictionResult::default())?
            .finish(page.count + groups.len())
    }
}

/// Whether rates and whether rate groups are wanted; both without an extent.
fn wanted(extent: Option<RateExtent>) -> (bool, bool) {
    match extent {
        None => (true, true),
        Some(it) => (it.rates.unwrap_or_default(), it.rate_groups.unwrap_or_default()),
    }
}

fn groups_of(
    snapshot: &Snapshot<'_>,
    context: &Context,
    find: &Find<RateGroups>,
) -> Result<Vec<RateGroupOfRates>, Error> {
    let groups = snapshot.page_decoded(find, None, api::rates::Rates::RATE_GROUPS_MAX)?;
    let languages = context.languages.all();
    let name = |names: &LocalizedText| {
        text_in(names, &languages).or_else(|| names.values().next()).cloned()
    };
    let shown = groups.into_iter().map(|group| RateGroupOfRates {
        id: group.id,
        service_id: group.service_id,
        is_active: group.is_active,
        name: name(&group.names),
        external_identifier: group.document.external_identifier,
    });
    Ok(shown.collect())
}

#[cfg(test)]
mod tests;
