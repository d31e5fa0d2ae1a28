use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    AvailabilityAdjustments, ServiceOverbookingLimits, check_overbooking, check_resource,
    overbooked_part, remaining, time_units,
};
use crate::availability_blocks::AvailabilityBlocks;
use crate::rates::testing::{
    assign, bookable, category, reservation, resource, service, stored_service, with,
};
use crate::resource_blocks::ResourceBlocks;
use crate::testing::Hotel;
use ostler_contract::primitives::{Id, UtcInstant};

mod oracle;

const CLASSIC: &str = "services/getAvailability";
const METRICS: &str = "services/getAvailability/2024-01-22";

/// Midnight in Budapest of so many days after 2026-01-10.
fn day(days: i64) -> UtcInstant {
    let first: UtcInstant = "2026-01-09T23:00:00Z".parse().unwrap();
    UtcInstant::from_seconds(first.seconds() + days * 86_400).unwrap()
}

/// This hour of that day.
fn at(days: i64, hour: i64) -> UtcInstant {
    UtcInstant::from_seconds(day(days).seconds() + hour * 3600).unwrap()
}

/// A stay from the evening of one day to the morning of another.
fn stay(from: i64, to: i64) -> Value {
    json!({ "ScheduledStartUtc": at(from, 15), "ScheduledEndUtc": at(to, 12) })
}

fn range(service: Uuid, first: i64, last: i64) -> Value {
    json!({
        "ServiceId": service, "FirstTimeUnitStartUtc": day(first), "LastTimeUnitStartUtc": day(last),
    })
}

/// The number left of the only category.
fn left(hotel: &Hotel, service: Uuid, first: i64, last: i64) -> Value {
    let answer = hotel.call(CLASSIC, range(service, first, last)).unwrap();
    answer["CategoryAvailabilities"][0]["Availabilities"].clone()
}

fn metric(hotel: &Hotel, service: Uuid, name: &str) -> Value {
    let body = with(range(service, 0, 3), &json!({ "Metrics": [name] }));
    let answer = hotel.call(METRICS, body).unwrap();
    answer["ResourceCategoryAvailabilities"][0]["Metrics"][name].clone()
}

/// A service with one category of two rooms.
fn house() -> (Hotel, Uuid, Uuid, [Uuid; 2]) {
    let hotel = Hotel::new();
    let service = service(&hotel);
    let category = category(&hotel, service, 0);
    let rooms = ["1", "2"].map(|name| resource(&hotel, name, None));
    for room in rooms {
        assign(&hotel, room, category, service);
    }
    (hotel, service, category, rooms)
}

fn block(hotel: &Hotel, service: Uuid, changes: &Value) -> Uuid {
    let block = json!({
        "ServiceId": service, "RateId": Uuid::nil(), "State": "Confirmed", "IsActive": true,
        "FirstTimeUnitStartUtc": day(0), "LastTimeUnitStartUtc": day(3),
        "PickupDistribution": "AllInOneGroup", "AvailabilityBlockNumber": "1",
        "ReleaseStrategy": "None",
    });
    hotel.add::<AvailabilityBlocks>(with(block, changes))
}

fn adjust(hotel: &Hotel, service: Uuid, category: Uuid, changes: &Value) {
    let adjustment = json!({
        "ResourceCategoryId": category, "FirstTimeUnitStartUtc": day(0),
        "LastTimeUnitStartUtc": day(3), "IsActive": true, "ActivityState": "Active",
    });
    hotel.add_hidden::<AvailabilityAdjustments>(
        with(adjustment, changes),
        json!({ "service_id": service }),
    );
}

fn block_resource(hotel: &Hotel, room: Uuid, kind: &str) {
    hotel.add::<ResourceBlocks>(json!({
        "AssignedResourceId": room, "IsActive": true, "Type": kind, "Name": "Repair",
        "StartUtc": day(1), "EndUtc": day(2),
    }));
}

#[test]
fn what_is_left_is_told_per_category_and_local_day() {
    let (hotel, service, category, _) = house();
    reservation(&hotel, service, category, &stay(1, 3));
    adjust(&hotel, service, category, &json!({ "UnitCount": -1, "FirstTimeUnitStartUtc": day(2) }));
    let answer = hotel.text(CLASSIC, range(service, 0, 3)).unwrap();
    let days = r#"["2026-01-09T23:00:00Z","2026-01-10T23:00:00Z","2026-01-11T23:00:00Z","2026-01-12T23:00:00Z"]"#;
    let expected = format!(
        r#"{{"TimeUnitStartsUtc":{days},"CategoryAvailabilities":[{{"CategoryId":"{category}","Availabilities":[2,1,0,1],"Adjustments":[0,0,-1,-1]}}],"DatesUtc":{days}}}"#
    );
    assert_eq!(answer, expected);
}

#[test]
fn reservations_count_while_they_occupy() {
    let states = [
        ("Inquired", json!([2, 2, 2, 2])),
        ("Requested", json!([2, 2, 2, 2])),
        ("Optional", json!([1, 1, 1, 2])),
        ("Confirmed", json!([1, 1, 1, 2])),
        ("Started", json!([1, 1, 1, 2])),
        ("Canceled", json!([2, 2, 2, 2])),
    ];
    for (state, expected) in states {
        let (hotel, service, category, _) = house();
        reservation(&hotel, service, category, &with(stay(0, 3), &json!({ "State": state })));
        assert_eq!(left(&hotel, service, 0, 3), expected, "{state}");
    }
    let (hotel, service, category, _) = house();
    let left_early = json!({ "State": "Processed", "ActualEndUtc": day(2) });
    reservation(&hotel, service, category, &with(stay(0, 3), &left_early));
    assert_eq!(left(&hotel, service, 0, 3), json!([1, 1, 2, 2]));
}

#[test]
fn blocks_hold_what_is_neither_picked_up_nor_released() {
    let (hotel, service, category, _) = house();
    let held = block(&hotel, service, &json!({}));
    adjust(&hotel, service, category, &json!({ "UnitCount": -1, "AvailabilityBlockId": held }));
    assert_eq!(left(&hotel, service, 0, 3), json!([1, 1, 1, 1]));
    let pickup = with(stay(1, 5), &json!({ "AvailabilityBlockId": held }));
    reservation(&hotel, service, category, &pickup);
    // Within the block the reservation takes what is held, after it a room of its own.
    assert_eq!(left(&hotel, service, 0, 5), json!([1, 1, 1, 1, 1, 2]));
    assert_eq!(metric(&hotel, service, "Occupied"), json!([1, 1, 1, 1]));
    assert_eq!(metric(&hotel, service, "BlockAvailability"), json!([1, 1, 1, 1]));
    assert_eq!(metric(&hotel, service, "PublicAvailabilityAdjustment"), json!([0, 0, 0, 0]));

    for (state, expected) in [("Optional", [1; 4]), ("Inquired", [2; 4]), ("Canceled", [2; 4])] {
        let (hotel, service, category, _) = house();
        let held = block(&hotel, service, &json!({ "State": state }));
        adjust(&hotel, service, category, &json!({ "UnitCount": -1, "AvailabilityBlockId": held }));
        assert_eq!(left(&hotel, service, 0, 3), json!(expected), "{state}");
        let held = [i64::from(state != "Canceled"); 4];
        assert_eq!(metric(&hotel, service, "BlockAvailability"), json!(held), "{state}");
    }
    // It is 1 January: nine days before the first of these days.
    let releases = [
        (json!({ "ReleasedUtc": "2026-01-01T00:00:00Z" }), json!([2, 2, 2, 2])),
        (json!({ "ReleasedUtc": "2026-01-01T00:00:01Z" }), json!([1, 1, 1, 1])),
        (json!({ "RollingReleaseOffset": "P10D" }), json!([2, 2, 1, 1])),
    ];
    for (release, expected) in releases {
        let (hotel, service, category, _) = house();
        let held = block(&hotel, service, &release);
        adjust(&hotel, service, category, &json!({ "UnitCount": 1, "AvailabilityBlockId": held }));
        assert_eq!(left(&hotel, service, 0, 3), expected, "{release}");
    }
}

#[test]
fn rooms_out_of_order_are_unusable_and_yet_available() {
    let (hotel, service, _, [first, second]) = house();
    block_resource(&hotel, first, "OutOfOrder");
    block_resource(&hotel, first, "OutOfOrder");
    block_resource(&hotel, second, "InternalUse");
    assert_eq!(left(&hotel, service, 0, 3), json!([2, 2, 2, 2]));
    assert_eq!(metric(&hotel, service, "ActiveResources"), json!([2, 2, 2, 2]));
    // The blocks end and begin at midnight, when the night before still occupies.
    assert_eq!(metric(&hotel, service, "OutOfOrderBlocks"), json!([1, 1, 0, 0]));
    assert_eq!(metric(&hotel, service, "UsableResources"), json!([1, 1, 2, 2]));
    assert_eq!(metric(&hotel, service, "HouseUse"), json!([1, 1, 0, 0]));
}

#[test]
fn only_the_metrics_asked_for_are_told() {
    let (hotel, service, ..) = house();
    let body = with(range(service, 0, 0), &json!({ "Metrics": ["HouseUse", "ActiveResources"] }));
    let answer = hotel.call(METRICS, body).unwrap();
    let metrics = &answer["ResourceCategoryAvailabilities"][0]["Metrics"];
    assert_eq!(*metrics, json!({ "ActiveResources": [2], "HouseUse": [0] }));
    let empty = with(range(service, 0, 0), &json!({ "Metrics": [] }));
    assert!(hotel.refusal(METRICS, empty).starts_with("Invalid Metrics"));
}

#[test]
fn ranges_begin_and_end_with_time_units() {
    let (hotel, service, ..) = house();
    let refusal = |body| hotel.refusal(CLASSIC, body);
    let skewed = with(
        range(service, 0, 1),
        &json!({ "FirstTimeUnitStartUtc": stay(0, 1)["ScheduledStartUtc"] }),
    );
    assert!(refusal(skewed).starts_with("FirstTimeUnitStartUtc is not start of TimeUnit."));
    assert!(refusal(range(service, 1, 0)).starts_with("Invalid LastTimeUnitStartUtc"));
    assert!(refusal(range(service, 0, 367)).contains("must not exceed 367D"));
    assert!(refusal(range(Uuid::nil(), 0, 1)).starts_with("Invalid ServiceId"));
    let missing = json!({ "ServiceId": service, "FirstTimeUnitStartUtc": day(0) });
    assert!(refusal(missing).starts_with("Invalid LastTimeUnitStartUtc"));
    // The older form takes any two moments: every day that they touch.
    let older = json!({ "ServiceId": service, "StartUtc": day(0), "EndUtc": stay(0, 1)["ScheduledEndUtc"] });
    let answer = hotel.call(CLASSIC, older).unwrap();
    assert_eq!(answer["DatesUtc"], json!([day(0), day(1)]));
}

/// Whether a reservation that was just written may stay.
fn passes(hotel: &Hotel, service: Uuid, booked: Uuid, days: std::ops::Range<i64>) -> bool {
    let units: Vec<UtcInstant> = days.map(day).collect();
    hotel
        .try_write(move |tx| {
            let (property, service) = stored_service(tx, service)?;
            check_overbooking(tx, &property, &service, &units, Id::new(booked), tx.now())
        })
        .is_ok()
}

#[test]
fn reservations_beyond_the_rooms_need_an_overbooking_limit() {
    let (hotel, service, category, _) = house();
    let book = || reservation(&hotel, service, category, &stay(0, 2));
    let reservations = [book(), book(), book()];
    assert!(!passes(&hotel, service, reservations[2], 0..2));
    let limit = |first, last, limit| {
        hotel.add::<ServiceOverbookingLimits>(json!({
            "ServiceId": service, "FirstTimeUnitStartUtc": day(first), "Limit": limit,
            "LastTimeUnitStartUtc": day(last), "IsActive": true,
        }))
    };
    limit(0, 0, 1);
    assert!(passes(&hotel, service, reservations[2], 0..1));
    assert!(!passes(&hotel, service, reservations[2], 0..2));
    limit(1, 4, 1);
    assert!(passes(&hotel, service, reservations[2], 0..2));
    assert!(!passes(&hotel, service, book(), 0..2));
}

#[test]
fn an_overbooked_category_does_not_close_the_others() {
    let (hotel, service, category, _) = house();
    for _ in 0..3 {
        reservation(&hotel, service, category, &stay(0, 2));
    }
    let other = crate::rates::testing::category(&hotel, service, 1);
    assign(&hotel, resource(&hotel, "3", None), other, service);
    let fits = reservation(&hotel, service, other, &stay(0, 2));
    assert!(passes(&hotel, service, fits, 0..2));
    let exceeds = reservation(&hotel, service, other, &stay(0, 2));
    assert!(!passes(&hotel, service, exceeds, 0..2));
}

/// Whether a room is free for a stay from one day to another.
fn is_free(
    hotel: &Hotel,
    service: Uuid,
    room: Uuid,
    days: (i64, i64),
    except: Option<Uuid>,
) -> bool {
    let stay = stay(days.0, days.1);
    let at = move |name: &str| stay[name].as_str().unwrap().parse::<UtcInstant>().unwrap();
    hotel
        .try_write(move |tx| {
            let (property, service) = stored_service(tx, service)?;
            let (start, end) = (at("ScheduledStartUtc"), at("ScheduledEndUtc"));
            let units = time_units(&property, &service)?.of_stay(start, end)?;
            let besides = (except.map(Id::new), tx.now());
            check_resource(tx, &property, &service, (Id::new(room), &units), besides)
        })
        .is_ok()
}

#[test]
fn a_part_is_overbooked_where_the_whole_is_blocked_and_the_reverse() {
    let hotel = Hotel::new();
    let (days, hours) = (service(&hotel), bookable(&hotel, "Hour", ["PT0S"; 4]));
    let category = category(&hotel, days, 0);
    let dorm = resource(&hotel, "Dorm", None);
    let [first, second, third] = ["1", "2", "3"].map(|name| resource(&hotel, name, Some(dorm)));
    let found = || {
        hotel.write(move |tx| {
            let (property, _) = stored_service(tx, days)?;
            overbooked_part(tx, &property, &[first, second, third].map(Id::new))
        })
    };
    block_resource(&hotel, dorm, "OutOfOrder");
    block_resource(&hotel, first, "InternalUse");
    assert_eq!(found(), None, "nobody is booked");
    let held = |room: Uuid| json!({ "AssignedResourceId": room });
    reservation(&hotel, days, category, &with(stay(2, 4), &held(third)));
    assert_eq!(found(), None, "after the block");
    // At noon of the second day in one bed, when the dorm is blocked.
    let noon = json!({ "ScheduledStartUtc": at(1, 12), "ScheduledEndUtc": at(1, 13) });
    reservation(&hotel, hours, category, &with(noon, &held(second)));
    assert_eq!(found(), Some(1));
    reservation(&hotel, days, category, &with(stay(1, 2), &held(dorm)));
    assert_eq!(found(), Some(0), "a bed is blocked while the dorm is booked");
}

#[test]
fn a_room_is_free_where_nothing_holds_it_or_its_parts() {
    let hotel = Hotel::new();
    let service = service(&hotel);
    let beds = category(&hotel, service, 0);
    let dorm = resource(&hotel, "Dorm", None);
    let [first, second] = ["1", "2"].map(|name| resource(&hotel, name, Some(dorm)));
    for bed in [first, second] {
        assign(&hotel, bed, beds, service);
    }
    let held = with(stay(2, 4), &json!({ "AssignedResourceId": first }));
    let booked = reservation(&hotel, service, beds, &held);
    let free = |room, from, to| is_free(&hotel, service, room, (from, to), None);
    assert!(free(first, 0, 2) && free(first, 4, 5), "stays may touch");
    assert!(!free(first, 0, 3) && !free(first, 3, 5));
    assert!(!free(dorm, 2, 3), "a bed of it is held");
    assert!(free(second, 2, 3), "another bed is held");
    assert!(is_free(&hotel, service, first, (2, 4), Some(booked)), "by itself");
    let whole = with(stay(6, 7), &json!({ "AssignedResourceId": dorm }));
    reservation(&hotel, service, beds, &whole);
    assert!(!free(second, 6, 7), "the dorm is held");
    for state in ["Canceled", "Processed"] {
        let over = json!({ "AssignedResourceId": first, "State": state });
        reservation(&hotel, service, beds, &with(stay(8, 9), &over));
    }
    assert!(free(first, 8, 9));
    block_resource(&hotel, second, "InternalUse");
    assert!(!free(second, 1, 2) && !free(dorm, 0, 2) && free(first, 1, 2));
}

#[test]
fn units_of_hours_and_months_are_counted_alike() {
    let hotel = Hotel::new();
    for (period, first, last) in [
        ("Hour", "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z"),
        ("Month", "2026-02-28T23:00:00Z", "2026-04-30T22:00:00Z"),
    ] {
        let service = bookable(&hotel, period, ["PT0S"; 4]);
        let category = category(&hotel, service, 0);
        assign(&hotel, resource(&hotel, "Desk", None), category, service);
        let body = json!({
            "ServiceId": service, "FirstTimeUnitStartUtc": first, "LastTimeUnitStartUtc": last,
        });
        let units = hotel.call(CLASSIC, body.clone()).unwrap()["TimeUnitStartsUtc"].clone();
        assert_eq!(units.as_array().unwrap().len(), 3, "{period}");
        let stay = json!({ "ScheduledStartUtc": units[1], "ScheduledEndUtc": units[2] });
        reservation(&hotel, service, category, &stay);
        let answer = hotel.call(CLASSIC, body).unwrap();
        let left = &answer["CategoryAvailabilities"][0]["Availabilities"];
        assert_eq!(*left, json!([1, 0, 1]), "{period}");
    }
}

#[test]
fn nothing_is_left_of_no_time_units() {
    let (hotel, service, category, _) = house();
    let left = hotel.write(move |tx| {
        let (property, service) = stored_service(tx, service)?;
        remaining(tx, &property, &service, &[], tx.now())
    });
    assert_eq!(left[&Id::new(category)], [0; 0]);
}
