//! Availability of the demo hotels, and how booking changes it.

use serde_json::{Value, json};

use crate::rates::{rate, stay};
use crate::support::{GROSS, Response, Server};

const METRICS: [&str; 4] =
    ["ActiveResources", "OtherServiceReservationCount", "Occupied", "PublicAvailabilityAdjustment"];

/// The front desk of the London hotel.
struct Desk {
    server: Server,
    service: Value,
    rate: Value,
    guest: Value,
    adult: Value,
}

impl Desk {
    fn new() -> Self {
        let server = Server::new();
        let service = stay(&server, GROSS);
        let rate = rate(&server, GROSS, "FLEX")["Id"].clone();
        let guest = json!({ "LastName": "Palmer", "OverwriteExisting": false });
        let guest = server.post("customers/add", guest).ok()["Id"].clone();
        let ages = json!({ "ServiceIds": [service], "Limitation": { "Count": 10 } });
        let ages = server.post("ageCategories/getAll", ages).ok()["AgeCategories"].clone();
        let mut ages = ages.as_array().unwrap().iter();
        let adult = ages.find(|it| it["Classification"] == "Adult").unwrap()["Id"].clone();
        Self { server, service, rate, guest, adult }
    }

    /// Availability from one local midnight to another.
    fn days(&self, first: &str, last: &str) -> Value {
        json!({
            "ServiceId": self.service,
            "FirstTimeUnitStartUtc": first, "LastTimeUnitStartUtc": last,
        })
    }

    /// The categories of a day with what is left of them.
    fn left(&self, day: &str) -> Vec<(Value, i64)> {
        let answer = self.server.post("services/getAvailability", self.days(day, day)).ok();
        let categories = answer["CategoryAvailabilities"].as_array().unwrap().iter();
        categories
            .map(|it| (it["CategoryId"].clone(), integers(&it["Availabilities"])[0]))
            .collect()
    }

    fn book(&self, category: &Value, (start, end): (&str, &str), check: &Value) -> Response {
        let reservation = json!({
            "Identifier": "1", "StartUtc": start, "EndUtc": end, "CustomerId": self.guest,
            "PersonCounts": [{ "AgeCategoryId": self.adult, "Count": 1 }],
            "RequestedCategoryId": category, "RateId": self.rate,
        });
        let body = json!({
            "ServiceId": self.service, "CheckOverbooking": check, "SendConfirmationEmail": false,
            "Reservations": [reservation],
        });
        self.server.post("reservations/add", body)
    }
}

fn integers(value: &Value) -> Vec<i64> {
    value.as_array().unwrap().iter().map(|it| it.as_i64().unwrap()).collect()
}

#[test]
fn both_forms_of_availability_tell_the_same() {
    let desk = Desk::new();
    for (category, _) in desk.left("2026-09-14T23:00:00Z") {
        let night = ("2026-03-20T15:00:00Z", "2026-04-02T10:00:00Z");
        desk.book(&category, night, &json!(null)).ok();
    }
    let mut body = desk.days("2026-03-18T00:00:00Z", "2026-04-03T23:00:00Z");
    let classic = desk.server.post("services/getAvailability", body.clone()).ok();
    body["Metrics"] = json!(METRICS);
    let metrics = desk.server.post("services/getAvailability/2024-01-22", body).ok();
    assert_eq!(classic["TimeUnitStartsUtc"], metrics["TimeUnitStartsUtc"]);
    let (old, new) =
        (&classic["CategoryAvailabilities"], &metrics["ResourceCategoryAvailabilities"]);
    for (old, new) in old.as_array().unwrap().iter().zip(new.as_array().unwrap()) {
        assert_eq!(old["CategoryId"], new["ResourceCategoryId"]);
        let [active, elsewhere, occupied, adjusted] =
            METRICS.map(|name| integers(&new["Metrics"][name]));
        for (night, left) in integers(&old["Availabilities"]).into_iter().enumerate() {
            let figures = active[night] - elsewhere[night] - occupied[night] + adjusted[night];
            assert_eq!(left, figures, "night {night}");
        }
        // From 20 March to 1 April, thirteen nights of the eighteen.
        assert_eq!(occupied.iter().sum::<i64>(), 13);
    }
}

#[test]
fn the_last_room_is_sold_once() {
    let desk = Desk::new();
    let day = "2026-09-14T23:00:00Z";
    let night = ("2026-09-15T14:00:00Z", "2026-09-16T11:00:00Z");
    // Junior suites are the fourth of the categories.
    let (category, before) = desk.left(day)[3].clone();
    let left = || desk.left(day)[3].1;
    assert!(before > 0);
    for sold in 1..=before {
        desk.book(&category, night, &json!(null)).ok();
        assert_eq!(left(), before - sold);
    }
    let refused = desk.book(&category, night, &json!(null));
    assert_eq!(refused.refused(403), "There is no availability for the selected dates.");
    assert_eq!(left(), 0);
    // Whoever does not want to be checked is not.
    let beyond = desk.book(&category, night, &json!(false)).ok();
    assert_eq!(left(), -1);
    // That the suites are overbooked does not keep others from the singles.
    let (single, free) = desk.left(day)[0].clone();
    desk.book(&single, night, &json!(true)).ok();
    assert_eq!(desk.left(day)[0].1, free - 1);
    let id = beyond["Reservations"][0]["Reservation"]["Id"].clone();
    let body =
        json!({ "ReservationIds": [id], "Notes": "Booked twice", "PostCancellationFee": false });
    desk.server.post("reservations/cancel", body).ok();
    assert_eq!(left(), 0);
}
