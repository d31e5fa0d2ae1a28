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
        let mut relatives = Vec::new();
        let mut above = resource;
        while let Some(parent) = self.parents.get(&above) {
            if *parent == resource || relatives.contains(parent) {
                break;
            }
            relatives.push(*parent);
            above = *parent;
        }
        let mut below = vec![resource];
        while let Some(next) = below.pop() {
            for child in self.children.get(&next).into_iter().flatten() {
                if *child != resource && !relatives.contains(child) {
                    relatives.push(*child);
                    below.push(*child);
                }
            }
        }
        relatives
    }
}
