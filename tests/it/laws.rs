//! What holds after any sequence of operations.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::booking::House;

/// Days of November that stays may touch.
const DAYS: u32 = 10;

/// One request of a sequence.
#[derive(Debug, Clone)]
enum Step {
    /// Books from a day for some nights, in a room or in none.
    Book { first: u32, nights: u32, room: Option<usize> },
    /// Gives a reservation a room.
    Assign { which: usize, room: usize },
    /// Moves the end of a reservation.
    Extend { which: usize, nights: u32 },
    /// Cancels a reservation.
    Cancel { which: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let book = (1..DAYS, 1_u32..4, proptest::option::of(0_usize..3));
    prop_oneof![
        4 => book.prop_map(|(first, nights, room)| Step::Book { first, nights, room }),
        2 => (0_usize..20, 0_usize..3).prop_map(|(which, room)| Step::Assign { which, room }),
        1 => (0_usize..20, 1_u32..5).prop_map(|(which, nights)| Step::Extend { which, nights }),
        2 => (0_usize..20).prop_map(|which| Step::Cancel { which }),
    ]
}

fn day(day: u32, time: &str) -> String {
    format!("2026-11-{day:02}T{time}:00Z")
}

/// Every reservation of the category in November that is not cancelled.
fn live(house: &House) -> Vec<Value> {
    let window = json!({ "StartUtc": day(1, "00:00"), "EndUtc": day(30, "00:00") });
    let body = json!({
        "CollidingUtc": window, "States": ["Confirmed"], "Limitation": { "Count": 1000 },
    });
    let body = house.server.post("reservations/getAll/2023-06-06", body).ok();
    body["Reservations"].as_array().unwrap().clone()
}

fn send(house: &House, rooms: &[Value], booked: &mut Vec<(Value, u32)>, step: &Step) {
    match *step {
        Step::Book { first, nights, room } => {
            let body = json!({ "ServiceId": house.service, "Reservations": [{
                "StartUtc": day(first, "15:00"), "EndUtc": day(first + nights, "11:00"),
                "PersonCounts": [{ "AgeCategoryId": house.adult, "Count": 1 }],
                "CustomerId": house.guest, "RequestedCategoryId": house.suite,
                "AssignedResourceId": room.map(|room| &rooms[room]), "RateId": house.rate,
            }] });
            let response = house.server.post("reservations/add", body);
            if response.status == 200 {
                let id = response.body["Reservations"][0]["Reservation"]["Id"].clone();
                booked.push((id, first));
            } else {
                assert_eq!(response.status, 403, "{}", response.text);
            }
        }
        Step::Assign { which, room } => {
            let Some((id, _)) = booked.get(which) else { return };
            let body = json!({ "ReservationUpdates": [{
                "ReservationId": id, "AssignedResourceId": { "Value": rooms[room] },
            }] });
            allowed(house, "reservations/update", body);
        }
        Step::Extend { which, nights } => {
            let Some((id, first)) = booked.get(which) else { return };
            let body = json!({
                "ReservationId": id, "EndUtc": day(first + nights, "11:00"),
                "ChargeCancellationFee": false,
            });
            allowed(house, "reservations/updateInterval", body);
        }
        Step::Cancel { which } => {
            let Some((id, _)) = booked.get(which) else { return };
            let body = json!({ "ReservationIds": [id], "Notes": "Changed plans" });
            allowed(house, "reservations/cancel", body);
        }
    }
}

/// The operation succeeds, or a rule refuses it.
fn allowed(house: &House, address: &str, body: Value) {
    let response = house.server.post(address, body);
    assert!(matches!(response.status, 200 | 403), "{address}: {}", response.text);
}

fn hold(house: &House, stock: i64) {
    let live = live(house);
    let text = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
    let span = |it: &Value| (text(it, "ScheduledStartUtc"), text(it, "ScheduledEndUtc"));
    for (index, one) in live.iter().enumerate() {
        for other in &live[index + 1..] {
            let room = &one["AssignedResourceId"];
            let ((a, b), (c, d)) = (span(one), span(other));
            let meet = a < d && c < b;
            assert!(
                room.is_null() || *room != other["AssignedResourceId"] || !meet,
                "two stays in one room: {one} {other}"
            );
        }
    }
    let body = json!({
        "ServiceId": house.service, "FirstTimeUnitStartUtc": day(1, "00:00"),
        "LastTimeUnitStartUtc": day(DAYS + 4, "00:00"),
    });
    let body = house.server.post("services/getAvailability", body).ok();
    let all = body["CategoryAvailabilities"].as_array().unwrap();
    let own = all.iter().find(|it| it["CategoryId"] == house.suite).unwrap();
    for (night, left) in (1..).zip(own["Availabilities"].as_array().unwrap()) {
        let midnight = day(night + 1, "00:00");
        let taken =
            live.iter().map(span).filter(|(start, end)| *start < midnight && midnight < *end);
        let taken = i64::try_from(taken.count()).unwrap();
        assert_eq!(left.as_i64().unwrap(), stock - taken, "night of {night}");
        assert!(taken <= stock, "more stays than rooms in the night of {night}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rooms_are_held_once_and_availability_is_stock_less_stays(
        steps in proptest::collection::vec(step(), 1..24),
    ) {
        let house = House::new();
        let body = json!({ "ResourceCategoryIds": [house.suite], "Limitation": { "Count": 100 } });
        let rooms = house.server.post("resourceCategoryAssignments/getAll", body).ok();
        let rooms: Vec<Value> = rooms["ResourceCategoryAssignments"].as_array().unwrap()
            .iter().map(|it| it["ResourceId"].clone()).collect();
        let mut booked = Vec::new();
        for step in &steps {
            send(&house, &rooms, &mut booked, step);
        }
        hold(&house, i64::try_from(rooms.len()).unwrap());
    }
}
