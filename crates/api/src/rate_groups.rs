//! Rate groups: rates that share cancellation policies. Source: `operations/rategroups`.

use ostler_contract::primitives::{
    Bounded, Id, Limitation, LocalizedText, TimeInterval, UtcInstant,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::enterprises::Enterprise;
use crate::objects::ActivityState;
use crate::services::Service;
use crate::{Operation, paged};

/// Returns rate groups, newest first. Asks for the groups themselves or for their services.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetRateGroups {
    /// Only groups of these enterprises; of all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// Only these groups; required without `ServiceIds`.
    pub rate_group_ids: Option<Bounded<Id<RateGroup>, 0, 1000>>,
    /// Only groups of these services; required without `RateGroupIds`.
    pub service_ids: Option<Bounded<Id<Service>, 0, 1000>>,
    /// Only groups with one of these identifiers of an external system.
    pub external_identifiers: Option<Bounded<String, 0, 1000>>,
    /// Only groups that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Only groups in one of these states; active and deleted ones without it.
    pub activity_states: Option<Bounded<ActivityState, 0, 1000>>,
    /// Which page.
    pub limitation: Limitation,
}

impl Operation for GetRateGroups {
    const ADDRESS: &'static str = "rateGroups/getAll";
    const READS_ONLY: bool = true;
    type Response = RateGroups;
}

paged!(GetRateGroups);

/// A page of rate groups.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct RateGroups {
    /// The groups.
    pub rate_groups: Vec<RateGroup>,
    /// Identifier of the last one; null on an empty page.
    pub cursor: Option<Id<RateGroup>>,
}

/// Rates of one service under the same cancellation policies.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct RateGroup {
    /// Identifier of the group.
    pub id: Id<Self>,
    /// Service whose rates it groups.
    pub service_id: Id<Service>,
    /// Whether it is in use.
    pub is_active: bool,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// Position among the groups.
    pub ordering: i32,
    /// Names by language.
    pub names: LocalizedText,
    /// Short names by language.
    pub short_names: Option<LocalizedText>,
    /// Descriptions by language.
    pub descriptions: Option<LocalizedText>,
    /// Identifier in an external system.
    pub external_identifier: Option<String>,
}
