//! Features of resources. Source: `operations/resourcefeatures`.

use ostler_contract::primitives::{Id, LocalizedText, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::resources::Resource;
use crate::services::Service;

/// A feature that resources can have.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceFeature {
    /// Identifier of the feature.
    pub id: Id<Self>,
    /// Service that it belongs to.
    pub service_id: Id<Service>,
    /// Whether it is in use.
    pub is_active: bool,
    /// What it is.
    pub classification: ResourceFeatureClassification,
    /// Names by language.
    pub names: LocalizedText,
    /// Short names by language.
    pub short_names: LocalizedText,
    /// Descriptions by language.
    pub descriptions: LocalizedText,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
}

/// The assignment of a feature to a resource.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceFeatureAssignment {
    /// Identifier of the assignment.
    pub id: Id<Self>,
    /// Whether it is in use.
    pub is_active: bool,
    /// The resource.
    pub resource_id: Id<Resource>,
    /// The feature.
    pub feature_id: Id<ResourceFeature>,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
}

/// What a feature is; also what a guest prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ResourceFeatureClassification {
    /// View of the sea.
    SeaView,
    /// View of a river.
    RiverView,
    /// View of the ocean.
    OceanView,
    /// Two beds.
    TwinBeds,
    /// A bed for two.
    DoubleBed,
    /// A bed that can be rolled away.
    RollawayBed,
    /// The upper one of two beds.
    UpperBed,
    /// The lower one of two beds.
    LowerBed,
    /// A balcony.
    Balcony,
    /// A bathroom for persons with a disability.
    AccessibleBathroom,
    /// A room for persons with a disability.
    AccessibleRoom,
    /// Reached by an elevator.
    ElevatorAccess,
    /// On a high floor.
    HighFloor,
    /// A small kitchen.
    Kitchenette,
    /// Air conditioning.
    AirConditioning,
    /// A whirlpool of its own.
    PrivateJacuzzi,
    /// A sauna of its own.
    PrivateSauna,
    /// A bathroom within the room.
    EnsuiteRoom,
    /// A bathroom of its own.
    PrivateBathroom,
    /// A bathroom that is shared.
    SharedBathroom,
}
