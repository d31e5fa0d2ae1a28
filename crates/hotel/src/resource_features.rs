//! Features of resources.

use ostler_api::resource_features::{ResourceFeature, ResourceFeatureAssignment};
use ostler_api::resources::Resource;
use ostler_api::services::Service;
use ostler_contract::primitives::Id;
use ostler_store::entity;

entity! {
    /// The features of the resources of all services.
    ResourceFeatures of ResourceFeature, with (), in "resource_feature";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index SERVICE "service": Id<Service> = |it, hidden| it.service_id;
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    lookup Columns(&["service", "updated"]);
}

entity! {
    /// The assignments of features to resources.
    ResourceFeatureAssignments of ResourceFeatureAssignment, with (),
        in "resource_feature_assignment";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index RESOURCE "resource": Id<Resource> = |it, hidden| it.resource_id;
    index FEATURE "feature": Id<ResourceFeature> = |it, hidden| it.feature_id;
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    lookup Columns(&["resource"]);
    lookup Columns(&["feature", "updated"]);
}
