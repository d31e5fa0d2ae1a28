//! Products: what is sold beside the stay itself.

use std::collections::HashSet;

use ostler_api as api;
use ostler_api::products::{GetProducts, Product};
use ostler_api::services::{Promotions, Service, ServiceData};
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Find, Snapshot, entity};
use serde::Deserialize;
use uuid::Uuid;

use crate::context::Context;
use crate::filters::{given, interval};
use crate::listing::{self, Localize, text_in};
use crate::operation::Query;
use crate::pages;
use crate::reply::{Reply, Splice};
use crate::services::Services;

entity! {
    /// The products of all services.
    Products of Product, with (), in "product";
    stamp(document, created, updated) {
        document.created_utc = created;
        document.updated_utc = updated;
    }
    index SERVICE "service": Id<Service> = |it, hidden| it.service_id;
    index ACTIVE "active": bool = |it, hidden| it.is_active;
    index DEFAULT "default_": bool = |it, hidden| it.is_default;
    index EXTERNAL "external": Option<String> = |it, hidden| it.external_identifier.clone();
    lookup Columns(&["service", "updated"]);
    lookup Columns(&["external"]);
}

impl Localize for Product {
    fn localize(&mut self, languages: &[&str]) {
        let descriptions = self.descriptions.as_ref();
        for (texts, text) in [
            (Some(&self.names), &mut self.name),
            (Some(&self.external_names), &mut self.external_name),
            (Some(&self.short_names), &mut self.short_name),
            (descriptions, &mut self.description),
        ] {
            if let Some(found) = texts.and_then(|texts| text_in(texts, languages)) {
                *text = Some(found.clone());
            }
        }
    }
}

/// What decides whether customers are offered a product.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Offer {
    service_id: Uuid,
    promotions: Promotions,
}

impl Query for GetProducts {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<api::products::Products>, Error> {
        let scopes = context.enterprises(given(self.enterprise_ids.as_ref()))?;
        let ids = given(self.product_ids.as_ref());
        let mut find = Find::within(&scopes)
            .and(Products::SERVICE.one_of(self.service_ids.iter().copied()))
            .during(Products::UPDATED, interval(self.updated_utc, "UpdatedUtc")?);
        if !self.include_default.unwrap_or(ids.is_some()) {
            find = find.and(Products::DEFAULT.is(false));
        }
        find = match ids {
            Some(ids) => find.ids(ids),
            None => find.and(Products::ACTIVE.is(true)),
        };
        let (after, count) = (self.limitation.after(), self.limitation.count);
        let page = listing::localized_page(snapshot, context, &find, after, count)?;
        let services = promoted_services(snapshot, &scopes, &self.service_ids)?;
        let offered = pages::kept(&page, |offer: &Offer| {
            is_any(offer.promotions) || services.contains(&offer.service_id)
        })?;
        Splice::new()
            .documents("Products", &page)
            .documents("CustomerProducts", &offered)
            .cursor(page.cursor)?
            .finish(page.count)
    }
}

fn promoted_services(
    snapshot: &Snapshot<'_>,
    scopes: &[Uuid],
    services: &[Id<Service>],
) -> Result<HashSet<Uuid>, Error> {
    let services = snapshot.find(&Find::<Services>::within(scopes).ids(services))?;
    let promoted = services.iter().filter(|service| match &service.data {
        ServiceData::Additional(data) => is_any(data.promotions),
        ServiceData::Bookable(_) => false,
    });
    Ok(promoted.map(|service| service.id.uuid()).collect())
}

fn is_any(promotions: Promotions) -> bool {
    promotions.before_check_in
        || promotions.after_check_in
        || promotions.during_stay
        || promotions.before_check_out
        || promotions.after_check_out
        || promotions.during_check_out
}

#[cfg(test)]
mod tests;
