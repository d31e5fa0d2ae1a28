//! Sources: where reservations come from. Source: `operations/sources`.

use ostler_contract::primitives::{Bounded, Id, Limitation, TimeInterval, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Operation, paged};

/// Returns the sources of reservations, newest first.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetSources {
    /// Only these sources.
    pub source_ids: Option<Bounded<Id<Source>, 0, 1000>>,
    /// Only sources that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Which page.
    pub limitation: Limitation,
}

impl Operation for GetSources {
    const ADDRESS: &'static str = "sources/getAll";
    const READS_ONLY: bool = true;
    const PORTFOLIO: bool = false;
    type Response = Sources;
}

paged!(GetSources);

/// A page of sources.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Sources {
    /// The sources.
    pub sources: Vec<Source>,
    /// Identifier of the last one; null on an empty page.
    pub cursor: Option<Id<Source>>,
}

/// A source of reservations.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Source {
    /// Identifier of the source.
    pub id: Id<Self>,
    /// Name of the source.
    pub name: String,
    /// What it is.
    #[serde(rename = "Type")]
    pub kind: SourceType,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// Number of the source.
    pub code: i64,
}

/// What a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SourceType {
    /// An online travel agency.
    OnlineTravelAgency,
    /// A central reservation system.
    CentralReservationSystem,
    /// A global distribution system.
    GlobalDistributionSystem,
    /// An alternative distribution system.
    AlternativeDistributionSystem,
    /// A system for sales and catering.
    SalesAndCateringSystem,
    /// A property management system.
    PropertyManagementSystem,
    /// The system of a tour operator.
    TourOperatorSystem,
    /// A booking engine on the web.
    OnlineBookingEngine,
    /// A kiosk.
    Kiosk,
    /// An agent.
    Agent,
}
