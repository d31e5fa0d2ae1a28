//! Age categories: how persons are counted.

use ostler_api as api;
use ostler_api::age_categories::{AgeCategory, GetAgeCategories};
use ostler_api::objects::ActivityState;
use ostler_api::services::Service;
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Find, Snapshot, entity};

use crate::context::Context;
use crate::filters::{given, interval};
use crate::listing;
use crate::operation::Query;
use crate::reply::Reply;

entity! {
    /// The age categories of all bookable services.
    AgeCategories of AgeCategory, with (), in "age_category";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index SERVICE "service": Id<Service> = |it, hidden| it.service_id;
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    lookup Columns(&["service"]);
    lookup Columns(&["updated"]);
}

impl Query for GetAgeCategories {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<api::age_categories::AgeCategories>, Error> {
        let scopes = context.enterprises(given(self.enterprise_ids.as_ref()))?;
        let active =
            ActivityState::flags(self.activity_states.as_deref(), &[ActivityState::Active]);
        let services = given(self.service_ids.as_ref());
        let find = Find::within(&scopes)
            .and(AgeCategories::ACTIVE.one_of(active))
            .and_maybe(services.map(|it| AgeCategories::SERVICE.one_of(it.iter().copied())))
            .during(AgeCategories::UPDATED, interval(self.updated_utc, "UpdatedUtc")?)
            .ids_maybe(given(self.age_category_ids.as_ref()));
        listing::plain("AgeCategories", snapshot, &find, self.limitation)
    }
}

#[cfg(test)]
mod tests;
