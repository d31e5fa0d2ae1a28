//! Reference data that no property owns: currencies, countries, languages and taxes.

pub mod countries;
pub mod currencies;
pub mod languages;
pub mod tax;

use serde::Serialize;

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

/// The bytes of a response that never changes.
fn written(response: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(response).expect("tables of texts and numbers can be written as JSON")
}

#[cfg(test)]
mod tests;
