//! Currencies. Source: `operations/currencies`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Operation;

/// Returns all currencies.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct GetCurrencies {}

impl Operation for GetCurrencies {
    const ADDRESS: &'static str = "currencies/getAll";
    const READS_ONLY: bool = true;
    type Response = Currencies;
}

/// All currencies.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Currencies {
    /// The currencies, by code.
    pub currencies: Vec<Currency>,
}

/// A currency in circulation.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Currency {
    /// ISO 4217 code, such as `GBP`.
    pub code: String,
    /// How many decimals amounts are rounded to.
    pub precision: u32,
}
