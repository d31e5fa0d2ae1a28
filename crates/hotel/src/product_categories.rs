//! Categories of products.

use ostler_api::product_categories::ProductCategory;
use ostler_api::services::Service;
use ostler_contract::primitives::Id;
use ostler_store::entity;

entity! {
    /// The product categories of all services.
    ProductCategories of ProductCategory, with (), in "product_category";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index SERVICE "service": Id<Service> = |it, hidden| it.service_id;
    lookup Columns(&["service", "updated"]);
}
