//! Availability of bookable services: how many resources are left per category and time unit.

use std::collections::BTreeMap;

use ostler_api::availability::{
    AvailabilityAdjustment, AvailabilityMetric, GetAvailability, GetAvailabilityMetrics,
    ResourceCategoryAvailability, ResourceCategoryMetrics, ServiceAvailability,
    ServiceAvailabilityMetrics, ServiceOverbookingLimit,
};
use ostler_api::availability_blocks::AvailabilityBlock;
use ostler_api::reservations::entity::Reservation;
use ostler_api::resource_categories::ResourceCategory;
use ostler_api::services::{Service, ServiceData, ServiceType, TimeUnitPeriod};
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, TimeInterval, UtcInstant};
use ostler_store::{Find, Snapshot, Stored, Value, entity};
use serde::{Deserialize, Serialize};

use crate::arithmetic::time_units::{Caps, Offsets, Period, TimeUnits};
use crate::context::Context;
use crate::filters::unknown;
use crate::operation::Query;
use crate::property::Property;
use crate::reply::Reply;
use crate::services::Services;

mod blocks;
mod count;
mod hierarchy;
mod parts;
mod resource;
mod spans;

pub use parts::overbooked_part;
pub use resource::{check_resource, check_vacant};

use count::Counts;

/// What an adjustment does not show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AdjustmentHidden {
    /// The service of its category.
    pub service_id: Option<Id<Service>>,
}

entity! {
    /// The adjustments of availability. Those of one category and block do not overlap.
    AvailabilityAdjustments of AvailabilityAdjustment, with AdjustmentHidden,
        in "availability_adjustment";
    stamp(document, created, updated) {
        document.updated_utc = updated;
    }
    index SERVICE "service": Option<Id<Service>> = |it, hidden| hidden.service_id;
    index CATEGORY "category": Id<ResourceCategory> = |it, hidden| it.resource_category_id;
    index BLOCK "block": Option<Id<AvailabilityBlock>> = |it, hidden| it.availability_block_id;
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    index UNITS "units": i64 = |it, hidden| it.unit_count;
    index RELEASE "release": Option<UtcInstant> = |it, hidden| it.release_override_utc;
    index START "start": UtcInstant = |it, hidden| it.first_time_unit_start_utc;
    index END "end_": UtcInstant = |it, hidden| range_end(it.last_time_unit_start_utc);
    lookup Columns(&["service"]);
    lookup Columns(&["block"]);
    lookup Columns(&["updated"]);
    lookup Interval { by: &["service"], start: "start", end: "end_", beside: &[] };
}

entity! {
    /// How many reservations services accept beyond their resources.
    ServiceOverbookingLimits of ServiceOverbookingLimit, with (), in "service_overbooking_limit";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index SERVICE "service": Id<Service> = |it, hidden| it.service_id;
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    index LIMIT "limit_": i64 = |it, hidden| it.limit;
    index START "start": UtcInstant = |it, hidden| it.first_time_unit_start_utc;
    index END "end_": UtcInstant = |it, hidden| range_end(it.last_time_unit_start_utc);
    lookup Columns(&["service"]);
    lookup Columns(&["updated"]);
    lookup Interval { by: &["service"], start: "start", end: "end_", beside: &[] };
}

/// The end of a range of time units whose last one starts then: an instant after that start and
/// before the next, so that a search for what overlaps finds exactly the units of the range.
#[must_use]
pub fn range_end(last: UtcInstant) -> UtcInstant {
    UtcInstant::from_seconds(last.seconds().saturating_add(1)).unwrap_or(last)
}

/// The time units of a bookable service of the property.
///
/// # Errors
/// 400 `Invalid ServiceId` for a service that is not reserved.
pub fn time_units(property: &Property, service: &Service) -> Result<TimeUnits, Error> {
    let ServiceData::Bookable(data) = &service.data else {
        return Err(unknown("ServiceId"));
    };
    let period = match data.time_unit_period {
        TimeUnitPeriod::Hour => Period::Hour,
        TimeUnitPeriod::Day => Period::Day,
        TimeUnitPeriod::Month => Period::Month,
    };
    let offsets = Offsets {
        start: data.start_offset,
        end: data.end_offset,
        occupancy_start: data.occupancy_start_offset,
        occupancy_end: data.occupancy_end_offset,
    };
    Ok(TimeUnits::new(property.zone.clone(), period, offsets))
}

/// How many resources of each active category of the service are left, per time unit; below zero
/// where it is overbooked. What blocks hold that are not released at `now` is taken out.
///
/// # Errors
/// 400 for a service that is not reserved, 500 where the store fails, 408 past the deadline.
pub fn remaining(
    snapshot: &Snapshot<'_>,
    property: &Property,
    service: &Stored<Services>,
    units: &[UtcInstant],
    now: UtcInstant,
) -> Result<BTreeMap<Id<ResourceCategory>, Vec<i64>>, Error> {
    let counts = Counts::load(snapshot, property, service, units, now)?;
    Ok(counts.categories(None).into_iter().map(|it| (it.category, it.remaining())).collect())
}

/// Whether the reservation, already written, leaves the service within its overbooking limit in each
/// of the time units. Where the limit was exceeded before, the reservation must not make it worse.
///
/// # Errors
/// 403 where it does not; 500 where the store fails, 408 past the deadline.
pub fn check_overbooking(
    snapshot: &Snapshot<'_>,
    property: &Property,
    service: &Stored<Services>,
    units: &[UtcInstant],
    booked: Id<Reservation>,
    now: UtcInstant,
) -> Result<(), Error> {
    let counts = Counts::load(snapshot, property, service, units, now)?;
    let shortfalls = |except| {
        let mut shortfalls = vec![0; units.len()];
        for category in counts.categories(except) {
            for (shortfall, left) in shortfalls.iter_mut().zip(category.remaining()) {
                *shortfall += (-left).max(0);
            }
        }
        shortfalls
    };
    let limits = limits(snapshot, property, service, units)?;
    let (after, before) = (shortfalls(None), shortfalls(Some(booked)));
    let mut all = after.iter().zip(before).zip(limits);
    if all.all(|((after, before), limit)| *after <= limit || *after <= before) {
        return Ok(());
    }
    Err(Error::rule("availability-none"))
}

/// How many reservations beyond its resources the service accepts, per time unit.
fn limits(
    snapshot: &Snapshot<'_>,
    property: &Property,
    service: &Stored<Services>,
    units: &[UtcInstant],
) -> Result<Vec<i64>, Error> {
    let mut limits = vec![0; units.len()];
    let Some(range) = range_of(units) else { return Ok(limits) };
    let find = Find::within(&[property.scope()])
        .and(ServiceOverbookingLimits::SERVICE.is(service.id))
        .and(ServiceOverbookingLimits::ACTIVE.is(true))
        .overlapping(ServiceOverbookingLimits::START, ServiceOverbookingLimits::END, Some(range));
    snapshot.scan(&find, &["start", "end_", "limit_"], &mut |values| {
        let [Value::Integer(start), Value::Integer(end), Value::Integer(limit)] = values else {
            return Err(Error::internal("a limit without its range"));
        };
        for (unit, at) in units.iter().zip(&mut limits) {
            if (*start..*end).contains(&unit.seconds()) {
                *at = *limit;
            }
        }
        Ok(())
    })?;
    Ok(limits)
}

/// From the start of the first unit to just after the start of the last.
fn range_of(units: &[UtcInstant]) -> Option<TimeInterval> {
    let (first, last) = (units.first()?, units.last()?);
    Some(TimeInterval { start_utc: *first, end_utc: range_end(*last) })
}

impl Query for GetAvailability {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<ServiceAvailability>, Error> {
        let (property, service) = bookable(snapshot, context, self.service_id)?;
        let units = asked(self, &time_units(&property, &service)?)?;
        let counts = Counts::load(snapshot, &property, &service, &units, context.now)?;
        let categories = counts.categories(None).into_iter().map(|it| {
            let availabilities = it.remaining();
            let adjustments = it.metric(AvailabilityMetric::PublicAvailabilityAdjustment);
            ResourceCategoryAvailability { category_id: it.category, availabilities, adjustments }
        });
        Reply::of(&ServiceAvailability {
            category_availabilities: categories.collect(),
            dates_utc: Some(units.clone()),
            time_unit_starts_utc: units,
        })
    }
}

/// The units of the range; of the deprecated interval, all that it touches.
fn asked(request: &GetAvailability, units: &TimeUnits) -> Result<Vec<UtcInstant>, Error> {
    let first = request.first_time_unit_start_utc.map(|it| ("FirstTimeUnitStartUtc", it));
    let last = request.last_time_unit_start_utc.map(|it| ("LastTimeUnitStartUtc", it));
    match (first, last, request.start_utc, request.end_utc) {
        (Some(first), Some(last), ..) => units.range(first, last, Caps::AVAILABILITY),
        (None, None, Some(start), Some(end)) => {
            units.range_touched(("StartUtc", start), ("EndUtc", end), Caps::AVAILABILITY)
        }
        (Some(_), None, ..) => {
            Err(Error::invalid("LastTimeUnitStartUtc").expected("the start of a time unit"))
        }
        _ => Err(Error::invalid("FirstTimeUnitStartUtc").expected("the start of a time unit")),
    }
}

impl Query for GetAvailabilityMetrics {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<ServiceAvailabilityMetrics>, Error> {
        let (property, service) = bookable(snapshot, context, self.service_id)?;
        let first = ("FirstTimeUnitStartUtc", self.first_time_unit_start_utc);
        let last = ("LastTimeUnitStartUtc", self.last_time_unit_start_utc);
        let units = time_units(&property, &service)?.range(first, last, Caps::AVAILABILITY)?;
        let counts = Counts::load(snapshot, &property, &service, &units, context.now)?;
        let categories = counts.categories(None).into_iter().map(|it| {
            let metrics = self.metrics.iter().map(|metric| (*metric, it.metric(*metric)));
            ResourceCategoryMetrics {
                resource_category_id: it.category,
                metrics: metrics.collect(),
            }
        });
        Reply::of(&ServiceAvailabilityMetrics {
            resource_category_availabilities: categories.collect(),
            time_unit_starts_utc: units,
        })
    }
}

/// The property in reach that offers the bookable service.
///
/// # Errors
/// 400 `Invalid ServiceId` where none does.
pub(crate) fn bookable(
    snapshot: &Snapshot<'_>,
    context: &Context,
    service: Id<Service>,
) -> Result<(Property, Stored<Services>), Error> {
    for member in &context.caller.enterprises {
        if snapshot.get::<Services>(member.enterprise, service)?.is_some() {
            let property = Property::load(snapshot, member.enterprise)?;
            let service = property.service(snapshot, service, ServiceType::Bookable)?;
            return Ok((property, service));
        }
    }
    Err(unknown("ServiceId"))
}

#[cfg(test)]
mod tests;
