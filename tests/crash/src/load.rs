//! Clients that write until the server is gone, and what they know of each write.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use ostler_client::api::Operation;
use ostler_client::api::bills::BillType;
use ostler_client::api::bills::requests::{CloseBill, GetBills};
use ostler_client::api::customers::{AddCustomer, Customer};
use ostler_client::api::objects::AmountParameters;
use ostler_client::api::orders::{AddOrder, ItemParameters};
use ostler_client::api::payments::{AddExternalPayment, ExternalPaymentType};
use ostler_client::api::reservations::add::{AddReservations, ReservationParameters};
use ostler_client::api::reservations::entity::{AgeCategoryParameters, Reservation};
use ostler_client::api::reservations::stay::{
    CancelReservations, ProcessReservation, StartReservation,
};
use ostler_client::api::resource_categories::ResourceCategory;
use ostler_client::api::resources::{Resource, ResourceState, ResourceUpdate, UpdateResources};
use ostler_client::primitives::{Bounded, Id};
use ostler_client::{Client, Error};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::hotel::{Hotel, NIGHTS, at};
use crate::{CLIENTS, Problem, Report};

/// How long the wanted number of writes may take, far beyond what it does.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is known of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It was refused, or never reached the server.
    Undone,
    /// Its answer did not come.
    Unknown,
    /// It was acknowledged.
    Done,
}

/// A profile that was to be added; nobody else has its name.
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) fate: Fate,
    pub(crate) id: Option<Id<Customer>>,
}

/// Reservations that were to be added by one request.
pub(crate) struct Booking {
    /// The channel numbers of the reservations, which nobody else has.
    pub(crate) numbers: Vec<String>,
    pub(crate) customer: Id<Customer>,
    pub(crate) category: Id<ResourceCategory>,
    /// The first night, counted from the first that is booked; before it for stays of now.
    pub(crate) night: i32,
    pub(crate) nights: i32,
    pub(crate) room: Option<Id<Resource>>,
    pub(crate) fate: Fate,
    pub(crate) ids: Vec<Id<Reservation>>,
    pub(crate) cancelled: Fate,
    pub(crate) started: Fate,
    pub(crate) processed: Fate,
}

/// An order of two items, its payment and its bill, all of a customer of their own.
pub(crate) struct Spending {
    pub(crate) customer: Id<Customer>,
    pub(crate) ordered: Fate,
    pub(crate) paid: Fate,
    pub(crate) closed: Fate,
}

/// What was written between a start and an end of the server.
#[derive(Default)]
pub(crate) struct Cycle {
    pub(crate) profiles: Vec<Profile>,
    pub(crate) bookings: Vec<Booking>,
    pub(crate) spendings: Vec<Spending>,
    acknowledged: BTreeMap<&'static str, u32>,
    unanswered: u32,
    refused: BTreeMap<String, u32>,
    /// Writes without an answer that turned out to be done.
    pub(crate) done_unanswered: u32,
}

impl Cycle {
    fn merge(&mut self, other: Self) {
        self.profiles.extend(other.profiles);
        self.bookings.extend(other.bookings);
        self.spendings.extend(other.spendings);
        add(&mut self.acknowledged, other.acknowledged);
        self.unanswered += other.unanswered;
        add(&mut self.refused, other.refused);
    }

    pub(crate) fn count(&self, report: &mut Report) {
        add(&mut report.acknowledged, self.acknowledged.clone());
        report.unanswered += self.unanswered;
        report.done_unanswered += self.done_unanswered;
        add(&mut report.refused, self.refused.clone());
    }
}

fn add<K: Ord>(counts: &mut BTreeMap<K, u32>, more: BTreeMap<K, u32>) {
    for (key, count) in more {
        *counts.entry(key).or_default() += count;
    }
}

/// Stays that earlier cycles left in their rooms.
#[derive(Default)]
pub(crate) struct Stays {
    pub(crate) started: Vec<Id<Reservation>>,
}

/// Clients at work.
pub(crate) struct Load {
    workers: JoinSet<Result<Cycle, Problem>>,
    acknowledged: watch::Receiver<usize>,
}

pub(crate) fn start(
    client: &Client,
    hotel: &Arc<Hotel>,
    name: &str,
    chance: &mut Rng,
    stays: &mut Stays,
) -> Load {
    let (sender, acknowledged) = watch::channel(0);
    let mut workers = JoinSet::new();
    for number in 0..CLIENTS {
        let worker = Worker {
            client: client.clone(),
            hotel: Arc::clone(hotel),
            name: format!("{name}-{number}"),
            chance: chance.fork(),
            acknowledged: sender.clone(),
            leaving: stays.started.pop(),
            rooms: number,
            is_served: true,
            count: 0,
            cycle: Cycle::default(),
        };
        workers.spawn(worker.work());
    }
    Load { workers, acknowledged }
}

impl Load {
    /// Waits until so many writes are acknowledged.
    pub(crate) async fn acknowledged(&self, count: usize) -> Result<(), Problem> {
        let mut acknowledged = self.acknowledged.clone();
        timeout(PATIENCE, acknowledged.wait_for(|it| *it >= count)).await??;
        Ok(())
    }

    /// What the clients know, once the server is gone.
    pub(crate) async fn finish(mut self) -> Result<Cycle, Problem> {
        let mut whole = Cycle::default();
        while let Some(part) = self.workers.join_next().await {
            whole.merge(part??);
        }
        Ok(whole)
    }
}

struct Worker {
    client: Client,
    hotel: Arc<Hotel>,
    /// No other worker of any cycle has it.
    name: String,
    chance: Rng,
    acknowledged: watch::Sender<usize>,
    /// A stay to check out first.
    leaving: Option<Id<Reservation>>,
    /// Which rooms it checks guests in to: each worker has its own.
    rooms: usize,
    is_served: bool,
    count: usize,
    cycle: Cycle,
}

impl Worker {
    async fn work(mut self) -> Result<Cycle, Problem> {
        if let Some(stay) = self.leaving.take() {
            self.write(&leave(stay)).await?;
        }
        while self.is_served {
            self.count += 1;
            match self.chance.u8(0..10) {
                0..3 => drop(self.profile().await?),
                3..6 => self.book().await?,
                6..8 => self.spend().await?,
                _ => self.stay().await?,
            }
        }
        Ok(self.cycle)
    }

    /// Sends one write, once.
    async fn write<R: Operation>(
        &mut self,
        request: &R,
    ) -> Result<(Fate, Option<R::Response>), Problem> {
        match self.client.call(request).await {
            Ok(response) => {
                *self.cycle.acknowledged.entry(R::ADDRESS).or_default() += 1;
                self.acknowledged.send_modify(|count| *count += 1);
                Ok((Fate::Done, Some(response)))
            }
            Err(Error::Unanswered(unanswered)) => {
                self.is_served = false;
                if !unanswered.was_sent {
                    return Ok((Fate::Undone, None));
                }
                self.cycle.unanswered += 1;
                Ok((Fate::Unknown, None))
            }
            Err(
                Error::Forbidden(refusal) | Error::Conflict(refusal) | Error::Overloaded(refusal),
            ) => {
                let told = format!("{}: {}", R::ADDRESS, refusal.message);
                *self.cycle.refused.entry(told).or_default() += 1;
                Ok((Fate::Undone, None))
            }
            Err(error) => Err(format!("{}: {error}", R::ADDRESS).into()),
        }
    }

    async fn profile(&mut self) -> Result<Option<Id<Customer>>, Problem> {
        let name = format!("{}-{}", self.name, self.cycle.profiles.len());
        let request = AddCustomer {
            last_name: name.clone(),
            nationality_code: Some("GB".to_owned()),
            ..AddCustomer::default()
        };
        let (fate, added) = self.write(&request).await?;
        let id = added.map(|it| it.id);
        self.cycle.profiles.push(Profile { name, fate, id });
        Ok(id)
    }

    /// Books one to three rooms and sometimes cancels them.
    async fn book(&mut self) -> Result<(), Problem> {
        let Some(customer) = self.profile().await? else { return Ok(()) };
        let nights = self.chance.i32(1..=4);
        let night = self.chance.i32(0..NIGHTS - nights);
        let index = self.chance.usize(0..self.hotel.categories.len());
        let category = self.hotel.categories.get(index).copied().ok_or("no categories")?;
        let count = self.chance.usize(1..=3);
        let booking = self.booking(customer, category, (night, nights), count);
        let Some(booking) = self.add(booking).await? else { return Ok(()) };
        if self.chance.bool() {
            let cancel = CancelReservations {
                reservation_ids: Some(Bounded::try_from(booking.ids.clone())?),
                notes: Some("Ill".to_owned()),
                ..CancelReservations::default()
            };
            let cancelled = self.write(&cancel).await?.0;
            self.cycle.bookings.push(Booking { cancelled, ..booking });
        } else {
            self.cycle.bookings.push(booking);
        }
        Ok(())
    }

    fn booking(
        &self,
        customer: Id<Customer>,
        category: Id<ResourceCategory>,
        (night, nights): (i32, i32),
        count: usize,
    ) -> Booking {
        let numbers = (0..count).map(|it| format!("{}-{}-{it}", self.name, self.count)).collect();
        let (fate, ids) = (Fate::Undone, Vec::new());
        let [cancelled, started, processed] = [Fate::Undone; 3];
        let room = None;
        Booking {
            numbers,
            customer,
            category,
            night,
            nights,
            room,
            fate,
            ids,
            cancelled,
            started,
            processed,
        }
    }

    /// Adds the reservations; what was not acknowledged is kept as it is.
    async fn add(&mut self, mut booking: Booking) -> Result<Option<Booking>, Problem> {
        let arrival = at(self.hotel.day(booking.night)?, 15)?;
        let departure = at(self.hotel.day(booking.night + booking.nights)?, 9)?;
        let wanted = booking.numbers.iter().map(|number| {
            let (category, rate) = (booking.category, self.hotel.rate);
            let mut wanted = ReservationParameters::new(arrival, departure, category, rate);
            let adult = AgeCategoryParameters { age_category_id: self.hotel.adult, count: 1 };
            wanted.person_counts = Some([adult].into());
            wanted.customer_id = Some(booking.customer);
            wanted.channel_number = Some(number.clone());
            wanted.assigned_resource_id = booking.room;
            wanted.time_unit_amount = Some(pounds(100));
            wanted
        });
        let wanted = Bounded::try_from(wanted.collect::<Vec<_>>())?;
        let request = AddReservations {
            // Who is in the house already was not booked in time for the rate.
            check_rate_applicability: booking.room.map(|_| false),
            ..AddReservations::new(self.hotel.service, wanted)
        };
        let (fate, added) = self.write(&request).await?;
        booking.fate = fate;
        let Some(added) = added else {
            self.cycle.bookings.push(booking);
            return Ok(None);
        };
        booking.ids = added.reservations.iter().map(|it| it.reservation.id).collect();
        Ok(Some(booking))
    }

    /// Checks a guest in who came yesterday, and out.
    async fn stay(&mut self) -> Result<(), Problem> {
        let mine = self.hotel.rooms.iter().skip(self.rooms).step_by(CLIENTS);
        let mine: Vec<_> = mine.copied().collect();
        let index = self.chance.usize(0..mine.len().max(1));
        let Some(&(room, category)) = mine.get(index) else { return Ok(()) };
        let Some(customer) = self.profile().await? else { return Ok(()) };
        let mut booking = self.booking(customer, category, (-2, 1), 1);
        booking.room = Some(room);
        let Some(mut booking) = self.add(booking).await? else { return Ok(()) };
        if let [stay] = *booking.ids {
            let ready = ResourceUpdate {
                state: ResourceState::Inspected.into(),
                ..ResourceUpdate::new(room)
            };
            self.write(&UpdateResources { resource_updates: [ready].into() }).await?;
            let start = StartReservation { enterprise_id: None, reservation_id: stay };
            if self.is_served {
                booking.started = self.write(&start).await?.0;
            }
            if booking.started == Fate::Done {
                booking.processed = self.write(&leave(stay)).await?.0;
            }
        }
        self.cycle.bookings.push(booking);
        Ok(())
    }

    /// Orders two items, pays them and closes the bill.
    async fn spend(&mut self) -> Result<(), Problem> {
        let Some(customer) = self.profile().await? else { return Ok(()) };
        let [ordered, paid, closed] = [Fate::Undone; 3];
        let mut spending = Spending { customer, ordered, paid, closed };
        let item =
            |name: &str, value| ItemParameters::new(name, 1, pounds(value).taxed(["UK-2022-20%"]));
        let order = AddOrder {
            account_id: Some(customer.cast()),
            items: Some([item("Massage", 70), item("Oil", 5)].into()),
            ..AddOrder::new(self.hotel.spa)
        };
        spending.ordered = self.write(&order).await?.0;
        let payment = AddExternalPayment {
            account_id: Some(customer.cast()),
            type_: Some(ExternalPaymentType::Cash),
            ..AddExternalPayment::new(pounds(75))
        };
        if spending.ordered == Fate::Done {
            spending.paid = self.write(&payment).await?.0;
        }
        if spending.paid == Fate::Done && self.chance.bool() {
            let of = GetBills { customer_ids: Some([customer].into()), ..GetBills::default() };
            // The server may be gone.
            if let Ok(found) = self.client.call(&of).await {
                let bill = found.bills.first().ok_or("paid onto no bill")?.id;
                spending.closed = self.write(&CloseBill::new(bill, BillType::Receipt)).await?.0;
            }
        }
        self.cycle.spendings.push(spending);
        Ok(())
    }
}

fn leave(stay: Id<Reservation>) -> ProcessReservation {
    ProcessReservation {
        allow_open_balance: Some(true),
        notes: Some("Pays later".to_owned()),
        ..ProcessReservation::new(stay)
    }
}

fn pounds(value: i64) -> AmountParameters {
    AmountParameters::gross(value.into(), "GBP").taxed::<String>([])
}
