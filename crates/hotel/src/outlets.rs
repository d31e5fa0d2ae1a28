//! Outlets of a property.

use ostler_api::outlets::Outlet;
use ostler_store::entity;

entity! {
    /// The outlets of all properties.
    Outlets of Outlet, with (), in "outlet";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    lookup Columns(&["updated"]);
}
