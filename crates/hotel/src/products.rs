//! Products: what is sold beside the stay itself.

use ostler_api::products::Product;
use ostler_api::services::Service;
use ostler_contract::primitives::Id;
use ostler_store::entity;

entity! {
    /// The products of all services.
    Products of Product, with (), in "product";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index SERVICE "service": Id<Service> = |it, hidden| it.service_id;
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    index DEFAULT "default_": bool = |it, hidden| it.is_default;
    index EXTERNAL "external": Option<String> = |it, hidden| it.external_identifier.clone();
    lookup Columns(&["service", "updated"]);
    lookup Columns(&["external"]);
}
