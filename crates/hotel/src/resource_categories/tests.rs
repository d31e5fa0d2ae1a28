use ostler_api::objects::ActivityState::{self, Active, Deleted};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ResourceCategories, ResourceCategoryAssignments};
use crate::testing::Hotel;

const SERVICE: Uuid = Uuid::from_u128(0x5e);
const OTHER: Uuid = Uuid::from_u128(0x5f);
const CATEGORIES: &str = "resourceCategories/getAll";
const ASSIGNMENTS: &str = "resourceCategoryAssignments/getAll";

fn category(hotel: &Hotel, service: Uuid, state: ActivityState) -> Uuid {
    hotel.add::<ResourceCategories>(json!({
        "ServiceId": service,
        "IsActive": state == Active,
        "Type": "CaravanOrRV",
        "Classification": "StandardDouble",
        "Names": { "en-US": "Standard" },
        "ShortNames": {},
        "Descriptions": {},
        "Ordering": 1,
        "Capacity": 2,
        "ExtraCapacity": 1,
    }))
}

fn assignment(hotel: &Hotel, resource: u128, category: Uuid, state: ActivityState) -> Uuid {
    let resource = Uuid::from_u128(resource);
    hotel.add::<ResourceCategoryAssignments>(json!({
        "IsActive": state == Active, "ResourceId": resource, "CategoryId": category,
    }))
}

fn flags(answer: &Value) -> Vec<bool> {
    let rows = answer["ResourceCategoryAssignments"].as_array().unwrap();
    rows.iter().map(|row| row["IsActive"].as_bool().unwrap()).collect()
}

#[test]
fn categories_are_listed_by_service_and_state() {
    let hotel = Hotel::new();
    let active = category(&hotel, SERVICE, Active);
    let deleted = category(&hotel, SERVICE, Deleted);
    let foreign = category(&hotel, OTHER, Active);
    let list = |body| hotel.list(CATEGORIES, "ResourceCategories", body);
    assert_eq!(list(json!({ "ServiceIds": [SERVICE] })), [active]);
    assert_eq!(list(json!({ "ServiceIds": [SERVICE, OTHER] })), [foreign, active]);
    let gone = json!({ "ServiceIds": [SERVICE], "ActivityStates": ["Deleted"] });
    assert_eq!(list(gone), [deleted]);
    let named = json!({ "ServiceIds": [SERVICE], "ResourceCategoryIds": [active, foreign] });
    assert_eq!(list(named), [active]);
}

#[test]
fn services_are_demanded() {
    let hotel = Hotel::new();
    for body in [json!({}), json!({ "ServiceIds": [] })] {
        let mut body = body;
        body["Limitation"] = json!({ "Count": 1 });
        assert!(hotel.refusal(CATEGORIES, body).starts_with("Invalid ServiceIds"));
    }
}

#[test]
fn an_assignment_of_a_deleted_category_is_found_as_active_and_reads_inactive() {
    let hotel = Hotel::new();
    let (live, dead) = (category(&hotel, SERVICE, Active), category(&hotel, SERVICE, Deleted));
    let first = assignment(&hotel, 1, live, Active);
    let second = assignment(&hotel, 2, dead, Active);
    let third = assignment(&hotel, 3, live, Deleted);
    let body = |states: Value| {
        json!({
            "ResourceCategoryIds": [live, dead],
            "ActivityStates": states,
            "Limitation": { "Count": 10 },
        })
    };
    let answer = hotel.call(ASSIGNMENTS, body(json!(null))).unwrap();
    assert_eq!(crate::testing::ids(&answer, "ResourceCategoryAssignments"), [second, first]);
    assert_eq!(flags(&answer), [false, true]);
    let answer = hotel.call(ASSIGNMENTS, body(json!(["Deleted"]))).unwrap();
    assert_eq!(crate::testing::ids(&answer, "ResourceCategoryAssignments"), [third]);
    assert_eq!(flags(&answer), [false]);
}

#[test]
fn assignments_are_found_by_resource_and_by_changes_of_many_years() {
    let hotel = Hotel::new();
    let category = category(&hotel, SERVICE, Active);
    let first = assignment(&hotel, 1, category, Active);
    let second = assignment(&hotel, 2, category, Active);
    let name = "ResourceCategoryAssignments";
    let of_one = json!({
        "ResourceCategoryIds": [category], "ResourceIds": [Uuid::from_u128(1)],
    });
    assert_eq!(hotel.list(ASSIGNMENTS, name, of_one), [first]);
    let ever = json!({
        "ResourceCategoryIds": [category],
        "UpdatedUtc": { "StartUtc": "2000-01-01T00:00:00Z", "EndUtc": "2100-01-01T00:00:00Z" },
    });
    assert_eq!(hotel.list(ASSIGNMENTS, name, ever), [second, first]);
    let reversed = json!({
        "ResourceCategoryIds": [category],
        "UpdatedUtc": { "StartUtc": "2026-01-02T00:00:00Z", "EndUtc": "2026-01-01T00:00:00Z" },
        "Limitation": { "Count": 1 },
    });
    assert!(hotel.refusal(ASSIGNMENTS, reversed).starts_with("Invalid UpdatedUtc"));
}
