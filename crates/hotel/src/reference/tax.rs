//! Tax environments, their taxations and the rates of these. Source: `operations/taxations`,
//! `operations/taxenvironments`; rates and dates are those of the law.

mod data;

use std::borrow::Cow;
use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use ostler_api::tax_environments::{GetTaxEnvironments, TaxEnvironment, TaxEnvironments};
use ostler_api::taxations::{
    DependentTaxRateStrategy, FlatTaxRateStrategy, GetTaxations, RelativeTaxRateStrategy, TaxRate,
    TaxRateStrategy, Taxation, Taxations, ValidityInterval,
};
use ostler_contract::error::Error;
use ostler_contract::primitives::{Number, UtcInstant};
use ostler_store::Snapshot;
use rust_decimal::Decimal;

use crate::context::Context;
use crate::operation::Query;
use crate::reference::written;
use crate::reply::Reply;

impl Query for GetTaxEnvironments {
    fn run(&self, _: &Snapshot<'_>, _: &Context) -> Result<Reply<TaxEnvironments>, Error> {
        static BODY: LazyLock<Vec<u8>> = LazyLock::new(|| {
            let rows = environments().iter().map(|environment| TaxEnvironment {
                code: environment.code.into(),
                country_code: environment.country.into(),
                validity_start_utc: environment.validity.start,
                validity_end_utc: environment.validity.end,
                taxation_codes: served(environment.taxations),
            });
            written(&TaxEnvironments { tax_environments: rows.collect() })
        });
        Ok(Reply::written(&BODY))
    }
}

impl Query for GetTaxations {
    fn run(&self, _: &Snapshot<'_>, _: &Context) -> Result<Reply<Taxations>, Error> {
        static BODY: LazyLock<Vec<u8>> = LazyLock::new(|| {
            let taxations = taxations().cloned().collect();
            let tax_rates = rates().iter().map(Rate::as_served).collect();
            written(&Taxations { taxations, tax_rates })
        });
        Ok(Reply::written(&BODY))
    }
}

/// A set of taxations that a property is subject to.
#[derive(Debug)]
pub struct Environment {
    /// The code, such as `UK-2022`.
    pub code: &'static str,
    /// ISO 3166-1 alpha-3 code of the country.
    pub country: &'static str,
    /// When it applies to properties.
    pub validity: Validity,
    /// Codes of its taxations.
    pub taxations: &'static [&'static str],
    /// The rates of its taxations.
    pub rates: Vec<&'static Rate>,
}

/// One rate of a taxation.
#[derive(Debug)]
pub struct Rate {
    /// The code, such as `UK-2022-20%`.
    pub code: &'static str,
    /// Code of the taxation.
    pub taxation: &'static str,
    /// How the tax is computed.
    pub strategy: Strategy,
    /// When the rate applies; empty for always.
    pub validity: Vec<Validity>,
}

/// How a tax is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// A share of the net value.
    Relative(Decimal),
    /// An absolute value in a currency, for each unit.
    Flat(Decimal, &'static str),
    /// A share of the net value plus the taxes of other taxations.
    Dependent(Decimal, &'static [&'static str]),
}

impl Strategy {
    /// The share or the absolute value.
    #[must_use]
    pub fn value(self) -> Decimal {
        match self {
            Self::Relative(value) | Self::Flat(value, _) | Self::Dependent(value, _) => value,
        }
    }
}

/// A time from its start, included, to its end, excluded; none is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Validity {
    /// The first instant.
    pub start: Option<UtcInstant>,
    /// The first instant after.
    pub end: Option<UtcInstant>,
}

impl Validity {
    /// Whether the instant lies in it.
    #[must_use]
    pub fn contains(&self, instant: UtcInstant) -> bool {
        self.start.is_none_or(|start| start <= instant) && self.end.is_none_or(|end| instant < end)
    }
}

impl Rate {
    /// Whether the rate applies then.
    #[must_use]
    pub fn is_valid(&self, at: UtcInstant) -> bool {
        self.validity.is_empty() || self.validity.iter().any(|validity| validity.contains(at))
    }

    fn as_served(&self) -> TaxRate {
        let strategy = match self.strategy {
            Strategy::Relative(value) => {
                TaxRateStrategy::Relative(RelativeTaxRateStrategy { value: Number(value) })
            }
            Strategy::Flat(value, currency) => TaxRateStrategy::Flat(FlatTaxRateStrategy {
                currency_code: currency.into(),
                value: Number(value),
            }),
            Strategy::Dependent(value, taxations) => {
                TaxRateStrategy::Dependent(DependentTaxRateStrategy {
                    value: Number(value),
                    base_taxation_codes: served(taxations),
                })
            }
        };
        let intervals = self
            .validity
            .iter()
            .map(|validity| ValidityInterval { start_utc: validity.start, end_utc: validity.end });
        TaxRate {
            code: self.code.into(),
            taxation_code: self.taxation.into(),
            value: Number(self.strategy.value()),
            validity_intervals_utc: (!self.validity.is_empty()).then(|| intervals.collect()),
            strategy,
        }
    }
}

impl Environment {
    /// The rate with this code.
    #[must_use]
    pub fn rate(&self, code: &str) -> Option<&'static Rate> {
        self.rates.iter().copied().find(|rate| rate.code == code)
    }
}

/// The environment with this code.
#[must_use]
pub fn environment(code: &str) -> Option<&'static Environment> {
    ENVIRONMENTS.iter().find(|environment| environment.code == code)
}

/// Every environment.
#[must_use]
pub fn environments() -> &'static [Environment] {
    &ENVIRONMENTS
}

/// Every taxation.
pub fn taxations() -> impl Iterator<Item = &'static Taxation> {
    data::COUNTRIES.iter().flat_map(|country| country.taxations)
}

/// Every rate.
#[must_use]
pub fn rates() -> &'static [Rate] {
    &RATES
}

static RATES: LazyLock<Vec<Rate>> = LazyLock::new(|| {
    let countries = data::COUNTRIES.iter();
    let rows = countries.flat_map(|country| country.rates.iter().map(move |row| (country, row)));
    rows.map(|(country, row)| Rate {
        code: row.code,
        taxation: row.taxation,
        strategy: row.strategy,
        validity: row.validity.iter().map(|dates| validity(*dates, country.zone)).collect(),
    })
    .collect()
});

static ENVIRONMENTS: LazyLock<Vec<Environment>> = LazyLock::new(|| {
    let countries = data::COUNTRIES.iter();
    let rows =
        countries.flat_map(|country| country.environments.iter().map(move |row| (country, row)));
    rows.map(|(country, row)| Environment {
        code: row.code,
        country: country.code,
        validity: validity(row.validity, country.zone),
        taxations: row.taxations,
        rates: RATES.iter().filter(|rate| row.taxations.contains(&rate.taxation)).collect(),
    })
    .collect()
});

fn served(codes: &[&'static str]) -> Vec<Cow<'static, str>> {
    codes.iter().map(|&code| code.into()).collect()
}

/// Laws change at midnight of the country.
fn validity((from, until): data::Dates, zone: &str) -> Validity {
    let zone = TimeZone::get(zone).expect("zones of the table are in the bundled time zone data");
    let midnight = |date: Date| {
        let instant = date.to_zoned(zone.clone()).expect("dates of the table are not extreme");
        UtcInstant::from_timestamp(instant.timestamp())
    };
    Validity { start: from.map(midnight), end: until.map(midnight) }
}

#[cfg(test)]
mod tests;
