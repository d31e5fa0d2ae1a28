//! Cashiers: who holds cash.

use ostler_api::cashiers::Cashier;
use ostler_store::entity;

entity! {
    /// The cashiers of all properties.
    Cashiers of Cashier, with (), in "cashier";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    lookup Columns(&["updated"]);
}
