//! What guests of a demo hotel do, as requests to the hotel's own operations.

use ostler_contract::error::Error;
use ostler_contract::primitives::{Id, Number, UtcInstant};
use ostler_hotel::bills;
use ostler_hotel::context::{Caller, Context, Languages, Member};
use ostler_hotel::operation::Prepared;
use ostler_hotel::property::Property;
use ostler_hotel::registry;
use ostler_store::Tx;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::chance::Chance;
use super::house::House;
use super::plans::{COMPANIES, FIRST_NAMES, LAST_NAMES, Plan, RATES};
use super::stays::{Event, Fate, Stay, later};

/// Plays the guests of one hotel.
pub(crate) struct Guests {
    plan: &'static Plan,
    pub(crate) house: House,
    integration: Uuid,
    chance: Chance,
    /// What was booked for each stay: reservation and customer.
    booked: Vec<Option<(Uuid, Uuid)>>,
    customers: Vec<Uuid>,
    companies: Vec<Uuid>,
    requests: u64,
}

impl Guests {
    /// The guests of a hotel, none of whom has booked yet.
    pub(crate) fn new(
        plan: &'static Plan,
        (house, integration): (House, Uuid),
        chance: Chance,
        stays: usize,
    ) -> Self {
        let (booked, customers, companies) = (vec![None; stays], Vec::new(), Vec::new());
        let requests = 0;
        Self { plan, house, integration, chance, booked, customers, companies, requests }
    }

    /// Writes the companies that guests travel for.
    pub(crate) fn found_companies(&mut self, tx: &mut Tx<'_>, at: UtcInstant) -> Result<(), Error> {
        for (name, is_agency) in COMPANIES {
            let body = json!({
                "Name": name,
                "Options": {
                    "Invoiceable": true, "AddFeesToInvoices": false,
                    "AddTaxDeductedPaymentToInvoices": false,
                },
                "InvoiceDueInterval": "P0M14DT0H0M0S",
                "Iata": is_agency.then_some("96-8 1234 5"),
            });
            let answer = self.send(tx, at, "companies/add", body)?;
            self.companies.push(identifier(answer.pointer("/Companies/0/Id"))?);
        }
        Ok(())
    }

    /// Lets one event happen.
    ///
    /// # Errors
    /// What the hotel's operations answer; the demo is wrong then.
    pub(crate) fn play(
        &mut self,
        tx: &mut Tx<'_>,
        at: UtcInstant,
        event: Event,
        (index, stay): (usize, &Stay),
    ) -> Result<(), Error> {
        if event == Event::Book {
            let booked = self.book(tx, at, stay)?;
            if let Some(slot) = self.booked.get_mut(index) {
                *slot = Some(booked);
            }
            return Ok(());
        }
        let Some((reservation, customer)) = self.booked.get(index).copied().flatten() else {
            return Ok(());
        };
        match event {
            Event::Book => Ok(()),
            Event::Cancel => {
                let body = json!({ "ReservationIds": [reservation], "Notes": "Changed plans" });
                self.send(tx, at, "reservations/cancel", body).map(drop)
            }
            Event::Arrive => self.arrive(tx, at, stay, reservation),
            Event::Consume => self.consume(tx, at, reservation, customer),
            Event::Depart => self.depart(tx, at, reservation, customer),
        }
    }

    /// Makes a room ready for the next guest.
    pub(crate) fn inspect(
        &mut self,
        tx: &mut Tx<'_>,
        at: UtcInstant,
        rooms: &[Uuid],
    ) -> Result<(), Error> {
        let updates: Vec<Value> = rooms
            .iter()
            .map(|room| json!({ "ResourceId": room, "State": { "Value": "Inspected" } }))
            .collect();
        self.send(tx, at, "resources/update", json!({ "ResourceUpdates": updates })).map(drop)
    }

    fn book(
        &mut self,
        tx: &mut Tx<'_>,
        at: UtcInstant,
        stay: &Stay,
    ) -> Result<(Uuid, Uuid), Error> {
        let customer = self.customer(tx, at)?;
        let (category, capacity) = {
            let category = self.house.categories.get(stay.category);
            category.map(|(id, capacity, _)| (*id, *capacity)).ok_or_else(|| missing("category"))?
        };
        let adults = 1 + self.chance.below(capacity);
        let mut persons = vec![json!({ "AgeCategoryId": self.house.adult, "Count": adults })];
        if capacity == 2 && stay.category > 0 && self.chance.percent(12) {
            persons.push(json!({ "AgeCategoryId": self.house.child, "Count": 1 }));
        }
        let rate = self.rate(stay);
        let room = self.house.room(stay).filter(|_| stay.fate == Fate::Stays);
        let breakfast = self.chance.percent(25).then(|| self.house.stay_products.first()).flatten();
        let state = match stay.fate {
            Fate::Stays | Fate::Cancelled => "Confirmed",
            Fate::Optional => "Optional",
            Fate::Enquired => "Enquired",
        };
        let released =
            (stay.fate == Fate::Optional).then(|| later(stay.arrival, -24)).transpose()?;
        let company = self.chance.percent(10).then(|| self.chance.pick(&self.companies)).flatten();
        let body = json!({
            "ServiceId": self.house.stay,
            "Reservations": [{
                "State": state, "StartUtc": stay.arrival, "EndUtc": stay.departure,
                "ReleasedUtc": released.filter(|released| *released > at),
                "PersonCounts": persons, "CustomerId": customer, "RequestedCategoryId": category,
                "AssignedResourceId": room, "RateId": rate, "CompanyId": company,
                "BusinessSegmentId": self.chance.pick(&self.house.segments),
                "ProductOrders": breakfast.map(|id| vec![json!({ "ProductId": id })]),
            }],
            "CheckRateApplicability": false,
            "CheckOverbooking": false,
            "SendConfirmationEmail": false,
        });
        let answer = self.send(tx, at, "reservations/add", body)?;
        let reservation = answer.pointer("/Reservations/0/Reservation/Id");
        Ok((identifier(reservation)?, customer))
    }

    /// A guest, new or known.
    fn customer(&mut self, tx: &mut Tx<'_>, at: UtcInstant) -> Result<Uuid, Error> {
        if self.chance.percent(25)
            && let Some(known) = self.chance.pick(&self.customers)
        {
            return Ok(*known);
        }
        let first = self.chance.pick(FIRST_NAMES).copied().unwrap_or_default();
        let (last, nationality) = self.chance.pick(LAST_NAMES).copied().unwrap_or_default();
        let number = self.customers.len();
        let body = json!({
            "FirstName": first, "LastName": last, "NationalityCode": nationality,
            "Email": format!("guest{number}.{}@ostler.example", self.plan.country.to_lowercase()),
            "Phone": format!("+44 20 7946 {:04}", number % 10_000),
            "Sex": null,
            "Options": ["Invoiceable"],
            "OverwriteExisting": false,
        });
        let answer = self.send(tx, at, "customers/add", body)?;
        let id = identifier(answer.get("Id"))?;
        self.customers.push(id);
        Ok(id)
    }

    /// The flexible rate mostly, sometimes one of the others.
    fn rate(&mut self, stay: &Stay) -> Option<Uuid> {
        let index = match self.chance.below(10) {
            0..5 => 0,
            other => usize::try_from(other).unwrap_or_default() % (RATES.len() - 1),
        };
        // A dorm bed is sold at the flexible rate only.
        let index = if stay.category == 4 { 0 } else { index };
        self.house.rates.get(index).copied()
    }

    fn arrive(
        &mut self,
        tx: &mut Tx<'_>,
        at: UtcInstant,
        stay: &Stay,
        reservation: Uuid,
    ) -> Result<(), Error> {
        let room = self.house.room(stay).ok_or_else(|| missing("room"))?;
        self.inspect(tx, at, &[room])?;
        self.send(tx, at, "reservations/start", json!({ "ReservationId": reservation })).map(drop)
    }

    fn consume(
        &mut self,
        tx: &mut Tx<'_>,
        at: UtcInstant,
        reservation: Uuid,
        customer: Uuid,
    ) -> Result<(), Error> {
        let service = self.chance.pick(&self.house.services).cloned();
        let Some((service, products)) = service else { return Ok(()) };
        let product = self.chance.pick(&products).copied();
        let body = json!({
            "ServiceId": service, "AccountId": customer, "LinkedReservationId": reservation,
            "ProductOrders": [{ "ProductId": product, "Count": 1 + self.chance.below(2) }],
        });
        self.send(tx, at, "orders/add", body).map(drop)
    }

    fn depart(
        &mut self,
        tx: &mut Tx<'_>,
        at: UtcInstant,
        reservation: Uuid,
        customer: Uuid,
    ) -> Result<(), Error> {
        let due = self.due(tx, customer)?;
        if due != Decimal::ZERO {
            let is_gross = self.plan.pricing == ostler_api::enterprises::Pricing::Gross;
            let value = if is_gross { "GrossValue" } else { "NetValue" };
            let kind = if self.chance.percent(80) { "Prepayment" } else { "Cash" };
            let body = json!({
                "AccountId": customer, "ReservationId": reservation, "Type": kind,
                "Amount": { "Currency": self.plan.currency, value: Number(due), "TaxCodes": [] },
            });
            self.send(tx, at, "payments/addExternal", body)?;
        }
        let body = json!({ "ReservationId": reservation, "CloseBills": true });
        self.send(tx, at, "reservations/process", body).map(drop)
    }

    /// What stands open on the guest's bill.
    fn due(&self, tx: &Tx<'_>, customer: Uuid) -> Result<Decimal, Error> {
        let property = Property::load(tx, self.plan.enterprise)?;
        let mut due = Decimal::ZERO;
        for bill in bills::open_bills_of(tx, &property, Id::new(customer))? {
            due += bills::balance(tx, &property, bill.id)?.0;
        }
        Ok(due)
    }

    /// Sends a request as the first demo integration would.
    fn send(
        &mut self,
        tx: &mut Tx<'_>,
        at: UtcInstant,
        address: &'static str,
        body: Value,
    ) -> Result<Value, Error> {
        self.requests += 1;
        let request = Uuid::from_u64_pair(self.requests, self.requests);
        let member = Member { enterprise: self.plan.enterprise, chain: super::CHAIN };
        let context = Context {
            now: at,
            request,
            caller: Caller {
                integration: self.integration,
                client: "Ostler demo".to_owned(),
                enterprises: vec![member],
                portfolio: None,
                service: None,
            },
            languages: Languages::default(),
        };
        let row = registry::operation(address).ok_or_else(|| missing(address))?;
        let Prepared::Command(command) = (row.prepare)(body)? else { return Err(missing(address)) };
        tx.go_on(at, request);
        let answer = command.answer(tx, &context)?.body.concat();
        serde_json::from_slice(&answer).map_err(Error::internal)
    }
}

fn identifier(value: Option<&Value>) -> Result<Uuid, Error> {
    let text = value.and_then(Value::as_str).unwrap_or_default();
    text.parse().map_err(|_reason: uuid::Error| missing("identifier"))
}

fn missing(what: &'static str) -> Error {
    Error::internal(format!("the demo hotel lacks: {what}"))
}
