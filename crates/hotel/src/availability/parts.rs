//! Whether resources can become parts of others.

use std::collections::HashMap;

use ostler_api::reservations::entity::ReservationState;
use ostler_api::resources::Resource;
use ostler_api::services::Service;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::{Find, Snapshot, Stored, Value};
use uuid::Uuid;

use super::hierarchy::Hierarchy;
use super::spans::Occupancies;
use super::time_units;
use crate::arithmetic::time_units::TimeUnits;
use crate::property::Property;
use crate::reservations::Reservations;
use crate::resource_blocks::ResourceBlocks;
use crate::services::Services;

/// Reservations in these states occupy, now or later.
const UNFINISHED: [ReservationState; 3] =
    [ReservationState::Optional, ReservationState::Confirmed, ReservationState::Started];

/// Whether one of the resources, whose parents have changed already, is now part of something that
/// it cannot be a part of: it or a part of it is reserved at a time when what it is part of is
/// reserved or blocked, or the other way round, or guests are in both, however long ago they were to
/// leave. The position of the first such resource.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn overbooked_part(
    snapshot: &Snapshot<'_>,
    property: &Property,
    resources: &[Id<Resource>],
) -> Result<Option<usize>, Error> {
    let hierarchy = Hierarchy::load(snapshot, property.scope())?;
    let mut services = HashMap::new();
    for (position, resource) in resources.iter().enumerate() {
        let id = resource.uuid();
        let mut below = hierarchy.below(id);
        below.push(id);
        let whole = Held::load(snapshot, property, &hierarchy.above(id), &mut services)?;
        if whole.stays.is_empty() && whole.blocks.is_empty() {
            continue;
        }
        let parts = Held::load(snapshot, property, &below, &mut services)?;
        if whole.meets(&parts) || parts.meets(&whole) {
            return Ok(Some(position));
        }
    }
    Ok(None)
}

/// What holds some resources.
#[derive(Default)]
struct Held {
    stays: Vec<Stay>,
    /// From when until when they are blocked, in seconds.
    blocks: Vec<(i64, i64)>,
}

/// A stay in one of them.
struct Stay {
    is_begun: bool,
    /// From when until when, in seconds.
    scheduled: (i64, i64),
    /// When its resource is occupied.
    occupied: Occupancies,
}

impl Held {
    fn load(
        snapshot: &Snapshot<'_>,
        property: &Property,
        resources: &[Uuid],
        services: &mut HashMap<Uuid, TimeUnits>,
    ) -> Result<Self, Error> {
        let mut held = Self::default();
        if resources.is_empty() {
            return Ok(held);
        }
        let ids = || resources.iter().copied().map(Id::new);
        let stays = Find::within(&[property.scope()])
            .and(Reservations::RESOURCE.one_of(ids().map(Some)))
            .and(Reservations::STATE.one_of(UNFINISHED.map(ReservationState::name)));
        snapshot.scan(&stays, &["service", "state", "start", "end_"], &mut |values| {
            let [Value::Id(service), state, Value::Integer(start), Value::Integer(end)] = values
            else {
                return Err(Error::internal("a reservation without its times"));
            };
            let units = match services.get(service) {
                Some(units) => units,
                None => {
                    let units = units_of(snapshot, property, *service)?;
                    services.entry(*service).or_insert(units)
                }
            };
            let is_begun =
                matches!(state, Value::Text(it) if it == ReservationState::Started.name());
            let stay = units.of_stay(instant(*start)?, instant(*end)?)?;
            let occupied = Occupancies::new(units, &stay)?;
            held.stays.push(Stay { is_begun, scheduled: (*start, *end), occupied });
            Ok(())
        })?;
        let blocks = Find::within(&[property.scope()])
            .and(ResourceBlocks::RESOURCE.one_of(ids()))
            .and(ResourceBlocks::ACTIVE.is(true));
        snapshot.scan(&blocks, &["start", "end_"], &mut |values| {
            if let [Value::Integer(start), Value::Integer(end)] = values {
                held.blocks.push((*start, *end));
            }
            Ok(())
        })?;
        Ok(held)
    }

    /// Whether a stay of these occupies while others are there.
    fn meets(&self, others: &Self) -> bool {
        self.stays.iter().any(|stay| {
            let scheduled = others.stays.iter().map(|it| it.scheduled);
            let mut taken = scheduled.chain(others.blocks.iter().copied());
            let are_both_in = stay.is_begun && others.stays.iter().any(|it| it.is_begun);
            are_both_in || taken.any(|(start, end)| stay.occupied.met(start, end).is_some())
        })
    }
}

fn units_of(
    snapshot: &Snapshot<'_>,
    property: &Property,
    service: Uuid,
) -> Result<TimeUnits, Error> {
    let id: Id<Service> = Id::new(service);
    let found: Option<Stored<Services>> = snapshot.get(property.scope(), id)?;
    let found = found.ok_or_else(|| Error::internal("a reservation without its service"))?;
    time_units(property, &found)
}

fn instant(seconds: i64) -> Result<UtcInstant, Error> {
    UtcInstant::from_seconds(seconds).map_err(Error::internal)
}
