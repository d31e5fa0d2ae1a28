//! Whether a restriction stands against a stay.

use std::collections::BTreeSet;

use jiff::civil;
use ostler_api::enterprises::Pricing;
use ostler_api::objects::CurrencyValue;
use ostler_api::restrictions::{
    Restriction, RestrictionConditions, RestrictionExceptions, RestrictionType, Weekday,
};
use ostler_contract::error::Error;
use ostler_contract::primitives::{IsoDuration, TimeInterval, UtcInstant};
use ostler_store::{Find, Snapshot, Stored, Value};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Booking, Restrictions};
use crate::arithmetic::time_units::{Period, TimeUnits};
use crate::availability::{range_end, time_units};
use crate::context::Context;
use crate::property::Property;
use crate::rates::chain;
use crate::resource_categories::ResourceCategories;

/// What restrictions look at in a stay.
struct Stay<'a> {
    property: &'a Property,
    units: TimeUnits,
    booking: &'a Booking<'a>,
    now: UtcInstant,
    /// End of the last time unit.
    end: UtcInstant,
    /// Average price of a time unit on the property's side of the tax.
    price: Decimal,
}

/// Refuses the stay where a restriction stands against it.
///
/// # Errors
/// 403 naming the kind of restriction; 500 where the store fails, 408 past the deadline.
pub(super) fn check(
    snapshot: &Snapshot<'_>,
    context: &Context,
    property: &Property,
    booking: &Booking<'_>,
) -> Result<(), Error> {
    let (Some(first), Some(last)) = (booking.units.first(), booking.units.last()) else {
        return Ok(());
    };
    let units = time_units(property, booking.service)?;
    let end = units.next(*last)?;
    let departure = units.midnight(units.local_date(booking.end))?;
    let range = TimeInterval {
        start_utc: units.midnight(units.local_date(*first))?,
        end_utc: range_end(departure.max(*last)),
    };
    let price = average(property, booking)?;
    let stay = Stay { property, units, booking, now: context.now, end, price };
    let mut kind = None;
    for restriction in found(snapshot, property, booking, range)? {
        if let Some(wanted) = restriction.conditions.resource_category_type {
            if kind.is_none() {
                let category: Option<Stored<ResourceCategories>> =
                    snapshot.get(property.scope(), booking.category)?;
                kind = category.map(|it| it.kind);
            }
            if kind != Some(wanted) {
                continue;
            }
        }
        if stay.meets(&restriction.conditions)? {
            stay.excepted(&restriction)?;
        }
    }
    Ok(())
}

fn average(property: &Property, booking: &Booking<'_>) -> Result<Decimal, Error> {
    let taxes = property.taxes()?;
    let sum: Decimal = booking.prices.iter().map(|price| taxes.own_value(price)).sum();
    let count = Decimal::from(booking.prices.len().max(1));
    sum.checked_div(count).ok_or_else(|| Error::internal("an average price out of range"))
}

/// The restrictions of the rate and the category that lie somewhere in the range. Only those are
/// decoded; the others of the service are passed over by their index columns.
fn found(
    snapshot: &Snapshot<'_>,
    property: &Property,
    booking: &Booking<'_>,
    range: TimeInterval,
) -> Result<Vec<Stored<Restrictions>>, Error> {
    let scope = &[property.scope()];
    let rate = booking.rate;
    let ancestors: BTreeSet<Uuid> =
        chain(snapshot, property.scope(), rate.id)?.iter().map(|it| it.id.uuid()).collect();
    let is_block = booking.block.is_some();
    let find = Find::within(scope).and(Restrictions::SERVICE.is(booking.service.id)).overlapping(
        Restrictions::START,
        Restrictions::END,
        Some(range),
    );
    let columns = ["id", "exact", "base", "group_", "category"];
    let mut ids = Vec::new();
    snapshot.scan(&find, &columns, &mut |values| {
        let [id, exact, base, group, category] = values else {
            return Err(Error::internal("five columns"));
        };
        let is = |value: &Value, wanted: Uuid| matches!(value, Value::Id(it) if *it == wanted);
        let none = |value: &Value| *value == Value::Null;
        let of_category = none(category) || is(category, booking.category.uuid());
        let of_exact = is(exact, rate.id.uuid());
        let of_base = matches!(base, Value::Id(it) if ancestors.contains(it));
        let of_rate = if is_block {
            // A block's rate has the restrictions that name it and no others.
            of_exact
        } else {
            (none(exact) || of_exact)
                && (none(base) || of_base)
                && (none(group) || is(group, rate.group_id.uuid()))
        };
        if let (true, true, Value::Id(id)) = (of_category, of_rate, id) {
            ids.push(*id);
        }
        Ok(())
    })?;
    snapshot.find(&Find::within(scope).ids(&ids))
}

impl Stay<'_> {
    /// Whether what the restriction is about lies within its days and hours.
    fn meets(&self, conditions: &RestrictionConditions) -> Result<bool, Error> {
        let units = self.booking.units;
        match conditions.type_ {
            RestrictionType::Stay => {
                for unit in units {
                    if self.lies_within(*unit, conditions)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            RestrictionType::Start => match units.first() {
                Some(first) => self.lies_within(*first, conditions),
                None => Ok(false),
            },
            RestrictionType::End => self.lies_within(self.booking.end, conditions),
        }
    }

    fn lies_within(
        &self,
        moment: UtcInstant,
        conditions: &RestrictionConditions,
    ) -> Result<bool, Error> {
        let local = moment.timestamp().to_zoned(self.property.zone.clone());
        let day = self.units.midnight(self.units.local_date(moment))?;
        let in_range = conditions.start_utc.is_none_or(|start| start <= day)
            && conditions.end_utc.is_none_or(|end| day <= end);
        let period = self.units.period();
        let on_day = period == Period::Month
            || conditions.days.as_ref().is_none_or(|days| days.contains(&weekday(local.weekday())));
        let at_hour = period != Period::Hour
            || conditions.hours.is_none_or(|hours| {
                u8::try_from(local.hour()).is_ok_and(|hour| hours.contains(hour))
            });
        Ok(in_range && on_day && at_hour)
    }

    /// Passes where the restriction has exceptions and the stay meets them all.
    fn excepted(&self, restriction: &Restriction) -> Result<(), Error> {
        let closed = match restriction.conditions.type_ {
            RestrictionType::Stay => "restriction-closed",
            RestrictionType::Start => "restriction-closed-to-arrival",
            RestrictionType::End => "restriction-closed-to-departure",
        };
        let Some(it) = restriction.exceptions.as_ref().filter(|it| any(it)) else {
            return Err(Error::rule(closed));
        };
        let (now, start) = (self.now, self.booking.start);
        let first = self.booking.units.first().copied().unwrap_or(start);
        let kept = [
            ("restriction-min-advance", self.reaches(now, it.min_advance, |to| to <= start)?),
            ("restriction-max-advance", self.reaches(now, it.max_advance, |to| start <= to)?),
            ("restriction-min-length", self.reaches(first, it.min_length, |to| to <= self.end)?),
            ("restriction-max-length", self.reaches(first, it.max_length, |to| self.end <= to)?),
            ("restriction-min-price", self.costs(it.min_price.as_ref(), |to| to <= self.price)),
            ("restriction-max-price", self.costs(it.max_price.as_ref(), |to| self.price <= to)),
        ];
        match kept.into_iter().find(|(_, is_kept)| !is_kept) {
            Some((key, _)) => Err(Error::rule(key)),
            None => Ok(()),
        }
    }

    /// Whether what lies so long after `from` by the property's calendar is as wanted.
    fn reaches(
        &self,
        from: UtcInstant,
        duration: Option<IsoDuration>,
        is_wanted: impl Fn(UtcInstant) -> bool,
    ) -> Result<bool, Error> {
        let Some(duration) = duration else { return Ok(true) };
        let local = from.timestamp().to_zoned(self.property.zone.clone());
        let to = local.checked_add(duration.span()).map_err(Error::internal)?;
        Ok(is_wanted(UtcInstant::from_timestamp(to.timestamp())))
    }

    /// Whether the price, on the property's side of the tax, is as wanted.
    fn costs(&self, price: Option<&CurrencyValue>, is_wanted: impl Fn(Decimal) -> bool) -> bool {
        let value = price.and_then(|it| match self.property.pricing() {
            Pricing::Gross => it.value.or(it.net),
            Pricing::Net => it.net.or(it.value),
        });
        value.is_none_or(|value| is_wanted(value.0))
    }
}

fn any(it: &RestrictionExceptions) -> bool {
    let durations = [it.min_advance, it.max_advance, it.min_length, it.max_length];
    durations.iter().any(Option::is_some) || it.min_price.is_some() || it.max_price.is_some()
}

const fn weekday(day: civil::Weekday) -> Weekday {
    match day {
        civil::Weekday::Monday => Weekday::Monday,
        civil::Weekday::Tuesday => Weekday::Tuesday,
        civil::Weekday::Wednesday => Weekday::Wednesday,
        civil::Weekday::Thursday => Weekday::Thursday,
        civil::Weekday::Friday => Weekday::Friday,
        civil::Weekday::Saturday => Weekday::Saturday,
        civil::Weekday::Sunday => Weekday::Sunday,
    }
}
