//! `companionships/getAll`.

use ostler_api::companionships::{
    Companionships as Response, GetCompanionships, ReservationGroupVer2017,
};
use ostler_api::customers::Customer;
use ostler_api::reservations::entity::ReservationVer2017;
use ostler_contract::error::Error;
use ostler_store::{Find, Page, Snapshot, Stored};
use uuid::Uuid;

use super::{Companionships, stays};
use crate::context::Context;
use crate::customers::{self, Customers};
use crate::filters::{at_least_one, given, interval};
use crate::operation::Query;
use crate::reply::{Reply, Splice};
use crate::reservation_groups::ReservationGroups;
use crate::reservations::Reservations;

impl Query for GetCompanionships {
    fn run(&self, snapshot: &Snapshot<'_>, context: &Context) -> Result<Reply<Response>, Error> {
        let scopes = context.enterprises(given(self.enterprise_ids.as_ref()))?;
        let find = find(self, Find::within(&scopes))?;
        let (after, count) = (self.limitation.after(), self.limitation.count);
        let wants = |section: Option<bool>| section.unwrap_or_default();
        let mut reservations = None;
        let mut groups = None;
        let mut guests = None;
        let extent = self.extent;
        let sections = [extent.reservations, extent.reservation_groups, extent.customers];
        let page = if sections.map(wants).contains(&true) {
            let found = snapshot.page_decoded(&find, after, count)?;
            if wants(extent.reservations) {
                reservations = Some(reservations_of(snapshot, &scopes, &found)?);
            }
            if wants(extent.reservation_groups) {
                groups = Some(groups_of(snapshot, &scopes, &found)?);
            }
            if wants(extent.customers) {
                let chains = context.chains::<()>(None)?;
                guests = Some(customers_of(snapshot, &chains, &found)?);
            }
            let mut page = Page::default();
            for it in &found {
                page.push(it.id.uuid(), &it.document)?;
            }
            page
        } else {
            snapshot.page(&find, after, count)?
        };
        Splice::new()
            .documents("Companionships", &page)
            .property("Reservations", &reservations)?
            .property("ReservationGroups", &groups)?
            .property("Customers", &guests)?
            .cursor(page.cursor)?
            .finish(page.count)
    }
}

fn find(
    of: &GetCompanionships,
    within: Find<Companionships>,
) -> Result<Find<Companionships>, Error> {
    let ids = given(of.companionship_ids.as_ref());
    let reservations = given(of.reservation_ids.as_ref());
    let customers = given(of.customer_ids.as_ref());
    let groups = given(of.reservation_group_ids.as_ref());
    at_least_one(
        &[ids.is_some(), reservations.is_some(), customers.is_some(), groups.is_some()],
        &["CompanionshipIds", "ReservationIds", "CustomerIds", "ReservationGroupIds"],
    )?;
    let reservations =
        reservations.map(|it| Companionships::RESERVATION.one_of(it.iter().copied().map(Some)));
    let find = within
        .and_maybe(reservations)
        .and_maybe(customers.map(|it| Companionships::CUSTOMER.one_of(it.iter().copied())))
        .and_maybe(groups.map(|it| Companionships::GROUP.one_of(it.iter().copied())))
        .during(Companionships::UPDATED, interval(of.updated_utc, "UpdatedUtc")?)
        .ids_maybe(ids);
    Ok(find)
}

type Found = [Stored<Companionships>];

fn reservations_of(
    snapshot: &Snapshot<'_>,
    scopes: &[Uuid],
    found: &Found,
) -> Result<Vec<ReservationVer2017>, Error> {
    let ids: Vec<_> = found.iter().filter_map(|it| it.reservation_id).collect();
    let reservations = snapshot.find(&Find::<Reservations>::within(scopes).ids(&ids))?;
    let guests = stays::guests(snapshot, scopes, &reservations)?;
    let children = stays::children(snapshot, scopes)?;
    Ok(reservations.iter().map(|it| stays::in_2017(it, &guests, &children)).collect())
}

fn groups_of(
    snapshot: &Snapshot<'_>,
    scopes: &[Uuid],
    found: &Found,
) -> Result<Vec<ReservationGroupVer2017>, Error> {
    let ids: Vec<_> = found.iter().map(|it| it.reservation_group_id).collect();
    let groups = snapshot.find(&Find::<ReservationGroups>::within(scopes).ids(&ids))?;
    let shown = |it: Stored<ReservationGroups>| ReservationGroupVer2017 {
        id: it.id,
        name: it.document.name,
    };
    Ok(groups.into_iter().map(shown).collect())
}

fn customers_of(
    snapshot: &Snapshot<'_>,
    chains: &[Uuid],
    found: &Found,
) -> Result<Vec<Customer>, Error> {
    let ids: Vec<_> = found.iter().map(|it| it.customer_id).collect();
    let customers = snapshot.find(&Find::<Customers>::within(chains).ids(&ids))?;
    customers.iter().map(|it| customers::wire(snapshot, it)).collect()
}
