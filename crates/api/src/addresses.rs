//! Addresses of customers and companies. Source: `operations/addresses`.

use ostler_contract::primitives::{Id, Number, Text, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounts::{Account, AccountType};
use crate::enterprises::Chain;

/// A postal address of a customer or a company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AccountAddress {
    /// Identifier of the address.
    pub id: Id<Self>,
    /// The customer or company that it belongs to.
    pub account_id: Id<Account>,
    /// Chain whose hotels know it.
    pub chain_id: Option<Id<Chain>>,
    /// Whether it belongs to a customer or to a company.
    pub account_type: AccountType,
    /// First line, at most 1023 characters.
    pub line1: Option<String>,
    /// Second line, at most 255 characters.
    pub line2: Option<String>,
    /// City, at most 255 characters.
    pub city: Option<String>,
    /// Postal code, at most 255 characters.
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2 code of the country.
    pub country_code: Option<String>,
    /// ISO 3166-2 code of the subdivision.
    pub country_subdivision_code: Option<String>,
    /// Latitude in degrees, -90 to 90.
    pub latitude: Option<Number>,
    /// Longitude in degrees, -180 to 180.
    pub longitude: Option<Number>,
    /// When it was last changed.
    pub updated_utc: Option<UtcInstant>,
    /// Whether it is in use.
    pub is_active: bool,
}

/// A postal address as a request states it. What is absent or blank stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AddressParameters {
    /// First line.
    pub line1: Option<Text<255>>,
    /// Second line.
    pub line2: Option<Text<255>>,
    /// City.
    pub city: Option<Text<255>>,
    /// Postal code.
    pub postal_code: Option<Text<255>>,
    /// ISO 3166-1 alpha-2 code of the country.
    pub country_code: Option<String>,
    /// ISO 3166-2 code of the subdivision, one of the country's.
    pub country_subdivision_code: Option<String>,
}
