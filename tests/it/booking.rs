//! What the tests of reservations share: the London hotel, where nobody has booked November.

use ostler_hotel::context::{Caller, Context, Languages, Member};
use ostler_hotel::operation::Prepared;
use ostler_hotel::registry::operation;
use ostler_store::Call;
use ostler_worlds::demo;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{CLIENT, Response, Server};

/// The London hotel as its lists show it.
pub(crate) struct House {
    pub(crate) server: Server,
    pub(crate) service: Value,
    /// A category for 2 and 2 more, with 6 rooms.
    pub(crate) suite: Value,
    /// A public rate without restrictions.
    pub(crate) rate: Value,
    /// A private rate, which the voucher `OSTLER-CORP` opens.
    pub(crate) private_rate: Value,
    pub(crate) adult: Value,
    pub(crate) child: Value,
    /// A guest with a complete profile.
    pub(crate) guest: Value,
}

impl House {
    pub(crate) fn new() -> Self {
        let server = Server::new();
        let list = |address: &str, name: &str, mut body: Value| {
            body["Limitation"] = json!({ "Count": 100 });
            server.post(address, body).ok()[name].as_array().unwrap().clone()
        };
        let service = list("services/getAll", "Services", json!({ "ServiceType": "Bookable" }))[0]
            ["Id"]
            .clone();
        let of = json!({ "ServiceIds": [service] });
        let categories = list("resourceCategories/getAll", "ResourceCategories", of.clone());
        let suite = categories.iter().find(|it| it["ShortNames"]["en-GB"] == "JST").unwrap();
        let suite = suite["Id"].clone();
        let rates = list("rates/getAll", "Rates", of.clone());
        let rate =
            |short: &str| rates.iter().find(|it| it["ShortName"] == short).unwrap()["Id"].clone();
        let ages = list("ageCategories/getAll", "AgeCategories", of);
        let age =
            |kind: &str| ages.iter().find(|it| it["Classification"] == kind).unwrap()["Id"].clone();
        let (flexible, private) = (rate("FLEX"), rate("CORP"));
        let (adult, child) = (age("Adult"), age("Child"));
        let guest = json!({ "FirstName": "Ada", "LastName": "Ember", "NationalityCode": "GB", "OverwriteExisting": false });
        let guest = server.post("customers/add", guest).ok()["Id"].clone();
        Self { service, suite, rate: flexible, private_rate: private, adult, child, guest, server }
    }

    /// A further guest.
    pub(crate) fn guest(&self, last_name: &str) -> Value {
        let guest =
            json!({ "LastName": last_name, "NationalityCode": "GB", "OverwriteExisting": false });
        self.server.post("customers/add", guest).ok()["Id"].clone()
    }

    /// The parameters of a reservation of the suite for two adults at 100 a night, from and to these
    /// days of November.
    pub(crate) fn stay(&self, from: u32, to: u32) -> Value {
        json!({
            "Identifier": format!("{from}-{to}"),
            "StartUtc": format!("2026-11-{from:02}T15:00:00Z"),
            "EndUtc": format!("2026-11-{to:02}T12:00:00Z"),
            "PersonCounts": [{ "AgeCategoryId": self.adult, "Count": 2 }],
            "CustomerId": self.guest,
            "RequestedCategoryId": self.suite,
            "RateId": self.rate,
            "TimeUnitAmount": self.amount("100"),
        })
    }

    /// A price of the London hotel.
    pub(crate) fn amount(&self, gross: &str) -> Value {
        let gross: Value = serde_json::from_str(gross).unwrap();
        json!({ "Currency": "GBP", "GrossValue": gross, "TaxCodes": ["UK-2022-20%"] })
    }

    /// Tries to book.
    pub(crate) fn try_book(&self, reservations: &[Value]) -> Response {
        self.server.post(
            "reservations/add",
            json!({ "ServiceId": self.service, "Reservations": reservations }),
        )
    }

    /// Books one reservation; what the answer shows of it.
    #[track_caller]
    pub(crate) fn book(&self, reservation: Value) -> Value {
        self.try_book(&[reservation]).ok()["Reservations"][0]["Reservation"].clone()
    }

    /// A reservation as its list shows it.
    #[track_caller]
    pub(crate) fn read(&self, id: &Value) -> Value {
        let body = json!({ "ReservationIds": [id], "Limitation": { "Count": 1 } });
        self.server.post("reservations/getAll/2023-06-06", body).ok()["Reservations"][0].clone()
    }

    /// The order items of a reservation, the oldest first.
    pub(crate) fn items(&self, reservation: &Value) -> Vec<Value> {
        let body = json!({ "ServiceOrderIds": [reservation], "Limitation": { "Count": 1000 } });
        let found = self.server.post("orderItems/getAll", body).ok();
        let mut items = found["OrderItems"].as_array().unwrap().clone();
        items.reverse();
        items
    }

    /// How many suites are left on these days of November.
    pub(crate) fn left(&self, from: u32, to: u32) -> Vec<i64> {
        let body = json!({
            "ServiceId": self.service,
            "FirstTimeUnitStartUtc": format!("2026-11-{from:02}T00:00:00Z"),
            "LastTimeUnitStartUtc": format!("2026-11-{to:02}T00:00:00Z"),
        });
        let found = self.server.post("services/getAvailability", body).ok();
        let categories = found["CategoryAvailabilities"].as_array().unwrap();
        let suite = categories.iter().find(|it| it["CategoryId"] == self.suite).unwrap();
        suite["Availabilities"].as_array().unwrap().iter().map(|it| it.as_i64().unwrap()).collect()
    }

    /// The identifiers of two rooms in the category.
    pub(crate) fn rooms(&self) -> Vec<Value> {
        let body = json!({
            "ResourceCategoryIds": [self.suite], "Limitation": { "Count": 10 },
        });
        let found = self.server.post("resourceCategoryAssignments/getAll", body).ok();
        let assignments = found["ResourceCategoryAssignments"].as_array().unwrap();
        assignments.iter().map(|it| it["ResourceId"].clone()).collect()
    }

    /// Calls an operation at another time; its answer, or the failure with its status.
    pub(crate) fn at(&self, now: &str, address: &str, body: Value) -> Result<Value, (u16, String)> {
        let context = Context {
            now: now.parse().unwrap(),
            request: Uuid::nil(),
            caller: Caller {
                integration: Uuid::nil(),
                client: CLIENT.to_owned(),
                enterprises: vec![Member { enterprise: demo::GROSS, chain: demo::CHAIN }],
                portfolio: None,
                service: None,
            },
            languages: Languages::default(),
        };
        let call = Call { request: context.request, ..Call::at(context.now) };
        let store = &self.server.world.store;
        let answer = (operation(address).unwrap().prepare)(body).and_then(|it| match it {
            Prepared::Query(query) => store.read_now(call, move |it| query.answer(it, &context)),
            Prepared::Command(command) => {
                store.write_now(call, move |tx| command.answer(tx, &context))
            }
        });
        match answer {
            Ok(answer) => Ok(serde_json::from_slice(&answer.body.concat()).unwrap()),
            Err(error) => Err((error.code().status(), error.to_string())),
        }
    }
}
