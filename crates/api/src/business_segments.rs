//! Business segments: what reservations are grouped by for reports. Source:
//! `operations/businesssegments`.

use ostler_contract::primitives::{Bounded, Id, Limitation, TimeInterval, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::enterprises::Enterprise;
use crate::objects::ActivityState;
use crate::services::Service;
use crate::{Operation, paged};

/// Returns business segments, newest first.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetBusinessSegments {
    /// Only segments of these enterprises; of all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// Only these segments.
    pub ids: Option<Bounded<Id<BusinessSegment>, 0, 1000>>,
    /// Only segments of these services.
    pub service_ids: Option<Bounded<Id<Service>, 0, 1000>>,
    /// Only segments that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Only segments in one of these states; active ones without it.
    pub activity_states: Option<Bounded<ActivityState, 0, 1000>>,
    /// Which page.
    pub limitation: Limitation,
}

impl Operation for GetBusinessSegments {
    const ADDRESS: &'static str = "businessSegments/getAll";
    const READS_ONLY: bool = true;
    type Response = BusinessSegments;
}

paged!(GetBusinessSegments);

/// A page of business segments.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BusinessSegments {
    /// The segments.
    pub business_segments: Vec<BusinessSegment>,
    /// Identifier of the last one; null on an empty page.
    pub cursor: Option<Id<BusinessSegment>>,
}

/// A business segment of a service.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BusinessSegment {
    /// Identifier of the segment.
    pub id: Id<Self>,
    /// Service that it belongs to.
    pub service_id: Id<Service>,
    /// Whether it is in use.
    pub is_active: bool,
    /// Name of the segment.
    pub name: String,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
}
