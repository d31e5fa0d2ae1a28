//! Adding reservations.

use ostler_api::accounts::AccountType;
use ostler_api::availability_blocks::PickupDistribution;
use ostler_api::counters::CounterType;
use ostler_api::customers::Customer;
use ostler_api::reservation_groups::ReservationGroup;
use ostler_api::reservations::add::{AddReservations, AddedReservation, AddedReservations};
use ostler_api::reservations::entity::{
    Reservation, ReservationOptions, ReservationOrigin, ReservationState,
};
use ostler_api::service_order_notes::{ServiceOrderNote, ServiceOrderNoteType};
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_store::{Stored, Tx};
use serde::Serialize;

use crate::availability::{check_overbooking, check_resource};
use crate::context::Context;
use crate::counters;
use crate::filters::unknown;
use crate::operation::Command;
use crate::property::Property;
use crate::reply::Reply;
use crate::reservation_groups::{ReservationGroupHidden, ReservationGroups};
use crate::reservations::draft::{Desk, Draft, check_pickup};
use crate::reservations::parties::{self, Parties};
use crate::reservations::quote::under;
use crate::reservations::{
    DEDUCTING, ReservationHidden, Reservations, blocks, charges, stay, ver_2017,
};
use crate::restrictions::{Booking, UsedVoucher, check_applicability};
use crate::service_order_notes::ServiceOrderNotes;

/// A reservation that may be booked.
struct Wanted<'a> {
    draft: Draft<'a>,
    parties: Parties,
    state: ReservationState,
    released: Option<UtcInstant>,
    voucher: Option<UsedVoucher>,
}

impl Command for AddReservations {
    fn run(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Reply<AddedReservations>, Error> {
        let property = Property::load(tx, context.enterprise(self.enterprise_id)?.enterprise)?;
        let desk = Desk::open(tx, property, self.service_id)?;
        let mut found = Vec::with_capacity(self.reservations.len());
        for (index, request) in self.reservations.iter().enumerate() {
            let draft = desk.draft(tx, index, request)?;
            let parties = Parties::find(tx, &desk.property, desk.service.id, request);
            let parties = parties.map_err(|it| under(it, &draft.pointer))?;
            found.push((state(&draft)?, draft, parties));
        }
        let given = match self.group_id {
            Some(id) => Some(existing_group(tx, &desk.property, id)?),
            None => None,
        };
        let mut wanted = Vec::with_capacity(found.len());
        for (state, draft, parties) in found {
            wanted.push(allowed(tx, context, (&desk, self), (state, draft, parties))?);
        }
        let numbers = numbers(tx, &desk.property, wanted.len())?;
        let group = match given {
            Some(group) => group,
            None => new_group(tx, &desk.property, self, &wanted, numbers.first())?,
        };
        let children = desk.children();
        let mut reservations = Vec::with_capacity(wanted.len());
        for (wanted, number) in wanted.iter().zip(numbers) {
            let stored = book(tx, context, &desk, wanted, (group, number))?;
            check_room(tx, &desk, self, wanted, &stored)?;
            let reservation = ver_2017(&stored, &[wanted.parties.owner], &children);
            let identifier = wanted.draft.request.identifier.clone();
            reservations.push(AddedReservation { identifier, reservation });
        }
        Reply::of(&AddedReservations { reservations })
    }
}

/// The draft as a reservation that may be booked, whether there is room aside.
fn allowed<'a>(
    tx: &Tx<'_>,
    context: &Context,
    (desk, asked): (&Desk, &AddReservations),
    (state, draft, parties): (ReservationState, Draft<'a>, Parties),
) -> Result<Wanted<'a>, Error> {
    let (request, now) = (draft.request, tx.now());
    let at = |error: Error, field: &str| error.at(format!("{}/{field}", draft.pointer));
    if request.start_utc < desk.property.operational_history_start(now)? {
        return Err(at(Error::rule("stay-in-history"), "StartUtc"));
    }
    let released = released(&draft, state, now)?;
    let category = &draft.category;
    let capacity = category.capacity.saturating_add(category.extra_capacity);
    let persons = draft.persons.iter().map(|it| it.count).fold(0, u32::saturating_add);
    if persons > capacity {
        let error = Error::rule("persons-over-capacity");
        let error = error.with("capacity", capacity).with("persons", persons);
        return Err(at(error, "PersonCounts"));
    }
    if let Some(block) = &draft.block {
        check_pickup(block, draft.rate.id).map_err(|it| under(it, &draft.pointer))?;
    }
    if let Some(resource) = &parties.resource {
        parties::check_offered(tx, &desk.property, desk.service.id, resource)
            .map_err(|it| at(it, "AssignedResourceId"))?;
    }
    let mut voucher = None;
    if asked.check_rate_applicability.unwrap_or(true) {
        let prices: Vec<_> = draft.unit_prices.iter().map(|it| it.amount.clone()).collect();
        let booking = Booking {
            service: &desk.service,
            rate: &draft.rate,
            category: category.id,
            units: &draft.units,
            start: request.start_utc,
            end: request.end_utc,
            prices: &prices,
            block: draft.block.as_ref().map(|it| it.id),
            voucher_code: request.voucher_code.as_deref(),
            company: parties.company,
            travel_agency: parties.travel_agency,
        };
        let field = if request.voucher_code.is_some() { "VoucherCode" } else { "RateId" };
        voucher = check_applicability(tx, context, &desk.property, &booking)
            .map_err(|it| at(it, field))?;
    }
    Ok(Wanted { draft, parties, state, released, voucher })
}

/// The group of new reservations: that of their block, else a new one.
fn new_group(
    tx: &mut Tx<'_>,
    property: &Property,
    asked: &AddReservations,
    wanted: &[Wanted<'_>],
    number: Option<&String>,
) -> Result<Id<ReservationGroup>, Error> {
    let mut blocks = wanted.iter().filter_map(|it| it.draft.block.as_ref());
    let block = blocks.find(|it| it.pickup_distribution == PickupDistribution::AllInOneGroup);
    if let Some(block) = block
        && let Some(group) = blocks::group(tx, property, block)?
    {
        return Ok(group.id);
    }
    let from_block = block.map(|it| blocks::name(it).to_owned());
    let name = asked.group_name.clone().or(from_block).or_else(|| number.cloned());
    let group = ReservationGroup {
        id: tx.new_id(),
        name,
        channel_manager: None,
        channel_manager_group_number: None,
        enterprise_id: property.id(),
    };
    let hidden = ReservationGroupHidden { availability_block_id: block.map(|it| it.id) };
    Ok(tx.insert::<ReservationGroups>(property.scope(), group, hidden)?.id)
}

/// 403 where there is no room for the reservation, which is written already.
fn check_room(
    tx: &Tx<'_>,
    desk: &Desk,
    asked: &AddReservations,
    wanted: &Wanted<'_>,
    stored: &Stored<Reservations>,
) -> Result<(), Error> {
    let (property, service, draft) = (&desk.property, &desk.service, &wanted.draft);
    let at = |error: Error, field: &str| error.at(format!("{}/{field}", draft.pointer));
    if let Some(block) = &draft.block {
        blocks::check_group(tx, property, block, stored.group_id)
            .map_err(|it| it.at("/GroupId"))?;
    }
    if !DEDUCTING.contains(&stored.state) {
        return Ok(());
    }
    if let Some(block) = &draft.block {
        let picked: (&Reservation, _) = (stored, draft.units.as_slice());
        blocks::check_allotment(tx, property, &desk.time_units, block, picked)
            .map_err(|it| at(it, "AvailabilityBlockId"))?;
    }
    if asked.check_overbooking.unwrap_or(true) {
        check_overbooking(tx, property, service, &draft.units, stored.id, tx.now())
            .map_err(|it| at(it, "RequestedCategoryId"))?;
    }
    if let Some(resource) = stored.assigned_resource_id {
        let wanted = (resource, draft.units.as_slice());
        check_resource(tx, property, service, wanted, (Some(stored.id), tx.now()))
            .map_err(|it| at(it, "AssignedResourceId"))?;
    }
    Ok(())
}

/// The state that the reservation is to begin in.
fn state(draft: &Draft<'_>) -> Result<ReservationState, Error> {
    let state = draft.request.state.map_or(ReservationState::Confirmed, ReservationState::from);
    match state {
        ReservationState::Confirmed | ReservationState::Optional | ReservationState::Inquired => {
            Ok(state)
        }
        ReservationState::Started
        | ReservationState::Processed
        | ReservationState::Canceled
        | ReservationState::Requested => Err(Error::invalid("State")
            .at(format!("{}/State", draft.pointer))
            .expected("Confirmed, Optional or Enquired")),
    }
}

/// Until when the reservation is held, where it is optional.
fn released(
    draft: &Draft<'_>,
    state: ReservationState,
    now: UtcInstant,
) -> Result<Option<UtcInstant>, Error> {
    let released = match state {
        ReservationState::Optional => draft.request.released_utc,
        _ => None,
    };
    if released.is_some_and(|it| it <= now || it >= draft.request.start_utc) {
        let pointer = format!("{}/ReleasedUtc", draft.pointer);
        return Err(Error::rule("release-out-of-range").at(pointer));
    }
    Ok(released)
}

fn existing_group(
    tx: &Tx<'_>,
    property: &Property,
    id: Id<ReservationGroup>,
) -> Result<Id<ReservationGroup>, Error> {
    let group: Option<Stored<ReservationGroups>> = tx.get(property.scope(), id)?;
    group.map(|it| it.id).ok_or_else(|| unknown("GroupId"))
}

/// So many confirmation numbers.
fn numbers(tx: &mut Tx<'_>, property: &Property, count: usize) -> Result<Vec<String>, Error> {
    let next = |_| Ok(counters::next(tx, property, CounterType::ServiceOrderCounter)?.1);
    (0..count).map(next).collect()
}

/// Writes the reservation with its items, its guest and its note.
fn book(
    tx: &mut Tx<'_>,
    context: &Context,
    desk: &Desk,
    wanted: &Wanted<'_>,
    (group, number): (Id<ReservationGroup>, String),
) -> Result<Stored<Reservations>, Error> {
    let (property, draft) = (&desk.property, &wanted.draft);
    let reservation = reservation(tx, context, desk, wanted, (group, number))?;
    let priced = (&draft.category, &draft.rate);
    let units = charges::units(tx, context, property, &reservation, priced, &draft.unit_prices)?;
    let mut products = Vec::with_capacity(draft.products.len());
    for price in &draft.products {
        products.push(charges::product(tx, context, property, &reservation, price)?);
    }
    let block = draft.block.as_ref();
    let hidden = ReservationHidden {
        units,
        products,
        voucher_code_id: wanted.voucher.map(|it| it.code),
        purchase_order_number: block.and_then(|it| it.purchase_order_number.clone()),
        ..ReservationHidden::default()
    };
    let stored: Stored<Reservations> = tx.insert(property.scope(), reservation, hidden)?;
    stay::accompany(tx, property, &stored, wanted.parties.owner)?;
    if let Some(text) = draft.request.notes.as_ref().filter(|it| !it.trim().is_empty()) {
        let note = ServiceOrderNote {
            id: tx.new_id(),
            order_id: stored.id.cast(),
            text: Some(text.clone()),
            type_: ServiceOrderNoteType::General,
            created_utc: None,
            updated_utc: None,
        };
        tx.insert::<ServiceOrderNotes>(property.scope(), note, ())?;
    }
    Ok(stored)
}

fn reservation(
    tx: &mut Tx<'_>,
    context: &Context,
    desk: &Desk,
    wanted: &Wanted<'_>,
    (group, number): (Id<ReservationGroup>, String),
) -> Result<Reservation, Error> {
    let (draft, parties, now) = (&wanted.draft, &wanted.parties, tx.now());
    let (request, id) = (draft.request, tx.new_id());
    let block = draft.block.as_ref();
    let segment = parties.segment.or_else(|| block.and_then(|it| it.business_segment_id));
    Ok(Reservation {
        id,
        service_id: desk.service.id,
        account_id: parties.owner.cast(),
        account_type: AccountType::Customer,
        creator_profile_id: context.profile(),
        updater_profile_id: context.profile(),
        booker_id: parties.booker.or_else(|| block.and_then(|it| it.booker_id)),
        number,
        state: wanted.state,
        origin: ReservationOrigin::Connector,
        commander_origin: None,
        origin_details: Some(context.caller.client.clone()),
        created_utc: now,
        updated_utc: now,
        cancelled_utc: None,
        voucher_id: wanted.voucher.map(|it| it.voucher),
        business_segment_id: segment.or(draft.rate.business_segment_id),
        options: ReservationOptions::default(),
        rate_id: draft.rate.id,
        credit_card_id: None,
        group_id: group,
        requested_resource_category_id: draft.category.id,
        assigned_resource_id: parties.resource.as_ref().map(|it| it.id),
        availability_block_id: block.map(|it| it.id),
        partner_company_id: parties.company.or_else(|| block.and_then(|it| it.company_id)),
        travel_agency_id: parties
            .travel_agency
            .or_else(|| block.and_then(|it| it.travel_agency_id)),
        assigned_resource_locked: request.assigned_resource_locked.unwrap_or(false),
        channel_number: request.channel_number.clone(),
        channel_manager_number: None,
        cancellation_reason: None,
        released_utc: wanted.released,
        scheduled_start_utc: request.start_utc,
        actual_start_utc: None,
        scheduled_end_utc: request.end_utc,
        actual_end_utc: None,
        purpose: block.and_then(|it| it.reservation_purpose),
        qr_code_data: Some(qr_code(id, group, parties.owner)?),
        person_counts: draft.persons.clone(),
        start_utc: request.start_utc,
        end_utc: request.end_utc,
    })
}

/// What the QR code of a reservation says.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct QrCode {
    reservation_id: Id<Reservation>,
    group_id: Id<ReservationGroup>,
    customer_id: Id<Customer>,
}

/// The text of the reservation's QR code.
fn qr_code(
    reservation_id: Id<Reservation>,
    group_id: Id<ReservationGroup>,
    customer_id: Id<Customer>,
) -> Result<String, Error> {
    let code = QrCode { reservation_id, group_id, customer_id };
    serde_json::to_string(&code).map_err(Error::internal)
}
