//! Payments. Source: `operations/payments`.

use ostler_contract::primitives::{Bounded, Id, Limitation, Text, TimeInterval, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounting_categories::AccountingCategory;
use crate::accounts::{Account, AccountType};
use crate::bills::Bill;
use crate::customers::Customer;
use crate::enterprises::Enterprise;
use crate::objects::{Amount, AmountParameters};
use crate::order_items::AccountingState;
use crate::reservations::entity::Reservation;
use crate::{Operation, paged};

/// What the identifier of a payment request identifies.
#[derive(Debug)]
pub enum PaymentRequest {}

/// What the identifier of a payment card identifies.
#[derive(Debug)]
pub enum CreditCard {}

/// Records a payment that was made elsewhere, onto the given or the default open bill.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AddExternalPayment {
    /// The enterprise, for portfolio tokens.
    pub enterprise_id: Option<Id<Enterprise>>,
    /// Account that paid: a customer or a company.
    pub account_id: Option<Id<Account>>,
    /// Open bill of the account; its default open bill without it.
    pub bill_id: Option<Id<Bill>>,
    /// Accounting category.
    pub accounting_category_id: Option<Id<AccountingCategory>>,
    /// Reservation that it is for.
    pub reservation_id: Option<Id<Reservation>>,
    /// The amount that was received; negative for a refund.
    pub amount: AmountParameters,
    /// How it was made; must be enabled in the property. Required in France, `Unspecified`
    /// elsewhere without it.
    #[serde(rename = "Type")]
    pub type_: Option<ExternalPaymentType>,
    /// Identifier in an external system.
    pub external_identifier: Option<Text<255>>,
    /// Notes.
    pub notes: Option<String>,
    /// Customer who paid; read where `AccountId` is absent.
    #[schemars(extend("deprecated" = true))]
    pub customer_id: Option<Id<Customer>>,
}

impl AddExternalPayment {
    /// The request with what it cannot do without; everything else is left out.
    #[must_use]
    pub fn new(amount: AmountParameters) -> Self {
        Self {
            enterprise_id: None,
            account_id: None,
            bill_id: None,
            accounting_category_id: None,
            reservation_id: None,
            amount,
            type_: None,
            external_identifier: None,
            notes: None,
            customer_id: None,
        }
    }
}

impl Operation for AddExternalPayment {
    const ADDRESS: &'static str = "payments/addExternal";
    type Response = AddedExternalPayment;
}

/// The payment that was recorded.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AddedExternalPayment {
    /// Identifier of the payment.
    pub external_payment_id: Id<Payment>,
}

/// Returns payments, newest first. At least one filter besides the enterprises is needed.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetPayments {
    /// Only payments of these enterprises; of all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// Only these payments.
    pub payment_ids: Option<Bounded<Id<Payment>, 0, 1000>>,
    /// Only payments of these accounts.
    pub account_ids: Option<Bounded<Id<Account>, 0, 100>>,
    /// Only payments on these bills.
    pub bill_ids: Option<Bounded<Id<Bill>, 0, 1000>>,
    /// Only payments for these reservations.
    pub reservation_ids: Option<Bounded<Id<Reservation>, 0, 1000>>,
    /// Only payments created in this interval, at most 3 months long.
    pub created_utc: Option<TimeInterval>,
    /// Only payments that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Only payments charged in this interval, at most 3 months long.
    pub charged_utc: Option<TimeInterval>,
    /// Only payments whose bill was closed in this interval, at most 3 months long.
    pub closed_utc: Option<TimeInterval>,
    /// Only payments settled in this interval, at most 3 months long.
    pub settlement_utc: Option<TimeInterval>,
    /// ISO 4217 code of the currency that amounts are converted to; those of the property's
    /// accounting without it.
    pub currency: Option<String>,
    /// Only payments in one of these accounting states.
    pub accounting_states: Option<Bounded<AccountingState, 0, 1000>>,
    /// Only payments in one of these states.
    pub states: Option<Bounded<PaymentState, 0, 1000>>,
    /// Only payments of this type; `Payment` stands for all.
    #[serde(rename = "Type")]
    pub type_: Option<PaymentType>,
    /// Which page.
    pub limitation: Limitation,
}

impl Operation for GetPayments {
    const ADDRESS: &'static str = "payments/getAll";
    const READS_ONLY: bool = true;
    type Response = Payments;
}

paged!(GetPayments);

/// A page of payments.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Payments {
    /// The payments.
    pub payments: Vec<Payment>,
    /// Identifier of the last one; null on an empty page.
    pub cursor: Option<Id<Payment>>,
}

/// A payment or a refund.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Payment {
    /// Identifier of the payment.
    pub id: Id<Self>,
    /// Enterprise that received it.
    pub enterprise_id: Id<Enterprise>,
    /// Account that paid.
    pub account_id: Id<Account>,
    /// Whether the account is a customer or a company.
    pub account_type: AccountType,
    /// Payment request that it answers.
    pub payment_request_id: Option<Id<PaymentRequest>>,
    /// Bill that it is assigned to.
    pub bill_id: Option<Id<Bill>>,
    /// Reservation that it is for.
    pub reservation_id: Option<Id<Reservation>>,
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
    pub consumed_utc: Option<UtcInstant>,
    /// When its bill was closed.
    pub closed_utc: Option<UtcInstant>,
    /// When it was charged.
    pub charged_utc: Option<UtcInstant>,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// When the processor settled it.
    pub settlement_utc: Option<UtcInstant>,
    /// Whether it counts, and whether its bill is closed.
    pub accounting_state: AccountingState,
    /// How far it got.
    pub state: PaymentState,
    /// Further identification.
    pub identifier: Option<String>,
    /// Type of the payment.
    #[serde(rename = "Type")]
    pub type_: PaymentType,
    /// What it is to the processor; null where there is none.
    pub kind: Option<PaymentKind>,
    /// What depends on the type; null for types that have nothing of their own.
    pub data: Option<PaymentData>,
    /// Where it came from.
    pub payment_origin: Option<PaymentOrigin>,
}

/// How far a payment got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PaymentState {
    /// Made.
    Charged,
    /// Canceled.
    Canceled,
    /// Under way.
    Pending,
    /// Failed.
    Failed,
    /// Being verified.
    Verifying,
}

impl PaymentState {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Charged => "Charged",
            Self::Canceled => "Canceled",
            Self::Pending => "Pending",
            Self::Failed => "Failed",
            Self::Verifying => "Verifying",
        }
    }
}

/// Type of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PaymentType {
    /// Any; only filters have it.
    Payment,
    /// By card through the processor.
    CreditCardPayment,
    /// In an alternative way through the processor.
    AlternativePayment,
    /// In cash.
    CashPayment,
    /// What an invoice leaves to be paid later.
    InvoicePayment,
    /// Made elsewhere and recorded.
    ExternalPayment,
    /// The shadow of a payment that was moved.
    GhostPayment,
    /// Tax that was deducted.
    TaxDeductedPayment,
}

impl PaymentType {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Payment => "Payment",
            Self::CreditCardPayment => "CreditCardPayment",
            Self::AlternativePayment => "AlternativePayment",
            Self::CashPayment => "CashPayment",
            Self::InvoicePayment => "InvoicePayment",
            Self::ExternalPayment => "ExternalPayment",
            Self::GhostPayment => "GhostPayment",
            Self::TaxDeductedPayment => "TaxDeductedPayment",
        }
    }
}

/// What a payment is to the processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PaymentKind {
    /// A payment.
    Payment,
    /// Taken back by the payer's bank.
    Chargeback,
    /// Given again after a chargeback.
    ChargebackReversal,
    /// Given back.
    Refund,
}

/// Where a payment came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PaymentOrigin {
    /// From elsewhere.
    Other,
    /// The system itself.
    System,
    /// The staff.
    Operations,
    /// An automatic payment.
    AutomaticPayment,
    /// A payment request.
    PaymentRequest,
    /// The booking engine.
    BookingEngine,
    /// This interface.
    Api,
    /// A payment terminal.
    Terminal,
    /// The channel manager.
    ChannelManager,
    /// Check-out online.
    OnlineCheckout,
    /// The balancing of a bill.
    BillBalancing,
    /// Check-in online.
    OnlineCheckin,
    /// A point of sale.
    PointOfSales,
    /// The linking of a payment to an invoice.
    PaymentToInvoiceLinking,
}

/// What depends on the type of a payment; only the member that the discriminator names is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct PaymentData {
    /// Name of the member that is set.
    pub discriminator: PaymentDataDiscriminator,
    /// Data of a payment by card.
    pub credit_card: Option<CreditCardPaymentData>,
    /// Data of what an invoice leaves to be paid.
    pub invoice: Option<InvoicePaymentData>,
    /// Data of a payment that was made elsewhere.
    pub external: Option<ExternalPaymentData>,
    /// Data of the shadow of a payment.
    pub ghost: Option<GhostPaymentData>,
    /// Data of a payment in an alternative way.
    pub alternative: Option<AlternativePaymentData>,
}

impl PaymentData {
    /// Data of what that invoice leaves to be paid.
    #[must_use]
    pub fn invoice(invoice: Id<Bill>) -> Self {
        let data =
            InvoicePaymentData { invoice_id: Some(invoice), type_: InvoicePaymentType::Receivable };
        Self { invoice: Some(data), ..Self::empty(PaymentDataDiscriminator::Invoice) }
    }

    /// Data of a payment that was made elsewhere.
    #[must_use]
    pub fn external(type_: ExternalPaymentType, external_identifier: Option<String>) -> Self {
        let data = ExternalPaymentData { type_, external_identifier };
        Self { external: Some(data), ..Self::empty(PaymentDataDiscriminator::External) }
    }

    const fn empty(discriminator: PaymentDataDiscriminator) -> Self {
        Self {
            discriminator,
            credit_card: None,
            invoice: None,
            external: None,
            ghost: None,
            alternative: None,
        }
    }
}

/// Which member of the data of a payment is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PaymentDataDiscriminator {
    /// By card.
    CreditCard,
    /// What an invoice leaves to be paid.
    Invoice,
    /// Made elsewhere.
    External,
    /// The shadow of a payment.
    Ghost,
    /// In an alternative way.
    Alternative,
}

/// Data of a payment by card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct CreditCardPaymentData {
    /// The card.
    pub credit_card_id: Option<Id<CreditCard>>,
    /// The transaction with the processor.
    pub transaction: Option<CreditCardTransaction>,
}

/// A transaction with the processor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct CreditCardTransaction {
    /// The payment.
    pub payment_id: Id<Payment>,
    /// Identifier of the settlement.
    pub settlement_id: Option<String>,
    /// When it was settled.
    pub settled_utc: Option<UtcInstant>,
    /// Fee of the processor.
    pub fee: Option<Amount>,
    /// Fee after adjustment.
    pub adjusted_fee: Option<Amount>,
    /// Amount that was charged.
    pub charged_amount: Amount,
    /// Amount that was settled.
    pub settled_amount: Option<Amount>,
}

/// Data of what an invoice leaves to be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct InvoicePaymentData {
    /// The invoice.
    pub invoice_id: Option<Id<Bill>>,
    /// Why it stands on the bill.
    #[serde(rename = "Type")]
    pub type_: InvoicePaymentType,
}

/// Why the amount of an invoice stands on a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum InvoicePaymentType {
    /// To be paid later.
    Receivable,
    /// Balances another one.
    Balancing,
    /// Balances what was paid too little.
    UnderpaymentBalancingReceivable,
    /// Balances what was paid too much.
    OverpaymentBalancingReceivable,
    /// Paid too much.
    Overpayment,
}

/// Data of a payment that was made elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ExternalPaymentData {
    /// How it was made.
    #[serde(rename = "Type")]
    pub type_: ExternalPaymentType,
    /// Identifier in an external system.
    pub external_identifier: Option<String>,
}

/// Data of the shadow of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GhostPaymentData {
    /// The payment itself.
    pub original_payment_id: Id<Payment>,
}

/// Data of a payment in an alternative way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AlternativePaymentData {
    /// The way.
    #[serde(rename = "Type")]
    pub type_: AlternativePaymentMethodType,
}

/// An alternative way to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AlternativePaymentMethodType {
    /// iDEAL.
    Ideal,
    /// Apple Pay.
    ApplePay,
    /// Google Pay.
    GooglePay,
    /// SEPA direct debit.
    SepaDirectDebit,
    /// The service of that name.
    PayPal,
    /// Wire transfer.
    WireTransfer,
}

/// How a payment that is only recorded was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ExternalPaymentType {
    /// Unspecified.
    Unspecified,
    /// Bad debts.
    BadDebts,
    /// Bacs.
    Bacs,
    /// Wire transfer.
    WireTransfer,
    /// Invoice.
    Invoice,
    /// Exchange rate difference.
    ExchangeRateDifference,
    /// Complimentary.
    Complimentary,
    /// Reseller.
    Reseller,
    /// Exchange rounding difference.
    ExchangeRoundingDifference,
    /// Barter.
    Barter,
    /// Commission.
    Commission,
    /// Bank charges.
    BankCharges,
    /// Cross settlement.
    CrossSettlement,
    /// Cash.
    Cash,
    /// Credit card.
    CreditCard,
    /// Prepayment.
    Prepayment,
    /// Cheque.
    Cheque,
    /// Bancontact.
    Bancontact,
    /// I deal.
    IDeal,
    /// Pay pal.
    PayPal,
    /// Gift card.
    GiftCard,
    /// Loyalty points.
    LoyaltyPoints,
    /// Cheque vacances.
    ChequeVacances,
    /// Online payment.
    OnlinePayment,
    /// Card check.
    CardCheck,
    /// Payment hub redirection.
    PaymentHubRedirection,
    /// Voucher.
    Voucher,
    /// Master card.
    MasterCard,
    /// Visa.
    Visa,
    /// Amex.
    Amex,
    /// Discover.
    Discover,
    /// Diners club.
    DinersClub,
    /// Jcb.
    Jcb,
    /// Union pay.
    UnionPay,
    /// Twint.
    Twint,
    /// Reka.
    Reka,
    /// Loyalty card.
    LoyaltyCard,
    /// Pos dining and spa reward.
    PosDiningAndSpaReward,
    /// Direct debit.
    DirectDebit,
    /// Deposit check.
    DepositCheck,
    /// Deposit cash.
    DepositCash,
    /// Deposit credit card.
    DepositCreditCard,
    /// Deposit wire transfer.
    DepositWireTransfer,
}

impl ExternalPaymentType {
    /// Whether only integrations that used it before may use it: those made through a processor.
    #[must_use]
    pub const fn is_for_existing_partners(self) -> bool {
        matches!(
            self,
            Self::CreditCard
                | Self::IDeal
                | Self::PayPal
                | Self::OnlinePayment
                | Self::MasterCard
                | Self::Visa
                | Self::Amex
                | Self::Discover
                | Self::DinersClub
                | Self::Jcb
                | Self::UnionPay
                | Self::DepositCreditCard
        )
    }
}
