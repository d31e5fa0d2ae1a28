//! Notes on reservations and product orders.

use ostler_api::order_items::ServiceOrder;
use ostler_api::service_order_notes::ServiceOrderNote;
use ostler_contract::primitives::Id;
use ostler_store::entity;

entity! {
    /// The notes on reservations and product orders.
    ServiceOrderNotes of ServiceOrderNote, with (), in "service_order_note";
    stamp(document, created, updated) {
        document.created_utc = Some(created);
        document.updated_utc = Some(updated);
    }
    index ORDER "service_order": Id<ServiceOrder> = |it, hidden| it.order_id;
    index TYPE "type_": &'static str = |it, hidden| it.type_.name();
    lookup Columns(&["service_order"]);
    lookup Columns(&["updated"]);
}
