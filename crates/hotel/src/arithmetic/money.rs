//! Rounding of amounts, and the bound that keeps them exact.

use ostler_contract::error::{Code, Error};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::reference;

/// Above this no amount is accepted, so that all arithmetic stays exact within 28 digits.
const VALUE_MAX: Decimal = Decimal::from_parts(0xA764_0000, 0x0DE0_B6B3, 0, false, 0);

/// The value to so many decimals, half away from zero.
#[must_use]
pub fn round(value: Decimal, precision: u32) -> Decimal {
    value.round_dp_with_strategy(precision, RoundingStrategy::MidpointAwayFromZero)
}

/// How many decimals the currency has.
///
/// # Errors
/// 400 `Invalid Currency` for one that is none.
pub fn precision(currency: &str) -> Result<u32, Error> {
    reference::currencies::precision(currency)
        .ok_or_else(|| Error::invalid("Currency").expected("an ISO 4217 code in use").got(currency))
}

/// The value, if all arithmetic with it stays exact.
///
/// # Errors
/// 400 where it is above 10^18 or is not there because it overflowed.
pub fn bounded(value: Option<Decimal>) -> Result<Decimal, Error> {
    value.filter(|value| value.abs() <= VALUE_MAX).ok_or_else(|| {
        Error::new(Code::InvalidParameter)
            .message("The amount is too large.")
            .expected("an amount below 10^18")
    })
}

/// The product, exact or refused.
///
/// # Errors
/// 400 where it is above 10^18.
pub fn product(a: Decimal, b: Decimal) -> Result<Decimal, Error> {
    bounded(a.checked_mul(b))
}

/// The sum, exact or refused.
///
/// # Errors
/// 400 where it is above 10^18.
pub fn total(a: Decimal, b: Decimal) -> Result<Decimal, Error> {
    bounded(a.checked_add(b))
}

#[cfg(test)]
mod tests;
