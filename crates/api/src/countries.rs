//! Countries and their subdivisions. Source: `operations/countries`.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Operation;

/// Returns all countries with their subdivisions, the rules for their documents, and groups of
/// countries.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct GetCountries {}

impl Operation for GetCountries {
    const ADDRESS: &'static str = "countries/getAll";
    const READS_ONLY: bool = true;
    type Response = Countries;
}

/// All countries.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Countries {
    /// The countries, by code.
    pub countries: Vec<Country>,
    /// Their subdivisions, by code.
    pub country_subdivisions: Vec<CountrySubdivision>,
    /// What their documents need not state, one entry per country.
    pub country_rules: Vec<CountryRules>,
    /// Groups of countries.
    pub country_groups: Vec<CountryGroup>,
}

/// A country or a territory with a country code of its own.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Country {
    /// ISO 3166-1 alpha-2 code, such as `GB`.
    pub code: Cow<'static, str>,
    /// Code of the sovereign country; the country's own where it is sovereign.
    pub sovereign_country_code: Cow<'static, str>,
    /// English name.
    pub english_name: Cow<'static, str>,
}

/// A state, a province or another part of a country.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct CountrySubdivision {
    /// ISO 3166-2 code, such as `AU-QLD`.
    pub code: Cow<'static, str>,
    /// ISO 3166-1 alpha-2 code of the country.
    pub country_code: Cow<'static, str>,
    /// English name; the local one where there is none.
    pub english_name: Cow<'static, str>,
}

/// What the documents of a country need not state.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct CountryRules {
    /// ISO 3166-1 alpha-2 code of the country.
    pub country_code: Cow<'static, str>,
    /// Whether its identity cards may lack an expiration date.
    pub identity_card_expiration_date_not_required: bool,
    /// Whether its driving licences may lack an expiration date.
    pub driver_licence_expiration_date_not_required: bool,
}

/// A group of countries, such as the European Union.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct CountryGroup {
    /// Code of the group, such as `EU`.
    pub code: Cow<'static, str>,
    /// English name.
    pub english_name: Cow<'static, str>,
    /// ISO 3166-1 alpha-2 codes of the members.
    pub country_codes: Vec<Cow<'static, str>>,
}
