//! Taxes on amounts. Source: `concepts/taxation` and `operations/_objects`, amount.

use ostler_api::enterprises::Pricing;
use ostler_api::objects::{Amount, AmountParameters, TaxBreakdown, TaxBreakdownItem, TaxValue};
use ostler_contract::error::Error;
use ostler_contract::primitives::{Number, UtcInstant};
use rust_decimal::Decimal;

use super::money::{self, bounded, product, total};
use crate::reference::tax::{self, Environment, Rate, Strategy};

/// The taxes that a property is subject to and how it states prices.
#[derive(Debug, Clone, Copy)]
pub struct Taxes {
    environment: &'static Environment,
    pricing: Pricing,
    precision: Option<u32>,
}

impl Taxes {
    /// The taxes of a property with this tax environment, this pricing and this tax precision, the
    /// currency's where it has none of its own.
    ///
    /// # Errors
    /// 400 `Invalid TaxEnvironmentCode` where there is no such environment.
    pub fn new(environment: &str, pricing: Pricing, precision: Option<u32>) -> Result<Self, Error> {
        let found = tax::environment(environment).ok_or_else(|| {
            Error::invalid("TaxEnvironmentCode")
                .expected("the code of a tax environment")
                .got(environment)
        })?;
        Ok(Self { environment: found, pricing, precision })
    }

    /// The tax environment.
    #[must_use]
    pub fn environment(&self) -> &'static Environment {
        self.environment
    }

    /// Which side of the tax the property states prices on.
    #[must_use]
    pub fn pricing(&self) -> Pricing {
        self.pricing
    }

    /// The amount that a request states, with the taxes that apply at `at`.
    ///
    /// # Errors
    /// 400 naming `GrossValue` or `NetValue` where the one that the property reads is missing,
    /// `TaxCodes` where a code is unknown to the environment, not valid at `at`, sent twice, or not
    /// alone beside a gross value, `Currency` where that is none.
    pub fn amount(&self, sent: &AmountParameters, at: UtcInstant) -> Result<Amount, Error> {
        let (name, value) = match self.pricing {
            Pricing::Gross => ("GrossValue", sent.gross_value),
            Pricing::Net => ("NetValue", sent.net_value),
        };
        let Some(Number(value)) = value else {
            return Err(Error::invalid(name).expected("a value: the property states such prices"));
        };
        self.of(value, &sent.currency, sent.tax_codes.as_deref().unwrap_or_default(), at)
    }

    /// The amount of so much on the property's side of the tax, with the taxes of these codes.
    ///
    /// # Errors
    /// 400 as for [`Self::amount`].
    pub fn of<S: AsRef<str>>(
        &self,
        value: Decimal,
        currency: &str,
        codes: &[S],
        at: UtcInstant,
    ) -> Result<Amount, Error> {
        let mut rates = Vec::with_capacity(codes.len());
        for code in codes {
            let rate = self.rate(code.as_ref(), rates.len())?;
            if !rate.is_valid(at) {
                return Err(invalid_code(rates.len())
                    .expected(format!("a tax rate that is valid at {at}"))
                    .got(rate.code));
            }
            rates.push(rate);
        }
        self.compute(bounded(Some(value))?, currency, &rates, Decimal::ONE)
    }

    /// So many times the amount: its value on the property's side is multiplied, the taxes are
    /// those of the product. An amount that is the sum of differently taxed ones is multiplied part
    /// by part.
    ///
    /// # Errors
    /// 400 where the product is too large.
    pub fn multiply(&self, unit: &Amount, count: i64) -> Result<Amount, Error> {
        let count = Decimal::from(count);
        if count == Decimal::ONE {
            return Ok(unit.clone());
        }
        match self.rates_of_whole(unit) {
            Some(rates) => {
                let value = product(self.own_value(unit), count)?;
                self.compute(value, &unit.currency, &rates, count.abs())
            }
            None => self.rescale(unit, count, &unit.currency),
        }
    }

    /// A share of the amount, such as a fee of 0.5 of it, with taxes to match.
    ///
    /// # Errors
    /// 400 where the product is too large.
    pub fn share(&self, amount: &Amount, factor: Decimal) -> Result<Amount, Error> {
        match self.rates_of_whole(amount) {
            Some(rates)
                if rates.iter().all(|rate| !matches!(rate.strategy, Strategy::Flat(..))) =>
            {
                let value = product(self.own_value(amount), factor)?;
                self.compute(value, &amount.currency, &rates, Decimal::ONE)
            }
            _ => self.rescale(amount, factor, &amount.currency),
        }
    }

    /// The amount in another currency, one unit of its own being `rate` of the other.
    ///
    /// # Errors
    /// 400 where the other currency is none or the product is too large.
    pub fn convert(&self, amount: &Amount, currency: &str, rate: Decimal) -> Result<Amount, Error> {
        self.rescale(amount, rate, currency)
    }

    /// The value on the property's side of the tax.
    #[must_use]
    pub fn own_value(&self, amount: &Amount) -> Decimal {
        match self.pricing {
            Pricing::Gross => amount.gross_value.0,
            Pricing::Net => amount.net_value.0,
        }
    }

    fn rate(&self, code: &str, index: usize) -> Result<&'static Rate, Error> {
        self.environment.rate(code).ok_or_else(|| {
            invalid_code(index)
                .expected(format!("a tax rate of the environment {}", self.environment.code))
                .got(code)
        })
    }

    /// The rates that apply to the whole amount; none where parts are taxed differently.
    fn rates_of_whole(&self, amount: &Amount) -> Option<Vec<&'static Rate>> {
        let is_whole = |item: &TaxBreakdownItem| {
            item.net_value == amount.net_value
                && (item.tax_rate_code.is_some() || amount.breakdown.items.len() == 1)
        };
        if !amount.breakdown.items.iter().all(is_whole) {
            return None;
        }
        let codes = amount.tax_values.iter().map(|tax| tax.code.as_deref());
        let rates: Option<Vec<_>> = codes.map(|code| self.environment.rate(code?)).collect();
        rates.filter(|rates| rates.len() <= 1 || self.pricing == Pricing::Net)
    }

    fn compute(
        &self,
        value: Decimal,
        currency: &str,
        rates: &[&'static Rate],
        units: Decimal,
    ) -> Result<Amount, Error> {
        for (index, rate) in rates.iter().enumerate() {
            let is_alone = index == 0 || self.pricing == Pricing::Net;
            let is_first = rates.iter().position(|it| it.code == rate.code) == Some(index);
            let is_fitting = match rate.strategy {
                Strategy::Flat(_, of) => of == currency,
                Strategy::Relative(_) | Strategy::Dependent(..) => true,
            };
            if !is_alone || !is_first || !is_fitting {
                return Err(invalid_code(index)
                    .expected("each code once, beside a gross value one, in the same currency")
                    .got(rate.code));
            }
        }
        let decimals = money::precision(currency)?;
        let precision = self.precision.unwrap_or(decimals);
        let value = money::round(value, decimals.max(precision));
        let base = Base { value, units, precision };
        let (net, taxes) = match (self.pricing, rates) {
            (Pricing::Gross, [rate, ..]) => base.below(rate)?,
            (Pricing::Gross, []) => (value, Vec::new()),
            (Pricing::Net, rates) => (value, base.above(rates)?),
        };
        assemble(currency, net, rates, &taxes)
    }

    /// The amount with every part multiplied and rounded, the totals still adding up.
    fn rescale(&self, amount: &Amount, factor: Decimal, currency: &str) -> Result<Amount, Error> {
        let decimals = money::precision(currency)?;
        let precision = decimals.max(self.precision.unwrap_or(decimals));
        let scaled =
            |Number(value)| product(value, factor).map(|value| money::round(value, precision));
        let mut tax_values = Vec::with_capacity(amount.tax_values.len());
        let mut taxes = Decimal::ZERO;
        for tax in &amount.tax_values {
            let value = scaled(tax.value)?;
            taxes = total(taxes, value)?;
            tax_values.push(TaxValue { code: tax.code.clone(), value: Number(value) });
        }
        let (net, gross) = match self.pricing {
            Pricing::Gross => {
                let gross = scaled(amount.gross_value)?;
                (total(gross, -taxes)?, gross)
            }
            Pricing::Net => {
                let net = scaled(amount.net_value)?;
                (net, total(net, taxes)?)
            }
        };
        let mut items = Vec::with_capacity(amount.breakdown.items.len());
        for item in &amount.breakdown.items {
            let is_whole = item.net_value == amount.net_value;
            let net_value = if is_whole { Number(net) } else { Number(scaled(item.net_value)?) };
            let tax_value = Number(scaled(item.tax_value)?);
            items.push(TaxBreakdownItem {
                tax_rate_code: item.tax_rate_code.clone(),
                net_value,
                tax_value,
            });
        }
        spread(&amount.breakdown.items, amount.net_value.0, &mut items, net);
        Ok(Amount {
            currency: currency.to_owned(),
            net_value: Number(net),
            gross_value: Number(gross),
            tax_values,
            breakdown: TaxBreakdown { items },
        })
    }
}

/// The sum of amounts in one currency, taxes merged by code in the order of their first appearance.
///
/// # Errors
/// 500 where an amount is in another currency; 400 where the sum is too large.
#[expect(single_use_lifetimes, reason = "the language has no anonymous lifetime there yet")]
pub fn sum<'a>(
    currency: &str,
    amounts: impl IntoIterator<Item = &'a Amount>,
) -> Result<Amount, Error> {
    let mut sum = Amount {
        currency: currency.to_owned(),
        net_value: Number::default(),
        gross_value: Number::default(),
        tax_values: Vec::new(),
        breakdown: TaxBreakdown { items: Vec::new() },
    };
    for amount in amounts {
        if amount.currency != sum.currency {
            return Err(Error::internal(format!("{} added to {currency}", amount.currency)));
        }
        sum.net_value = Number(total(sum.net_value.0, amount.net_value.0)?);
        sum.gross_value = Number(total(sum.gross_value.0, amount.gross_value.0)?);
        for tax in &amount.tax_values {
            match sum.tax_values.iter_mut().find(|it| it.code == tax.code) {
                Some(merged) => merged.value = Number(total(merged.value.0, tax.value.0)?),
                None => sum.tax_values.push(tax.clone()),
            }
        }
        for item in &amount.breakdown.items {
            let mut items = sum.breakdown.items.iter_mut();
            match items.find(|it| it.tax_rate_code == item.tax_rate_code) {
                Some(merged) => {
                    merged.net_value = Number(total(merged.net_value.0, item.net_value.0)?);
                    merged.tax_value = Number(total(merged.tax_value.0, item.tax_value.0)?);
                }
                None => sum.breakdown.items.push(item.clone()),
            }
        }
    }
    Ok(sum)
}

/// An amount without taxes, such as a payment.
#[must_use]
pub fn untaxed(value: Decimal, currency: &str) -> Amount {
    let item = TaxBreakdownItem {
        tax_rate_code: None,
        net_value: Number(value),
        tax_value: Number::default(),
    };
    Amount {
        currency: currency.to_owned(),
        net_value: Number(value),
        gross_value: Number(value),
        tax_values: Vec::new(),
        breakdown: TaxBreakdown { items: vec![item] },
    }
}

/// The amount with the opposite sign, such as its rebate.
#[must_use]
pub fn negate(amount: &Amount) -> Amount {
    let minus = |Number(value): Number| Number(-value);
    let taxes = amount.tax_values.iter();
    let items = amount.breakdown.items.iter();
    Amount {
        currency: amount.currency.clone(),
        net_value: minus(amount.net_value),
        gross_value: minus(amount.gross_value),
        tax_values: taxes
            .map(|tax| TaxValue { code: tax.code.clone(), value: minus(tax.value) })
            .collect(),
        breakdown: TaxBreakdown {
            items: items
                .map(|item| TaxBreakdownItem {
                    tax_rate_code: item.tax_rate_code.clone(),
                    net_value: minus(item.net_value),
                    tax_value: minus(item.tax_value),
                })
                .collect(),
        },
    }
}

/// What taxes are computed on.
struct Base {
    value: Decimal,
    /// How many units the value is for: flat taxes are levied on each.
    units: Decimal,
    precision: u32,
}

impl Base {
    /// The net value below this gross one and the tax between them.
    fn below(&self, rate: &Rate) -> Result<(Decimal, Vec<Decimal>), Error> {
        let net = match rate.strategy {
            Strategy::Relative(share) | Strategy::Dependent(share, _) => {
                bounded(self.value.checked_div(Decimal::ONE + share))?
            }
            Strategy::Flat(each, _) => total(self.value, -self.flat(each)?)?,
        };
        let net = money::round(net, self.precision);
        Ok((net, vec![total(self.value, -net)?]))
    }

    /// The taxes on top of this net value, in the order of the rates.
    fn above(&self, rates: &[&'static Rate]) -> Result<Vec<Decimal>, Error> {
        let mut taxes: Vec<Option<Decimal>> = vec![None; rates.len()];
        // Each round settles those whose base is settled; as many rounds as rates are enough.
        for _ in rates {
            for (index, rate) in rates.iter().enumerate() {
                if let Some(tax) = self.tax(rate, rates, &taxes)?
                    && let Some(slot) = taxes.get_mut(index)
                {
                    *slot = Some(tax);
                }
            }
        }
        taxes
            .into_iter()
            .enumerate()
            .map(|(index, tax)| tax.ok_or_else(|| invalid_code(index)))
            .collect()
    }

    /// The tax of one rate; none while taxes that it rests on are not settled.
    fn tax(
        &self,
        rate: &Rate,
        rates: &[&'static Rate],
        settled: &[Option<Decimal>],
    ) -> Result<Option<Decimal>, Error> {
        let exact = match rate.strategy {
            Strategy::Relative(share) => product(self.value, share)?,
            Strategy::Flat(each, _) => self.flat(each)?,
            Strategy::Dependent(share, bases) => {
                let mut base = self.value;
                for (other, tax) in rates.iter().zip(settled) {
                    if bases.contains(&other.taxation) {
                        let Some(tax) = tax else { return Ok(None) };
                        base = total(base, *tax)?;
                    }
                }
                product(base, share)?
            }
        };
        Ok(Some(money::round(exact, self.precision)))
    }

    /// A flat tax has the sign of the value, so that a rebate takes it back.
    fn flat(&self, each: Decimal) -> Result<Decimal, Error> {
        let tax = product(each, self.units)?;
        Ok(if self.value.is_sign_negative() { -tax } else { tax })
    }
}

fn assemble(
    currency: &str,
    net: Decimal,
    rates: &[&'static Rate],
    taxes: &[Decimal],
) -> Result<Amount, Error> {
    if rates.is_empty() {
        return Ok(untaxed(net, currency));
    }
    let mut gross = net;
    let (mut tax_values, mut items) = (Vec::new(), Vec::new());
    for (rate, tax) in rates.iter().zip(taxes) {
        gross = total(gross, *tax)?;
        let code = Some(rate.code.to_owned());
        tax_values.push(TaxValue { code: code.clone(), value: Number(*tax) });
        items.push(TaxBreakdownItem {
            tax_rate_code: code,
            net_value: Number(net),
            tax_value: Number(*tax),
        });
    }
    Ok(Amount {
        currency: currency.to_owned(),
        net_value: Number(net),
        gross_value: Number(gross),
        tax_values,
        breakdown: TaxBreakdown { items },
    })
}

/// Where the parts of an amount added up to its net value, the rounded parts do too: the last one
/// bears the difference.
fn spread(
    parts: &[TaxBreakdownItem],
    whole: Decimal,
    rounded: &mut [TaxBreakdownItem],
    net: Decimal,
) {
    let sum =
        |items: &[TaxBreakdownItem]| items.iter().map(|item| item.net_value.0).sum::<Decimal>();
    if sum(parts) == whole {
        let difference = net - sum(rounded);
        if let Some(last) = rounded.last_mut() {
            last.net_value = Number(last.net_value.0 + difference);
        }
    }
}

fn invalid_code(index: usize) -> Error {
    Error::invalid("TaxCodes").at(format!("/TaxCodes/{index}"))
}

#[cfg(test)]
mod tests;
