//! Products: what is sold beside the stay itself. Source: `operations/products`.

use ostler_contract::primitives::{
    Bounded, Id, Limitation, LocalizedText, Number, TimeInterval, UtcInstant,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounting_categories::AccountingCategory;
use crate::enterprises::{Enterprise, Image};
use crate::objects::{Amount, TaxExemptionReason};
use crate::product_categories::ProductCategory;
use crate::services::{Promotions, Service};
use crate::{Operation, paged};

/// Returns the products of services, newest first.
///
/// Inactive products are returned only where `ProductIds` names them.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetProducts {
    /// Only products of these enterprises; of all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// Only these products.
    pub product_ids: Option<Bounded<Id<Product>, 0, 1000>>,
    /// The services whose products are returned.
    pub service_ids: Bounded<Id<Service>, 1, 1000>,
    /// Only products that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Whether default products, such as the night itself, are returned. Without it they are where
    /// `ProductIds` is given.
    pub include_default: Option<bool>,
    /// Which page.
    pub limitation: Limitation,
}

impl GetProducts {
    /// The request with what it cannot do without; everything else is left out.
    #[must_use]
    pub fn new(service_ids: impl Into<Bounded<Id<Service>, 1, 1000>>) -> Self {
        Self {
            enterprise_ids: None,
            product_ids: None,
            service_ids: service_ids.into(),
            updated_utc: None,
            include_default: None,
            limitation: Limitation::default(),
        }
    }
}

impl Operation for GetProducts {
    const ADDRESS: &'static str = "products/getAll";
    const READS_ONLY: bool = true;
    type Response = Products;
}

paged!(GetProducts);

/// A page of products.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Products {
    /// The products.
    pub products: Vec<Product>,
    /// Those of the page that are promoted to customers, themselves or with their service.
    pub customer_products: Vec<Product>,
    /// Identifier of the last product; null on an empty page.
    pub cursor: Option<Id<Product>>,
}

/// A product of a service.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Product {
    /// Identifier of the product.
    pub id: Id<Self>,
    /// Service that sells it.
    pub service_id: Id<Service>,
    /// Category that it belongs to.
    pub category_id: Option<Id<ProductCategory>>,
    /// Accounting category of its revenue.
    pub accounting_category_id: Option<Id<AccountingCategory>>,
    /// Whether it is sold.
    pub is_active: bool,
    /// Names by language.
    pub names: LocalizedText,
    /// Names for guests, by language.
    pub external_names: LocalizedText,
    /// Short names by language.
    pub short_names: LocalizedText,
    /// Descriptions by language.
    pub descriptions: Option<LocalizedText>,
    /// How often it is charged.
    pub charging_mode: ProductChargingMode,
    /// How often it is posted.
    pub posting_mode: ProductPostingMode,
    /// Options of the product.
    pub options: ProductOptions,
    /// When it is promoted.
    pub promotions: Promotions,
    /// What it is.
    pub classifications: ProductClassifications,
    /// Price of one.
    pub price: Amount,
    /// Its images.
    pub image_ids: Option<Vec<Id<Image>>>,
    /// Position among the products of its category.
    pub ordering: i64,
    /// Identifier in an external system, at most 255 characters.
    pub external_identifier: Option<String>,
    /// Why it is exempt from tax.
    pub tax_exemption_reason: Option<TaxExemptionReason>,
    /// The law that exempts it from tax.
    pub tax_exemption_legal_reference: Option<String>,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// When it counts as consumed.
    pub consumption_moment: ProductConsumptionMoment,
    /// Whether it is sold with its service by default, such as the night itself.
    #[schemars(extend("deprecated" = true))]
    pub is_default: bool,
    /// Name in the language that was asked for.
    #[schemars(extend("deprecated" = true))]
    pub name: Option<String>,
    /// Name for guests in the language that was asked for.
    #[schemars(extend("deprecated" = true))]
    pub external_name: Option<String>,
    /// Short name in the language that was asked for.
    #[schemars(extend("deprecated" = true))]
    pub short_name: Option<String>,
    /// Description in the language that was asked for.
    #[schemars(extend("deprecated" = true))]
    pub description: Option<String>,
    /// How often it is charged.
    #[schemars(extend("deprecated" = true))]
    pub charging: ProductChargingMode,
    /// How often it is posted.
    #[schemars(extend("deprecated" = true))]
    pub posting: ProductPosting,
    /// Price of one.
    #[schemars(extend("deprecated" = true))]
    pub pricing: ProductPricing,
}

/// How often a product is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ProductChargingMode {
    /// Once.
    Once,
    /// Once for each time unit.
    PerTimeUnit,
    /// Once for each person in each time unit.
    PerPersonPerTimeUnit,
    /// Once for each person.
    PerPerson,
}

/// How often a product is posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ProductPostingMode {
    /// Once.
    Once,
    /// Once for each time unit.
    PerTimeUnit,
}

/// How often a product is posted, as earlier versions had it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ProductPosting {
    /// Once.
    Once,
    /// Once for each time unit.
    Daily,
}

impl From<ProductPostingMode> for ProductPosting {
    fn from(mode: ProductPostingMode) -> Self {
        match mode {
            ProductPostingMode::Once => Self::Once,
            ProductPostingMode::PerTimeUnit => Self::Daily,
        }
    }
}

/// Options of a product.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ProductOptions {
    /// Whether it is part of one line on the bill.
    pub bill_as_package: bool,
    /// Whether offers do not show its price apart.
    pub exclude_price_from_offer: bool,
}

/// What a product is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "the wire has five flags")]
pub struct ProductClassifications {
    /// Food.
    pub food: bool,
    /// Beverage.
    pub beverage: bool,
    /// Wellness.
    pub wellness: bool,
    /// A tax of the city.
    pub city_tax: bool,
    /// A fee.
    pub fee: bool,
}

/// When a product counts as consumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ProductConsumptionMoment {
    /// At the end of the order.
    ServiceOrderEnd,
    /// At the start of the order.
    ServiceOrderStart,
    /// In the time unit that it is posted for.
    PostingTimeUnit,
    /// In the time unit after the one that it is posted for.
    NextTimeUnit,
}

/// Price of a product, as earlier versions had it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "Discriminator", content = "Value")]
pub enum ProductPricing {
    /// An amount.
    Absolute(Amount),
    /// A share of something else.
    Relative(RelativeProductPrice),
}

/// Price of a product as a share of something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct RelativeProductPrice {
    /// The share.
    #[schemars(extend("deprecated" = true))]
    pub multiplier: Number,
    /// What it is a share of.
    #[schemars(extend("deprecated" = true))]
    pub target: Option<String>,
    /// Codes of the tax rates that apply.
    #[schemars(extend("deprecated" = true))]
    pub tax_rate_codes: Option<Vec<String>>,
    /// The products that it is a share of.
    #[schemars(extend("deprecated" = true))]
    pub product_ids: Option<Vec<Id<Product>>>,
}
