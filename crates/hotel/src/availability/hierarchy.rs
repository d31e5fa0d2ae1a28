//! Resources within resources, such as beds in a dorm.

use std::collections::HashMap;

use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Find, Snapshot, Value};
use uuid::Uuid;

use crate::resources::Resources;

/// Which resource is part of which. A resource that is held holds all its parts and everything that
/// it is part of.
#[derive(Debug, Default)]
pub(super) struct Hierarchy {
    parents: HashMap<Uuid, Uuid>,
    children: HashMap<Uuid, Vec<Uuid>>,
}

impl Hierarchy {
    pub(super) fn load(snapshot: &Snapshot<'_>, scope: Uuid) -> Result<Self, Error> {
        let mut hierarchy = Self::default();
        // Only resources that have a parent; any identifier is above the nil one.
        let find =
            Find::within(&[scope]).and(Resources::PARENT.at_least(Some(Id::new(Uuid::nil()))));
        snapshot.scan(&find, &["id", "parent"], &mut |values| {
            if let [Value::Id(id), Value::Id(parent)] = values {
                hierarchy.parents.insert(*id, *parent);
                hierarchy.children.entry(*parent).or_default().push(*id);
            }
            Ok(())
        })?;
        Ok(hierarchy)
    }

    /// All parts of the resource and everything that it is part of, without itself.
    pub(super) fn relatives(&self, resource: Uuid) -> Vec<Uuid> {
        let mut relatives = self.above(resource);
        relatives.extend(self.below(resource));
        relatives
    }

    /// Everything that the resource is part of, the nearest first.
    pub(super) fn above(&self, resource: Uuid) -> Vec<Uuid> {
        let mut above = Vec::new();
        let mut at = resource;
        while let Some(parent) = self.parents.get(&at) {
            if *parent == resource || above.contains(parent) {
                break;
            }
            above.push(*parent);
            at = *parent;
        }
        above
    }

    /// All parts of the resource.
    pub(super) fn below(&self, resource: Uuid) -> Vec<Uuid> {
        let mut below = Vec::new();
        let mut open = vec![resource];
        while let Some(next) = open.pop() {
            for child in self.children.get(&next).into_iter().flatten() {
                if *child != resource && !below.contains(child) {
                    below.push(*child);
                    open.push(*child);
                }
            }
        }
        below
    }
}
