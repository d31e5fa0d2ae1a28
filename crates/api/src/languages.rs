//! Languages. Source: `operations/languages`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Operation;

/// Returns all languages that texts can be in.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct GetLanguages {}

impl Operation for GetLanguages {
    const ADDRESS: &'static str = "languages/getAll";
    const READS_ONLY: bool = true;
    type Response = Languages;
}

/// All languages.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Languages {
    /// The languages, by code.
    pub languages: Vec<Language>,
}

/// A language as spoken in a country.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Language {
    /// BCP 47 code of language and country, such as `en-US`.
    pub code: String,
    /// Code of the language that stands in where a text is missing; null for the last resort.
    pub fallback_language_code: Option<String>,
    /// English name.
    pub english_name: String,
    /// Name in the language itself.
    pub local_name: String,
}
