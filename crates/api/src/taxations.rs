//! Taxations and tax rates. Source: `operations/taxations`.

use std::borrow::Cow;

use ostler_contract::primitives::{Number, UtcInstant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Operation;

/// Returns all taxations of all tax environments with their rates.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct GetTaxations {}

impl Operation for GetTaxations {
    const ADDRESS: &'static str = "taxations/getAll";
    const READS_ONLY: bool = true;
    type Response = Taxations;
}

/// All taxations and tax rates.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Taxations {
    /// The taxations.
    pub taxations: Vec<Taxation>,
    /// The rates of all of them.
    pub tax_rates: Vec<TaxRate>,
}

/// A tax, which has rates.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Taxation {
    /// Code of the taxation.
    pub code: Cow<'static, str>,
    /// English name.
    pub name: Cow<'static, str>,
    /// Name in the country.
    pub local_name: Cow<'static, str>,
}

/// One rate of a taxation.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct TaxRate {
    /// Code of the rate; what amounts name in `TaxCodes`.
    pub code: Cow<'static, str>,
    /// Code of the taxation.
    pub taxation_code: Cow<'static, str>,
    /// The rate, such as `0.21` for 21 %, or the absolute value.
    pub value: Number,
    /// When the rate applies; null for always.
    #[serde(rename = "ValidityInvervalsUtc")]
    pub validity_intervals_utc: Option<Vec<ValidityInterval>>,
    /// How the tax is computed.
    pub strategy: TaxRateStrategy,
}

/// From one instant, included, to another, excluded.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct ValidityInterval {
    /// Start of the interval; null for ever since.
    pub start_utc: Option<UtcInstant>,
    /// End of the interval; null for open.
    pub end_utc: Option<UtcInstant>,
}

/// How a tax is computed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "Discriminator", content = "Value")]
pub enum TaxRateStrategy {
    /// A share of the net value.
    Relative(RelativeTaxRateStrategy),
    /// An absolute value for each unit.
    Flat(FlatTaxRateStrategy),
    /// A share of the net value plus other taxes.
    Dependent(DependentTaxRateStrategy),
}

/// A share of the net value.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct RelativeTaxRateStrategy {
    /// The share, such as `0.21` for 21 %.
    pub value: Number,
}

/// An absolute value for each unit.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct FlatTaxRateStrategy {
    /// ISO 4217 code of the currency.
    pub currency_code: Cow<'static, str>,
    /// The value.
    pub value: Number,
}

/// A share of the net value plus other taxes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct DependentTaxRateStrategy {
    /// The share, such as `0.1` for 10 %.
    pub value: Number,
    /// Codes of the taxations whose taxes are added to the net value first.
    pub base_taxation_codes: Vec<Cow<'static, str>>,
}
