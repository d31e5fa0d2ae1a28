//! Requests about bills and their responses.

use ostler_contract::primitives::{Bounded, Id, Limitation, LocalDate, TimeInterval, UpdateValue};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounts::Account;
use crate::bills::{Bill, BillCorrectionState, BillState, BillType};
use crate::counters::Counter;
use crate::customers::Customer;
use crate::enterprises::Enterprise;
use crate::{Empty, Operation, paged};

/// What the identifier of a device identifies.
#[derive(Debug)]
pub enum Device {}

/// Creates empty bills.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AddBills {
    /// The enterprise, for portfolio tokens.
    pub enterprise_id: Option<Id<Enterprise>>,
    /// The bills.
    pub bills: Bounded<BillParameters, 1, 1000>,
}

impl Operation for AddBills {
    const ADDRESS: &'static str = "bills/add";
    type Response = ChangedBills;
}

/// An empty bill to create.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BillParameters {
    /// Account that is to pay: a customer or a company.
    pub account_id: Id<Account>,
    /// A further account that the bill names.
    pub associated_account_id: Option<Id<Account>>,
    /// Name of the bill.
    pub name: Option<String>,
}

impl BillParameters {
    /// The parameters with what they cannot do without; everything else is left out.
    #[must_use]
    pub fn new(account_id: Id<Account>) -> Self {
        Self { account_id, associated_account_id: None, name: None }
    }
}

/// The bills that were created or changed.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ChangedBills {
    /// The bills.
    pub bills: Vec<Bill>,
}

/// Returns bills, newest first. Without another filter, `BillIds` is needed.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetBills {
    /// Only bills of these enterprises; of all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// Only bills closed in this interval, at most 3 months long.
    pub issued_utc: Option<TimeInterval>,
    /// Only bills paid in this interval, at most 3 months long.
    pub paid_utc: Option<TimeInterval>,
    /// Only bills due in this interval, at most 3 months long.
    pub due_utc: Option<TimeInterval>,
    /// Only bills created in this interval, at most 3 months long.
    pub created_utc: Option<TimeInterval>,
    /// Only bills that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Only these bills.
    pub bill_ids: Option<Bounded<Id<Bill>, 0, 1000>>,
    /// Only bills of these customers.
    pub customer_ids: Option<Bounded<Id<Customer>, 0, 1000>>,
    /// Only bills in this state.
    pub state: Option<BillState>,
    /// Only bills of this type.
    #[serde(rename = "Type")]
    pub type_: Option<BillType>,
    /// Only bills that correct others, or that do not; without it both where `BillIds` is given,
    /// else those that do not.
    pub correction_state: Option<Bounded<BillCorrectionState, 0, 1000>>,
    /// Which page.
    pub limitation: Limitation,
    /// What the bills contain.
    #[schemars(extend("deprecated" = true))]
    pub extent: Option<BillExtent>,
    /// Only bills closed in this interval; read where `IssuedUtc` is absent.
    #[schemars(extend("deprecated" = true))]
    pub closed_utc: Option<TimeInterval>,
}

impl Operation for GetBills {
    const ADDRESS: &'static str = "bills/getAll";
    const READS_ONLY: bool = true;
    type Response = Bills;
}

paged!(GetBills);

/// What bills of a response contain.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BillExtent {
    /// Whether they contain their items.
    #[schemars(extend("deprecated" = true))]
    pub items: Option<bool>,
}

/// A page of bills.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Bills {
    /// The bills.
    pub bills: Vec<Bill>,
    /// Identifier of the last one; null on an empty page.
    pub cursor: Option<Id<Bill>>,
}

/// Closes a bill: it gets a number, the data of all parties as they are now, and does not change
/// any more.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct CloseBill {
    /// The enterprise, for portfolio tokens.
    pub enterprise_id: Option<Id<Enterprise>>,
    /// The bill.
    pub bill_id: Id<Bill>,
    /// `Receipt` for a bill that is paid, `Invoice` for one that is to be paid.
    #[serde(rename = "Type")]
    pub type_: BillType,
    /// Counter that gives the number; the default counter of bills without it.
    pub bill_counter_id: Option<Id<Counter>>,
    /// Fiscal machine that registers the bill.
    pub fiscal_machine_id: Option<Id<Device>>,
    /// What the bill shows; everything without it.
    pub options: Option<BillOptionsParameters>,
    /// When the taxes are declared; only of an invoice.
    #[serde(default)]
    pub taxed_date: UpdateValue<LocalDate>,
    /// When it is due; only of an invoice. Without it as long after today as is agreed with the
    /// account.
    #[serde(default)]
    pub due_date: UpdateValue<LocalDate>,
    /// Reference for the payment; only of an invoice.
    #[serde(default)]
    pub variable_symbol: UpdateValue<String>,
    /// Tax identifier of the account that the bill shows in place of the account's own.
    #[serde(default)]
    pub account_tax_identifier: UpdateValue<String>,
    /// Number of the order that it answers.
    #[serde(default)]
    pub purchase_order_number: UpdateValue<String>,
    /// Notes on the bill.
    #[serde(default)]
    pub notes: UpdateValue<String>,
    /// Address of the account that the bill shows in place of the account's own.
    pub account_address: Option<BillAddressParameters>,
    /// What the bill shows of its further account.
    pub associated_account_data: Option<Bounded<BillAccountParameters, 0, 1>>,
    /// Tax identifier of the customer; read where `AccountTaxIdentifier` is absent.
    #[serde(default)]
    #[schemars(extend("deprecated" = true))]
    pub tax_identifier: UpdateValue<String>,
    /// Tax identifier of the company that the bill names.
    #[serde(default)]
    #[schemars(extend("deprecated" = true))]
    pub company_tax_identifier: UpdateValue<String>,
    /// Address of the account; read where `AccountAddress` is absent.
    #[schemars(extend("deprecated" = true))]
    pub address: Option<BillAddressParameters>,
}

impl CloseBill {
    /// The request with what it cannot do without; everything else is left out.
    #[must_use]
    pub fn new(bill_id: Id<Bill>, type_: BillType) -> Self {
        Self {
            enterprise_id: None,
            bill_id,
            type_,
            bill_counter_id: None,
            fiscal_machine_id: None,
            options: None,
            taxed_date: UpdateValue::Keep,
            due_date: UpdateValue::Keep,
            variable_symbol: UpdateValue::Keep,
            account_tax_identifier: UpdateValue::Keep,
            purchase_order_number: UpdateValue::Keep,
            notes: UpdateValue::Keep,
            account_address: None,
            associated_account_data: None,
            tax_identifier: UpdateValue::Keep,
            company_tax_identifier: UpdateValue::Keep,
            address: None,
        }
    }
}

impl Operation for CloseBill {
    const ADDRESS: &'static str = "bills/close";
    type Response = ChangedBills;
}

/// What a closed bill shows.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BillOptionsParameters {
    /// Whether it shows the customer; it does without it.
    #[serde(default)]
    pub display_customer: UpdateValue<bool>,
    /// Whether it shows taxes; it does without it.
    #[serde(default)]
    pub display_taxation: UpdateValue<bool>,
}

/// What a closed bill shows of its further account.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BillAccountParameters {
    /// The account; must be the further account of the bill.
    pub id: Id<Account>,
    /// Tax identifier in place of the account's own.
    #[serde(default)]
    pub tax_identifier: UpdateValue<String>,
    /// Address in place of the account's own.
    pub address: Option<BillAddressParameters>,
}

impl BillAccountParameters {
    /// The parameters with what they cannot do without; everything else is left out.
    #[must_use]
    pub fn new(id: Id<Account>) -> Self {
        Self { id, tax_identifier: UpdateValue::Keep, address: None }
    }
}

/// An address that a closed bill shows.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct BillAddressParameters {
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
}

/// Deletes bills that are open and empty.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteBills {
    /// The enterprise, for portfolio tokens.
    pub enterprise_id: Option<Id<Enterprise>>,
    /// The bills.
    pub bill_ids: Bounded<Id<Bill>, 1, 1000>,
}

impl Operation for DeleteBills {
    const ADDRESS: &'static str = "bills/delete";
    type Response = Empty;
}
