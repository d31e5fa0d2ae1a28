//! Reservations picked up from availability blocks.

use ostler_api::availability_blocks::PickupDistribution;
use ostler_api::reservation_groups::ReservationGroup;
use ostler_api::reservations::entity::Reservation;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, TimeInterval, UtcInstant};
use ostler_store::{Find, Snapshot, Stored, Value};

use crate::arithmetic::time_units::TimeUnits;
use crate::availability::{AvailabilityAdjustments, range_end};
use crate::availability_blocks::AvailabilityBlocks;
use crate::property::Property;
use crate::reservation_groups::ReservationGroups;
use crate::reservations::{DEDUCTING, Reservations};

/// The most reservations in one group of a block that has several groups.
pub const GROUP_RESERVATIONS_MAX: u64 = 750;

/// The one group of a block, if it has had one.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn group(
    snapshot: &Snapshot<'_>,
    property: &Property,
    block: &Stored<AvailabilityBlocks>,
) -> Result<Option<Stored<ReservationGroups>>, Error> {
    let find = Find::within(&[property.scope()]).and(ReservationGroups::BLOCK.is(Some(block.id)));
    snapshot.first(&find)
}

/// Whether the group suits the block: the block's only one, or one of several that is not full with
/// the reservation, which is written already.
///
/// # Errors
/// 403 where it does not; 500 where the store fails, 408 past the deadline.
pub fn check_group(
    snapshot: &Snapshot<'_>,
    property: &Property,
    block: &Stored<AvailabilityBlocks>,
    chosen: Id<ReservationGroup>,
) -> Result<(), Error> {
    match block.pickup_distribution {
        PickupDistribution::AllInOneGroup => {
            let own = group(snapshot, property, block)?;
            if own.is_some_and(|own| own.id != chosen) {
                return Err(Error::rule("block-of-another-group").with("block", name(block)));
            }
        }
        PickupDistribution::IndividualGroups => {
            let find = Find::<Reservations>::within(&[property.scope()])
                .and(Reservations::GROUP.is(chosen));
            if snapshot.count(&find)? > GROUP_RESERVATIONS_MAX {
                return Err(Error::rule("group-full").with("limit", GROUP_RESERVATIONS_MAX));
            }
        }
    }
    Ok(())
}

/// What the house calls the block.
#[must_use]
pub fn name(block: &Stored<AvailabilityBlocks>) -> &str {
    block.name.as_ref().unwrap_or(&block.availability_block_number)
}

/// Whether the block holds enough of the reservation's category for all that is picked up from it,
/// the reservation being written already. Time units outside the block are not its own.
///
/// # Errors
/// 403 where it does not; 500 where the store fails, 408 past the deadline.
pub fn check_allotment(
    snapshot: &Snapshot<'_>,
    property: &Property,
    time_units: &TimeUnits,
    block: &Stored<AvailabilityBlocks>,
    (reservation, units): (&Reservation, &[UtcInstant]),
) -> Result<(), Error> {
    let inside = |unit: &&UtcInstant| {
        (block.first_time_unit_start_utc..=block.last_time_unit_start_utc).contains(*unit)
    };
    let units: Vec<UtcInstant> = units.iter().filter(inside).copied().collect();
    let (Some(first), Some(last)) = (units.first(), units.last()) else { return Ok(()) };
    let range = TimeInterval { start_utc: *first, end_utc: range_end(*last) };
    let mut left = allotted(snapshot, property, block, reservation, (&units, range))?;
    let picked = Find::within(&[property.scope()])
        .and(Reservations::BLOCK.is(Some(block.id)))
        .and(Reservations::CATEGORY.is(reservation.requested_resource_category_id))
        .and(Reservations::STATE.one_of(DEDUCTING.map(|state| state.name())));
    snapshot.scan(&picked, &["start", "end_"], &mut |row| {
        let [Value::Integer(start), Value::Integer(end)] = row else {
            return Err(Error::internal("a reservation without its times"));
        };
        let stay = (instant(*start)?, instant(*end)?);
        let (from, to) = (time_units.containing(stay.0)?, time_units.of_stay(stay.0, stay.1)?);
        let to = to.last().copied().unwrap_or(from);
        for (unit, left) in units.iter().zip(&mut left) {
            if (from..=to).contains(unit) {
                *left -= 1;
            }
        }
        Ok(())
    })?;
    if left.iter().any(|left| *left < 0) {
        return Err(Error::rule("block-exhausted").with("block", name(block)));
    }
    Ok(())
}

/// What the block holds of the reservation's category in each of the time units.
fn allotted(
    snapshot: &Snapshot<'_>,
    property: &Property,
    block: &Stored<AvailabilityBlocks>,
    reservation: &Reservation,
    (units, range): (&[UtcInstant], TimeInterval),
) -> Result<Vec<i64>, Error> {
    let find = Find::within(&[property.scope()])
        .and(AvailabilityAdjustments::SERVICE.is(Some(reservation.service_id)))
        .and(AvailabilityAdjustments::CATEGORY.is(reservation.requested_resource_category_id))
        .and(AvailabilityAdjustments::BLOCK.is(Some(block.id)))
        .and(AvailabilityAdjustments::ACTIVE.is(true))
        .overlapping(AvailabilityAdjustments::START, AvailabilityAdjustments::END, Some(range));
    let mut allotted = vec![0; units.len()];
    snapshot.scan(&find, &["start", "end_", "units"], &mut |row| {
        let [Value::Integer(start), Value::Integer(end), Value::Integer(count)] = row else {
            return Err(Error::internal("an adjustment without its range"));
        };
        for (unit, allotted) in units.iter().zip(&mut allotted) {
            if (*start..*end).contains(&unit.seconds()) {
                *allotted += count.abs();
            }
        }
        Ok(())
    })?;
    Ok(allotted)
}

fn instant(seconds: i64) -> Result<UtcInstant, Error> {
    UtcInstant::from_seconds(seconds).map_err(Error::internal)
}
