//! Categories of resources and what is assigned to them.

use std::collections::HashSet;

use ostler_api as api;
use ostler_api::objects::ActivityState;
use ostler_api::resource_categories::{
    GetResourceCategories, GetResourceCategoryAssignments, ResourceCategory,
    ResourceCategoryAssignment, ResourceCategoryImageAssignment,
};
use ostler_api::resources::Resource;
use ostler_api::services::Service;
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Find, Page, Snapshot, Value, entity};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::context::Context;
use crate::filters::{given, interval, interval_uncapped};
use crate::listing;
use crate::operation::Query;
use crate::pages;
use crate::reply::Reply;

entity! {
    /// The resource categories of all services.
    ResourceCategories of ResourceCategory, with (), in "resource_category";
    stamp(document, created, updated) {}
    index SERVICE "service": Id<Service> = |it, hidden| it.service_id;
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    lookup Columns(&["service", "updated"]);
}

/// What the list of assignments does not show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResourceCategoryAssignmentHidden {
    /// The service of the category: a resource has at most one category of each.
    pub service_id: Option<Id<Service>>,
}

entity! {
    /// The assignments of resources to categories. The stored flag is the assignment's own; reads
    /// add that of the category.
    ResourceCategoryAssignments of ResourceCategoryAssignment,
        with ResourceCategoryAssignmentHidden, in "resource_category_assignment";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index RESOURCE "resource": Id<Resource> = |it, hidden| it.resource_id;
    index CATEGORY "category": Id<ResourceCategory> = |it, hidden| it.category_id;
    index SERVICE "service": Option<Id<Service>> = |it, hidden| hidden.service_id;
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    lookup Columns(&["resource"]);
    lookup Columns(&["category", "updated"]);
    lookup Columns(&["service"]);
}

entity! {
    /// The assignments of images to categories.
    ResourceCategoryImageAssignments of ResourceCategoryImageAssignment, with (),
        in "resource_category_image_assignment";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index CATEGORY "category": Id<ResourceCategory> = |it, hidden| it.category_id;
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    lookup Columns(&["category", "updated"]);
}

impl Query for GetResourceCategories {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<api::resource_categories::ResourceCategories>, Error> {
        let scopes = context.enterprises(given(self.enterprise_ids.as_ref()))?;
        let active =
            ActivityState::flags(self.activity_states.as_deref(), &[ActivityState::Active]);
        let find = Find::within(&scopes)
            .and(ResourceCategories::SERVICE.one_of(self.service_ids.iter().copied()))
            .and(ResourceCategories::ACTIVE.one_of(active))
            .during(ResourceCategories::UPDATED, interval(self.updated_utc, "UpdatedUtc")?)
            .ids_maybe(given(self.resource_category_ids.as_ref()));
        listing::plain("ResourceCategories", snapshot, &find, self.limitation)
    }
}

impl Query for GetResourceCategoryAssignments {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<api::resource_categories::ResourceCategoryAssignments>, Error> {
        let scopes = context.enterprises(given(self.enterprise_ids.as_ref()))?;
        let active =
            ActivityState::flags(self.activity_states.as_deref(), &[ActivityState::Active]);
        let updated = interval_uncapped(self.updated_utc, "UpdatedUtc")?;
        let resources = given(self.resource_ids.as_ref());
        let categories = self.resource_category_ids.iter().copied();
        let find = Find::within(&scopes)
            .and(ResourceCategoryAssignments::CATEGORY.one_of(categories))
            .and(ResourceCategoryAssignments::ACTIVE.one_of(active))
            .and_maybe(
                resources
                    .map(|it| ResourceCategoryAssignments::RESOURCE.one_of(it.iter().copied())),
            )
            .during(ResourceCategoryAssignments::UPDATED, updated)
            .ids_maybe(given(self.resource_category_assignment_ids.as_ref()));
        let page = snapshot.page(&find, self.limitation.after(), self.limitation.count)?;
        let categories: Vec<Uuid> = self.resource_category_ids.iter().map(|id| id.uuid()).collect();
        let page = with_category_flags(snapshot, &scopes, page, &categories)?;
        Reply::page("ResourceCategoryAssignments", &page)
    }
}

/// What an assignment belongs to.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parent {
    category_id: Uuid,
}

/// The page of assignments of these categories, those of inactive categories inactive.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub(crate) fn with_category_flags(
    snapshot: &Snapshot<'_>,
    scopes: &[Uuid],
    page: Page,
    categories: &[Uuid],
) -> Result<Page, Error> {
    let find = Find::within(scopes).ids(categories).and(ResourceCategories::ACTIVE.is(false));
    let mut inactive = HashSet::new();
    snapshot.scan(&find, &["id"], &mut |row| {
        if let [Value::Id(category)] = row {
            inactive.insert(*category);
        }
        Ok(())
    })?;
    if inactive.is_empty() {
        return Ok(page);
    }
    pages::changed(
        &page,
        |parent: &Parent| inactive.contains(&parent.category_id),
        |assignment: &mut ResourceCategoryAssignment| assignment.is_active = false,
    )
}

#[cfg(test)]
mod tests;
