//! Order items: what was consumed and is to be paid. Source: `operations/orderitems`.

use ostler_contract::primitives::{Bounded, Id, Limitation, TimeInterval, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounting_categories::AccountingCategory;
use crate::accounts::{Account, AccountType};
use crate::age_categories::AgeCategory;
use crate::bills::Bill;
use crate::enterprises::Enterprise;
use crate::objects::{Amount, Profile, TaxExemptionReason};
use crate::products::Product;
use crate::services::Service;
use crate::{Operation, paged};

/// What the identifier of a service order identifies: a reservation or a product service order.
#[derive(Debug)]
pub enum ServiceOrder {}

/// Returns order items, newest first. At least one filter besides the enterprises is needed.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetOrderItems {
    /// Only items of these enterprises; of all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// Only these items.
    pub order_item_ids: Option<Bounded<Id<OrderItem>, 0, 1000>>,
    /// Only items charged to these accounts.
    pub account_ids: Option<Bounded<Id<Account>, 0, 100>>,
    /// Only items of these service orders, which are reservations or product service orders.
    pub service_order_ids: Option<Bounded<Id<ServiceOrder>, 0, 1000>>,
    /// Only items of these services.
    pub service_ids: Option<Bounded<Id<Service>, 0, 1000>>,
    /// Only items on these bills. What is not assigned to a bill yet counts as being on the bill
    /// that collects it.
    pub bill_ids: Option<Bounded<Id<Bill>, 0, 1000>>,
    /// Only items created in this interval, at most 3 months long.
    pub created_utc: Option<TimeInterval>,
    /// Only items that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Only items consumed in this interval, at most 3 months long.
    pub consumed_utc: Option<TimeInterval>,
    /// Only items canceled in this interval, at most 3 months long.
    pub canceled_utc: Option<TimeInterval>,
    /// Only items whose bill was closed in this interval, at most 3 months long.
    pub closed_utc: Option<TimeInterval>,
    /// ISO 4217 code of the currency that amounts are converted to; those of the property's
    /// accounting without it.
    pub currency: Option<String>,
    /// Only items in one of these states.
    pub accounting_states: Option<Bounded<AccountingState, 0, 1000>>,
    /// Only items of one of these kinds.
    pub types: Option<Bounded<OrderItemType, 0, 1000>>,
    /// Which page.
    pub limitation: Limitation,
}

impl Operation for GetOrderItems {
    const ADDRESS: &'static str = "orderItems/getAll";
    const READS_ONLY: bool = true;
    type Response = OrderItems;
}

paged!(GetOrderItems);

/// A page of order items.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct OrderItems {
    /// The items.
    pub order_items: Vec<OrderItem>,
    /// Identifier of the last one; null on an empty page.
    pub cursor: Option<Id<OrderItem>>,
}

/// Something that was consumed, or a rebate on it: a night, a product, a fee, an ad hoc item.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct OrderItem {
    /// Identifier of the item.
    pub id: Id<Self>,
    /// Enterprise in which it was consumed.
    pub enterprise_id: Id<Enterprise>,
    /// Account that it is charged to.
    pub account_id: Option<Id<Account>>,
    /// Whether the account is a customer or a company.
    pub account_type: Option<AccountType>,
    /// Service that it belongs to.
    pub service_id: Id<Service>,
    /// Reservation or product service order that it belongs to.
    pub service_order_id: Id<ServiceOrder>,
    /// Notes of whoever ordered it.
    pub notes: Option<String>,
    /// Bill that it is assigned to; null until it is assigned to one.
    pub bill_id: Option<Id<Bill>>,
    /// Accounting category.
    pub accounting_category_id: Option<Id<AccountingCategory>>,
    /// Name on the bill.
    pub billing_name: Option<String>,
    /// Identifier in an external system.
    pub external_identifier: Option<String>,
    /// How many units.
    pub unit_count: i32,
    /// Amount of one unit.
    pub unit_amount: Amount,
    /// Amount of all units; negative for a rebate.
    pub amount: Amount,
    /// Amount in the currency in which the item was first stated.
    pub original_amount: Amount,
    /// Kind of revenue.
    pub revenue_type: RevenueType,
    /// Profile that created it.
    pub creator_profile_id: Id<Profile>,
    /// Profile that last changed it.
    pub updater_profile_id: Id<Profile>,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// When it was or will be consumed.
    pub consumed_utc: UtcInstant,
    /// When it was canceled.
    pub canceled_utc: Option<UtcInstant>,
    /// When its bill was closed.
    pub closed_utc: Option<UtcInstant>,
    /// Start of the time unit that it is for.
    pub start_utc: Option<UtcInstant>,
    /// When it was claimed.
    pub claimed_utc: Option<UtcInstant>,
    /// Whether it counts, and whether its bill is closed.
    pub accounting_state: AccountingState,
    /// Kind of the item.
    #[serde(rename = "Type")]
    pub type_: OrderItemType,
    /// Options of the item.
    pub options: OrderItemOptions,
    /// What depends on the kind; null for kinds that have nothing of their own.
    pub data: Option<OrderItemData>,
    /// Why it is exempt from taxes.
    pub tax_exemption_reason: Option<TaxExemptionReason>,
    /// The law that exempts it from taxes.
    pub tax_exemption_legal_reference: Option<String>,
}

/// Whether an accounting item counts, and whether its bill is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AccountingState {
    /// Counts and is on no closed bill.
    Open,
    /// Is on a closed bill.
    Closed,
    /// Does not count: of no value, of an unconfirmed reservation, or a payment not made.
    Inactive,
    /// Canceled.
    Canceled,
}

impl AccountingState {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Closed => "Closed",
            Self::Inactive => "Inactive",
            Self::Canceled => "Canceled",
        }
    }
}

/// Kind of an order item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum OrderItemType {
    /// Fee for a cancellation.
    CancellationFee,
    /// Rebate on a night.
    NightRebate,
    /// Rebate on a product.
    ProductOrderRebate,
    /// Rebate on something else.
    AdditionalExpenseRebate,
    /// Deposit.
    Deposit,
    /// Difference between exchange rates.
    ExchangeRateDifference,
    /// Something ad hoc, of no product.
    CustomItem,
    /// Charge for service.
    ServiceCharge,
    /// City tax.
    CityTax,
    /// Discount on a city tax.
    CityTaxDiscount,
    /// A time unit, such as a night, of a reservation.
    SpaceOrder,
    /// A product.
    ProductOrder,
    /// Fee for paying by card.
    Surcharge,
    /// Correction of a tax.
    TaxCorrection,
    /// Fee for a better resource.
    ResourceUpgradeFee,
    /// Fee for an invoice.
    InvoiceFee,
    /// Fee for paying in another currency.
    MulticurrencyFee,
    /// Discount from an allowance.
    AllowanceDiscount,
    /// The unused rest of an allowance, as profit.
    AllowanceBreakage,
    /// What balances the unused rest of an allowance.
    AllowanceContraBreakage,
}

impl OrderItemType {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CancellationFee => "CancellationFee",
            Self::NightRebate => "NightRebate",
            Self::ProductOrderRebate => "ProductOrderRebate",
            Self::AdditionalExpenseRebate => "AdditionalExpenseRebate",
            Self::Deposit => "Deposit",
            Self::ExchangeRateDifference => "ExchangeRateDifference",
            Self::CustomItem => "CustomItem",
            Self::ServiceCharge => "ServiceCharge",
            Self::CityTax => "CityTax",
            Self::CityTaxDiscount => "CityTaxDiscount",
            Self::SpaceOrder => "SpaceOrder",
            Self::ProductOrder => "ProductOrder",
            Self::Surcharge => "Surcharge",
            Self::TaxCorrection => "TaxCorrection",
            Self::ResourceUpgradeFee => "ResourceUpgradeFee",
            Self::InvoiceFee => "InvoiceFee",
            Self::MulticurrencyFee => "MulticurrencyFee",
            Self::AllowanceDiscount => "AllowanceDiscount",
            Self::AllowanceBreakage => "AllowanceBreakage",
            Self::AllowanceContraBreakage => "AllowanceContraBreakage",
        }
    }
}

/// Kind of revenue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RevenueType {
    /// Of a service itself, such as a night.
    Service,
    /// Of a product.
    Product,
    /// Of anything else.
    Additional,
}

impl RevenueType {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Service => "Service",
            Self::Product => "Product",
            Self::Additional => "Additional",
        }
    }
}

/// Options of an order item.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct OrderItemOptions {
    /// Whether it was canceled because its whole reservation was.
    pub canceled_with_reservation: bool,
}

/// What depends on the kind of an order item; only the member that the discriminator names is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct OrderItemData {
    /// Name of the member that is set.
    pub discriminator: OrderItemDataDiscriminator,
    /// Data of a rebate.
    pub rebate: Option<RebateData>,
    /// Data of a product.
    pub product: Option<ProductData>,
    /// Data of a discount from an allowance.
    pub allowance_discount: Option<AllowanceDiscountData>,
    /// Data of the rest of an allowance.
    pub allowance_profits: Option<AllowanceProfitsData>,
}

impl OrderItemData {
    /// Data of a rebate on that item, which is of that product if it is of one.
    #[must_use]
    pub fn rebate(rebated: Id<OrderItem>, product: Option<Id<Product>>) -> Self {
        Self {
            discriminator: OrderItemDataDiscriminator::Rebate,
            rebate: Some(RebateData { product_id: product, rebated_item_id: rebated }),
            product: None,
            allowance_discount: None,
            allowance_profits: None,
        }
    }

    /// Data of a product, for persons of that age category if it is for some.
    #[must_use]
    pub fn product(product: Id<Product>, age_category: Option<Id<AgeCategory>>) -> Self {
        Self {
            discriminator: OrderItemDataDiscriminator::Product,
            rebate: None,
            product: Some(ProductData {
                product_id: product,
                age_category_id: age_category,
                product_type: Some(ProductType::Product),
            }),
            allowance_discount: None,
            allowance_profits: None,
        }
    }

    /// The product that the item is of or rebates.
    #[must_use]
    pub fn product_id(&self) -> Option<Id<Product>> {
        let product = self.product.as_ref().map(|it| it.product_id);
        product.or_else(|| self.rebate.as_ref().and_then(|it| it.product_id))
    }
}

/// Which member of the data of an order item is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum OrderItemDataDiscriminator {
    /// A rebate.
    Rebate,
    /// A product.
    Product,
    /// A discount from an allowance.
    AllowanceDiscount,
    /// The rest of an allowance.
    AllowanceProfits,
}

/// Data of a rebate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct RebateData {
    /// Product that is rebated; null where the rebated item is of none.
    pub product_id: Option<Id<Product>>,
    /// Item that is rebated; may be a rebate itself.
    pub rebated_item_id: Id<OrderItem>,
}

/// Data of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ProductData {
    /// The product.
    pub product_id: Id<Product>,
    /// Age category of the persons that it is for.
    pub age_category_id: Option<Id<AgeCategory>>,
    /// Kind of the product.
    pub product_type: Option<ProductType>,
}

/// Kind of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ProductType {
    /// Something to consume.
    Product,
    /// An allowance to spend on other things.
    Allowance,
}

/// Data of a discount from an allowance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AllowanceDiscountData {
    /// Item that is discounted.
    pub discounted_order_item_id: Id<OrderItem>,
    /// Item of the allowance that pays.
    pub allowance_product_order_item_id: Id<OrderItem>,
}

/// Data of the rest of an allowance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AllowanceProfitsData {
    /// Item of the allowance.
    pub allowance_product_order_item_id: Id<OrderItem>,
    /// Whether it was a profit or a loss.
    pub allowance_profit_type: AllowanceProfitType,
}

/// Whether the rest of an allowance was a profit or a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AllowanceProfitType {
    /// The unused rest.
    AllowanceBreakage,
    /// What balances the unused rest.
    AllowanceContraBreakage,
    /// The overspent rest.
    AllowanceLoss,
    /// What balances the overspent rest.
    AllowanceContraLoss,
}
