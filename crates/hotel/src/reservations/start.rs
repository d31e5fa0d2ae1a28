//! Check-in.

use ostler_api::Empty;
use ostler_api::customers::Customer;
use ostler_api::reservations::entity::{Reservation, ReservationState};
use ostler_api::reservations::stay::StartReservation;
use ostler_api::resource_blocks::ResourceBlockType;
use ostler_api::resources::ResourceState;
use ostler_api::services::ServiceType;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, TimeInterval, UtcInstant};
use ostler_store::{Find, Snapshot, Stored, Tx};

use crate::availability::{self, check_vacant};
use crate::context::Context;
use crate::operation::Command;
use crate::property::Property;
use crate::reply::Reply;
use crate::reservations::stay;
use crate::resource_blocks::ResourceBlocks;
use crate::resources::Resources;

impl Command for StartReservation {
    fn run(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Reply<Empty>, Error> {
        let property = Property::load(tx, context.enterprise(self.enterprise_id)?.enterprise)?;
        let mut reservation = stay::find(tx, &property, self.reservation_id)?;
        let now = tx.now();
        stay::editable(&property, now, &reservation)?;
        startable(tx, &property, &reservation, now)?;
        let mut resource = assigned(tx, &property, &reservation)?;
        usable(tx, &property, &resource, now)?;
        check_vacant(tx, &property, &resource, reservation.id)?;
        let companions = stay::companionships(tx, &property, reservation.id)?;
        if companions.is_empty() {
            return Err(
                Error::rule("reservation-without-guest").with("number", &reservation.number)
            );
        }
        reservation.state = ReservationState::Started;
        reservation.actual_start_utc = Some(now);
        reservation.start_utc = reservation.scheduled_start_utc.min(now);
        let guests: Vec<Id<Customer>> = companions.iter().map(|it| it.customer_id).collect();
        reservation.hidden.checked_in = guests;
        stay::flag_checked_in(&mut reservation, &companions);
        reservation.options.connector_check_in = true;
        stay::write(tx, context, &mut reservation)?;
        if property.enterprise.hidden.is_dirty_at_check_in {
            resource.state = ResourceState::Dirty;
            tx.update(&mut resource)?;
        }
        Reply::of(&Empty {})
    }
}

/// 403 unless the reservation is confirmed and its first time unit has begun.
fn startable(
    snapshot: &Snapshot<'_>,
    property: &Property,
    reservation: &Reservation,
    now: UtcInstant,
) -> Result<(), Error> {
    if reservation.state != ReservationState::Confirmed {
        return Err(Error::rule("reservation-not-confirmed").with("number", &reservation.number));
    }
    let service = property.service(snapshot, reservation.service_id, ServiceType::Bookable)?;
    let time_units = availability::time_units(property, &service)?;
    if now < time_units.containing(reservation.scheduled_start_utc)? {
        return Err(Error::rule("reservation-starts-later"));
    }
    Ok(())
}

fn assigned(
    snapshot: &Snapshot<'_>,
    property: &Property,
    reservation: &Reservation,
) -> Result<Stored<Resources>, Error> {
    let missing =
        || Error::rule("reservation-without-resource").with("number", &reservation.number);
    let id = reservation.assigned_resource_id.ok_or_else(missing)?;
    let resource: Option<Stored<Resources>> = snapshot.get(property.scope(), id)?;
    resource.filter(|it| it.is_active).ok_or_else(missing)
}

/// 403 unless the resource is cleaned as far as the property demands and not blocked for repair.
fn usable(
    snapshot: &Snapshot<'_>,
    property: &Property,
    resource: &Stored<Resources>,
    now: UtcInstant,
) -> Result<(), Error> {
    let is_ready = match resource.state {
        ResourceState::Inspected => true,
        ResourceState::Clean => !property.enterprise.hidden.is_inspection_required,
        ResourceState::Dirty | ResourceState::OutOfService | ResourceState::OutOfOrder => false,
    };
    let blocks = Find::within(&[property.scope()])
        .and(ResourceBlocks::RESOURCE.is(resource.id))
        .and(ResourceBlocks::ACTIVE.is(true))
        .and(ResourceBlocks::KIND.is(ResourceBlockType::OutOfOrder.name()))
        .overlapping(
            ResourceBlocks::START,
            ResourceBlocks::END,
            Some(TimeInterval { start_utc: now, end_utc: now }),
        );
    if !is_ready || snapshot.first(&blocks)?.is_some() {
        return Err(Error::rule("resource-not-ready").with("resource", &resource.name));
    }
    Ok(())
}
