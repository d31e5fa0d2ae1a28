//! The stay: confirming, cancelling, check-in, guests, products, check-out.

use ostler_hotel::resource_blocks::ResourceBlocks;
use ostler_store::Call;
use ostler_worlds::upkeep::{self, Rest};
use serde_json::{Value, json};

use crate::booking::House;
use crate::reservations::put;

fn of<'a>(items: &'a [Value], name: &str) -> Vec<&'a str> {
    items.iter().map(|it| it[name].as_str().unwrap()).collect()
}

#[test]
fn an_option_counts_once_it_is_confirmed() {
    let house = House::new();
    let mut wanted = house.stay(2, 4);
    wanted["State"] = json!("Optional");
    wanted["ReleasedUtc"] = json!("2026-10-01T00:00:00Z");
    let id = house.book(wanted)["Id"].clone();
    assert_eq!(of(&house.items(&id), "AccountingState"), ["Inactive", "Inactive"]);

    let confirm = json!({ "ReservationIds": [id] });
    let late = house.at("2026-10-02T00:00:00Z", "reservations/confirm", confirm.clone());
    assert_eq!(late.unwrap_err().0, 403);
    let answer = house.server.post("reservations/confirm", confirm.clone()).ok();
    assert_eq!(answer["ReservationIds"], json!([id]));
    assert_eq!(house.read(&id)["State"], "Confirmed");
    assert_eq!(of(&house.items(&id), "AccountingState"), ["Open", "Open"]);
    assert!(
        house.server.post("reservations/confirm", confirm).refused(403).contains("not optional")
    );
}

#[test]
fn an_option_that_nobody_confirms_is_cancelled_at_its_release() {
    let house = House::new();
    let before = house.left(2, 3);
    let mut wanted = house.stay(2, 4);
    wanted["State"] = json!("Optional");
    wanted["ReleasedUtc"] = json!("2026-10-01T00:00:00Z");
    let id = house.book(wanted.clone())["Id"].clone();
    wanted["ReleasedUtc"] = json!("2026-10-01T00:00:01Z");
    let later = house.book(wanted.clone())["Id"].clone();
    wanted["State"] = json!("Confirmed");
    let confirmed = house.book(wanted)["Id"].clone();
    let pass = |now: &str| {
        let call = Call { now: now.parse().unwrap(), ..house.server.world.call() };
        assert_eq!(upkeep::round_of(&house.server.world, call).unwrap(), Rest::Nothing);
    };
    let state = |id: &Value| house.read(id)["State"].as_str().unwrap().to_owned();

    pass("2026-09-30T23:59:59Z");
    assert_eq!(state(&id), "Optional");
    pass("2026-10-01T00:00:00Z");
    let cancelled = house.read(&id);
    assert_eq!(cancelled["State"], "Canceled");
    assert_eq!(cancelled["CancellationReason"], "ConfirmationMissed");
    assert_eq!(cancelled["CancelledUtc"], "2026-10-01T00:00:00Z");
    assert_eq!(cancelled["UpdatedUtc"], "2026-10-01T00:00:00Z");
    assert_eq!(of(&house.items(&id), "AccountingState"), ["Canceled", "Canceled"]);
    assert_eq!([state(&later), state(&confirmed)], ["Optional", "Confirmed"]);
    pass("2026-11-01T00:00:00Z");
    assert_eq!([state(&later), state(&confirmed)], ["Canceled", "Confirmed"]);
    let left: Vec<i64> = before.iter().map(|left| left - 1).collect();
    assert_eq!(house.left(2, 3), left);
}

#[test]
fn a_cancellation_takes_everything_back() {
    let house = House::new();
    let before = house.left(2, 3);
    let id = house.book(house.stay(2, 4))["Id"].clone();
    let cancel = |notes: Value| {
        let body = json!({ "ReservationIds": [id], "Notes": notes });
        house.server.post("reservations/cancel", body)
    };
    assert_eq!(cancel(Value::Null).refused(400), "Invalid Notes");
    cancel(json!("Ill")).ok();
    let read = house.read(&id);
    assert_eq!(read["State"], "Canceled");
    assert_eq!(read["CancellationReason"], "Other");
    assert_eq!(read["CancelledUtc"], crate::support::NOW);
    let items = house.items(&id);
    assert_eq!(of(&items, "AccountingState"), ["Canceled", "Canceled"]);
    assert_eq!(items[0]["Options"]["CanceledWithReservation"], true);
    assert_eq!(house.left(2, 3), before);
    assert!(cancel(json!("Again")).refused(403).contains("no longer be cancelled"));
}

#[test]
fn one_reservation_that_cannot_be_cancelled_saves_all() {
    let house = House::new();
    let first = house.book(house.stay(2, 4))["Id"].clone();
    let second = house.book(house.stay(2, 4))["Id"].clone();
    let cancel = |ids: Value| {
        let body = json!({ "ReservationIds": ids, "Notes": "x" });
        house.server.post("reservations/cancel", body)
    };
    cancel(json!([second])).ok();
    cancel(json!([first, second])).refused(403);
    assert_eq!(cancel(json!([first, house.rate])).refused(400), "Invalid ReservationIds");
    assert_eq!(house.read(&first)["State"], "Confirmed");
}

#[test]
fn a_late_cancellation_costs_the_first_night() {
    let house = House::new();
    let id = house.book(house.stay(2, 4))["Id"].clone();
    let body = json!({ "ReservationIds": [id], "Notes": "x", "PostCancellationFee": true });
    house.at("2026-11-02T10:00:00Z", "reservations/cancel", body).unwrap();
    let items = house.items(&id);
    let fee = items.iter().find(|it| it["Type"] == "CancellationFee").unwrap();
    assert_eq!(fee["Amount"]["GrossValue"].to_string(), "100.0");
    assert_eq!(fee["AccountingState"], "Open");
    assert_eq!(items.iter().filter(|it| it["AccountingState"] == "Canceled").count(), 2);
}

#[test]
fn guests_are_named_up_to_the_number_of_persons() {
    let house = House::new();
    let id = house.book(house.stay(2, 4))["Id"].clone();
    let companion = |address: &str, customer: &Value| {
        let body = json!({ "ReservationId": id, "CustomerId": customer });
        house.server.post(address, body)
    };
    let (second, third) = (house.guest("Second"), house.guest("Third"));
    let added = companion("reservations/addCompanion", &second).ok();
    assert_eq!(companion("reservations/addCompanion", &second).ok(), added, "the same one again");
    assert!(companion("reservations/addCompanion", &third).refused(403).contains("2 persons"));
    companion("reservations/deleteCompanion", &second).ok();
    assert_eq!(
        companion("reservations/deleteCompanion", &second).refused(400),
        "Invalid CustomerId"
    );
    companion("reservations/addCompanion", &third).ok();
}

/// A reservation of the suite from the 2nd to the 4th in a room that is ready.
fn in_room(house: &House) -> (Value, Value) {
    let room = house.rooms()[0].clone();
    inspect(house, &room, "Inspected");
    let mut wanted = house.stay(2, 4);
    wanted["AssignedResourceId"] = room.clone();
    (house.book(wanted)["Id"].clone(), room)
}

fn inspect(house: &House, room: &Value, state: &str) {
    let update = json!({ "ResourceId": room, "State": { "Value": state } });
    let body = json!({ "ResourceUpdates": [update] });
    house.server.post("resources/update", body).ok();
}

#[test]
fn guests_check_in_on_their_first_day_into_a_room_that_is_ready() {
    let house = House::new();
    let (id, room) = in_room(&house);
    let body = json!({ "ReservationId": id });
    let early = house.server.post("reservations/start", body.clone());
    assert!(early.refused(403).contains("begins later"));
    let start = || house.at("2026-11-02T11:00:00Z", "reservations/start", body.clone());
    inspect(&house, &room, "Clean");
    assert!(start().unwrap_err().1.contains("resource-not-ready"));
    inspect(&house, &room, "Inspected");
    start().unwrap();
    let read = house.read(&id);
    assert_eq!(read["State"], "Started");
    assert_eq!(read["ActualStartUtc"], "2026-11-02T11:00:00Z");
    assert_eq!(read["StartUtc"], "2026-11-02T11:00:00Z");
    assert_eq!(read["Options"]["OwnerCheckedIn"], true);
    assert_eq!(read["Options"]["ConnectorCheckIn"], true);
    assert!(start().unwrap_err().1.contains("reservation-not-confirmed"));

    let roomless = house.book(house.stay(2, 4))["Id"].clone();
    let body = json!({ "ReservationId": roomless });
    let refused = house.at("2026-11-02T16:00:00Z", "reservations/start", body);
    assert!(refused.unwrap_err().1.contains("reservation-without-resource"));
}

/// Makes rooms parts of others; without another one, of none.
fn put_within(house: &House, parents: &[(&Value, &Value)]) -> crate::support::Response {
    let change = |(part, whole): &(&Value, &Value)| json!({ "ResourceId": part, "ParentResourceId": { "Value": whole } });
    let changes: Vec<Value> = parents.iter().map(change).collect();
    house.server.post("resources/update", json!({ "ResourceUpdates": changes }))
}

/// A stay of the suite in this room whose guests come on its first day.
fn arrived(house: &House, (from, to): (u32, u32), room: &Value) -> Value {
    inspect(house, room, "Inspected");
    let mut wanted = house.stay(from, to);
    wanted["AssignedResourceId"] = room.clone();
    let id = house.book(wanted)["Id"].clone();
    start(house, from, &id).unwrap();
    id
}

/// Checks guests in on the afternoon of this day of November.
fn start(house: &House, day: u32, id: &Value) -> Result<Value, (u16, String)> {
    let now = format!("2026-11-{day:02}T16:00:00Z");
    house.at(&now, "reservations/start", json!({ "ReservationId": id }))
}

/// Gives a reservation another room on the evening of this day of November.
fn exchange(house: &House, day: u32, id: &Value, room: &Value) -> Result<Value, (u16, String)> {
    let change = json!({ "ReservationId": id, "AssignedResourceId": { "Value": room } });
    let now = format!("2026-11-{day:02}T18:00:00Z");
    house.at(&now, "reservations/update", json!({ "ReservationUpdates": [change] }))
}

/// Checks guests out who owe what they consumed.
fn leave(house: &House, day: u32, id: &Value) {
    let body = json!({ "ReservationId": id, "AllowOpenBalance": true, "Notes": "Pays later" });
    house.at(&format!("2026-11-{day:02}T19:00:00Z"), "reservations/process", body).unwrap();
}

#[track_caller]
fn occupied(answer: Result<Value, (u16, String)>) {
    let (status, text) = answer.unwrap_err();
    assert_eq!(status, 403);
    assert!(text.contains("resource-occupied"), "{text}");
}

#[test]
fn guests_who_stay_on_after_their_time_share_no_room() {
    let house = House::new();
    let rooms = house.rooms();
    let late = arrived(&house, (2, 4), &rooms[0]);
    let present = arrived(&house, (4, 6), &rooms[1]);
    occupied(exchange(&house, 4, &late, &rooms[1]));
    occupied(exchange(&house, 4, &present, &rooms[0]));
    assert_eq!(house.read(&late)["AssignedResourceId"], rooms[0]);
    assert_eq!(house.read(&present)["AssignedResourceId"], rooms[1]);

    // A room that is still occupied can be planned with, but not moved into.
    let mut wanted = house.stay(4, 6);
    wanted["AssignedResourceId"] = rooms[2].clone();
    let expected = house.book(wanted)["Id"].clone();
    exchange(&house, 4, &expected, &rooms[0]).unwrap();
    inspect(&house, &rooms[0], "Inspected");
    occupied(start(&house, 4, &expected));
    exchange(&house, 4, &late, &rooms[3]).unwrap();
    start(&house, 4, &expected).unwrap();

    occupied(exchange(&house, 4, &present, &rooms[3]));
    leave(&house, 4, &late);
    exchange(&house, 4, &present, &rooms[3]).unwrap();
    assert_eq!(house.read(&present)["AssignedResourceId"], rooms[3]);
}

#[test]
fn guests_move_into_a_room_whose_block_has_ended() {
    let house = House::new();
    let rooms = house.rooms();
    let guests = arrived(&house, (2, 6), &rooms[0]);
    let repair = json!({
        "AssignedResourceId": rooms[1], "Type": "OutOfOrder", "Name": "Repair",
        "StartUtc": "2026-11-02T08:00:00Z", "EndUtc": "2026-11-03T17:00:00Z",
    });
    put::<ResourceBlocks>(&house, repair, Value::Null);
    let refused = exchange(&house, 2, &guests, &rooms[1]).unwrap_err();
    assert!(refused.0 == 403 && refused.1.contains("resource-not-free"), "{refused:?}");
    exchange(&house, 3, &guests, &rooms[1]).unwrap();
    assert_eq!(house.read(&guests)["AssignedResourceId"], rooms[1]);
}

#[test]
fn guests_who_stay_on_in_a_part_of_a_room_keep_others_out_of_the_whole() {
    let house = House::new();
    let rooms = house.rooms();
    let [dorm, bed, other] = [&rooms[0], &rooms[1], &rooms[2]];
    put_within(&house, &[(bed, dorm)]).ok();
    for (held, wanted) in [(bed, dorm), (dorm, bed)] {
        let late = arrived(&house, (2, 4), held);
        let mut next = house.stay(6, 8);
        next["AssignedResourceId"] = wanted.clone();
        let next = house.book(next)["Id"].clone();
        inspect(&house, wanted, "Inspected");
        occupied(start(&house, 6, &next));
        exchange(&house, 6, &next, other).unwrap();
        inspect(&house, other, "Inspected");
        start(&house, 6, &next).unwrap();
        occupied(exchange(&house, 6, &next, wanted));
        leave(&house, 6, &late);
        exchange(&house, 6, &next, wanted).unwrap();
        leave(&house, 8, &next);
    }
}

#[test]
fn a_room_becomes_no_part_of_another_that_is_taken_at_the_same_time() {
    let house = House::new();
    let rooms = house.rooms();
    let [dorm, alcove, bed, other] = [&rooms[0], &rooms[1], &rooms[2], &rooms[3]];
    let book = |from: u32, to: u32, room: &Value| {
        let mut wanted = house.stay(from, to);
        wanted["AssignedResourceId"] = room.clone();
        house.book(wanted)["Id"].clone()
    };
    let taken = |parents: &[(&Value, &Value)]| {
        let answer = put_within(&house, parents);
        let text = answer.refused(403);
        assert!(text.contains("both are taken at the same time"), "{text}");
    };
    let (whole, part) = (book(2, 4, dorm), book(3, 5, bed));
    taken(&[(bed, dorm)]);
    put_within(&house, &[(bed, alcove)]).ok();
    taken(&[(alcove, dorm)]);
    // What is refused leaves nothing behind: the bed could be booked beside the dorm.
    exchange(&house, 1, &part, other).unwrap();
    put_within(&house, &[(alcove, dorm)]).ok();
    exchange(&house, 1, &part, bed).unwrap_err();
    put_within(&house, &[(bed, &Value::Null)]).ok();
    exchange(&house, 1, &part, bed).unwrap();
    taken(&[(bed, alcove)]);

    // Stays that follow each other do not meet, unless the first guests are still in.
    exchange(&house, 1, &whole, other).unwrap();
    let (late, next) = (arrived(&house, (10, 12), dorm), arrived(&house, (12, 14), bed));
    taken(&[(bed, dorm)]);
    leave(&house, 12, &late);
    put_within(&house, &[(bed, dorm)]).ok();
    leave(&house, 14, &next);
}

#[test]
fn guests_who_stay_on_after_their_time_are_served_like_others() {
    let house = House::new();
    let rooms = house.rooms();
    let late = arrived(&house, (2, 4), &rooms[0]);
    let change = |now: &str, mut change: Value| {
        change["ReservationId"] = late.clone();
        house.at(now, "reservations/update", json!({ "ReservationUpdates": [change] }))
    };
    let (evening, ended) = ("2026-11-06T18:00:00Z", "2026-11-04T12:00:00Z");
    change(evening, json!({ "Purpose": { "Value": "Business" } })).unwrap();
    change(evening, json!({ "BookerId": { "Value": house.guest }, "EndUtc": { "Value": ended } }))
        .unwrap();
    exchange(&house, 6, &late, &rooms[1]).unwrap();
    let read = house.read(&late);
    assert_eq!(read["Purpose"], "Business");
    assert_eq!(read["BookerId"], house.guest);
    assert_eq!(read["AssignedResourceId"], rooms[1]);
    assert_eq!(read["ScheduledEndUtc"], ended);

    let until = |end: &str| json!({ "EndUtc": { "Value": end } });
    for past in ["2026-11-03T12:00:00Z", "2026-11-05T12:00:00Z"] {
        let (status, text) = change(evening, until(past)).unwrap_err();
        assert_eq!(status, 403);
        assert!(text.contains("stay-begun"), "{text}");
    }
    change(evening, until("2026-11-07T12:00:00Z")).unwrap();
    assert_eq!(house.read(&late)["ScheduledEndUtc"], "2026-11-07T12:00:00Z");
    let longer = json!({
        "ReservationId": late, "EndUtc": "2026-11-10T12:00:00Z", "ChargeCancellationFee": false,
    });
    house.at("2026-11-09T10:00:00Z", "reservations/updateInterval", longer).unwrap();
    assert_eq!(house.read(&late)["ScheduledEndUtc"], "2026-11-10T12:00:00Z");
    let items = house.items(&late);
    let nights = items.iter().filter(|it| it["Type"] == "SpaceOrder");
    assert_eq!(nights.filter(|it| it["AccountingState"] == "Open").count(), 8);
}

#[test]
fn guests_check_out_once_they_have_paid() {
    let house = House::new();
    let (id, room) = in_room(&house);
    let body = json!({ "ReservationId": id });
    house.at("2026-11-02T16:00:00Z", "reservations/start", body).unwrap();
    let process = |now: &str, close: bool| {
        let body = json!({ "ReservationId": id, "CloseBills": close });
        house.at(now, "reservations/process", body)
    };
    assert!(process("2026-11-03T09:00:00Z", true).unwrap_err().1.contains("ends-later"));
    let last = "2026-11-04T09:00:00Z";
    assert!(process(last, true).unwrap_err().1.contains("bills-open"));
    let owing = json!({ "ReservationId": id, "AllowOpenBalance": true });
    assert_eq!(house.at(last, "reservations/process", owing).unwrap_err().0, 400);

    let amount = json!({ "Currency": "GBP", "GrossValue": 200, "TaxCodes": [] });
    let payment = json!({ "AccountId": house.guest, "Type": "Cash", "Amount": amount });
    house.at("2026-11-04T08:00:00Z", "payments/addExternal", payment).unwrap();
    assert!(process(last, false).unwrap_err().1.contains("bills-open"), "nobody closed the bill");
    process(last, true).unwrap();
    let read = house.read(&id);
    assert_eq!(read["State"], "Processed");
    assert_eq!(read["ActualEndUtc"], last);
    assert_eq!(of(&house.items(&id), "AccountingState"), ["Closed", "Closed"]);
    let body = json!({
        "ResourceIds": [room], "Extent": { "Resources": true }, "Limitation": { "Count": 1 },
    });
    assert_eq!(house.server.post("resources/getAll", body).ok()["Resources"][0]["State"], "Dirty");
    assert!(process(last, true).unwrap_err().1.contains("reservation-not-started"));
}

#[test]
fn a_later_stay_of_the_guest_does_not_keep_him_here() {
    let house = House::new();
    let (id, _) = in_room(&house);
    let later = house.book(house.stay(20, 21))["Id"].clone();
    let body = json!({ "ReservationId": id });
    house.at("2026-11-02T16:00:00Z", "reservations/start", body).unwrap();
    let amount = json!({ "Currency": "GBP", "GrossValue": 200, "TaxCodes": [] });
    let payment = json!({ "AccountId": house.guest, "Type": "Cash", "Amount": amount });
    house.at("2026-11-04T08:00:00Z", "payments/addExternal", payment).unwrap();
    let body = json!({ "ReservationId": id, "CloseBills": true });
    house.at("2026-11-04T09:00:00Z", "reservations/process", body).unwrap();
    assert_eq!(of(&house.items(&later), "AccountingState"), ["Open"]);
}

#[test]
fn incomplete_profiles_keep_guests_from_leaving() {
    let house = House::new();
    let (id, _) = in_room(&house);
    let stranger = house
        .server
        .post("customers/add", json!({ "LastName": "Stranger", "OverwriteExisting": false }))
        .ok();
    let body = json!({ "ReservationId": id, "CustomerId": stranger["Id"] });
    house.server.post("reservations/addCompanion", body).ok();
    let body = json!({ "ReservationId": id });
    house.at("2026-11-02T16:00:00Z", "reservations/start", body).unwrap();
    let body = json!({ "ReservationId": id, "AllowOpenBalance": true, "Notes": "x" });
    let refused = house.at("2026-11-04T09:00:00Z", "reservations/process", body).unwrap_err();
    assert!(refused.1.contains("Stranger (NationalityCode)"), "{}", refused.1);
}

/// The identifier of the product of the stay with this name.
fn product(house: &House, name: &str) -> Value {
    let body = json!({ "ServiceIds": [house.service], "Limitation": { "Count": 100 } });
    let products = house.server.post("products/getAll", body).ok();
    let found = products["Products"].as_array().unwrap().iter().find(|it| it["Name"] == name);
    found.unwrap_or_else(|| panic!("{products}"))["Id"].clone()
}

#[test]
fn products_are_charged_for_persons_and_nights() {
    let house = House::new();
    let id = house.book(house.stay(2, 5))["Id"].clone();
    let body = json!({
        "ReservationId": id, "ProductId": product(&house, "Breakfast"), "Count": 1,
        "UnitAmount": house.amount("10"),
    });
    let added = house.server.post("reservations/addProduct", body.clone()).ok();
    let items = house.items(&id);
    let breakfasts: Vec<&Value> = items.iter().filter(|it| it["Type"] == "ProductOrder").collect();
    assert_eq!(breakfasts.len(), added["ItemIds"].as_array().unwrap().len());
    let counts: i64 = breakfasts.iter().map(|it| it["UnitCount"].as_i64().unwrap()).sum();
    assert_eq!(counts, 6, "two persons, three nights");
    let mut wrong = body;
    wrong["Count"] = json!(0);
    assert_eq!(house.server.post("reservations/addProduct", wrong).refused(400), "Invalid Count");
}

#[test]
fn a_shortened_stay_drops_nights_and_breakfasts() {
    let house = House::new();
    let mut wanted = house.stay(2, 5);
    wanted["ProductOrders"] = json!([{ "ProductId": product(&house, "Breakfast") }]);
    let id = house.book(wanted)["Id"].clone();
    let open = || {
        let items = house.items(&id);
        let open = |kind: &str| {
            let of = |it: &&Value| it["Type"] == kind && it["AccountingState"] == "Open";
            items.iter().filter(of).map(|it| it["UnitCount"].as_i64().unwrap()).sum::<i64>()
        };
        (open("SpaceOrder"), open("ProductOrder"))
    };
    assert_eq!(open(), (3, 6));
    let moved = |end: &str, charge: Value| {
        let body = json!({ "ReservationId": id, "EndUtc": end, "ChargeCancellationFee": charge });
        house.server.post("reservations/updateInterval", body)
    };
    assert_eq!(
        moved("2026-11-04T12:00:00Z", Value::Null).refused(400),
        "Invalid ChargeCancellationFee"
    );
    let before = house.left(4, 4);
    moved("2026-11-04T12:00:00Z", json!(false)).ok();
    assert_eq!(open(), (2, 4));
    assert_eq!(house.left(4, 4), [before[0] + 1]);
    let canceled = house.items(&id).into_iter().find(|it| it["AccountingState"] == "Canceled");
    assert_eq!(canceled.unwrap()["Options"]["CanceledWithReservation"], false);
    assert_eq!(house.read(&id)["ScheduledEndUtc"], "2026-11-04T12:00:00Z");
    moved("2026-11-06T12:00:00Z", json!(false)).ok();
    assert_eq!(open(), (4, 8));
}

#[test]
fn nights_that_nobody_confirmed_are_given_up_for_nothing() {
    let house = House::new();
    for (state, fees) in [("Enquired", 0), ("Optional", 0), ("Confirmed", 1)] {
        let mut wanted = house.stay(2, 5);
        wanted["State"] = json!(state);
        let id = house.book(wanted)["Id"].clone();
        let body = json!({
            "ReservationId": id, "EndUtc": "2026-11-03T12:00:00Z", "ChargeCancellationFee": true,
        });
        house.at("2026-11-02T10:00:00Z", "reservations/updateInterval", body).unwrap();
        let items = house.items(&id);
        let found = items.iter().filter(|it| it["Type"] == "CancellationFee").count();
        assert_eq!(found, fees, "{state}");
    }
}

#[test]
fn a_stay_is_not_prolonged_into_nights_that_are_sold() {
    let house = House::new();
    let id = house.book(house.stay(8, 10))["Id"].clone();
    for _ in 0..6 {
        house.book(house.stay(10, 12));
    }
    let body = json!({
        "ReservationId": id, "EndUtc": "2026-11-11T12:00:00Z", "ChargeCancellationFee": false,
    });
    let refused = house.server.post("reservations/updateInterval", body);
    assert_eq!(refused.refused(403), "There is no availability for the selected dates.");
    assert_eq!(house.read(&id)["ScheduledEndUtc"], "2026-11-10T12:00:00Z");
}

/// Tries to change a reservation.
fn update(house: &House, id: &Value, change: &Value, more: &Value) -> crate::support::Response {
    let mut change = change.clone();
    change["ReservationId"] = id.clone();
    let mut body = more.clone();
    body["ReservationUpdates"] = json!([change]);
    house.server.post("reservations/update", body)
}

fn prices(house: &House, id: &Value) -> Vec<String> {
    let items = house.items(id);
    let live = items.iter().filter(|it| it["AccountingState"] != "Canceled");
    live.map(|it| it["Amount"]["GrossValue"].to_string()).collect()
}

#[test]
fn an_update_changes_what_it_names_and_nothing_else() {
    let house = House::new();
    let mut wanted = house.stay(2, 4);
    wanted["ChannelNumber"] = json!("OTA-1");
    let booked = house.book(wanted);
    let id = &booked["Id"];
    let booker = house.guest("Booker");
    let change = json!({
        "BookerId": { "Value": booker }, "Purpose": { "Value": "Business" },
        "TravelAgencyId": null,
    });
    let answer = update(&house, id, &change, &json!({})).ok();
    let changed = &answer["Reservations"][0];
    assert_eq!(changed["BookerId"], booker);
    assert_eq!(changed["Purpose"], "Business");
    assert_eq!(changed["ChannelNumber"], "OTA-1");
    assert_eq!(answer["ReservationGroups"][0]["Id"], booked["GroupId"]);
    assert_eq!(answer["Customers"].as_array().unwrap().len(), 2);
    assert_eq!(answer["Services"], Value::Null);
    assert_eq!(prices(&house, id), ["100.0", "100.0"], "stated prices stay");

    let single = json!({ "ReservationId": id, "ChannelNumber": { "Value": null } });
    house.server.post("reservations/update", single).ok();
    let read = house.read(id);
    assert_eq!(read["ChannelNumber"], Value::Null);
    assert_eq!(read["BookerId"], booker);

    for (change, message) in [
        (json!({ "StartUtc": { "Value": null } }), "Invalid StartUtc"),
        (json!({ "RateId": { "Value": null } }), "Invalid RateId"),
        (json!({ "PersonCounts": { "Value": [] } }), "Invalid PersonCounts"),
        (json!({ "CompanyId": { "Value": id } }), "Invalid CompanyId"),
        (json!({ "AssignedResourceLocked": { "Value": true } }), "Invalid AssignedResourceLocked"),
    ] {
        assert_eq!(update(&house, id, &change, &json!({})).refused(400), message);
    }
    assert_eq!(
        house.server.post("reservations/update", json!({})).refused(400),
        "Invalid ReservationUpdates"
    );
}

#[test]
fn prices_follow_the_stay_unless_they_are_stated_with_a_reason() {
    let house = House::new();
    let id = house.book(house.stay(2, 4))["Id"].clone();
    let longer = json!({ "EndUtc": { "Value": "2026-11-05T12:00:00Z" } });
    update(&house, &id, &longer, &json!({ "Reprice": false })).ok();
    let kept = prices(&house, &id);
    assert_eq!(kept[..2], ["100.0", "100.0"]);
    assert_ne!(kept[2], "100.0", "a new night has the price of the rate");

    let stated = json!({
        "TimeUnitPrices": { "Value": [{ "Index": 0, "Amount": house.amount("70") }] },
    });
    assert_eq!(update(&house, &id, &stated, &json!({})).refused(400), "Invalid Reason");
    update(&house, &id, &stated, &json!({ "Reason": "Noise" })).ok();
    assert_eq!(prices(&house, &id), ["70.0".to_owned(), kept[1].clone(), kept[2].clone()]);

    let alone = json!([{ "AgeCategoryId": house.adult, "Count": 1 }]);
    update(&house, &id, &json!({ "PersonCounts": { "Value": alone } }), &json!({})).ok();
    let repriced = prices(&house, &id);
    assert!(repriced.iter().all(|it| *it != "70.0" && *it != "100.0"), "{repriced:?}");
    let crowd = json!([{ "AgeCategoryId": house.adult, "Count": 5 }]);
    let crowd = json!({ "PersonCounts": { "Value": crowd } });
    update(&house, &id, &crowd, &json!({})).refused(403);
    assert_eq!(prices(&house, &id), repriced);
}

#[test]
fn a_locked_room_is_unlocked_before_it_is_exchanged() {
    let house = House::new();
    let rooms = house.rooms();
    let mut wanted = house.stay(2, 4);
    wanted["AssignedResourceId"] = rooms[0].clone();
    wanted["AssignedResourceLocked"] = json!(true);
    let id = house.book(wanted)["Id"].clone();
    let mut other = house.stay(3, 5);
    other["AssignedResourceId"] = rooms[1].clone();
    house.book(other);

    let room = |room: &Value| json!({ "AssignedResourceId": { "Value": room } });
    let refused = update(&house, &id, &room(&rooms[2]), &json!({}));
    assert!(refused.refused(403).contains("locked"));
    let mut unlocked = room(&rooms[2]);
    unlocked["AssignedResourceLocked"] = json!({ "Value": false });
    update(&house, &id, &unlocked, &json!({})).ok();
    assert_eq!(house.read(&id)["AssignedResourceId"], rooms[2]);
    let taken = update(&house, &id, &room(&rooms[1]), &json!({}));
    assert!(taken.refused(403).contains("is not free"));
    assert_eq!(house.read(&id)["AssignedResourceId"], rooms[2]);
}

#[test]
fn what_is_over_stays_as_it_is() {
    let house = House::new();
    let id = house.book(house.stay(2, 4))["Id"].clone();
    let body = json!({ "ReservationIds": [id], "Notes": "x" });
    house.server.post("reservations/cancel", body).ok();
    let change = json!({ "ChannelNumber": { "Value": "x" } });
    assert!(update(&house, &id, &change, &json!({})).refused(403).contains("is over"));
}
