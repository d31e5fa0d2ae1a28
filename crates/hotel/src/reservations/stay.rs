//! What the operations on one reservation share.

use ostler_api::companionships::Companionship;
use ostler_api::customers::Customer;
use ostler_api::reservations::entity::{Reservation, ReservationState};
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::{Find, Snapshot, Stored, Tx};

use crate::arithmetic::time_units::TimeUnits;
use crate::companionships::Companionships;
use crate::context::Context;
use crate::filters::unknown;
use crate::property::Property;
use crate::reservations::Reservations;

/// The reservation of the property with this identifier.
///
/// # Errors
/// 400 `Invalid ReservationId` where there is none.
pub fn find(
    snapshot: &Snapshot<'_>,
    property: &Property,
    id: Id<Reservation>,
) -> Result<Stored<Reservations>, Error> {
    snapshot.get(property.scope(), id)?.ok_or_else(|| unknown("ReservationId"))
}

/// The reservations of the property with these identifiers, each once.
///
/// # Errors
/// 400 `Invalid ReservationIds` naming the first one that does not exist.
pub fn find_all(
    snapshot: &Snapshot<'_>,
    property: &Property,
    ids: &[Id<Reservation>],
) -> Result<Vec<Stored<Reservations>>, Error> {
    let mut found: Vec<Stored<Reservations>> = Vec::with_capacity(ids.len());
    for (index, id) in ids.iter().enumerate() {
        if found.iter().any(|it| it.id == *id) {
            continue;
        }
        let reservation = snapshot
            .get(property.scope(), *id)?
            .ok_or_else(|| unknown("ReservationIds").at(format!("/ReservationIds/{index}")))?;
        found.push(reservation);
    }
    Ok(found)
}

/// 403 where the whole stay lies before what may still be edited.
///
/// # Errors
/// 403 as said.
pub fn editable(
    property: &Property,
    now: UtcInstant,
    reservation: &Reservation,
) -> Result<(), Error> {
    if reservation.scheduled_end_utc < property.operational_history_start(now)? {
        return Err(Error::rule("reservation-history-closed").with("number", &reservation.number));
    }
    Ok(())
}

/// 403 for a reservation that is cancelled or checked out.
///
/// # Errors
/// 403 as said.
pub fn current(reservation: &Reservation) -> Result<(), Error> {
    match reservation.state {
        ReservationState::Canceled | ReservationState::Processed => {
            Err(Error::rule("reservation-over").with("number", &reservation.number))
        }
        ReservationState::Inquired
        | ReservationState::Requested
        | ReservationState::Optional
        | ReservationState::Confirmed
        | ReservationState::Started => Ok(()),
    }
}

/// The guests of a reservation in the order in which they were added.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn companionships(
    snapshot: &Snapshot<'_>,
    property: &Property,
    reservation: Id<Reservation>,
) -> Result<Vec<Stored<Companionships>>, Error> {
    let find =
        Find::within(&[property.scope()]).and(Companionships::RESERVATION.is(Some(reservation)));
    let mut found = snapshot.find(&find)?;
    found.reverse();
    Ok(found)
}

/// Makes a customer a guest of a reservation.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn accompany(
    tx: &mut Tx<'_>,
    property: &Property,
    reservation: &Reservation,
    customer: Id<Customer>,
) -> Result<Stored<Companionships>, Error> {
    let companionship = Companionship {
        id: tx.new_id(),
        customer_id: customer,
        reservation_group_id: reservation.group_id,
        reservation_id: Some(reservation.id),
    };
    tx.insert(property.scope(), companionship, ())
}

/// Who of the guests is checked in, written into the flags that the wire shows.
pub fn flag_checked_in(
    reservation: &mut Stored<Reservations>,
    companions: &[Stored<Companionships>],
) {
    let present = |customer: Id<Customer>| reservation.hidden.checked_in.contains(&customer);
    let owner = present(reservation.account_id.cast());
    let any = companions.iter().any(|it| present(it.customer_id));
    let all = any && companions.iter().all(|it| present(it.customer_id));
    let options = &mut reservation.document.options;
    options.owner_checked_in = owner;
    options.any_companion_checked_in = any;
    options.all_companions_checked_in = all;
}

/// How many persons stay.
#[must_use]
pub fn persons(reservation: &Reservation) -> u32 {
    reservation.person_counts.iter().map(|it| it.count).sum()
}

/// Writes a changed reservation, naming who changed it.
///
/// # Errors
/// 409 where it changed meanwhile, 500 where the store fails, 408 past the deadline.
pub fn write(
    tx: &mut Tx<'_>,
    context: &Context,
    reservation: &mut Stored<Reservations>,
) -> Result<(), Error> {
    assert!(
        reservation.scheduled_start_utc < reservation.scheduled_end_utc,
        "a reservation ends after it starts"
    );
    reservation.updater_profile_id = context.profile();
    tx.update(reservation)
}

/// From when until when a stay of these time units occupies its resource.
///
/// # Errors
/// 400 at the end of time; 500 for a stay without time units.
pub fn occupancy(
    time_units: &TimeUnits,
    units: &[UtcInstant],
) -> Result<(UtcInstant, UtcInstant), Error> {
    let (Some(first), Some(last)) = (units.first(), units.last()) else {
        return Err(Error::internal("a stay has no time unit"));
    };
    Ok((time_units.occupancy(*first)?.0, time_units.occupancy(*last)?.1))
}
