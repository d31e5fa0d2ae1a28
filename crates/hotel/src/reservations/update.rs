//! Updating reservations.

use ostler_api::reservations::entity::{AgeCategoryParameters, Reservation, ReservationState};
use ostler_api::reservations::update::{ReservationUpdate, UpdateReservations};
use ostler_api::reservations::ver_2017::{ReservationGroupVer2017, ReservationsVer2017};
use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, UpdateValue, UtcInstant};
use ostler_store::{Stored, Tx};

use crate::availability::check_vacant;
use crate::companies;
use crate::context::Context;
use crate::customers::{self, Customers};
use crate::filters::{given, unknown};
use crate::operation::Command;
use crate::property::Property;
use crate::reply::Reply;
use crate::reservation_groups::ReservationGroups;
use crate::reservations::draft::{Desk, check_pickup};
use crate::reservations::interval::{self, Fee};
use crate::reservations::parties::{self, check_card, check_offered, check_segment};
use crate::reservations::quote::under;
use crate::reservations::{DEDUCTING, Reservations, blocks, repricing, stay, ver_2017};

impl Command for UpdateReservations {
    fn run(&self, tx: &mut Tx<'_>, context: &Context) -> Result<Reply<ReservationsVer2017>, Error> {
        let (updates, is_list) = match given(self.reservation_updates.as_ref()) {
            Some(updates) => (updates.to_vec(), true),
            None => (vec![single(self)?], false),
        };
        let enterprise =
            self.enterprise_id.or_else(|| updates.first().and_then(|it| it.enterprise_id));
        let enterprise = context.enterprise(enterprise)?.enterprise;
        let mut changed: Vec<Stored<Reservations>> = Vec::with_capacity(updates.len());
        for (index, update) in updates.iter().enumerate() {
            let pointer =
                if is_list { format!("/ReservationUpdates/{index}") } else { String::new() };
            let property = Property::load(tx, enterprise)?;
            let found = stay::find(tx, &property, update.reservation_id);
            let reservation = found.map_err(|it| under(it, &pointer))?;
            let desk = Desk::open(tx, property, reservation.service_id)?;
            let stored = apply(tx, context, &desk, (reservation, update), self)
                .map_err(|it| under(it, &pointer))?;
            changed.retain(|it| it.id != stored.id);
            changed.push(stored);
        }
        let property = Property::load(tx, enterprise)?;
        answer(tx, property, &changed)
    }
}

/// The older form of the request, with the changes of one reservation beside its identifier.
fn single(it: &UpdateReservations) -> Result<ReservationUpdate, Error> {
    let missing = || Error::invalid("ReservationUpdates").expected("at least one change");
    Ok(ReservationUpdate {
        reservation_id: it.reservation_id.ok_or_else(missing)?,
        enterprise_id: None,
        client_token: None,
        access_token: None,
        client: None,
        channel_number: it.channel_number.clone(),
        start_utc: it.start_utc.clone(),
        end_utc: it.end_utc.clone(),
        released_utc: it.released_utc.clone(),
        person_counts: it.person_counts.clone(),
        assigned_resource_id: it.assigned_resource_id.clone(),
        requested_category_id: it.requested_category_id.clone(),
        travel_agency_id: it.travel_agency_id.clone(),
        company_id: it.company_id.clone(),
        business_segment_id: it.business_segment_id.clone(),
        purpose: it.purpose.clone(),
        rate_id: it.rate_id.clone(),
        credit_card_id: it.credit_card_id.clone(),
        time_unit_prices: it.time_unit_prices.clone(),
        booker_id: it.booker_id.clone(),
        assigned_resource_locked: it.assigned_resource_locked.clone(),
        availability_block_id: it.availability_block_id.clone(),
        options: it.options.clone(),
    })
}

/// Changes one reservation and writes it.
fn apply(
    tx: &mut Tx<'_>,
    context: &Context,
    desk: &Desk,
    (mut reservation, update): (Stored<Reservations>, &ReservationUpdate),
    request: &UpdateReservations,
) -> Result<Stored<Reservations>, Error> {
    lasting(update)?;
    if update.time_unit_prices.set().is_some() {
        let reason = request.reason.as_deref().map(str::trim).filter(|it| !it.is_empty());
        let reason =
            reason.ok_or_else(|| Error::invalid("Reason").expected("why the prices change"))?;
        reservation.hidden.price_change_reason = Some(reason.to_owned());
    }
    let before = reservation.document.clone();
    relate(tx, desk, &mut reservation, update)?;
    describe_stay(tx, desk, &mut reservation, update)?;
    stay::current(&before)?;
    stay::editable(&desk.property, tx.now(), &before)?;
    let start = update.start_utc.set().copied().unwrap_or(before.scheduled_start_utc);
    let end = update.end_utc.set().copied().unwrap_or(before.scheduled_end_utc);
    let units = desk.time_units.of_stay(start, end)?;
    interval::movable(desk, &before, (start, end, &units), tx.now())?;
    if update.person_counts.is_change() || update.requested_category_id.is_change() {
        capacity(tx, desk, &reservation)?;
    }
    assign(tx, desk, &mut reservation, update)?;
    release(&mut reservation, update, (start, tx.now()))?;
    if (start, end) != (before.scheduled_start_utc, before.scheduled_end_utc) {
        let fee =
            if request.apply_cancellation_fee.unwrap_or(true) { Fee::Charge } else { Fee::Waive };
        interval::move_to(tx, context, desk, &mut reservation, ((start, end), fee))?;
    }
    repricing::apply(tx, context, desk, (&mut reservation, &before), (update, request.reprice))?;
    check_in(tx, desk, &mut reservation, update)?;
    stay::write(tx, context, &mut reservation)?;
    check_room(tx, desk, &reservation, &units)?;
    Ok(reservation)
}

/// 400 for a property that cannot be cleared.
fn lasting(update: &ReservationUpdate) -> Result<(), Error> {
    let cleared = [
        ("StartUtc", matches!(update.start_utc, UpdateValue::Clear)),
        ("EndUtc", matches!(update.end_utc, UpdateValue::Clear)),
        ("PersonCounts", matches!(update.person_counts, UpdateValue::Clear)),
        ("RequestedCategoryId", matches!(update.requested_category_id, UpdateValue::Clear)),
        ("RateId", matches!(update.rate_id, UpdateValue::Clear)),
    ];
    match cleared.iter().find(|(_, is_cleared)| *is_cleared) {
        Some((name, _)) => Err(Error::invalid(name).expected("a value")),
        None => Ok(()),
    }
}

/// Changes whom and what the reservation refers to besides its price and its place.
fn relate(
    tx: &Tx<'_>,
    desk: &Desk,
    reservation: &mut Reservation,
    update: &ReservationUpdate,
) -> Result<(), Error> {
    let chain = desk.property.chain();
    if let Some(agency) = update.travel_agency_id.set() {
        companies::active(tx, chain, *agency, "TravelAgencyId")?;
    }
    if let Some(company) = update.company_id.set() {
        companies::active(tx, chain, *company, "CompanyId")?;
    }
    if let Some(booker) = update.booker_id.set() {
        customers::active(tx, chain, *booker, "BookerId")?;
    }
    if let Some(segment) = update.business_segment_id.set() {
        check_segment(tx, &desk.property, desk.service.id, *segment)?;
    }
    if let Some(card) = update.credit_card_id.set() {
        check_card(*card)?;
    }
    update.channel_number.apply(&mut reservation.channel_number);
    update.travel_agency_id.apply(&mut reservation.travel_agency_id);
    update.company_id.apply(&mut reservation.partner_company_id);
    update.booker_id.apply(&mut reservation.booker_id);
    update.business_segment_id.apply(&mut reservation.business_segment_id);
    update.credit_card_id.apply(&mut reservation.credit_card_id);
    update.purpose.apply(&mut reservation.purpose);
    Ok(())
}

/// Changes category, rate, persons and block. Prices follow later.
fn describe_stay(
    tx: &Tx<'_>,
    desk: &Desk,
    reservation: &mut Stored<Reservations>,
    update: &ReservationUpdate,
) -> Result<(), Error> {
    if let Some(category) = update.requested_category_id.set() {
        reservation.requested_resource_category_id = desk.category(tx, *category)?.id;
    }
    if let Some(rate) = update.rate_id.set() {
        reservation.rate_id = desk.rate(tx, *rate)?.id;
    }
    if let Some(counts) = update.person_counts.set() {
        desk.check_persons(counts)?;
        let counts: &[AgeCategoryParameters] = counts;
        reservation.person_counts = counts.to_vec();
    }
    match &update.availability_block_id {
        UpdateValue::Keep => {}
        UpdateValue::Clear => reservation.availability_block_id = None,
        UpdateValue::Set(id) => {
            let block = desk.block(tx, *id)?;
            check_pickup(&block, reservation.rate_id)?;
            blocks::check_group(tx, &desk.property, &block, reservation.group_id)
                .map_err(|it| it.at("/AvailabilityBlockId"))?;
            reservation.availability_block_id = Some(block.id);
            reservation.hidden.purchase_order_number = block.document.purchase_order_number;
        }
    }
    Ok(())
}

/// 403 for more persons than the category holds.
fn capacity(tx: &Tx<'_>, desk: &Desk, reservation: &Reservation) -> Result<(), Error> {
    let category = desk.category(tx, reservation.requested_resource_category_id)?;
    let capacity = category.capacity.saturating_add(category.extra_capacity);
    let persons = stay::persons(reservation);
    if persons > capacity {
        return Err(Error::rule("persons-over-capacity")
            .with("capacity", capacity)
            .with("persons", persons)
            .at("/PersonCounts"));
    }
    Ok(())
}

/// Unlocks, assigns and locks the resource, in this order.
fn assign(
    tx: &Tx<'_>,
    desk: &Desk,
    reservation: &mut Reservation,
    update: &ReservationUpdate,
) -> Result<(), Error> {
    let locks = match &update.assigned_resource_locked {
        UpdateValue::Keep => None,
        UpdateValue::Clear => Some(false),
        UpdateValue::Set(locked) => Some(*locked),
    };
    if locks == Some(false) {
        reservation.assigned_resource_locked = false;
    }
    let mut wanted = reservation.assigned_resource_id;
    update.assigned_resource_id.apply(&mut wanted);
    if wanted != reservation.assigned_resource_id {
        if reservation.assigned_resource_locked {
            return Err(Error::rule("resource-locked")
                .with("number", &reservation.number)
                .at("/AssignedResourceId"));
        }
        match wanted {
            Some(id) => {
                let resource = parties::resource(tx, &desk.property, id)?;
                check_offered(tx, &desk.property, desk.service.id, &resource)?;
                // Guests who are in the house move at once, whatever their scheduled time is.
                if reservation.state == ReservationState::Started {
                    check_vacant(tx, &desk.property, &resource, reservation.id)
                        .map_err(|it| it.at("/AssignedResourceId"))?;
                }
            }
            // Guests who are in the house are in a room.
            None if reservation.state == ReservationState::Started => {
                return Err(Error::rule("stay-begun").at("/AssignedResourceId"));
            }
            None => {}
        }
        reservation.assigned_resource_id = wanted;
    }
    if locks == Some(true) {
        if wanted.is_none() {
            return Err(
                Error::invalid("AssignedResourceLocked").expected("false: no resource is assigned")
            );
        }
        reservation.assigned_resource_locked = true;
    }
    Ok(())
}

/// Changes until when an optional reservation is held; has no meaning for others.
fn release(
    reservation: &mut Reservation,
    update: &ReservationUpdate,
    (start, now): (UtcInstant, UtcInstant),
) -> Result<(), Error> {
    if reservation.state != ReservationState::Optional {
        return Ok(());
    }
    update.released_utc.apply(&mut reservation.released_utc);
    let changed = update.released_utc.set();
    if changed.is_some_and(|released| *released <= now || *released >= start) {
        return Err(Error::rule("release-out-of-range").at("/ReleasedUtc"));
    }
    Ok(())
}

/// Changes whether the main guest is checked in.
fn check_in(
    tx: &Tx<'_>,
    desk: &Desk,
    reservation: &mut Stored<Reservations>,
    update: &ReservationUpdate,
) -> Result<(), Error> {
    let Some(options) = &update.options else { return Ok(()) };
    let owner = reservation.account_id.cast();
    let is_present = match &options.owner_checked_in {
        UpdateValue::Keep => return Ok(()),
        UpdateValue::Clear => false,
        UpdateValue::Set(is_present) => *is_present,
    };
    reservation.hidden.checked_in.retain(|it| *it != owner);
    if is_present {
        reservation.hidden.checked_in.push(owner);
    }
    let companions = stay::companionships(tx, &desk.property, reservation.id)?;
    stay::flag_checked_in(reservation, &companions);
    Ok(())
}

/// 403 where the block or the resource has no room for the changed reservation, which is written
/// already. The category may be overbooked.
fn check_room(
    tx: &Tx<'_>,
    desk: &Desk,
    reservation: &Stored<Reservations>,
    units: &[UtcInstant],
) -> Result<(), Error> {
    if !DEDUCTING.contains(&reservation.state) {
        return Ok(());
    }
    interval::check_own_block(tx, desk, reservation, units)?;
    interval::check_own_resource(tx, desk, reservation).map_err(|it| it.at("/AssignedResourceId"))
}

/// The changed reservations with their groups and their customers.
fn answer(
    tx: &Tx<'_>,
    property: Property,
    changed: &[Stored<Reservations>],
) -> Result<Reply<ReservationsVer2017>, Error> {
    let (scope, chain) = (property.scope(), property.chain());
    let first = changed.first().ok_or_else(|| unknown("ReservationUpdates"))?;
    let mut desk = Desk::open(tx, property, first.service_id)?;
    let mut reservations = Vec::with_capacity(changed.len());
    let mut groups: Vec<ReservationGroupVer2017> = Vec::new();
    let mut people: Vec<Id<ostler_api::customers::Customer>> = Vec::new();
    for stored in changed {
        if stored.service_id != desk.service.id {
            desk = Desk::open(tx, desk.property, stored.service_id)?;
        }
        let companions = stay::companionships(tx, &desk.property, stored.id)?;
        let companions: Vec<_> = companions.iter().map(|it| it.customer_id).collect();
        reservations.push(ver_2017(stored, &companions, &desk.children()));
        people.push(stored.account_id.cast());
        people.extend(companions);
        people.extend(stored.booker_id);
        if !groups.iter().any(|it| it.id == stored.group_id) {
            let group: Option<Stored<ReservationGroups>> = tx.get(scope, stored.group_id)?;
            let name = group.and_then(|it| it.document.name);
            groups.push(ReservationGroupVer2017 { id: stored.group_id, name });
        }
    }
    people.sort_unstable();
    people.dedup();
    let mut found = Vec::with_capacity(people.len());
    for id in people {
        let customer: Option<Stored<Customers>> = tx.get(chain, id)?;
        if let Some(customer) = customer {
            found.push(customers::wire(tx, &customer)?);
        }
    }
    Reply::of(&ReservationsVer2017 {
        reservations: Some(reservations),
        reservation_groups: Some(groups),
        customers: Some(found),
        ..ReservationsVer2017::default()
    })
}
