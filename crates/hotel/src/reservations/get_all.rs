//! Listing reservations.

use ostler_api::reservations::get_all::{GetReservations, Reservations as Response};
use ostler_contract::error::Error;
use ostler_contract::primitives::TimeInterval;
use ostler_store::{Find, Snapshot};

use crate::context::Context;
use crate::filters::{given, interval};
use crate::listing;
use crate::operation::Query;
use crate::reply::Reply;
use crate::reservations::Reservations;

impl Query for GetReservations {
    fn run(&self, snapshot: &Snapshot<'_>, context: &Context) -> Result<Reply<Response>, Error> {
        let scopes = context.enterprises(given(self.enterprise_ids.as_ref()))?;
        exclusive(
            ("ScheduledStartUtc", self.scheduled_start_utc),
            ("ActualStartUtc", self.actual_start_utc),
        )?;
        exclusive(
            ("ScheduledEndUtc", self.scheduled_end_utc),
            ("ActualEndUtc", self.actual_end_utc),
        )?;
        let find = by_time(self, by_relations(self, Find::within(&scopes)))?;
        listing::plain("Reservations", snapshot, &find, self.limitation)
    }
}

/// Narrows a search by what the reservations refer to.
fn by_relations(request: &GetReservations, find: Find<Reservations>) -> Find<Reservations> {
    type R = Reservations;
    let find = find.ids_maybe(given(request.reservation_ids.as_ref()));
    let services = given(request.service_ids.as_ref());
    let groups = given(request.reservation_group_ids.as_ref());
    let accounts = given(request.account_ids.as_ref());
    let companies = given(request.partner_company_ids.as_ref());
    let agencies = given(request.travel_agency_ids.as_ref());
    let numbers = given(request.numbers.as_ref());
    let channel_numbers = given(request.channel_numbers.as_ref());
    let resources = given(request.assigned_resource_ids.as_ref());
    let blocks = given(request.availability_block_ids.as_ref());
    let states = given(request.states.as_ref());
    find.and_maybe(services.map(|it| R::SERVICE.one_of(it.iter().copied())))
        .and_maybe(groups.map(|it| R::GROUP.one_of(it.iter().copied())))
        .and_maybe(accounts.map(|it| R::ACCOUNT.one_of(it.iter().copied())))
        .and_maybe(companies.map(|it| R::COMPANY.one_of(it.iter().copied().map(Some))))
        .and_maybe(agencies.map(|it| R::AGENCY.one_of(it.iter().copied().map(Some))))
        .and_maybe(numbers.map(|it| R::NUMBER.one_of(it.iter().cloned())))
        .and_maybe(channel_numbers.map(|it| R::CHANNEL_NUMBER.one_of(it.iter().cloned().map(Some))))
        .and_maybe(resources.map(|it| R::RESOURCE.one_of(it.iter().copied().map(Some))))
        .and_maybe(blocks.map(|it| R::BLOCK.one_of(it.iter().copied().map(Some))))
        .and_maybe(states.map(|it| R::STATE.one_of(it.iter().map(|it| it.name()))))
}

/// Narrows a search by when the reservations happen.
fn by_time(
    request: &GetReservations,
    find: Find<Reservations>,
) -> Result<Find<Reservations>, Error> {
    type R = Reservations;
    Ok(find
        .during(R::CREATED, interval(request.created_utc, "CreatedUtc")?)
        .during(R::UPDATED, interval(request.updated_utc, "UpdatedUtc")?)
        .overlapping(R::START, R::END, interval(request.colliding_utc, "CollidingUtc")?)
        .during(R::START, interval(request.scheduled_start_utc, "ScheduledStartUtc")?)
        .during_optional(R::ACTUAL_START, interval(request.actual_start_utc, "ActualStartUtc")?)
        .during(R::END, interval(request.scheduled_end_utc, "ScheduledEndUtc")?)
        .during_optional(R::ACTUAL_END, interval(request.actual_end_utc, "ActualEndUtc")?))
}

/// 400 naming the second filter where both are given.
fn exclusive(
    first: (&str, Option<TimeInterval>),
    second: (&str, Option<TimeInterval>),
) -> Result<(), Error> {
    match (first.1, second.1) {
        (Some(_), Some(_)) => {
            Err(Error::invalid(second.0).expected(format!("not both {} and {}", first.0, second.0)))
        }
        _ => Ok(()),
    }
}
