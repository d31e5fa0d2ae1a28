//! A hotel in memory whose clock goes as the sequence says.

use std::collections::BTreeMap;
use std::sync::Arc;

use ostler_contract::error::{Code, Error};
use ostler_contract::primitives::{Id, UtcInstant};
use ostler_hotel::bills::Bills;
use ostler_hotel::context::{Caller, Context, Languages, Member};
use ostler_hotel::operation::Prepared;
use ostler_hotel::order_items::OrderItems;
use ostler_hotel::payments::Payments;
use ostler_hotel::registry;
use ostler_hotel::upkeep;
use ostler_store::{Call, Entity, Find, Snapshot};
use ostler_worlds::demo;
use ostler_worlds::world::World;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{House, OPENING, Origin};
use crate::maker::Maker;

/// Rounds of upkeep after which nothing may be due any more.
const UPKEEP_ROUNDS_MAX: usize = 100;

/// A stay that was booked.
#[derive(Debug, Clone)]
pub(crate) struct Booked {
    /// The reservation.
    pub(crate) id: String,
    /// The category that it asks for.
    pub(crate) category: String,
    /// Its main guest.
    pub(crate) customer: String,
    /// When the guests are expected.
    pub(crate) start: UtcInstant,
    /// When they are expected to leave.
    pub(crate) end: UtcInstant,
}

/// What was done, so that it can be done again.
#[derive(Debug, Clone)]
enum Done {
    Sent { at: UtcInstant, address: String, body: Value, answer: Result<String, u16> },
    Waited { until: UtcInstant },
}

/// A client of one hotel, which remembers what it is told.
pub(crate) struct Desk {
    origin: Arc<Origin>,
    /// The world of the hotel.
    pub(crate) world: World,
    /// The hotel.
    pub(crate) house: House,
    /// Makes requests with the identifiers that were learnt.
    pub(crate) maker: Maker,
    /// Stays that were booked.
    pub(crate) booked: Vec<Booked>,
    /// Closed bills as they were when they were closed.
    pub(crate) closed: BTreeMap<String, Value>,
    now: UtcInstant,
    done: Vec<Done>,
}

impl Desk {
    /// The hotel with this number, furnished and without guests.
    #[must_use]
    pub(crate) fn new(origin: Arc<Origin>, number: usize) -> Self {
        let (house, maker) = origin.houses[number % origin.houses.len()].clone();
        let now = OPENING.parse().expect("an instant");
        let (booked, closed, done) = (Vec::new(), BTreeMap::new(), Vec::new());
        Self { world: origin.world(), origin, house, maker, booked, closed, now, done }
    }

    /// The current instant.
    #[must_use]
    pub(crate) fn now(&self) -> UtcInstant {
        self.now
    }

    /// Calls an operation; null where it refuses. What it answers is learnt.
    pub(crate) fn send(&mut self, address: &str, body: Value) -> Value {
        let answer = self.call(address, body.clone());
        let (at, address) = (self.now, address.to_owned());
        let said = answer
            .as_ref()
            .map_or(Value::Null, |text| serde_json::from_str(text).unwrap_or_default());
        if matches!(address.as_str(), "bills/close" | "reservations/process") && answer.is_ok() {
            self.note_closed();
        }
        self.done.push(Done::Sent { at, address, body, answer });
        self.maker.learn(&said);
        said
    }

    /// Lets time pass; what the hotel does by itself is done.
    pub(crate) fn wait(&mut self, until: UtcInstant) {
        if until > self.now {
            self.now = until;
            self.done.push(Done::Waited { until });
            self.keep_up();
        }
    }

    /// Everything of one kind in the hotel, newest first.
    pub(crate) fn all<E: Entity>(&self) -> Vec<Value>
    where
        E::Document: Serialize,
    {
        let scopes = [self.house.enterprise, demo::CHAIN];
        self.look(move |snapshot| found(snapshot, &Find::<E>::within(&scopes)))
    }

    /// Reads something.
    pub(crate) fn look<T: Send + 'static>(
        &self,
        mut job: impl FnMut(&Snapshot<'_>) -> Result<T, Error> + Send + 'static,
    ) -> T {
        let call = Call::at(self.now);
        let outcome = self.world.store.read_now(call, move |snapshot| job(snapshot));
        outcome.unwrap_or_else(|error| panic!("a read failed: {error} {:?}", error.cause()))
    }

    /// The same requests at the same times into the same hotel give the same answers.
    pub(crate) fn do_again(self) {
        let Self { origin, house, maker, done, .. } = self;
        let now = OPENING.parse().expect("an instant");
        let (booked, closed) = (Vec::new(), BTreeMap::new());
        let world = origin.world();
        let mut again = Self { world, origin, house, maker, booked, closed, now, done: Vec::new() };
        for step in done {
            match step {
                Done::Waited { until } => again.wait(until),
                Done::Sent { at, address, body, answer } => {
                    assert_eq!(again.now, at);
                    let given = again.call(&address, body.clone());
                    assert_eq!(given, answer, "{address} {body} is answered otherwise");
                    again.done.push(Done::Sent { at, address, body, answer });
                }
            }
        }
    }

    fn context(&self) -> Context {
        // Each request has an identifier of its own, the same one in the same place.
        let number = self.done.len() as u64 + 1;
        Context {
            now: self.now,
            request: Uuid::from_u64_pair(number, number),
            caller: Caller {
                integration: self.house.integration,
                client: "fuzz".to_owned(),
                enterprises: vec![Member { enterprise: self.house.enterprise, chain: demo::CHAIN }],
                portfolio: None,
                service: None,
            },
            languages: Languages::default(),
        }
    }

    /// The answer's text, or the status of the refusal.
    fn call(&self, address: &str, body: Value) -> Result<String, u16> {
        let context = self.context();
        let call = Call { request: context.request, ..Call::at(context.now) };
        let shown = body.to_string();
        let operation = registry::operation(address).expect("an operation");
        let store = &self.world.store;
        let outcome = (operation.prepare)(body).and_then(|it| match it {
            Prepared::Query(query) => store.read_now(call, move |it| query.answer(it, &context)),
            Prepared::Command(command) => {
                store.write_now(call, move |tx| command.answer(tx, &context))
            }
        });
        match outcome {
            Ok(answer) => Ok(String::from_utf8(answer.body.concat()).expect("text")),
            Err(error) => {
                let status = error.code().status();
                let cause = error.cause();
                assert!(status < 500, "{address} {shown}: {error} {cause:?}");
                assert_ne!(error.code(), Code::DeadlinePassed, "{address} {shown}");
                Err(status)
            }
        }
    }

    fn keep_up(&self) {
        let (enterprise, now) = (self.house.enterprise, self.now);
        let call = Call::at(now);
        for _ in 0..UPKEEP_ROUNDS_MAX {
            if !self.look(move |snapshot| upkeep::is_due(snapshot, enterprise, now)) {
                return;
            }
            let done = self.world.store.write_now(call, move |tx| upkeep::run(tx, enterprise));
            done.unwrap_or_else(|error| panic!("upkeep failed: {error} {:?}", error.cause()));
        }
        panic!("upkeep is never done");
    }

    /// Remembers bills that are closed now and were not before.
    fn note_closed(&mut self) {
        for bill in self.all::<Bills>() {
            let id = bill["Id"].as_str().expect("an identifier").to_owned();
            if bill["State"] == "Closed" && !self.closed.contains_key(&id) {
                let whole = self.whole_bill(&bill);
                self.closed.insert(id, whole);
            }
        }
    }

    /// A bill with everything that is on it.
    #[must_use]
    pub(crate) fn whole_bill(&self, bill: &Value) -> Value {
        let id: Uuid = bill["Id"].as_str().and_then(|it| it.parse().ok()).expect("an identifier");
        let scopes = [self.house.enterprise];
        let (items, payments) = self.look(move |snapshot| {
            let items = Find::<OrderItems>::within(&scopes);
            let items = items.and(OrderItems::BILL.is(Some(Id::new(id))));
            let payments = Find::<Payments>::within(&scopes);
            let payments = payments.and(Payments::BILL.is(Some(Id::new(id))));
            Ok((found(snapshot, &items)?, found(snapshot, &payments)?))
        });
        json!({ "Bill": bill, "Items": items, "Payments": payments })
    }
}

fn found<E: Entity>(snapshot: &Snapshot<'_>, find: &Find<E>) -> Result<Vec<Value>, Error>
where
    E::Document: Serialize,
{
    let found = snapshot.find(find)?;
    let values = found.iter().map(|it| serde_json::to_value(&it.document));
    values.collect::<Result<_, _>>().map_err(Error::internal)
}
