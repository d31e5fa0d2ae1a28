//! Sources: where reservations come from.

use ostler_api::sources::Source;
use ostler_store::entity;

entity! {
    /// The sources of reservations of all properties.
    Sources of Source, with (), in "source";
    stamp(document, created, updated) {
        document.updated_utc = updated;
    }
    lookup Columns(&["updated"]);
}
