//! Moving the start or the end of a stay.

use ostler_api::Empty;
use ostler_api::reservations::entity::{Reservation, ReservationState};
use ostler_api::reservations::stay::UpdateReservationInterval;
use ostler_contract::error::Error;
use ostler_contract::primitives::UtcInstant;
use ostler_store::{Stored, Tx};

use crate::availability::{check_overbooking, check_resource};
use crate::availability_blocks::AvailabilityBlocks;
use crate::context::Context;
use crate::operation::Command;
use crate::property::Property;
use crate::rates::Rates;
use crate::reply::Reply;
use crate::reservations::draft::Desk;
use crate::reservations::fees::{self, GivenUp};
use crate::reservations::quote::{self, Stated, UnitPrice};
use crate::reservations::{DEDUCTING, Reservations, ReservedUnit, blocks, charges, reorder, stay};
use crate::resource_categories::ResourceCategories;

impl Command for UpdateReservationInterval {
    fn run(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Reply<Empty>, Error> {
        let property = Property::load(tx, context.enterprise(self.enterprise_id)?.enterprise)?;
        if self.start_utc.is_none() && self.end_utc.is_none() {
            return Err(Error::invalid("EndUtc").expected("a new start or a new end").got("none"));
        }
        let mut reservation = stay::find(tx, &property, self.reservation_id)?;
        let desk = Desk::open(tx, property, reservation.service_id)?;
        let start = self.start_utc.unwrap_or(reservation.scheduled_start_utc);
        let end = self.end_utc.unwrap_or(reservation.scheduled_end_utc);
        let units = desk.time_units.of_stay(start, end)?;
        stay::current(&reservation)?;
        stay::editable(&desk.property, tx.now(), &reservation)?;
        movable(&desk, &reservation, (start, end, &units), tx.now())?;
        let had = reservation.hidden.units.clone();
        let added: Vec<UtcInstant> =
            units.into_iter().filter(|unit| !had.iter().any(|it| it.start == *unit)).collect();
        let fee = if self.charge_cancellation_fee { Fee::Charge } else { Fee::Waive };
        move_to(tx, context, &desk, &mut reservation, ((start, end), fee))?;
        stay::write(tx, context, &mut reservation)?;
        check_room(tx, &desk, &reservation, &added)?;
        Reply::of(&Empty {})
    }
}

/// Whether dropped time units cost the fee of the cancellation policies.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fee {
    /// They do.
    Charge,
    /// They do not.
    Waive,
}

/// 403 where the stay would begin before what may still be edited, or where it has begun and what
/// is past of it would change. An end that stays is not judged: guests may stay on after it.
///
/// # Errors
/// As said.
pub fn movable(
    desk: &Desk,
    reservation: &Reservation,
    (start, end, units): (UtcInstant, UtcInstant, &[UtcInstant]),
    now: UtcInstant,
) -> Result<(), Error> {
    let is_moved = start != reservation.scheduled_start_utc;
    if is_moved && start < desk.property.operational_history_start(now)? {
        return Err(Error::rule("stay-in-history").at("/StartUtc"));
    }
    if reservation.state != ReservationState::Started {
        return Ok(());
    }
    if is_moved {
        return Err(Error::rule("stay-begun").at("/StartUtc"));
    }
    if end == reservation.scheduled_end_utc {
        return Ok(());
    }
    // Guests leave in the morning after their last time unit, when the next one has begun.
    let today = desk.time_units.containing(now)?;
    let departure = units.last().map(|last| desk.time_units.next(*last)).transpose()?;
    if departure.is_some_and(|departure| departure < today) {
        return Err(Error::rule("stay-begun").at("/EndUtc"));
    }
    Ok(())
}

/// Gives the stay another time: time units that stay keep their items, dropped ones are cancelled,
/// new ones are priced by the rate. The caller writes the reservation.
///
/// # Errors
/// 400 for a time that the rate cannot price; 500 where the store fails, 408 past the deadline.
pub fn move_to(
    tx: &mut Tx<'_>,
    context: &Context,
    desk: &Desk,
    reservation: &mut Stored<Reservations>,
    ((start, end), fee): ((UtcInstant, UtcInstant), Fee),
) -> Result<(), Error> {
    let units = desk.time_units.of_stay(start, end)?;
    let (kept, dropped): (Vec<ReservedUnit>, Vec<ReservedUnit>) =
        reservation.hidden.units.iter().partition(|unit| units.contains(&unit.start));
    if fee == Fee::Charge && !dropped.is_empty() {
        let given_up = GivenUp::Units(&dropped);
        fees::charge(tx, context, &desk.property, reservation, given_up)?;
    }
    for unit in &dropped {
        charges::drop(tx, context, &desk.property, unit.item)?;
    }
    reservation.scheduled_start_utc = start;
    reservation.scheduled_end_utc = end;
    reservation.start_utc = reservation.actual_start_utc.map_or(start, |came| came.min(start));
    reservation.end_utc = end;
    let is_new = |unit: &&UtcInstant| !kept.iter().any(|it| it.start == **unit);
    let new: Vec<UtcInstant> = units.iter().filter(is_new).copied().collect();
    let mut reserved = kept;
    if !new.is_empty() {
        let (category, rate) = priced_by(tx, &desk.property, reservation)?;
        let prices = priced(tx, desk, reservation, (&category, &rate), &new)?;
        let property = &desk.property;
        let added =
            charges::units(tx, context, property, reservation, (&category, &rate), &prices)?;
        reserved.extend(added);
        reserved.sort_unstable_by_key(|it| it.start);
    }
    reservation.hidden.units = reserved;
    reorder::products(tx, context, desk, reservation)
}

/// The category and the rate that price the reservation.
///
/// # Errors
/// 500 where they are gone.
pub fn priced_by(
    tx: &Tx<'_>,
    property: &Property,
    reservation: &Reservation,
) -> Result<(Stored<ResourceCategories>, Stored<Rates>), Error> {
    let category = tx.get(property.scope(), reservation.requested_resource_category_id)?;
    let rate = tx.get(property.scope(), reservation.rate_id)?;
    category.zip(rate).ok_or_else(|| Error::internal("a reservation without category or rate"))
}

/// What the rate asks for these time units of the reservation.
fn priced(
    tx: &Tx<'_>,
    desk: &Desk,
    reservation: &Reservation,
    (category, rate): (&Stored<ResourceCategories>, &Stored<Rates>),
    units: &[UtcInstant],
) -> Result<Vec<UnitPrice>, Error> {
    let scheduled = (reservation.scheduled_start_utc, reservation.scheduled_end_utc);
    let priced = desk.stay(units, scheduled, &reservation.person_counts);
    let stated = Stated { every: None, single: &[], pointer: "" };
    quote::units(tx, &priced, (rate, category.id), stated)
}

/// 403 where there is no room in the added time units of the reservation, which is written already,
/// or its resource is not free.
///
/// # Errors
/// As said; 500 where the store fails, 408 past the deadline.
pub fn check_room(
    tx: &Tx<'_>,
    desk: &Desk,
    reservation: &Stored<Reservations>,
    units: &[UtcInstant],
) -> Result<(), Error> {
    if !DEDUCTING.contains(&reservation.state) {
        return Ok(());
    }
    check_own_block(tx, desk, reservation, units)?;
    let (property, service) = (&desk.property, &desk.service);
    if !units.is_empty() {
        check_overbooking(tx, property, service, units, reservation.id, tx.now())?;
    }
    check_own_resource(tx, desk, reservation)
}

/// 403 where the block of the reservation, which is written already, has no room for these time
/// units of it.
///
/// # Errors
/// As said; 500 where the store fails, 408 past the deadline.
pub fn check_own_block(
    tx: &Tx<'_>,
    desk: &Desk,
    reservation: &Stored<Reservations>,
    units: &[UtcInstant],
) -> Result<(), Error> {
    let Some(id) = reservation.availability_block_id else { return Ok(()) };
    let block: Option<Stored<AvailabilityBlocks>> = tx.get(desk.property.scope(), id)?;
    let Some(block) = block else { return Ok(()) };
    let picked: (&Reservation, _) = (reservation, units);
    blocks::check_allotment(tx, &desk.property, &desk.time_units, &block, picked)
}

/// 403 where the assigned resource is not free.
///
/// # Errors
/// As said; 500 where the store fails, 408 past the deadline.
pub fn check_own_resource(
    tx: &Tx<'_>,
    desk: &Desk,
    reservation: &Stored<Reservations>,
) -> Result<(), Error> {
    let Some(resource) = reservation.assigned_resource_id else { return Ok(()) };
    let (start, end) = (reservation.scheduled_start_utc, reservation.scheduled_end_utc);
    let units = desk.time_units.of_stay(start, end)?;
    let wanted = (resource, units.as_slice());
    let besides = (Some(reservation.id), tx.now());
    check_resource(tx, &desk.property, &desk.service, wanted, besides)
}
