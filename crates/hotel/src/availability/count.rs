//! The count behind availability: one pass over what meets the time units.

use std::collections::{BTreeMap, HashMap, HashSet};

use ostler_api::availability::AvailabilityMetric;
use ostler_api::reservations::entity::Reservation;
use ostler_api::resource_categories::ResourceCategory;
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, TimeInterval, UtcInstant};
use ostler_store::{Find, Snapshot, Stored, Value};
use uuid::Uuid;

use super::blocks::Adjustments;
use super::hierarchy::Hierarchy;
use super::spans::{Occupancies, Span, Tally};
use super::time_units;
use crate::property::Property;
use crate::reservations::Reservations;
use crate::resource_blocks::ResourceBlocks;
use crate::resource_categories::{ResourceCategories, ResourceCategoryAssignments};
use crate::resources::Resources;
use crate::services::Services;

/// Everything that bears on the availability of a service over a range of time units.
pub(super) struct Counts {
    service: Uuid,
    units: usize,
    /// The active categories in their order.
    categories: Vec<Id<ResourceCategory>>,
    /// The active resources of each category.
    resources: HashMap<Uuid, Uuid>,
    hierarchy: Hierarchy,
    reservations: Vec<Held>,
    blocked: Vec<Blocked>,
    adjustments: Adjustments,
}

/// A reservation that occupies, and the units that it meets.
struct Held {
    id: Uuid,
    service: Uuid,
    category: Uuid,
    resource: Option<Uuid>,
    block: Option<Uuid>,
    is_optional: bool,
    span: Span,
}

/// A resource that is out of order or in use by the house.
struct Blocked {
    resource: Uuid,
    is_out_of_order: bool,
    span: Span,
}

/// The figures of one category, one number per time unit each.
pub(super) struct CategoryCounts {
    pub(super) category: Id<ResourceCategory>,
    active: i64,
    out_of_order: Vec<i64>,
    house_use: Vec<i64>,
    elsewhere: Vec<i64>,
    confirmed: Vec<i64>,
    optional: Vec<i64>,
    adjustment: Vec<i64>,
    held: Vec<i64>,
    allocated: Vec<i64>,
    unpicked: Vec<i64>,
}

impl Counts {
    pub(super) fn load(
        snapshot: &Snapshot<'_>,
        property: &Property,
        service: &Stored<Services>,
        units: &[UtcInstant],
        now: UtcInstant,
    ) -> Result<Self, Error> {
        let scope = property.scope();
        let occupancies = Occupancies::new(&time_units(property, service)?, units)?;
        let categories = categories(snapshot, scope, service)?;
        Ok(Self {
            service: service.id.uuid(),
            units: units.len(),
            resources: resources(snapshot, scope, &categories)?,
            categories,
            hierarchy: Hierarchy::load(snapshot, scope)?,
            reservations: reservations(snapshot, scope, &occupancies)?,
            blocked: blocked(snapshot, scope, &occupancies)?,
            adjustments: Adjustments::load(snapshot, property, service, units, now)?,
        })
    }

    /// The figures of every category, in the order of the categories, as if there were no
    /// reservation `except`.
    pub(super) fn categories(&self, except: Option<Id<Reservation>>) -> Vec<CategoryCounts> {
        let reservations: Vec<&Held> = self
            .reservations
            .iter()
            .filter(|it| except.is_none_or(|except| it.id != except.uuid()))
            .collect();
        let elsewhere = self.elsewhere(&reservations);
        let confirmed = self.booked(&reservations, |it| !it.is_optional);
        let optional = self.booked(&reservations, |it| it.is_optional);
        let out_of_order = self.blocked(|it| it.is_out_of_order);
        let house_use = self.blocked(|it| !it.is_out_of_order);
        let unpicked = self.unpicked(&reservations);
        let mut active: HashMap<Uuid, i64> = HashMap::new();
        for category in self.resources.values() {
            *active.entry(*category).or_default() += 1;
        }
        let counts = |tallies: &HashMap<Uuid, Tally>, category: Uuid| {
            tallies.get(&category).map_or_else(|| vec![0; self.units], Tally::counts)
        };
        let sums = |sums: &HashMap<Uuid, Vec<i64>>, category: Uuid| {
            sums.get(&category).cloned().unwrap_or_else(|| vec![0; self.units])
        };
        let of = |id: &Id<ResourceCategory>| {
            let category = id.uuid();
            CategoryCounts {
                category: *id,
                active: active.get(&category).copied().unwrap_or_default(),
                out_of_order: counts(&out_of_order, category),
                house_use: counts(&house_use, category),
                elsewhere: counts(&elsewhere, category),
                confirmed: counts(&confirmed, category),
                optional: counts(&optional, category),
                adjustment: sums(&self.adjustments.public, category),
                held: sums(&self.adjustments.held, category),
                allocated: self.allocated(category),
                unpicked: sums(&unpicked, category),
            }
        };
        self.categories.iter().map(of).collect()
    }

    /// Reservations of the service that are to be counted, by category.
    fn booked(
        &self,
        reservations: &[&Held],
        is_counted: impl Fn(&Held) -> bool,
    ) -> HashMap<Uuid, Tally> {
        let mut tallies = HashMap::new();
        for it in reservations {
            if it.service == self.service && is_counted(it) {
                self.tally(&mut tallies, it.category).add(it.span, 1);
            }
        }
        tallies
    }

    /// Resources that are busy through another service, or through a resource that they are part of
    /// or that is part of them, by category.
    fn elsewhere(&self, reservations: &[&Held]) -> HashMap<Uuid, Tally> {
        let mut spans: BTreeMap<Uuid, Vec<Span>> = BTreeMap::new();
        for it in reservations {
            let Some(resource) = it.resource else { continue };
            let itself = (it.service != self.service).then_some(resource);
            for busy in self.hierarchy.relatives(resource).into_iter().chain(itself) {
                if self.resources.contains_key(&busy) {
                    spans.entry(busy).or_default().push(it.span);
                }
            }
        }
        self.resources_in(spans)
    }

    /// Resources with a block that is to be counted, by category.
    fn blocked(&self, is_counted: impl Fn(&Blocked) -> bool) -> HashMap<Uuid, Tally> {
        let mut spans: BTreeMap<Uuid, Vec<Span>> = BTreeMap::new();
        for it in self.blocked.iter().filter(|it| is_counted(it)) {
            spans.entry(it.resource).or_default().push(it.span);
        }
        self.resources_in(spans)
    }

    /// What blocks hold beyond their reservations, by category.
    fn unpicked(&self, reservations: &[&Held]) -> HashMap<Uuid, Vec<i64>> {
        let mut picked: HashMap<(Uuid, Uuid), Tally> = HashMap::new();
        for it in reservations {
            let Some(block) = it.block else { continue };
            let key = (block, it.category);
            if self.adjustments.allocated.contains_key(&key) {
                let tally = picked.entry(key).or_insert_with(|| Tally::new(self.units));
                tally.add(it.span, 1);
            }
        }
        let mut unpicked: HashMap<Uuid, Vec<i64>> = HashMap::new();
        for (key, allocated) in &self.adjustments.allocated {
            let picked = picked.get(key).map_or_else(|| vec![0; self.units], Tally::counts);
            let sums = unpicked.entry(key.1).or_insert_with(|| vec![0; self.units]);
            for ((sum, allocated), picked) in sums.iter_mut().zip(allocated).zip(picked) {
                *sum += (allocated - picked).max(0);
            }
        }
        unpicked
    }

    fn allocated(&self, category: Uuid) -> Vec<i64> {
        let mut sums = vec![0; self.units];
        for (_, allocated) in self.adjustments.allocated.iter().filter(|(key, _)| key.1 == category)
        {
            for (sum, allocated) in sums.iter_mut().zip(allocated) {
                *sum += allocated;
            }
        }
        sums
    }

    fn resources_in(&self, spans: BTreeMap<Uuid, Vec<Span>>) -> HashMap<Uuid, Tally> {
        let mut tallies = HashMap::new();
        for (resource, mut spans) in spans {
            if let Some(category) = self.resources.get(&resource) {
                self.tally(&mut tallies, *category).add_union(&mut spans);
            }
        }
        tallies
    }

    fn tally<'t>(&self, tallies: &'t mut HashMap<Uuid, Tally>, category: Uuid) -> &'t mut Tally {
        tallies.entry(category).or_insert_with(|| Tally::new(self.units))
    }
}

impl CategoryCounts {
    /// How many resources are left.
    pub(super) fn remaining(&self) -> Vec<i64> {
        let (occupied, elsewhere) = (self.occupied(), self.elsewhere.iter());
        let taken = occupied.iter().zip(elsewhere).zip(&self.adjustment);
        taken.map(|((occupied, elsewhere), by)| self.active - elsewhere - occupied + by).collect()
    }

    /// Reservations, and what blocks hold beyond theirs.
    fn occupied(&self) -> Vec<i64> {
        let all = self.confirmed.iter().zip(&self.optional).zip(&self.unpicked);
        all.map(|((confirmed, optional), unpicked)| confirmed + optional + unpicked).collect()
    }

    /// One of the figures.
    pub(super) fn metric(&self, metric: AvailabilityMetric) -> Vec<i64> {
        match metric {
            AvailabilityMetric::OutOfOrderBlocks => self.out_of_order.clone(),
            AvailabilityMetric::PublicAvailabilityAdjustment => self.adjustment.clone(),
            AvailabilityMetric::OtherServiceReservationCount => self.elsewhere.clone(),
            AvailabilityMetric::Occupied => self.occupied(),
            AvailabilityMetric::ConfirmedReservations => self.confirmed.clone(),
            AvailabilityMetric::OptionalReservations => self.optional.clone(),
            AvailabilityMetric::BlockAvailability => self.held.clone(),
            AvailabilityMetric::AllocatedBlockAvailability => self.allocated.clone(),
            AvailabilityMetric::UsableResources => {
                self.out_of_order.iter().map(|blocked| self.active - blocked).collect()
            }
            AvailabilityMetric::ActiveResources => vec![self.active; self.out_of_order.len()],
            AvailabilityMetric::HouseUse => self.house_use.clone(),
        }
    }
}

/// The active categories of the service in their order.
fn categories(
    snapshot: &Snapshot<'_>,
    scope: Uuid,
    service: &Stored<Services>,
) -> Result<Vec<Id<ResourceCategory>>, Error> {
    let find = Find::within(&[scope])
        .and(ResourceCategories::SERVICE.is(service.id))
        .and(ResourceCategories::ACTIVE.is(true));
    let mut categories = snapshot.find(&find)?;
    categories.sort_by_key(|it| (it.ordering, it.id.uuid()));
    Ok(categories.iter().map(|it| it.id).collect())
}

/// The category of each active resource that is assigned to one of the categories.
fn resources(
    snapshot: &Snapshot<'_>,
    scope: Uuid,
    categories: &[Id<ResourceCategory>],
) -> Result<HashMap<Uuid, Uuid>, Error> {
    let mut active = HashSet::new();
    let find = Find::within(&[scope]).and(Resources::ACTIVE.is(true));
    snapshot.scan(&find, &["id"], &mut |values| {
        if let [Value::Id(id)] = values {
            active.insert(*id);
        }
        Ok(())
    })?;
    let mut assigned = HashMap::new();
    let find = Find::within(&[scope])
        .and(ResourceCategoryAssignments::CATEGORY.one_of(categories.iter().copied()))
        .and(ResourceCategoryAssignments::ACTIVE.is(true));
    snapshot.scan(&find, &["resource", "category"], &mut |values| {
        if let [Value::Id(resource), Value::Id(category)] = values
            && active.contains(resource)
        {
            assigned.insert(*resource, *category);
        }
        Ok(())
    })?;
    Ok(assigned)
}

fn reservations(
    snapshot: &Snapshot<'_>,
    scope: Uuid,
    occupancies: &Occupancies,
) -> Result<Vec<Held>, Error> {
    let Some(range) = bounds(occupancies)? else { return Ok(Vec::new()) };
    let find =
        Find::within(&[scope]).overlapping(Reservations::START, Reservations::END, Some(range));
    let columns =
        ["id", "service", "category", "state", "start", "end_", "actual_end", "resource", "block"];
    let mut held = Vec::with_capacity(occupancies.len());
    snapshot.scan(&find, &columns, &mut |values| {
        let [id, service, category, state, start, end, actual_end, resource, block] = values else {
            return Err(Error::internal("a reservation without its columns"));
        };
        let (Value::Id(id), Value::Id(service), Value::Id(category)) = (id, service, category)
        else {
            return Err(Error::internal("a reservation without its category"));
        };
        let (Value::Integer(start), Value::Integer(end)) = (start, end) else {
            return Err(Error::internal("a reservation without its times"));
        };
        let Some(end) = occupied_until(state, *end, actual_end) else { return Ok(()) };
        let Some(span) = occupancies.met(*start, end) else { return Ok(()) };
        held.push(Held {
            id: *id,
            service: *service,
            category: *category,
            resource: identifier(resource),
            block: identifier(block),
            is_optional: is_state(state, "Optional"),
            span,
        });
        Ok(())
    })?;
    Ok(held)
}

/// Until when a reservation occupies: a finished one no longer than the guests stayed. None where it
/// does not occupy at all.
fn occupied_until(state: &Value, end: i64, actual_end: &Value) -> Option<i64> {
    match actual_end {
        _ if is_unfinished(state) => Some(end),
        Value::Integer(left) if is_state(state, "Processed") => Some(end.min(*left)),
        _ if is_state(state, "Processed") => Some(end),
        _ => None,
    }
}

/// Whether a reservation in this state occupies, now or later.
pub(super) fn is_unfinished(state: &Value) -> bool {
    ["Optional", "Confirmed", "Started"].iter().any(|it| is_state(state, it))
}

fn is_state(state: &Value, name: &str) -> bool {
    matches!(state, Value::Text(it) if it == name)
}

fn identifier(value: &Value) -> Option<Uuid> {
    if let Value::Id(id) = value { Some(*id) } else { None }
}

fn blocked(
    snapshot: &Snapshot<'_>,
    scope: Uuid,
    occupancies: &Occupancies,
) -> Result<Vec<Blocked>, Error> {
    let Some(range) = bounds(occupancies)? else { return Ok(Vec::new()) };
    let find = Find::within(&[scope]).and(ResourceBlocks::ACTIVE.is(true)).overlapping(
        ResourceBlocks::START,
        ResourceBlocks::END,
        Some(range),
    );
    let mut blocked = Vec::new();
    snapshot.scan(&find, &["resource", "kind", "start", "end_"], &mut |values| {
        let [Value::Id(resource), kind, Value::Integer(start), Value::Integer(end)] = values else {
            return Err(Error::internal("a block without its resource"));
        };
        if let Some(span) = occupancies.met(*start, *end) {
            let is_out_of_order = is_state(kind, "OutOfOrder");
            blocked.push(Blocked { resource: *resource, is_out_of_order, span });
        }
        Ok(())
    })?;
    Ok(blocked)
}

/// The time in which the units are occupied, from the first to the last.
fn bounds(occupancies: &Occupancies) -> Result<Option<TimeInterval>, Error> {
    let instant = |seconds| UtcInstant::from_seconds(seconds).map_err(Error::internal);
    let Some((start, end)) = occupancies.bounds() else { return Ok(None) };
    Ok(Some(TimeInterval { start_utc: instant(start)?, end_utc: instant(end)? }))
}
