//! Languages. Source: `operations/languages`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Operation;

/// Returns all languages that texts can be in.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct GetLanguages {}

impl Operation for GetLanguages {
    const ADDRESS: &'static str = "languages/getAll";
    type Response = Languages;
}

/// All languages.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Languages {
    /// The languages, by code.
    pub languages: &'static [Language],
}

/// A language as spoken in a country.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "PascalCase")]
pub struct Language {
    /// BCP 47 code of language and country, such as `en-US`.
    pub code: &'static str,
    /// Code of the language that stands in where a text is missing; null for the last resort.
    pub fallback_language_code: Option<&'static str>,
    /// English name.
    pub english_name: String,
    /// Name in the language itself.
    pub local_name: String,
}
