//! The table of tax rates, country by country. Dates are local; a rate applies from the first date
//! until the day before the second.

use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use super::Strategy::{self, Relative};
use super::Taxation;

/// From a date, included, until a date, excluded; none is open.
pub(super) type Dates = (Option<Date>, Option<Date>);

/// The taxes of one country or of a part of it.
pub(super) struct Country {
    pub(super) code: &'static str,
    /// Whose midnight it is at which laws change.
    pub(super) zone: &'static str,
    pub(super) environments: &'static [EnvironmentRow],
    pub(super) taxations: &'static [Taxation],
    pub(super) rates: &'static [RateRow],
}

/// One environment.
pub(super) struct EnvironmentRow {
    pub(super) code: &'static str,
    pub(super) validity: Dates,
    pub(super) taxations: &'static [&'static str],
}

/// One rate.
pub(super) struct RateRow {
    pub(super) code: &'static str,
    pub(super) taxation: &'static str,
    pub(super) strategy: Strategy,
    /// Empty for always.
    pub(super) validity: &'static [Dates],
}

/// So many hundredths of a percent, as a share.
const fn basis_points(points: u32) -> Decimal {
    Decimal::from_parts(points, 0, 0, false, 4)
}

const fn from(year: i16, month: i8, day: i8) -> Dates {
    (Some(date(year, month, day)), None)
}

const fn relative(
    code: &'static str,
    taxation: &'static str,
    points: u32,
    validity: &'static [Dates],
) -> RateRow {
    RateRow { code, taxation, strategy: Relative(basis_points(points)), validity }
}

pub(super) const COUNTRIES: &[Country] = &[Country {
    code: "GBR",
    zone: "Europe/London",
    environments: &[EnvironmentRow {
        code: "UK-2022",
        validity: from(2022, 4, 1),
        taxations: &["UK-2022"],
    }],
    taxations: &[Taxation { code: "UK-2022", name: "VAT", local_name: "VAT" }],
    rates: &[
        relative("UK-2022-20%", "UK-2022", 2000, &[]),
        relative("UK-2022-5%", "UK-2022", 500, &[]),
        relative("UK-2022-0%", "UK-2022", 0, &[]),
    ],
}];
