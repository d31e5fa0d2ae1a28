//! Rates and their prices. Source: `operations/rates`.

use ostler_contract::primitives::{
    Bounded, Id, IsoDuration, Limitation, LocalizedText, Number, TimeInterval, UtcInstant,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::age_categories::AgeCategory;
use crate::business_segments::BusinessSegment;
use crate::enterprises::Enterprise;
use crate::objects::{ActivityState, Amount, TaxExemptionReason};
use crate::products::Product;
use crate::rate_groups::RateGroup;
use crate::resource_categories::ResourceCategory;
use crate::services::Service;
use crate::{Operation, paged};

/// Returns rates of services, newest first.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetRates {
    /// Only rates of these enterprises; of all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// What the response contains; rates and rate groups without it.
    pub extent: Option<RateExtent>,
    /// Only these rates.
    pub rate_ids: Option<Bounded<Id<Rate>, 0, 1000>>,
    /// Only rates that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Rates of these services.
    pub service_ids: Bounded<Id<Service>, 1, 1000>,
    /// Only rates with one of these identifiers of an external system.
    pub external_identifiers: Option<Bounded<String, 0, 1000>>,
    /// Only rates in one of these states; active and deleted ones without it.
    pub activity_states: Option<Bounded<ActivityState, 0, 1000>>,
    /// Which page of rates.
    pub limitation: Limitation,
}

impl GetRates {
    /// The request with what it cannot do without; everything else is left out.
    #[must_use]
    pub fn new(service_ids: impl Into<Bounded<Id<Service>, 1, 1000>>) -> Self {
        Self {
            enterprise_ids: None,
            extent: None,
            rate_ids: None,
            updated_utc: None,
            service_ids: service_ids.into(),
            external_identifiers: None,
            activity_states: None,
            limitation: Limitation::default(),
        }
    }
}

impl Operation for GetRates {
    const ADDRESS: &'static str = "rates/getAll";
    const READS_ONLY: bool = true;
    type Response = Rates;
}

paged!(GetRates);

/// What a list of rates contains.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct RateExtent {
    /// Whether it contains the rates.
    pub rates: Option<bool>,
    /// Whether it contains assignments of availability blocks; the response has no place for them
    /// any more.
    #[serde(default)]
    pub availability_block_assignments: bool,
    /// Whether it contains the rate groups of the services.
    #[schemars(extend("deprecated" = true))]
    pub rate_groups: Option<bool>,
}

/// A page of rates.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Rates {
    /// The rates; empty where they were not asked for.
    pub rates: Vec<Rate>,
    /// Identifier of the last one; null on an empty page.
    pub cursor: Option<Id<Rate>>,
    /// The rate groups of the services; empty where they were not asked for.
    #[schemars(extend("deprecated" = true))]
    pub rate_groups: Vec<RateGroupOfRates>,
    /// Restrictions of the rates as earlier versions had them; no extent asks for them any more, so
    /// it lists none.
    #[schemars(extend("deprecated" = true))]
    pub rate_restrictions: RateRestrictionResult,
}

impl Rates {
    /// The most rate groups beside a page of rates.
    pub const RATE_GROUPS_MAX: u32 = 1000;
}

/// A rate group as the list of rates shows it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct RateGroupOfRates {
    /// Identifier of the group.
    pub id: Id<RateGroup>,
    /// Service whose rates it groups.
    pub service_id: Id<Service>,
    /// Whether it is in use.
    pub is_active: bool,
    /// Name in the language that was asked for.
    pub name: Option<String>,
    /// Identifier in an external system.
    pub external_identifier: Option<String>,
}

/// Restrictions of rates as earlier versions had them.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct RateRestrictionResult {
    /// Restrictions to dates.
    pub date_restrictions: Vec<DateRestriction>,
    /// Restrictions of the time between booking and stay.
    pub earliness_restrictions: Vec<EarlinessRestriction>,
    /// Restrictions of the length of the stay.
    pub length_restrictions: Vec<LengthRestriction>,
}

/// What the identifier of a restriction of an earlier version identifies.
#[derive(Debug)]
pub enum RateRestriction {}

/// A restriction of a rate to dates.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct DateRestriction {
    /// Identifier of the restriction.
    pub id: Id<RateRestriction>,
    /// The restricted rate.
    pub rate_id: Id<Rate>,
    /// Whether it comes from the base rate.
    pub is_inherited: bool,
    /// From when it holds.
    pub start_utc: Option<UtcInstant>,
    /// Until when it holds.
    pub end_utc: Option<UtcInstant>,
    /// Weekdays on which it holds.
    pub days: Option<Vec<String>>,
    /// Identifier in an external system.
    pub external_identifier: Option<String>,
}

/// A restriction of the time between booking and stay.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct EarlinessRestriction {
    /// Identifier of the restriction.
    pub id: Id<RateRestriction>,
    /// The restricted rate.
    pub rate_id: Id<Rate>,
    /// Whether it comes from the base rate.
    pub is_inherited: bool,
    /// From when it holds.
    pub start_utc: Option<UtcInstant>,
    /// Until when it holds.
    pub end_utc: Option<UtcInstant>,
    /// Weekdays on which it holds.
    pub days: Option<Vec<String>>,
    /// Identifier in an external system.
    pub external_identifier: Option<String>,
    /// Shortest time between booking and stay.
    pub min_advance: Option<IsoDuration>,
    /// Longest time between booking and stay.
    pub max_advance: Option<IsoDuration>,
}

/// A restriction of the length of a stay.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct LengthRestriction {
    /// Identifier of the restriction.
    pub id: Id<RateRestriction>,
    /// The restricted rate.
    pub rate_id: Id<Rate>,
    /// Whether it comes from the base rate.
    pub is_inherited: bool,
    /// From when it holds.
    pub start_utc: Option<UtcInstant>,
    /// Until when it holds.
    pub end_utc: Option<UtcInstant>,
    /// Weekdays on which it holds.
    pub days: Option<Vec<String>>,
    /// Identifier in an external system.
    pub external_identifier: Option<String>,
    /// Shortest stay.
    pub min_length: Option<IsoDuration>,
    /// Longest stay.
    pub max_length: Option<IsoDuration>,
}

/// A rate: conditions and price under which a service is reserved.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "the wire has five flags")]
pub struct Rate {
    /// Identifier of the rate.
    pub id: Id<Self>,
    /// Group that the rate belongs to.
    pub group_id: Id<RateGroup>,
    /// Service that is reserved with it.
    pub service_id: Id<Service>,
    /// Rate that its prices derive from; null for one with prices of its own.
    pub base_rate_id: Option<Id<Self>>,
    /// Whether it has prices of its own.
    pub is_base_rate: bool,
    /// Segment of reservations that are made with it.
    pub business_segment_id: Option<Id<BusinessSegment>>,
    /// Whether it is in use; false once deleted.
    pub is_active: bool,
    /// Whether it can be booked at present.
    pub is_enabled: bool,
    /// Whether it is of the public type.
    pub is_public: bool,
    /// Whether it is the one that the service uses where none is chosen.
    pub is_default: bool,
    /// Who can book it.
    #[serde(rename = "Type")]
    pub type_: RateType,
    /// Names by language.
    pub names: LocalizedText,
    /// Short name in the property's language.
    pub short_name: Option<String>,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// Names for the outside by language.
    pub external_names: Option<LocalizedText>,
    /// Descriptions by language.
    pub description: Option<LocalizedText>,
    /// Identifier in an external system, at most 255 characters.
    pub external_identifier: Option<String>,
    /// Why the stay is exempt from tax; null where it is not.
    pub tax_exemption_reason: Option<TaxExemptionReason>,
    /// Law behind the exemption.
    pub tax_exemption_legal_reference: Option<String>,
    /// Name in the language that was asked for.
    #[schemars(extend("deprecated" = true))]
    pub name: Option<String>,
}

/// Who can book a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RateType {
    /// Everyone.
    Public,
    /// Whoever has a voucher, and staff.
    Private,
    /// Reservations of one availability block.
    AvailabilityBlock,
}

/// Returns prices of a rate for a range of time units, before adjustments for persons.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetPricing {
    /// The rate.
    pub rate_id: Id<Rate>,
    /// A product that is priced with the rate; the stay itself without it.
    pub product_id: Option<Id<Product>>,
    /// Start of the first time unit.
    pub first_time_unit_start_utc: UtcInstant,
    /// Start of the last time unit, at most 366 hours or days or 59 months after the first.
    pub last_time_unit_start_utc: UtcInstant,
}

impl Operation for GetPricing {
    const ADDRESS: &'static str = "rates/getPricing";
    const READS_ONLY: bool = true;
    type Response = RatePricing;
}

/// Prices of a rate; every list of prices has one entry per time unit.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct RatePricing {
    /// ISO 4217 code of the currency.
    pub currency: String,
    /// Starts of the time units.
    pub time_unit_starts_utc: Vec<UtcInstant>,
    /// Base prices.
    pub base_amount_prices: Vec<Amount>,
    /// Prices by resource category.
    pub category_prices: Vec<ResourceCategoryPricing>,
    /// How prices of categories derive from one another.
    pub category_adjustments: Vec<ResourceCategoryAdjustment>,
    /// How prices depend on the age of persons.
    pub age_category_adjustments: Vec<AgeCategoryAdjustment>,
    /// Share by which a dependent rate is above its base rate: 0.15 is 15 %.
    pub relative_adjustment: Number,
    /// Value by which a dependent rate is above its base rate.
    pub absolute_adjustment: Number,
    /// Value for each place that stays empty; below zero a discount.
    pub empty_unit_adjustment: Number,
    /// Value for each person beyond the capacity.
    pub extra_unit_adjustment: Number,
    /// Starts of the time units.
    #[schemars(extend("deprecated" = true))]
    pub dates_utc: Option<Vec<UtcInstant>>,
    /// Base prices on the property's side of the tax.
    #[schemars(extend("deprecated" = true))]
    pub base_prices: Vec<Number>,
}

/// Prices of a resource category, one per time unit.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceCategoryPricing {
    /// The category.
    pub category_id: Id<ResourceCategory>,
    /// Its prices.
    pub amount_prices: Vec<Amount>,
    /// Its prices on the property's side of the tax.
    #[schemars(extend("deprecated" = true))]
    pub prices: Vec<Number>,
}

/// How the price of a resource category derives from another price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceCategoryAdjustment {
    /// The category.
    pub category_id: Id<ResourceCategory>,
    /// Category whose price it derives from; null for the base price.
    pub parent_category_id: Option<Id<ResourceCategory>>,
    /// Value that is added.
    pub absolute_value: Number,
    /// Share that is added before it: 0.2 is 20 %.
    pub relative_value: Number,
}

/// How a price depends on persons of an age category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AgeCategoryAdjustment {
    /// The age category.
    pub age_category_id: Id<AgeCategory>,
    /// Value that is added for each person.
    pub absolute_value: Number,
    /// To whom it applies.
    #[serde(rename = "Type")]
    pub type_: AgeCategoryAdjustmentType,
}

/// Which persons an adjustment by age applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AgeCategoryAdjustmentType {
    /// Persons beyond the capacity.
    ExtraOccupancyAdjustment,
    /// Places that stay empty.
    NegativeOccupancyAdjustment,
    /// Persons within the capacity.
    StandardOccupancyAdjustment,
}
