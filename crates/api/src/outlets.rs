//! Outlets: points of sale whose income is settled outside. Source: `operations/outlets`.

use ostler_contract::primitives::{Id, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::enterprises::Enterprise;

/// An external point of sale.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Outlet {
    /// Identifier of the outlet.
    pub id: Id<Self>,
    /// Whether it is in use.
    pub is_active: bool,
    /// Name of the outlet.
    pub name: String,
    /// Enterprise that it belongs to.
    pub enterprise_id: Id<Enterprise>,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
}
