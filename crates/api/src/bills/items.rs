//! Items within bills, in the shape that earlier versions had.

use ostler_contract::primitives::{Id, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounting_categories::AccountingCategory;
use crate::accounts::Account;
use crate::age_categories::AgeCategory;
use crate::bills::Bill;
use crate::objects::{Amount, Profile};
use crate::order_items::{AccountingState, OrderItem, RevenueType, ServiceOrder};
use crate::payments::{CreditCard, Payment, PaymentState};
use crate::products::Product;

/// An item whose shape is not defined any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BilledItem {}

/// An order item on a bill.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BilledOrderItem {
    /// Identifier of the item.
    pub id: Id<OrderItem>,
    /// Account that it is charged to.
    pub account_id: Id<Account>,
    /// Reservation or product service order that it belongs to.
    pub order_id: Id<ServiceOrder>,
    /// Bill that it is assigned to.
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
    pub consumed_utc: Option<UtcInstant>,
    /// When it was canceled.
    pub canceled_utc: Option<UtcInstant>,
    /// When its bill was closed.
    pub closed_utc: Option<UtcInstant>,
    /// Start of the time unit that it is for.
    pub start_utc: Option<UtcInstant>,
    /// Whether it counts, and whether its bill is closed.
    pub accounting_state: AccountingState,
    /// What depends on the kind.
    pub data: BilledOrderItemData,
}

/// What depends on the kind of an order item on a bill.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "Discriminator", content = "Value")]
pub enum BilledOrderItemData {
    /// Fee for a cancellation.
    CancellationFee(()),
    /// Rebate.
    Rebate(BilledRebateData),
    /// Deposit.
    Deposit(()),
    /// Difference between exchange rates.
    ExchangeRateDifference(()),
    /// Something ad hoc.
    CustomItem(()),
    /// Fee for paying by card.
    Surcharge(()),
    /// Discount on a fee for paying by card.
    SurchargeDiscount(()),
    /// A time unit of a reservation.
    SpaceOrder(()),
    /// A product.
    ProductOrder(BilledProductData),
    /// Anything else.
    Other(()),
    /// Correction of a tax.
    TaxCorrection(()),
    /// Fee for a better resource.
    ResourceUpgradeFee(()),
    /// Fee for an invoice.
    InvoiceFee(()),
}

/// Data of a rebate on a bill.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BilledRebateData {
    /// Item that is rebated.
    pub rebated_item_id: Id<OrderItem>,
}

/// Data of a product on a bill.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BilledProductData {
    /// The product.
    pub product_id: Id<Product>,
    /// Age category of the persons that it is for.
    pub age_category_id: Option<Id<AgeCategory>>,
}

/// A payment on a bill.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BilledPayment {
    /// Identifier of the payment.
    pub id: Id<Payment>,
    /// Account that paid.
    pub account_id: Id<Account>,
    /// Bill that it is assigned to.
    pub bill_id: Option<Id<Bill>>,
    /// Accounting category.
    pub accounting_category_id: Option<Id<AccountingCategory>>,
    /// Amount; negative where the property received it.
    pub amount: Amount,
    /// Amount in the currency in which it was paid.
    pub original_amount: Amount,
    /// Notes.
    pub notes: Option<String>,
    /// Identifier of the settlement with the processor.
    pub settlement_id: Option<String>,
    /// When it was made.
    pub consumed_utc: UtcInstant,
    /// When its bill was closed.
    pub closed_utc: Option<UtcInstant>,
    /// Whether it counts, and whether its bill is closed.
    pub accounting_state: AccountingState,
    /// How far it got.
    pub state: PaymentState,
    /// Further identification.
    pub identifier: Option<String>,
    /// What depends on the kind.
    pub data: BilledPaymentData,
    /// Amount in the currency of the property's accounting.
    #[schemars(extend("deprecated" = true))]
    pub amount_default: Option<Amount>,
}

/// What depends on the kind of a payment on a bill.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "Discriminator", content = "Value")]
pub enum BilledPaymentData {
    /// By card.
    CreditCard(BilledCreditCardData),
    /// The amount of an invoice.
    Invoice(BilledInvoiceData),
    /// In cash.
    Cash(()),
    /// In an unspecified way.
    Unspecified(()),
    /// Given up as bad debts.
    BadDebts(()),
    /// By wire transfer.
    WireTransfer(()),
    /// Difference between exchange rates.
    ExchangeRateDifference(()),
    /// Difference from rounding.
    ExchangeRoundingDifference(()),
    /// Charges of the bank.
    BankCharges(()),
    /// By cheque.
    Cheque(()),
    /// In another way.
    Other(()),
}

/// Data of a payment by card on a bill.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BilledCreditCardData {
    /// The card.
    pub payment_card_id: Option<Id<CreditCard>>,
}

/// Data of the amount of an invoice on a bill.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BilledInvoiceData {
    /// The invoice.
    pub invoice_id: Option<Id<Bill>>,
}
