//! Reservations with what hangs on them, in the shape of 2017.

use ostler_contract::primitives::{Id, LocalizedText, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounting_categories::AccountingCategory;
use crate::accounts::Account;
use crate::age_categories::AgeCategory;
use crate::bills::Bill;
use crate::business_segments::BusinessSegment;
use crate::companies::Company;
use crate::companionships::Companionship;
use crate::customers::Customer;
use crate::enterprises::Enterprise;
use crate::objects::{Amount, Profile};
use crate::order_items::{OrderItem, ServiceOrder};
use crate::products::Product;
use crate::rate_groups::RateGroup;
use crate::rates::{Rate, RateGroupOfRates, RateType};
use crate::reservation_groups::ReservationGroup;
use crate::reservations::entity::{Reservation, ReservationVer2017};
use crate::resource_categories::{ResourceCategory, ResourceCategoryAssignment};
use crate::resources::Resource;
use crate::service_order_notes::ServiceOrderNote;
use crate::services::Service;

/// Reservations with what hangs on them; what was not asked for is null.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ReservationsVer2017 {
    /// The reservations.
    pub reservations: Option<Vec<ReservationVer2017>>,
    /// The groups of the reservations.
    pub reservation_groups: Option<Vec<ReservationGroupVer2017>>,
    /// The guests and bookers.
    pub customers: Option<Vec<Customer>>,
    /// The reserved services.
    pub services: Option<Vec<Service>>,
    /// Products of the services.
    pub products: Option<Vec<Product>>,
    /// The assigned resources.
    pub resources: Option<Vec<Resource>>,
    /// The categories of the resources.
    pub resource_categories: Option<Vec<ResourceCategory>>,
    /// Which resources belong to which category.
    pub resource_category_assignments: Option<Vec<ResourceCategoryAssignment>>,
    /// The business segments.
    pub business_segments: Option<Vec<BusinessSegment>>,
    /// The rates.
    pub rates: Option<Vec<RateOfReservations>>,
    /// The groups of the rates.
    pub rate_groups: Option<Vec<RateGroupOfRates>>,
    /// Always null: replaced by order items.
    pub items: Option<Vec<LegacyAccountingItem>>,
    /// What the reservations charge.
    pub order_items: Option<Vec<LegacyOrderItem>>,
    /// The notes.
    pub notes: Option<Vec<ServiceOrderNote>>,
    /// Texts for QR codes.
    pub qr_code_data: Option<Vec<ReservationQrCode>>,
    /// The companies and travel agencies.
    pub companies: Option<Vec<Company>>,
    /// What opens the resources' doors.
    pub resource_access_tokens: Option<Vec<ReservationAccessToken>>,
    /// Identifier of the last reservation of a page; null where there is no page.
    pub cursor: Option<Id<Reservation>>,
}

/// A group of reservations.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ReservationGroupVer2017 {
    /// Identifier of the group.
    pub id: Id<ReservationGroup>,
    /// Name of the group.
    pub name: Option<String>,
}

/// A rate of a reservation.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct RateOfReservations {
    /// Identifier of the rate.
    pub id: Id<Rate>,
    /// Group of rates that it belongs to.
    pub group_id: Id<RateGroup>,
    /// Its service.
    pub service_id: Id<Service>,
    /// Rate that its prices derive from.
    pub base_rate_id: Option<Id<Rate>>,
    /// Whether it has prices of its own.
    pub is_base_rate: bool,
    /// Business segment.
    pub business_segment_id: Option<Id<BusinessSegment>>,
    /// Whether it is in use.
    pub is_active: bool,
    /// Whether it can be booked.
    pub is_enabled: bool,
    /// Whether everybody can book it.
    pub is_public: bool,
    /// Who can book it.
    #[serde(rename = "Type")]
    pub type_: RateType,
    /// Names by language.
    pub names: LocalizedText,
    /// Short name.
    pub short_name: Option<String>,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// Names for guests, by language.
    pub external_names: Option<LocalizedText>,
    /// Descriptions by language.
    pub description: Option<LocalizedText>,
    /// Identifier in an external system.
    pub external_identifier: Option<String>,
    /// Name in the language that was asked for.
    #[schemars(extend("deprecated" = true))]
    pub name: Option<String>,
}

/// An item in a shape that the interface no longer has.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct LegacyAccountingItem {}

/// An order item in its older shape.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct LegacyOrderItem {
    /// Identifier of the item.
    pub id: Id<OrderItem>,
    /// Account that it is charged to.
    pub account_id: Id<Account>,
    /// Reservation or order that it belongs to.
    pub order_id: Id<ServiceOrder>,
    /// Bill that it is on.
    pub bill_id: Option<Id<Bill>>,
    /// Accounting category.
    pub accounting_category_id: Option<Id<AccountingCategory>>,
    /// How many units.
    pub unit_count: i32,
    /// Amount of one unit.
    pub unit_amount: Amount,
    /// Amount of all units.
    pub amount: Amount,
    /// Amount in the currency in which the item was first stated.
    pub original_amount: Amount,
    /// Kind of revenue.
    pub revenue_type: String,
    /// Profile that created it.
    pub creator_profile_id: Id<Profile>,
    /// Profile that changed it last.
    pub updater_profile_id: Id<Profile>,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// When it is consumed.
    pub consumed_utc: Option<UtcInstant>,
    /// When it was cancelled.
    pub canceled_utc: Option<UtcInstant>,
    /// When its bill was closed.
    pub closed_utc: Option<UtcInstant>,
    /// Start of the time unit that it is for.
    pub start_utc: Option<UtcInstant>,
    /// Whether it counts.
    pub accounting_state: String,
    /// What depends on its kind.
    pub data: LegacyOrderItemData,
}

/// What depends on the kind of an order item in its older shape.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct LegacyOrderItemData {
    /// Kind of the item.
    pub discriminator: LegacyOrderItemType,
    /// Data of rebates and products.
    pub value: Option<LegacyOrderItemValue>,
}

/// Kind of an order item in its older shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum LegacyOrderItemType {
    /// Fee for a cancellation.
    CancellationFee,
    /// Rebate.
    Rebate,
    /// Deposit.
    Deposit,
    /// Difference between exchange rates.
    ExchangeRateDifference,
    /// Something ad hoc.
    CustomItem,
    /// Fee for paying by card.
    Surcharge,
    /// Discount on such a fee.
    SurchargeDiscount,
    /// A time unit of a reservation.
    SpaceOrder,
    /// A product.
    ProductOrder,
    /// Anything else.
    Other,
    /// Correction of a tax.
    TaxCorrection,
    /// Fee for a better resource.
    ResourceUpgradeFee,
    /// Fee for an invoice.
    InvoiceFee,
}

/// Data of a rebate or of a product in the older shape.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct LegacyOrderItemValue {
    /// Item that is rebated.
    pub rebated_item_id: Option<Id<OrderItem>>,
    /// The product.
    pub product_id: Option<Id<Product>>,
    /// Age category of the persons that the product is for.
    pub age_category_id: Option<Id<AgeCategory>>,
}

/// The text of a reservation's QR code.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ReservationQrCode {
    /// The reservation.
    pub reservation_id: Id<Reservation>,
    /// The text.
    pub data: Option<String>,
}

/// What opens a door for the guests of a reservation.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ReservationAccessToken {
    /// Identifier of the token.
    pub id: Id<Self>,
    /// Enterprise of the reservation.
    pub enterprise_id: Id<Enterprise>,
    /// The reservation.
    pub service_order_id: Id<ServiceOrder>,
    /// Guest whom it is for.
    pub companionship_id: Option<Id<Companionship>>,
    /// Resource that it opens.
    pub resource_id: Option<Id<Resource>>,
    /// Kind of the token.
    #[serde(rename = "Type")]
    pub type_: ReservationAccessTokenType,
    /// The secret.
    pub value: String,
    /// Number of the card.
    pub serial_number: Option<String>,
    /// From when it opens.
    pub validity_start_utc: UtcInstant,
    /// Until when it opens.
    pub validity_end_utc: UtcInstant,
    /// What it opens.
    pub permissions: ReservationAccessTokenPermissions,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// Whether it opens at all.
    pub is_active: bool,
}

/// Kind of what opens a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ReservationAccessTokenType {
    /// A number to type.
    PinCode,
    /// A card or a tag.
    RfidTag,
}

/// Which doors a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "the wire has four flags")]
pub struct ReservationAccessTokenPermissions {
    /// The bed.
    pub bed: bool,
    /// The room.
    pub room: bool,
    /// The floor.
    pub floor: bool,
    /// The building.
    pub building: bool,
}
