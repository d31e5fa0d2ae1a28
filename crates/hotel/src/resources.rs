//! Resources: rooms, beds and other spaces.

use ostler_api::resources::Resource;
use ostler_contract::primitives::Id;
use ostler_store::entity;
use serde::{Deserialize, Serialize};

/// What the list of resources does not show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResourceHidden {
    /// Why the resource is in its state.
    pub state_reason: Option<String>,
}

entity! {
    /// The resources of all properties. A stored state is never `OutOfOrder`: that is read from
    /// the blocks.
    Resources of Resource, with ResourceHidden, in "resource";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index PARENT "parent": Option<Id<Resource>> = |it, hidden| it.parent_resource_id;
    index STATE "state": &'static str = |it, hidden| it.state.name();
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    index NAME "name": String = |it, hidden| it.name.clone();
    lookup Columns(&["parent"]);
    lookup Columns(&["name"]);
    lookup Columns(&["created"]);
    lookup Columns(&["updated"]);
}
