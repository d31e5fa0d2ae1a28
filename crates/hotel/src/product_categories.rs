//! Categories of products.

use ostler_api as api;
use ostler_api::product_categories::{GetProductCategories, ProductCategory};
use ostler_api::services::Service;
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Find, Snapshot, entity};

use crate::context::Context;
use crate::filters::{given, interval};
use crate::listing;
use crate::operation::Query;
use crate::reply::Reply;

entity! {
    /// The product categories of all services.
    ProductCategories of ProductCategory, with (), in "product_category";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index SERVICE "service": Id<Service> = |it, hidden| it.service_id;
    lookup Columns(&["service", "updated"]);
}

impl Query for GetProductCategories {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<api::product_categories::ProductCategories>, Error> {
        let scopes = context.enterprises(given(self.enterprise_ids.as_ref()))?;
        let find = Find::within(&scopes)
            .and(ProductCategories::SERVICE.one_of(self.service_ids.iter().copied()))
            .during(ProductCategories::UPDATED, interval(self.updated_utc, "UpdatedUtc")?)
            .ids_maybe(given(self.product_category_ids.as_ref()));
        listing::plain("ProductCategories", snapshot, &find, self.limitation)
    }
}

#[cfg(test)]
mod tests;
