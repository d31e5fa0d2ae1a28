//! Whether one resource is free.

use std::iter;

use ostler_api::reservations::entity::{Reservation, ReservationState};
use ostler_api::resources::Resource;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, TimeInterval, UtcInstant};
use ostler_store::{Find, Snapshot, Stored, Value};
use uuid::Uuid;

use super::count::is_unfinished;
use super::hierarchy::Hierarchy;
use super::spans::Occupancies;
use super::time_units;
use crate::property::Property;
use crate::reservations::Reservations;
use crate::resource_blocks::ResourceBlocks;
use crate::resources::Resources;
use crate::services::Services;

/// Whether the resource is free in these time units of the service: neither it nor a part of it nor
/// what it is part of is held by a reservation besides `except` or blocked while they are occupied.
/// A block that has ended by now does not matter any more: guests who are in the house can move there.
///
/// # Errors
/// 403 where it is not free; 500 where the store fails, 408 past the deadline.
pub fn check_resource(
    snapshot: &Snapshot<'_>,
    property: &Property,
    service: &Stored<Services>,
    (resource, units): (Id<Resource>, &[UtcInstant]),
    (except, now): (Option<Id<Reservation>>, UtcInstant),
) -> Result<(), Error> {
    let scope = property.scope();
    let occupancies = Occupancies::new(&time_units(property, service)?, units)?;
    let Some((from, to)) = occupancies.bounds() else { return Ok(()) };
    let instant = |seconds| UtcInstant::from_seconds(seconds).map_err(Error::internal);
    let range = Some(TimeInterval { start_utc: instant(from)?, end_utc: instant(to)? });
    let resources = with_relatives(snapshot, scope, resource)?;

    let mut is_free = true;
    let held = Find::within(&[scope])
        .and(Reservations::RESOURCE.one_of(resources.iter().copied().map(Some)))
        .overlapping(Reservations::START, Reservations::END, range);
    snapshot.scan(&held, &["id", "state", "start", "end_"], &mut |values| {
        let [Value::Id(id), state, Value::Integer(start), Value::Integer(end)] = values else {
            return Err(Error::internal("a reservation without its times"));
        };
        let is_other = except.is_none_or(|except| except.uuid() != *id);
        if is_other && is_unfinished(state) {
            is_free &= occupancies.met(*start, *end).is_none();
        }
        Ok(())
    })?;
    let blocked = Find::within(&[scope])
        .and(ResourceBlocks::RESOURCE.one_of(resources))
        .and(ResourceBlocks::ACTIVE.is(true))
        .overlapping(ResourceBlocks::START, ResourceBlocks::END, range);
    snapshot.scan(&blocked, &["start", "end_"], &mut |values| {
        if let [Value::Integer(start), Value::Integer(end)] = values
            && *end > now.seconds()
        {
            is_free &= occupancies.met(*start, *end).is_none();
        }
        Ok(())
    })?;
    if is_free {
        return Ok(());
    }
    let found: Option<Stored<Resources>> = snapshot.get(scope, resource)?;
    let name = found.map_or_else(|| resource.to_string(), |it| it.document.name);
    Err(Error::rule("resource-not-free").with("resource", name))
}

/// Whether guests can move into the resource at this moment: neither in it nor in a part of it nor
/// in what it is part of are guests of a reservation besides `except`, however long ago they were to
/// leave.
///
/// # Errors
/// 403 where other guests are in; 500 where the store fails, 408 past the deadline.
pub fn check_vacant(
    snapshot: &Snapshot<'_>,
    property: &Property,
    resource: &Stored<Resources>,
    except: Id<Reservation>,
) -> Result<(), Error> {
    let resources = with_relatives(snapshot, property.scope(), resource.id)?;
    let started = Find::within(&[property.scope()])
        .and(Reservations::RESOURCE.one_of(resources.into_iter().map(Some)))
        .and(Reservations::STATE.is(ReservationState::Started.name()));
    if snapshot.find(&started)?.iter().any(|it| it.id != except) {
        return Err(Error::rule("resource-occupied").with("resource", &resource.name));
    }
    Ok(())
}

/// The resource, all its parts and everything that it is part of.
fn with_relatives(
    snapshot: &Snapshot<'_>,
    scope: Uuid,
    resource: Id<Resource>,
) -> Result<Vec<Id<Resource>>, Error> {
    let relatives = Hierarchy::load(snapshot, scope)?.relatives(resource.uuid());
    Ok(iter::once(resource).chain(relatives.into_iter().map(Id::new)).collect())
}
