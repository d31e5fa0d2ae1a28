//! What is left, held against what was promised.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use futures_util::TryStreamExt;
use ostler_client::Client;
use ostler_client::api::Paged;
use ostler_client::api::bills::requests::GetBills;
use ostler_client::api::bills::{Bill, BillState};
use ostler_client::api::companionships::GetCompanionships;
use ostler_client::api::customers::{Customer, CustomerExtent, GetCustomers};
use ostler_client::api::order_items::{AccountingState, GetOrderItems, OrderItem};
use ostler_client::api::payments::{GetPayments, Payment};
use ostler_client::api::reservation_groups::GetReservationGroups;
use ostler_client::api::reservations::entity::{Reservation, ReservationState};
use ostler_client::api::reservations::get_all::GetReservations;
use ostler_client::primitives::Id;
use rust_decimal::Decimal;

use crate::Problem;
use crate::hotel::{Hotel, availability};
use crate::load::{Booking, Cycle, Fate, Profile, Spending, Stays};

/// Holds one cycle against its promises; what was unknown is known afterwards.
pub(crate) async fn cycle(
    client: &Client,
    cycle: &mut Cycle,
    stays: &mut Stays,
) -> Result<(), Problem> {
    cycle.done_unanswered += profiles(client, &mut cycle.profiles).await?;
    cycle.done_unanswered += bookings(client, &mut cycle.bookings, stays).await?;
    cycle.done_unanswered += spendings(client, &mut cycle.spendings).await?;
    Ok(())
}

/// Whether so many of `whole` are what the fate allows: all or none, none of what was not done.
fn agrees(fate: &mut Fate, found: usize, whole: usize, what: &str) -> Result<u32, Problem> {
    match (*fate, found) {
        (Fate::Done, _) if found == whole => Ok(0),
        (Fate::Undone, 0) => Ok(0),
        (Fate::Unknown, 0) => {
            *fate = Fate::Undone;
            Ok(0)
        }
        (Fate::Unknown, _) if found == whole => {
            *fate = Fate::Done;
            Ok(1)
        }
        _ => Err(format!("{what}: {found} of {whole} are there, known as {fate:?}").into()),
    }
}

async fn profiles(client: &Client, profiles: &mut [Profile]) -> Result<u32, Problem> {
    let names: Vec<String> = profiles.iter().map(|it| it.name.clone()).collect();
    if names.is_empty() {
        return Ok(0);
    }
    let of = GetCustomers { last_names: Some(names.try_into()?), ..Default::default() };
    let found = customers(client, of).await?;
    let found = grouped(found, |it| it.last_name.clone());
    let mut done_unanswered = 0;
    for profile in profiles {
        let ids: Vec<_> = found.get(&profile.name).into_iter().flatten().map(|it| it.id).collect();
        let what = format!("customer {}", profile.name);
        done_unanswered += agrees(&mut profile.fate, ids.len(), 1, &what)?;
        if profile.id.is_some_and(|id| ids != [id]) {
            return Err(format!("{what} has another identifier").into());
        }
        profile.id = ids.first().copied();
    }
    Ok(done_unanswered)
}

async fn bookings(
    client: &Client,
    bookings: &mut [Booking],
    stays: &mut Stays,
) -> Result<u32, Problem> {
    let mut done_unanswered = 0;
    for part in bookings.chunks_mut(25) {
        let numbers: Vec<String> = part.iter().flat_map(|it| it.numbers.clone()).collect();
        let of =
            GetReservations { channel_numbers: Some(numbers.try_into()?), ..Default::default() };
        let found: Vec<Reservation> =
            all(client, of).await?.into_iter().flat_map(|it| it.reservations).collect();
        let hanging = Hanging::read(client, &found).await?;
        let found = grouped(found, |it| it.channel_number.clone().unwrap_or_default());
        for booking in part {
            let mine: Vec<&Reservation> =
                booking.numbers.iter().filter_map(|it| found.get(it)).flatten().collect();
            let what = format!("reservations {:?}", booking.numbers);
            done_unanswered += agrees(&mut booking.fate, mine.len(), booking.numbers.len(), &what)?;
            let ids: Vec<_> = mine.iter().map(|it| it.id).collect();
            let acknowledged: HashSet<_> = booking.ids.iter().collect();
            if !booking.ids.is_empty() && acknowledged != ids.iter().collect() {
                return Err(format!("{what} have other identifiers").into());
            }
            booking.ids = ids;
            for reservation in &mine {
                hanging.check(booking, reservation)?;
                if reservation.state == ReservationState::Started {
                    stays.started.push(reservation.id);
                }
            }
            done_unanswered += states(booking, &mine)?;
        }
    }
    Ok(done_unanswered)
}

/// Whether the reservations of a booking are, all of them, in a state that they can be in.
fn states(booking: &mut Booking, mine: &[&Reservation]) -> Result<u32, Problem> {
    let what = format!("reservations {:?}", booking.numbers);
    let count =
        |states: &[ReservationState]| mine.iter().filter(|it| states.contains(&it.state)).count();
    let cancelled = count(&[ReservationState::Canceled]);
    let started = count(&[ReservationState::Started, ReservationState::Processed]);
    let processed = count(&[ReservationState::Processed]);
    let whole = mine.len();
    if whole == 0 {
        return Ok(0);
    }
    Ok(agrees(&mut booking.cancelled, cancelled, whole, &format!("{what} cancelled"))?
        + agrees(&mut booking.started, started, whole, &format!("{what} checked in"))?
        + agrees(&mut booking.processed, processed, whole, &format!("{what} checked out"))?)
}

/// What hangs on reservations: groups, guests, items.
struct Hanging {
    groups: HashSet<Id<ostler_client::api::reservation_groups::ReservationGroup>>,
    guests: HashSet<(Id<Reservation>, Id<Customer>)>,
    items: HashMap<Id<Reservation>, Vec<OrderItem>>,
}

impl Hanging {
    async fn read(client: &Client, reservations: &[Reservation]) -> Result<Self, Problem> {
        let ids: Vec<_> = reservations.iter().map(|it| it.id).collect();
        if ids.is_empty() {
            let (groups, guests, items) = Default::default();
            return Ok(Self { groups, guests, items });
        }
        let groups = reservations.iter().map(|it| it.group_id).collect::<Vec<_>>();
        let of = GetReservationGroups {
            reservation_group_ids: Some(groups.try_into()?),
            ..Default::default()
        };
        let groups = all(client, of).await?.into_iter().flat_map(|it| it.reservation_groups);
        let of = GetCompanionships {
            reservation_ids: Some(ids.clone().try_into()?),
            ..Default::default()
        };
        let guests = all(client, of).await?.into_iter().flat_map(|it| it.companionships).flatten();
        let guests = guests.filter_map(|it| Some((it.reservation_id?, it.customer_id)));
        let orders: Vec<_> = ids.iter().map(|it| it.cast()).collect();
        let of =
            GetOrderItems { service_order_ids: Some(orders.try_into()?), ..Default::default() };
        let items = all(client, of).await?.into_iter().flat_map(|it| it.order_items);
        Ok(Self {
            groups: groups.map(|it| it.id).collect(),
            guests: guests.collect(),
            items: grouped(items, |it| it.service_order_id.cast()),
        })
    }

    fn check(&self, booking: &Booking, reservation: &Reservation) -> Result<(), Problem> {
        let what = reservation.channel_number.as_deref().unwrap_or_default();
        if !self.groups.contains(&reservation.group_id) {
            return Err(format!("reservation {what} has no group").into());
        }
        if !self.guests.contains(&(reservation.id, booking.customer)) {
            return Err(format!("reservation {what} has no guest").into());
        }
        let items = self.items.get(&reservation.id).map(Vec::as_slice).unwrap_or_default();
        if i32::try_from(items.len())? != booking.nights {
            let (found, nights) = (items.len(), booking.nights);
            return Err(format!("reservation {what} has {found} items for {nights} nights").into());
        }
        let is_cancelled = reservation.state == ReservationState::Canceled;
        let is_of_state =
            |it: &OrderItem| (it.accounting_state == AccountingState::Canceled) == is_cancelled;
        if items.iter().all(is_of_state) {
            return Ok(());
        }
        Err(format!("reservation {what} is {:?}, its items are not", reservation.state).into())
    }
}

async fn spendings(client: &Client, spendings: &mut [Spending]) -> Result<u32, Problem> {
    let mut done_unanswered = 0;
    for part in spendings.chunks_mut(100) {
        let customers: Vec<Id<Customer>> = part.iter().map(|it| it.customer).collect();
        let accounts: Vec<_> = customers.iter().map(|it| it.cast()).collect();
        let of =
            GetOrderItems { account_ids: Some(accounts.clone().try_into()?), ..Default::default() };
        let items = all(client, of).await?.into_iter().flat_map(|it| it.order_items);
        let items = grouped(items, |it| it.account_id.map(Id::cast));
        let of = GetPayments { account_ids: Some(accounts.try_into()?), ..Default::default() };
        let payments = all(client, of).await?.into_iter().flat_map(|it| it.payments);
        let payments = grouped(payments, |it| Some(it.account_id.cast()));
        let of = GetBills { customer_ids: Some(customers.try_into()?), ..Default::default() };
        let bills = all(client, of).await?.into_iter().flat_map(|it| it.bills);
        let bills = grouped(bills, |it| it.account_id.cast());
        for spending in part {
            let of = Some(spending.customer);
            let items = items.get(&of).map(Vec::as_slice).unwrap_or_default();
            let payments = payments.get(&of).map(Vec::as_slice).unwrap_or_default();
            let bills = bills.get(&spending.customer).map(Vec::as_slice).unwrap_or_default();
            let closed = bills.iter().filter(|it| it.state == BillState::Closed).count();
            let what = |what: &str| format!("{what} of customer {}", spending.customer);
            let (order, payment, bill) =
                (what("the items"), what("the payment"), what("the closed bill"));
            done_unanswered += agrees(&mut spending.ordered, items.len(), 2, &order)?
                + agrees(&mut spending.paid, payments.len(), 1, &payment)?
                + agrees(&mut spending.closed, closed, 1, &bill)?;
            for bill in bills {
                balanced(bill, items, payments)?;
            }
        }
    }
    Ok(done_unanswered)
}

/// A closed receipt is paid to the penny, and what is on it is closed; on an open one nothing is.
fn balanced(bill: &Bill, items: &[OrderItem], payments: &[Payment]) -> Result<(), Problem> {
    let is_closed = bill.state == BillState::Closed;
    let of_items = items
        .iter()
        .filter(|it| it.bill_id == Some(bill.id))
        .map(|it| (it.amount.gross_value.0, it.accounting_state));
    let of_payments = payments
        .iter()
        .filter(|it| it.bill_id == Some(bill.id))
        .map(|it| (it.amount.gross_value.0, it.accounting_state));
    let entries: Vec<(Decimal, AccountingState)> = of_items.chain(of_payments).collect();
    let sum: Decimal = entries.iter().map(|(value, _)| *value).sum();
    let is_one = entries.iter().all(|(_, it)| (*it == AccountingState::Closed) == is_closed);
    if is_one && (!is_closed || sum.is_zero()) {
        return Ok(());
    }
    Err(format!("bill {} is {:?} and contains {entries:?}", bill.id, bill.state).into())
}

/// Holds everything that was ever acknowledged against what is there now.
pub(crate) async fn whole(client: &Client, hotel: &Hotel, cycles: &[Cycle]) -> Result<(), Problem> {
    let profiles: Vec<&Profile> =
        cycles.iter().flat_map(|it| &it.profiles).filter(|it| it.fate == Fate::Done).collect();
    for part in profiles.chunks(1000) {
        let ids: Vec<_> = part.iter().filter_map(|it| it.id).collect();
        let of = GetCustomers { customer_ids: Some(ids.try_into()?), ..Default::default() };
        let found = customers(client, of).await?;
        let found: HashMap<_, _> = found.into_iter().map(|it| (it.id, it.last_name)).collect();
        for profile in part {
            if profile.id.and_then(|id| found.get(&id)) != Some(&profile.name) {
                return Err(format!("customer {} is lost", profile.name).into());
            }
        }
    }
    let bookings = cycles.iter().flat_map(|it| &it.bookings).filter(|it| it.fate == Fate::Done);
    let mut left = hotel.before.clone();
    let mut expected = HashSet::new();
    for booking in bookings {
        expected.extend(&booking.ids);
        if booking.cancelled == Fate::Done {
            continue;
        }
        let count = i64::try_from(booking.ids.len())?;
        for night in booking.night..booking.night + booking.nights {
            let index = usize::try_from(night).ok();
            let nights = left.get_mut(&booking.category).ok_or("an unknown category")?;
            if let Some(night) = index.and_then(|index| nights.get_mut(index)) {
                *night -= count;
            }
        }
    }
    let now = availability(client, hotel.service, hotel.first).await?;
    for (category, nights) in &left {
        if now.get(category) != Some(nights) {
            let now = now.get(category);
            return Err(format!("category {category}: left {nights:?}, offered {now:?}").into());
        }
    }
    let of = GetReservations { service_ids: Some([hotel.service].into()), ..Default::default() };
    let there: Vec<Reservation> =
        all(client, of).await?.into_iter().flat_map(|it| it.reservations).collect();
    let ids: HashSet<_> = there.iter().map(|it| it.id).collect();
    if let Some(lost) = expected.into_iter().find(|id| !ids.contains(id)) {
        return Err(format!("reservation {lost} is lost").into());
    }
    rooms(&there)
}

/// No room is given to two at one time.
fn rooms(reservations: &[Reservation]) -> Result<(), Problem> {
    let is_over = |it: &Reservation| {
        matches!(it.state, ReservationState::Canceled | ReservationState::Processed)
    };
    let staying = reservations.iter().filter(|it| !is_over(it));
    for (room, mut stays) in grouped(staying, |it| it.assigned_resource_id) {
        stays.sort_by_key(|it| it.scheduled_start_utc);
        let meets = |pair: &[&Reservation]| match pair {
            [one, next] => next.scheduled_start_utc < one.scheduled_end_utc,
            _ => false,
        };
        if let Some(room) = room
            && stays.windows(2).any(meets)
        {
            return Err(format!("room {room} is given to two at one time").into());
        }
    }
    Ok(())
}

async fn customers(client: &Client, of: GetCustomers) -> Result<Vec<Customer>, Problem> {
    let extent = CustomerExtent { customers: Some(true), ..Default::default() };
    let pages = all(client, GetCustomers { extent, ..of }).await?;
    Ok(pages.into_iter().filter_map(|it| it.customers).flatten().collect())
}

async fn all<R: Paged>(client: &Client, request: R) -> Result<Vec<R::Response>, Problem> {
    Ok(client.pages(request).try_collect().await?)
}

fn grouped<T, K: Eq + Hash>(
    items: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> K,
) -> HashMap<K, Vec<T>> {
    let mut groups: HashMap<K, Vec<T>> = HashMap::new();
    for item in items {
        groups.entry(key(&item)).or_default().push(item);
    }
    groups
}
