//! Booking: prices, new reservations, lists.

use ostler_hotel::availability::AvailabilityAdjustments;
use ostler_hotel::availability_blocks::AvailabilityBlocks;
use ostler_store::Entity;
use ostler_worlds::demo;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::booking::House;
use crate::support::NOW;

fn gross(items: &[Value]) -> Vec<String> {
    items.iter().map(|it| it["Amount"]["GrossValue"].to_string()).collect()
}

#[test]
fn a_booking_answers_with_the_reservation_and_charges_its_nights() {
    let house = House::new();
    let mut wanted = house.stay(2, 4);
    wanted["Notes"] = json!("Late arrival");
    wanted["TimeUnitPrices"] = json!([{ "Index": 1, "Amount": house.amount("80.5") }]);
    let answer = house.try_book(&[wanted]).ok();
    assert_eq!(answer["Reservations"][0]["Identifier"], "2-4");
    let booked = &answer["Reservations"][0]["Reservation"];
    assert_eq!(booked["State"], "Confirmed");
    assert_eq!(booked["Origin"], "Connector");
    assert_eq!(booked["StartUtc"], "2026-11-02T15:00:00Z");
    assert_eq!(booked["AdultCount"], 2);
    assert_eq!(booked["ChildCount"], 0);
    assert_eq!(booked["CompanionIds"], json!([house.guest]));

    let listed = house.read(&booked["Id"]);
    assert_eq!(listed["Number"], booked["Number"]);
    assert_eq!(listed["AccountId"], house.guest);
    let code: Value = serde_json::from_str(listed["QrCodeData"].as_str().unwrap()).unwrap();
    assert_eq!(code["ReservationId"], booked["Id"]);
    assert_eq!(code["GroupId"], booked["GroupId"]);
    assert_eq!(code["CustomerId"], house.guest);

    let items = house.items(&booked["Id"]);
    assert_eq!(gross(&items), ["100.0", "80.5"]);
    assert_eq!(items[0]["Type"], "SpaceOrder");
    assert_eq!(items[0]["AccountingState"], "Open");
    assert_eq!(items[0]["StartUtc"], "2026-11-02T00:00:00Z");
    assert_eq!(items[0]["AccountId"], house.guest);

    let groups =
        json!({ "ReservationGroupIds": [booked["GroupId"]], "Limitation": { "Count": 1 } });
    let groups = house.server.post("reservationGroups/getAll", groups).ok();
    assert_eq!(groups["ReservationGroups"][0]["Name"], booked["Number"]);
}

#[test]
fn what_is_booked_costs_what_was_quoted() {
    let house = House::new();
    let mut wanted = house.stay(6, 9);
    wanted["TimeUnitAmount"] = Value::Null;
    wanted["PersonCounts"] = json!([
        { "AgeCategoryId": house.adult, "Count": 2 },
        { "AgeCategoryId": house.child, "Count": 1 },
    ]);
    let body = json!({ "ServiceId": house.service, "Reservations": [wanted] });
    let quoted = house.server.post("reservations/price", body).ok();
    let total = &quoted["ReservationPrices"][0]["TotalAmount"]["GrossValue"];
    let booked = house.book(wanted);
    assert_eq!(booked["ChildCount"], 1);
    let sum: f64 =
        gross(&house.items(&booked["Id"])).iter().map(|it| it.parse::<f64>().unwrap()).sum();
    assert!((sum - total.to_string().parse::<f64>().unwrap()).abs() < 0.001, "{sum} {total}");
    assert!(sum > 0.0);
}

#[test]
fn more_persons_than_fit_are_priced_but_not_booked() {
    let house = House::new();
    let priced = |count: u32| {
        let mut wanted = house.stay(6, 7);
        wanted["TimeUnitAmount"] = Value::Null;
        wanted["PersonCounts"] = json!([{ "AgeCategoryId": house.adult, "Count": count }]);
        let body = json!({ "ServiceId": house.service, "Reservations": [wanted] });
        let price = house.server.post("reservations/price", body).ok();
        (price["ReservationPrices"][0]["TotalAmount"].to_string(), wanted)
    };
    assert_eq!(priced(9).0, priced(4).0);
    let refused = house.try_book(&[priced(5).1]);
    assert_eq!(refused.refused(403), "The category holds at most 4 persons, 5 are too many.");
}

#[test]
fn all_of_a_request_is_booked_or_nothing() {
    let house = House::new();
    let before = house.left(2, 5);
    let mut wrong = house.stay(3, 5);
    wrong["CustomerId"] = json!("00000000-0000-4000-8000-000000000000");
    assert_eq!(house.try_book(&[house.stay(2, 4), wrong]).refused(400), "Invalid CustomerId");
    assert_eq!(house.left(2, 5), before);

    let first = house.book(house.stay(2, 4));
    let second = house.book(house.stay(3, 5));
    let number = |it: &Value| it["Number"].as_str().unwrap().parse::<u64>().unwrap();
    assert_eq!(number(&second), number(&first) + 1, "a refused booking uses no number up");
    let after: Vec<i64> = before.iter().zip([1, 2, 1, 0]).map(|(left, less)| left - less).collect();
    assert_eq!(house.left(2, 5), after);
}

#[test]
fn reservations_of_one_request_share_a_group() {
    let house = House::new();
    let body = json!({
        "ServiceId": house.service, "GroupName": "Choir",
        "Reservations": [house.stay(2, 3), house.stay(2, 4)],
    });
    let booked = house.server.post("reservations/add", body).ok();
    let group = |index: usize| booked["Reservations"][index]["Reservation"]["GroupId"].clone();
    assert_eq!(group(0), group(1));
    let body = json!({
        "ServiceId": house.service, "GroupId": group(0), "Reservations": [house.stay(5, 6)],
    });
    let joined = house.server.post("reservations/add", body).ok();
    assert_eq!(joined["Reservations"][0]["Reservation"]["GroupId"], group(0));
    let listed = json!({ "ReservationGroupIds": [group(0)], "Limitation": { "Count": 10 } });
    let listed = house.server.post("reservations/getAll/2023-06-06", listed).ok();
    assert_eq!(listed["Reservations"].as_array().unwrap().len(), 3);
}

#[test]
fn a_category_is_not_sold_twice_unless_the_caller_wants_it() {
    let house = House::new();
    for _ in 0..6 {
        house.book(house.stay(10, 12));
    }
    let refused = house.try_book(&[house.stay(11, 13)]);
    assert_eq!(refused.refused(403), "There is no availability for the selected dates.");
    house.book(house.stay(12, 13));
    let body = json!({
        "ServiceId": house.service, "Reservations": [house.stay(11, 13)], "CheckOverbooking": false,
    });
    house.server.post("reservations/add", body).ok();
    assert_eq!(house.left(11, 11), [-1]);
}

#[test]
fn a_room_is_given_to_one_reservation_at_a_time() {
    let house = House::new();
    let rooms = house.rooms();
    let in_room = |from, to| {
        let mut wanted = house.stay(from, to);
        wanted["AssignedResourceId"] = rooms[0].clone();
        wanted
    };
    house.book(in_room(10, 12));
    assert!(house.try_book(&[in_room(11, 14)]).refused(403).contains("is not free"));
    // Guests may come on the day on which others leave.
    house.book(in_room(12, 14));
    let mut enquiry = in_room(11, 14);
    enquiry["State"] = json!("Enquired");
    house.book(enquiry);
}

#[test]
fn a_private_rate_needs_its_voucher() {
    let house = House::new();
    let mut wanted = house.stay(10, 12);
    wanted["RateId"] = house.private_rate.clone();
    assert!(house.try_book(&[wanted.clone()]).refused(403).contains("private"));
    wanted["VoucherCode"] = json!("OSTLER-CORP");
    assert!(house.book(wanted)["VoucherId"].is_string());
}

#[test]
fn wrong_parameters_are_named() {
    let house = House::new();
    let nobody = json!("00000000-0000-4000-8000-000000000000");
    let adult = |count: i64| json!([{ "AgeCategoryId": house.adult, "Count": count }]);
    let twice = json!([
        { "AgeCategoryId": house.adult, "Count": 1 },
        { "AgeCategoryId": house.adult, "Count": 1 },
    ]);
    let euros = json!({ "Currency": "ZZZ", "GrossValue": 1, "TaxCodes": [] });
    for (field, value, message) in [
        ("RateId", nobody.clone(), "Invalid RateId"),
        ("RequestedCategoryId", nobody.clone(), "Invalid RequestedCategoryId"),
        ("CustomerId", Value::Null, "Invalid CustomerId"),
        ("BookerId", nobody.clone(), "Invalid BookerId"),
        ("CompanyId", nobody.clone(), "Invalid CompanyId"),
        ("TravelAgencyId", nobody.clone(), "Invalid TravelAgencyId"),
        ("BusinessSegmentId", nobody.clone(), "Invalid BusinessSegmentId"),
        ("AssignedResourceId", nobody.clone(), "Invalid AssignedResourceId"),
        ("AvailabilityBlockId", nobody.clone(), "Invalid AvailabilityBlockId"),
        ("CreditCardId", nobody, "Invalid CreditCardId"),
        ("AssignedResourceLocked", json!(true), "Invalid AssignedResourceLocked"),
        ("State", json!("Started"), "Invalid State"),
        ("PersonCounts", json!([]), "Invalid PersonCounts"),
        ("PersonCounts", adult(0), "Invalid Count"),
        ("PersonCounts", adult(-1), "Invalid Count"),
        ("PersonCounts", twice, "Invalid AgeCategoryId"),
        ("EndUtc", json!("2026-11-02T15:00:00Z"), "Invalid EndUtc"),
        ("TimeUnitPrices", json!([{ "Index": 2 }]), "Invalid Index"),
        ("TimeUnitAmount", euros, "Invalid Currency"),
        ("ProductOrders", json!([{ "ProductId": house.rate }]), "Invalid ProductId"),
    ] {
        let mut wanted = house.stay(2, 4);
        wanted[field] = value;
        assert_eq!(house.try_book(&[wanted]).refused(400), message, "{field}");
    }
    let mut past = house.stay(2, 4);
    past["StartUtc"] = json!("2026-01-02T15:00:00Z");
    past["EndUtc"] = json!("2026-01-03T12:00:00Z");
    assert!(house.try_book(&[past]).refused(403).contains("too far in the past"));
    let mut option = house.stay(2, 4);
    option["State"] = json!("Optional");
    option["ReleasedUtc"] = json!("2026-11-03T00:00:00Z");
    assert!(house.try_book(&[option]).refused(403).contains("before the arrival"));
}

#[test]
fn reservations_are_found_by_every_filter() {
    let house = House::new();
    let room = house.rooms()[1].clone();
    let mut wanted = house.stay(20, 22);
    wanted["ChannelNumber"] = json!("OTA-7");
    wanted["AssignedResourceId"] = room.clone();
    let booked = house.book(wanted);
    let during = |from: &str, to: &str| json!({ "StartUtc": from, "EndUtc": to });
    let day =
        |day: u32| during(&format!("2026-11-{day}T00:00:00Z"), &format!("2026-11-{day}T23:00:00Z"));
    let now = during("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");
    let found = |mut filter: Value| {
        filter["Limitation"] = json!({ "Count": 1000 });
        let page = house.server.post("reservations/getAll/2023-06-06", filter).ok();
        page["Reservations"].as_array().unwrap().iter().any(|it| it["Id"] == booked["Id"])
    };
    for (name, yes, no) in [
        ("ReservationGroupIds", json!([booked["GroupId"]]), json!([house.rate])),
        ("AccountIds", json!([house.guest]), json!([house.rate])),
        ("Numbers", json!([booked["Number"]]), json!(["none"])),
        ("ChannelNumbers", json!(["OTA-7"]), json!(["OTA-8"])),
        ("AssignedResourceIds", json!([room]), json!([house.rooms()[0]])),
        ("ServiceIds", json!([house.service]), json!([house.rate])),
        ("CollidingUtc", day(21), day(23)),
        ("ScheduledStartUtc", day(20), day(21)),
        ("ScheduledEndUtc", day(22), day(20)),
        ("CreatedUtc", now.clone(), day(20)),
        ("UpdatedUtc", now, day(20)),
    ] {
        let base = json!({ "AccountIds": [house.guest] });
        let (mut with, mut without) = (base.clone(), base);
        with[name] = yes;
        without[name] = no;
        assert!(found(with), "{name} hides it");
        assert!(!found(without), "{name} filters nothing");
    }
    assert!(!found(json!({ "AccountIds": [house.guest], "States": ["Started", "Canceled"] })));
    let both = json!({
        "ScheduledStartUtc": day(20), "ActualStartUtc": day(20), "Limitation": { "Count": 1 },
    });
    let refused = house.server.post("reservations/getAll/2023-06-06", both);
    assert_eq!(refused.refused(400), "Invalid ActualStartUtc");
}

/// Stores a block of the suite for the nights of the 10th and the 11th with so many rooms; gives it.
fn block(house: &House, state: &str, rooms: i64) -> Value {
    let block = json!({
        "ServiceId": house.service, "RateId": house.rate, "State": state, "Name": "Choir",
        "FirstTimeUnitStartUtc": "2026-11-10T00:00:00Z",
        "LastTimeUnitStartUtc": "2026-11-11T00:00:00Z",
        "PickupDistribution": "AllInOneGroup", "AvailabilityBlockNumber": "7",
        "ReleaseStrategy": "None", "PurchaseOrderNumber": "PO-1",
    });
    let block = put::<AvailabilityBlocks>(house, block, json!(null));
    let adjustment = json!({
        "AvailabilityBlockId": block, "ResourceCategoryId": house.suite, "UnitCount": -rooms,
        "FirstTimeUnitStartUtc": "2026-11-10T00:00:00Z",
        "LastTimeUnitStartUtc": "2026-11-11T00:00:00Z", "ActivityState": "Active",
    });
    let hidden = json!({ "service_id": house.service });
    put::<AvailabilityAdjustments>(house, adjustment, hidden);
    json!(block)
}

/// Stores a document of the hotel; gives its identifier.
pub(crate) fn put<E: Entity>(house: &House, document: Value, hidden: Value) -> Uuid {
    house.server.change(move |tx| {
        let mut document = document.clone();
        let id: Uuid = tx.new_id::<()>().uuid();
        document["Id"] = json!(id);
        document["EnterpriseId"] = json!(demo::GROSS);
        document["IsActive"] = json!(true);
        document["CreatedUtc"] = json!(NOW);
        document["UpdatedUtc"] = json!(NOW);
        let document = serde_json::from_str(&document.to_string()).unwrap();
        let hidden = match &hidden {
            Value::Null => E::Hidden::default(),
            hidden => serde_json::from_str(&hidden.to_string()).unwrap(),
        };
        tx.insert::<E>(demo::GROSS, document, hidden)?;
        Ok(id)
    })
}

#[test]
fn a_block_gives_what_it_holds_to_one_group() {
    let house = House::new();
    let choir = block(&house, "Confirmed", 2);
    assert_eq!(house.left(10, 11), [4, 4]);
    let pickup = |from, to| {
        let mut wanted = house.stay(from, to);
        wanted["AvailabilityBlockId"] = choir.clone();
        wanted
    };
    let first = house.book(pickup(10, 12));
    // A night before the block comes from what everybody can book.
    let second = house.book(pickup(9, 11));
    assert_eq!(second["GroupId"], first["GroupId"]);
    assert_eq!(house.left(9, 11), [5, 4, 4]);
    assert!(house.try_book(&[pickup(10, 11)]).refused(403).contains("nothing left"));
    house.book(pickup(11, 12));

    let cancel = json!({ "ReservationIds": [first["Id"]], "Notes": "x" });
    house.server.post("reservations/cancel", cancel).ok();
    assert_eq!(house.left(9, 11), [5, 4, 4], "what is given back is the block's");

    let elsewhere = house.book(house.stay(20, 21));
    let body = json!({
        "ServiceId": house.service, "GroupId": elsewhere["GroupId"],
        "Reservations": [pickup(10, 11)],
    });
    let refused = house.server.post("reservations/add", body);
    assert!(refused.refused(403).contains("belong to one group"));
    let mut other_rate = pickup(10, 11);
    other_rate["RateId"] = house.private_rate.clone();
    assert!(house.try_book(&[other_rate]).refused(403).contains("use the rate of the block"));
}

#[test]
fn a_block_that_is_not_confirmed_takes_nobody() {
    let house = House::new();
    let choir = block(&house, "Optional", 2);
    let mut wanted = house.stay(10, 11);
    wanted["AvailabilityBlockId"] = choir;
    assert!(house.try_book(&[wanted]).refused(403).contains("not confirmed"));
}
