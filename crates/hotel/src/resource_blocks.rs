//! Blocks of resources.

use ostler_api::resource_blocks::ResourceBlock;
use ostler_api::resources::Resource;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::entity;

entity! {
    /// The blocks of all resources.
    ResourceBlocks of ResourceBlock, with (), in "resource_block";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index RESOURCE "resource": Id<Resource> = |it, hidden| it.assigned_resource_id;
    index KIND "kind": &'static str = |it, hidden| it.kind.name();
    index START "start": UtcInstant = |it, hidden| it.start_utc;
    index END "end_": UtcInstant = |it, hidden| it.end_utc;
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    lookup Interval { by: &["resource"], start: "start", end: "end_" };
    lookup Interval { by: &[], start: "start", end: "end_" };
    lookup Columns(&["updated"]);
    lookup Columns(&["created"]);
}
