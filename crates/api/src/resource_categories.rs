//! Categories of resources and what is assigned to them. Source: `operations/resourcecategories`.

use ostler_contract::primitives::{
    Bounded, Id, Limitation, LocalizedText, TimeInterval, UtcInstant,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounting_categories::AccountingCategory;
use crate::enterprises::{Enterprise, Image};
use crate::objects::ActivityState;
use crate::resources::Resource;
use crate::services::Service;
use crate::{Operation, paged};

/// Returns the resource categories of services, newest first.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetResourceCategories {
    /// Only categories of these enterprises; of all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// Only these categories.
    pub resource_category_ids: Option<Bounded<Id<ResourceCategory>, 0, 1000>>,
    /// The services whose categories are returned.
    pub service_ids: Bounded<Id<Service>, 1, 1000>,
    /// Only categories that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Only categories in one of these states; active ones without it.
    pub activity_states: Option<Bounded<ActivityState, 0, 1000>>,
    /// Which page.
    pub limitation: Limitation,
}

impl GetResourceCategories {
    /// The request with what it cannot do without; everything else is left out.
    #[must_use]
    pub fn new(service_ids: impl Into<Bounded<Id<Service>, 1, 1000>>) -> Self {
        Self {
            enterprise_ids: None,
            resource_category_ids: None,
            service_ids: service_ids.into(),
            updated_utc: None,
            activity_states: None,
            limitation: Limitation::default(),
        }
    }
}

impl Operation for GetResourceCategories {
    const ADDRESS: &'static str = "resourceCategories/getAll";
    const READS_ONLY: bool = true;
    type Response = ResourceCategories;
}

paged!(GetResourceCategories);

/// A page of resource categories.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceCategories {
    /// The categories.
    pub resource_categories: Vec<ResourceCategory>,
    /// Identifier of the last one; null on an empty page.
    pub cursor: Option<Id<ResourceCategory>>,
}

/// Returns the assignments of resources to categories, newest first.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetResourceCategoryAssignments {
    /// Only assignments of these enterprises; of all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// Only these assignments.
    pub resource_category_assignment_ids: Option<Bounded<Id<ResourceCategoryAssignment>, 0, 1000>>,
    /// The categories whose assignments are returned.
    pub resource_category_ids: Bounded<Id<ResourceCategory>, 1, 1000>,
    /// Only assignments that changed in this interval, of any length.
    pub updated_utc: Option<TimeInterval>,
    /// Only assignments that are themselves in one of these states; active ones without it.
    pub activity_states: Option<Bounded<ActivityState, 0, 1000>>,
    /// Only assignments of these resources.
    pub resource_ids: Option<Bounded<Id<Resource>, 0, 1000>>,
    /// Which page.
    pub limitation: Limitation,
}

impl GetResourceCategoryAssignments {
    /// The request with what it cannot do without; everything else is left out.
    #[must_use]
    pub fn new(resource_category_ids: impl Into<Bounded<Id<ResourceCategory>, 1, 1000>>) -> Self {
        Self {
            enterprise_ids: None,
            resource_category_assignment_ids: None,
            resource_category_ids: resource_category_ids.into(),
            updated_utc: None,
            activity_states: None,
            resource_ids: None,
            limitation: Limitation::default(),
        }
    }
}

impl Operation for GetResourceCategoryAssignments {
    const ADDRESS: &'static str = "resourceCategoryAssignments/getAll";
    const READS_ONLY: bool = true;
    type Response = ResourceCategoryAssignments;
}

paged!(GetResourceCategoryAssignments);

/// A page of assignments of resources to categories.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceCategoryAssignments {
    /// The assignments.
    pub resource_category_assignments: Vec<ResourceCategoryAssignment>,
    /// Identifier of the last one; null on an empty page.
    pub cursor: Option<Id<ResourceCategoryAssignment>>,
}

/// A category: resources of one service that are sold as the same.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceCategory {
    /// Identifier of the category.
    pub id: Id<Self>,
    /// Enterprise that it belongs to.
    pub enterprise_id: Id<Enterprise>,
    /// Service that it is sold by.
    pub service_id: Id<Service>,
    /// Whether it is in use.
    pub is_active: bool,
    /// What its resources are.
    #[serde(rename = "Type")]
    pub kind: ResourceCategoryType,
    /// How they are classified.
    pub classification: ResourceClassification,
    /// Names by language.
    pub names: LocalizedText,
    /// Short names by language.
    pub short_names: LocalizedText,
    /// Descriptions by language.
    pub descriptions: LocalizedText,
    /// Position; a lower one is a lower category. Neither unique nor without gaps.
    pub ordering: i64,
    /// Persons that one resource takes.
    pub capacity: u32,
    /// Persons that it takes beyond its capacity.
    pub extra_capacity: u32,
    /// Identifier in an external system, at most 255 characters.
    pub external_identifier: Option<String>,
    /// Accounting category of its revenue.
    pub accounting_category_id: Option<Id<AccountingCategory>>,
}

/// The assignment of a resource to a category.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceCategoryAssignment {
    /// Identifier of the assignment.
    pub id: Id<Self>,
    /// Whether it and its category are in use.
    pub is_active: bool,
    /// The resource.
    pub resource_id: Id<Resource>,
    /// The category.
    pub category_id: Id<ResourceCategory>,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
}

/// The assignment of an image to a category.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceCategoryImageAssignment {
    /// Identifier of the assignment.
    pub id: Id<Self>,
    /// Whether it is in use.
    pub is_active: bool,
    /// The category.
    pub category_id: Id<ResourceCategory>,
    /// The image.
    pub image_id: Id<Image>,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// Position among the images of the category.
    pub ordering: i64,
}

/// What the resources of a category are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ResourceCategoryType {
    /// A room.
    Room,
    /// A bed.
    Bed,
    /// A room whose beds are sold one by one.
    Dorm,
    /// An apartment.
    Apartment,
    /// A suite.
    Suite,
    /// A villa.
    Villa,
    /// A site.
    Site,
    /// An office.
    Office,
    /// A meeting room.
    MeetingRoom,
    /// A place for a car.
    ParkingSpot,
    /// A desk.
    Desk,
    /// An area of a team.
    TeamArea,
    /// A membership.
    Membership,
    /// A tent.
    Tent,
    /// A caravan or a recreational vehicle.
    CaravanOrRV,
    /// A campsite without equipment.
    UnequippedCampsite,
    /// A bike.
    Bike,
    /// An extra bed.
    ExtraBed,
    /// A cot.
    Cot,
    /// A crib.
    Crib,
    /// A conference room.
    ConferenceRoom,
    /// A rooftop.
    Rooftop,
    /// A garden.
    Garden,
    /// A restaurant.
    Restaurant,
    /// An amphitheatre.
    Amphitheater,
    /// Private spaces.
    PrivateSpaces,
}

/// How the resources of a category are classified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ResourceClassification {
    /// Standard, for one.
    StandardSingle,
    /// Standard, for two.
    StandardDouble,
    /// Superior, two beds.
    SuperiorTwin,
    /// Superior, for two.
    SuperiorDouble,
    /// A junior suite.
    JuniorSuite,
    /// Shared with others.
    SharedOrDorm,
    /// Anything else.
    Other,
    /// Superior, for one.
    SuperiorSingle,
    /// For three.
    Triple,
    /// For a family.
    Family,
    /// Standard, two beds.
    StandardTwin,
    /// A studio.
    Studio,
    /// Superior, for three.
    SuperiorTripleRoom,
    /// An apartment with one bedroom.
    OneBedroomApartment,
    /// An apartment with three bedrooms.
    ThreeBedroomsApartment,
    /// An apartment with two bedrooms.
    TwoBedroomsApartment,
}
