//! Blocks of resources.

use std::collections::HashSet;

use ostler_api::resource_blocks::{ResourceBlock, ResourceBlockType};
use ostler_api::resources::Resource;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, TimeInterval, UtcInstant};
use ostler_store::{Find, Snapshot, Value, entity};
use uuid::Uuid;

entity! {
    /// The blocks of all resources.
    ResourceBlocks of ResourceBlock, with (), in "resource_block";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index RESOURCE "resource": Id<Resource> = |it, hidden| it.assigned_resource_id;
    index KIND "kind": &'static str = |it, hidden| it.kind.name();
    index START "start": UtcInstant = |it, hidden| it.start_utc;
    index END "end_": UtcInstant = |it, hidden| it.end_utc;
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    lookup Interval { by: &["resource"], start: "start", end: "end_", beside: &[] };
    lookup Interval { by: &[], start: "start", end: "end_", beside: &[] };
    lookup Columns(&["end_"]);
    lookup Columns(&["updated"]);
    lookup Columns(&["created"]);
}

/// The resources of these enterprises that a block keeps out of order at this moment.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn out_of_order(
    snapshot: &Snapshot<'_>,
    enterprises: &[Uuid],
    now: UtcInstant,
) -> Result<HashSet<Uuid>, Error> {
    let mut resources = HashSet::new();
    let find = current(Find::within(enterprises), now);
    snapshot.scan(&find, &[ResourceBlocks::RESOURCE.name()], &mut |row| {
        if let [Value::Id(resource)] = row {
            resources.insert(*resource);
        }
        Ok(())
    })?;
    Ok(resources)
}

/// Whether a block keeps the resource out of order at this moment.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn is_out_of_order(
    snapshot: &Snapshot<'_>,
    enterprise: Uuid,
    resource: Id<Resource>,
    now: UtcInstant,
) -> Result<bool, Error> {
    let find = Find::within(&[enterprise]).and(ResourceBlocks::RESOURCE.is(resource));
    Ok(snapshot.count(&current(find, now))? > 0)
}

fn current(find: Find<ResourceBlocks>, now: UtcInstant) -> Find<ResourceBlocks> {
    let moment = TimeInterval { start_utc: now, end_utc: now };
    find.and(ResourceBlocks::ACTIVE.is(true))
        .and(ResourceBlocks::KIND.is(ResourceBlockType::OutOfOrder.name()))
        .overlapping(ResourceBlocks::START, ResourceBlocks::END, Some(moment))
}
