//! Cancellation policies: what cancelling a reservation costs.

use jiff::Span;
use ostler_api::cancellation_policies::{
    CancellationFeeExtent, CancellationPolicy, CancellationPolicyApplicability,
};
use ostler_api::objects::Amount;
use ostler_api::rate_groups::RateGroup;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::{Find, Snapshot, entity};
use rust_decimal::Decimal;

use crate::arithmetic::money::{product, total};
use crate::arithmetic::tax::Taxes;
use crate::context::Context;
use crate::property::Property;

entity! {
    /// The cancellation policies of all rate groups.
    CancellationPolicies of CancellationPolicy, with (), in "cancellation_policy";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index GROUP "group_": Id<RateGroup> = |it, hidden| it.rate_group_id;
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    lookup Columns(&["group_"]);
    lookup Columns(&["updated"]);
}

/// A cancellation whose fee is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Cancellation<'a> {
    /// Rate group of the reservation's rate.
    pub rate_group: Id<RateGroup>,
    /// When the reservation was made.
    pub created: UtcInstant,
    /// When it is scheduled to start.
    pub scheduled_start: UtcInstant,
    /// Prices of the time units that are given up, from the first.
    pub units: &'a [Amount],
    /// Price of all products that are given up.
    pub products: Option<&'a Amount>,
}

/// What cancelling now costs by the policies of the rate group: the highest fee of those that
/// apply, taxed like the first time unit. None where it costs nothing.
///
/// # Errors
/// 400 for amounts that are too large, 500 where the store fails, 408 past the deadline.
pub fn fee(
    snapshot: &Snapshot<'_>,
    context: &Context,
    property: &Property,
    cancellation: &Cancellation<'_>,
) -> Result<Option<Amount>, Error> {
    let find = Find::within(&[property.scope()])
        .and(CancellationPolicies::GROUP.is(cancellation.rate_group))
        .and(CancellationPolicies::ACTIVE.is(true));
    let taxes = property.taxes()?;
    let mut highest = Decimal::ZERO;
    for policy in snapshot.find(&find)? {
        if applies_from(&policy, property, cancellation)? <= context.now {
            highest = highest.max(value(&policy, property, &taxes, cancellation)?);
        }
    }
    if highest.is_zero() {
        return Ok(None);
    }
    let night = cancellation.units.first().map(|it| it.tax_values.as_slice()).unwrap_or_default();
    let codes: Vec<&str> = night.iter().filter_map(|tax| tax.code.as_deref()).collect();
    taxes.of(highest, property.currency(), &codes, context.now).map(Some)
}

/// The moment from which cancelling costs what the policy says.
fn applies_from(
    policy: &CancellationPolicy,
    property: &Property,
    cancellation: &Cancellation<'_>,
) -> Result<UtcInstant, Error> {
    let local = |it: UtcInstant| it.timestamp().to_zoned(property.zone.clone());
    let offset: Span = policy.applicability_offset.span();
    let moment = match policy.applicability {
        CancellationPolicyApplicability::Creation => {
            local(cancellation.created).checked_add(offset)
        }
        CancellationPolicyApplicability::Start => {
            local(cancellation.scheduled_start).checked_sub(offset)
        }
        CancellationPolicyApplicability::StartDate => local(cancellation.scheduled_start)
            .start_of_day()
            .and_then(|midnight| midnight.checked_sub(offset)),
    };
    Ok(UtcInstant::from_timestamp(moment.map_err(Error::internal)?.timestamp()))
}

/// The fee of one policy, on the property's side of the tax. Its relative part never makes it more
/// than all that is given up.
fn value(
    policy: &CancellationPolicy,
    property: &Property,
    taxes: &Taxes,
    cancellation: &Cancellation<'_>,
) -> Result<Decimal, Error> {
    let sum = |amounts: &[&Amount]| {
        amounts.iter().try_fold(Decimal::ZERO, |sum, it| total(sum, taxes.own_value(it)))
    };
    let units: Vec<&Amount> = cancellation.units.iter().collect();
    let products: Vec<&Amount> = cancellation.products.into_iter().collect();
    let limit = match policy.fee_maximum_time_units {
        Some(limit) => usize::try_from(limit).map_err(Error::internal)?,
        None => usize::MAX,
    };
    let mut base = Decimal::ZERO;
    if policy.fee_extent.contains(&CancellationFeeExtent::TimeUnits) {
        base = total(base, sum(units.get(..limit).unwrap_or(&units))?)?;
    }
    if policy.fee_extent.contains(&CancellationFeeExtent::Products) {
        base = total(base, sum(&products)?)?;
    }
    let absolute = in_default_currency(policy, property)?;
    let fee = total(absolute, product(base, policy.relative_fee.0)?)?;
    let given_up = total(sum(&units)?, sum(&products)?)?;
    Ok(fee.min(given_up.max(absolute)))
}

fn in_default_currency(policy: &CancellationPolicy, property: &Property) -> Result<Decimal, Error> {
    let (fee, value) = (&policy.absolute_fee, policy.absolute_fee.value.0);
    if value.is_zero() || fee.currency == property.currency() {
        return Ok(value);
    }
    let rate = property.enterprise.hidden.exchange_rates.get(&fee.currency);
    let rate = rate.ok_or_else(|| {
        Error::internal(format!("no exchange rate of {} for a cancellation fee", fee.currency))
    })?;
    product(value, rate.0)
}

#[cfg(test)]
mod tests;
