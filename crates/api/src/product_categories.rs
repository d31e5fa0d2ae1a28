//! Categories of products. Source: `operations/productcategories`.

use ostler_contract::primitives::{
    Bounded, Id, Limitation, LocalizedText, TimeInterval, UtcInstant,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::enterprises::Enterprise;
use crate::services::Service;
use crate::{Operation, paged};

/// Returns the product categories of services, newest first.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetProductCategories {
    /// Only categories of these enterprises; of all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// Only these categories.
    pub product_category_ids: Option<Bounded<Id<ProductCategory>, 0, 1000>>,
    /// The services whose categories are returned.
    pub service_ids: Bounded<Id<Service>, 1, 1000>,
    /// Only categories that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Which page.
    pub limitation: Limitation,
}

impl GetProductCategories {
    /// The request with what it cannot do without; everything else is left out.
    #[must_use]
    pub fn new(service_ids: impl Into<Bounded<Id<Service>, 1, 1000>>) -> Self {
        Self {
            enterprise_ids: None,
            product_category_ids: None,
            service_ids: service_ids.into(),
            updated_utc: None,
            limitation: Limitation::default(),
        }
    }
}

impl Operation for GetProductCategories {
    const ADDRESS: &'static str = "productCategories/getAll";
    const READS_ONLY: bool = true;
    type Response = ProductCategories;
}

paged!(GetProductCategories);

/// A page of product categories.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ProductCategories {
    /// The categories.
    pub product_categories: Vec<ProductCategory>,
    /// Identifier of the last one; null on an empty page.
    pub cursor: Option<Id<ProductCategory>>,
}

/// A category of products.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ProductCategory {
    /// Identifier of the category.
    pub id: Id<Self>,
    /// Enterprise that it belongs to.
    pub enterprise_id: Id<Enterprise>,
    /// Service that its products belong to.
    pub service_id: Id<Service>,
    /// Names by language.
    pub names: LocalizedText,
    /// Short names by language.
    pub short_names: LocalizedText,
    /// Descriptions by language.
    pub descriptions: LocalizedText,
    /// The category that it is a part of.
    pub parent_product_category: Option<ParentProductCategory>,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// Position among the categories of the service.
    pub ordering: i64,
}

/// The category that another one is a part of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ParentProductCategory {
    /// Identifier of the category.
    pub id: Id<ProductCategory>,
    /// Names by language.
    pub names: LocalizedText,
}
