use serde_json::{Value, json};
use uuid::Uuid;

use super::Resources;
use crate::resource_blocks::ResourceBlocks;
use crate::resource_categories::{
    ResourceCategories, ResourceCategoryAssignments, ResourceCategoryImageAssignments,
};
use crate::resource_features::{ResourceFeatureAssignments, ResourceFeatures};
use crate::testing::{ENTERPRISE, Hotel, ids};

const LIST: &str = "resources/getAll";
const UPDATE: &str = "resources/update";
const SERVICE: Uuid = Uuid::from_u128(0x5e);

fn room(name: &str) -> Value {
    json!({
        "IsActive": true,
        "Name": name,
        "State": "Dirty",
        "Descriptions": {},
        "Data": { "Discriminator": "Space", "Value": { "FloorNumber": "1" } },
        "ExternalNames": { "en-US": "Room" },
        "Directions": {},
    })
}

fn add(hotel: &Hotel, name: &str) -> Uuid {
    hotel.add::<Resources>(room(name))
}

fn read(hotel: &Hotel, id: Uuid) -> Value {
    let body = json!({
        "ResourceIds": [id],
        "Extent": { "Resources": true },
        "Limitation": { "Count": 1 },
    });
    hotel.call(LIST, body).unwrap()["Resources"][0].clone()
}

fn update(hotel: &Hotel, updates: &Value) -> Result<Value, String> {
    let body = json!({ "ResourceUpdates": updates });
    hotel.call(UPDATE, body).map_err(|error| error.to_string())
}

fn block(hotel: &Hotel, resource: Uuid, change: &Value) -> Uuid {
    let mut block = json!({
        "AssignedResourceId": resource,
        "IsActive": true,
        "Type": "OutOfOrder",
        "StartUtc": "2026-01-01T10:00:00Z",
        "EndUtc": "2026-01-01T12:00:00Z",
        "Name": "Repair",
    });
    for (name, value) in change.as_object().unwrap() {
        block[name] = value.clone();
    }
    hotel.add::<ResourceBlocks>(block)
}

#[test]
fn a_resource_reads_as_the_wire_has_it() {
    let hotel = Hotel::new();
    let id = add(&hotel, "101");
    let body = json!({ "Extent": { "Resources": true }, "Limitation": { "Count": 10 } });
    let text = hotel.text(LIST, body).unwrap();
    let text = text.replace(&id.to_string(), "ID");
    insta::assert_snapshot!(text.replace(",\"", ",\n\""), @r#"
    {"Resources":[{"Id":"ID",
    "EnterpriseId":"00000000-0000-0000-0000-00000000000e",
    "IsActive":true,
    "ParentResourceId":null,
    "Name":"101",
    "State":"Dirty",
    "Descriptions":{},
    "CreatedUtc":"2026-01-01T00:00:00Z",
    "UpdatedUtc":"2026-01-01T00:00:00Z",
    "Data":{"Discriminator":"Space",
    "Value":{"FloorNumber":"1",
    "LocationNotes":null}},
    "ExternalNames":{"en-US":"Room"},
    "Directions":{}}],
    "Cursor":"ID",
    "ResourceCategories":null,
    "ResourceCategoryAssignments":null,
    "ResourceCategoryImageAssignments":null,
    "ResourceFeatures":null,
    "ResourceFeatureAssignments":null}
    "#);
}

#[test]
fn inactive_resources_are_listed_only_on_request() {
    let hotel = Hotel::new();
    let active = add(&hotel, "101");
    let mut closed = room("102");
    closed["IsActive"] = json!(false);
    let closed = hotel.add::<Resources>(closed);
    let list = |body| hotel.list(LIST, "Resources", body);
    assert_eq!(list(json!({ "Extent": { "Resources": true } })), [active]);
    let all = json!({ "Extent": { "Resources": true, "Inactive": true } });
    assert_eq!(list(all), [closed, active]);
    let named = json!({ "Names": ["102"], "Extent": { "Resources": true, "Inactive": true } });
    assert_eq!(list(named), [closed]);
}

#[test]
fn a_page_keeps_its_cursor_where_resources_are_not_asked_for() {
    let hotel = Hotel::new();
    let id = add(&hotel, "101");
    let answer = hotel.call(LIST, json!({ "Extent": {}, "Limitation": { "Count": 1 } })).unwrap();
    assert_eq!(answer["Resources"], Value::Null);
    assert_eq!(answer["Cursor"], json!(id));
}

#[test]
fn a_block_shows_only_while_it_is_in_force() {
    let mut hotel = Hotel::new();
    let (blocked, free) = (add(&hotel, "101"), add(&hotel, "102"));
    block(&hotel, blocked, &json!({}));
    block(&hotel, free, &json!({ "Type": "InternalUse" }));
    block(&hotel, free, &json!({ "IsActive": false }));
    let states = |hotel: &Hotel| {
        let body = json!({ "Extent": { "Resources": true }, "Limitation": { "Count": 10 } });
        let answer = hotel.call(LIST, body).unwrap();
        assert_eq!(ids(&answer, "Resources"), [free, blocked]);
        let state = |index: usize| answer["Resources"][index]["State"].as_str().unwrap().to_owned();
        (state(0), state(1))
    };
    let usual = || ("Dirty".to_owned(), "Dirty".to_owned());
    hotel.wait(10 * 3600 - 1);
    assert_eq!(states(&hotel), usual());
    hotel.wait(1);
    assert_eq!(states(&hotel), ("Dirty".to_owned(), "OutOfOrder".to_owned()));
    hotel.wait(2 * 3600);
    assert_eq!(states(&hotel), usual());
}

/// A resource of a category with an image and with a feature; the identifiers in the order of the
/// parts of the answer.
fn furnished(hotel: &Hotel, name: &str) -> [Uuid; 6] {
    let resource = add(hotel, name);
    let category = hotel.add::<ResourceCategories>(json!({
        "ServiceId": SERVICE,
        "IsActive": true,
        "Type": "Room",
        "Classification": "Other",
        "Names": {},
        "ShortNames": {},
        "Descriptions": {},
        "Ordering": 0,
        "Capacity": 2,
        "ExtraCapacity": 0,
    }));
    let assignment = hotel.add::<ResourceCategoryAssignments>(json!({
        "IsActive": true, "ResourceId": resource, "CategoryId": category,
    }));
    let image = hotel.add::<ResourceCategoryImageAssignments>(json!({
        "IsActive": true, "CategoryId": category, "ImageId": SERVICE, "Ordering": 0,
    }));
    let feature = hotel.add::<ResourceFeatures>(json!({
        "ServiceId": SERVICE,
        "IsActive": true,
        "Classification": "SeaView",
        "Names": {},
        "ShortNames": {},
        "Descriptions": {},
    }));
    let feature_assignment = hotel.add::<ResourceFeatureAssignments>(json!({
        "IsActive": true, "ResourceId": resource, "FeatureId": feature,
    }));
    [resource, category, assignment, image, feature, feature_assignment]
}

#[test]
fn extents_have_what_hangs_on_the_page_and_nothing_else() {
    let hotel = Hotel::new();
    let first = furnished(&hotel, "101");
    furnished(&hotel, "102");
    let names = [
        "Resources",
        "ResourceCategories",
        "ResourceCategoryAssignments",
        "ResourceCategoryImageAssignments",
        "ResourceFeatures",
        "ResourceFeatureAssignments",
    ];
    for (asked, expected) in names.iter().zip(first) {
        let body = json!({
            "ResourceIds": [first[0]],
            "Extent": { *asked: true },
            "Limitation": { "Count": 10 },
        });
        let answer = hotel.call(LIST, body).unwrap();
        for name in names {
            if name == *asked {
                assert_eq!(ids(&answer, name), [expected], "{name}");
            } else {
                assert_eq!(answer[name], Value::Null, "{name} beside {asked}");
            }
        }
    }
}

#[test]
fn an_update_changes_what_it_names_and_keeps_the_rest() {
    let mut hotel = Hotel::new();
    let (dorm, bed) = (add(&hotel, "D"), add(&hotel, "D-1"));
    hotel.wait(60);
    let answer = update(
        &hotel,
        &json!([{
            "ResourceId": bed,
            "Name": { "Value": "Bed 1" },
            "ParentResourceId": { "Value": dorm },
            "Data": {
                "Discriminator": "Space",
                "Value": { "LocationNotes": { "Value": "At the window" } },
            },
            "State": { "Value": "Inspected" },
            "StateReason": { "Value": "Looked at twice" },
        }]),
    );
    assert_eq!(answer, Ok(json!({})));
    let after = read(&hotel, bed);
    assert_eq!(after["Name"], "Bed 1");
    assert_eq!(after["ParentResourceId"], json!(dorm));
    assert_eq!(after["State"], "Inspected");
    assert_eq!(after["UpdatedUtc"], "2026-01-01T00:01:00Z");
    let data = json!({ "FloorNumber": "1", "LocationNotes": "At the window" });
    assert_eq!(after["Data"]["Value"], data);

    update(&hotel, &json!([{ "ResourceId": bed, "ParentResourceId": { "Value": null } }])).unwrap();
    let after = read(&hotel, bed);
    assert_eq!(after["ParentResourceId"], Value::Null);
    assert_eq!(after["Name"], "Bed 1");
}

#[test]
fn a_reason_can_change_without_the_state() {
    let hotel = Hotel::new();
    let id = add(&hotel, "101");
    let reason = json!([{ "ResourceId": id, "StateReason": { "Value": "Leak" } }]);
    update(&hotel, &reason).unwrap();
    let hidden = hotel
        .write(move |tx| Ok(tx.get::<Resources>(ENTERPRISE, id)?.map(|it| it.hidden.state_reason)));
    assert_eq!(hidden.flatten().as_deref(), Some("Leak"));
}

#[test]
fn a_refused_update_names_what_is_wrong_and_changes_nothing() {
    let hotel = Hotel::new();
    let (id, other) = (add(&hotel, "101"), add(&hotel, "102"));
    let mut closed = room("103");
    closed["IsActive"] = json!(false);
    let closed = hotel.add::<Resources>(closed);
    let cases = [
        (json!({ "State": { "Value": "OutOfOrder" } }), "Invalid State"),
        (json!({ "State": { "Value": "Tidy" } }), "Invalid State"),
        (json!({ "State": { "Value": null } }), "Invalid State"),
        (json!({ "Name": { "Value": null } }), "Invalid Name"),
        (json!({ "Data": { "Discriminator": "Person", "Value": {} } }), "Invalid Discriminator"),
        (
            json!({ "Data": { "Discriminator": "Space", "Value": { "FloorNumber": {} } } }),
            "Invalid FloorNumber",
        ),
        (json!({ "ParentResourceId": { "Value": id } }), "Invalid ParentResourceId"),
        (json!({ "ParentResourceId": { "Value": closed } }), "Invalid ParentResourceId"),
        (json!({ "ParentResourceId": { "Value": ENTERPRISE } }), "Invalid ParentResourceId"),
        (json!({ "ResourceId": closed }), "Invalid ResourceId"),
        (json!({ "ResourceId": other }), "Invalid ResourceId"),
    ];
    for (change, expected) in cases {
        let mut second = json!({ "ResourceId": id });
        for (name, value) in change.as_object().unwrap() {
            second[name] = value.clone();
        }
        let first = json!({ "ResourceId": other, "Name": { "Value": "New" } });
        let refusal = update(&hotel, &json!([first, second])).unwrap_err();
        assert!(refusal.starts_with(expected), "{change}: {refusal}");
        assert!(refusal.contains("/ResourceUpdates/1/"), "{change}: {refusal}");
        assert_eq!(read(&hotel, other)["Name"], "102", "{change}");
    }
}

#[test]
fn no_resource_gets_within_itself() {
    let hotel = Hotel::new();
    let [a, b, c] = ["A", "B", "C"].map(|name| add(&hotel, name));
    let parent =
        |id: Uuid, of: Value| json!({ "ResourceId": id, "ParentResourceId": { "Value": of } });
    update(&hotel, &json!([parent(b, json!(a)), parent(c, json!(b))])).unwrap();
    let refusal = update(&hotel, &json!([parent(a, json!(c))])).unwrap_err();
    assert!(refusal.starts_with("Invalid ParentResourceId"), "{refusal}");
    // The same is fine where the chain is opened in the same request.
    update(&hotel, &json!([parent(a, json!(c)), parent(b, json!(null))])).unwrap();
    assert_eq!(read(&hotel, a)["ParentResourceId"], json!(c));
}
