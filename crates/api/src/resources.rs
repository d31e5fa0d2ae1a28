//! Resources: rooms, beds and other spaces. Source: `operations/resources`.

use ostler_contract::primitives::{
    Bounded, Id, Limitation, LocalizedText, TimeInterval, UpdateValue, UtcInstant,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::enterprises::Enterprise;
use crate::resource_categories::{
    ResourceCategory, ResourceCategoryAssignment, ResourceCategoryImageAssignment,
};
use crate::resource_features::{ResourceFeature, ResourceFeatureAssignment};
use crate::{Empty, Operation, paged};

/// Returns resources, newest first, and on request what hangs on the returned ones.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetResources {
    /// Only resources of these enterprises; of all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// Only these resources.
    pub resource_ids: Option<Bounded<Id<Resource>, 0, 1000>>,
    /// Only resources with exactly one of these names.
    pub names: Option<Bounded<String, 0, 1000>>,
    /// Which parts the response has; the others are null.
    pub extent: ResourceExtent,
    /// Only resources that were created in this interval, at most 3 months long.
    pub created_utc: Option<TimeInterval>,
    /// Only resources that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Which page.
    pub limitation: Limitation,
}

impl Operation for GetResources {
    const ADDRESS: &'static str = "resources/getAll";
    const READS_ONLY: bool = true;
    type Response = Resources;
}

paged!(GetResources);

/// Parts of the list of resources. A part that is not named is left out.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceExtent {
    /// The resources themselves.
    pub resources: Option<bool>,
    /// Inactive entities too, in every part.
    pub inactive: Option<bool>,
    /// Categories that a returned resource is assigned to.
    #[schemars(extend("deprecated" = true))]
    pub resource_categories: Option<bool>,
    /// Assignments of returned resources to categories.
    #[schemars(extend("deprecated" = true))]
    pub resource_category_assignments: Option<bool>,
    /// Images of categories that a returned resource is assigned to.
    #[schemars(extend("deprecated" = true))]
    pub resource_category_image_assignments: Option<bool>,
    /// Features that a returned resource has.
    #[schemars(extend("deprecated" = true))]
    pub resource_features: Option<bool>,
    /// Assignments of features to returned resources.
    #[schemars(extend("deprecated" = true))]
    pub resource_feature_assignments: Option<bool>,
}

/// A page of resources.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Resources {
    /// The resources; null where they were not asked for.
    pub resources: Option<Vec<Resource>>,
    /// Identifier of the last resource; null on an empty page.
    pub cursor: Option<Id<Resource>>,
    /// Categories of the resources of the page; null where they were not asked for.
    #[schemars(extend("deprecated" = true))]
    pub resource_categories: Option<Vec<ResourceCategory>>,
    /// Assignments of the resources of the page to categories; null where they were not asked for.
    #[schemars(extend("deprecated" = true))]
    pub resource_category_assignments: Option<Vec<ResourceCategoryAssignment>>,
    /// Images of the categories of the resources of the page; null where they were not asked for.
    #[schemars(extend("deprecated" = true))]
    pub resource_category_image_assignments: Option<Vec<ResourceCategoryImageAssignment>>,
    /// Features of the resources of the page; null where they were not asked for.
    #[schemars(extend("deprecated" = true))]
    pub resource_features: Option<Vec<ResourceFeature>>,
    /// Assignments of features to the resources of the page; null where they were not asked for.
    #[schemars(extend("deprecated" = true))]
    pub resource_feature_assignments: Option<Vec<ResourceFeatureAssignment>>,
}

/// Changes resources: name, parent, data and state. All of them or none.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateResources {
    /// The changes, one for each resource.
    pub resource_updates: Bounded<ResourceUpdate, 1, 1000>,
}

impl Operation for UpdateResources {
    const ADDRESS: &'static str = "resources/update";
    const PORTFOLIO: bool = false;
    type Response = Empty;
}

/// The change of one resource.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceUpdate {
    /// The resource.
    pub resource_id: Id<Resource>,
    /// New name, which cannot be taken away.
    #[serde(default)]
    pub name: UpdateValue<String>,
    /// New parent; no parent where the value is null. Refused where the parent is taken at a time when
    /// the resource or a part of it is taken, too.
    #[serde(default)]
    pub parent_resource_id: UpdateValue<Id<Resource>>,
    /// New data.
    pub data: Option<ResourceDataUpdate>,
    /// New state, which cannot be taken away. `OutOfOrder` comes from blocks only.
    #[serde(default)]
    pub state: UpdateValue<ResourceState>,
    /// Why the resource is in its state.
    #[serde(default)]
    pub state_reason: UpdateValue<String>,
}

impl ResourceUpdate {
    /// The parameters with what they cannot do without; everything else is left out.
    #[must_use]
    pub fn new(resource_id: Id<Resource>) -> Self {
        Self {
            resource_id,
            name: UpdateValue::Keep,
            parent_resource_id: UpdateValue::Keep,
            data: None,
            state: UpdateValue::Keep,
            state_reason: UpdateValue::Keep,
        }
    }
}

/// The change of a resource's data.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceDataUpdate {
    /// The kind of resource; only `Space` can be changed.
    pub discriminator: ResourceDataDiscriminator,
    /// The change.
    pub value: Option<SpaceResourceDataUpdate>,
}

/// The change of a space's data.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct SpaceResourceDataUpdate {
    /// New floor, which cannot be taken away.
    #[serde(default)]
    pub floor_number: UpdateValue<String>,
    /// New notes on the location.
    #[serde(default)]
    pub location_notes: UpdateValue<String>,
}

/// A resource: a room, a bed, whatever is reserved.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Resource {
    /// Identifier of the resource.
    pub id: Id<Self>,
    /// Enterprise that it belongs to.
    pub enterprise_id: Id<Enterprise>,
    /// Whether it is in use.
    pub is_active: bool,
    /// The resource that it is a part of, such as the dorm of a bed.
    pub parent_resource_id: Option<Id<Self>>,
    /// Name or number.
    pub name: String,
    /// State for housekeeping.
    pub state: ResourceState,
    /// Descriptions by language.
    pub descriptions: LocalizedText,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// What depends on the kind of resource.
    pub data: ResourceData,
    /// Names for guests, by language.
    pub external_names: LocalizedText,
    /// Ways to it, by language.
    pub directions: LocalizedText,
}

/// State of a resource for housekeeping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ResourceState {
    /// To be cleaned.
    Dirty,
    /// Cleaned.
    Clean,
    /// Cleaned and inspected.
    Inspected,
    /// Not in service, still sold.
    OutOfService,
    /// Blocked for repair, not sold.
    OutOfOrder,
}

impl ResourceState {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dirty => "Dirty",
            Self::Clean => "Clean",
            Self::Inspected => "Inspected",
            Self::OutOfService => "OutOfService",
            Self::OutOfOrder => "OutOfOrder",
        }
    }
}

/// The kind of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ResourceDataDiscriminator {
    /// A space.
    Space,
    /// A thing; reserved for later.
    Object,
    /// A person; reserved for later.
    Person,
}

/// What depends on the kind of resource.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "Discriminator", content = "Value")]
pub enum ResourceData {
    /// A space.
    Space(SpaceResourceData),
    /// A thing; reserved for later.
    Object(NoResourceData),
    /// A person; reserved for later.
    Person(NoResourceData),
}

/// Data of a space.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct SpaceResourceData {
    /// The floor that it is on.
    pub floor_number: String,
    /// Notes on where it is.
    pub location_notes: Option<String>,
}

/// Data of a kind of resource that has none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NoResourceData {}
