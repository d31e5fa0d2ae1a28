use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use ostler_hotel::order_items::OrderItems;
use ostler_hotel::registry::OPERATIONS;
use ostler_hotel::reservations::Reservations;
use ostler_store::{Call, Entity, Stored};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::desk::Desk;
use crate::house::Origin;
use crate::{laws, primitives, requests, sequences};

/// Sequences that are looked at; each takes a third of a second without optimisation.
const SEQUENCES: u8 = 8;
/// Bytes of a sequence: enough for all of its steps.
const LENGTH: usize = 2048;

/// Bytes as chance gives them, always the same. The first two say which hotel it is, and for every
/// fourth sequence that it is done again.
fn sequence(number: u8) -> Vec<u8> {
    let mut state = u64::from(number);
    let chance = std::iter::repeat_with(|| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    });
    [number, number % 4].into_iter().chain(chance).take(LENGTH).collect()
}

#[test]
fn what_guests_and_staff_do_breaks_no_law() {
    let origin = Arc::new(Origin::furnished());
    let (mut begun, mut over, mut closed, mut repeated) = (0, 0, 0, 0);
    for number in 0..SEQUENCES {
        let (mut desk, again) = sequences::play(&origin, &sequence(number)).unwrap();
        let stays = desk.all::<Reservations>();
        begun += stays.iter().filter(|it| it["State"] == "Started").count();
        over += stays.iter().filter(|it| it["State"] == "Processed").count();
        closed += desk.closed.len();
        laws::hold(&mut desk);
        if again {
            desk.do_again();
            repeated += 1;
        }
    }
    // Otherwise the laws hold because nothing happens.
    let reached = (begun, over, closed, repeated);
    assert!(begun > 0 && over > 0 && closed > 0 && repeated > 0, "{reached:?}");
}

/// Guests who moved into a room in which others had stayed on. What the bytes stand for changes with
/// the operations; the fault itself has a test of its own, of the stay.
#[test]
fn what_was_found_once_breaks_no_law_any_more() {
    let origin = Arc::new(Origin::furnished());
    sequences::hold(&origin, include_bytes!("../findings/rooms"));
    sequences::hold(&origin, &[]);
}

/// A hotel with two stays at the same time in two rooms; their identifiers.
fn two_stays() -> (Desk, [Uuid; 2]) {
    let mut desk = Desk::new(Arc::new(Origin::furnished()), 0);
    let guest = json!({ "LastName": "Ember", "OverwriteExisting": false });
    let guest = desk.send("customers/add", guest)["Id"].clone();
    let category = desk.house.categories.iter().find(|it| it.rooms.len() > 1).unwrap().clone();
    let stay = |room: &String| {
        json!({
            "StartUtc": "2026-03-03T16:00:00Z", "EndUtc": "2026-03-05T11:00:00Z",
            "PersonCounts": [{ "AgeCategoryId": desk.house.ages[0], "Count": 1 }],
            "CustomerId": guest, "RequestedCategoryId": category.id, "AssignedResourceId": room,
            "RateId": desk.house.rates[0],
        })
    };
    let body = json!({
        "ServiceId": desk.house.stay, "CheckRateApplicability": false, "CheckOverbooking": false,
        "Reservations": [stay(&category.rooms[0]), stay(&category.rooms[1])],
    });
    let said = desk.send("reservations/add", body);
    let ids = [0, 1].map(|it| read(&said["Reservations"][it]["Reservation"]["Id"]));
    (desk, ids)
}

fn read<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

/// Writes into a document what no operation would.
fn forge<E: Entity>(desk: &Desk, id: Uuid, pointer: &'static str, value: &Value)
where
    E::Document: Serialize + DeserializeOwned,
{
    let (scope, value) = (desk.house.enterprise, value.clone());
    let done = desk.world.store.write_now(Call::at(desk.now()), move |tx| {
        let mut stored: Stored<E> = tx.get(scope, id)?.unwrap();
        let mut document = serde_json::to_value(&stored.document).unwrap();
        *document.pointer_mut(pointer).unwrap() = value.clone();
        stored.document = read(&document);
        tx.update(&mut stored)
    });
    done.unwrap();
}

/// What the laws say of a hotel that breaks one.
fn broken(mut desk: Desk) -> String {
    let said = catch_unwind(AssertUnwindSafe(|| laws::hold(&mut desk))).unwrap_err();
    said.downcast_ref::<String>().unwrap().clone()
}

#[test]
fn a_hotel_that_breaks_a_law_is_found_out() {
    let (mut desk, _) = two_stays();
    laws::hold(&mut desk);

    let (desk, [first, second]) = two_stays();
    let stays = desk.all::<Reservations>();
    let stay = stays.iter().find(|it| it["Id"] == first.to_string()).unwrap();
    let room = &stay["AssignedResourceId"];
    forge::<Reservations>(&desk, second, "/AssignedResourceId", room);
    let said = broken(desk);
    assert!(said.contains("two stays in one room"), "{said}");

    let (desk, _) = two_stays();
    let item = read(&desk.all::<OrderItems>()[0]["Id"]);
    forge::<OrderItems>(&desk, item, "/Amount/NetValue", &json!(1));
    let said = broken(desk);
    assert!(said.contains("Amount of"), "{said}");
}

#[test]
fn texts_and_requests_are_read_as_they_are_written() {
    let texts = ["2026-03-02T10:00:00Z", "P0M1DT0H0M0S", "-12.340", "1e3", "12", "", "\u{e9}"];
    texts.into_iter().for_each(primitives::hold);
    let bodies =
        [r#"{"Limitation":{"Count":1}}"#, r#"{"a":[1.50,null,"\u00e9"]}"#, "[]", "{", "\u{0}"];
    for operation in 0..u16::try_from(OPERATIONS.len()).unwrap() {
        bodies.into_iter().for_each(|body| requests::hold(operation, body.as_bytes()));
    }
}
