//! What availability blocks hold, per category and time unit.

use std::collections::HashMap;

use ostler_api::availability_blocks::{AvailabilityBlock, AvailabilityBlockState};
use ostler_contract::error::Error;
use ostler_contract::primitives::UtcInstant;
use ostler_store::{Find, Snapshot, Stored, Value};
use uuid::Uuid;

use super::{AvailabilityAdjustments, range_of};
use crate::availability_blocks::AvailabilityBlocks;
use crate::property::Property;
use crate::services::Services;

/// Adjustments of a service over a range of time units.
#[derive(Debug, Default)]
pub(super) struct Adjustments {
    /// Public ones, by category.
    pub(super) public: HashMap<Uuid, Vec<i64>>,
    /// What blocks hold that are neither cancelled nor released, by category.
    pub(super) held: HashMap<Uuid, Vec<i64>>,
    /// What of it is taken out of availability, by block and category.
    pub(super) allocated: HashMap<(Uuid, Uuid), Vec<i64>>,
}

struct Row {
    category: Uuid,
    block: Option<Uuid>,
    count: i64,
    release: Option<i64>,
    range: std::ops::Range<i64>,
}

impl Adjustments {
    pub(super) fn load(
        snapshot: &Snapshot<'_>,
        property: &Property,
        service: &Stored<Services>,
        units: &[UtcInstant],
        now: UtcInstant,
    ) -> Result<Self, Error> {
        let rows = rows(snapshot, property, service, units)?;
        let mut ids: Vec<Uuid> = rows.iter().filter_map(|row| row.block).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut blocks = HashMap::new();
        if !ids.is_empty() {
            let find = Find::<AvailabilityBlocks>::within(&[property.scope()]).ids(&ids);
            for block in snapshot.find(&find)? {
                blocks.insert(block.id.uuid(), block.document);
            }
        }
        let mut adjustments = Self::default();
        let zeros = || vec![0; units.len()];
        for row in rows {
            let Some(id) = row.block else {
                let public = adjustments.public.entry(row.category).or_insert_with(zeros);
                add(public, units, &row.range, row.count, |_| Ok(false))?;
                continue;
            };
            let Some(block) = blocks.get(&id).filter(|it| is_held(it)) else { continue };
            let released = |unit: UtcInstant| {
                row.release.map_or_else(
                    || is_released(block, property, unit, now),
                    |release| Ok(release <= now.seconds()),
                )
            };
            let count = row.count.abs();
            let held = adjustments.held.entry(row.category).or_insert_with(zeros);
            add(held, units, &row.range, count, released)?;
            if is_deducting(block.state) {
                let key = (id, row.category);
                let allocated = adjustments.allocated.entry(key).or_insert_with(zeros);
                add(allocated, units, &row.range, count, released)?;
            }
        }
        Ok(adjustments)
    }
}

fn rows(
    snapshot: &Snapshot<'_>,
    property: &Property,
    service: &Stored<Services>,
    units: &[UtcInstant],
) -> Result<Vec<Row>, Error> {
    let Some(range) = range_of(units) else { return Ok(Vec::new()) };
    let find = Find::within(&[property.scope()])
        .and(AvailabilityAdjustments::SERVICE.is(Some(service.id)))
        .and(AvailabilityAdjustments::ACTIVE.is(true))
        .overlapping(AvailabilityAdjustments::START, AvailabilityAdjustments::END, Some(range));
    let columns = ["category", "block", "units", "release", "start", "end_"];
    let mut rows = Vec::new();
    snapshot.scan(&find, &columns, &mut |values| {
        let [Value::Id(category), block, Value::Integer(count), release, range @ ..] = values
        else {
            return Err(Error::internal("an adjustment without its category"));
        };
        let [Value::Integer(start), Value::Integer(end)] = range else {
            return Err(Error::internal("an adjustment without its range"));
        };
        let block = if let Value::Id(block) = block { Some(*block) } else { None };
        let release = if let Value::Integer(release) = release { Some(*release) } else { None };
        rows.push(Row { category: *category, block, count: *count, release, range: *start..*end });
        Ok(())
    })?;
    Ok(rows)
}

/// Adds the count to every unit that starts in the range and is not released.
fn add(
    counts: &mut [i64],
    units: &[UtcInstant],
    range: &std::ops::Range<i64>,
    count: i64,
    is_released: impl Fn(UtcInstant) -> Result<bool, Error>,
) -> Result<(), Error> {
    for (unit, at) in units.iter().zip(counts) {
        if range.contains(&unit.seconds()) && !is_released(*unit)? {
            *at += count;
        }
    }
    Ok(())
}

fn is_held(block: &AvailabilityBlock) -> bool {
    block.is_active && block.state != AvailabilityBlockState::Canceled
}

fn is_deducting(state: AvailabilityBlockState) -> bool {
    matches!(state, AvailabilityBlockState::Confirmed | AvailabilityBlockState::Optional)
}

/// Whether what the block holds in the time unit has returned to public availability: at a fixed
/// moment, else so long before the unit, else never.
fn is_released(
    block: &AvailabilityBlock,
    property: &Property,
    unit: UtcInstant,
    now: UtcInstant,
) -> Result<bool, Error> {
    if let Some(released) = block.released_utc {
        return Ok(released <= now);
    }
    let Some(offset) = block.rolling_release_offset else { return Ok(false) };
    let local = unit.timestamp().to_zoned(property.zone.clone());
    let release = local.checked_sub(offset.span()).map_err(Error::internal)?;
    Ok(release.timestamp() <= now.timestamp())
}
