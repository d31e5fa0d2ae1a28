use ostler_api::objects::ActivityState::{self, Active, Deleted};
use serde_json::{Value, json};
use uuid::Uuid;

use super::AgeCategories;
use crate::testing::Hotel;

const LIST: &str = "ageCategories/getAll";

fn add(hotel: &Hotel, service: u128, state: ActivityState) -> Uuid {
    hotel.add::<AgeCategories>(json!({
        "ServiceId": Uuid::from_u128(service),
        "IsActive": state == Active,
        "MinimalAge": 3,
        "Names": {},
        "Classification": "Child",
    }))
}

#[test]
fn they_are_listed_by_service_state_and_identifier() {
    let hotel = Hotel::new();
    let first = add(&hotel, 1, Active);
    let second = add(&hotel, 2, Active);
    let deleted = add(&hotel, 1, Deleted);
    let list = |body: Value| hotel.list(LIST, "AgeCategories", body);
    assert_eq!(list(json!({})), [second, first]);
    assert_eq!(list(json!({ "ServiceIds": [Uuid::from_u128(1)] })), [first]);
    assert_eq!(list(json!({ "ActivityStates": ["Deleted"] })), [deleted]);
    let both = json!({ "ActivityStates": ["Active", "Deleted"], "ServiceIds": [] });
    assert_eq!(list(both), [deleted, second, first]);
    assert_eq!(list(json!({ "AgeCategoryIds": [second, deleted] })), [second]);
}
