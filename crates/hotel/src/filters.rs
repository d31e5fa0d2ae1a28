//! Filters that many reads share.

use ostler_contract::error::Error;
use ostler_contract::primitives::{Bounded, TimeInterval};

/// The longest interval of most filters, in calendar months.
pub const FILTER_MONTHS_MAX: i32 = 3;

/// An interval filter of at most three months.
///
/// # Errors
/// 400 naming `parameter` when its bounds are reversed or too far apart.
pub fn interval(
    interval: Option<TimeInterval>,
    parameter: &str,
) -> Result<Option<TimeInterval>, Error> {
    interval.map(|it| it.checked(parameter, FILTER_MONTHS_MAX)).transpose()
}

/// An interval filter of any length.
///
/// # Errors
/// 400 naming `parameter` when its bounds are reversed.
pub fn interval_uncapped(
    interval: Option<TimeInterval>,
    parameter: &str,
) -> Result<Option<TimeInterval>, Error> {
    match interval {
        Some(it) if it.start_utc > it.end_utc => {
            Err(Error::invalid(parameter).expected("a start that is not after the end"))
        }
        interval => Ok(interval),
    }
}

/// The values of a list filter; an empty list filters nothing.
#[must_use]
pub fn given<T, const MAX: usize>(filter: Option<&Bounded<T, 0, MAX>>) -> Option<&[T]> {
    filter.map(|list| &**list).filter(|list| !list.is_empty())
}

/// 400 unless at least one filter is given.
///
/// # Errors
/// 400 asking for a filter, naming the ones that would do.
pub fn at_least_one(given: &[bool], names: &[&str]) -> Result<(), Error> {
    if given.contains(&true) {
        return Ok(());
    }
    let message =
        format!("At least one of the following filters must be given: {}.", names.join(", "));
    let name = names.first().copied().unwrap_or_default();
    Err(Error::invalid(name).message(message).expected("at least one filter"))
}

/// 400 `Invalid {parameter}` for an identifier of a command that names nothing that is in reach.
#[must_use]
pub fn unknown(parameter: &str) -> Error {
    Error::invalid(parameter).expected("the identifier of something that exists in the property")
}
