//! What hangs on the resources of a page.

use std::collections::BTreeSet;

use ostler_api::resources::{Resource, ResourceExtent};
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Column, Entity, Find, Page, Snapshot, Value};
use serde::Deserialize;
use uuid::Uuid;

use crate::pages;
use crate::reply::Splice;
use crate::resource_categories::{
    ResourceCategories, ResourceCategoryAssignments, ResourceCategoryImageAssignments,
    with_category_flags,
};
use crate::resource_features::{ResourceFeatureAssignments, ResourceFeatures};

/// The most documents of one part; a page of resources has a few thousand at most.
const PART_MAX: u32 = 20_000;

/// The parts of the list of resources beside the resources themselves.
pub(super) struct Extents<'a> {
    pub(super) snapshot: &'a Snapshot<'a>,
    pub(super) scopes: &'a [Uuid],
    /// The `IsActive` flags that are returned.
    pub(super) flags: &'a [bool],
    /// The resources that everything hangs on.
    pub(super) page: &'a Page,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Head {
    id: Id<Resource>,
}

impl Extents<'_> {
    /// Writes each part: documents where it is asked for, else null.
    pub(super) fn write(&self, reply: Splice, extent: ResourceExtent) -> Result<Splice, Error> {
        let reply = self.write_categories(reply, extent)?;
        self.write_features(reply, extent)
    }

    fn write_categories(&self, reply: Splice, extent: ResourceExtent) -> Result<Splice, Error> {
        type Assignments = ResourceCategoryAssignments;
        type Images = ResourceCategoryImageAssignments;
        let parts = [
            extent.resource_categories,
            extent.resource_category_assignments,
            extent.resource_category_image_assignments,
        ];
        let assignments = self
            .find(Assignments::ACTIVE)
            .and(Assignments::RESOURCE.one_of(self.resources(&parts)?));
        let ids = self.ids(&assignments, Assignments::CATEGORY.name())?;
        let images = self
            .find(Images::ACTIVE)
            .and(Images::CATEGORY.one_of(ids.iter().copied().map(Id::new)));

        let categories = self
            .part(extent.resource_categories, &self.find(ResourceCategories::ACTIVE).ids(&ids))?;
        let assignments = self.part(extent.resource_category_assignments, &assignments)?;
        let assignments = assignments
            .map(|page| with_category_flags(self.snapshot, self.scopes, page, &ids))
            .transpose()?;
        let images = self.part(extent.resource_category_image_assignments, &images)?;
        let reply = put(reply, "ResourceCategories", categories)?;
        let reply = put(reply, "ResourceCategoryAssignments", assignments)?;
        put(reply, "ResourceCategoryImageAssignments", images)
    }

    fn write_features(&self, reply: Splice, extent: ResourceExtent) -> Result<Splice, Error> {
        type Assignments = ResourceFeatureAssignments;
        let parts = [extent.resource_features, extent.resource_feature_assignments];
        let assignments = self
            .find(Assignments::ACTIVE)
            .and(Assignments::RESOURCE.one_of(self.resources(&parts)?));
        let ids = self.ids(&assignments, Assignments::FEATURE.name())?;

        let features =
            self.part(extent.resource_features, &self.find(ResourceFeatures::ACTIVE).ids(&ids))?;
        let assignments = self.part(extent.resource_feature_assignments, &assignments)?;
        let reply = put(reply, "ResourceFeatures", features)?;
        put(reply, "ResourceFeatureAssignments", assignments)
    }

    /// The resources of the page; none where none of the parts is asked for.
    fn resources(&self, parts: &[Option<bool>]) -> Result<Vec<Id<Resource>>, Error> {
        if !parts.contains(&Some(true)) {
            return Ok(Vec::new());
        }
        Ok(pages::heads(self.page)?.into_iter().map(|head: Head| head.id).collect())
    }

    fn find<E: Entity>(&self, active: Column<E, bool>) -> Find<E> {
        Find::within(self.scopes).and(active.one_of(self.flags.iter().copied()))
    }

    /// The identifiers in a column of the documents found, each once.
    fn ids<E: Entity>(&self, find: &Find<E>, column: &'static str) -> Result<Vec<Uuid>, Error> {
        let mut ids = BTreeSet::new();
        self.snapshot.scan(find, &[column], &mut |row| {
            if let [Value::Id(id)] = row {
                ids.insert(*id);
            }
            Ok(())
        })?;
        Ok(ids.into_iter().collect())
    }

    fn part<E: Entity>(&self, wanted: Option<bool>, find: &Find<E>) -> Result<Option<Page>, Error> {
        if wanted != Some(true) {
            return Ok(None);
        }
        let page = self.snapshot.page(find, None, PART_MAX)?;
        if page.count >= usize::try_from(PART_MAX).map_err(Error::internal)? {
            let table = E::TABLE.name;
            return Err(Error::internal(format!("a part of {PART_MAX} documents of {table}")));
        }
        Ok(Some(page))
    }
}

fn put(reply: Splice, name: &'static str, part: Option<Page>) -> Result<Splice, Error> {
    match part {
        Some(page) => Ok(reply.documents(name, &page)),
        None => reply.property(name, &()),
    }
}
