//! What a property does by itself as time passes: optional reservations that nobody confirmed are
//! cancelled, and resources whose block has ended want cleaning.

use std::collections::BTreeSet;

use ostler_api::reservations::entity::CancellationReason;
use ostler_api::resource_blocks::ResourceBlockType;
use ostler_api::resources::ResourceState;
use ostler_contract::error::Error;
use ostler_contract::primitives::UtcInstant;
use ostler_store::{Find, Snapshot, Stored, Tx, Value, entity};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::context::{Context, Member};
use crate::property::Property;
use crate::reservations::cancel::cancel;
use crate::reservations::{Reservations, stay};
use crate::resource_blocks::ResourceBlocks;
use crate::resources::Resources;

/// How many reservations, and how many ends of blocks, one transaction takes care of.
pub const BATCH: usize = 100;

/// How far the upkeep of an enterprise has come.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Upkeep {
    /// The enterprise.
    pub id: Uuid,
    /// Blocks that ended until then are taken care of.
    pub blocks_until: UtcInstant,
}

entity! {
    /// The upkeep of each enterprise of which a block has ended.
    Upkeeps of Upkeep, with (), in "upkeep";
    stamp(document, created, updated) {}
}

/// Whether there is anything to do in an enterprise.
///
/// # Errors
/// 500 where the store fails.
pub fn is_due(snapshot: &Snapshot<'_>, enterprise: Uuid, now: UtcInstant) -> Result<bool, Error> {
    if snapshot.count(&missed(enterprise, now)?)? > 0 {
        return Ok(true);
    }
    let upkeep = snapshot.get::<Upkeeps>(enterprise, enterprise)?;
    Ok(snapshot.count(&ended(enterprise, upkeep.as_ref(), now)?)? > 0)
}

/// Does what is due in an enterprise, at most [`BATCH`] of each kind. `is_due` tells whether more
/// is left.
///
/// # Errors
/// 500 where the store fails or what it holds does not fit together.
pub fn run(tx: &mut Tx<'_>, enterprise: Uuid) -> Result<Done, Error> {
    let property = Property::load(tx, enterprise)?;
    let cancelled = cancel_missed(tx, &property)?;
    let dirtied = soil(tx, enterprise)?;
    Ok(Done { cancelled, dirtied })
}

/// What one transaction did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// How many optional reservations were cancelled.
    pub cancelled: usize,
    /// How many resources became dirty.
    pub dirtied: usize,
}

/// The optional reservations that should have been confirmed by now.
fn missed(enterprise: Uuid, now: UtcInstant) -> Result<Find<Reservations>, Error> {
    Ok(Find::within(&[enterprise]).and(Reservations::HELD_UNTIL.below(Some(after(now)?))))
}

/// The blocks that kept a resource out of order and have ended by now.
fn ended(
    enterprise: Uuid,
    upkeep: Option<&Stored<Upkeeps>>,
    now: UtcInstant,
) -> Result<Find<ResourceBlocks>, Error> {
    let find = Find::within(&[enterprise])
        .and(ResourceBlocks::ACTIVE.is(true))
        .and(ResourceBlocks::KIND.is(ResourceBlockType::OutOfOrder.name()))
        .and(ResourceBlocks::END.below(after(now)?));
    match upkeep {
        Some(upkeep) => Ok(find.and(ResourceBlocks::END.at_least(after(upkeep.blocks_until)?))),
        None => Ok(find),
    }
}

fn after(instant: UtcInstant) -> Result<UtcInstant, Error> {
    UtcInstant::from_seconds(instant.seconds() + 1).map_err(Error::internal)
}

fn cancel_missed(tx: &mut Tx<'_>, property: &Property) -> Result<usize, Error> {
    let find = missed(property.scope(), tx.now())?;
    let count = u32::try_from(BATCH).map_err(Error::internal)?;
    let missed = tx.page_decoded(&find, None, count)?;
    let member = Member { enterprise: property.scope(), chain: property.chain() };
    let context = Context::unattended(member, tx.now());
    let cancelled = missed.len();
    for mut reservation in missed {
        let reason = CancellationReason::ConfirmationMissed;
        cancel(tx, &context, property, &mut reservation, reason)?;
        stay::write(tx, &context, &mut reservation)?;
    }
    Ok(cancelled)
}

/// Makes the resources dirty whose block has ended.
fn soil(tx: &mut Tx<'_>, enterprise: Uuid) -> Result<usize, Error> {
    let upkeep = tx.get::<Upkeeps>(enterprise, enterprise)?;
    let find = ended(enterprise, upkeep.as_ref(), tx.now())?;
    let mut ends = BTreeSet::new();
    let columns = [ResourceBlocks::END.name(), ResourceBlocks::RESOURCE.name()];
    tx.scan(&find, &columns, &mut |row| {
        if let [Value::Integer(end), Value::Id(resource)] = row {
            ends.insert((*end, *resource));
        }
        Ok(())
    })?;
    let Some((last, _)) = ends.iter().nth(BATCH - 1).or_else(|| ends.last()).copied() else {
        return Ok(0);
    };
    // All that ended in the same second go together, so that the progress is one instant.
    let resources: BTreeSet<Uuid> =
        ends.range(..=(last, Uuid::max())).map(|(_, resource)| *resource).collect();
    let mut dirtied = 0;
    for resource in resources {
        let Some(mut resource) = tx.get::<Resources>(enterprise, resource)? else { continue };
        if resource.state != ResourceState::Dirty {
            resource.state = ResourceState::Dirty;
            tx.update(&mut resource)?;
            dirtied += 1;
        }
    }
    let blocks_until = UtcInstant::from_seconds(last).map_err(Error::internal)?;
    match upkeep {
        Some(mut upkeep) => {
            upkeep.blocks_until = blocks_until;
            tx.update(&mut upkeep)?;
        }
        None => {
            let upkeep = Upkeep { id: enterprise, blocks_until };
            tx.insert::<Upkeeps>(enterprise, upkeep, ())?;
        }
    }
    Ok(dirtied)
}

#[cfg(test)]
mod tests;
