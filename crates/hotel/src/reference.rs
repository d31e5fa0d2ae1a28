//! Reference data that no property owns: currencies, countries, languages and taxes.

pub mod tax;

/// How many decimals the currency with this ISO 4217 code has; none where there is no such currency
/// in circulation.
#[must_use]
pub fn currency_precision(code: &str) -> Option<u32> {
    match code {
        "EUR" | "GBP" | "USD" | "CHF" | "CZK" => Some(2),
        "JPY" => Some(0),
        "KWD" => Some(3),
        _ => None,
    }
}
