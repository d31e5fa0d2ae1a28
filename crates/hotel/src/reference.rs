//! Reference data that no property owns: currencies, countries, languages and taxes.

pub mod countries;
pub mod currencies;
pub mod languages;
pub mod tax;

use serde::Serialize;

/// How many decimals the currency with this ISO 4217 code has; none where there is no such currency
/// in circulation.
#[must_use]
pub fn currency_precision(code: &str) -> Option<u32> {
    let rows = currencies::CURRENCIES;
    let index = rows.binary_search_by_key(&code, |(code, _)| code).ok()?;
    rows.get(index).map(|(_, precision)| *precision)
}

/// Whether this is the ISO 3166-1 alpha-2 code of a country.
#[must_use]
pub fn is_country(code: &str) -> bool {
    countries::country(code).is_some()
}

/// Whether this is the ISO 3166-2 code of a part of the country with that alpha-2 code.
#[must_use]
pub fn is_subdivision_of(subdivision: &str, country: &str) -> bool {
    countries::subdivision(subdivision).is_some_and(|found| found.country_code == country)
}

/// Whether texts can be in the language with this code, whatever its case.
#[must_use]
pub fn is_language(code: &str) -> bool {
    languages::language(code).is_some()
}

/// The codes of the languages to look for, best first: the language itself, whatever the case of
/// `code`, its fallback, the fallback's fallback. Empty where there is no such language.
#[must_use]
pub fn language_fallbacks(code: &str) -> Vec<&'static str> {
    let first = languages::language(code);
    let chain = std::iter::successors(first, |it| languages::language(it.fallback_language_code?));
    // No chain is longer; a circle in the table would otherwise never end.
    chain.take(4).map(|language| language.code).collect()
}

/// The bytes of a response that never changes.
fn written(response: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(response).expect("tables of texts and numbers can be written as JSON")
}

#[cfg(test)]
mod tests;
