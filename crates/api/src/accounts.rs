//! Accounts: customers and companies, whoever can be billed. Source: `operations/accounts`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the identifier of an account identifies: a customer or a company.
#[derive(Debug)]
pub enum Account {}

/// The kind of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AccountType {
    /// A company.
    Company,
    /// A customer.
    Customer,
}
