//! Bills: what an account is asked to pay. Source: `operations/bills`.

use std::collections::BTreeMap;

use ostler_contract::primitives::{Id, Number, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounts::{Account, AccountType};
use crate::bills::items::{BilledItem, BilledOrderItem, BilledPayment};
use crate::companies::Company;
use crate::counters::Counter;
use crate::customers::{Customer, Title};
use crate::enterprises::{Chain, Enterprise};

pub mod items;
pub mod requests;

/// A bill: what an account has consumed and paid, or, once closed, a document about it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Bill {
    /// Identifier of the bill.
    pub id: Id<Self>,
    /// Name of the bill.
    pub name: Option<String>,
    /// Enterprise that issues it.
    pub enterprise_id: Id<Enterprise>,
    /// Account that is to pay.
    pub account_id: Id<Account>,
    /// Whether the account is a customer or a company.
    pub account_type: AccountType,
    /// Further accounts that it names.
    pub associated_account_ids: Option<Vec<Id<Account>>>,
    /// Counter that gave it its number.
    pub counter_id: Option<Id<Counter>>,
    /// Whether it is closed.
    pub state: BillState,
    /// Whether it was paid when it was closed; `Receipt` while it is open.
    #[serde(rename = "Type")]
    pub type_: BillType,
    /// Number; null while it is open.
    pub number: Option<String>,
    /// Reference for the payment of an invoice.
    pub variable_symbol: Option<String>,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was closed.
    pub issued_utc: Option<UtcInstant>,
    /// When its taxes are declared.
    pub taxed_utc: Option<UtcInstant>,
    /// When it was paid.
    pub paid_utc: Option<UtcInstant>,
    /// When it is due.
    pub due_utc: Option<UtcInstant>,
    /// When the account was last reminded to pay.
    pub last_reminder_date_utc: Option<UtcInstant>,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
    /// Number of the order that it answers.
    pub purchase_order_number: Option<String>,
    /// Notes on the bill.
    pub notes: Option<String>,
    /// Options; null while it is open.
    pub options: Option<BillOptions>,
    /// The account's data when it was closed; null while it is open.
    pub owner_data: Option<BillOwnerData>,
    /// The further accounts' data when it was closed; null while it is open.
    pub associated_account_data: Option<Vec<AssociatedAccountBillData>>,
    /// The enterprise's data when it was closed; null while it is open.
    pub enterprise_data: Option<BillEnterpriseData>,
    /// Whether it corrects another bill.
    pub correction_state: BillCorrectionState,
    /// How it corrects another bill.
    pub correction_type: Option<BillCorrectionType>,
    /// Bill that it corrects.
    pub corrected_bill_id: Option<Id<Self>>,
    /// Customer that is to pay.
    #[schemars(extend("deprecated" = true))]
    pub customer_id: Option<Id<Customer>>,
    /// Company that is to pay, or that a customer's bill names.
    #[schemars(extend("deprecated" = true))]
    pub company_id: Option<Id<Company>>,
    /// Always null; `OrderItems` has what it had.
    #[schemars(extend("deprecated" = true))]
    pub revenue: Option<Vec<BilledItem>>,
    /// Always null; `PaymentItems` has what it had.
    #[schemars(extend("deprecated" = true))]
    pub payments: Option<Vec<BilledItem>>,
    /// Order items on the bill; null unless the extent asks for items.
    #[schemars(extend("deprecated" = true))]
    pub order_items: Option<Vec<BilledOrderItem>>,
    /// Payments on the bill; null unless the extent asks for items.
    #[schemars(extend("deprecated" = true))]
    pub payment_items: Option<Vec<BilledPayment>>,
    /// The account's data when it was closed; null while it is open.
    #[schemars(extend("deprecated" = true))]
    pub assignee_data: Option<BillOwnerData>,
    /// Data of the company that a customer's bill names; null while it is open.
    #[schemars(extend("deprecated" = true))]
    pub company_details: Option<BillCompanyData>,
}

/// Whether a bill is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum BillState {
    /// Items may be added.
    Open,
    /// A document that does not change any more.
    Closed,
}

impl BillState {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Closed => "Closed",
        }
    }
}

/// Whether a bill was paid when it was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum BillType {
    /// It was paid.
    Receipt,
    /// It is to be paid later.
    Invoice,
}

impl BillType {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Receipt => "Receipt",
            Self::Invoice => "Invoice",
        }
    }
}

/// Whether a bill corrects another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum BillCorrectionState {
    /// It stands for itself.
    Bill,
    /// It corrects another bill.
    CorrectiveBill,
}

impl BillCorrectionState {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bill => "Bill",
            Self::CorrectiveBill => "CorrectiveBill",
        }
    }
}

/// How a bill corrects another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum BillCorrectionType {
    /// It cancels the other one.
    Cancellation,
    /// It replaces the other one.
    Edit,
    /// It gives back a part of the other one.
    CreditNote,
    /// It takes a cancellation back.
    Reinstatement,
    /// It balances the payments of a receivable.
    ReceivablePaymentsBalance,
}

/// Options of a closed bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "the wire has five flags")]
pub struct BillOptions {
    /// Whether it shows the customer.
    pub display_customer: bool,
    /// Whether it shows taxes.
    pub display_taxation: bool,
    /// Whether the receivable of the invoice is tracked.
    pub track_receivable: bool,
    /// Whether the invoice shows the identifier of the customer.
    pub display_cid: bool,
    /// Whether all its items were rebated.
    pub rebated: bool,
}

/// Data of the account of a bill when it was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "Discriminator", content = "Value")]
pub enum BillOwnerData {
    /// The account is a customer.
    BillCustomerData(BillCustomerData),
    /// The account is a company.
    BillCompanyData(BillCompanyData),
}

/// Data of a further account of a bill when it was closed; only the member that the discriminator
/// names is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AssociatedAccountBillData {
    /// Name of the member that is set.
    pub discriminator: BillAccountDataDiscriminator,
    /// The account is a customer.
    pub bill_customer_data: Option<BillCustomerData>,
    /// The account is a company.
    pub bill_company_data: Option<BillCompanyData>,
}

impl From<BillOwnerData> for AssociatedAccountBillData {
    fn from(data: BillOwnerData) -> Self {
        match data {
            BillOwnerData::BillCustomerData(data) => Self {
                discriminator: BillAccountDataDiscriminator::BillCustomerData,
                bill_customer_data: Some(data),
                bill_company_data: None,
            },
            BillOwnerData::BillCompanyData(data) => Self {
                discriminator: BillAccountDataDiscriminator::BillCompanyData,
                bill_customer_data: None,
                bill_company_data: Some(data),
            },
        }
    }
}

/// Whether data on a bill are of a customer or of a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum BillAccountDataDiscriminator {
    /// Of a customer.
    BillCustomerData,
    /// Of a company.
    BillCompanyData,
}

/// Data of a customer when a bill was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BillCustomerData {
    /// Identifier of the customer.
    pub id: Id<Customer>,
    /// Address of the customer.
    pub address: Option<BillAddress>,
    /// Identifiers that authorities gave, by kind.
    pub legal_identifiers: Option<BTreeMap<String, String>>,
    /// Code for billing.
    pub billing_code: Option<String>,
    /// Last name.
    pub last_name: String,
    /// First name.
    pub first_name: Option<String>,
    /// Second last name.
    pub second_last_name: Option<String>,
    /// Title.
    pub title_prefix: Option<Title>,
    /// Tax identifier.
    pub tax_identifier: Option<String>,
}

/// Data of a company when a bill was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BillCompanyData {
    /// Identifier of the company.
    pub id: Option<Id<Company>>,
    /// Address of the company.
    pub address: Option<BillAddress>,
    /// Identifiers that authorities gave, by kind.
    pub legal_identifiers: Option<BTreeMap<String, String>>,
    /// Code for billing.
    pub billing_code: Option<String>,
    /// Name of the company.
    pub name: String,
    /// Fiscal identifier.
    pub fiscal_identifier: Option<String>,
    /// Additional tax identifier.
    pub additional_tax_identifier: Option<String>,
    /// Data Universal Numbering System number.
    #[serde(rename = "DUNS")]
    pub duns: Option<String>,
    /// Phone number.
    pub telephone: Option<String>,
    /// Tax identifier.
    pub tax_identifier: Option<String>,
    /// E-mail address for invoices.
    pub invoicing_email: Option<String>,
    /// Department of the company.
    pub department: Option<String>,
}

/// Address of an account when a bill was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BillAddress {
    /// Identifier of the account's address; null where the address was stated for the bill only.
    pub id: Option<Id<Self>>,
    /// Account whose address it is.
    pub account_id: Id<Account>,
    /// Chain of the account.
    pub chain_id: Option<Id<Chain>>,
    /// Whether the account is a customer or a company.
    pub account_type: AccountType,
    /// First line.
    pub line1: Option<String>,
    /// Second line.
    pub line2: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2 code of the country.
    pub country_code: Option<String>,
    /// ISO 3166-2 code of the subdivision.
    pub country_subdivision_code: Option<String>,
    /// Latitude in degrees.
    pub latitude: Option<Number>,
    /// Longitude in degrees.
    pub longitude: Option<Number>,
    /// When it was last changed.
    pub updated_utc: Option<UtcInstant>,
    /// Whether it is in use.
    pub is_active: bool,
}

/// Data of the enterprise when a bill was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BillEnterpriseData {
    /// Additional tax identifier.
    pub additional_tax_identifier: Option<String>,
    /// Legal name.
    pub company_name: Option<String>,
    /// Bank account number.
    pub bank_account: Option<String>,
    /// Name of the bank.
    pub bank_name: Option<String>,
    /// IBAN.
    pub iban: Option<String>,
    /// BIC.
    pub bic: Option<String>,
}
