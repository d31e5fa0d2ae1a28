//! Objects that several resources share. Source: `operations/_objects`.

use ostler_contract::primitives::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether a row is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ActivityState {
    /// In use.
    Active,
    /// Deleted; still readable.
    Deleted,
}

impl ActivityState {
    /// The `IsActive` flags that a filter asks for; without a filter, those of `default`.
    #[must_use]
    pub fn flags(filter: Option<&[Self]>, default: &[Self]) -> Vec<bool> {
        let states = match filter {
            Some(states) if !states.is_empty() => states,
            _ => default,
        };
        [true, false]
            .into_iter()
            .filter(|flag| states.iter().any(|state| (*state == Self::Active) == *flag))
            .collect()
    }
}

/// An amount of money with its taxes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Amount {
    /// ISO 4217 code of the currency.
    pub currency: String,
    /// Value without taxes.
    pub net_value: Number,
    /// Value with all taxes.
    pub gross_value: Number,
    /// The taxes, one entry per tax rate.
    pub tax_values: Vec<TaxValue>,
    /// Which part of the value is taxed by which rate.
    pub breakdown: TaxBreakdown,
}

/// One tax within an amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct TaxValue {
    /// Code of the tax rate.
    pub code: Option<String>,
    /// The tax, in the currency of the amount.
    pub value: Number,
}

/// The parts of an amount by tax rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct TaxBreakdown {
    /// One part per tax rate.
    pub items: Vec<TaxBreakdownItem>,
}

/// The part of an amount that one tax rate applies to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct TaxBreakdownItem {
    /// Code of the tax rate; null for the untaxed part.
    pub tax_rate_code: Option<String>,
    /// The part's value without this tax.
    pub net_value: Number,
    /// The tax on the part.
    pub tax_value: Number,
}

/// An amount as a request states it.
///
/// A property with gross prices reads `GrossValue`, one with net prices `NetValue`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AmountParameters {
    /// Value with taxes; required where the property has gross prices.
    pub gross_value: Option<Number>,
    /// Value without taxes; required where the property has net prices.
    pub net_value: Option<Number>,
    /// ISO 4217 code of a currency that the property accepts.
    pub currency: String,
    /// Codes of the tax rates that apply; null or empty where none does.
    pub tax_codes: Option<Vec<String>>,
}

impl AmountParameters {
    /// An amount with taxes, in a property with gross prices.
    #[must_use]
    pub fn gross(value: Number, currency: impl Into<String>) -> Self {
        let currency = currency.into();
        Self { gross_value: Some(value), net_value: None, currency, tax_codes: None }
    }

    /// An amount without taxes, in a property with net prices.
    #[must_use]
    pub fn net(value: Number, currency: impl Into<String>) -> Self {
        let currency = currency.into();
        Self { gross_value: None, net_value: Some(value), currency, tax_codes: None }
    }

    /// The same amount, taxed by the rates with these codes.
    #[must_use]
    pub fn taxed<T: Into<String>>(mut self, codes: impl IntoIterator<Item = T>) -> Self {
        self.tax_codes = Some(codes.into_iter().map(Into::into).collect());
        self
    }
}

/// A value with its currency, as earlier versions had it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct CurrencyValue {
    /// ISO 4217 code of the currency.
    pub currency: String,
    /// Value with taxes.
    pub value: Option<Number>,
    /// Value without taxes.
    #[schemars(extend("deprecated" = true))]
    pub net: Option<Number>,
    /// The tax.
    #[schemars(extend("deprecated" = true))]
    pub tax: Option<Number>,
    /// The tax as a share of the value without taxes.
    #[schemars(extend("deprecated" = true))]
    pub tax_rate: Option<Number>,
}

/// What the identifier of a profile identifies: a user or an integration that writes.
#[derive(Debug)]
pub enum Profile {}

/// Why something is exempt from tax: codes of the national rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TaxExemptionReason {
    /// Not stated.
    Unknown,
    /// Italy, N1.
    #[serde(rename = "IT_N1")]
    ItN1,
    /// Italy, N2.1.
    #[serde(rename = "IT_N2_1")]
    ItN2_1,
    /// Italy, N2.2.
    #[serde(rename = "IT_N2_2")]
    ItN2_2,
    /// Italy, N3.4.
    #[serde(rename = "IT_N3_4")]
    ItN3_4,
    /// Italy, N3.5.
    #[serde(rename = "IT_N3_5")]
    ItN3_5,
    /// Italy, N4.
    #[serde(rename = "IT_N4")]
    ItN4,
    /// Italy, N5.
    #[serde(rename = "IT_N5")]
    ItN5,
    /// Poland, ZW.
    #[serde(rename = "PL_ZW")]
    PlZw,
    /// Poland, NP.
    #[serde(rename = "PL_NP")]
    PlNp,
    /// Germany, NATO forces.
    #[serde(rename = "DE_NATO")]
    DeNato,
    /// France, article 261, 7.
    #[serde(rename = "FR_261_7")]
    Fr261_7,
    /// France, article 262-00 bis.
    #[serde(rename = "FR_262_00_BIS")]
    Fr262_00Bis,
    /// France, article 293 B.
    #[serde(rename = "FR_293_B")]
    Fr293B,
}
