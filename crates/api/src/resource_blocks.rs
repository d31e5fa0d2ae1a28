//! Blocks of resources. Source: `operations/resourceblocks`.

use ostler_contract::primitives::{Id, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::enterprises::Enterprise;
use crate::resources::Resource;

/// A block: an interval in which a resource is not sold.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceBlock {
    /// Identifier of the block.
    pub id: Id<Self>,
    /// Enterprise that it belongs to.
    pub enterprise_id: Id<Enterprise>,
    /// The blocked resource.
    pub assigned_resource_id: Id<Resource>,
    /// Whether it is in force; a deleted one is not.
    pub is_active: bool,
    /// Why the resource is blocked.
    #[serde(rename = "Type")]
    pub kind: ResourceBlockType,
    /// Start of the block.
    pub start_utc: UtcInstant,
    /// End of the block.
    pub end_utc: UtcInstant,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// When it was deleted; null where it was not.
    pub deleted_utc: Option<UtcInstant>,
    /// Name of the block.
    pub name: String,
    /// Notes on the block.
    pub notes: Option<String>,
}

/// Why a resource is blocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ResourceBlockType {
    /// It cannot be used.
    OutOfOrder,
    /// The house uses it itself.
    InternalUse,
}

impl ResourceBlockType {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OutOfOrder => "OutOfOrder",
            Self::InternalUse => "InternalUse",
        }
    }
}
