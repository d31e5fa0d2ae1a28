//! `customers/search`.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use ostler_api::age_categories::AgeCategory;
use ostler_api::customers::{
    Customer, CustomerExtent, CustomerSearchResult, FoundCustomers, SearchCustomers,
};
use ostler_api::resources::Resource;
use ostler_contract::error::Error;
use ostler_contract::primitives::Id;
use ostler_store::{Find, Snapshot, Stored};
use uuid::Uuid;

use super::Customers;
use crate::accounts::fold;
use crate::companionships::stays::{self, Guests};
use crate::context::Context;
use crate::identity_documents;
use crate::operation::Query;
use crate::reply::Reply;
use crate::reservations::Reservations;

/// The most customers that are returned.
const FOUND_MAX: usize = 100;
/// What is shown where the request does not say.
const CUSTOMERS_ALONE: CustomerExtent =
    CustomerExtent { customers: Some(true), addresses: None, documents: None };
/// The most customers that one search names.
const NAMED_MAX: usize = 1000;

impl Query for SearchCustomers {
    fn run(
        &self,
        snapshot: &Snapshot<'_>,
        context: &Context,
    ) -> Result<Reply<FoundCustomers>, Error> {
        let member = context.enterprise::<()>(None)?;
        let house = House::load(snapshot, member.enterprise, self.resource_id)?;
        let staying: Vec<_> = house.stay_of.keys().copied().collect();
        let mut found = staying_customers(snapshot, member.chain, &staying)?;
        if self.resource_id.is_none() {
            found.extend(paymasters(snapshot, member.chain)?);
        }
        if let Some(name) = self.name.as_deref().map(fold) {
            found.retain(|it| fold(&it.full_name()).contains(&name));
        }
        found.sort_unstable_by_key(|it| Reverse(it.id));
        found.dedup_by_key(|it| it.id);
        found.truncate(FOUND_MAX);
        let mut customers: Vec<_> = found.into_iter().map(|it| it.document).collect();

        let extent = self.extent.unwrap_or(CUSTOMERS_ALONE);
        let documents = if extent.documents.unwrap_or_default() {
            let customers = customers.iter_mut().collect();
            Some(identity_documents::show(snapshot, &[member.chain], customers)?)
        } else {
            None
        };
        let customers = if extent.customers.unwrap_or_default() {
            if !extent.addresses.unwrap_or_default() {
                customers.iter_mut().for_each(|it| it.address = None);
            }
            let children = stays::children(snapshot, &[member.enterprise])?;
            Some(customers.into_iter().map(|it| house.result(it, &children)).collect())
        } else {
            None
        };
        Reply::of(&FoundCustomers { customers, documents })
    }
}

/// The started stays of a property.
struct House {
    /// Newest first.
    stays: Vec<Stored<Reservations>>,
    guests: Guests,
    /// The position of the newest stay of each guest.
    stay_of: BTreeMap<Id<Customer>, usize>,
}

impl House {
    fn load(
        snapshot: &Snapshot<'_>,
        enterprise: Uuid,
        resource: Option<Id<Resource>>,
    ) -> Result<Self, Error> {
        let find = Find::within(&[enterprise])
            .and(Reservations::STATE.is("Started"))
            .and_maybe(resource.map(|it| Reservations::RESOURCE.is(Some(it))));
        let stays = snapshot.find(&find)?;
        let guests = stays::guests(snapshot, &[enterprise], &stays)?;
        let mut stay_of = BTreeMap::new();
        for (position, stay) in stays.iter().enumerate() {
            for guest in guests.get(&stay.id).into_iter().flatten() {
                stay_of.entry(*guest).or_insert(position);
            }
        }
        Ok(Self { stays, guests, stay_of })
    }

    fn result(&self, customer: Customer, children: &[Id<AgeCategory>]) -> CustomerSearchResult {
        let stay = self.stay_of.get(&customer.id).and_then(|it| self.stays.get(*it));
        let reservation = stay.map(|it| stays::in_2017(it, &self.guests, children));
        CustomerSearchResult { customer, reservation }
    }
}

fn staying_customers(
    snapshot: &Snapshot<'_>,
    chain: Uuid,
    ids: &[Id<Customer>],
) -> Result<Vec<Stored<Customers>>, Error> {
    let mut found = Vec::with_capacity(ids.len());
    for part in ids.chunks(NAMED_MAX) {
        let find = Find::within(&[chain]).and(Customers::ACTIVE.is(true)).ids(part);
        found.extend(snapshot.find(&find)?);
    }
    Ok(found)
}

fn paymasters(snapshot: &Snapshot<'_>, chain: Uuid) -> Result<Vec<Stored<Customers>>, Error> {
    let find =
        Find::within(&[chain]).and(Customers::PAYMASTER.is(true)).and(Customers::ACTIVE.is(true));
    snapshot.find(&find)
}
