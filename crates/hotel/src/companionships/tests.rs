use serde_json::{Value, json};
use uuid::Uuid;

use super::Companionships;
use crate::age_categories::AgeCategories;
use crate::reservation_groups::ReservationGroups;
use crate::reservations::Reservations;
use crate::testing::Hotel;

const LIST: &str = "companionships/getAll";
const SEARCH: &str = "customers/search";
const ROOM: Uuid = Uuid::from_u128(0x101);

/// A started stay of Ada and Bob in a room, Carl whose stay is yet to come, and a paymaster.
struct House {
    hotel: Hotel,
    group: Uuid,
    stay: Uuid,
    ada: Uuid,
    bob: Uuid,
    carl: Uuid,
    bank: Uuid,
}

impl House {
    fn new() -> Self {
        let hotel = Hotel::new();
        let customer = |last_name: &str, more: Value| {
            let mut body = json!({ "LastName": last_name, "OverwriteExisting": false });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let answer = hotel.call("customers/add", body).unwrap();
            answer["Id"].as_str().unwrap().parse::<Uuid>().unwrap()
        };
        let ada = customer(
            "Lov\u{e9}lace",
            json!({ "FirstName": "Ada", "Passport": { "Number": "P", "Expiration": "2030-01-01" } }),
        );
        let bob = customer("Bobson", json!({}));
        let carl = customer("Carlson", json!({}));
        let bank = customer("Bank", json!({ "Classifications": ["PaymasterAccount"] }));
        let group = hotel.add::<ReservationGroups>(json!({ "Name": "Tour" }));
        let child = hotel.add::<AgeCategories>(json!({
            "ServiceId": Uuid::nil(), "Names": {}, "Classification": "Child", "IsActive": true,
        }));
        let stay = reservation(&hotel, group, "Started", child);
        let later = reservation(&hotel, group, "Confirmed", child);
        for (guest, reservation) in [(ada, stay), (bob, stay), (carl, later)] {
            hotel.add::<Companionships>(json!({
                "CustomerId": guest, "ReservationGroupId": group, "ReservationId": reservation,
            }));
        }
        Self { hotel, group, stay, ada, bob, carl, bank }
    }

    fn search(&self, body: Value) -> Vec<Uuid> {
        let answer = self.hotel.call(SEARCH, body).unwrap();
        let found = answer["Customers"].as_array().unwrap();
        found.iter().map(|it| it["Customer"]["Id"].as_str().unwrap().parse().unwrap()).collect()
    }
}

fn reservation(hotel: &Hotel, group: Uuid, state: &str, child: Uuid) -> Uuid {
    let (id, start, end) = (Uuid::nil(), "2026-01-01T13:00:00Z", "2026-01-03T10:00:00Z");
    hotel.add::<Reservations>(json!({
        "ServiceId": id, "AccountId": id, "AccountType": "Customer", "CreatorProfileId": id,
        "UpdaterProfileId": id, "Number": "1", "State": state, "Origin": "Connector",
        "Options": { "OwnerCheckedIn": false, "AllCompanionsCheckedIn": false,
            "AnyCompanionCheckedIn": false, "ConnectorCheckIn": false },
        "RateId": id, "GroupId": group, "RequestedResourceCategoryId": id,
        "AssignedResourceId": ROOM, "AssignedResourceLocked": false,
        "PersonCounts": [{ "AgeCategoryId": id, "Count": 2 }, { "AgeCategoryId": child, "Count": 1 }],
        "ScheduledStartUtc": start, "ScheduledEndUtc": end, "StartUtc": start, "EndUtc": end,
    }))
}

#[test]
fn guests_in_house_and_paymasters_are_found_by_name_and_room() {
    let it = House::new();
    assert_eq!(it.search(json!({})), [it.bank, it.bob, it.ada]);
    assert_eq!(it.search(json!({ "Name": "LOVEL" })), [it.ada]);
    assert_eq!(it.search(json!({ "Name": "ada lovelace" })), [it.ada]);
    assert_eq!(it.search(json!({ "Name": "carl" })), [] as [Uuid; 0]);
    assert_eq!(it.search(json!({ "ResourceId": ROOM })), [it.bob, it.ada]);
    assert_eq!(it.search(json!({ "ResourceId": ROOM, "Name": "bob" })), [it.bob]);
    assert_eq!(it.search(json!({ "ResourceId": Uuid::nil() })), [] as [Uuid; 0]);
}

#[test]
fn a_guest_is_found_with_the_stay_and_a_paymaster_without() {
    let it = House::new();
    let answer = it.hotel.call(SEARCH, json!({})).unwrap();
    assert_eq!(answer["Documents"], Value::Null);
    assert_eq!(answer["Customers"][0]["Reservation"], Value::Null);
    let stay = &answer["Customers"][2]["Reservation"];
    assert_eq!(stay["Id"], json!(it.stay));
    assert_eq!(stay["CompanionIds"], json!([it.ada, it.bob]));
    assert_eq!(stay["AdultCount"], 2);
    assert_eq!(stay["ChildCount"], 1);
    let extent = json!({ "Customers": true, "Documents": true });
    let answer = it.hotel.call(SEARCH, json!({ "Name": "ada", "Extent": extent })).unwrap();
    assert_eq!(answer["Customers"][0]["Customer"]["Passport"]["Number"], "P");
    assert_eq!(answer["Documents"][0]["Number"], "P");
}

#[test]
fn companionships_are_found_by_whatever_they_join() {
    let it = House::new();
    let count = |mut filter: Value| {
        filter["Extent"] = json!({});
        it.hotel.list(LIST, "Companionships", filter).len()
    };
    assert_eq!(count(json!({ "ReservationIds": [it.stay] })), 2);
    assert_eq!(count(json!({ "CustomerIds": [it.carl, it.bank] })), 1);
    assert_eq!(count(json!({ "ReservationGroupIds": [it.group] })), 3);
    assert_eq!(count(json!({ "ReservationGroupIds": [it.group], "CustomerIds": [it.ada] })), 1);
    let interval = json!({ "StartUtc": "2026-01-01T00:00:00Z", "EndUtc": "2026-01-02T00:00:00Z" });
    assert_eq!(count(json!({ "CustomerIds": [it.ada], "UpdatedUtc": interval })), 1);
    let alone = json!({ "UpdatedUtc": interval, "Extent": {}, "Limitation": { "Count": 1 } });
    assert!(it.hotel.refusal(LIST, alone).contains("At least one"));
}

#[test]
fn companionships_bring_what_they_join_on_request() {
    let it = House::new();
    let get = |extent: Value| {
        let body = json!({
            "ReservationIds": [it.stay], "Extent": extent, "Limitation": { "Count": 10 },
        });
        it.hotel.call(LIST, body).unwrap()
    };
    let bare = get(json!({}));
    for section in ["Reservations", "ReservationGroups", "Customers"] {
        assert_eq!(bare[section], Value::Null);
    }
    let all = get(json!({ "Reservations": true, "ReservationGroups": true, "Customers": true }));
    assert_eq!(all["Companionships"], bare["Companionships"]);
    assert_eq!(all["Cursor"], bare["Cursor"]);
    assert_eq!(all["Reservations"][0]["CompanionIds"], json!([it.ada, it.bob]));
    assert_eq!(all["ReservationGroups"], json!([{ "Id": it.group, "Name": "Tour" }]));
    assert_eq!(all["Customers"][0]["Id"], json!(it.bob));
    assert_eq!(all["Customers"][1]["Id"], json!(it.ada));
}
