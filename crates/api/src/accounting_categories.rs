//! Accounting categories: what revenue and payments are booked under. Source:
//! `operations/accountingcategories`.

use ostler_contract::primitives::{Bounded, Id, Limitation, TimeInterval, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::enterprises::Enterprise;
use crate::objects::ActivityState;
use crate::{Operation, paged};

/// Returns accounting categories, newest first.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct GetAccountingCategories {
    /// Only categories of these enterprises; of all in reach without it.
    pub enterprise_ids: Option<Bounded<Id<Enterprise>, 0, 1000>>,
    /// Only these categories.
    pub accounting_category_ids: Option<Bounded<Id<AccountingCategory>, 0, 1000>>,
    /// Only categories that changed in this interval, at most 3 months long.
    pub updated_utc: Option<TimeInterval>,
    /// Only categories in one of these states; active ones without it.
    pub activity_states: Option<Bounded<ActivityState, 0, 1000>>,
    /// Which page.
    pub limitation: Limitation,
}

impl Operation for GetAccountingCategories {
    const ADDRESS: &'static str = "accountingCategories/getAll";
    const READS_ONLY: bool = true;
    type Response = AccountingCategories;
}

paged!(GetAccountingCategories);

/// A page of accounting categories.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AccountingCategories {
    /// The categories.
    pub accounting_categories: Vec<AccountingCategory>,
    /// Identifier of the last one; null on an empty page.
    pub cursor: Option<Id<AccountingCategory>>,
}

/// An accounting category.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AccountingCategory {
    /// Identifier of the category.
    pub id: Id<Self>,
    /// Enterprise that it belongs to.
    pub enterprise_id: Id<Enterprise>,
    /// Whether it is in use.
    pub is_active: bool,
    /// Name of the category.
    pub name: String,
    /// Code of the category.
    pub code: Option<String>,
    /// Code in an external system.
    pub external_code: Option<String>,
    /// Code of the ledger account.
    pub ledger_account_code: Option<String>,
    /// Code of the posting account.
    pub posting_account_code: Option<String>,
    /// Code of the cost centre.
    pub cost_center_code: Option<String>,
    /// What is booked under it.
    pub classification: Option<AccountingCategoryClassification>,
    /// When it was created.
    pub created_utc: UtcInstant,
    /// When it was last changed.
    pub updated_utc: UtcInstant,
}

/// What is booked under an accounting category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AccountingCategoryClassification {
    /// Stays.
    Accommodation,
    /// Food and beverage.
    FoodAndBeverage,
    /// Taxes.
    Taxes,
    /// Payments.
    Payments,
    /// Revenue of others.
    ExternalRevenue,
    /// Small income of many kinds.
    SundryIncome,
    /// Wellness.
    Wellness,
    /// Sport.
    Sport,
    /// Technology.
    Technology,
    /// Facilities.
    Facilities,
    /// Events.
    Events,
    /// Tourism.
    Tourism,
}
