//! Cashiers: who holds cash. Source: `operations/cashiers`.

use ostler_contract::primitives::{Bounded, Id, Limitation, TimeInterval, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::enterprises::Enterprise;
use crate::objects::ActivityState;
use crate::{Operation, paged};

/// Returns cashiers, newest first.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetCashiers {
    /// Only cashiers of these enterprises; of all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// Only these cashiers.
    pub ids: Option<Bounded<Id<Cashier>, 0, 1000>>,
    /// Only cashiers that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Only cashiers in one of these states; active ones without it.
    pub activity_states: Option<Bounded<ActivityState, 0, 1000>>,
    /// Which page.
    pub limitation: Limitation,
}

impl Operation for GetCashiers {
    const ADDRESS: &'static str = "cashiers/getAll";
    const READS_ONLY: bool = true;
    type Response = Cashiers;
}

paged!(GetCashiers);

/// A page of cashiers.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Cashiers {
    /// The cashiers.
    pub cashiers: Vec<Cashier>,
    /// Identifier of the last one; null on an empty page.
    pub cursor: Option<Id<Cashier>>,
}

/// A cashier.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Cashier {
    /// Identifier of the cashier.
    pub id: Id<Self>,
    /// Enterprise that it belongs to.
    pub enterprise_id: Id<Enterprise>,
    /// Whether it is in use.
    pub is_active: bool,
    /// Name of the cashier.
    pub name: String,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
}
