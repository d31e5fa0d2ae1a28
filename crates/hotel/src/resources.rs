//! Resources: rooms, beds and other spaces.

use std::collections::HashSet;

use ostler_api as api;
use ostler_api::Empty;
use ostler_api::enterprises::Enterprise;
use ostler_api::resources::{
    GetResources, Resource, ResourceData, ResourceDataDiscriminator, ResourceDataUpdate,
    ResourceState, ResourceUpdate, UpdateResources,
};
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UpdateValue, UtcInstant};
use ostler_store::{Find, Page, Snapshot, Stored, Tx, entity};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::availability::overbooked_part;
use crate::context::Context;
use crate::filters::{given, interval, unknown};
use crate::operation::{Command, Query};
use crate::pages;
use crate::property::Property;
use crate::reply::{Reply, Splice};
use crate::resource_blocks::{is_out_of_order, out_of_order};

mod extents;

/// What the list of resources does not show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResourceHidden {
    /// Why the resource is in its state.
    pub state_reason: Option<String>,
}

entity! {
    /// The resources of all properties. A stored state is never `OutOfOrder`: that is read from
    /// the blocks.
    Resources of Resource, with ResourceHidden, in "resource";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index PARENT "parent": Option<Id<Resource>> = |it, hidden| it.parent_resource_id;
    index STATE "state": &'static str = |it, hidden| it.state.name();
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    index NAME "name": String = |it, hidden| it.name.clone();
    lookup Columns(&["parent"]);
    lookup Columns(&["name"]);
    lookup Columns(&["created"]);
    lookup Columns(&["updated"]);
}

/// The state of a resource at this moment: `OutOfOrder` while such a block is in force, else the
/// stored one.
///
/// # Errors
/// 500 where the store fails, 408 past the deadline.
pub fn state(
    snapshot: &Snapshot<'_>,
    resource: &Stored<Resources>,
    now: UtcInstant,
) -> Result<ResourceState, Error> {
    if is_out_of_order(snapshot, resource.scope, resource.id, now)? {
        return Ok(ResourceState::OutOfOrder);
    }
    Ok(resource.state)
}

/// What of a resource its page is looked into for.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Head {
    id: Uuid,
}

impl Query for GetResources {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<api::resources::Resources>, Error> {
        let scopes = context.enterprises(given(self.enterprise_ids.as_ref()))?;
        let wanted = |part: Option<bool>| part.unwrap_or(false);
        let flags: &[bool] = if wanted(self.extent.inactive) { &[true, false] } else { &[true] };
        let names = given(self.names.as_ref());
        let find = Find::within(&scopes)
            .and(Resources::ACTIVE.one_of(flags.iter().copied()))
            .and_maybe(names.map(|it| Resources::NAME.one_of(it.iter().cloned())))
            .during(Resources::CREATED, interval(self.created_utc, "CreatedUtc")?)
            .during(Resources::UPDATED, interval(self.updated_utc, "UpdatedUtc")?)
            .ids_maybe(given(self.resource_ids.as_ref()));
        let page = snapshot.page(&find, self.limitation.after(), self.limitation.count)?;
        let mut reply = Splice::new();
        reply = if wanted(self.extent.resources) {
            let blocked = out_of_order(snapshot, &scopes, context.now)?;
            reply.documents("Resources", &with_blocks(&page, &blocked)?)
        } else {
            reply.property("Resources", &())?
        };
        let extents = extents::Extents { snapshot, scopes: &scopes, flags, page: &page };
        extents.write(reply.cursor(page.cursor)?, self.extent)?.finish(page.count)
    }
}

/// The page of resources, the blocked ones out of order.
fn with_blocks(page: &Page, blocked: &HashSet<Uuid>) -> Result<Page, Error> {
    pages::changed(
        page,
        |head: &Head| blocked.contains(&head.id),
        |resource: &mut Resource| resource.state = ResourceState::OutOfOrder,
    )
}

impl Command for UpdateResources {
    fn run(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Reply<Empty>, Error> {
        let scope = context.enterprise::<Enterprise>(None)?.enterprise;
        let (mut seen, mut moved) = (HashSet::new(), Vec::new());
        for (index, update) in self.resource_updates.iter().enumerate() {
            let at = Place { index };
            if !seen.insert(update.resource_id) {
                return Err(at.invalid("ResourceId").expected("each resource once"));
            }
            if apply(tx, scope, update, at)? == Parent::Other {
                moved.push((update.resource_id, at));
            }
        }
        // Only when all are changed: two resources may swap places within one request.
        for (index, update) in self.resource_updates.iter().enumerate() {
            if let UpdateValue::Set(parent) = update.parent_resource_id {
                check_ancestors(tx, scope, (update.resource_id, parent), Place { index })?;
            }
        }
        check_bookings(tx, scope, &moved)?;
        Reply::of(&Empty {})
    }
}

/// A place in the list of changes.
#[derive(Clone, Copy)]
struct Place {
    index: usize,
}

impl Place {
    fn invalid(self, name: &str) -> Error {
        self.within(Error::invalid(name), name)
    }

    fn within(self, error: Error, path: &str) -> Error {
        error.at(format!("/ResourceUpdates/{}/{path}", self.index))
    }
}

/// What a resource is part of after a change.
#[derive(PartialEq, Eq)]
enum Parent {
    /// Of the same one as before, or of none.
    Same,
    /// Of another one.
    Other,
}

fn apply(
    tx: &mut Tx<'_>,
    scope: Uuid,
    update: &ResourceUpdate,
    at: Place,
) -> Result<Parent, Error> {
    let resource: Option<Stored<Resources>> = tx.get(scope, update.resource_id)?;
    let mut resource = resource
        .filter(|it| it.is_active)
        .ok_or_else(|| at.within(unknown("ResourceId"), "ResourceId"))?;
    match &update.name {
        UpdateValue::Keep => {}
        UpdateValue::Set(name) => resource.name.clone_from(name),
        UpdateValue::Clear => return Err(at.invalid("Name").expected("a text")),
    }
    match update.state {
        UpdateValue::Keep => {}
        UpdateValue::Set(state) if state != ResourceState::OutOfOrder => resource.state = state,
        UpdateValue::Set(_) | UpdateValue::Clear => {
            return Err(at.invalid("State").expected("Dirty, Clean, Inspected or OutOfService"));
        }
    }
    update.state_reason.apply(&mut resource.hidden.state_reason);
    let parent = resource.parent_resource_id;
    update.parent_resource_id.apply(&mut resource.parent_resource_id);
    if let Some(data) = &update.data {
        apply_data(&mut resource, data, at)?;
    }
    tx.update(&mut resource)?;
    let is_same = resource.parent_resource_id.is_none_or(|it| Some(it) == parent);
    Ok(if is_same { Parent::Same } else { Parent::Other })
}

fn apply_data(
    resource: &mut Stored<Resources>,
    update: &ResourceDataUpdate,
    at: Place,
) -> Result<(), Error> {
    let (ResourceDataDiscriminator::Space, ResourceData::Space(space)) =
        (update.discriminator, &mut resource.data)
    else {
        let error = Error::invalid("Discriminator").expected("Space, for a resource that is one");
        return Err(at.within(error, "Data/Discriminator"));
    };
    let Some(value) = &update.value else { return Ok(()) };
    match &value.floor_number {
        UpdateValue::Keep => {}
        UpdateValue::Set(floor) => space.floor_number.clone_from(floor),
        UpdateValue::Clear => {
            let error = Error::invalid("FloorNumber").expected("a text");
            return Err(at.within(error, "Data/Value/FloorNumber"));
        }
    }
    value.location_notes.apply(&mut space.location_notes);
    Ok(())
}

/// 400 unless the new parent is in use and neither the resource itself nor within it.
fn check_ancestors(
    snapshot: &Snapshot<'_>,
    scope: Uuid,
    (resource, parent): (Id<Resource>, Id<Resource>),
    at: Place,
) -> Result<(), Error> {
    let mut seen = HashSet::from([resource]);
    let mut next = Some(parent);
    while let Some(id) = next {
        let ancestor: Option<Stored<Resources>> = snapshot.get(scope, id)?;
        let ancestor = ancestor
            .filter(|it| it.is_active || id != parent)
            .ok_or_else(|| at.within(unknown("ParentResourceId"), "ParentResourceId/Value"))?;
        if !seen.insert(id) {
            let error = Error::invalid("ParentResourceId").expected("no resource within itself");
            return Err(at.within(error, "ParentResourceId/Value"));
        }
        next = ancestor.parent_resource_id;
    }
    Ok(())
}

/// 403 where a resource became part of what is reserved at the same time as it or its parts.
fn check_bookings(tx: &Tx<'_>, scope: Uuid, moved: &[(Id<Resource>, Place)]) -> Result<(), Error> {
    if moved.is_empty() {
        return Ok(());
    }
    let property = Property::load(tx, scope)?;
    let ids: Vec<Id<Resource>> = moved.iter().map(|(id, _)| *id).collect();
    let Some(position) = overbooked_part(tx, &property, &ids)? else { return Ok(()) };
    let Some((part, at)) = moved.get(position) else { return Ok(()) };
    let resource: Option<Stored<Resources>> = tx.get(scope, *part)?;
    let name = resource.map_or_else(|| part.to_string(), |it| it.document.name);
    let error = Error::rule("resource-part-taken").with("resource", name);
    Err(at.within(error, "ParentResourceId/Value"))
}

#[cfg(test)]
mod tests;
