//! Age categories: how persons are counted.

use ostler_api::age_categories::AgeCategory;
use ostler_api::services::Service;
use ostler_contract::primitives::Id;
use ostler_store::entity;

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
