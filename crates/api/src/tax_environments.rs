//! Tax environments. Source: `operations/taxenvironments`.

use std::borrow::Cow;

use ostler_contract::primitives::UtcInstant;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Operation;

/// Returns all tax environments that a property can be in.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct GetTaxEnvironments {}

impl Operation for GetTaxEnvironments {
    const ADDRESS: &'static str = "taxEnvironments/getAll";
    const READS_ONLY: bool = true;
    type Response = TaxEnvironments;
}

/// All tax environments.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct TaxEnvironments {
    /// The tax environments.
    pub tax_environments: Vec<TaxEnvironment>,
}

/// A set of taxations that a property is subject to.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct TaxEnvironment {
    /// Code of the environment, such as `UK-2022`.
    pub code: Cow<'static, str>,
    /// ISO 3166-1 alpha-3 code of the country, such as `GBR`.
    pub country_code: Cow<'static, str>,
    /// From when it applies; null for ever since.
    pub validity_start_utc: Option<UtcInstant>,
    /// Until when it applies; null for open.
    pub validity_end_utc: Option<UtcInstant>,
    /// Codes of its taxations.
    pub taxation_codes: Vec<Cow<'static, str>>,
}
