//! Business segments: what reservations are grouped by for reports.

use ostler_api::business_segments::BusinessSegment;
use ostler_api::services::Service;
use ostler_contract::primitives::Id;
use ostler_store::entity;

entity! {
    /// The business segments of all services.
    BusinessSegments of BusinessSegment, with (), in "business_segment";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index SERVICE "service": Id<Service> = |it, hidden| it.service_id;
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    lookup Columns(&["service"]);
    lookup Columns(&["updated"]);
}
