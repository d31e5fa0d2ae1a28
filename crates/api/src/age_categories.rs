//! Age categories: how persons are counted. Source: `operations/agecategories`.

use ostler_contract::primitives::{
    Bounded, Id, Limitation, LocalizedText, TimeInterval, UtcInstant,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::enterprises::Enterprise;
use crate::objects::ActivityState;
use crate::services::Service;
use crate::{Operation, paged};

/// Returns age categories, newest first.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetAgeCategories {
    /// Only age categories of these enterprises; of all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// Only these age categories.
    pub age_category_ids: Option<Bounded<Id<AgeCategory>, 0, 1000>>,
    /// Only age categories of these services; of all bookable ones without it.
    pub service_ids: Option<Bounded<Id<Service>, 0, 1000>>,
    /// Only age categories that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Only age categories in one of these states; active ones without it.
    pub activity_states: Option<Bounded<ActivityState, 0, 1000>>,
    /// Which page.
    pub limitation: Limitation,
}

impl Operation for GetAgeCategories {
    const ADDRESS: &'static str = "ageCategories/getAll";
    const READS_ONLY: bool = true;
    type Response = AgeCategories;
}

paged!(GetAgeCategories);

/// A page of age categories.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AgeCategories {
    /// The age categories.
    pub age_categories: Vec<AgeCategory>,
    /// Identifier of the last one; null on an empty page.
    pub cursor: Option<Id<AgeCategory>>,
}

/// An age category of a bookable service.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AgeCategory {
    /// Identifier of the age category.
    pub id: Id<Self>,
    /// Service that counts by it.
    pub service_id: Id<Service>,
    /// Lowest age in years; null for no limit.
    pub minimal_age: Option<u32>,
    /// Highest age in years; null for no limit.
    pub maximal_age: Option<u32>,
    /// Names by language.
    pub names: LocalizedText,
    /// Short names by language.
    pub short_names: Option<LocalizedText>,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// Whether its persons are adults.
    pub classification: AgeCategoryClassification,
    /// Whether it is in use.
    pub is_active: bool,
    /// Identifier in an external system, at most 255 characters.
    pub external_identifier: Option<String>,
}

/// Whether persons are adults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AgeCategoryClassification {
    /// Adults.
    Adult,
    /// Children.
    Child,
}
