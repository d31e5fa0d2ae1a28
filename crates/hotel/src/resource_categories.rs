//! Categories of resources and what is assigned to them.

use ostler_api::resource_categories::{
    ResourceCategory, ResourceCategoryAssignment, ResourceCategoryImageAssignment,
};
use ostler_api::resources::Resource;
use ostler_api::services::Service;
use ostler_contract::primitives::Id;
use ostler_store::entity;
use serde::{Deserialize, Serialize};

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
